//! The quickest rebuild that changes something: only texts differ, and neither what an index shows of them nor where
//! their links lead. Then the archive is the one that was, and only the pages that show these texts can differ.
//!
//! Which pages those are is known from the walk over their inputs that made their keys, so it cannot miss one.

use super::ledger::{Ledger, Moment, Source};
use super::load::{self, Parsed};
use super::session::Known;
use super::source::Document;
use crate::config::Config;
use rapidhash::RapidHashSet;
use std::path::Path;
use std::sync::Arc;

/// What differs.
pub(super) struct Differing {
    /// Pages by place in the plan, in order.
    pub pages: Vec<u32>,
    /// What the ledger does not know yet.
    pub learned: Vec<(String, Source)>,
}

/// Reads the touched documents and puts their texts into the archive. `None` if more than texts differs; then nothing
/// was changed.
pub(super) fn update(
    site: &Path,
    touched: &RapidHashSet<String>,
    known: &mut Known,
    ledger: &Ledger,
    config: &Config,
    began: Option<Moment>,
) -> Option<Differing> {
    let mut learned = Vec::new();
    for path in touched {
        let at = known.files.documents.binary_search_by(|d| d.path.cmp(path)).ok()?;
        let document: &Document = &known.files.documents[at];
        let before = ledger.sources.get(path)?;
        let now = load::again(site, document, config, began)?;
        if !before.parsed.differs_in_text_only(&now.parsed) {
            return None;
        }
        learned.push((path.clone(), before.parsed.clone(), now));
    }
    let mut pages = Vec::new();
    for (path, before, now) in &learned {
        put(known, before, &now.parsed);
        if before.prose().hash != now.parsed.prose().hash {
            pages.extend(known.shows.get(path.as_str()).into_iter().flatten().copied());
        }
    }
    pages.sort_unstable();
    pages.dedup();
    Some(Differing { pages, learned: learned.into_iter().map(|(path, _, now)| (path, now)).collect() })
}

/// Puts a document in the place of the one that it was read from before. One that is withheld has none.
fn put(known: &mut Known, before: &Parsed, now: &Parsed) {
    fn swap<T>(all: &mut [Arc<T>], before: &Arc<T>, now: &Arc<T>) {
        if let Some(place) = all.iter_mut().find(|v| Arc::ptr_eq(v, before)) {
            *place = now.clone();
        }
    }
    let archive = &mut known.archive;
    match (before, now) {
        (Parsed::Article(before), Parsed::Article(now)) => swap(&mut archive.articles, before, now),
        (Parsed::Record(before), Parsed::Record(now)) => swap(&mut archive.records, before, now),
        (Parsed::Briefing(before), Parsed::Briefing(now)) => swap(&mut archive.briefings, before, now),
        (Parsed::Standing(before), Parsed::Standing(now)) => swap(&mut archive.standing, before, now),
        _ => {}
    }
}
