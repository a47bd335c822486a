//! What an entity's articles have in common: when, and with whom and what. Not a page kind.
//!
//! It stands on the newest page of a list only: everything here changes with the next article.

use super::Site;
use super::inputs::Input;
use crate::archive::{ArticleId, Entity, EntityId};
use crate::content::EntityKind;
use jiff::civil::Date;
use std::cell::RefCell;

/// How many companions of each kind are named.
const COMPANIONS: usize = 12;

/// The kinds, in the order in which [`companions`] gives them.
const COMPANION_KINDS: [EntityKind; 4] = [EntityKind::Person, EntityKind::Thread, EntityKind::Tag, EntityKind::Source];

/// Bars that a chart has at the most.
const BARS: usize = 60;

/// Height of a chart's tallest bar and width of each, in its own units.
const HEIGHT: i64 = 100;
const WIDTH: i64 = 12;

/// First and last article, what occurs beside it, and a chart of how often; of what asks after every article only what is
/// shown.
pub fn entries<'a>(site: &Site<'a>, id: EntityId, shows: impl Fn(&str) -> bool) -> Vec<(&'static str, Input<'a>)> {
    const WITH: [&str; 4] = ["with_people", "with_threads", "with_tags", "with_sources"];
    let entity = site.archive.entity(id);
    let end = |a: Option<&ArticleId>| Input::option(a, |a| Input::Card(*a));
    let mut entries = vec![("first", end(entity.articles.first())), ("last", end(entity.articles.last()))];
    if shows("mentions") {
        let mentions = entity.articles.iter().map(|a| i64::from(weight(site, id, *a))).sum();
        entries.push(("mentions", Input::Int(mentions)));
    }
    if shows("chart") {
        entries.push(("chart", chart(site, entity, id)));
    }
    if WITH.iter().any(|with| shows(with)) {
        entries.extend(WITH.into_iter().zip(companions(site, id)));
    }
    entries
}

/// How often an article names the entity: a person may be named many times.
pub(super) fn weight(site: &Site, id: EntityId, article: ArticleId) -> u32 {
    let names = &site.archive.about(article).names;
    match site.archive.entity(id).kind {
        EntityKind::Person => names.people.iter().position(|p| *p == id).map_or(1, |at| names.mentions[at]),
        _ => 1,
    }
}

/// What else the entity's articles are indexed by, of each kind the most frequent first.
fn companions<'a>(site: &Site<'a>, id: EntityId) -> [Input<'a>; 4] {
    thread_local!(static COUNTS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) });
    let archive = site.archive;
    let mut touched: Vec<EntityId> = Vec::new();
    let mut found: [Vec<(u32, EntityId)>; 4] = Default::default();
    COUNTS.with_borrow_mut(|counts| {
        counts.resize(archive.entities.len(), 0);
        for article in &archive.entity(id).articles {
            let names = &archive.about(*article).names;
            for other in
                names.people.iter().chain(&names.tags).chain(&names.thread).chain(names.sources.iter().flatten())
            {
                let n = &mut counts[other.0 as usize];
                if *n == 0 {
                    touched.push(*other);
                }
                *n += 1;
            }
        }
        for other in touched {
            let n = std::mem::take(&mut counts[other.0 as usize]);
            if other != id {
                let kind = COMPANION_KINDS.iter().position(|kind| *kind == archive.entity(other).kind);
                found[kind.expect("every kind is listed")].push((n, other));
            }
        }
    });
    let best = |a: &(u32, EntityId), b: &(u32, EntityId)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
    found.map(|mut found| {
        if found.len() > COMPANIONS {
            found.select_nth_unstable_by(COMPANIONS - 1, best);
            found.truncate(COMPANIONS);
        }
        found.sort_unstable_by(best);
        let of = |(n, id)| Input::map([("of", Input::Name(id)), ("count", Input::Int(i64::from(n)))]);
        Input::list(found.into_iter().map(of))
    })
}

/// The steps of a chart's time: the finest of them with which it has room.
#[derive(Clone, Copy)]
enum Step {
    Day,
    Month,
    Year,
}

impl Step {
    fn of(self, date: Date) -> Date {
        match self {
            Self::Day => date,
            Self::Month => date.first_of_month(),
            Self::Year => date.first_of_year(),
        }
    }

    fn index(self, date: Date) -> i64 {
        match self {
            Self::Day => i64::from((date - Date::constant(1, 1, 1)).get_days()),
            Self::Month => i64::from(date.year()) * 12 + i64::from(date.month()),
            Self::Year => i64::from(date.year()),
        }
    }
}

/// Mentions by month: by day where all lie within one, by year where there are too many months.
fn chart<'a>(site: &Site<'a>, entity: &Entity, id: EntityId) -> Input<'a> {
    let day = |a: &ArticleId| site.archive.article(*a).when.day;
    let days = entity.articles.iter().map(day);
    let (Some(first), Some(last)) = (days.clone().min(), days.max()) else { return Input::None };
    let fits = |step: &Step| step.index(last) - step.index(first) < BARS as i64;
    let month = Step::Month.index(last) == Step::Month.index(first);
    let step = match month {
        true => Step::Day,
        false => [Step::Month, Step::Year].into_iter().find(fits).unwrap_or(Step::Year),
    };
    let start = step.index(first);
    let span = step.index(last) - start + 1;
    let mut bars: Vec<(Date, i64)> = Vec::new();
    for article in &entity.articles {
        let n = i64::from(weight(site, id, *article));
        let date = step.of(day(article));
        // Articles are in order of time, and their days nearly so: a zone of its own may put one back.
        match bars.iter_mut().rev().take(3).find(|(d, _)| *d == date) {
            Some((_, count)) => *count += n,
            None => bars.push((date, n)),
        }
    }
    bars.sort();
    let most = bars.iter().map(|(_, n)| *n).max().unwrap_or(1).max(1);
    if bars.len() < 2 {
        return Input::None;
    }
    let format = match step {
        Step::Day => "short",
        Step::Month => "month",
        Step::Year => "year",
    };
    let shown = bars.into_iter().map(|(date, count)| {
        let height = (count * HEIGHT + most - 1) / most;
        Input::map([
            ("from", Input::Day(date)),
            ("count", Input::Int(count)),
            ("x", Input::Int((step.index(date) - start) * WIDTH)),
            ("y", Input::Int(HEIGHT - height)),
            ("height", Input::Int(height)),
        ])
    });
    Input::map([
        ("bars", Input::list(shown)),
        ("format", Input::text(format)),
        ("most", Input::Int(most)),
        ("width", Input::Int(span * WIDTH)),
        ("from", Input::Day(step.of(first))),
        ("to", Input::Day(step.of(last))),
    ])
}
