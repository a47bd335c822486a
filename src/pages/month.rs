//! `/2025/03/`: a month's calendar and headlines.

use super::inputs::Input;
use super::{Form, Head, Inputs, Kind, Page, Site, day};
use crate::archive::days::{month_url, year_url};
use crate::archive::{Archive, ArticleId};
use crate::config::Config;
use jiff::civil::Date;

/// A month; the subject is the place of its first day among the archive's days.
pub struct Month;

impl Kind for Month {
    fn name(&self) -> &'static str {
        "month"
    }

    fn form(&self) -> Form {
        Form::Template("month.html")
    }

    fn plan(&self, archive: &Archive, _: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        let mut at = 0;
        while at < archive.days.len() {
            add(month_url(archive.days[at].date), at as u32, 0);
            at = day::month_range(&archive.days, at).end;
        }
    }

    fn latest(&self, archive: &Archive, _: &Config, page: &Page) -> Option<ArticleId> {
        let days = &archive.days[day::month_range(&archive.days, page.subject as usize)];
        days.iter().flat_map(|day| &day.articles).max().copied()
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let all = &site.archive.days;
        let range = day::month_range(all, page.subject as usize);
        let days = &all[range.clone()];
        let date = day::month_of(days[0].date);
        let year = date.first_of_year();
        let head = Head {
            title: day::words(site, date, "month"),
            breadcrumbs: vec![
                (Input::text(site.strings.get("archive").to_string()), "/archive/".to_string()),
                (Input::text(date.year().to_string()), year_url(date.year())),
            ],
            ..Head::default()
        };
        vec![
            head.of(page, site),
            (
                "month",
                Input::map([
                    ("date", Input::Day(date)),
                    ("url", Input::url(page.url.clone())),
                    ("count", day::count(days)),
                ]),
            ),
            ("weeks", day::weeks(site, date, days)),
            ("weekday_names", day::weekday_names(site)),
            ("days", Input::list(days.iter().rev().map(|d| day::full(site, d, false)))),
            ("year", Input::map([("date", Input::Day(year)), ("url", Input::url(year_url(date.year())))])),
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

/// The month of a day, and how many months between have no articles.
fn neighbour<'a>(other: Option<Date>, month: Date) -> Input<'a> {
    Input::option(other.map(day::month_of), |other| {
        let number = |d: Date| i64::from(d.year()) * 12 + i64::from(d.month());
        Input::map([
            ("date", Input::Day(other)),
            ("url", Input::url(month_url(other))),
            ("gap", Input::Int((number(other) - number(month)).abs() - 1)),
        ])
    })
}
