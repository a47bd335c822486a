//! What this machine remembers of a target, in `.dateline/deploy/NAME/`: the manifest, so that it need not be fetched; a
//! journal of what was sent, exact to the last file even if the program is killed; a lock. All of it may be deleted.

use super::failure::Failure;
use super::manifest::Manifest;
use super::state::{Progress, Run, Touched};
use crate::build::FOLDER;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The folder of a target.
pub struct Notes {
    folder: PathBuf,
    /// Held while this process deploys to the target: it goes when the process does.
    _lock: Option<File>,
}

/// A line of the journal: what became of one path.
#[derive(Serialize, Deserialize)]
struct Line {
    path: String,
    progress: Progress,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

impl Notes {
    /// Opens the folder; refuses if another process of this machine deploys from this site to this target.
    pub fn open(site: &Path, name: &str) -> Result<Self, Failure> {
        let folder = site.join(FOLDER).join("deploy").join(name);
        // A site on a read-only disk is deployed without notes.
        let lock = std::fs::create_dir_all(&folder).and_then(|()| File::create(folder.join("lock"))).ok();
        if let Some(Err(TryLockError::WouldBlock)) = lock.as_ref().map(File::try_lock) {
            let message = format!("this site is being deployed to `{name}` by another process of this machine");
            return Err(Failure::new(message, "wait until it is done"));
        }
        Ok(Self { folder, _lock: lock })
    }

    /// The manifest of that name, if it is here.
    pub fn manifest(&self, id: &str) -> Option<Manifest> {
        Manifest::read(&std::fs::read(self.folder.join("manifest")).ok()?, id)
    }

    /// Remembers a manifest.
    pub fn keep(&self, bytes: &[u8]) {
        let new = self.folder.join("manifest.new");
        // Without it the next deploy fetches the manifest.
        let _ = std::fs::write(&new, bytes).and_then(|()| std::fs::rename(new, self.folder.join("manifest")));
    }

    /// Adds to what a deploy that did not end has said of itself what the journal knows; says whether it was a deploy of
    /// this machine, which has ended then: nobody else has the lock.
    pub fn complete(&self, run: &mut Run) -> bool {
        let Ok(text) = std::fs::read_to_string(self.folder.join("journal")) else { return false };
        let mut lines = text.lines();
        if lines.next() != Some(&run.id) {
            return false;
        }
        // The last line may be half a one.
        for line in lines.map_while(|line| serde_json::from_str::<Line>(line).ok()) {
            if let Some(Touched(entry, progress)) = run.touched.get_mut(&line.path) {
                *progress = line.progress;
                if let Some(entry) = entry {
                    entry.version = line.version;
                }
            }
        }
        true
    }

    /// Begins the journal of a deploy.
    pub fn journal(&self, run: &str) -> Journal {
        let path = self.folder.join("journal");
        let begin = || {
            std::fs::write(&path, format!("{run}\n"))?;
            OpenOptions::new().append(true).open(&path)
        };
        Journal { file: begin().ok().map(Mutex::new) }
    }

    /// Nothing is left to be completed.
    pub fn done(&self) {
        let _ = std::fs::remove_file(self.folder.join("journal"));
    }
}

/// Where it is written down what was sent.
pub struct Journal {
    file: Option<Mutex<File>>,
}

impl Journal {
    /// Writes down what became of a path.
    pub fn add(&self, path: &str, progress: Progress, version: Option<&str>) {
        let line = Line { path: path.to_string(), progress, version: version.map(str::to_string) };
        if let (Some(file), Ok(mut text)) = (&self.file, serde_json::to_vec(&line)) {
            text.push(b'\n');
            // What is not written down is sent once more.
            let _ = file.lock().unwrap_or_else(PoisonError::into_inner).write_all(&text);
        }
    }
}
