//! The themes that are part of the program: a site needs no theme folder of its own.

use super::layers::{File, Files};
use include_dir::{Dir, include_dir};
use std::borrow::Cow;

static THEMES: Dir = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// Names of the built-in themes.
pub fn names() -> impl Iterator<Item = &'static str> {
    THEMES.dirs().filter_map(|d| d.path().to_str())
}

/// The files of a built-in theme.
pub fn theme(name: &str) -> Option<Files> {
    let dir = THEMES.dirs().find(|d| d.path().to_str() == Some(name))?;
    let mut files = Files::new();
    add(dir, name, &mut files);
    Some(files)
}

fn add(dir: &'static Dir, theme: &str, files: &mut Files) {
    for file in dir.files() {
        if let Some(path) = file.path().to_str() {
            let inside = path.strip_prefix(theme).unwrap_or(path).trim_start_matches('/');
            let file = File {
                shown: format!("(built in) themes/{path}"),
                bytes: Cow::Borrowed(file.contents()),
                built_in: true,
            };
            files.insert(inside.to_string(), file);
        }
    }
    for dir in dir.dirs() {
        add(dir, theme, files);
    }
}
