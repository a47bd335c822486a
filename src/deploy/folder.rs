//! A folder of this machine as a target. Files are written under another name and renamed; the state is replaced under a
//! lock of the file system, which ends with the process that holds it.

use super::failure::Failure;
use super::manifest::FOLDER;
use super::state;
use super::target::{Done, Given, Outgoing, Seen, Sent, Tag, Target, each};
use crate::fingerprint::Fingerprint;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// A folder.
pub struct Folder<'a> {
    root: PathBuf,
    threads: usize,
    stop: &'a AtomicBool,
}

impl<'a> Folder<'a> {
    /// The folder at a path, which is made when the first file is sent. Refuses one that holds the site or lies in it
    /// where Dateline reads or writes.
    pub fn new(path: &str, site: &Path, output: &Path, threads: usize, stop: &'a AtomicBool) -> Result<Self, Failure> {
        let absolute =
            |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or(path.to_path_buf());
        let (root, site, output) = (absolute(&site.join(path)), absolute(site), absolute(output));
        let inside_the_site = root.strip_prefix(&site).ok().and_then(|p| p.components().next());
        let taken = inside_the_site.is_some_and(|first| {
            ["content", "static", "themes", ".dateline", ".git"].iter().any(|name| first.as_os_str() == *name)
        });
        if site.starts_with(&root) || root.starts_with(&output) || output.starts_with(&root) || taken {
            let message = format!("{} cannot be a target: the site or its output lies there", root.display());
            return Err(Failure::new(message, "name a folder of its own"));
        }
        Ok(Self { root, threads, stop })
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Writes a file whole, whatever happens meanwhile. Follows no link out of the target.
    fn place(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let full = self.at(path);
        let folder = full.parent().unwrap_or(&self.root);
        for above in Path::new(path).ancestors().skip(1).filter(|a| !a.as_os_str().is_empty()) {
            if std::fs::symlink_metadata(self.root.join(above)).is_ok_and(|m| m.is_symlink()) {
                let message = format!("{} is a symbolic link", self.root.join(above).display());
                return Err(Failure::new(message, "take it out of the target: a deploy writes nowhere else"));
            }
        }
        let new =
            full.with_file_name(format!(".{}.dateline-new", full.file_name().unwrap_or_default().to_string_lossy()));
        let write = || {
            std::fs::create_dir_all(folder)?;
            std::fs::write(&new, bytes)?;
            if full.is_dir() {
                remove_empty(&full);
            }
            std::fs::rename(&new, &full)
        };
        write().map_err(|e| {
            let _ = std::fs::remove_file(&new);
            let failure = Failure::of_file(&full, &e);
            match full.is_dir() {
                true => Failure {
                    help: "a folder with files of no deploy lies in its place: move it away".into(),
                    ..failure
                },
                false => failure,
            }
        })
    }

    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        let full = self.at(path);
        match std::fs::read(&full) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => Ok(None),
            Err(e) => Err(Failure::of_file(&full, &e)),
        }
    }

    fn walk(&self, folder: &Path, out: &mut BTreeMap<String, u64>) -> std::io::Result<()> {
        let entries = match std::fs::read_dir(folder) {
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let (path, meta) = (entry.path(), entry.metadata()?);
            let inside = path.strip_prefix(&self.root).unwrap_or(&path);
            if inside == Path::new(FOLDER) {
                continue;
            }
            if meta.is_dir() {
                self.walk(&path, out)?;
            } else {
                out.insert(inside.to_string_lossy().replace('\\', "/"), meta.len());
            }
        }
        Ok(())
    }
}

/// Takes away a folder in which there is nothing but folders; else what of it is empty.
fn remove_empty(folder: &Path) {
    let folders = std::fs::read_dir(folder).into_iter().flatten().flatten();
    folders.filter(|e| e.file_type().is_ok_and(|t| t.is_dir())).for_each(|e| remove_empty(&e.path()));
    // Not if it holds anything.
    let _ = std::fs::remove_dir(folder);
}

impl Target for Folder<'_> {
    fn place(&self) -> String {
        self.root.display().to_string()
    }

    fn has_folders(&self) -> bool {
        true
    }

    fn look(&self) -> Result<Option<Seen>, Failure> {
        let path = state::path();
        let Some(bytes) = self.read(&path)? else { return Ok(None) };
        let age = std::fs::metadata(self.at(&path)).and_then(|m| m.modified()).ok().and_then(|at| at.elapsed().ok());
        Ok(Some(Seen { tag: Fingerprint::of(&bytes).to_string(), age, bytes }))
    }

    fn set_state(&self, bytes: &[u8], over: Option<&Tag>) -> Result<Tag, Failure> {
        let lock = self.at(&format!("{FOLDER}/lock"));
        let open = || {
            std::fs::create_dir_all(self.root.join(FOLDER))?;
            File::create(&lock)
        };
        let file = open().map_err(|e| Failure::of_file(&lock, &e))?;
        file.lock().map_err(|e| Failure::of_file(&lock, &e))?;
        if self.look()?.map(|seen| seen.tag).as_ref() != over {
            return Err(Failure::conflict());
        }
        self.place(&state::path(), bytes)?;
        Ok(Fingerprint::of(bytes).to_string())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.place(path, bytes)
    }

    fn send(&self, files: &[Outgoing], done: Done) -> Result<(), Failure> {
        each(files.len(), self.threads, self.stop, |at| {
            self.place(&files[at].path, &files[at].read()?)?;
            done(at, Sent::default())
        })
    }

    fn fetch(&self, paths: &[String], given: Given) -> Result<(), Failure> {
        each(paths.len(), self.threads, self.stop, |at| given(at, self.read(&paths[at])?))
    }

    fn remove(&self, paths: &[String], done: &(dyn Fn(usize) -> Result<(), Failure> + Sync)) -> Result<(), Failure> {
        for (at, path) in paths.iter().enumerate() {
            let full = self.at(path);
            match std::fs::remove_file(&full) {
                Ok(()) => {}
                Err(e) if matches!(e.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) => {}
                Err(e) => return Err(Failure::of_file(&full, &e)),
            }
            // Folders that are empty now.
            let mut folder = full.parent();
            while let Some(dir) = folder.filter(|d| *d != self.root && d.starts_with(&self.root)) {
                if std::fs::remove_dir(dir).is_err() {
                    break;
                }
                folder = dir.parent();
            }
            done(at)?;
        }
        Ok(())
    }

    fn list(&self) -> Result<BTreeMap<String, u64>, Failure> {
        let mut found = BTreeMap::new();
        self.walk(&self.root, &mut found).map_err(|e| Failure::of_file(&self.root, &e))?;
        Ok(found)
    }
}
