//! `/2025/`: a year of calendars.

use super::inputs::Input;
use super::{Form, Head, Inputs, Kind, Page, Site, day};
use crate::archive::Archive;
use crate::archive::days::{month_url, year_url};
use crate::config::Config;
use jiff::civil::Date;

/// A year; the subject is the place of its first day among the archive's days.
pub struct Year;

impl Kind for Year {
    fn name(&self) -> &'static str {
        "year"
    }

    fn form(&self) -> Form {
        Form::Template("year.html")
    }

    fn plan(&self, archive: &Archive, _: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        let mut at = 0;
        while at < archive.days.len() {
            add(year_url(archive.days[at].date.year()), at as u32, 0);
            at = day::year_range(&archive.days, at).end;
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let all = &site.archive.days;
        let range = day::year_range(all, page.subject as usize);
        let days = &all[range.clone()];
        let date = days[0].date.first_of_year();
        let months = days.chunk_by(|a, b| a.date.month() == b.date.month()).map(|days| {
            let month = day::month_of(days[0].date);
            Input::map([
                ("date", Input::Day(month)),
                ("url", Input::url(month_url(month))),
                ("count", day::count(days)),
                ("weeks", day::weeks(site, month, days)),
            ])
        });
        let head = Head {
            title: Input::text(date.year().to_string()),
            breadcrumbs: vec![(Input::text(site.strings.get("archive").to_string()), "/archive/".to_string())],
            ..Head::default()
        };
        vec![
            head.of(page, site),
            (
                "year",
                Input::map([
                    ("date", Input::Day(date)),
                    ("url", Input::url(page.url.clone())),
                    ("count", day::count(days)),
                ]),
            ),
            ("months", Input::list(months)),
            ("weekday_names", day::weekday_names(site)),
            ("previous", neighbour(range.start.checked_sub(1).map(|i| all[i].date), date)),
            ("next", neighbour(all.get(range.end).map(|d| d.date), date)),
        ]
    }

    fn is_permanent(&self, _: &Page) -> bool {
        true
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<super::Source> {
        let first = archive.days[page.subject as usize].articles[0];
        Some(super::Source::file(&*archive.article(first).prose.path))
    }
}

fn neighbour<'a>(other: Option<Date>, year: Date) -> Input<'a> {
    Input::option(other, |other| {
        Input::map([
            ("date", Input::Day(other.first_of_year())),
            ("url", Input::url(year_url(other.year()))),
            ("gap", Input::Int(i64::from((other.year() - year.year()).abs()) - 1)),
        ])
    })
}
