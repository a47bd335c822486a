//! `/archive.json`: every day that has articles, by year and month. Days and not articles: with each story it is written
//! anew. The manual's page on data describes it; a change that breaks readers gets a new `version`.

use super::{atom, dump, parts, people_data};
use crate::archive::Archive;
use crate::archive::days::{Day, month_url, year_url};
use crate::config::Config;
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site, day};

/// Where it is.
pub const URL: &str = "/archive.json";

/// The archive's days.
pub struct ArchiveJson;

impl Kind for ArchiveJson {
    fn name(&self) -> &'static str {
        "archive_json"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Json)
    }

    fn plan(&self, _: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.data.archive {
            add(URL.to_string(), 0, 0);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, _: &Page) -> Inputs<'a> {
        let days = &site.archive.days;
        let years = days.chunk_by(|a, b| a.date.year() == b.date.year()).map(|days| {
            let months = days.chunk_by(|a, b| a.date.month() == b.date.month()).map(|days| month(site, days));
            Input::map([
                ("year", Input::Int(i64::from(days[0].date.year()))),
                ("url", Input::uri(year_url(days[0].date.year()))),
                ("count", day::count(days)),
                ("months", Input::list(months)),
            ])
        });
        vec![
            ("version", Input::Int(1)),
            ("title", Input::text(site.config.title.as_str())),
            ("url", Input::uri("/")),
            ("language", Input::text(site.config.language.as_str())),
            ("count", day::count(days)),
            ("first", Input::option(days.first(), |d| Input::Day(d.date))),
            ("last", Input::option(days.last(), |d| Input::Day(d.date))),
            ("years", Input::list(years)),
        ]
    }
}

fn month<'a>(site: &Site<'a>, days: &[Day]) -> Input<'a> {
    let first = days[0].date;
    let feeds = || {
        let month = parts::month(site.archive, first);
        let mut at = month.start;
        std::iter::from_fn(move || {
            let part = (at < month.end).then(|| parts::part(site.archive, at)).filter(|p| p.closed)?;
            at = part.range.end;
            Some(Input::uri(atom::archived(&part)))
        })
    };
    Input::compact([
        ("month", Input::Int(i64::from(first.month()))),
        ("url", Input::uri(month_url(first))),
        ("count", day::count(days)),
        ("feeds", if site.config.machines.feeds.archive { Input::list(feeds()) } else { Input::None }),
        ("dump", if site.config.machines.data.dump { Input::uri(dump::url(first)) } else { Input::None }),
        (
            "mentions",
            if site.config.machines.data.mentions { Input::uri(people_data::mentions_url(first)) } else { Input::None },
        ),
        (
            "days",
            Input::list(days.iter().map(|d| {
                Input::map([
                    ("date", Input::Day(d.date)),
                    ("url", Input::uri(d.url())),
                    ("count", Input::Int(d.articles.len() as i64)),
                ])
            })),
        ),
    ])
}
