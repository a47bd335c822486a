//! `/2025/03/16/`: one day's edition.

use super::inputs::Input;
use super::{Form, Head, Inputs, Kind, Page, Site, day, json_ld};
use crate::archive::days::{Day, month_url};
use crate::archive::{Archive, ArticleId};
use crate::config::Config;
use crate::theme::value::Value;

/// A briefing; the subject is the day's place among the archive's days.
pub struct Briefing;

impl Kind for Briefing {
    fn name(&self) -> &'static str {
        "briefing"
    }

    fn form(&self) -> Form {
        Form::Template("briefing.html")
    }

    fn plan(&self, archive: &Archive, _: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        for (i, day) in archive.days.iter().enumerate() {
            add(day.url(), i as u32, 0);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let days = &site.archive.days;
        let at = page.subject as usize;
        let today = &days[at];
        let record = site.archive.briefing(today);
        let mut briefing = day::brief(site, today);
        briefing.push(("introduction", Input::body(record.map(|r| &r.prose))));
        briefing.push(("extra", Input::option(record, |r| Input::of(&r.prose.path, Input::Extra(&r.extra)))));
        let month = day::month_of(today.date);
        let title = record.and_then(|r| Some((&*r.prose.path, r.title.as_ref()?)));
        let head = Head {
            title: title.map_or_else(
                || day::words(site, today.date, "long"),
                |(path, t)| Input::of(path, Input::text(t.text.as_str())),
            ),
            description: match record {
                Some(r) if !r.prose.facts.opening.is_empty() => Input::Opening(&r.prose),
                _ => {
                    let lead = site.archive.article(today.articles[0]);
                    Input::of(&lead.prose.path, Input::text(lead.summary.as_str()))
                }
            },
            breadcrumbs: vec![(day::words(site, month, "month"), month_url(month))],
            ..Head::default()
        };
        vec![
            head.of(page, site),
            ("briefing", Input::Map(briefing)),
            ("lead", Input::Card(today.articles[0])),
            ("cards", Input::cards(today.articles[1..].iter().copied())),
            ("previous", neighbour(site, at.checked_sub(1).map(|i| &days[i]), today)),
            ("next", neighbour(site, days.get(at + 1), today)),
            ("month", Input::map([("date", Input::Day(month)), ("url", Input::url(month_url(month)))])),
        ]
    }

    fn json_ld(&self, view: &json_ld::View) -> Vec<Value> {
        json_ld::collection(view)
    }

    fn latest(&self, archive: &Archive, _: &Config, page: &Page) -> Option<ArticleId> {
        archive.days[page.subject as usize].articles.iter().max().copied()
    }

    fn is_permanent(&self, _: &Page) -> bool {
        true
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<super::Source> {
        let day = &archive.days[page.subject as usize];
        let path = archive.briefing(day).map_or(&archive.article(day.articles[0]).prose.path, |r| &r.prose.path);
        Some(super::Source::file(&**path))
    }
}

/// The briefing before or after, and how many days between have none.
fn neighbour<'a>(site: &Site<'a>, other: Option<&'a Day>, today: &Day) -> Input<'a> {
    Input::option(other, |other| {
        let apart = (other.date - today.date).get_days().unsigned_abs();
        let mut entries = day::brief(site, other);
        entries.push(("gap", Input::Int(i64::from(apart) - 1)));
        Input::Map(entries)
    })
}
