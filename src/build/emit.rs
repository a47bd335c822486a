//! Rendered bytes become files: staged while pages are rendered, published when all of them are.
//!
//! A file whose bytes are there already is not written. A file that is replaced is replaced whole, by a rename.

use super::ledger::{FOLDER, Moment, Output, Stat, Store};
use super::output::{Lock, MARKER, STAGING, Target, failed};
use super::reasons::Why;
use super::source::reason;
use crate::diagnostics::{Code, Diagnostic};
use crate::fingerprint::Fingerprint;
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use walkdir::WalkDir;

/// Files in one folder of the staging area.
const STAGED_IN_A_FOLDER: usize = 4096;

/// One page after rendering, or after finding that it need not be.
pub struct Rendered {
    file: String,
    /// What is to be done or to be remembered; nothing if the page is as the ledger says.
    news: Option<Box<News>>,
}

/// What the ledger does not know of a page.
struct News {
    entry: Output,
    /// Where its bytes wait; `None` if they are in place.
    staged: Option<PathBuf>,
    /// Whether its bytes were put in place at once.
    written: bool,
    /// Whether it was rendered in this build.
    fresh: bool,
    /// The files that changed and that it was rendered for.
    sources: Box<[String]>,
}

impl Rendered {
    /// A page that is as the ledger says.
    fn known(file: &str) -> Self {
        Self { file: file.to_string(), news: None }
    }

    /// A page whose bytes are where they belong.
    pub fn in_place(file: String, entry: Output) -> Self {
        Self::new(file, News { entry, staged: None, written: false, fresh: true, sources: Box::default() })
    }

    fn new(file: String, news: News) -> Self {
        Self { file, news: Some(Box::new(news)) }
    }

    /// Its path in the output.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Whether it was rendered in this build.
    pub fn is_fresh(&self) -> bool {
        self.news.as_ref().is_some_and(|n| n.fresh)
    }

    /// Says why it was rendered, and because of which files.
    pub fn because(mut self, (why, sources): (Why, Vec<String>)) -> Self {
        if let Some(news) = &mut self.news {
            news.entry.why = why;
            news.sources = sources.into_boxed_slice();
        }
        self
    }

    /// Why it was rendered in this build, and because of which files.
    pub fn reason(&self) -> Option<(Why, &[String])> {
        self.news.as_ref().filter(|n| n.fresh).map(|n| (n.entry.why, &*n.sources))
    }

    fn staged(&self) -> Option<&Path> {
        self.news.as_ref()?.staged.as_deref()
    }

    fn is_written(&self) -> bool {
        self.news.as_ref().is_some_and(|n| n.written || n.staged.is_some())
    }
}

/// Where rendered pages go.
pub trait Sink: Sync {
    /// The page as it is, if the last build rendered it from the same key and the file still is what that build wrote.
    fn known(&self, file: &str, key: Fingerprint) -> Option<Rendered>;

    /// Takes a page's bytes in.
    fn stage(&self, file: String, key: Fingerprint, bytes: &[u8]) -> Result<Rendered, Box<Diagnostic>>;
}

/// A file of the output that is not rendered.
pub struct Wanted {
    /// Its path in the output.
    pub file: String,
    from: From,
}

enum From {
    Bytes(Vec<u8>),
    File { path: String, absolute: PathBuf },
}

impl Wanted {
    /// Bytes at hand.
    pub fn bytes(file: String, bytes: Vec<u8>) -> Self {
        Self { file, from: From::Bytes(bytes) }
    }

    /// A copy of a file of the site.
    pub fn copy(file: String, path: String, site: &Path) -> Self {
        Self { file, from: From::File { absolute: site.join(&path), path } }
    }

    /// Its bytes.
    pub fn read(&self) -> Result<Cow<'_, [u8]>, Box<Diagnostic>> {
        match &self.from {
            From::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
            From::File { path, absolute } => std::fs::read(absolute).map(Cow::Owned).map_err(|e| {
                Box::new(
                    Diagnostic::error(Code::Unreadable, format!("this file cannot be copied: {}", reason(&e)))
                        .in_file(path)
                        .help("check that it exists and may be read"),
                )
            }),
        }
    }

    /// The file it is a copy of.
    pub fn source(&self) -> Option<&str> {
        match &self.from {
            From::Bytes(_) => None,
            From::File { path, .. } => Some(path),
        }
    }
}

/// What publishing did.
pub struct Emitted {
    /// Files that were written, in order.
    pub written: Vec<String>,
    /// Files that were deleted, in order.
    pub removed: Vec<String>,
    /// How many pages are no longer part of the site.
    pub pages_removed: usize,
    /// What the ledger does not know yet.
    pub learned: Vec<(String, Output)>,
    /// Every file of the output that is ours.
    pub files: BTreeSet<String>,
}

/// The first build into an empty folder.
struct Direct {
    /// Whether the folder itself is new.
    made: bool,
    /// Whether all went well.
    done: bool,
}

/// Writes one build's output.
pub struct Emitter<'l> {
    target: Target,
    site: &'l Path,
    staging: PathBuf,
    /// In an empty folder there is nothing to protect: pages are written where they belong, and taken back if the build
    /// fails.
    direct: Option<Direct>,
    known: &'l Store<Output>,
    /// Whether only some files of the output are looked at: the others are as they should be.
    some: bool,
    /// Whether nobody else can have touched the output since the ledger was saved.
    pub trusting: bool,
    next: AtomicUsize,
}

impl<'l> Emitter<'l> {
    /// Starts with an empty staging area.
    pub fn new(target: Target, site: &'l Path, known: &'l Store<Output>) -> Result<Self, Vec<Diagnostic>> {
        let staging = staging_folder(&target.path, site);
        let emitter = Self {
            target,
            site,
            staging,
            direct: None,
            known,
            some: false,
            trusting: false,
            next: AtomicUsize::new(0),
        };
        emitter.clear().map_err(|e| vec![failed(&emitter.staging, &e)])?;
        Ok(emitter)
    }

    /// Publishes some files of the site, all of which are there already.
    pub fn of_some(mut self) -> Self {
        self.some = true;
        self
    }

    /// If the output is empty, everything is from now on written where it belongs; `files` are all that will be.
    pub fn expect(&mut self, files: impl FnOnce() -> BTreeSet<String>) -> Result<(), Vec<Diagnostic>> {
        let path = &self.target.path;
        let marked = self.target.is_marked();
        let entries = std::fs::read_dir(path).map_or(0, Iterator::count);
        if !self.target.ours.is_empty() || entries > usize::from(marked) {
            return Ok(());
        }
        let made = !path.exists();
        self.direct = Some(Direct { made, done: false });
        self.target.ours = files();
        let begin = || std::fs::create_dir_all(path).and_then(|()| self.target.write_marker());
        begin().map_err(|e| vec![failed(path, &e)])
    }

    /// Takes back what a build that failed has written into an empty folder.
    fn take_back(&self, direct: &Direct) {
        for file in &self.target.ours {
            let _ = self.remove(file);
        }
        let _ = std::fs::remove_file(self.target.path.join(MARKER));
        if direct.made {
            let _ = std::fs::remove_dir(&self.target.path);
        }
    }

    /// Takes away what was staged, here and where an earlier build that died may have staged it: nothing that was not
    /// published may lie in the output.
    fn clear(&self) -> std::io::Result<()> {
        for folder in staging_folders(&self.target.path, self.site) {
            match std::fs::remove_dir_all(folder) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        Ok(())
    }

    fn is_there(&self, file: &str, content: Fingerprint, bytes: &[u8]) -> bool {
        let path = self.target.path.join(file);
        let Some(stat) = Stat::of(&path).filter(|s| s.size == bytes.len() as u64) else { return false };
        match self.known.get(file).filter(|e| e.stat == stat) {
            Some(entry) if entry.settled => entry.content == content,
            _ => std::fs::read(&path).is_ok_and(|there| there == bytes),
        }
    }

    fn put(&self, bytes: &[u8]) -> Result<PathBuf, (PathBuf, std::io::Error)> {
        let path = self.staging_place();
        write(&path, bytes).map_err(|e| (path.clone(), e))?;
        Ok(path)
    }

    fn staging_place(&self) -> PathBuf {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        self.staging.join((n / STAGED_IN_A_FOLDER).to_string()).join(n.to_string())
    }

    /// Puts everything in place and deletes what is no longer wanted. `intend` is told what will be touched, before.
    pub fn publish(
        mut self,
        pages: Vec<Rendered>,
        wanted: Vec<Wanted>,
        intend: impl Fn(&mut dyn Iterator<Item = &str>) -> std::io::Result<()>,
        lock: &Lock,
        began: Option<Moment>,
    ) -> Result<Emitted, Vec<Diagnostic>> {
        let mut all = pages;
        let copied: Vec<Result<Rendered, Box<Diagnostic>>> =
            wanted.into_par_iter().map(|w| self.copy(w, began)).collect();
        let (copied, problems): (Vec<_>, Vec<_>) = copied.into_iter().partition(Result::is_ok);
        if !problems.is_empty() {
            return Err(problems.into_iter().filter_map(Result::err).map(|d| *d).collect());
        }
        all.extend(copied.into_iter().flatten());
        // Every file is planned once, so equally many that are all known are the same ones.
        let ours = &self.target.ours;
        let same = self.some || all.len() == ours.len() && all.par_iter().all(|r| ours.contains(&r.file));
        let now = if same { None } else { Some(all.iter().map(|r| r.file.clone()).collect::<BTreeSet<String>>()) };
        let stale: Vec<String> = now.iter().flat_map(|now| ours.difference(now).cloned()).collect();
        self.check(&all, &stale)?;
        let mut written: Vec<String> = all.iter().filter(|r| r.is_written()).map(|r| r.file.clone()).collect();
        written.sort_unstable();
        let io = |path: &Path| {
            let path = path.to_path_buf();
            move |e: std::io::Error| vec![failed(&path, &e)]
        };
        if !written.is_empty() || !stale.is_empty() {
            let touched = all.iter().filter(|r| r.staged().is_some()).map(|r| r.file.as_str());
            let mut touched = touched.chain(stale.iter().map(String::as_str));
            intend(&mut touched).map_err(io(&self.target.path))?;
        }
        std::fs::create_dir_all(&self.target.path).map_err(io(&self.target.path))?;
        let known = now.as_ref().is_none_or(|now| now.is_subset(&self.target.ours));
        if !known || !self.target.is_marked() {
            self.target.ours.extend(now.iter().flatten().cloned());
            self.target.write_marker().map_err(io(&self.target.path))?;
        }
        let mut removed = Vec::new();
        for file in &stale {
            if self.remove(file).map_err(io(&self.target.path.join(file)))? {
                removed.push(file.clone());
            }
        }
        self.make_folders(&all)?;
        all.par_iter_mut()
            .try_for_each(|r| self.place(r).map_err(|e| vec![failed(&self.target.path.join(&r.file), &e)]))?;
        if let Some(now) = now.filter(|now| *now != self.target.ours) {
            self.target.ours = now;
            self.target.write_marker().map_err(io(&self.target.path))?;
        }
        self.clear().map_err(io(&self.staging))?;
        if let Some(direct) = &mut self.direct {
            direct.done = true;
        }
        let moment = lock.moment();
        let seconds = moment.map_or(0, |m| u32::try_from(m.at / 1_000_000_000).unwrap_or(0));
        let learned = all
            .into_iter()
            .filter_map(|r| {
                let News { entry, fresh, .. } = *r.news?;
                // What was found was looked at when the build began, or later.
                let (looked_at, rendered) = if fresh { (moment, seconds) } else { (began, entry.rendered) };
                let settled = looked_at.is_some_and(|m| entry.stat.is_settled(m));
                Some((r.file, Output { settled, rendered, ..entry }))
            })
            .collect();
        let pages_removed = stale.iter().filter(|f| f.ends_with(".html")).count();
        Ok(Emitted { written, removed, pages_removed, learned, files: std::mem::take(&mut self.target.ours) })
    }

    /// Finds everything that would stop publishing half-way, before anything is touched.
    fn check(&self, all: &[Rendered], stale: &[String]) -> Result<(), Vec<Diagnostic>> {
        let problem = |path: &Path, why: &str, help: &str| {
            Diagnostic::error(Code::Output, format!("{} {why}", path.display())).help(help)
        };
        let mut problems = Vec::new();
        let mut folders: BTreeSet<&Path> = BTreeSet::new();
        for page in all.iter().filter(|r| r.staged().is_some()) {
            folders.extend(Path::new(&page.file).ancestors().skip(1).filter(|a| !a.as_os_str().is_empty()));
            if self.some || self.target.ours.contains(&page.file) {
                continue;
            }
            let path = self.target.path.join(&page.file);
            // What lies there may be a folder of ours that goes.
            let in_the_way = match std::fs::symlink_metadata(&path) {
                Err(_) => Ok(false),
                Ok(meta) if !meta.is_dir() => Ok(true),
                Ok(_) => self.goes(&page.file, stale).map(|goes| !goes),
            };
            match in_the_way {
                Ok(false) => {}
                Ok(true) => {
                    let why = "is there already, and Dateline did not write it";
                    problems.push(problem(&path, why, "move it out of the output folder, or into static/ to keep it"));
                }
                Err(e) => problems.push(failed(&path, &e)),
            }
        }
        for folder in folders {
            let path = self.target.path.join(folder);
            match std::fs::symlink_metadata(&path) {
                Ok(meta) if meta.is_symlink() => {
                    let help = "take the link out of the output folder: Dateline writes nowhere else";
                    problems.push(problem(&path, "is a symbolic link", help));
                }
                // What we wrote there and no longer want is deleted before the folder is made.
                Ok(meta) if !meta.is_dir() && !self.target.ours.contains(&folder.to_string_lossy().into_owned()) => {
                    problems.push(problem(
                        &path,
                        "is a file, and must be a folder",
                        "move it out of the output folder",
                    ));
                }
                _ => {}
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    fn copy(&self, wanted: Wanted, began: Option<Moment>) -> Result<Rendered, Box<Diagnostic>> {
        let key = match &wanted.from {
            From::Bytes(_) => None,
            // A file that has been left alone is known by its times; reading a large one to find that out costs.
            From::File { path, absolute } => Stat::through(absolute)
                .filter(|stat| began.is_some_and(|moment| stat.is_settled(moment)))
                .map(|stat| Fingerprint::of(format!("{path}\0{stat:?}").as_bytes())),
        };
        if let Some(known) = key.and_then(|key| self.known(&wanted.file, key)) {
            return Ok(known);
        }
        let bytes = wanted.read()?;
        let (key, known) = match key {
            Some(key) => (key, None),
            None => {
                let key = Fingerprint::of(&bytes);
                (key, self.known(&wanted.file, key))
            }
        };
        match known {
            Some(known) => Ok(known),
            None => self.stage(wanted.file.clone(), key, &bytes),
        }
    }

    fn remove(&self, file: &str) -> std::io::Result<bool> {
        let path = self.target.path.join(file);
        if self.leads_outside(Path::new(file)) {
            return Ok(false);
        }
        let removed = match std::fs::remove_file(&path) {
            Ok(()) => true,
            Err(e) if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => false,
            // Somebody has put a folder there: it is not what we wrote.
            Err(e) if matches!(e.kind(), std::io::ErrorKind::IsADirectory) => false,
            Err(e) => return Err(e),
        };
        let mut folder = path.parent();
        while let Some(dir) = folder.filter(|d| *d != self.target.path) {
            if std::fs::remove_dir(dir).is_err() {
                break;
            }
            folder = dir.parent();
        }
        Ok(removed)
    }

    /// Whether a folder on the way to a file is a symbolic link: it could lead out of the output.
    fn leads_outside(&self, file: &Path) -> bool {
        file.ancestors()
            .skip(1)
            .filter(|a| !a.as_os_str().is_empty())
            .any(|folder| std::fs::symlink_metadata(self.target.path.join(folder)).is_ok_and(|m| m.is_symlink()))
    }

    /// Whether everything in a folder is about to be deleted.
    fn goes(&self, folder: &str, stale: &[String]) -> std::io::Result<bool> {
        for entry in WalkDir::new(self.target.path.join(folder)) {
            let entry = entry?;
            let inside = entry.path().strip_prefix(&self.target.path).ok().and_then(|p| p.to_str());
            if !entry.file_type().is_dir() && !inside.is_some_and(|p| stale.iter().any(|s| s == p)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn make_folders(&self, all: &[Rendered]) -> Result<(), Vec<Diagnostic>> {
        let folders: BTreeSet<&Path> =
            all.iter().filter(|r| r.staged().is_some()).filter_map(|r| Path::new(&r.file).parent()).collect();
        for folder in folders {
            let path = self.target.path.join(folder);
            std::fs::create_dir_all(&path).map_err(|e| vec![failed(&path, &e)])?;
        }
        Ok(())
    }

    fn place(&self, page: &mut Rendered) -> std::io::Result<()> {
        let Some(news) = &mut page.news else { return Ok(()) };
        let path = self.target.path.join(&page.file);
        if let Some(staged) = &news.staged {
            std::fs::rename(staged, &path)?;
        }
        if news.fresh && !news.written {
            news.entry.stat = Stat::of(&path).unwrap_or_default();
        }
        Ok(())
    }
}

impl Sink for Emitter<'_> {
    fn known(&self, file: &str, key: Fingerprint) -> Option<Rendered> {
        let entry = self.known.get(file).filter(|e| e.key == key)?;
        if self.trusting {
            return Some(Rendered::known(file));
        }
        let path = self.target.path.join(file);
        let stat = Stat::of(&path).filter(|stat| stat.size == entry.stat.size)?;
        if entry.settled && stat == entry.stat {
            return Some(Rendered::known(file));
        }
        // Brought back from a copy, or written a moment before the ledger was and perhaps changed within the same tick: its
        // bytes say whether it is what was written.
        let intact = std::fs::read(&path).is_ok_and(|bytes| Fingerprint::of(&bytes) == entry.content);
        let entry = Output { stat, ..*entry };
        let news = News { entry, staged: None, written: false, fresh: false, sources: Box::default() };
        intact.then(|| Rendered::new(file.to_string(), news))
    }

    fn stage(&self, file: String, key: Fingerprint, bytes: &[u8]) -> Result<Rendered, Box<Diagnostic>> {
        let content = Fingerprint::of(bytes);
        let entry = Output::new(key, content);
        if self.direct.is_some() {
            let path = self.target.path.join(&file);
            let stat = write_new(&path, bytes).map_err(|e| Box::new(failed(&path, &e)))?;
            let entry = Output { stat, ..entry };
            let news = News { entry, staged: None, written: true, fresh: true, sources: Box::default() };
            return Ok(Rendered::new(file, news));
        }
        let there = self.is_there(&file, content, bytes);
        let staged = if there { None } else { Some(self.put(bytes).map_err(|(path, e)| Box::new(failed(&path, &e)))?) };
        Ok(Rendered::new(file, News { entry, staged, written: false, fresh: true, sources: Box::default() }))
    }
}

impl Drop for Emitter<'_> {
    /// However a build ends, nothing that was staged and not published stays behind.
    fn drop(&mut self) {
        if let Some(direct) = self.direct.as_ref().filter(|d| !d.done) {
            self.take_back(direct);
        }
        let _ = self.clear();
    }
}

/// Writes a file whose folder is probably missing, and says what the system knows of it.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<Stat> {
    if let Some(folder) = path.parent() {
        match std::fs::create_dir(folder) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => std::fs::create_dir_all(folder)?,
            // If this is more than that the folder is there already, opening the file says so.
            _ => {}
        }
    }
    let mut file = std::fs::File::create(path)?;
    file.write_all(bytes)?;
    Ok(Stat::of_open(&file).unwrap_or_default())
}

/// Writes a file, and the folders above it if they are missing.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    match std::fs::write(path, bytes) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            std::fs::write(path, bytes)
        }
        other => other,
    }
}

/// Whether a build that was killed has left pages that it did not publish.
pub fn has_leftovers(output: &Path, site: &Path) -> bool {
    staging_folders(output, site).iter().any(|folder| folder.exists())
}

/// Everywhere that pages may wait or may have waited.
fn staging_folders(output: &Path, site: &Path) -> [PathBuf; 2] {
    [site.join(FOLDER).join("staging"), output.join(STAGING)]
}

/// Where pages wait: beside the ledger if a rename from there into the output is possible, else in the output.
fn staging_folder(output: &Path, site: &Path) -> PathBuf {
    let beside = site.join(FOLDER);
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let device = |path: &Path| path.ancestors().find_map(|p| std::fs::metadata(p).ok()).map(|m| m.dev());
        if beside.is_dir() && device(&beside) == device(output) {
            return staging_folders(output, site)[0].clone();
        }
    }
    output.join(STAGING)
}
