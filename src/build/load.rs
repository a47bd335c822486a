//! Files become a corpus, in parallel: each is read and parsed on its own, or known from the last build.

use super::Progress;
use super::ledger::{Ledger, Moment, Source, Stat};
use super::source::{Document, Files, Role, read_bytes};
use crate::archive::Corpus;
use crate::archive::mentions::{self, Affected, Found, Mention, Registry};
use crate::config::{Config, Detect};
use crate::content::visible::Visible;
use crate::content::{self, Article, BriefingRecord, EntityKind, Loaded, Prose, Record, Standing};
use crate::diagnostics::{Code, Diagnostic};
use crate::fingerprint::Fingerprint;
use rapidhash::RapidHashSet;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// What was read from one file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Parsed {
    /// An article.
    Article(Arc<Article>),
    /// A record.
    Record(Arc<Record>),
    /// A day's record.
    Briefing(Arc<BriefingRecord>),
    /// A standing page.
    Standing(Arc<Standing>),
}

impl Parsed {
    /// Whether the archive keeps its shape if one comes in the place of the other: nothing differs but the text and, of
    /// an article, what its card and its own page show. Neither what it is indexed by nor where its links lead nor what
    /// can link into it.
    pub fn keeps_shape(&self, other: &Self) -> bool {
        fn same<T: Clone + PartialEq>(a: &T, mut b: T, prose: fn(&mut T) -> &mut Prose) -> bool {
            let mut a = a.clone();
            let alike = prose(&mut a).links_alike(prose(&mut b));
            *prose(&mut a) = prose(&mut b).clone();
            alike && a == b
        }
        match (self, other) {
            (Self::Article(a), Self::Article(b)) => same(&**a, b.in_the_words_of(a), |v| &mut v.prose),
            (Self::Record(a), Self::Record(b)) => same(&**a, (**b).clone(), |v| &mut v.prose),
            (Self::Briefing(a), Self::Briefing(b)) => same(&**a, (**b).clone(), |v| &mut v.prose),
            (Self::Standing(a), Self::Standing(b)) => same(&**a, (**b).clone(), |v| &mut v.prose),
            _ => false,
        }
    }

    /// Its text.
    pub fn prose(&self) -> &Prose {
        match self {
            Self::Article(v) => &v.prose,
            Self::Record(v) => &v.prose,
            Self::Briefing(v) => &v.prose,
            Self::Standing(v) => &v.prose,
        }
    }
}

/// What was read from all files.
pub struct LoadedSite {
    /// The values.
    pub corpus: Corpus,
    /// Files that hold nothing usable, by path.
    pub unusable: Vec<String>,
    /// What there is to say about the files.
    pub problems: Vec<Diagnostic>,
    /// Article files that are articles, sound or not.
    pub found: usize,
    /// Of these, the ones that could not be read.
    pub failed: usize,
    /// Files that were parsed in this build: those that are new, that changed, or that the ledger does not keep because
    /// there was something to say about them. By place among the documents.
    pub changed: Vec<u32>,
    /// How many of the files the ledger knew.
    pub known: usize,
    /// What the ledger does not know yet.
    pub learned: Vec<(String, Source)>,
    /// Documents of which it must not know anything: there is something to say about them, and that in every build.
    pub forgotten: Vec<String>,
    /// The people that the articles were searched for.
    pub people: Arc<Registry>,
}

/// What is read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// The folder with `site.toml`.
    pub site: &'a Path,
    /// Its files.
    pub files: &'a Files,
    /// Its settings.
    pub config: &'a Config,
    /// What is known of its files.
    pub ledger: &'a Ledger,
    /// Whether records that are drafts are records.
    pub drafts: bool,
}

/// Reads every document that the ledger does not know. `began` is the time of the file system's clock before the first of
/// them is looked at, where it can be told; `touched` says which may have changed at all, if somebody has watched.
pub fn all(
    reading: &Reading,
    began: Option<Moment>,
    touched: Option<&RapidHashSet<String>>,
    progress: &dyn Progress,
) -> LoadedSite {
    let Reading { site, files, config, ledger, drafts } = *reading;
    let read = |document: &Document, search: Option<&Search>| {
        let known = ledger.sources.get(&document.path);
        let untouched = touched.is_some_and(|touched| !touched.contains(&document.path));
        let one = match known.filter(|known| untouched && holds(known, search)) {
            Some(known) => One::known(known),
            None => one(site, document, config, known, search, began),
        };
        progress.step();
        (one, known.is_some())
    };
    // People first: articles are searched for them.
    let is_person = |d: &Document| d.role == Role::Record(EntityKind::Person);
    let people: Vec<(usize, (One, bool))> = files
        .documents
        .par_iter()
        .enumerate()
        .filter(|(_, d)| is_person(d))
        .map(|(at, d)| (at, read(d, None)))
        .collect();
    let records = people.iter().filter_map(|(_, (one, _))| match &one.loaded.value {
        Some(Parsed::Record(record)) if !record.draft || drafts => Some(&**record),
        _ => None,
    });
    let registry = match config.detect {
        Detect::Off => Registry::empty(),
        _ => Registry::new(records, config),
    };
    let affected = registry.digest().affected(&ledger.people);
    let search = Search { registry: &registry, affected: Some(&affected) };
    let mut results: Vec<Option<(One, bool)>> =
        files.documents.par_iter().map(|d| (!is_person(d)).then(|| read(d, Some(&search)))).collect();
    people.into_iter().for_each(|(at, person)| results[at] = Some(person));

    let mut out = LoadedSite {
        corpus: Corpus::default(),
        unusable: Vec::new(),
        problems: Vec::new(),
        found: 0,
        failed: 0,
        changed: Vec::new(),
        known: 0,
        learned: Vec::new(),
        forgotten: Vec::new(),
        people: Arc::new(registry),
    };
    for (at, (document, result)) in files.documents.iter().zip(results).enumerate() {
        let Some((One { loaded, mentions, parsed, row }, known)) = result else { continue };
        if document.role == Role::Article && !loaded.problems.iter().any(|d| d.code == Code::SectionFile) {
            out.found += 1;
            out.failed += usize::from(loaded.value.is_none());
        }
        if loaded.value.is_none() || !loaded.problems.is_empty() {
            out.forgotten.push(document.path.clone());
        }
        out.changed.extend(parsed.then_some(at as u32));
        out.known += usize::from(known);
        out.learned.extend(row.map(|row| (document.path.clone(), *row)));
        out.problems.extend(loaded.problems);
        match loaded.value {
            Some(Parsed::Article(v)) => {
                if let Some(mentions) = mentions.filter(|mentions| !mentions.is_empty()) {
                    out.corpus.mentions.insert(v.prose.path.clone(), mentions);
                }
                out.corpus.articles.push(v);
            }
            Some(Parsed::Record(v)) => out.corpus.records.push(v),
            Some(Parsed::Briefing(v)) => out.corpus.briefings.push(v),
            Some(Parsed::Standing(v)) => out.corpus.standing.push(v),
            None => out.unusable.push(document.path.clone()),
        }
    }
    out
}

/// What articles are searched for.
struct Search<'r> {
    registry: &'r Registry,
    /// Which of the articles that the ledger knows must be searched again; `None` if none of them need be.
    affected: Option<&'r Affected>,
}

struct One {
    loaded: Loaded<Parsed>,
    /// The people in it, if it is an article.
    mentions: Option<Arc<[Mention]>>,
    /// Whether the file was parsed because it is not the one that was known.
    parsed: bool,
    /// What to write into the ledger, if that is new.
    row: Option<Box<Source>>,
}

impl One {
    fn known(source: &Source) -> Self {
        let loaded = Loaded { value: Some(source.parsed.clone()), problems: Vec::new() };
        let mentions = source.found.as_ref().map(|found| found.mentions.clone());
        Self { loaded, mentions, parsed: false, row: None }
    }
}

/// Reads one document again, with the people known who were known before; `None` if nothing usable is in it, or
/// something is to be said about it.
pub fn again(
    site: &Path,
    document: &Document,
    config: &Config,
    registry: &Registry,
    began: Option<Moment>,
) -> Option<Source> {
    let search = Search { registry, affected: None };
    let One { loaded, row, .. } = one(site, document, config, None, Some(&search), began);
    row.filter(|_| loaded.problems.is_empty()).map(|row| *row)
}

/// Whether the people found in a document still are the people in it: nothing has changed of anybody whose name's words
/// it has.
fn holds(known: &Source, search: Option<&Search>) -> bool {
    let affected = search.and_then(|s| s.affected);
    known.found.as_ref().is_none_or(|found| affected.is_none_or(|a| !a.may_concern(&found.words)))
}

fn one(
    site: &Path,
    document: &Document,
    config: &Config,
    known: Option<&Source>,
    search: Option<&Search>,
    began: Option<Moment>,
) -> One {
    let path = &document.path;
    // Before the bytes are read: if the file changes after this, the next build sees another stat.
    let stat = Stat::through(&site.join(path));
    let held = known.filter(|known| holds(known, search));
    if let Some(known) = held.filter(|k| k.settled && Some(k.stat) == stat) {
        return One::known(known);
    }
    let bytes = match read_bytes(site, path) {
        Ok(bytes) => bytes,
        Err(problem) => return One { loaded: Loaded::failed(*problem), mentions: None, parsed: false, row: None },
    };
    let row = |parsed: &Parsed, found: &Option<Found>| {
        let stat = stat?;
        let settled = began.is_some_and(|moment| stat.is_settled(moment));
        let (found, parsed) = (found.clone(), parsed.clone());
        Some(Box::new(Source { stat, settled, hash: parsed.prose().hash, found, parsed }))
    };
    let same = known.filter(|k| k.hash == Fingerprint::of(&bytes));
    if let Some(known) = same.filter(|_| held.is_some()) {
        return One { row: row(&known.parsed, &known.found), ..One::known(known) };
    }
    let mut visible = search.map_or(Visible::off(), |_| Visible::new(config.markdown.raw_html));
    let loaded = parse(document, &bytes, config, &mut visible);
    let found = match (&loaded.value, search) {
        (Some(Parsed::Article(article)), Some(search)) => Some(mentions::find(article, &visible, search.registry)),
        _ => None,
    };
    let row = loaded.value.as_ref().filter(|_| loaded.problems.is_empty()).and_then(|value| row(value, &found));
    One { loaded, mentions: found.map(|found| found.mentions), parsed: same.is_none(), row }
}

fn parse(document: &Document, bytes: &[u8], config: &Config, visible: &mut Visible) -> Loaded<Parsed> {
    let path = &document.path;
    fn wrap<T>(loaded: Loaded<T>, make: fn(Arc<T>) -> Parsed) -> Loaded<Parsed> {
        Loaded { value: loaded.value.map(|v| make(Arc::new(v))), problems: loaded.problems }
    }
    match document.role {
        Role::Article => wrap(content::article::load(path, bytes, config, visible), Parsed::Article),
        Role::Record(kind) => wrap(content::record::load(kind, path, bytes, config), Parsed::Record),
        Role::Briefing => wrap(content::briefing::load(path, bytes, config), Parsed::Briefing),
        Role::Standing => wrap(content::standing::load(path, bytes, config), Parsed::Standing),
    }
}

/// What of the settings decides what is read from a file.
pub fn settings(config: &Config) -> Fingerprint {
    let Config { time_zone_name, folders, slugs, front_matter, markdown, .. } = config;
    Fingerprint::of(format!("{time_zone_name}\0{folders:?}\0{slugs:?}\0{front_matter:?}\0{markdown:?}").as_bytes())
}
