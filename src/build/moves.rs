//! Which pages went from one URL to another in this build: a reader of the old one can be taken to the new one.
//!
//! Only what the last build knew and this one read anew is looked at; nothing is stored for it.

use super::ledger::{Source, Store};
use super::load::Parsed;
use crate::archive::article_url;
use crate::config::Config;
use crate::fingerprint::Fingerprint;
use crate::pages::file_of;
use std::collections::{BTreeMap, BTreeSet};

/// Old and new URL of every page whose file was renamed, or whose date or slug was changed. `removed` are the files of the
/// output that are gone: where an alias keeps the old URL, its redirect does the work.
pub fn between(
    known: &Store<Source>,
    learned: &[(String, Source)],
    removed: &[String],
    config: &Config,
) -> Vec<(String, String)> {
    if removed.is_empty() {
        return Vec::new();
    }
    let removed: BTreeSet<&str> = removed.iter().map(String::as_str).collect();
    let mut moved = Vec::new();
    let mut by_hash: BTreeMap<Fingerprint, String> = BTreeMap::new();
    let gone = |old: &Source| url(&old.parsed, config).filter(|old| removed.contains(file_of(old).as_str()));
    for (path, source) in learned {
        let Some(new) = url(&source.parsed, config) else { continue };
        match known.get(path) {
            Some(old) => moved.extend(gone(old).filter(|old| *old != new).map(|old| (old, new))),
            None => drop(by_hash.insert(source.hash, new)),
        }
    }
    if !by_hash.is_empty() {
        let renamed = known.iter().filter_map(|(_, old)| Some((gone(old)?, by_hash.get(&old.hash)?.clone())));
        moved.extend(renamed.filter(|(old, new)| old != new));
    }
    moved.sort_unstable();
    moved.dedup();
    moved
}

fn url(parsed: &Parsed, config: &Config) -> Option<String> {
    match parsed {
        Parsed::Article(article) => Some(article_url(article, config)),
        Parsed::Standing(page) => Some(page.url.clone()),
        Parsed::Record(record) => Some(record.url()),
        Parsed::Briefing(_) => None,
    }
}
