//! The people who can be found, by the names that mean them: built once for all articles.

use super::words::{EVERYDAY, MONTHS};
use super::{PersonKey, Words, hash16, written};
use crate::archive::sorting;
use crate::config::Config;
use crate::content::visible::{capitalised, is_word, normal};
use crate::content::{EntityKind, Record, slug::fold};
use crate::fingerprint::Fingerprint;
use aho_corasick::{AhoCorasick, MatchKind};
use rapidhash::RapidHashMap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Everybody who has a record.
pub struct Registry {
    pub(super) people: Vec<Person>,
    pub(super) patterns: Vec<Pattern>,
    /// Name as front matter may have it, folded → who it means, if it means one.
    claims: RapidHashMap<String, Option<u32>>,
    /// The words without which an article has none of the names; `None` if some name has no such word.
    anchors: Option<Anchors>,
    /// Made when the first text is searched: most builds search none.
    automaton: OnceLock<Option<AhoCorasick>>,
    digest: Digest,
}

pub(super) struct Person {
    pub key: PersonKey,
    /// Of the given name.
    pub initial: Option<char>,
    pub suppressed: bool,
}

/// One spelling that is looked for.
#[derive(Default)]
pub(super) struct Pattern {
    pub text: String,
    /// Who is called this in full.
    pub full: Vec<u32>,
    /// Whose family name it is.
    pub family: Vec<u32>,
    /// Whether it is a word that means something else as well.
    pub everyday: bool,
    /// Whether it is also the name of a month.
    pub month: bool,
}

/// What of a registry decides what is found: for every name a hash of all that it means, and the word that an article must
/// have to be concerned (none: any article may be).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest(Vec<(u64, Option<u16>)>);

/// A set of words by their 16 bits.
struct Anchors(Box<[u64; 1024]>);

impl Anchors {
    fn of(words: impl Iterator<Item = u16>) -> Self {
        let mut set = Box::new([0; 1024]);
        words.for_each(|w| set[usize::from(w) / 64] |= 1 << (w % 64));
        Self(set)
    }

    fn meets(&self, words: &Words) -> bool {
        words.iter().any(|w| self.0[usize::from(w) / 64] & (1 << (w % 64)) != 0)
    }
}

/// Which articles an edit of the registry concerns.
pub struct Affected(Which);

enum Which {
    None,
    Some(Anchors),
    All,
}

impl Affected {
    /// Whether an article with these words may have other people in it now.
    pub fn may_concern(&self, words: &Words) -> bool {
        match &self.0 {
            Which::None => false,
            Which::Some(anchors) => anchors.meets(words),
            Which::All => true,
        }
    }
}

impl Digest {
    /// Which articles are concerned by what is here and not there, or there and not here.
    pub fn affected(&self, before: &Digest) -> Affected {
        let (mut a, mut b) = (self.0.iter().peekable(), before.0.iter().peekable());
        let mut words = Vec::new();
        loop {
            let changed = match (a.peek(), b.peek()) {
                (None, None) => break,
                (Some(x), Some(y)) if x == y => {
                    a.next();
                    b.next();
                    continue;
                }
                (Some(x), Some(y)) if x < y => a.next(),
                (Some(_), None) => a.next(),
                _ => b.next(),
            };
            match changed {
                Some((_, Some(word))) => words.push(*word),
                _ => return Affected(Which::All),
            }
        }
        Affected(if words.is_empty() { Which::None } else { Which::Some(Anchors::of(words.into_iter())) })
    }
}

impl Registry {
    /// Of these records; others than those of people are passed over.
    pub fn new<'r>(records: impl Iterator<Item = &'r Record>, config: &Config) -> Self {
        let mut records: Vec<&Record> = records.filter(|r| r.kind == EntityKind::Person).collect();
        records.sort_by(|a, b| a.prose.path.cmp(&b.prose.path));
        let everyday: Vec<String> = config.everyday_names.iter().map(|w| fold(w)).collect();
        let mut patterns: BTreeMap<String, Pattern> = BTreeMap::new();
        let mut people = Vec::with_capacity(records.len());
        let mut claims: RapidHashMap<String, Option<u32>> = RapidHashMap::default();
        for (index, record) in (0..).zip(&records) {
            let names = || std::iter::once(&record.name).chain(&record.aliases).chain(record.names.values());
            people.push(Person {
                key: key_of(&record.prose.path),
                initial: record.name.chars().find(|c| c.is_alphabetic()),
                suppressed: record.suppress,
            });
            for name in names().map(|name| normal(name)).filter(|n| is_findable(n)) {
                let pattern = patterns.entry(name).or_default();
                if !pattern.full.contains(&index) {
                    pattern.full.push(index);
                }
            }
            let family = record.family.clone().or_else(|| sorting::family_of(&record.name, &config.language));
            for family in family.iter().map(|f| normal(f)).filter(|f| is_findable(f) && *f != normal(&record.name)) {
                let pattern = patterns.entry(family).or_default();
                if !pattern.family.contains(&index) {
                    pattern.family.push(index);
                }
            }
            for id in [&record.id, &record.slug] {
                claims.insert(fold(id), Some(index));
            }
        }
        for (index, record) in (0..).zip(&records) {
            for name in std::iter::once(&record.name).chain(&record.aliases).chain(record.names.values()) {
                let holder = claims.entry(fold(name)).or_insert(Some(index));
                // An id goes before a name; of two equal names neither does.
                if *holder != Some(index) && !records.iter().any(|r| r.id == fold(name) || r.slug == fold(name)) {
                    *holder = None;
                }
            }
        }
        let patterns = patterns.into_iter().map(|(text, pattern)| Pattern {
            everyday: EVERYDAY.binary_search(&&*fold(&text)).is_ok() || everyday.contains(&fold(&text)),
            month: MONTHS.contains(&&*text),
            text,
            ..pattern
        });
        let patterns: Vec<Pattern> = patterns.collect();
        let digest = digest(&patterns, &claims, &people);
        let findable: Option<Vec<u16>> = patterns.iter().map(|p| anchor(&p.text)).collect();
        Self {
            people,
            patterns,
            claims,
            anchors: findable.map(|a| Anchors::of(a.into_iter())),
            automaton: OnceLock::new(),
            digest,
        }
    }

    /// Nobody: finds nothing.
    pub fn empty() -> Self {
        Self {
            people: Vec::new(),
            patterns: Vec::new(),
            claims: RapidHashMap::default(),
            anchors: Some(Anchors::of(std::iter::empty())),
            automaton: OnceLock::new(),
            digest: Digest::default(),
        }
    }

    /// What of it decides what is found.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    pub(super) fn may_concern(&self, words: &Words) -> bool {
        self.anchors.as_ref().is_none_or(|anchors| anchors.meets(words))
    }

    /// Whom a name in front matter means.
    pub(super) fn named(&self, name: &str) -> Option<u32> {
        self.claims.get(&fold(name)).copied().flatten()
    }

    /// Finds every name, also where names overlap.
    pub(super) fn automaton(&self) -> Option<&AhoCorasick> {
        let make = || {
            // Case counts: `Brown` is a name and `brown` is not.
            let texts = self.patterns.iter().map(|p| p.text.as_bytes());
            AhoCorasick::builder().match_kind(MatchKind::Standard).build(texts).ok()
        };
        self.automaton.get_or_init(make).as_ref()
    }
}

/// The key of the person with a record at a path.
pub fn key_of(path: &Arc<str>) -> PersonKey {
    PersonKey(short(&[path.as_bytes()]))
}

fn short(parts: &[&[u8]]) -> u64 {
    let mut bytes = Vec::with_capacity(64);
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u32).to_le_bytes());
        bytes.extend_from_slice(part);
    }
    let mut out = [0; 8];
    out.copy_from_slice(&Fingerprint::of(&bytes).as_bytes()[..8]);
    u64::from_le_bytes(out)
}

fn digest(patterns: &[Pattern], claims: &RapidHashMap<String, Option<u32>>, people: &[Person]) -> Digest {
    let keys = |ids: &[u32]| -> Vec<u8> {
        let mut out = Vec::new();
        for id in ids {
            let person = &people[*id as usize];
            out.extend_from_slice(&person.key.0.to_le_bytes());
            out.extend_from_slice(&person.initial.map_or(0, u32::from).to_le_bytes());
            out.push(u8::from(person.suppressed));
        }
        out
    };
    let of_patterns = patterns.iter().map(|p| {
        let flags = [u8::from(p.everyday), u8::from(p.month)];
        (short(&[p.text.as_bytes(), &keys(&p.full), &keys(&p.family), &flags]), anchor(&p.text))
    });
    let of_claims = claims
        .iter()
        .map(|(name, holder)| (short(&[b"written", name.as_bytes(), &keys(holder.as_slice())]), Some(written(name))));
    let mut all: Vec<(u64, Option<u16>)> = of_patterns.chain(of_claims).collect();
    all.sort_unstable();
    Digest(all)
}

/// The word that every text with this name has, if there is one that texts are known by.
fn anchor(name: &str) -> Option<u16> {
    capitalised(name).max_by_key(|word| word.len()).map(hash16)
}

/// One letter is no name, and a name must begin and end with something that is one.
fn is_findable(name: &str) -> bool {
    name.chars().filter(|c| is_word(*c)).count() > 1 && name.starts_with(is_word)
}
