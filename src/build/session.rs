//! A site that is built again and again by one process: what `watch` and `serve` drive.
//!
//! The result of every build is the one that a new process would give; a session only saves it the work of finding out
//! again what it knows. Whatever casts doubt on that (an error, another process that built the site, other settings) makes
//! it forget.

use super::ledger::{About, Ledger, Stat};
use super::output::{self, Target};
use super::report::{Articles, Outcome, Report};
use super::source::Files;
use super::{Clock, Options, Progress, finish, stages};
use crate::archive::links::Links;
use crate::archive::mentions;
use crate::archive::{Archive, ArticleId};
use crate::diagnostics::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::pages::Plan;
use crate::pages::inputs::Shown;
use crate::theme::Theme;
use jiff::Timestamp;
use rapidhash::RapidHashMap;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// What may have changed since a session's last build. More than did is never wrong; less is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// Nobody knows: look at everything.
    Everything,
    /// These files and folders, whatever happened to them, as absolute paths. A folder stands for all that is or was in
    /// it.
    Paths(BTreeSet<PathBuf>),
}

/// One site under way.
pub struct Session {
    options: Options,
    pool: Option<rayon::ThreadPool>,
    memory: Memory,
}

impl Session {
    /// A session that has built nothing yet.
    pub fn new(options: Options) -> Self {
        Self { memory: Memory { keep: true, ..Memory::default() }, ..Self::once(options) }
    }

    /// A session for one build: it prepares for no other.
    pub fn once(options: Options) -> Self {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(options.jobs).build().ok();
        Self { options, pool, memory: Memory::default() }
    }

    /// Builds what `changes` call for, as of `as_of`.
    pub fn build(&mut self, changes: &Changes, as_of: Clock, progress: &dyn Progress) -> Report {
        let started = Instant::now();
        self.options.as_of = as_of;
        let Self { options, pool, memory } = self;
        let mut report = Report::new();
        let mut run = || {
            if let Err(problems) = stages(options, memory, changes, progress, &mut report) {
                report.diagnostics.extend(problems);
                report.outcome = Outcome::Refused;
                memory.site = None;
            }
        };
        match pool {
            Some(pool) => pool.install(run),
            None => run(),
        }
        finish(options, &mut report);
        if let Some(site) = &mut memory.site {
            site.said.clone_from(&report.diagnostics);
        }
        report.elapsed = started.elapsed();
        report
    }
}

/// What a session knows when it begins a build.
#[derive(Default)]
pub(super) struct Memory {
    /// Whether there will be another build to prepare for.
    pub keep: bool,
    ledger: Option<(Ledger, Option<Stat>)>,
    /// The last build, if it was published.
    pub site: Option<Known>,
}

impl Memory {
    /// The ledger as this process saved it last, if it is true of `about` and nobody has saved another since.
    pub fn take_ledger(&mut self, about: &About) -> Option<Ledger> {
        let (ledger, saved) = self.ledger.take()?;
        (saved.is_some() && ledger.saved() == saved && ledger.about() == about).then_some(ledger)
    }

    /// Keeps a ledger that was saved.
    pub fn keep_ledger(&mut self, ledger: Ledger) {
        let saved = ledger.saved();
        self.ledger = Some((ledger, saved));
    }
}

/// Everything that the last build was made from.
pub(super) struct Known {
    /// Of the settings.
    pub config: Fingerprint,
    /// Of the theme.
    pub theme: Fingerprint,
    /// The site's files.
    pub files: Files,
    /// The archive.
    pub archive: Archive,
    /// The people that its articles were searched for.
    pub people: Arc<mentions::Registry>,
    /// Its pages.
    pub plan: Plan,
    /// Where links lead.
    pub links: Links,
    /// Which pages show what.
    pub shows: Shows,
    /// From when until when the same articles can be seen, in nanoseconds since 1970.
    pub seen: (i128, i128),
    /// Of the output's marker.
    pub marker: Option<Stat>,
    /// What was counted.
    pub articles: Articles,
    /// When the next withheld article appears.
    pub next_appearance: Option<Timestamp>,
    /// What was said.
    pub said: Vec<Diagnostic>,
}

impl Known {
    /// Whether it still holds, as far as theme, clock and output go.
    pub fn is_of(&self, theme: &Theme, as_of: Timestamp, target: &Target) -> bool {
        let seen = (self.seen.0..self.seen.1).contains(&as_of.as_nanosecond());
        seen && self.theme == theme.whole() && self.has_left(target)
    }

    /// Whether the output is the one that the session left, as far as its marker tells.
    pub fn has_left(&self, target: &Target) -> bool {
        self.marker.is_some() && self.marker == output::marker(&target.path)
    }

    /// Says what was said.
    pub fn report(&self, report: &mut Report) {
        report.articles = self.articles;
        report.pages.total = self.plan.pages.len();
        report.next_appearance = self.next_appearance;
        report.next_change = Timestamp::from_nanosecond(self.seen.1).ok();
        report.diagnostics.extend(self.said.iter().cloned());
    }
}

/// Which pages show what, by place in the plan.
#[derive(Default)]
pub(super) struct Shows {
    /// By text file.
    pub texts: RapidHashMap<Arc<str>, Vec<u32>>,
    /// By article.
    pub cards: RapidHashMap<ArticleId, Vec<u32>>,
}

impl Shows {
    /// Of what each page shows.
    pub fn of(pages: Vec<Shown>) -> Self {
        let mut shows = Self::default();
        for (page, shown) in (0..).zip(pages) {
            shown.texts.into_iter().for_each(|text| shows.texts.entry(text).or_default().push(page));
            shown.cards.into_iter().for_each(|card| shows.cards.entry(card).or_default().push(page));
        }
        shows
    }
}
