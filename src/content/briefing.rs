//! The record of one day's briefing: its title, introduction, lead and order.

use super::article::{Headline, headline, stem};
use super::front_matter::Keys;
use super::visible::Visible;
use super::{Loaded, Prose, dates, prose};
use crate::config::Config;
use crate::diagnostics::Code;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// What an editor wrote about a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BriefingRecord {
    /// The introduction.
    pub prose: Prose,
    /// The day.
    #[serde(with = "super::stored::date")]
    pub day: Date,
    /// The edition's title.
    pub title: Option<Headline>,
    /// Slug of the article that leads.
    pub lead: Option<String>,
    /// Slugs in the order of the edition.
    pub order: Vec<String>,
    /// The editor's own keys.
    #[serde(with = "super::stored::json")]
    pub extra: BTreeMap<String, serde_json::Value>,
    /// Where `lead` and `order` stand in the file, for what is found wrong with them later.
    pub spans: [Range<u32>; 2],
    /// Not to be used.
    pub draft: bool,
}

/// The keys of a briefing's record.
pub const KEYS: &[&str] = &["title", "date", "lead", "order", "draft", "extra"];

/// Reads a briefing's record from the bytes of its file.
pub fn load(path: &str, bytes: &[u8], config: &Config) -> Loaded<BriefingRecord> {
    prose::read(
        path,
        bytes,
        &config.front_matter.briefings,
        &config.markdown,
        &mut Visible::off(),
        |keys, prose| record(path, keys, prose, config),
        |record, extra| record.map(|r| BriefingRecord { extra, ..r }),
        KEYS,
    )
}

fn record(path: &str, keys: &mut Keys, prose: Prose, config: &Config) -> Option<BriefingRecord> {
    let before = keys.problems.len();
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    let day = keys
        .stamp("date", &config.time_zone)
        .map(|s| s.day)
        .or_else(|| dates::from_file_name(stem(path)).map(|(day, _)| day))
        .or_else(|| dates::from_folders(folders.split('/')));
    if day.is_none() && keys.problems.len() == before {
        keys.error(
            Code::NoDate,
            "date",
            "this briefing has no date",
            "name the file `2025-03-16.md` or add `date: 2025-03-16`",
        );
    }
    let spans = ["lead", "order"].map(|key| keys.span(key));
    keys.refuse(&["embargo", "expires"], "a briefing appears when its day has an article");
    Some(BriefingRecord {
        prose,
        day: day?,
        title: keys.string("title").map(|t| headline(&t, config)),
        lead: keys.string("lead"),
        order: keys.strings("order"),
        extra: BTreeMap::new(),
        spans,
        draft: keys.bool("draft"),
    })
}
