//! New content files: where each goes, and that it takes nobody's place.

use crate::archive::Archive;
use jiff::civil::Date;
use std::fs::{File, create_dir_all, remove_file};
use std::io::{self, Write};
use std::path::Path;

/// Writes a file that is not there yet, with the folders it needs.
///
/// Errors: [`io::ErrorKind::AlreadyExists`] if anything is there; nothing is changed then.
pub fn create(site: &Path, path: &str, text: &str) -> io::Result<()> {
    let full = site.join(path);
    if let Some(folder) = full.parent() {
        create_dir_all(folder)?;
    }
    let mut file = File::create_new(&full)?;
    file.write_all(text.as_bytes()).inspect_err(|_| drop(remove_file(&full)))
}

/// The file of the article that has a place already: by its file, or by its address, which is its day and its slug.
pub fn taken<'a>(archive: &'a Archive, path: &str, day: Date, slug: &str) -> Option<&'a str> {
    let shown = archive.articles.iter().find(|a| &*a.prose.path == path || (a.when.day == day && a.slug == slug));
    let withheld = archive.withheld.articles.iter().find(|a| a.path == path || (a.day == day && a.slug == slug));
    shown.map(|a| &*a.prose.path).or(withheld.map(|a| a.path.as_str()))
}
