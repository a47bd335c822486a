//! Which files and folders a site is made from: what is watched, and which events matter.

use crate::build::is_ignored;
use crate::config::{self, Config};
use std::path::{Component, Path, PathBuf};

/// Where themes lie, whichever of them is used.
const THEMES: &str = "themes";

/// The files and folders that a site is made from, whether they exist or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    site: PathBuf,
    settings: PathBuf,
    /// Folders with everything in them; none lies in another.
    roots: Vec<PathBuf>,
}

impl Places {
    /// Of the site in a folder, as its settings say; with the usual folders if they cannot be read.
    pub fn of(site: &Path) -> Self {
        let folders = read(site).unwrap_or_else(|| config::Folders::default().all().map(str::to_string).to_vec());
        Self::with(site, folders)
    }

    /// The same site once more. While its settings are broken the folders are those that they last named.
    pub fn again(&self) -> Self {
        read(&self.site).map_or_else(|| self.clone(), |folders| Self::with(&self.site, folders))
    }

    fn with(site: &Path, folders: Vec<String>) -> Self {
        let mut roots: Vec<PathBuf> = folders.iter().map(|f| site.join(f)).collect();
        roots.push(site.join(THEMES));
        roots.sort();
        roots.dedup();
        let inner = |root: &PathBuf| roots.iter().any(|other| other != root && root.starts_with(other));
        let roots = roots.iter().filter(|r| !inner(r)).cloned().collect();
        Self { site: site.to_path_buf(), settings: site.join(config::FILE), roots }
    }

    /// Whether a path is that of the settings.
    pub fn is_settings(&self, path: &Path) -> bool {
        path == self.settings
    }

    /// The folders with everything in them.
    pub fn roots(&self) -> &[PathBuf] {
        &self.roots
    }

    /// The site's folder and those between it and a root: what comes and goes directly in them matters.
    pub fn above(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.site.clone()];
        for root in &self.roots {
            folders.extend(root.ancestors().skip(1).take_while(|a| *a != self.site).map(Path::to_path_buf));
        }
        folders.sort();
        folders.dedup();
        folders
    }

    /// Whether something at a path can change the site.
    pub fn matter(&self, path: &Path) -> bool {
        if self.is_settings(path) || self.roots.iter().any(|root| root.starts_with(path)) {
            return true;
        }
        let inside = self.roots.iter().find_map(|root| path.strip_prefix(root).ok());
        inside.is_some_and(|p| !p.components().any(|c| matches!(c, Component::Normal(name) if is_ignored(name))))
    }
}

fn read(site: &Path) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(site.join(config::FILE)).ok()?;
    let config = Config::parse(text.trim_start_matches('\u{feff}'), None).ok()?;
    Some(config.folders.all().map(str::to_string).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_is_in_the_roots_or_above_them_and_not_left_behind_by_tools() {
        let places = Places::with(Path::new("/s"), vec!["content/articles".into(), "static".into()]);
        for path in [
            "/s/site.toml",
            "/s/content",
            "/s/content/articles/a.md",
            "/s/static/.well-known/x",
            "/s/themes/x/theme.toml",
            "/s",
        ] {
            assert!(places.matter(Path::new(path)), "{path}");
        }
        for path in [
            "/s/public/index.html",
            "/s/.dateline/ledger",
            "/s/content/notes.md",
            "/s/content/articles/.a.md.swp",
            "/s/content/articles/a.md~",
            "/s/content/articles/.git/index",
            "/s/site.toml.tmp",
        ] {
            assert!(!places.matter(Path::new(path)), "{path}");
        }
    }

    #[test]
    fn a_folder_inside_another_is_watched_once() {
        let places = Places::with(Path::new("/s"), vec!["content".into(), "content/people".into(), "a/b/c".into()]);
        assert_eq!(places.roots(), ["/s/a/b/c", "/s/content", "/s/themes"].map(PathBuf::from));
        assert_eq!(places.above(), ["/s", "/s/a", "/s/a/b"].map(PathBuf::from));
    }
}
