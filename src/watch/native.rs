//! The system's events, by way of notify.
//!
//! notify itself and not its debouncer: that waits a fixed time after every event, and does not know when a file is done.
//! What is asked for here is kept armed: a watch ends with its folder, and the folder may come back as another one.

use super::Message;
use super::links::Links;
use super::places::Places;
use notify::{Config, ErrorKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

/// Watches of the system.
pub struct Native {
    watcher: RecommendedWatcher,
    /// What is watched, and as which folder.
    armed: BTreeMap<PathBuf, Identity>,
    links: Links,
}

/// Which file or folder a path leads to; another one has another, where the system says so.
type Identity = (u64, u64);

impl Native {
    /// Watches nothing yet; events go to `sender`.
    pub fn new(sender: Sender<Message>) -> notify::Result<Self> {
        let watcher = RecommendedWatcher::new(
            // Nobody listens any more if this fails.
            move |event| drop(sender.send(Message::Event(event))),
            Config::default().with_follow_symlinks(true),
        )?;
        Ok(Self { watcher, armed: BTreeMap::new(), links: Links::default() })
    }

    /// Watches every place that exists and is not watched yet; returns which are new.
    pub fn arm(&mut self, places: &Places) -> notify::Result<Vec<PathBuf>> {
        self.links = Links::below(places.roots());
        self.arm_known(places)
    }

    fn arm_known(&mut self, places: &Places) -> notify::Result<Vec<PathBuf>> {
        let mut new = Vec::new();
        let above = places.above().into_iter().map(|p| (p, RecursiveMode::NonRecursive));
        let roots = places.roots().iter().map(|p| (p.clone(), RecursiveMode::Recursive));
        let files = self.links.files.iter().map(|p| (p.clone(), RecursiveMode::NonRecursive));
        for (path, mode) in above.chain(roots).chain(files).collect::<Vec<_>>() {
            let identity = identity(&path);
            let before = self.armed.get(&path);
            if identity.as_ref() == before {
                continue;
            }
            if before.is_some() {
                self.armed.remove(&path);
                // It may have ended with its folder.
                let _ = self.watcher.unwatch(&path);
            }
            if let Some(identity) = identity
                && self.watch(&path, mode)?
            {
                self.armed.insert(path.clone(), identity);
                new.push(path);
            }
        }
        Ok(new)
    }

    /// Keeps up with what happened at some paths: new folders and links are watched with all that is in them. Returns
    /// places that came back, in which anything may have happened.
    pub fn follow(&mut self, paths: &BTreeSet<PathBuf>, places: &Places) -> notify::Result<Vec<PathBuf>> {
        let mut links = false;
        for path in paths {
            let Ok(meta) = path.symlink_metadata() else { continue };
            links |= meta.is_symlink();
            // notify watches new folders by itself, but not what came into them before it did, and no new links.
            let inside = places.roots().iter().any(|root| path.starts_with(root) && path != root);
            if inside && path.is_dir() {
                self.watch(path, RecursiveMode::Recursive)?;
                links = true;
            }
        }
        if links { self.arm(places) } else { self.arm_known(places) }
    }

    /// Other paths by which the same files are part of the site.
    pub fn aliases(&self, paths: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
        paths.iter().flat_map(|path| self.links.aliases(path)).collect()
    }

    /// Whether the path was there to be watched.
    fn watch(&mut self, path: &Path, mode: RecursiveMode) -> notify::Result<bool> {
        match self.watcher.watch(path, mode) {
            Ok(()) => Ok(true),
            Err(e) => match &e.kind {
                // It went away meanwhile, which is an event of its own.
                ErrorKind::PathNotFound => Ok(false),
                ErrorKind::Io(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(false),
                ErrorKind::Io(e) if e.kind() == std::io::ErrorKind::PermissionDenied => Ok(false),
                _ => Err(e),
            },
        }
    }
}

fn identity(path: &Path) -> Option<Identity> {
    let meta = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        Some((meta.dev(), meta.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = meta;
        Some((0, 0))
    }
}
