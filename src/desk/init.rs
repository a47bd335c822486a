//! A new site: small, whole, and explained in its own files, which are in the program.

use super::place;
use include_dir::{Dir, include_dir};
use std::io;
use std::path::Path;

static STARTER: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/desk/starter");

/// What the name of the site is in the starter.
const TITLE: &str = "The Morning Brief";

/// The `site.toml` of a new site: every setting, each with what it means.
pub const SITE_TOML: &str = include_str!("starter/site.toml");

/// The files of a new site: path and text, by path.
pub fn files(title: Option<&str>) -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(&STARTER, &mut files);
    for (path, text) in &mut files {
        if let (crate::config::FILE, Some(title)) = (path.as_str(), title) {
            // A JSON text is a TOML text.
            let quoted = |title: &str| serde_json::Value::from(title).to_string();
            *text = text.replacen(&format!("title = {}", quoted(TITLE)), &format!("title = {}", quoted(title)), 1);
        }
    }
    files.sort();
    files
}

fn collect(dir: &Dir, files: &mut Vec<(String, String)>) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        // Under their own names they would be at work in the program's repository too.
        let path = match path.as_str() {
            "gitignore" => ".gitignore".to_string(),
            "github-pages.yml" => ".github/workflows/pages.yml".to_string(),
            _ => path,
        };
        files.push((path, file.contents_utf8().unwrap_or_default().to_string()));
    }
    dir.dirs().for_each(|dir| collect(dir, files));
}

/// Why there is no new site.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is something in the folder.
    #[error("{0} is not empty: it has {1}")]
    NotEmpty(String, String),
    /// It is no folder.
    #[error("{0} is a file")]
    NotAFolder(String),
    /// It cannot be written.
    #[error("{0} cannot be written: {1}")]
    Io(String, io::Error),
}

/// Writes a new site into a folder that is empty or does not exist; what it wrote, in order. A `.git` may be there.
pub fn init(folder: &Path, title: Option<&str>) -> Result<Vec<String>, Refused> {
    let shown = folder.display().to_string();
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            let mut names: Vec<String> =
                entries.filter_map(|e| Some(e.ok()?.file_name().to_string_lossy().into_owned())).collect();
            names.retain(|name| name != ".git");
            names.sort();
            if let Some(first) = names.first() {
                return Err(Refused::NotEmpty(shown, first.clone()));
            }
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => return Err(Refused::NotAFolder(shown)),
        Err(e) => return Err(Refused::Io(shown, e)),
    }
    let files = files(title);
    for (path, text) in &files {
        place::create(folder, path, text).map_err(|e| Refused::Io(format!("{shown}/{path}"), e))?;
    }
    Ok(files.into_iter().map(|(path, _)| path).collect())
}
