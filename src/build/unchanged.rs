//! The shortest build: if nothing that a site is made from has changed, the site has not.
//!
//! A build is a function of its sources, its settings, its theme, the files it copies and which articles the clock lets
//! be seen. If all of these are what they were, and every output is as it was left, there is nothing to plan. Only a build
//! that had nothing to say is remembered: what is said once must be said every time.

use super::Options;
use super::emit;
use super::ledger::{Ledger, Moment, Stat};
use super::output::Target;
use super::permanence::Lock;
use super::report::{Articles, Report};
use super::source::Files;
use crate::config::Config;
use crate::content::Article;
use crate::fingerprint::Fingerprint;
use crate::pages::machines::news_sitemap;
use crate::theme::Theme;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// A build that had nothing to say, as the next one needs to know it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Quiet {
    /// Of everything but the sources and the clock.
    surroundings: Fingerprint,
    /// Of `urls.lock`, and whether that build would have added to it.
    lock: (Option<Fingerprint>, bool),
    /// From when until when the same articles can be seen, in nanoseconds since 1970.
    seen: (i128, i128),
    articles: [usize; 4],
    pages: usize,
    next: Option<i128>,
}

/// Of the settings, those of the call among them.
pub fn settings(options: &Options, config: &Config) -> Fingerprint {
    Fingerprint::of(format!("{config:?}\0{:?}\0{}", options.allowed, options.keep_going).as_bytes())
}

/// Everything that a site is made from besides its sources; `None` if a copied file changed a moment ago.
pub fn surroundings(
    options: &Options,
    config: &Config,
    theme: &Theme,
    files: &Files,
    began: Option<Moment>,
) -> Option<Fingerprint> {
    let mut text = format!("{}\0{}\0", settings(options, config), theme.whole());
    let mut copied: Vec<&str> =
        files.statics.iter().map(|f| f.path.as_str()).chain(files.beside.iter().map(String::as_str)).collect();
    copied.sort_unstable();
    for path in copied {
        let stat = Stat::through(&options.site.join(path)).filter(|stat| began.is_some_and(|b| stat.is_settled(b)))?;
        text.push_str(&format!("{path}\0{stat:?}\0"));
    }
    Some(Fingerprint::of(text.as_bytes()))
}

/// The time around `as_of` in which nothing changes by the clock alone: no article appears, disappears or is no longer
/// news.
pub fn seen(articles: &[Arc<Article>], config: &Config, as_of: Timestamp) -> (i128, i128) {
    let (mut from, mut until) = (i128::MIN, i128::MAX);
    let as_of = as_of.as_nanosecond();
    let mut add = |at: Timestamp| {
        let at = at.as_nanosecond();
        if at <= as_of {
            from = from.max(at);
        } else {
            until = until.min(at);
        }
    };
    let news = config.machines.crawlers.news_sitemap;
    for article in articles {
        let times = [Some(article.when), article.embargo, article.expires];
        times.into_iter().flatten().for_each(|stamp| add(stamp.instant));
        if news {
            add(news_sitemap::ages(article));
        }
    }
    config.machines.security.iter().for_each(|s| add(s.expires));
    (from, until)
}

impl Quiet {
    /// Remembers a build, if it had nothing to say.
    pub fn of(
        report: &Report,
        publishes: bool,
        surroundings: Option<Fingerprint>,
        lock: &Option<Lock>,
        seen: (i128, i128),
    ) -> Option<Self> {
        let Articles { found, published, withheld, failed } = report.articles;
        let quiet = report.diagnostics.is_empty();
        surroundings.filter(|_| quiet).map(|surroundings| Self {
            surroundings,
            lock: (lock.as_ref().map(Lock::fingerprint), publishes),
            seen,
            articles: [found, published, withheld, failed],
            pages: report.pages.total,
            next: report.next_appearance.map(Timestamp::as_nanosecond),
        })
    }

    /// Whether that build's result is this one's as well, as far as surroundings, clock and outputs go.
    pub fn holds(
        &self,
        (options, publishes): (&Options, bool),
        surroundings: Option<Fingerprint>,
        lock: &Option<Lock>,
        as_of: Timestamp,
        ledger: &Ledger,
        target: &Target,
    ) -> bool {
        let same = Some(self.surroundings) == surroundings
            && self.lock.0 == lock.as_ref().map(Lock::fingerprint)
            && (self.lock.1 || !publishes);
        let seen = (self.seen.0..self.seen.1).contains(&as_of.as_nanosecond());
        same && seen && outputs_are_intact(ledger, target) && !emit::has_leftovers(&target.path, &options.site)
    }

    /// Says the same as that build.
    pub fn report(&self, report: &mut Report) {
        let [found, published, withheld, failed] = self.articles;
        report.articles = Articles { found, published, withheld, failed };
        report.pages.total = self.pages;
        report.pages.unchanged = self.pages;
        report.next_change = Timestamp::from_nanosecond(self.seen.1).ok();
        report.next_appearance = self.next.and_then(|at| Timestamp::from_nanosecond(at).ok());
    }
}

/// Whether every file that is ours is there as it was left, and none is ours that should not be.
fn outputs_are_intact(ledger: &Ledger, target: &Target) -> bool {
    let intact = |file: &str, stat: Stat| Stat::of(&target.path.join(Path::new(file))) == Some(stat);
    target.is_marked()
        && ledger.outputs.len() == target.ours.len()
        && target.ours.iter().all(|file| ledger.outputs.get(file).is_some_and(|o| o.settled))
        && ledger.outputs.all(|file, output| intact(file, output.stat))
}
