//! The quickest rebuild that changes something: an edit that leaves the archive its shape. A text differs, or a headline,
//! but nothing that is indexed or linked; then only the pages that show these texts and cards can differ.
//!
//! Which pages those are is known from the walk over their inputs that made their keys. What a kind takes from an article
//! without its card or its text must be something that [`Parsed::keeps_shape`] compares; the equivalence test, which runs
//! in a session too, holds that.

use super::ledger::{Ledger, Moment, Source};
use super::load::{self, Parsed};
use super::session::Known;
use super::source::Document;
use crate::archive::ArticleId;
use crate::archive::mentions::Mention;
use crate::archive::names::Names;
use crate::config::Config;
use crate::content::Article;
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
        let now = load::again(site, document, config, &known.people, began)?;
        if !before.parsed.keeps_shape(&now.parsed) || !same_people(before, &now) {
            return None;
        }
        learned.push((path.clone(), before.clone(), now));
    }
    let mut pages = Vec::new();
    for (path, source, now) in &learned {
        let before = &source.parsed;
        let at = put(known, before, &now.parsed);
        if let Some((id, _)) = at {
            move_links(&mut known.archive.about[id.0 as usize].names, source, now);
        }
        let article = at.filter(|(_, card_differs)| *card_differs).map(|(id, _)| id);
        if before.prose().hash != now.parsed.prose().hash {
            pages.extend(known.shows.texts.get(path.as_str()).into_iter().flatten().copied());
            let card = article.and_then(|id| known.shows.cards.get(&id));
            pages.extend(card.into_iter().flatten().copied());
        }
    }
    pages.sort_unstable();
    pages.dedup();
    Some(Differing { pages, learned: learned.into_iter().map(|(path, _, now)| (path, now)).collect() })
}

/// Whether the texts name the same people, equally often and in the same order, and each can be a link where it was one.
fn same_people(before: &Source, now: &Source) -> bool {
    match (&before.found, &now.found) {
        (Some(before), Some(now)) => {
            let alike = |(a, b): (&Mention, &Mention)| {
                (a.person, a.count, a.first.is_empty()) == (b.person, b.count, b.first.is_empty())
            };
            before.mentions.len() == now.mentions.len() && before.mentions.iter().zip(&*now.mentions).all(alike)
        }
        (before, now) => before.is_none() && now.is_none(),
    }
}

/// Each first mention is somewhere else in the new text.
fn move_links(names: &mut Names, before: &Source, now: &Source) {
    let (Some(before), Some(now)) = (&before.found, &now.found) else { return };
    for (range, _) in &mut names.first {
        let at = before.mentions.iter().position(|m| m.first == *range);
        if let Some(at) = at {
            *range = now.mentions[at].first.clone();
        }
    }
    names.first.sort_by_key(|(range, _)| range.start);
}

/// Puts a document in the place of what was read from it before; one that is withheld has none. Says which article it
/// is, if it is one, and whether cards show it otherwise now.
fn put(known: &mut Known, before: &Parsed, now: &Parsed) -> Option<(ArticleId, bool)> {
    fn swap<T>(all: &mut [Arc<T>], before: &Arc<T>, now: &Arc<T>) -> Option<usize> {
        let at = all.iter().position(|v| Arc::ptr_eq(v, before))?;
        all[at] = now.clone();
        Some(at)
    }
    let archive = &mut known.archive;
    match (before, now) {
        (Parsed::Article(before), Parsed::Article(now)) => {
            let at = swap(&mut archive.articles, before, now)?;
            let text_only = Article { prose: now.prose.clone(), ..(**before).clone() } == **now;
            Some((ArticleId(at as u32), !text_only))
        }
        (Parsed::Record(before), Parsed::Record(now)) => {
            swap(&mut archive.records, before, now);
            None
        }
        (Parsed::Briefing(before), Parsed::Briefing(now)) => {
            swap(&mut archive.briefings, before, now);
            None
        }
        (Parsed::Standing(before), Parsed::Standing(now)) => {
            swap(&mut archive.standing, before, now);
            None
        }
        _ => None,
    }
}
