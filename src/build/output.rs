//! The output folder: whether it may be used, and what in it is ours.
//!
//! The laws: nothing outside it is written, and nothing in it that Dateline did not write is deleted. A marker file in the
//! folder lists what was written; it is extended before a file is and shortened after.

use super::Options;
use super::ledger::{FOLDER, Moment, Stat};
use super::source::reason;
use crate::config::Config;
use crate::diagnostics::{Code, Diagnostic};
use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file that marks an output folder as ours and lists the files in it that are.
pub const MARKER: &str = ".dateline-output";

/// Where pages wait until all are rendered.
pub const STAGING: &str = ".dateline-staging";

/// Where `serve` builds what it shows: drafts and all, so never where a site is deployed from.
pub fn preview_folder(site: &Path) -> PathBuf {
    site.join(FOLDER).join(PREVIEW)
}

const PREVIEW: &str = "preview";

const HEADER: &str = "# Dateline wrote the files listed here and may delete them. Leave this file where it is.";

/// An output folder that was found fit for use.
pub struct Target {
    /// The folder.
    pub path: PathBuf,
    /// What earlier builds wrote there, relative to it; known once the marker was read.
    pub ours: BTreeSet<String>,
}

/// Where the build goes; refuses folders that are not for writing a site into.
pub fn resolve(options: &Options, config: &Config) -> Result<Target, Vec<Diagnostic>> {
    let wanted = options.output.clone().unwrap_or_else(|| options.site.join(&config.output));
    let refused = |why: &str, help: &str| {
        let message = format!("{} cannot be the output folder: {why}", wanted.display());
        vec![Diagnostic::error(Code::Output, message).help(help)]
    };
    let path = absolute(&wanted).map_err(|e| refused(&reason(&e), "name a folder that can be made"))?;
    let site = absolute(&options.site).map_err(|e| refused(&reason(&e), "check that the site's folder may be read"))?;
    let elsewhere = "name a folder of its own, such as `public`";
    if path.parent().is_none() {
        return Err(refused("it is the root of the disk", elsewhere));
    }
    if site.starts_with(&path) {
        return Err(refused("the site itself lies in it", elsewhere));
    }
    let own = config.folders.all();
    for folder in own.into_iter().chain(["content", "themes", FOLDER, ".git"]) {
        let ours = folder == FOLDER;
        let folder = absolute(&site.join(folder)).unwrap_or_else(|_| site.join(folder));
        // The one folder in there that may be written into: what `serve` shows.
        if ours && path == folder.join(PREVIEW) {
            continue;
        }
        if path.starts_with(&folder) || folder.starts_with(&path) {
            let shown = folder.strip_prefix(&site).unwrap_or(&folder).display();
            return Err(refused(&format!("the site's own files are in {shown}"), elsewhere));
        }
    }
    match std::fs::metadata(&path) {
        Ok(meta) if !meta.is_dir() => return Err(refused("it is a file", elsewhere)),
        Ok(_) => {
            // A build that was killed at its first step leaves nothing but these.
            let ours = |name: &std::ffi::OsStr| [STAGING, &format!("{MARKER}.new")].iter().any(|n| name == *n);
            let mut entries = std::fs::read_dir(&path).map_err(|e| refused(&reason(&e), "check its permissions"))?;
            let empty = !entries.any(|e| e.is_ok_and(|e| !ours(&e.file_name())));
            if !empty && !path.join(MARKER).is_file() {
                return Err(refused(
                    "it has files that Dateline did not write",
                    "name an empty or a new folder; what is in this one could be overwritten",
                ));
            }
        }
        Err(_) => {}
    }
    Ok(Target { path, ours: BTreeSet::new() })
}

/// The path with every link of it that exists resolved.
fn absolute(path: &Path) -> std::io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let mut rest = Vec::new();
    let mut base = path.as_path();
    loop {
        match base.canonicalize() {
            Ok(mut resolved) => {
                for part in rest.iter().rev() {
                    match part {
                        std::path::Component::ParentDir => {
                            resolved.pop();
                        }
                        part => resolved.push(part),
                    }
                }
                return Ok(resolved);
            }
            Err(error) => match (base.parent(), base.components().next_back()) {
                (Some(parent), Some(part)) => {
                    rest.push(part);
                    base = parent;
                }
                _ => return Err(error),
            },
        }
    }
}

/// What the system knows of a folder's marker.
pub fn marker(path: &Path) -> Option<Stat> {
    Stat::of(&path.join(MARKER))
}

impl Target {
    /// Reads which files are ours.
    pub fn read_marker(&mut self) {
        let text = std::fs::read_to_string(self.path.join(MARKER)).unwrap_or_default();
        let sound = |line: &&str| {
            !line.is_empty()
                && *line != HEADER
                && !line.starts_with('/')
                && line.split('/').all(|s| !matches!(s, "" | "." | ".."))
        };
        self.ours = text.lines().filter(sound).map(str::to_string).collect();
    }

    /// Whether the folder says that it is ours.
    pub fn is_marked(&self) -> bool {
        self.path.join(MARKER).is_file()
    }

    /// Writes down which files are ours.
    pub fn write_marker(&self) -> std::io::Result<()> {
        let mut text = String::from(HEADER);
        text.push('\n');
        for file in &self.ours {
            text.push_str(file);
            text.push('\n');
        }
        let new = self.path.join(format!("{MARKER}.new"));
        let written = std::fs::write(&new, text).and_then(|()| std::fs::rename(&new, self.path.join(MARKER)));
        if written.is_err() {
            // On a full disk a part of it may be there.
            let _ = std::fs::remove_file(new);
        }
        written
    }
}

/// A failure to write.
pub fn failed(path: &Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error(Code::Output, format!("{} cannot be written: {}", path.display(), reason(error)))
        .help("check the disk's space and the folder's permissions, then build again: nothing is lost")
}

/// Held while a build writes: two builds of one site never mix. It goes when the process does.
pub struct Lock {
    file: Option<File>,
    tick: Duration,
    /// Whether somebody else was building.
    pub waited: bool,
}

impl Lock {
    /// What the file system's clock says: the time of a write to the lock. `None` where there is no lock to write to.
    pub fn moment(&self) -> Option<Moment> {
        let mut file = self.file.as_ref()?;
        file.rewind().and_then(|()| file.write_all(b"locked while a build runs\n")).ok()?;
        Some(Moment { at: Stat::of_open(file)?.changed, tick: self.tick })
    }
}

/// Waits for its turn.
pub fn lock(site: &Path, tick: Duration) -> Result<Lock, Vec<Diagnostic>> {
    let folder = site.join(FOLDER);
    // A site on a read-only disk can be built into a folder elsewhere; then nobody else can hold a lock either.
    let Ok(file) = std::fs::create_dir_all(&folder).and_then(|()| File::create(folder.join("lock"))) else {
        return Ok(Lock { file: None, tick, waited: false });
    };
    match file.try_lock() {
        Ok(()) => Ok(Lock { file: Some(file), tick, waited: false }),
        Err(TryLockError::WouldBlock) => match file.lock() {
            Ok(()) => Ok(Lock { file: Some(file), tick, waited: true }),
            Err(e) => Err(vec![failed(&folder, &e)]),
        },
        Err(TryLockError::Error(_)) => Ok(Lock { file: None, tick, waited: false }),
    }
}
