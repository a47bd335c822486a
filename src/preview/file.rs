//! Files of the output as answers: their type, ranges of them, what the browser has already, and the site's own 404.

use super::answer::{Question, of_type, plain, redirect, with};
use super::body::Body;
use super::inject;
use super::live::Shown;
use super::path::{Found, lookup};
use crate::fingerprint::Fingerprint;
use hyper::header::{self, HeaderMap, HeaderName};
use hyper::{Response, StatusCode};
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::RangeInclusive;
use std::path::Path;

/// A file up to this size is read before it is sent; a larger one while it is.
const SMALL: u64 = 256 * 1024;

const HTML: &str = "text/html; charset=utf-8";

/// Answers from the output.
pub fn answer(question: &Question, shown: &Shown) -> io::Result<Response<Body>> {
    if shown.root.is_none() {
        let page = inject::script(WAITING.as_bytes(), &shown.base_path, &shown.version);
        let mut answer = of_type(page.into(), HTML);
        *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
        return Ok(with(answer, header::RETRY_AFTER, "1"));
    }
    match question.asked.find(shown) {
        Found::File(path, _) if is_html(&path) => page(&path, &question.headers, shown),
        Found::File(path, meta) => other(&path, &meta, &question.headers),
        Found::Folder => {
            let query = question.query.as_ref().map_or(String::new(), |q| format!("?{q}"));
            Ok(redirect(&format!("{}{query}", question.asked.with_slash(&shown.base_path))))
        }
        Found::Nothing => not_found(shown),
    }
}

/// While the first build is not done, or has failed.
const WAITING: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
    <title>Dateline</title>\n<body style=\"font: 1rem/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 30rem; padding: 0 1rem\">\n\
    <p>There is no page yet: the first build is not done. This one makes way for it by itself.</p>\n</body>\n</html>\n";

const GONE: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>404</title>\n<body>\n\
    <p>There is no page here, and the site has no 404 page.</p>\n</body>\n</html>\n";

fn not_found(shown: &Shown) -> io::Result<Response<Body>> {
    let own = shown.root.as_ref().and_then(|root| lookup(root, "404.html")).filter(|(_, meta)| meta.is_file());
    let bytes = own.map_or(Ok(GONE.into()), |(path, _)| std::fs::read(path))?;
    let mut answer = of_type(inject::script(&bytes, &shown.base_path, &shown.version).into(), HTML);
    *answer.status_mut() = StatusCode::NOT_FOUND;
    Ok(answer)
}

fn page(path: &Path, headers: &HeaderMap, shown: &Shown) -> io::Result<Response<Body>> {
    let page = inject::script(&std::fs::read(path)?, &shown.base_path, &shown.version);
    let tag = format!("\"{}\"", Fingerprint::of(&page));
    if has(headers, header::IF_NONE_MATCH, &tag) {
        return Ok(not_modified(&tag));
    }
    Ok(with(of_type(page.into(), HTML), header::ETAG, &tag))
}

fn other(path: &Path, meta: &Metadata, headers: &HeaderMap) -> io::Result<Response<Body>> {
    let size = meta.len();
    let tag = tag(meta);
    if has(headers, header::IF_NONE_MATCH, &tag) {
        return Ok(not_modified(&tag));
    }
    // Of another version than the reader has, a part is no use (RFC 9110, 13.1.5).
    let same = headers.get(header::IF_RANGE).is_none_or(|v| v.as_bytes() == tag.as_bytes());
    let range = headers.get(header::RANGE).filter(|_| same).and_then(|v| v.to_str().ok());
    let part = match range.map_or(Part::Whole, |range| part(range, size)) {
        Part::None => {
            let mut answer = plain(StatusCode::RANGE_NOT_SATISFIABLE, "The file is not that long.");
            *answer.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            return Ok(with(answer, header::CONTENT_RANGE, &format!("bytes */{size}")));
        }
        Part::Whole => None,
        Part::Of(range) => Some(range),
    };
    let (start, length) = part.as_ref().map_or((0, size), |r| (*r.start(), r.end() - r.start() + 1));
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(start))?;
    let body = if length > SMALL {
        Body::File(tokio::fs::File::from_std(file), length)
    } else {
        let mut bytes = Vec::with_capacity(length as usize);
        file.take(length).read_to_end(&mut bytes)?;
        bytes.into()
    };
    let mut answer = with(of_type(body, &kind(path)), header::ETAG, &tag);
    if let Some(range) = part {
        *answer.status_mut() = StatusCode::PARTIAL_CONTENT;
        answer = with(answer, header::CONTENT_RANGE, &format!("bytes {}-{}/{size}", range.start(), range.end()));
    }
    Ok(with(answer, header::ACCEPT_RANGES, "bytes"))
}

enum Part {
    Whole,
    Of(RangeInclusive<u64>),
    None,
}

/// What of a file is asked for. A range that is not understood, or several, may be answered with the whole file (RFC 9110,
/// 14.2).
fn part(range: &str, size: u64) -> Part {
    let Ok(parsed) = http_range_header::parse_range_header(range) else { return Part::Whole };
    if parsed.ranges.len() != 1 {
        return Part::Whole;
    }
    match parsed.validate(size) {
        Ok(ranges) => ranges.into_iter().next().map_or(Part::Whole, Part::Of),
        Err(_) => Part::None,
    }
}

fn not_modified(tag: &str) -> Response<Body> {
    let mut answer = Response::new(Body::Whole(None));
    *answer.status_mut() = StatusCode::NOT_MODIFIED;
    with(with(answer, header::ETAG, tag), header::CACHE_CONTROL, "no-cache")
}

/// Whether the reader has this version.
fn has(headers: &HeaderMap, name: HeaderName, tag: &str) -> bool {
    let listed =
        |list: &str| list.split(',').any(|t| matches!(t.trim(), "*") || t.trim().trim_start_matches("W/") == tag);
    headers.get_all(name).iter().any(|v| v.to_str().is_ok_and(listed))
}

/// A build replaces a file whole, so that these tell its versions apart.
fn tag(meta: &Metadata) -> String {
    let changed = meta.modified().ok().and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(meta);
    #[cfg(not(unix))]
    let number = 0;
    format!("\"{:x}-{:x}-{:x}\"", meta.len(), changed.as_nanos(), number)
}

fn is_html(path: &Path) -> bool {
    path.extension().is_some_and(|e| e.eq_ignore_ascii_case("html") || e.eq_ignore_ascii_case("htm"))
}

/// Everything that Dateline writes as text is UTF-8.
fn kind(path: &Path) -> String {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    if kind.type_() == mime_guess::mime::TEXT { format!("{kind}; charset=utf-8") } else { kind.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges() {
        let of = |range: &str| match part(range, 100) {
            Part::Whole => "whole".to_string(),
            Part::None => "none".to_string(),
            Part::Of(r) => format!("{r:?}"),
        };
        assert_eq!(of("bytes=0-0"), "0..=0");
        assert_eq!(of("bytes=90-"), "90..=99");
        assert_eq!(of("bytes=-10"), "90..=99");
        assert_eq!(of("bytes=0-999"), "0..=99");
        for range in ["bytes=100-", "bytes=100-200"] {
            assert_eq!(of(range), "none", "{range}");
        }
        for range in ["bytes=a-b", "items=0-1", "bytes=0-1,3-4", "", "bytes=", "bytes=18446744073709551616-"] {
            assert_eq!(of(range), "whole", "{range}");
        }
    }

    #[test]
    fn kinds() {
        let of = |name: &str| kind(Path::new(name));
        assert_eq!(of("a.css"), "text/css; charset=utf-8");
        assert_eq!(of("a.js"), "text/javascript; charset=utf-8");
        assert_eq!(of("a.svg"), "image/svg+xml");
        assert_eq!(of("a.woff2"), "font/woff2");
        assert_eq!(of("a.json"), "application/json");
        assert_eq!(of("feed.xml"), "text/xml; charset=utf-8");
        assert_eq!(of("CNAME"), "application/octet-stream");
    }
}
