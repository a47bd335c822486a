//! `/archive/`: every year and month with counts.

use super::inputs::Input;
use super::{Form, Head, Inputs, Kind, Page, Site, day};
use crate::archive::Archive;
use crate::archive::days::{Day, month_url, year_url};
use crate::config::Config;
use jiff::civil::Date;

/// The archive's table of contents.
pub struct ArchivePage;

impl Kind for ArchivePage {
    fn name(&self) -> &'static str {
        "archive"
    }

    fn form(&self) -> Form {
        Form::Template("archive.html")
    }

    fn plan(&self, _: &Archive, _: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        add("/archive/".to_string(), 0, 0);
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let days = &site.archive.days;
        let years = days.chunk_by(|a, b| a.date.year() == b.date.year()).rev().map(|days| {
            let year = days[0].date.year();
            Input::map([
                ("date", Input::Day(days[0].date.first_of_year())),
                ("url", Input::url(year_url(year))),
                ("count", day::count(days)),
                ("months", Input::list((1..=12).map(|month| of_month(days, year, month)))),
            ])
        });
        let head = Head { title: Input::text(site.strings.get("archive").to_string()), ..Head::default() };
        vec![
            head.of(page, site),
            ("years", Input::list(years)),
            ("count", day::count(days)),
            ("first", Input::option(days.first(), |d| Input::Day(d.date))),
            ("last", Input::option(days.last(), |d| Input::Day(d.date))),
        ]
    }
}

fn of_month<'a>(days: &[Day], year: i16, month: i8) -> Input<'a> {
    let date = Date::new(year, month, 1).unwrap_or(days[0].date);
    let start = days.partition_point(|d| d.date.month() < month);
    let end = days.partition_point(|d| d.date.month() <= month);
    Input::map([
        ("date", Input::Day(date)),
        ("url", if start == end { Input::None } else { Input::url(month_url(date)) }),
        ("count", day::count(&days[start..end])),
    ])
}
