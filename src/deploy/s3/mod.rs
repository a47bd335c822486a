//! An S3-compatible store as a target.
//!
//! A request is signed in its address, which nothing shows. The answer to a PUT proves what arrived: its ETag is the MD5 of
//! the bytes; where a store encrypts with keys of its own it is not, and the file is read back instead. The state is
//! replaced by conditional writes.

mod client;
mod credentials;

use super::Surroundings;
use super::failure::{Failure, Kind};
use super::manifest::{self, FOLDER};
use super::state;
use super::target::{Done, Given, Outgoing, Seen, Sent, Tag, Target, each};
use crate::config::S3;
use base64::Engine;
use client::{Answer, Ask, Client};
use md5::{Digest, Md5};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use rusty_s3::actions::{DeleteObjects, ListObjectsV2, ObjectIdentifier};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long a signed address is good for.
const SIGNED_FOR: Duration = Duration::from_secs(900);

/// Objects that one request can delete.
const MOST_DELETED: usize = 1000;

/// What must be encoded in a key that stands in a header.
const KEY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Paths and sizes, and where the next page of a list begins.
type Page = (Vec<(String, u64)>, Option<String>);

/// A store.
pub struct Store<'a> {
    bucket: Bucket,
    credentials: Credentials,
    client: Client<'a>,
    place: String,
    prefix: String,
    /// Whether the state is replaced by conditional writes.
    conditional: bool,
    threads: usize,
    stop: &'a AtomicBool,
}

impl<'a> Store<'a> {
    /// The store of a target. Makes no request.
    pub fn new(s3: &S3, threads: usize, around: &'a Surroundings) -> Result<Self, Failure> {
        let credentials = credentials::find(s3.profile.as_deref(), around.environment)?;
        let aws = format!("https://s3.{}.amazonaws.com", s3.region);
        let odd = || {
            Failure::new(
                "the store's address cannot be used",
                "check `endpoint`, `bucket` and `path_style` of the target",
            )
        };
        let endpoint = s3.endpoint.as_deref().unwrap_or(&aws).parse().map_err(|_| odd())?;
        // A name with dots in it is in no certificate.
        let path_style = s3.path_style || s3.bucket.contains('.');
        let style = if path_style { UrlStyle::Path } else { UrlStyle::VirtualHost };
        let bucket = Bucket::new(endpoint, style, s3.bucket.clone(), s3.region.clone()).map_err(|_| odd())?;
        let place = match &s3.endpoint {
            Some(endpoint) => format!("s3://{}/{} at {endpoint}", s3.bucket, s3.prefix),
            None => format!("s3://{}/{}", s3.bucket, s3.prefix),
        };
        let client = Client::new(around, threads)?;
        Ok(Self {
            bucket,
            credentials,
            client,
            place,
            prefix: s3.prefix.clone(),
            conditional: s3.conditional_writes,
            threads,
            stop: around.stop,
        })
    }

    fn key(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Puts an object; headers that begin with `x-amz-` are signed.
    fn put(&self, path: &str, headers: &[(&'static str, String)], body: &[u8]) -> Result<Answer, Failure> {
        let key = self.key(path);
        let address = |now: &jiff::Timestamp| {
            let mut action = self.bucket.put_object(Some(&self.credentials), &key);
            for (name, value) in headers.iter().filter(|(name, _)| name.starts_with("x-amz-")) {
                action.headers_mut().insert(*name, value.clone());
            }
            action.sign_with_time(SIGNED_FOR, now).to_string()
        };
        let what = format!("the file /{path}");
        let ask = Ask { method: "PUT", what: &what, address: &address, headers, body };
        // A copy is answered by a document, everything else by an ETag and nothing.
        let copies = headers.iter().any(|(name, _)| *name == "x-amz-copy-source");
        self.client.ask(&ask, |answer| !answer.missing && if copies { is_copy(answer) } else { answer.etag.is_some() })
    }

    /// Puts one of Dateline's own objects, and believes only what proves that it is there: nothing would find out later.
    /// Its ETag.
    fn put_own(&self, path: &str, headers: &[(&'static str, String)], body: &[u8]) -> Result<Tag, Failure> {
        let answer = self.put(path, headers, body)?;
        if let Some(tag) = answer.etag.filter(|tag| is_sum(tag, &sums(body).0)) {
            return Ok(tag);
        }
        let there = self.get(path)?;
        there
            .etag
            .filter(|_| !there.missing && there.body == body)
            .ok_or_else(|| Failure::nonsense(&format!("the file /{path}")))
    }

    /// Whether the store heeds conditions or silently passes over them: asked once, when it gets its first state, by writes of
    /// that state that must be refused.
    fn check_conditions(&self, bytes: &[u8]) -> Result<(), Failure> {
        for condition in [("if-none-match", "*"), ("if-match", "\"00000000000000000000000000000000\"")] {
            let mut headers = state_headers(bytes);
            headers.push((condition.0, condition.1.to_string()));
            match self.put(&state::path(), &headers, bytes) {
                Err(failure) if failure.kind == Kind::Conflict => {}
                Err(failure) => return Err(failure),
                Ok(_) => return Err(client::without_conditions("")),
            }
        }
        Ok(())
    }

    fn get(&self, path: &str) -> Result<Answer, Failure> {
        let key = self.key(path);
        let address = |now: &jiff::Timestamp| {
            self.bucket.get_object(Some(&self.credentials), &key).sign_with_time(SIGNED_FOR, now).to_string()
        };
        let what = format!("the file /{path}");
        let ask = Ask { method: "GET", what: &what, address: &address, headers: &[], body: b"" };
        self.client.ask(&ask, |answer| answer.missing || answer.etag.is_some())
    }

    /// One page of the list, and where the next one begins.
    fn page(&self, token: Option<&str>) -> Result<Page, Failure> {
        let address = |now: &jiff::Timestamp| {
            let mut action = ListObjectsV2::new(&self.bucket, Some(&self.credentials));
            action.with_prefix(self.prefix.as_str());
            if let Some(token) = token {
                action.with_continuation_token(token);
            }
            action.sign_with_time(SIGNED_FOR, now).to_string()
        };
        let ask = Ask { method: "GET", what: "the list of the bucket", address: &address, headers: &[], body: b"" };
        let parse = |answer: &Answer| ListObjectsV2::parse_response(std::str::from_utf8(&answer.body).ok()?).ok();
        let answer = self.client.ask(&ask, |answer| !answer.missing && parse(answer).is_some())?;
        let Some(list) = parse(&answer) else { return Err(Failure::nonsense("the list of the bucket")) };
        let inside = |key: &str| key.strip_prefix(&self.prefix).map(str::to_string);
        let ours = |path: &String| path.starts_with(&format!("{FOLDER}/"));
        let files =
            list.contents.into_iter().filter_map(|object| Some((inside(&object.key)?, object.size.unwrap_or(0))));
        Ok((files.filter(|(path, _)| !ours(path)).collect(), list.next_continuation_token))
    }
}

fn state_headers(bytes: &[u8]) -> Vec<(&'static str, String)> {
    vec![
        ("content-type", "application/gzip".to_string()),
        ("cache-control", "no-store".to_string()),
        ("content-md5", sums(bytes).1),
    ]
}

fn is_copy(answer: &Answer) -> bool {
    // A copy that fails late says so in an answer that begins well.
    String::from_utf8_lossy(&answer.body).contains("<CopyObjectResult")
}

/// What a body must have as its ETag, and in `Content-MD5` (RFC 1864), so that the store itself sees what was damaged.
fn sums(body: &[u8]) -> (String, String) {
    let sum = Md5::digest(body);
    let hex = sum.iter().map(|b| format!("{b:02x}")).collect();
    (hex, base64::engine::general_purpose::STANDARD.encode(sum))
}

fn is_sum(tag: &str, hex: &str) -> bool {
    tag.trim_matches('"').eq_ignore_ascii_case(hex)
}

impl Target for Store<'_> {
    fn place(&self) -> String {
        self.place.clone()
    }

    fn requests(&self) -> Option<usize> {
        Some(self.client.requests.load(Ordering::Relaxed))
    }

    fn look(&self) -> Result<Option<Seen>, Failure> {
        let answer = self.get(&state::path())?;
        let Some(tag) = answer.etag.filter(|_| !answer.missing) else { return Ok(None) };
        Ok(Some(Seen { bytes: answer.body, tag, age: answer.age }))
    }

    fn set_state(&self, bytes: &[u8], over: Option<&Tag>) -> Result<Tag, Failure> {
        let condition = match over {
            Some(tag) => ("if-match", tag.clone()),
            None => ("if-none-match", "*".to_string()),
        };
        if !self.conditional {
            // Whoever comes in the moment between the look and the write is not seen; that was said, and accepted.
            if self.look()?.map(|seen| seen.tag).as_ref() != over {
                return Err(Failure::conflict());
            }
            return self.put_own(&state::path(), &state_headers(bytes), bytes);
        }
        let mut headers = state_headers(bytes);
        headers.push(condition);
        match self.put_own(&state::path(), &headers, bytes) {
            Ok(tag) if over.is_none() => self.check_conditions(bytes).map(|()| tag),
            Ok(tag) => Ok(tag),
            // The answer to a write that went through may have been lost, and the second try refused for it.
            Err(failure) if failure.kind == Kind::Conflict => match self.look()? {
                Some(seen) if seen.bytes == bytes => Ok(seen.tag),
                _ => Err(failure),
            },
            Err(failure) => Err(failure),
        }
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let headers = [("content-type", "application/gzip".to_string()), ("content-md5", sums(bytes).1)];
        self.put_own(path, &headers, bytes).map(drop)
    }

    fn send(&self, files: &[Outgoing], done: Done) -> Result<(), Failure> {
        each(files.len(), self.threads, self.stop, |at| {
            let file = &files[at];
            let mut body = file.read()?;
            let mut headers =
                vec![("content-type", file.headers.media_type.clone()), ("cache-control", file.headers.cache.clone())];
            if file.headers.gzip {
                body = manifest::pack(&body);
                headers.push(("content-encoding", "gzip".to_string()));
            }
            let (hex, sum) = sums(&body);
            headers.push(("content-md5", sum));
            if let Some(to) = &file.redirect {
                // It is encoded already, but for letters that are not ASCII.
                headers.push(("x-amz-website-redirect-location", utf8_percent_encode(to, CONTROLS).to_string()));
            }
            let answer = self.put(&file.path, &headers, &body)?;
            let proven = answer.etag.is_some_and(|tag| is_sum(&tag, &hex));
            done(at, Sent { proven, version: answer.version })
        })
    }

    fn restore(&self, files: &[(String, String)], done: Done) -> Result<(), Failure> {
        each(files.len(), self.threads, self.stop, |at| {
            let (path, version) = &files[at];
            let key = self.key(path);
            let source = format!("/{}/{}?versionId={version}", self.bucket.name(), utf8_percent_encode(&key, KEY));
            let answer = self.put(path, &[("x-amz-copy-source", source)], b"")?;
            // What is copied inside the store is not damaged on a way; which version it is, must be.
            done(at, Sent { proven: false, version: answer.version })
        })
    }

    fn fetch(&self, paths: &[String], given: Given) -> Result<(), Failure> {
        each(paths.len(), self.threads, self.stop, |at| {
            let answer = self.get(&paths[at])?;
            if answer.missing {
                return given(at, None);
            }
            let body = match answer.encoding.as_deref() {
                Some("gzip") => manifest::unpack(&answer.body).unwrap_or_default(),
                _ => answer.body,
            };
            given(at, Some(body))
        })
    }

    fn remove(&self, paths: &[String], done: &(dyn Fn(usize) -> Result<(), Failure> + Sync)) -> Result<(), Failure> {
        let mut at = 0;
        for some in paths.chunks(MOST_DELETED) {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Failure::stopped());
            }
            let objects: Vec<ObjectIdentifier> =
                some.iter().map(|path| ObjectIdentifier::new(self.key(path))).collect();
            let action = || DeleteObjects::new(&self.bucket, Some(&self.credentials), objects.iter());
            let address = |now: &jiff::Timestamp| action().sign_with_time(SIGNED_FOR, now).to_string();
            let (body, sum) = action().body_with_md5();
            let headers = [("content-type", "application/xml".to_string()), ("content-md5", sum)];
            let ask =
                Ask { method: "POST", what: "deleting", address: &address, headers: &headers, body: body.as_bytes() };
            let answer = self.client.ask(&ask, |a| String::from_utf8_lossy(&a.body).contains("<DeleteResult"))?;
            let text = String::from_utf8_lossy(&answer.body);
            if let Some(error) = text.split("<Error>").nth(1) {
                let of = |name| client::between(error, name).unwrap_or_default();
                let message = format!("the store would not delete {} ({}): {}", of("Key"), of("Code"), of("Message"));
                return Err(Failure::new(message, "check that the credentials may delete objects, then deploy again"));
            }
            for _ in some {
                done(at)?;
                at += 1;
            }
        }
        Ok(())
    }

    fn list(&self) -> Result<BTreeMap<String, u64>, Failure> {
        let mut found = BTreeMap::new();
        let mut token = None;
        loop {
            let (files, next) = self.page(token.as_deref())?;
            found.extend(files);
            match next {
                Some(next) => token = Some(next),
                None => return Ok(found),
            }
        }
    }

    fn has_files(&self) -> Result<bool, Failure> {
        self.page(None).map(|(files, next)| !files.is_empty() || next.is_some())
    }
}
