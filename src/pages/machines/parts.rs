//! The archive cut by month for machines. Not a page kind.
//!
//! A month's articles, oldest first, in parts of a hundred. A part is closed once it is full or a later month has begun: a
//! new story is never in a closed part, so what is closed changes only when the past does.

use crate::archive::days::Day;
use crate::archive::{Archive, ArticleId};
use jiff::civil::Date;
use std::ops::Range;

/// Articles in a full part.
pub const FULL: usize = 100;

/// A part of a month.
pub struct Part {
    /// The first day of its month.
    pub month: Date,
    /// Its number within the month, from 1.
    pub number: usize,
    /// Its articles, by place in the archive.
    pub range: Range<usize>,
    /// Whether no new story can be in it.
    pub closed: bool,
}

/// The articles of a day's month, by place in the archive.
pub fn month(archive: &Archive, day: Date) -> Range<usize> {
    let first = day.first_of_month();
    let last = day.last_of_month();
    archive.articles.partition_point(|a| a.when.day < first)..archive.articles.partition_point(|a| a.when.day <= last)
}

/// The days of a month that have a page.
pub fn days(archive: &Archive, month: Date) -> &[Day] {
    let start = archive.days.partition_point(|d| d.date < month.first_of_month());
    let end = archive.days.partition_point(|d| d.date <= month.last_of_month());
    &archive.days[start..end]
}

/// Every month that has articles, oldest first.
pub fn months(archive: &Archive) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let range = month(archive, archive.articles.get(at)?.when.day);
        // Times are in order, and with them days; a month always moves on.
        at = range.end.max(at + 1);
        Some(range)
    })
}

/// The part that an article is in.
pub fn part(archive: &Archive, at: usize) -> Part {
    let month = self::month(archive, archive.articles[at].when.day);
    let number = (at - month.start) / FULL;
    let start = month.start + number * FULL;
    let range = start..(start + FULL).min(month.end);
    let closed = range.len() == FULL || month.end < archive.articles.len();
    Part { month: archive.articles[at].when.day.first_of_month(), number: number + 1, range, closed }
}

/// Every closed part, oldest first.
pub fn closed(archive: &Archive) -> impl Iterator<Item = Part> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let part = (at < archive.articles.len()).then(|| part(archive, at)).filter(|p| p.closed)?;
        at = part.range.end;
        Some(part)
    })
}

/// The closed part that ends before an article.
pub fn before(archive: &Archive, at: usize) -> Option<Part> {
    at.checked_sub(1).map(|at| part(archive, at))
}

/// The articles of a feed of the newest: all that are in no closed part, and at least `least`.
pub fn newest(archive: &Archive, least: usize) -> Range<usize> {
    let all = archive.articles.len();
    let open = match all.checked_sub(1).map(|last| part(archive, last)) {
        Some(part) if !part.closed => part.range.start,
        _ => all,
    };
    open.min(all.saturating_sub(least))..all
}

impl Part {
    /// `2025-03`, `2025-03-2`: its name in URLs.
    pub fn name(&self) -> String {
        let (year, month) = (self.month.year(), self.month.month());
        match self.number {
            1 => format!("{year:04}-{month:02}"),
            n => format!("{year:04}-{month:02}-{n}"),
        }
    }

    /// Its articles.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = ArticleId> + use<> {
        (self.range.start as u32..self.range.end as u32).map(ArticleId)
    }
}
