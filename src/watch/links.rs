//! Symbolic links in the folders of a site. The system tells of changes in what they lead to, but by one path only, and of
//! a linked file only if it is watched itself.

use crate::build::is_ignored;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Links found below some folders.
#[derive(Default)]
pub struct Links {
    /// Links to files.
    pub files: Vec<PathBuf>,
    /// Links to folders, and where each leads in the end.
    folders: Vec<(PathBuf, PathBuf)>,
}

impl Links {
    /// Finds every link below folders, and below those that links lead to.
    pub fn below(roots: &[PathBuf]) -> Self {
        let mut links = Self::default();
        for root in roots {
            // A root may be a link itself.
            if let Ok(target) = root.canonicalize()
                && target != *root
            {
                links.folders.push((root.clone(), target));
            }
            let mut seen = BTreeSet::new();
            links.find(root, &mut seen);
        }
        links
    }

    fn find(&mut self, folder: &Path, seen: &mut BTreeSet<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            if is_ignored(&entry.file_name()) || !(kind.is_dir() || kind.is_symlink()) {
                continue;
            }
            let path = entry.path();
            if kind.is_dir() {
                self.find(&path, seen);
            } else if let (Ok(target), Ok(meta)) = (path.canonicalize(), path.metadata()) {
                if !meta.is_dir() {
                    self.files.push(path);
                } else if seen.insert(target.clone()) {
                    self.folders.push((path.clone(), target));
                    self.find(&path, seen);
                } else {
                    self.folders.push((path, target));
                }
            }
        }
    }

    /// Other paths by which something at `path` is part of the site.
    pub fn aliases(&self, path: &Path) -> Vec<PathBuf> {
        if self.folders.is_empty() {
            return Vec::new();
        }
        // What was deleted has no real path; the folder it was in may have one.
        let real =
            path.canonicalize().ok().or_else(|| Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?)));
        let Some(real) = real else { return Vec::new() };
        let through = |(link, target): &(PathBuf, PathBuf)| real.strip_prefix(target).ok().map(|rest| link.join(rest));
        let others = self.folders.iter().filter_map(through).chain([real.clone()]);
        others.filter(|other| other != path).collect()
    }
}
