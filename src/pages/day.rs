//! A day as other pages show it: in lists of days, as a neighbour, in a calendar. Not a page kind.

use super::Site;
use super::inputs::Input;
use crate::archive::days::Day;
use jiff::civil::Date;

/// A day with its articles.
pub fn full<'a>(site: &Site<'a>, day: &'a Day, introduction: bool) -> Input<'a> {
    let mut entries = brief(site, day);
    let record = site.archive.briefing(day);
    entries.push(("count", Input::Int(day.articles.len() as i64)));
    entries.push(("lead", Input::Card(day.articles[0])));
    entries.push(("cards", Input::cards(day.articles[1..].iter().copied())));
    entries.push(("introduction", Input::body(record.filter(|_| introduction).map(|r| &r.prose))));
    Input::Map(entries)
}

/// A day's date, URL and title.
pub fn brief<'a>(site: &Site<'a>, day: &'a Day) -> Vec<(&'static str, Input<'a>)> {
    let title = site.archive.briefing(day).and_then(|r| Some((&*r.prose.path, r.title.as_ref()?)));
    vec![
        ("day", Input::Day(day.date)),
        ("url", Input::url(day.url())),
        ("title", Input::option(title, |(path, t)| Input::of(path, Input::html(&t.html)))),
    ]
}

/// The weeks of a month: arrays of seven, with nothing before its first and after its last day. `days` are the days of
/// that month that have articles.
pub fn weeks<'a>(site: &Site<'a>, month: Date, days: &[Day]) -> Input<'a> {
    let sunday_first = site.config.sunday_first;
    let offset = |date: Date| {
        let weekday = date.weekday();
        (if sunday_first { weekday.to_sunday_zero_offset() } else { weekday.to_monday_zero_offset() }) as usize
    };
    let mut cells: Vec<Input> = Vec::with_capacity(42);
    cells.extend(std::iter::repeat_with(|| Input::None).take(offset(month)));
    for number in 1..=month.days_in_month() {
        let date = Date::new(month.year(), month.month(), number).unwrap_or(month);
        let day = days.binary_search_by_key(&date, |d| d.date).ok().map(|at| &days[at]);
        cells.push(Input::map([
            ("day", Input::Int(i64::from(number))),
            ("date", Input::Day(date)),
            ("url", Input::option(day, |d| Input::url(d.url()))),
            ("count", Input::Int(day.map_or(0, |d| d.articles.len() as i64))),
        ]));
    }
    while !cells.len().is_multiple_of(7) {
        cells.push(Input::None);
    }
    let mut weeks = Vec::new();
    while !cells.is_empty() {
        let rest = cells.split_off(7);
        weeks.push(Input::List(std::mem::replace(&mut cells, rest)));
    }
    Input::List(weeks)
}

/// The short names of the days of the week, in the calendar's order.
pub fn weekday_names<'a>(site: &Site<'a>) -> Input<'a> {
    let mut names = site.strings.weekdays_short();
    if site.config.sunday_first && !names.is_empty() {
        names.rotate_right(1);
    }
    Input::list(names.into_iter().map(Input::text))
}

/// How many articles some days have.
pub fn count(days: &[Day]) -> Input<'static> {
    Input::Int(days.iter().map(|d| d.articles.len() as i64).sum())
}

/// A date in the words of the site's language.
pub fn words<'a>(site: &Site<'a>, date: Date, format: &str) -> Input<'a> {
    let text = date.to_string();
    Input::text(site.strings.date(&text, format).unwrap_or(text))
}

/// The first day of the month of a day.
pub fn month_of(day: Date) -> Date {
    day.first_of_month()
}

/// The days of one month, as a range of the archive's days that contains the one at `at`.
pub fn month_range(days: &[Day], at: usize) -> std::ops::Range<usize> {
    let month = month_of(days[at].date);
    let start = days.partition_point(|d| month_of(d.date) < month);
    let end = days.partition_point(|d| month_of(d.date) <= month);
    start..end
}

/// The days of one year, likewise.
pub fn year_range(days: &[Day], at: usize) -> std::ops::Range<usize> {
    let year = days[at].date.year();
    days.partition_point(|d| d.date.year() < year)..days.partition_point(|d| d.date.year() <= year)
}
