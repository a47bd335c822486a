//! Other people's texts become articles of this archive: one file per format.
//!
//! An import is handed bytes and what is known of them, and gives back a file to be written with all that it did. It reads
//! no disk, asks nobody and writes nothing; whoever calls it does.

mod dateline;
mod encoding;
mod leftovers;
pub mod text;

pub use encoding::Encoding;

use crate::archive::mentions::{self, Registry, key_of};
use crate::config::Config;
use crate::content::compose::Draft;
use crate::content::dates::Stamp;
use crate::content::slug::fold;
use crate::content::visible::Visible;
use crate::content::{self, EntityKind, Record};
use crate::diagnostics::Diagnostic;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What is known of a text besides the text.
#[derive(Clone, Debug, Default)]
pub struct Hints {
    /// The name of the file, or of whatever the text came from.
    pub name: String,
    /// When, as it will be written in front matter, and as it was understood.
    pub date: Option<(String, Stamp)>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Where it was published.
    pub url: Option<String>,
    /// The slug, if not the title's.
    pub slug: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// The running story.
    pub thread: Option<String>,
    /// Not to be published yet.
    pub draft: bool,
}

/// A line of the source that is no part of the article.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct LeftOut {
    /// From 1.
    pub line: usize,
    /// What it said.
    pub text: String,
    /// What it was taken for.
    pub because: &'static str,
}

/// A text that became an article.
#[derive(Clone, Debug)]
pub struct Imported {
    /// What it says.
    pub draft: Draft,
    /// Its day.
    pub day: Date,
    /// Where the date is from.
    pub date_from: String,
    /// Where it will lie, relative to the site.
    pub path: String,
    /// The file.
    pub text: String,
    /// How many paragraphs the body has.
    pub paragraphs: usize,
    /// What was left out, in order.
    pub left_out: Vec<LeftOut>,
    /// What somebody should look at.
    pub notes: Vec<String>,
    /// Names that look like people's and that nobody has a record for, with how often they stand there.
    pub unknown: Vec<(String, usize)>,
}

/// Why a text cannot become an article.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Refused {
    /// It is no plain text.
    #[error("{0}")]
    NotText(&'static str, &'static str),
    /// Its bytes are not what they are said to be.
    #[error("line {line} is not {encoding}: the bytes {bytes} mean nothing there")]
    BadBytes {
        /// From 1.
        line: usize,
        /// As which it was read.
        encoding: &'static str,
        /// The first of them, in hexadecimal.
        bytes: String,
    },
    /// There is no date.
    #[error("nothing says when this was: neither its name nor a line of it is a date")]
    NoDate,
    /// What was made of it is not sound.
    #[error("what was made of it cannot be read again")]
    Unsound(Vec<Diagnostic>),
}

impl Refused {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::NotText(_, help) => help.to_string(),
            Self::BadBytes { encoding: "UTF-8", .. } => {
                "if it is from an old Windows editor or an old site, add `--encoding windows-1252`".to_string()
            }
            Self::BadBytes { .. } => "name another `--encoding`: utf-8, utf-16 or windows-1252".to_string(),
            Self::NoDate => "add `--date 2025-03-16`, or name the file `2025-03-16-slug.txt`".to_string(),
            Self::Unsound(problems) => problems.iter().map(|p| p.message.clone()).collect::<Vec<_>>().join("; "),
        }
    }
}

/// Who is known: the records of people, ready to be found in texts.
pub struct Known<'r> {
    registry: &'r Registry,
    /// Person → how front matter names them.
    names: BTreeMap<mentions::PersonKey, String>,
}

impl<'r> Known<'r> {
    /// Of a registry and the records it was made of.
    pub fn new(registry: &'r Registry, records: impl Iterator<Item = &'r Record>) -> Self {
        let people: Vec<&Record> = records.filter(|r| r.kind == EntityKind::Person && !r.suppress).collect();
        let mut bearers: BTreeMap<String, usize> = BTreeMap::new();
        people.iter().for_each(|r| *bearers.entry(fold(&r.name)).or_default() += 1);
        let name = |r: &Record| if bearers[&fold(&r.name)] > 1 { r.id.clone() } else { r.name.clone() };
        let names = people.iter().map(|r| (key_of(&r.prose.path), name(r))).collect();
        Self { registry, names }
    }
}

/// Names the people of a draft, gives it its place and makes the file; reads it again, to be sure that it says what it
/// should.
fn finish(mut draft: Draft, day: Date, slug: &str, known: &Known, config: &Config) -> Result<Made, Refused> {
    let path = Draft::path(day, slug, config);
    let read = |draft: &Draft| {
        let text = draft.text(config);
        let mut visible = Visible::new(config.markdown.raw_html);
        let loaded = content::article::load(&path, text.as_bytes(), config, &mut visible);
        match loaded.value {
            Some(article) if article.when.day == day => Ok((article, visible, text)),
            _ => Err(Refused::Unsound(loaded.problems)),
        }
    };
    let (article, visible, _) = read(&draft)?;
    let found = mentions::find(&article, &visible, known.registry);
    draft.people = found.mentions.iter().filter_map(|m| known.names.get(&m.person).cloned()).collect();
    let mut unknown: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in mentions::unknown(&visible.text, known.registry) {
        *unknown.entry(name).or_default() += 1;
    }
    let mut unknown: Vec<(String, usize)> = unknown.into_iter().collect();
    unknown.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let (_, _, text) = read(&draft)?;
    Ok(Made { draft, path, text, unknown })
}

struct Made {
    draft: Draft,
    path: String,
    text: String,
    unknown: Vec<(String, usize)>,
}
