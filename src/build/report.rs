//! What a build did, as data: people and machines are told the same.

use super::emit::Emitted;
use super::reasons::{Because, Why};
use crate::diagnostics::Diagnostic;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How many rendered pages a report names.
const LISTED: usize = 100;

/// Articles by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Articles {
    /// Files that are articles.
    pub found: usize,
    /// On the site.
    pub published: usize,
    /// Not to be seen now.
    pub withheld: usize,
    /// With an error in them.
    pub failed: usize,
}

/// Pages by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pages {
    /// Of the whole site.
    pub total: usize,
    /// Rendered in this build.
    pub rendered: usize,
    /// As they were.
    pub unchanged: usize,
    /// Deleted.
    pub removed: usize,
}

/// How a build ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The output is the site.
    Published,
    /// The output is as it was.
    Refused,
    /// The output was compared with the site, and is as it was.
    Verified,
}

/// What a build did.
#[derive(Debug)]
pub struct Report {
    /// How it ended.
    pub outcome: Outcome,
    /// Articles.
    pub articles: Articles,
    /// Pages.
    pub pages: Pages,
    /// Why pages were rendered: how many for each reason.
    pub reasons: BTreeMap<Why, usize>,
    /// The first hundred of the rendered pages, by URL.
    pub rendered: Vec<Because>,
    /// Files of the output that were written.
    pub files_written: usize,
    /// Files of the output that were deleted.
    pub files_removed: usize,
    /// The files of the output that were written, relative to it, in order.
    pub written: Vec<String>,
    /// The files of the output that were deleted, likewise.
    pub removed: Vec<String>,
    /// Pages of articles that went from one URL to another, because a file was renamed or its date or slug changed.
    pub moved: Vec<(String, String)>,
    /// The path under the host that every URL of the site starts with; `None` if the build did not get as far as that.
    pub base_path: Option<String>,
    /// When an article next appears or disappears with nobody touching it.
    pub next_change: Option<Timestamp>,
    /// When the next withheld article appears by itself.
    pub next_appearance: Option<Timestamp>,
    /// The zone in which the site tells times.
    pub time_zone: TimeZone,
    /// How long it took.
    pub elapsed: Duration,
    /// Each phase with its time.
    pub phases: Vec<(&'static str, Duration)>,
    /// Where the site was written.
    pub output: PathBuf,
    /// Remarks that are no problem of the site.
    pub notes: Vec<String>,
    /// Everything there is to say, in order.
    pub diagnostics: Vec<Diagnostic>,
    last: Instant,
}

impl Report {
    /// A report of a build that has done nothing yet.
    pub(super) fn new() -> Self {
        Self {
            outcome: Outcome::Refused,
            articles: Articles::default(),
            pages: Pages::default(),
            reasons: BTreeMap::new(),
            rendered: Vec::new(),
            files_written: 0,
            files_removed: 0,
            written: Vec::new(),
            removed: Vec::new(),
            moved: Vec::new(),
            base_path: None,
            next_change: None,
            next_appearance: None,
            time_zone: TimeZone::UTC,
            elapsed: Duration::ZERO,
            phases: Vec::new(),
            output: PathBuf::new(),
            notes: Vec::new(),
            diagnostics: Vec::new(),
            last: Instant::now(),
        }
    }

    /// Ends a phase.
    pub fn timed(&mut self, phase: &'static str) {
        let now = Instant::now();
        self.phases.push((phase, now - self.last));
        self.last = now;
    }

    /// Takes in what publishing did.
    pub(super) fn emitted(&mut self, emitted: &Emitted) {
        self.pages.removed = emitted.pages_removed;
        self.files_written = emitted.written.len();
        self.files_removed = emitted.removed.len();
        self.written.clone_from(&emitted.written);
        self.removed.clone_from(&emitted.removed);
    }

    /// Takes in why pages were rendered.
    pub(super) fn because<'a>(&mut self, pages: impl Iterator<Item = (&'a str, (Why, &'a [String]))>) {
        for (url, (why, sources)) in pages {
            *self.reasons.entry(why).or_default() += 1;
            if self.rendered.len() < LISTED {
                self.rendered.push(Because { url: url.to_string(), why, sources: sources.to_vec() });
            }
        }
    }

    /// Errors among the diagnostics.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|d| d.is_error()).count()
    }

    /// Warnings among the diagnostics.
    pub fn warnings(&self) -> usize {
        self.diagnostics.len() - self.errors()
    }

    /// The report for machines: one object on one line.
    pub fn json(&self) -> String {
        serde_json::json!({
            "articles": self.articles,
            "pages": self.pages,
            "reasons": self.reasons.iter().map(|(why, n)| (why.word(), n)).collect::<BTreeMap<_, _>>(),
            "rendered": self.rendered,
            "files_written": self.files_written,
            "files_removed": self.files_removed,
            "next_appearance": self.next_appearance.map(|t| t.to_string()),
            "elapsed_ms": self.elapsed.as_millis() as u64,
            "phases_ms": self.phases.iter().map(|(n, d)| (n.to_string(), d.as_secs_f64() * 1e3)).collect::<BTreeMap<_, _>>(),
            "output": self.output.to_string_lossy(),
            "published": self.outcome == Outcome::Published,
            "notes": self.notes,
            "diagnostics": self.diagnostics,
        })
        .to_string()
    }
}
