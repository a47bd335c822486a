//! The outputs that a build is about to touch, written down before the first of them is.

use super::store;
use crate::fingerprint::Fingerprint;
use std::io::ErrorKind;
use std::path::Path;

const FILE: &str = "intent";

/// What a build that died has left.
pub(super) enum Read {
    /// Nothing: the last build ended.
    None,
    /// It meant to touch these.
    Files(Vec<String>),
    /// Nobody knows what it meant to touch.
    Damaged,
}

pub(super) fn read(folder: &Path) -> Read {
    match std::fs::read(folder.join(FILE)) {
        Err(e) if e.kind() == ErrorKind::NotFound => Read::None,
        Err(_) => Read::Damaged,
        Ok(bytes) => match store::checked(&bytes).and_then(|body| std::str::from_utf8(body).ok()) {
            Some(text) => Read::Files(text.lines().map(str::to_string).collect()),
            None => Read::Damaged,
        },
    }
}

/// Adds to what an earlier build that died has left: that is still true.
pub(super) fn write<'a>(folder: &Path, files: impl Iterator<Item = &'a str>) -> std::io::Result<()> {
    let mut text: String = match read(folder) {
        Read::Files(earlier) => earlier.iter().flat_map(|f| [f.as_str(), "\n"]).collect(),
        Read::None | Read::Damaged => String::new(),
    };
    for file in files {
        text.push_str(file);
        text.push('\n');
    }
    let mut bytes = Fingerprint::of(text.as_bytes()).as_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    store::replace(&folder.join(FILE), &bytes)
}

pub(super) fn done(folder: &Path) -> std::io::Result<()> {
    match std::fs::remove_file(folder.join(FILE)) {
        Err(e) if e.kind() != ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}
