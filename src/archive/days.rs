//! The editions: each day's articles in the editor's order, with a lead.

use super::ArticleId;
use super::withheld::Withheld;
use crate::content::{Article, BriefingRecord};
use crate::diagnostics::{Code, Diagnostic, nearest};
use jiff::civil::Date;
use std::sync::Arc;

/// One day that has articles.
#[derive(Debug)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// Its articles in the order of the edition; the first one leads.
    pub articles: Vec<ArticleId>,
    /// Its record, by place in the archive's briefings.
    pub record: Option<u32>,
}

impl Day {
    /// Where its briefing is.
    pub fn url(&self) -> String {
        url(self.date)
    }
}

/// The URL of a day.
pub fn url(day: Date) -> String {
    format!("/{:04}/{:02}/{:02}/", day.year(), day.month(), day.day())
}

/// The URL of a month.
pub fn month_url(month: Date) -> String {
    format!("/{:04}/{:02}/", month.year(), month.month())
}

/// The URL of a year.
pub fn year_url(year: i16) -> String {
    format!("/{year:04}/")
}

/// Groups articles by day. The order of an edition: as its record's `order` says; then by `rank`, low first; then by time.
/// The lead is the one its record names, else the first that has `lead: true`, else the first.
pub fn arrange(
    articles: &[Arc<Article>],
    briefings: &[Arc<BriefingRecord>],
    withheld: &Withheld,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    let mut by_day: Vec<ArticleId> = (0..articles.len() as u32).map(ArticleId).collect();
    by_day.retain(|id| !articles[id.0 as usize].is_retracted());
    // Times are in order already, but an article's day is its own zone's.
    by_day.sort_by_key(|id| (articles[id.0 as usize].when.day, *id));
    for group in by_day.chunk_by(|a, b| articles[a.0 as usize].when.day == articles[b.0 as usize].when.day) {
        let date = articles[group[0].0 as usize].when.day;
        days.push(Day { date, articles: group.to_vec(), record: None });
    }
    for (index, record) in briefings.iter().enumerate() {
        if index > 0 && briefings[index - 1].day == record.day {
            problems.push(
                Diagnostic::error(Code::UrlCollision, format!("two files are the briefing of {}", record.day))
                    .in_file(&*record.prose.path)
                    .note(format!("the other is {}", briefings[index - 1].prose.path))
                    .help("make one file of the two"),
            );
        } else if let Ok(at) = days.binary_search_by_key(&record.day, |d| d.date) {
            days[at].record = Some(index as u32);
            check_slugs(&days[at], record, articles, withheld, problems);
        } else if !withheld.articles.iter().any(|w| w.day == record.day)
            && !articles.iter().any(|a| a.when.day == record.day)
        {
            problems.push(
                Diagnostic::warning(Code::UnknownReference, format!("no article belongs to {}", record.day))
                    .in_file(&*record.prose.path)
                    .help("a briefing appears when its day has an article"),
            );
        }
    }
    for day in &mut days {
        let record = day.record.map(|r| &*briefings[r as usize]);
        order(day, record, articles);
    }
    days
}

fn order(day: &mut Day, record: Option<&BriefingRecord>, articles: &[Arc<Article>]) {
    let article = |id: &ArticleId| &articles[id.0 as usize];
    let wanted =
        |id: &ArticleId| record.and_then(|r| r.order.iter().position(|s| *s == article(id).slug)).unwrap_or(usize::MAX);
    day.articles.sort_by_key(|id| (wanted(id), article(id).rank.unwrap_or(i64::MAX), *id));
    let named = record
        .and_then(|r| r.lead.as_ref())
        .and_then(|slug| day.articles.iter().position(|id| article(id).slug == *slug));
    let lead = named.or_else(|| day.articles.iter().position(|id| article(id).lead)).unwrap_or(0);
    day.articles[..=lead].rotate_right(1);
}

fn check_slugs(
    day: &Day,
    record: &BriefingRecord,
    articles: &[Arc<Article>],
    withheld: &Withheld,
    problems: &mut Vec<Diagnostic>,
) {
    let slugs: Vec<&str> = day.articles.iter().map(|id| articles[id.0 as usize].slug.as_str()).collect();
    let named = record.lead.iter().map(|s| (s, 0)).chain(record.order.iter().map(|s| (s, 1)));
    for (slug, key) in named {
        let hidden = || withheld.articles.iter().any(|w| w.day == day.date && w.slug == *slug);
        if slugs.contains(&slug.as_str()) || hidden() {
            continue;
        }
        let help = match nearest(slug, slugs.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("that day has: {}", slugs.join(", ")),
        };
        problems.push(
            Diagnostic::warning(Code::UnknownReference, format!("no article of {} has the slug `{slug}`", day.date))
                .in_file(&*record.prose.path)
                .at_bytes(record.spans[key].clone())
                .help(help),
        );
    }
}
