//! Files become a corpus, in parallel: each is read and parsed on its own.

use super::Progress;
use super::source::{Document, Files, Role, read_bytes};
use crate::archive::Corpus;
use crate::config::Config;
use crate::content::{self, Article, BriefingRecord, Loaded, Record, Standing};
use crate::diagnostics::{Code, Diagnostic};
use rayon::prelude::*;
use std::path::Path;

/// What was read.
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
}

enum Value {
    Article(Box<Article>),
    Record(Box<Record>),
    Briefing(Box<BriefingRecord>),
    Standing(Box<Standing>),
}

/// Reads and parses every document.
pub fn all(site: &Path, files: &Files, config: &Config, progress: &dyn Progress) -> LoadedSite {
    let results: Vec<Loaded<Value>> = files
        .documents
        .par_iter()
        .map(|document| {
            let loaded = one(site, document, config);
            progress.step();
            loaded
        })
        .collect();

    let mut out =
        LoadedSite { corpus: Corpus::default(), unusable: Vec::new(), problems: Vec::new(), found: 0, failed: 0 };
    for (document, loaded) in files.documents.iter().zip(results) {
        if document.role == Role::Article && !loaded.problems.iter().any(|d| d.code == Code::SectionFile) {
            out.found += 1;
            out.failed += usize::from(loaded.value.is_none());
        }
        out.problems.extend(loaded.problems);
        match loaded.value {
            Some(Value::Article(v)) => out.corpus.articles.push(*v),
            Some(Value::Record(v)) => out.corpus.records.push(*v),
            Some(Value::Briefing(v)) => out.corpus.briefings.push(*v),
            Some(Value::Standing(v)) => out.corpus.standing.push(*v),
            None => out.unusable.push(document.path.clone()),
        }
    }
    out
}

fn one(site: &Path, document: &Document, config: &Config) -> Loaded<Value> {
    let path = &document.path;
    let bytes = match read_bytes(site, path) {
        Ok(bytes) => bytes,
        Err(problem) => return Loaded::failed(*problem),
    };
    fn wrap<T>(loaded: Loaded<T>, make: fn(Box<T>) -> Value) -> Loaded<Value> {
        Loaded { value: loaded.value.map(|v| make(Box::new(v))), problems: loaded.problems }
    }
    match document.role {
        Role::Article => wrap(content::article::load(path, &bytes, config), Value::Article),
        Role::Record(kind) => wrap(content::record::load(kind, path, &bytes, config), Value::Record),
        Role::Briefing => wrap(content::briefing::load(path, &bytes, config), Value::Briefing),
        Role::Standing => wrap(content::standing::load(path, &bytes, config), Value::Standing),
    }
}
