//! The site's files as they lie on the disk: which there are, and their bytes.

use crate::config::{self, Config};
use crate::content::EntityKind;
use crate::content::fence::MAX_FILE_BYTES;
use crate::diagnostics::{Code, Diagnostic};
use crate::theme::layers;
use rapidhash::RapidHashSet;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// What a content file is, by the folder it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An article.
    Article,
    /// A record.
    Record(EntityKind),
    /// A day's record.
    Briefing,
    /// A standing page.
    Standing,
}

/// A Markdown file of the site.
#[derive(Clone, Debug)]
pub struct Document {
    /// Relative to the site, with `/`.
    pub path: String,
    /// What it is.
    pub role: Role,
}

/// A file that is copied as it is.
#[derive(Clone, Debug)]
pub struct StaticFile {
    /// Relative to the site, with `/`.
    pub path: String,
    /// Its URL, without base path.
    pub url: String,
}

/// Every file of the site that matters.
#[derive(Default)]
pub struct Files {
    /// Markdown files, by path.
    pub documents: Vec<Document>,
    /// Other files in content folders: an article may show them.
    pub beside: RapidHashSet<String>,
    /// Files of the static folder, by path.
    pub statics: Vec<StaticFile>,
    /// What there is to say about the folders.
    pub problems: Vec<Diagnostic>,
}

impl Files {
    fn sort(&mut self) {
        self.documents.sort_by(|a, b| a.path.cmp(&b.path));
        self.statics.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// The nearest folder upwards with a `site.toml`.
pub fn find_site(from: &Path) -> Option<PathBuf> {
    from.ancestors().find(|folder| folder.join(config::FILE).is_file()).map(Path::to_path_buf)
}

/// Which folder of the site holds what.
struct Roles<'c> {
    /// Innermost folders first: a file belongs to the innermost one that has a role.
    folders: Vec<(&'c str, Role)>,
    /// A folder inside another is walked once.
    roots: Vec<&'c str>,
    statics: &'c str,
}

impl<'c> Roles<'c> {
    fn of(config: &'c Config) -> Self {
        let f = &config.folders;
        let mut folders: Vec<(&str, Role)> =
            vec![(&f.articles, Role::Article), (&f.briefings, Role::Briefing), (&f.pages, Role::Standing)];
        folders.extend(EntityKind::ALL.map(|kind| (kind.folder(config), Role::Record(kind))));
        folders.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.len()));
        let is_root = |r: &&str| !folders.iter().any(|(o, _)| o != r && is_inside(r, o));
        let mut roots: Vec<&str> = folders.iter().map(|(r, _)| *r).filter(is_root).collect();
        roots.sort_unstable();
        roots.dedup();
        Self { folders, roots, statics: &f.static_files }
    }

    /// Takes a file in, if it is something.
    fn sort_in(&self, files: &mut Files, path: String, is_file: bool) {
        if is_inside(&path, self.statics) && is_file {
            let url = path[self.statics.len()..].to_string();
            files.statics.push(StaticFile { path: path.clone(), url });
        }
        let Some((_, role)) = self.folders.iter().find(|(folder, _)| is_inside(&path, folder)) else { return };
        if !is_file && !is_markdown(&path) {
            // A pipe or a device beside an article is nothing that could be copied.
        } else if !is_markdown(&path) {
            files.beside.insert(path);
        } else if is_file {
            files.documents.push(Document { path, role: *role });
        } else {
            files.problems.push(
                Diagnostic::error(Code::Unreadable, "this is not a regular file")
                    .in_file(path)
                    .help("content is read from files: take the pipe, socket or device away"),
            );
        }
    }
}

/// Walks the site's folders.
pub fn walk(site: &Path, config: &Config) -> Files {
    let roles = Roles::of(config);
    let mut files = Files::default();
    let articles = &config.folders.articles;
    if !site.join(articles).is_dir() {
        files.problems.push(
            Diagnostic::error(Code::Config, format!("the folder of articles, `{articles}`, is not there"))
                .in_file(config::FILE)
                .help("make it, or say where the articles are: `[content]` and below it `articles = \"…\"`"),
        );
    }
    for root in roles.roots.iter().copied().chain([roles.statics]) {
        let mut problems = Vec::new();
        each_file(site, root, &mut problems, |path, is_file, _| roles.sort_in(&mut files, path, is_file));
        files.problems.extend(problems);
    }
    files.sort();
    files
}

/// What a partial look at the files found to have been touched.
pub struct Touched {
    /// Documents that are there and may have changed.
    pub documents: RapidHashSet<String>,
    /// Whether files came, went, or are none of the documents.
    pub others: bool,
}

/// Looks again at some files and folders only. `None` if that does not do, and everything must be walked.
pub fn rescan(site: &Path, config: &Config, files: &mut Files, paths: &BTreeSet<PathBuf>) -> Option<Touched> {
    if !files.problems.is_empty() {
        return None;
    }
    let roles = Roles::of(config);
    let mut touched = Touched { documents: RapidHashSet::default(), others: false };
    for absolute in paths {
        let path = relative(site, absolute)?;
        let is_ours = |folder: &str| is_inside(&path, folder);
        if roles.roots.iter().any(|root| path == *root || is_inside(root, &path)) || path == config::FILE {
            return None;
        }
        if !roles.roots.iter().any(|r| is_ours(r)) && !is_ours(roles.statics) && path != roles.statics {
            // Themes are read in every build, and nothing else of the site is an input.
            continue;
        }
        if Path::new(&path).iter().any(is_ignored) {
            continue;
        }
        let one = |known: &str| known == path || is_inside(known, &path);
        let known = files.documents.binary_search_by(|d| d.path.as_str().cmp(&path)).is_ok();
        if known && absolute.is_file() {
            touched.documents.insert(path);
            continue;
        }
        touched.others = true;
        files.documents.retain(|d| !one(&d.path));
        files.beside.retain(|f| !one(f));
        files.statics.retain(|f| !one(&f.path));
        let before = files.documents.len();
        let mut problems = Vec::new();
        each_file(site, &path, &mut problems, |path, is_file, _| roles.sort_in(files, path, is_file));
        files.problems.extend(problems);
        if absolute.is_file() {
            roles.sort_in(files, path, true);
        }
        touched.documents.extend(files.documents[before..].iter().map(|d| d.path.clone()));
        files.sort();
    }
    files.problems.is_empty().then_some(touched)
}

fn is_inside(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn is_markdown(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("md") || ending.eq_ignore_ascii_case("markdown"))
}

/// Calls `found` for every file below a folder, with its path and whether it is a regular file. Symbolic links are
/// followed.
fn each_file(
    site: &Path,
    folder: &str,
    problems: &mut Vec<Diagnostic>,
    mut found: impl FnMut(String, bool, &mut Vec<Diagnostic>),
) {
    let root = site.join(folder);
    if !root.is_dir() {
        return;
    }
    let walk = WalkDir::new(&root)
        .follow_links(true)
        .into_iter()
        .filter_entry(|e| e.depth() == 0 || !is_ignored(e.file_name()));
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => match relative(site, entry.path()) {
                Some(path) => found(path, entry.file_type().is_file(), problems),
                None => problems.push(
                    Diagnostic::error(
                        Code::Unreadable,
                        "the name of this file is not UTF-8, or has control characters in it",
                    )
                    .in_file(entry.path().strip_prefix(site).unwrap_or(entry.path()).to_string_lossy())
                    .help("rename it"),
                ),
            },
            Err(error) => {
                let path = error
                    .path()
                    .and_then(|p| p.strip_prefix(site).ok())
                    .map(|p| p.to_string_lossy().replace('\\', "/"));
                let d = match (error.loop_ancestor(), error.io_error()) {
                    (Some(ancestor), _) => {
                        let ancestor = ancestor.strip_prefix(site).unwrap_or(ancestor).display();
                        Diagnostic::error(Code::SymlinkLoop, format!("this link leads back to {ancestor}"))
                            .help("take the link away")
                    }
                    (None, Some(e)) => {
                        Diagnostic::error(Code::Unreadable, format!("this cannot be read: {}", reason(e)))
                            .help("check that it exists and may be read; a link may have lost its target")
                    }
                    _ => Diagnostic::error(Code::Unreadable, "this cannot be read").help("check its permissions"),
                };
                problems.push(d.in_file(path.unwrap_or_else(|| folder.to_string())));
            }
        }
    }
}

/// Whether a file or folder of this name is no content: what version control, systems and editors leave behind.
pub fn is_ignored(name: &std::ffi::OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let hidden = name.starts_with('.') && !matches!(name, ".well-known" | ".nojekyll" | ".htaccess");
    hidden
        || name.ends_with('~')
        || name.ends_with(".swp")
        || (name.starts_with('#') && name.ends_with('#'))
        || name == "Thumbs.db"
}

fn relative(site: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(site).ok()?.iter().map(|p| p.to_str()).collect();
    parts.map(|p| p.join("/")).filter(|p| !p.contains(char::is_control))
}

/// Reads a content file, up to the largest that is sensible.
pub fn read_bytes(site: &Path, path: &str) -> Result<Vec<u8>, Box<Diagnostic>> {
    let unreadable = |e: std::io::Error| {
        Box::new(
            Diagnostic::error(Code::Unreadable, format!("this file cannot be read: {}", reason(&e)))
                .in_file(path)
                .help("check that it exists and may be read"),
        )
    };
    let file = std::fs::File::open(site.join(path)).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let mut bytes = Vec::with_capacity(size.min(MAX_FILE_BYTES) as usize + 1);
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Box::new(
            Diagnostic::error(
                Code::TooLarge,
                format!("this file has {} MB; an article may have {}", size >> 20, MAX_FILE_BYTES >> 20),
            )
            .in_file(path)
            .help("split it; pictures and data belong beside the article, not into it"),
        ));
    }
    Ok(bytes)
}

/// Reads a content file as text.
pub fn read_text(site: &Path, path: &str) -> Result<String, Box<Diagnostic>> {
    String::from_utf8(read_bytes(site, path)?).map_err(|_| {
        Box::new(Diagnostic::error(Code::NotUtf8, "this file is not UTF-8 text").in_file(path).help("build again"))
    })
}

/// The files of a theme's folder in the site.
pub fn theme_files(site: &Path, name: &str, problems: &mut Vec<Diagnostic>) -> layers::Files {
    let folder = format!("themes/{name}");
    let mut files = layers::Files::new();
    let mut paths = Vec::new();
    each_file(site, &folder, problems, |path, is_file, _| {
        if is_file {
            paths.push(path);
        }
    });
    for path in paths {
        match std::fs::read(site.join(&path)) {
            Ok(bytes) => {
                let inside = path[folder.len() + 1..].to_string();
                files.insert(inside, layers::File { shown: path, bytes: Cow::Owned(bytes), built_in: false });
            }
            Err(e) => problems.push(
                Diagnostic::error(Code::Unreadable, format!("this file cannot be read: {}", reason(&e)))
                    .in_file(path)
                    .help("check that it exists and may be read"),
            ),
        }
    }
    files
}

/// Why the system refused, in words that are the same everywhere.
pub fn reason(error: &std::io::Error) -> String {
    use std::io::ErrorKind::*;
    match error.kind() {
        NotFound => "it is not there".to_string(),
        PermissionDenied => "permission denied".to_string(),
        IsADirectory => "it is a folder".to_string(),
        NotADirectory => "a part of its path is not a folder".to_string(),
        StorageFull => "the disk is full".to_string(),
        ReadOnlyFilesystem => "the disk is read-only".to_string(),
        _ => error.to_string(),
    }
}
