//! A site in a temporary folder, built in this process: what every test binary starts from.
//!
//! Here is how a site is laid out, built and looked at. What a build must do is said in the tests, not here; nothing
//! here knows a page kind, a template or a message.

// Every test binary compiles this file and uses its own part of it.
#![allow(dead_code)]

pub mod corpus;
pub mod browser;
pub mod http;
pub mod program;
pub mod proxy;
pub mod s3;
pub mod watched;

use dateline::archive::withheld::Allowed;
use dateline::build::{self, Changes, Clock, MARKER, Options, Outcome, Report, Silent};
use dateline::diagnostics::{Code, render_all};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What "now" is unless a test says otherwise.
pub const NOW: &str = "2025-06-01T00:00:00Z";

/// The site.toml of a new site.
pub const SITE_TOML: &str = "title = \"Test\"\n";

/// Settings without the pages that programs read: for tests that name every page that an edit renders. `machines.rs` and
/// `output.rs` ask the same of a site that has them.
pub const FOR_PEOPLE: &str = "[feeds]\nformats = []\nof = []\n[crawlers]\nsitemap = false\nnews_sitemap = false\nrobots = false\n\
                              [data]\narchive = false\npeople = false";

/// A site in a folder of its own, which goes when this does.
pub struct Site {
    folder: TempDir,
}

impl Site {
    /// A site with the smallest site.toml and an empty folder of articles.
    pub fn new() -> Self {
        let site = Self::bare();
        site.file("site.toml", SITE_TOML);
        std::fs::create_dir_all(site.path("content/articles")).expect("a folder of articles");
        site
    }

    /// An empty folder.
    pub fn bare() -> Self {
        // In memory where the system has a folder for that: on a disk, replacing files takes ten times as long.
        let folder = TempDir::with_prefix_in("dateline-test-", "/dev/shm");
        let folder = folder.or_else(|_| TempDir::with_prefix("dateline-test-"));
        Self { folder: folder.expect("a temporary folder") }
    }

    /// The site's folder.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// A path inside the site.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a text file.
    pub fn file(&self, path: &str, text: &str) -> &Self {
        self.bytes(path, text.as_bytes())
    }

    /// Writes a file.
    pub fn bytes(&self, path: &str, bytes: &[u8]) -> &Self {
        let full = self.path(path);
        std::fs::create_dir_all(full.parent().expect("a file has a folder")).expect("its folder");
        std::fs::write(full, bytes).expect("the file");
        self
    }

    /// Writes an article: `2025/03/16/slug`, the lines of its front matter, its body.
    pub fn article(&self, path: &str, front_matter: &str, body: &str) -> &Self {
        self.document(&format!("content/articles/{path}.md"), front_matter, body)
    }

    /// Writes any file with front matter.
    pub fn document(&self, path: &str, front_matter: &str, body: &str) -> &Self {
        let front_matter = front_matter.trim_end();
        self.file(path, &format!("---\n{front_matter}\n---\n\n{body}\n"))
    }

    /// Adds lines at the end of site.toml.
    pub fn setting(&self, lines: &str) -> &Self {
        let text = self.read("site.toml");
        self.file("site.toml", &format!("{text}{lines}\n"))
    }

    /// Replaces a part of a file that must be there.
    pub fn edit(&self, path: &str, from: &str, to: &str) -> &Self {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from:?}:\n{text}");
        self.file(path, &text.replace(from, to))
    }

    /// Deletes a file or a folder.
    pub fn remove(&self, path: &str) -> &Self {
        let full = self.path(path);
        let is_folder = std::fs::symlink_metadata(&full).expect("it is there").is_dir();
        if is_folder { std::fs::remove_dir_all(full) } else { std::fs::remove_file(full) }.expect("removed");
        self
    }

    /// Moves a file or a folder.
    pub fn rename(&self, from: &str, to: &str) -> &Self {
        let to = self.path(to);
        std::fs::create_dir_all(to.parent().expect("a file has a folder")).expect("its folder");
        std::fs::rename(self.path(from), to).expect("renamed");
        self
    }

    /// Makes a symbolic link at `path` to `target`, which may be relative to the link.
    #[cfg(unix)]
    pub fn link(&self, path: &str, target: &str) -> &Self {
        let full = self.path(path);
        std::fs::create_dir_all(full.parent().expect("a file has a folder")).expect("its folder");
        std::os::unix::fs::symlink(target, full).expect("a symbolic link");
        self
    }

    /// The text of a file of the site.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
    }

    /// Whether there is anything at a path of the site.
    pub fn exists(&self, path: &str) -> bool {
        std::fs::symlink_metadata(self.path(path)).is_ok()
    }

    /// Makes every file below a folder anew with its bytes, as a cache does that brings a folder back: none has the times or
    /// the number that it had.
    pub fn bring_back(&self, folder: &str) -> &Self {
        let entries = walkdir::WalkDir::new(self.path(folder)).into_iter().flatten();
        for file in entries.filter(|entry| entry.file_type().is_file()) {
            let bytes = std::fs::read(file.path()).expect("a readable file");
            std::fs::remove_file(file.path()).expect("removed");
            std::fs::write(file.path(), bytes).expect("written");
        }
        self
    }

    /// Every file below a folder of the site with its bytes; links are shown as what they point to, not followed.
    pub fn tree(&self, folder: &str) -> Tree {
        tree(&self.path(folder))
    }

    /// A site with the same files that was never built.
    pub fn copy(&self) -> Self {
        let copy = Self::bare();
        for (path, bytes) in self.tree("") {
            if !path.starts_with("public/") && !path.starts_with(".dateline/") && !path.ends_with('/') {
                copy.bytes(&path, &bytes);
            }
        }
        copy
    }

    /// A build, to be varied.
    pub fn with(&self) -> Call {
        Call {
            options: Options {
                site: self.root().to_path_buf(),
                output: None,
                base_url: None,
                origin: None,
                as_of: Clock::At(NOW.parse().expect("a time")),
                allowed: Allowed::default(),
                jobs: 2,
                clean: false,
                keep_going: false,
                // Where the tests run clocks are fine; with the coarse one nothing would ever be known by its times.
                tick: std::time::Duration::ZERO,
                verify: false,
            },
        }
    }

    /// Builds.
    pub fn build(&self) -> Built {
        self.with().build()
    }

    /// Builds what must go through without a word.
    pub fn build_clean(&self) -> Built {
        let built = self.build();
        assert_eq!(built.diagnostics_text(), "");
        built.published()
    }
}

/// A build that was not started yet.
pub struct Call {
    options: Options,
}

impl Call {
    /// What "now" is, as a user writes it.
    #[allow(clippy::wrong_self_convention, reason = "it is the name of the option")]
    pub fn as_of(mut self, time: &str) -> Self {
        self.options.as_of = Clock::Said(time.to_string());
        self
    }

    /// Lets the clock itself stand at another instant.
    pub fn set_now(&mut self, time: &str) {
        self.options.as_of = Clock::At(time.parse().expect("a time"));
    }

    /// What the build is asked to do.
    pub fn options(&self) -> Options {
        self.options.clone()
    }

    /// With drafts.
    pub fn drafts(mut self) -> Self {
        self.options.allowed.drafts = true;
        self
    }

    /// With what is still to come.
    pub fn future(mut self) -> Self {
        self.options.allowed.future = true;
        self
    }

    /// On this many threads.
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.options.jobs = jobs;
        self
    }

    /// Forgetting what the last build knew.
    pub fn clean(mut self) -> Self {
        self.options.clean = true;
        self
    }

    /// Publishing what is sound.
    pub fn keep_going(mut self) -> Self {
        self.options.keep_going = true;
        self
    }

    /// Comparing the output with what a clean build would write.
    pub fn verify(mut self) -> Self {
        self.options.verify = true;
        self
    }

    /// Into another folder.
    pub fn output(mut self, output: impl Into<PathBuf>) -> Self {
        self.options.output = Some(output.into());
        self
    }

    /// For another address.
    pub fn base_url(mut self, url: &str) -> Self {
        self.options.base_url = Some(url.to_string());
        self
    }

    /// A session that will build this again and again.
    pub fn session(self) -> Session {
        Session { inner: build::Session::new(self.options.clone()), options: self.options }
    }

    /// Explains a page or a file instead of building.
    pub fn explain(self, of: &str, if_changed: Option<&str>) -> Result<build::Explanation, String> {
        build::explain(&self.options, of, if_changed).map_err(|problems| render_all(&problems, false))
    }

    /// Builds.
    pub fn build(self) -> Built {
        let report = build::build(&self.options, &Silent);
        self.look(report)
    }

    fn look(self, report: Report) -> Built {
        // A build that is refused before it has found its output folder names none.
        let output = match report.output.as_os_str().is_empty() {
            true => self.options.output.unwrap_or_else(|| self.options.site.join("public")),
            false => report.output.clone(),
        };
        let output = std::path::absolute(&output).unwrap_or(output);
        // A build that was asked to write into `/` must be refused, not listed.
        let holds_the_site = match (self.options.site.canonicalize(), output.canonicalize()) {
            (Ok(site), Ok(output)) => site.starts_with(output),
            _ => false,
        };
        let tree = if holds_the_site { Tree::new() } else { tree(&output) };
        Built { tree, report, output }
    }
}

/// A site that is built again and again by one process.
pub struct Session {
    inner: build::Session,
    options: Options,
}

impl Session {
    /// Builds after something happened to these paths of the site.
    pub fn build_after(&mut self, paths: &[&str]) -> Built {
        let paths = paths.iter().map(|path| self.options.site.join(path)).collect();
        self.build(&Changes::Paths(paths))
    }

    /// Builds what changes call for.
    pub fn build(&mut self, changes: &Changes) -> Built {
        let report = self.inner.build(changes, self.options.as_of.clone(), &Silent);
        Call { options: self.options.clone() }.look(report)
    }

    /// Lets the clock say something else.
    pub fn set_clock(&mut self, time: &str) {
        self.options.as_of = Clock::Said(time.to_string());
    }
}

/// Path → bytes.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// What a build did, and its output as it was then.
pub struct Built {
    /// What it said.
    pub report: Report,
    /// Where it wrote.
    pub output: PathBuf,
    tree: Tree,
}

impl Built {
    /// Insists that it was published.
    pub fn published(self) -> Self {
        assert_eq!(self.report.outcome, Outcome::Published, "{}", self.diagnostics_text());
        self
    }

    /// Insists that it was refused.
    pub fn refused(self) -> Self {
        assert_eq!(self.report.outcome, Outcome::Refused, "{}", self.diagnostics_text());
        self
    }

    /// Every file of the output but the marker.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The URLs of all pages of the output, redirects included.
    pub fn urls(&self) -> Vec<String> {
        let pages = self.tree.keys().filter(|f| f.ends_with(".html"));
        pages.map(|f| format!("/{}", f.strip_suffix("index.html").unwrap_or(f))).collect()
    }

    /// The URLs of the pages that were rendered; there must not be more than a report names.
    pub fn rendered_urls(&self) -> Vec<&str> {
        let urls: Vec<&str> = self.report.rendered.iter().map(|page| page.url.as_str()).collect();
        assert_eq!(urls.len(), self.report.pages.rendered, "a report does not name all");
        urls
    }

    /// How many pages were rendered.
    pub fn rendered(&self) -> usize {
        self.report.pages.rendered
    }

    /// Whether there is something at a URL.
    pub fn has(&self, url: &str) -> bool {
        self.tree.contains_key(&file_of(url))
    }

    /// The bytes at a URL.
    pub fn at(&self, url: &str) -> &[u8] {
        let found = self.tree.get(&file_of(url));
        found.unwrap_or_else(|| {
            panic!("there is no {url}; there are {:#?}\n{}", self.tree.keys(), self.diagnostics_text())
        })
    }

    /// The text at a URL.
    pub fn page(&self, url: &str) -> String {
        String::from_utf8(self.at(url).to_vec()).expect("UTF-8")
    }

    /// The part of a page between two marks that it must have, both left out.
    pub fn part(&self, url: &str, from: &str, to: &str) -> String {
        let page = self.page(url);
        let start = page.find(from).unwrap_or_else(|| panic!("{url} has no {from:?}:\n{page}")) + from.len();
        let end = page[start..].find(to).unwrap_or_else(|| panic!("{url} has no {to:?} later:\n{page}"));
        page[start..start + end].to_string()
    }

    /// The body of an article, record or standing page, without the space around it.
    pub fn prose(&self, url: &str) -> String {
        self.part(url, "<div class=\"prose\">", "</div>\n</").trim().to_string()
    }

    /// All problems as people read them.
    pub fn diagnostics_text(&self) -> String {
        render_all(&self.report.diagnostics, false)
    }

    /// The codes of all problems, in order.
    pub fn codes(&self) -> Vec<&'static str> {
        self.report.diagnostics.iter().map(|d| Code::as_str(d.code)).collect()
    }

    /// What differs between the outputs of two builds: paths that only one has, or with other bytes.
    pub fn differences(&self, other: &Built) -> Vec<String> {
        differences(&self.tree, &other.tree)
    }
}

/// Paths that only one of two trees has, or with other bytes.
pub fn differences(a: &Tree, b: &Tree) -> Vec<String> {
    let mut paths: Vec<String> = a.keys().chain(b.keys()).filter(|p| a.get(*p) != b.get(*p)).cloned().collect();
    paths.sort();
    paths.dedup();
    paths
}

/// The file of a URL in the output.
pub fn file_of(url: &str) -> String {
    let path = url.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_string() }
}

/// Every file below a folder but the marker, with its bytes. Empty folders are shown with a slash at the end: a build
/// that leaves one behind has changed something too.
pub fn tree(root: &Path) -> Tree {
    fn walk(root: &Path, folder: &Path, out: &mut Tree) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        let mut empty = true;
        for entry in entries {
            let path = entry.expect("an entry").path();
            let meta = std::fs::symlink_metadata(&path).expect("an entry is there");
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            empty = false;
            if meta.is_symlink() {
                let target = std::fs::read_link(&path).expect("a link");
                out.insert(name, format!("-> {}", target.display()).into_bytes());
            } else if meta.is_dir() {
                walk(root, &path, out);
            } else if !meta.is_file() {
                // Reading a pipe would wait for ever.
                out.insert(name, b"not a file".to_vec());
            } else if name != MARKER {
                out.insert(name, std::fs::read(&path).expect("a readable file"));
            }
        }
        if empty && folder != root {
            let name = folder.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
            out.insert(format!("{name}/"), Vec::new());
        }
    }
    let mut out = Tree::new();
    walk(root, root, &mut out);
    out
}
