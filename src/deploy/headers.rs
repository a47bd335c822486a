//! What is sent with a file: its media type, how long it may be kept, how it is encoded. A function of the file's path and
//! the target's settings; of pages of old addresses also of where they lead.

use crate::config::{Deploy, Destination};
use crate::fingerprint::Fingerprint;

/// What is sent with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headers {
    /// `Content-Type`.
    pub media_type: String,
    /// `Cache-Control`.
    pub cache: String,
    /// Whether it is sent with `Content-Encoding: gzip`.
    pub gzip: bool,
}

/// A name with a hash of the content in it may be kept for a year.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// Of the file at a path.
pub fn of(path: &str, hash: Fingerprint, deploy: &Deploy) -> Headers {
    let media_type = media_type(path);
    let text = ["text/", "application/json", "application/xml", "image/svg+xml", "application/x-ndjson"];
    let text =
        text.iter().any(|t| media_type.starts_with(t)) || media_type.contains("+xml") || media_type.contains("+json");
    let cache = if is_fingerprinted(path, hash) { FOR_GOOD.to_string() } else { deploy.cache.clone() };
    Headers { media_type, cache, gzip: deploy.compress && text }
}

/// A short hash of all that decides what is sent with the file.
pub fn mark(path: &str, hash: Fingerprint, deploy: &Deploy) -> u32 {
    let Headers { media_type, cache, gzip } = of(path, hash, deploy);
    let redirects = sends_redirects(deploy) && is_page(path);
    let mark = Fingerprint::of(format!("{media_type}\0{cache}\0{gzip}\0{redirects}").as_bytes());
    u32::from_le_bytes(std::array::from_fn(|i| mark.as_bytes()[i]))
}

/// Whether pages of old addresses are sent as redirects of the target.
pub fn sends_redirects(deploy: &Deploy) -> bool {
    matches!(&deploy.to, Destination::S3(s3) if s3.website_redirects)
}

/// Whether it is a page.
pub fn is_page(path: &str) -> bool {
    path.ends_with(".html") || path.ends_with(".htm")
}

/// Whether the file's name changes with its content, as that of a theme's asset does: `assets/style.0a1b2c3d.css`, where
/// the digits are the content's.
fn is_fingerprinted(path: &str, hash: Fingerprint) -> bool {
    let name = path.strip_prefix("assets/").and_then(|rest| rest.rsplit('/').next());
    name.and_then(|name| name.rsplit('.').nth(1)).is_some_and(|part| part == hash.short())
}

/// Everything that Dateline writes as text is UTF-8.
fn media_type(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let known = match name {
        "feed.xml" => Some("application/atom+xml"),
        "rss.xml" => Some("application/rss+xml"),
        "feed.json" => Some("application/feed+json"),
        "opensearch.xml" => Some("application/opensearchdescription+xml"),
        "robots.txt" | "llms.txt" | "CNAME" | "_redirects" | "_headers" | ".nojekyll" | ".htaccess" => {
            Some("text/plain")
        }
        _ if path.starts_with("feeds/") && name.ends_with(".xml") => Some("application/atom+xml"),
        _ if name.ends_with(".jsonl") || name.ends_with(".ndjson") => Some("application/x-ndjson"),
        _ if name.ends_with(".xml") => Some("application/xml"),
        _ if name.ends_with(".webmanifest") => Some("application/manifest+json"),
        _ if name.ends_with(".md") => Some("text/markdown"),
        _ => None,
    };
    let kind = known.map_or_else(|| mime_guess::from_path(path).first_or_octet_stream().to_string(), str::to_string);
    let is_text = kind.starts_with("text/") || kind.ends_with("xml") || kind.ends_with("json");
    if is_text && kind != "image/svg+xml" { format!("{kind}; charset=utf-8") } else { kind }
}

/// Where a page leads that is nothing but a redirect: `<meta http-equiv="refresh" content="0; url=…">` in its head. A
/// function of the bytes, so that equal content is equal in this as well.
pub fn redirect(path: &str, bytes: &[u8]) -> Option<String> {
    const HEAD: usize = 4096;
    let head = bytes.get(..bytes.len().min(HEAD)).filter(|_| is_page(path))?;
    let head = String::from_utf8_lossy(head);
    let at = head.find("http-equiv=\"refresh\"")?;
    let tag = &head[at..at + head[at..].find('>')?];
    let content = tag.split("content=\"").nth(1)?.split('"').next()?;
    let (delay, url) = content.split_once(';')?;
    let url = url.trim().strip_prefix("url=").or_else(|| url.trim().strip_prefix("URL="))?;
    let url = url
        .replace("&#x2F;", "/")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
    let url = url.replace("&amp;", "&");
    let sound = url.starts_with('/') || url.starts_with("https://") || url.starts_with("http://");
    (delay.trim() == "0" && sound && !url.contains(char::is_control)).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_the_hash_of_the_content_are_kept_for_good() {
        let hash = Fingerprint::of(b"body {}");
        let own = hash.short();
        assert!(is_fingerprinted(&format!("assets/style.{own}.css"), hash));
        assert!(is_fingerprinted(&format!("assets/fonts/serif.{own}.woff2"), hash));
        for path in
            ["assets/style.css", "assets/style.20250316.css", &format!("photos/a.{own}.jpg"), &format!("assets/{own}")]
        {
            assert!(!is_fingerprinted(path, hash), "{path}");
        }
    }

    #[test]
    fn types() {
        for (path, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("feed.xml", "application/atom+xml; charset=utf-8"),
            ("feeds/2025-03.xml", "application/atom+xml; charset=utf-8"),
            ("tags/x/feed.xml", "application/atom+xml; charset=utf-8"),
            ("rss.xml", "application/rss+xml; charset=utf-8"),
            ("feed.json", "application/feed+json; charset=utf-8"),
            ("sitemap.xml", "application/xml; charset=utf-8"),
            ("archive.json", "application/json; charset=utf-8"),
            ("a/photo.svg", "image/svg+xml"),
            ("a/photo.webp", "image/webp"),
            ("a/text.md", "text/markdown; charset=utf-8"),
            ("assets/style.0a1b2c3d.css", "text/css; charset=utf-8"),
            ("CNAME", "text/plain; charset=utf-8"),
        ] {
            assert_eq!(media_type(path), expected, "{path}");
        }
    }

    #[test]
    fn where_a_page_leads() {
        let page =
            |content: &str| format!("<meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"{content}\">");
        let of = |content: &str| redirect("a/index.html", page(content).as_bytes());
        assert_eq!(of("0; url=/new/").as_deref(), Some("/new/"));
        assert_eq!(of("0; url=https://a.example/?x=1&amp;y=2").as_deref(), Some("https://a.example/?x=1&y=2"));
        assert_eq!(of("30; url=/new/"), None);
        assert_eq!(of("0; url=javascript:alert(1)"), None);
        assert_eq!(redirect("a.txt", page("0; url=/new/").as_bytes()), None);
        assert_eq!(redirect("a.html", b"<p>text</p>"), None);
    }
}
