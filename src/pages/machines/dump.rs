//! `/dump/2025-03.ndjson`: every article of a month, one JSON object a line, if site.toml asks for it. By month, so that a
//! new story rewrites one of them; `/archive.json` names them all.

use super::{article_data, parts};
use crate::archive::{Archive, ArticleId};
use crate::config::Config;
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site};
use jiff::civil::Date;

/// A month's articles; the subject is one of them.
pub struct Dump;

/// Where a month's dump is.
pub fn url(day: Date) -> String {
    format!("/dump/{:04}-{:02}.ndjson", day.year(), day.month())
}

impl Kind for Dump {
    fn name(&self) -> &'static str {
        "dump"
    }

    fn form(&self) -> Form {
        Form::Format(Format::JsonLines)
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.data.dump {
            for month in parts::months(archive) {
                add(url(archive.articles[month.start].when.day), month.start as u32, 0);
            }
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let archive = site.archive;
        let month = parts::month(archive, archive.articles[page.subject as usize].when.day);
        let records = month.map(|i| Input::Map(article_data::record(site, ArticleId(i as u32))));
        vec![("articles", Input::list(records))]
    }
}
