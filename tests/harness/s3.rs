//! A server that speaks as much S3 as a deploy does, keeps what it is sent, writes down what it is asked, and fails as it
//! is told: what no real server does on demand. It checks no signature, only that there is one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// The bucket that it has.
pub const BUCKET: &str = "news";

/// How an answer goes wrong.
#[derive(Clone, Debug)]
pub enum Fault {
    /// A status with an error document of this code; done is nothing.
    Error(u16, &'static str),
    /// A status with a body of some other program.
    Page(u16, &'static str),
    /// The connection is cut without an answer; done is nothing.
    Reset,
    /// The same, but what was asked for is done.
    ResetAfter,
    /// No answer for a long time, then a cut.
    Stall,
    /// The answer, once this is true.
    Held(Arc<std::sync::atomic::AtomicBool>),
    /// The answer ends in its middle.
    Truncated,
    /// The clock of the server is this many seconds from the truth, and it refuses for it.
    Skewed(i64),
}

/// One request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// GET, PUT, POST.
    pub method: String,
    /// Its key; empty for the list and for deletions.
    pub key: String,
    /// Keys that are to be deleted.
    pub deletes: Vec<String>,
    /// Whether it is a list.
    pub lists: bool,
    /// Whether it is a write on a condition.
    pub conditional: bool,
}

/// An object.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What was sent with it.
    pub headers: BTreeMap<String, String>,
    /// Its ETag.
    pub etag: String,
    /// Its version.
    pub version: String,
    written: i64,
}

type Script = Box<dyn FnMut(usize, &Asked) -> Option<Fault> + Send>;

#[derive(Default)]
struct State {
    objects: BTreeMap<String, Object>,
    versions: BTreeMap<(String, String), Object>,
    asked: Vec<Asked>,
    script: Option<Script>,
    keeps_versions: bool,
    odd_etags: bool,
    passes_over_conditions: bool,
    page_size: usize,
    clock: i64,
    written: usize,
}

/// The server.
#[derive(Clone)]
pub struct S3 {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl S3 {
    /// Starts one with an empty bucket.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        // As of the tests' own clock.
        let clock = "2025-06-01T00:00:00Z".parse::<jiff::Timestamp>().expect("a time").as_second();
        let state = Arc::new(Mutex::new(State { page_size: 1000, clock, ..State::default() }));
        let s3 = Self { address, state };
        let server = s3.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let server = server.clone();
                std::thread::spawn(move || server.serve(stream));
            }
        });
        s3
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The target's table in site.toml.
    pub fn target(&self) -> String {
        format!("kind = \"s3\"\nbucket = \"{BUCKET}\"\nendpoint = \"http://{}\"", self.address)
    }

    /// Lets requests go wrong: told the number of the request since now, from 0, and the request.
    pub fn fail(&self, script: impl FnMut(usize, &Asked) -> Option<Fault> + Send + 'static) {
        let mut state = self.state();
        state.asked.clear();
        state.script = Some(Box::new(script));
    }

    /// Lets everything go well again, and forgets what was asked.
    pub fn heal(&self) {
        let mut state = self.state();
        state.script = None;
        state.asked.clear();
    }

    /// Keeps versions from now on.
    pub fn keep_versions(&self) {
        self.state().keeps_versions = true;
    }

    /// Gives ETags that are no MD5, as stores do that encrypt.
    pub fn odd_etags(&self) {
        self.state().odd_etags = true;
    }

    /// Passes over conditions of writes, as if they were not there.
    pub fn pass_over_conditions(&self) {
        self.state().passes_over_conditions = true;
    }

    /// Lists so many at once.
    pub fn page_size(&self, size: usize) {
        self.state().page_size = size;
    }

    /// Lets its clock run on.
    pub fn pass(&self, seconds: i64) {
        self.state().clock += seconds;
    }

    /// What was asked since the last look, in order.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.state().asked)
    }

    /// The objects of the site.
    pub fn objects(&self) -> BTreeMap<String, Object> {
        let objects = self.state().objects.clone();
        objects.into_iter().filter(|(key, _)| !key.contains(".dateline-deploy/")).collect()
    }

    /// Dateline's own objects.
    pub fn own(&self) -> Vec<String> {
        self.state().objects.keys().filter(|key| key.contains(".dateline-deploy/")).cloned().collect()
    }

    /// What the site's objects hold.
    pub fn tree(&self) -> super::Tree {
        self.objects().into_iter().map(|(key, object)| (key, object.bytes)).collect()
    }

    /// Puts an object there that no deploy did.
    pub fn put(&self, key: &str, bytes: &[u8]) {
        let object = Object { bytes: bytes.to_vec(), etag: "\"x\"".into(), ..Object::default() };
        self.state().objects.insert(key.to_string(), object);
    }

    /// Takes one away.
    pub fn take(&self, key: &str) {
        self.state().objects.remove(key).unwrap_or_else(|| panic!("there is no {key}"));
    }

    fn serve(&self, stream: TcpStream) {
        let Ok(mut out) = stream.try_clone() else { return };
        let mut input = BufReader::new(stream);
        while let Some(true) = self.one(&mut input, &mut out) {}
        let _ = out.shutdown(std::net::Shutdown::Both);
    }

    /// Answers one request; whether another may follow.
    fn one(&self, input: &mut impl BufRead, out: &mut TcpStream) -> Option<bool> {
        let mut line = String::new();
        input.read_line(&mut line).ok().filter(|n| *n > 0)?;
        let mut words = line.split_whitespace();
        let (method, target) = (words.next()?.to_string(), words.next()?.to_string());
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            input.read_line(&mut line).ok()?;
            match line.trim_end().split_once(':') {
                Some((name, value)) => headers.insert(name.to_ascii_lowercase(), value.trim().to_string()),
                None => break,
            };
        }
        let length = headers.get("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        input.read_exact(&mut body).ok()?;
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let key = decoded(path.strip_prefix(&format!("/{BUCKET}"))?.trim_start_matches('/'));
        let query: BTreeMap<String, String> = query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (decoded(name), decoded(value)))
            .collect();
        assert!(query.contains_key("X-Amz-Signature"), "a request is not signed: {target}");
        for name in headers.keys().filter(|name| name.starts_with("x-amz-")) {
            assert!(query["X-Amz-SignedHeaders"].contains(name.as_str()), "{name} is not signed");
        }
        let text = String::from_utf8_lossy(&body);
        let deletes = text.split("<Key>").skip(1).filter_map(|k| k.split("</Key>").next()).map(str::to_string);
        let asked = Asked {
            lists: method == "GET" && query.contains_key("list-type"),
            deletes: if query.contains_key("delete") { deletes.collect() } else { Vec::new() },
            conditional: headers.contains_key("if-match") || headers.contains_key("if-none-match"),
            method,
            key,
        };
        let fault = {
            let mut state = self.state();
            let number = state.asked.len();
            state.asked.push(asked.clone());
            state.script.as_mut().and_then(|script| script(number, &asked))
        };
        let mut extra = String::new();
        let (status, document) = match &fault {
            None | Some(Fault::Truncated) => self.answer(&asked, &query, &headers, &body, &mut extra),
            Some(Fault::Held(until)) => {
                let began = std::time::Instant::now();
                while !until.load(std::sync::atomic::Ordering::Relaxed) && began.elapsed() < Duration::from_secs(60) {
                    std::thread::sleep(Duration::from_millis(2));
                }
                self.answer(&asked, &query, &headers, &body, &mut extra)
            }
            Some(Fault::Error(status, code)) => (*status, error(code)),
            Some(Fault::Page(status, page)) => (*status, page.as_bytes().to_vec()),
            Some(Fault::Reset) => return Some(false),
            Some(Fault::ResetAfter) => {
                self.answer(&asked, &query, &headers, &body, &mut extra);
                return Some(false);
            }
            Some(Fault::Stall) => {
                std::thread::sleep(Duration::from_secs(3));
                return Some(false);
            }
            Some(Fault::Skewed(_)) => (403, error("AccessDenied")),
        };
        let clock = self.state().clock + if let Some(Fault::Skewed(by)) = fault { by } else { 0 };
        let mut head =
            format!("HTTP/1.1 {status} X\r\nDate: {}\r\nContent-Length: {}\r\n", date(clock), document.len());
        head.push_str(&extra);
        head.push_str("\r\n");
        out.write_all(head.as_bytes()).ok()?;
        if matches!(fault, Some(Fault::Truncated)) {
            let _ = out.write_all(&document[..document.len() / 2]);
            return Some(false);
        }
        out.write_all(&document).ok()?;
        Some(true)
    }

    fn answer(
        &self,
        asked: &Asked,
        query: &BTreeMap<String, String>,
        headers: &BTreeMap<String, String>,
        body: &[u8],
        extra: &mut String,
    ) -> (u16, Vec<u8>) {
        let mut state = self.state();
        state.clock += 1;
        let clock = state.clock;
        if asked.lists {
            return (200, list(&state, query));
        }
        if !asked.deletes.is_empty() {
            for key in &asked.deletes {
                state.objects.remove(key);
            }
            return (200, b"<DeleteResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"></DeleteResult>".to_vec());
        }
        if asked.method == "GET" {
            let Some(object) = state.objects.get(&asked.key) else { return (404, error("NoSuchKey")) };
            let _ = write!(extra, "ETag: {}\r\nLast-Modified: {}\r\n", object.etag, date(object.written));
            if let Some(encoding) = object.headers.get("content-encoding") {
                let _ = write!(extra, "Content-Encoding: {encoding}\r\n");
            }
            return (200, object.bytes.clone());
        }
        let there = state.objects.get(&asked.key).map(|o| o.etag.clone());
        let refused = match (headers.get("if-match"), headers.get("if-none-match")) {
            (Some(tag), _) => there.as_ref() != Some(tag),
            (_, Some(_)) => there.is_some(),
            _ => false,
        };
        if refused && !state.passes_over_conditions {
            return (412, error("PreconditionFailed"));
        }
        let mut object = Object { bytes: body.to_vec(), headers: headers.clone(), written: clock, ..Object::default() };
        let copied = headers.get("x-amz-copy-source").map(|source| {
            let (path, version) = source.split_once("?versionId=").expect("a version");
            let key = decoded(path.strip_prefix(&format!("/{BUCKET}/")).expect("the bucket"));
            state.versions.get(&(key, version.to_string())).cloned()
        });
        match copied {
            Some(None) => return (404, error("NoSuchVersion")),
            Some(Some(source)) => object = Object { written: clock, ..source },
            None => {}
        }
        state.written += 1;
        object.etag = match state.odd_etags {
            true => format!("\"{:032x}-1\"", state.written),
            false => format!("\"{}\"", md5(&object.bytes)),
        };
        let _ = write!(extra, "ETag: {}\r\n", object.etag);
        if state.keeps_versions {
            object.version = format!("v{}", state.written);
            let _ = write!(extra, "x-amz-version-id: {}\r\n", object.version);
        }
        let version = if object.version.is_empty() { "null".to_string() } else { object.version.clone() };
        state.versions.insert((asked.key.clone(), version), object.clone());
        state.objects.insert(asked.key.clone(), object);
        let copies = headers.contains_key("x-amz-copy-source");
        (200, if copies { b"<CopyObjectResult></CopyObjectResult>".to_vec() } else { Vec::new() })
    }
}

fn list(state: &State, query: &BTreeMap<String, String>) -> Vec<u8> {
    let prefix = query.get("prefix").map_or("", String::as_str);
    let after = query.get("continuation-token").map_or("", String::as_str);
    let all = state.objects.iter().filter(|(key, _)| key.starts_with(prefix) && key.as_str() > after);
    let page: Vec<_> = all.take(state.page_size + 1).collect();
    let more = page.len() > state.page_size;
    let mut text = "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">".to_string();
    for (key, object) in page.iter().take(state.page_size) {
        let _ = write!(text, "<Contents><Key>{key}</Key><Size>{}</Size></Contents>", object.bytes.len());
    }
    if more {
        let last = page[state.page_size - 1].0;
        let _ = write!(text, "<IsTruncated>true</IsTruncated><NextContinuationToken>{last}</NextContinuationToken>");
    }
    text.push_str("</ListBucketResult>");
    text.into_bytes()
}

fn error(code: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>It is so.</Message></Error>").into_bytes()
}

fn date(seconds: i64) -> String {
    let at = jiff::Timestamp::from_second(seconds).expect("a time");
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The MD5 of some bytes, as ETags have it.
pub fn md5(bytes: &[u8]) -> String {
    use md5::Digest;
    md5::Md5::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}
