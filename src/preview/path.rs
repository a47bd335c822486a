//! A request's path becomes a file of the output, or nothing: there is no way out of the folder.

use super::live::Shown;
use crate::build::{MARKER, STAGING};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use std::fs::Metadata;
use std::path::{Path, PathBuf};

/// What a path asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    /// Decoded parts.
    pub parts: Vec<String>,
    /// Whether it names a folder: it ends with a slash.
    pub folder: bool,
}

/// What is at a path.
pub enum Found {
    /// A file.
    File(PathBuf, Metadata),
    /// A folder that was asked for without its slash.
    Folder,
    /// Nothing that may be shown.
    Nothing,
}

/// Reads the path of a request line; `None` if it is none.
pub fn read(path: &str) -> Option<Asked> {
    let path = path.strip_prefix('/')?;
    if path.is_empty() {
        return Some(Asked { parts: Vec::new(), folder: true });
    }
    let (path, folder) = path.strip_suffix('/').map_or((path, false), |p| (p, true));
    let part = |part: &str| {
        let part = percent_decode_str(part).decode_utf8().ok()?;
        // On other systems a colon names a drive or a stream.
        let climbs =
            matches!(&*part, "." | "..") || part.contains(['/', '\\']) || (cfg!(windows) && part.contains(':'));
        let sound = !climbs && !part.contains(char::is_control);
        sound.then(|| part.into_owned())
    };
    let parts = path.split('/').map(part).collect::<Option<Vec<String>>>()?;
    Some(Asked { parts, folder })
}

impl Asked {
    /// The same without the path that every URL of the site starts with; `None` if it does not.
    pub fn below(mut self, base_path: &str) -> Option<Self> {
        for part in base_path.split('/').filter(|p| !p.is_empty()) {
            let same = self.parts.first().is_some_and(|first| first == part);
            if !same {
                return None;
            }
            self.parts.remove(0);
        }
        // `/news` is the front page's folder without its slash.
        Some(self)
    }

    /// The file of the output that it names.
    pub fn file(&self) -> String {
        let mut file = self.parts.join("/");
        if self.folder {
            file.push_str(if file.is_empty() { "index.html" } else { "/index.html" });
        }
        file
    }

    /// The same as a URL, with a slash at the end.
    pub fn with_slash(&self, base_path: &str) -> String {
        const PLAIN: &AsciiSet =
            &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'?').add(b'%').add(b'`');
        let mut url = format!("{base_path}/");
        for part in &self.parts {
            url.extend(utf8_percent_encode(part, PLAIN));
            url.push('/');
        }
        url
    }

    /// Looks for it in the output. Symbolic links are nothing: a build makes none, and they could lead anywhere.
    pub fn find(&self, shown: &Shown) -> Found {
        let Some(root) = &shown.root else { return Found::Nothing };
        let own = self.parts.first().is_some_and(|p| p.starts_with(MARKER) || p == STAGING);
        if own || self.parts.iter().any(String::is_empty) {
            return Found::Nothing;
        }
        let file = self.file();
        match lookup(root, &file) {
            Some((path, meta)) if meta.is_file() => Found::File(path, meta),
            Some((path, meta)) if meta.is_dir() && path.join("index.html").is_file() => Found::Folder,
            _ => Found::Nothing,
        }
    }
}

/// What is at a path of the output, if no link leads there.
pub fn lookup(root: &Path, file: &str) -> Option<(PathBuf, Metadata)> {
    let mut path = root.to_path_buf();
    let mut meta = None;
    for part in file.split('/') {
        path.push(part);
        let found = std::fs::symlink_metadata(&path).ok().filter(|m| !m.is_symlink())?;
        meta = Some(found);
    }
    Some((path, meta?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(path: &str) -> Option<(Vec<String>, bool)> {
        read(path).map(|a| (a.parts, a.folder))
    }

    #[test]
    fn a_path_is_its_decoded_parts() {
        let of = |parts: &[&str], folder| Some((parts.iter().map(|p| p.to_string()).collect::<Vec<_>>(), folder));
        assert_eq!(parts("/"), of(&[], true));
        assert_eq!(parts("/a/b"), of(&["a", "b"], false));
        assert_eq!(parts("/tags/caf%C3%A9/"), of(&["tags", "café"], true));
        assert_eq!(parts("/a%20b/..c/d..e"), of(&["a b", "..c", "d..e"], false));
    }

    #[test]
    fn no_path_leads_out() {
        for path in [
            "",
            "a",
            "*",
            "/..",
            "/../a",
            "/a/../b",
            "/a/..",
            "/%2e%2e/a",
            "/.%2E/a",
            "/a/%2e/",
            "/a%2fb",
            "/a%2F..%2Fb",
            "/a\\b",
            "/a%5cb",
            "/a%00",
            "/a%0ab",
            "/%ff",
            "/%c0%ae%c0%ae/a",
            "/a%7f",
        ] {
            assert_eq!(parts(path), None, "{path}");
        }
    }

    #[test]
    fn the_path_of_the_site_is_taken_off() {
        let below = |path: &str| read(path).and_then(|a| a.below("/news/live")).map(|a| a.file());
        assert_eq!(below("/news/live/"), Some("index.html".to_string()));
        assert_eq!(below("/news/live/a/b.css"), Some("a/b.css".to_string()));
        assert_eq!(below("/news/livex/"), None);
        assert_eq!(below("/news/"), None);
    }

    #[test]
    fn a_redirect_stays_on_this_server() {
        let to = |path: &str| read(path).map(|a| a.with_slash(""));
        assert_eq!(to("/a%20b/c%3Fd").as_deref(), Some("/a%20b/c%3Fd/"));
        assert_eq!(to("/tags/caf%C3%A9").as_deref(), Some("/tags/caf%C3%A9/"));
    }
}
