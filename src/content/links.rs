//! What kind of thing a link's destination is, from its text alone.

/// A destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// Another site: `https://…`, `//…`.
    External,
    /// Not a place on the web: `mailto:`, `tel:`.
    Other,
    /// Would run code or read the reader's disk: never written.
    Unsafe,
    /// `#id` on the same page.
    Fragment(&'a str),
    /// `/path` of this site.
    Rooted {
        /// Path, without query and fragment.
        path: &'a str,
        /// The part after `#`, or empty.
        fragment: &'a str,
    },
    /// `path` relative to the file that the link stands in.
    Relative {
        /// Path, without query and fragment.
        path: &'a str,
        /// The part after `#`, or empty.
        fragment: &'a str,
    },
}

impl Target<'_> {
    /// Whether it stays in the site, and so can be checked.
    pub fn is_internal(&self) -> bool {
        matches!(self, Target::Fragment(_) | Target::Rooted { .. } | Target::Relative { .. })
    }
}

/// Says what a destination is.
pub fn parse(to: &str) -> Target<'_> {
    // Browsers drop these before they look for a scheme (WHATWG URL, 4.4).
    if to.contains(|c: char| c.is_ascii_control()) {
        return Target::Unsafe;
    }
    let to = to.trim();
    if to.starts_with("//") || to.starts_with("/\\") || to.starts_with('\\') {
        return Target::External;
    }
    if let Some(id) = to.strip_prefix('#') {
        return Target::Fragment(id);
    }
    if let Some(scheme) = scheme(to) {
        return match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" | "ftp" => Target::External,
            "javascript" | "vbscript" | "data" | "file" | "blob" | "filesystem" => Target::Unsafe,
            _ => Target::Other,
        };
    }
    let (path, fragment) = to.split_once('#').unwrap_or((to, ""));
    let path = path.split('?').next().unwrap_or("");
    if path.starts_with('/') { Target::Rooted { path, fragment } } else { Target::Relative { path, fragment } }
}

/// Whether this is a picture inside the text itself.
pub fn is_data_image(to: &str) -> bool {
    let lower = to.get(..11).map(str::to_ascii_lowercase);
    lower.as_deref() == Some("data:image/") && !to[11..].to_ascii_lowercase().starts_with("svg")
}

/// RFC 3986, 3.1.
fn scheme(to: &str) -> Option<&str> {
    let (scheme, _) = to.split_once(':')?;
    let sound = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    sound.then_some(scheme)
}

/// The path that `relative` names when it stands in the file `from`; `None` if it climbs out of the site.
pub fn join(from: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// `%20` and the like undone; what is not sound is left as it is.
pub fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_string();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = (bytes[i] == b'%').then(|| text.get(i + 1..i + 3)).flatten();
        match hex.filter(|h| h.bytes().all(|b| b.is_ascii_hexdigit())).and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                i += 3;
            }
            None => {
                out.push(bytes[i]);
                i += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_string())
}

/// A path as part of a URL: letters of every script stay, what has a meaning in URLs is encoded.
pub fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if c.is_alphanumeric()
            || (!c.is_ascii() && !c.is_whitespace() && !c.is_control())
            || matches!(c, '/' | '-' | '_' | '.' | '~' | '+' | ',' | '@' | '!' | '(' | ')' | '=' | '$')
        {
            out.push(c);
        } else {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        }
    }
    out
}

/// A path as part of a URI: ASCII only (RFC 3986, 2).
pub fn ascii_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for c in percent_encoded(path).chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut buffer = [0; 4];
            c.encode_utf8(&mut buffer).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations() {
        assert_eq!(parse("https://a.example"), Target::External);
        assert_eq!(parse("//a.example"), Target::External);
        assert_eq!(parse("mailto:a@b"), Target::Other);
        assert_eq!(parse("JavaScript:alert(1)"), Target::Unsafe);
        assert_eq!(parse("java\tscript:alert(1)"), Target::Unsafe);
        assert_eq!(parse("data:text/html,x"), Target::Unsafe);
        assert_eq!(parse("#x"), Target::Fragment("x"));
        assert_eq!(parse("/a/?q#x"), Target::Rooted { path: "/a/", fragment: "x" });
        assert_eq!(parse("../a.md#x"), Target::Relative { path: "../a.md", fragment: "x" });
        assert_eq!(parse("10:30.md"), Target::Relative { path: "10:30.md", fragment: "" });
    }

    #[test]
    fn paths_join_inside_the_site() {
        assert_eq!(join("a/b/c.md", "../d.md").as_deref(), Some("a/d.md"));
        assert_eq!(join("a/b/c.md", "./d/../e.md").as_deref(), Some("a/b/e.md"));
        assert_eq!(join("c.md", "../d.md"), None);
    }

    #[test]
    fn percent_coding() {
        assert_eq!(percent_decoded("a%20b%zz%C3%A9"), "a b%zzé");
        assert_eq!(percent_encoded("ä b?#%.png"), "ä%20b%3F%23%25.png");
    }
}
