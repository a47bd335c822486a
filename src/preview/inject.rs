//! What the server puts into a page on the way out.

use crate::fingerprint::Fingerprint;

/// The page with the script that follows its changes, as its last element. The script is told which state the page is of, and
/// the hash of its body: so it knows whether more than the head has changed.
pub fn script(page: &[u8], base_path: &str, version: &str) -> Vec<u8> {
    let body = find(page, b"<body").unwrap_or(0);
    let hash = Fingerprint::of(&page[body..]).short();
    let tag = format!(
        "<script src=\"{base_path}/{}/live.js\" data-base=\"{base_path}\" data-since=\"{version}\" data-body=\"{hash}\" defer></script>\n",
        super::OWN
    );
    // Without an end of the body, a parser puts what comes last into it.
    let at = rfind(page, b"</body").unwrap_or(page.len());
    [&page[..at], tag.as_bytes(), &page[at..]].concat()
}

fn find(page: &[u8], what: &[u8]) -> Option<usize> {
    page.windows(what.len()).position(|w| w.eq_ignore_ascii_case(what))
}

fn rfind(page: &[u8], what: &[u8]) -> Option<usize> {
    page.windows(what.len()).rposition(|w| w.eq_ignore_ascii_case(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(page: &str) -> String {
        String::from_utf8(script(page.as_bytes(), "/news", "x.1")).expect("UTF-8")
    }

    #[test]
    fn the_script_is_the_last_element() {
        assert!(
            with("<BODY><p>a</p></BODY></html>").starts_with("<BODY><p>a</p><script src=\"/news/_dateline/live.js\" ")
        );
        assert!(with("<p>a").starts_with("<p>a<script "));
        assert!(with("").starts_with("<script "));
    }

    #[test]
    fn the_hash_is_that_of_the_body() {
        let hash = |page: &str| with(page).split("data-body=").nth(1).map(|rest| rest[..10].to_string());
        assert_eq!(hash("<title>a</title><body><p>x</body>"), hash("<title>b</title><body><p>x</body>"));
        assert_ne!(hash("<title>a</title><body><p>x</body>"), hash("<title>a</title><body><p>y</body>"));
    }
}
