//! Files become a corpus, in parallel: each is read and parsed on its own, or known from the last build.

use super::Progress;
use super::ledger::{Ledger, Moment, Source, Stat};
use super::source::{Document, Files, Role, read_bytes};
use crate::archive::Corpus;
use crate::archive::mentions::{self, Affected, Digest, Found, Registry};
use crate::config::{Config, Detect};
use crate::content::visible::Visible;
use crate::content::{self, Article, BriefingRecord, EntityKind, Loaded, Prose, Record, Standing};
use crate::diagnostics::{Code, Diagnostic};
use crate::fingerprint::Fingerprint;
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
    /// Files that were parsed in this build.
    pub parsed: usize,
    /// What the ledger does not know yet.
    pub learned: Vec<(String, Source)>,
    /// What the people found in the articles depend on.
    pub people: Digest,
}

/// Reads every document that `known` does not know. `began` is the time of the file system's clock before the first of
/// them is looked at, where it can be told.
pub fn all(
    site: &Path,
    files: &Files,
    config: &Config,
    ledger: &Ledger,
    drafts: bool,
    began: Option<Moment>,
    progress: &dyn Progress,
) -> LoadedSite {
    let read = |document: &Document, search: Option<&Search>| {
        let one = one(site, document, config, ledger.sources.get(&document.path), search, began);
        progress.step();
        one
    };
    // People first: articles are searched for them.
    let is_person = |d: &Document| d.role == Role::Record(EntityKind::Person);
    let people: Vec<Option<One>> = files.documents.par_iter().map(|d| is_person(d).then(|| read(d, None))).collect();
    let records = people.iter().flatten().filter_map(|one| match &one.loaded.value {
        Some(Parsed::Record(record)) if !record.draft || drafts => Some(&**record),
        _ => None,
    });
    let registry = match config.detect {
        Detect::Off => Registry::empty(),
        _ => Registry::new(records, config),
    };
    let affected = registry.digest().affected(&ledger.people);
    let search = Search { registry: &registry, affected: &affected };
    let results: Vec<One> = files
        .documents
        .par_iter()
        .zip(people)
        .map(|(document, person)| person.unwrap_or_else(|| read(document, Some(&search))))
        .collect();

    let mut out = LoadedSite {
        corpus: Corpus::default(),
        unusable: Vec::new(),
        problems: Vec::new(),
        found: 0,
        failed: 0,
        parsed: 0,
        learned: Vec::new(),
        people: registry.digest().clone(),
    };
    for (document, One { loaded, found, parsed, row }) in files.documents.iter().zip(results) {
        if document.role == Role::Article && !loaded.problems.iter().any(|d| d.code == Code::SectionFile) {
            out.found += 1;
            out.failed += usize::from(loaded.value.is_none());
        }
        out.parsed += usize::from(parsed);
        out.learned.extend(row.map(|row| (document.path.clone(), row)));
        out.problems.extend(loaded.problems);
        match loaded.value {
            Some(Parsed::Article(v)) => {
                if let Some(found) = found.filter(|found| !found.mentions.is_empty()) {
                    out.corpus.mentions.insert(v.prose.path.clone(), found.mentions);
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
    /// Which of the articles that the ledger knows must be searched again.
    affected: &'r Affected,
}

struct One {
    loaded: Loaded<Parsed>,
    /// The people in it, if it is an article.
    found: Option<Found>,
    /// Whether the file was parsed.
    parsed: bool,
    /// What to write into the ledger, if that is new.
    row: Option<Source>,
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
    // The people found in it hold as long as nothing has changed of anybody whose name's words it has.
    let holds = |found: &Found| search.is_none_or(|s| !s.affected.may_concern(&found.words));
    let known = known.filter(|k| k.found.as_ref().is_none_or(holds));
    // Before the bytes are read: if the file changes after this, the next build sees another stat.
    let stat = Stat::through(&site.join(path));
    if let Some(known) = known.filter(|k| k.settled && Some(k.stat) == stat) {
        return One { loaded: value(&known.parsed), found: known.found.clone(), parsed: false, row: None };
    }
    let bytes = match read_bytes(site, path) {
        Ok(bytes) => bytes,
        Err(problem) => return One { loaded: Loaded::failed(*problem), found: None, parsed: false, row: None },
    };
    let row = |parsed: &Parsed, found: &Option<Found>| {
        let stat = stat?;
        let settled = began.is_some_and(|moment| stat.is_settled(moment));
        Some(Source { stat, settled, hash: parsed.prose().hash, found: found.clone(), parsed: parsed.clone() })
    };
    if let Some(known) = known.filter(|k| k.hash == Fingerprint::of(&bytes)) {
        let row = row(&known.parsed, &known.found);
        return One { loaded: value(&known.parsed), found: known.found.clone(), parsed: false, row };
    }
    let mut visible = search.map_or(Visible::off(), |_| Visible::new(config.markdown.raw_html));
    let loaded = parse(document, &bytes, config, &mut visible);
    let found = match (&loaded.value, search) {
        (Some(Parsed::Article(article)), Some(search)) => Some(mentions::find(article, &visible, search.registry)),
        _ => None,
    };
    let row = loaded.value.as_ref().filter(|_| loaded.problems.is_empty()).and_then(|value| row(value, &found));
    One { loaded, found, parsed: true, row }
}

fn value(parsed: &Parsed) -> Loaded<Parsed> {
    Loaded { value: Some(parsed.clone()), problems: Vec::new() }
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
