//! Which people an article mentions: full names and aliases first, then family names alone.
//!
//! What is found is a function of one article's text and of the registry of people, and depends on the registry only by
//! the names whose words the article has. So an edit of a record concerns the few articles that have them ([`Words`],
//! [`registry::Digest`]), and the archive need not be read again.
//!
//! **The rules.** A full name or alias counts wherever it stands as a whole. A family name alone counts for a person
//! whose full name stands in the same article (or whom the front matter names): before it, if several known people share
//! the family name or it is an everyday word; anywhere otherwise, for headlines are written with family names. Two
//! people of one family who are both named in full share it, and then it counts for neither. A name within a longer
//! name (`Trump Tower`, `Melania Trump`, `Smith-Jones`) is not that name; what decides this is in `context.rs`.

mod context;
mod pick;
mod registry;
mod unknown;
mod words;

pub use registry::{Affected, Digest, Registry, key_of};
pub use unknown::unknown;

use crate::content::visible::{Visible, capitalised};
use crate::content::{Article, slug::fold};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// A person in the registry, by the path of the record: the same in every build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonKey(u64);

/// One person in one article.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// Who.
    pub person: PersonKey,
    /// How many times.
    pub count: u32,
    /// The bytes of the body that name the person for the first time where a link may stand; an empty range if none do.
    pub first: Range<u32>,
}

/// What is known of one article's names.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Found {
    /// In the order in which they first appear.
    pub mentions: Arc<[Mention]>,
    /// The words that could be part of a name.
    pub words: Words,
}

/// The capitalised words of an article and the people its front matter names, each as 16 bits: enough to say which articles
/// cannot be concerned by a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words(#[serde(with = "crate::content::stored::bytes")] Box<[u8]>);

impl Words {
    fn new(mut hashes: Vec<u16>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes.into_iter().flat_map(u16::to_le_bytes).collect())
    }

    fn iter(&self) -> impl Iterator<Item = u16> {
        self.0.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
    }
}

/// Finds the people of an article.
pub fn find(article: &Article, body: &Visible, registry: &Registry) -> Found {
    let title = Visible::line(&article.title.text);
    let summary = Visible::line(if article.has_standfirst { &article.summary } else { "" });
    let mut hashes: Vec<u16> = Vec::with_capacity(96);
    for text in [&title.text, &summary.text, &body.text] {
        hashes.extend(capitalised(text).map(hash16));
    }
    hashes.extend(article.people.iter().map(|name| written(&fold(name))));
    let words = Words::new(hashes);
    if !registry.may_concern(&words) {
        return Found { mentions: Arc::default(), words };
    }
    let explicit: Vec<u32> = article.people.iter().filter_map(|name| registry.named(name)).collect();
    let parts = [(&title, true), (&summary, false), (body, false)];
    let hits: Vec<pick::Hit> = parts
        .iter()
        .enumerate()
        .flat_map(|(part, (visible, is_title))| pick::hits(part, &visible.text, *is_title, registry))
        .collect();
    let mut resolver = Resolver { registry, explicit, anywhere: Vec::new(), introduced: Vec::new(), found: Vec::new() };
    resolver.anywhere = hits.iter().filter_map(|hit| resolver.in_full(hit)).chain(resolver.explicit.clone()).collect();
    for hit in &hits {
        if let Some(person) = resolver.person(hit) {
            let place = if hit.part == 2 { body.linkable(hit.range.clone()) } else { None };
            resolver.count(person, place);
        }
    }
    let mentions = resolver.found.into_iter().filter(|(person, ..)| !registry.people[*person as usize].suppressed);
    let mentions = mentions.map(|(person, count, first)| Mention {
        person: registry.people[person as usize].key,
        count,
        first: first.unwrap_or(0..0),
    });
    Found { mentions: mentions.collect(), words }
}

struct Resolver<'r> {
    registry: &'r Registry,
    /// Whom the front matter names.
    explicit: Vec<u32>,
    /// Who is named in full somewhere.
    anywhere: Vec<u32>,
    /// Who has been named in full so far.
    introduced: Vec<u32>,
    found: Vec<(u32, u32, Option<Range<u32>>)>,
}

impl Resolver<'_> {
    /// Whom a full name means: the only one who has it, or the only one of those whom the editor names.
    fn in_full(&self, hit: &pick::Hit) -> Option<u32> {
        let pattern = &self.registry.patterns[hit.pattern as usize];
        if !hit.in_full {
            return None;
        }
        match &pattern.full[..] {
            [one] => Some(*one),
            several => only(several.iter().filter(|p| self.explicit.contains(p))),
        }
    }

    fn person(&mut self, hit: &pick::Hit) -> Option<u32> {
        let pattern = &self.registry.patterns[hit.pattern as usize];
        if !pattern.full.is_empty() {
            let person = self.in_full(hit)?;
            if !self.introduced.contains(&person) {
                self.introduced.push(person);
            }
            return Some(person);
        }
        if !hit.alone {
            return None;
        }
        let fits =
            |person: &&u32| hit.initial.is_none_or(|i| self.registry.people[**person as usize].initial == Some(i));
        let candidates = || pattern.family.iter().filter(fits);
        let mut before = candidates().filter(|p| self.introduced.contains(p) || self.explicit.contains(p));
        match (before.next(), before.next()) {
            (Some(one), None) => Some(*one),
            (Some(_), Some(_)) => None,
            _ if pattern.everyday || pattern.family.len() > 1 => None,
            _ => only(candidates().filter(|p| self.anywhere.contains(p))),
        }
    }

    fn count(&mut self, person: u32, place: Option<Range<u32>>) {
        match self.found.iter_mut().find(|(p, ..)| *p == person) {
            Some((_, count, first)) => {
                *count += 1;
                *first = first.take().or(place);
            }
            None => self.found.push((person, 1, place)),
        }
    }
}

fn only<'p>(mut people: impl Iterator<Item = &'p u32>) -> Option<u32> {
    let first = people.next()?;
    people.next().is_none().then_some(*first)
}

/// FNV-1a, folded: the words of an archive are known by this in its ledger.
fn hash16(word: &str) -> u16 {
    let hash = word.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash ^ (hash >> 16)) as u16
}

/// A name as front matter has it, folded.
fn written(folded: &str) -> u16 {
    !hash16(folded)
}
