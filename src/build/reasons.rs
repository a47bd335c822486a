//! Why a page is rendered: what is known of the last build, held against this one. Decides nothing; it only says.
//!
//! No page's inputs are kept for it. A key is the hash of inputs together with what all pages of a kind share; the ledger
//! keeps the latter once. If today's inputs give yesterday's key with yesterday's shares, the inputs are the same.

use super::Options;
use super::ledger::{Ledger, Output};
use super::source::Files;
use crate::config::Config;
use crate::fingerprint::Fingerprint;
use crate::pages::inputs::Shared;
use crate::pages::{self, Form, Inputs, Kind, Page, Site, inspect};
use crate::theme::Theme;
use jiff::Timestamp;
use rapidhash::RapidHashSet;
use serde::{Deserialize, Serialize};

/// Why a page was rendered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Why {
    /// Nothing was known of an earlier build.
    #[default]
    First,
    /// It is new.
    New,
    /// What it shows of the site's files changed.
    Sources,
    /// Other articles may be seen: time has passed, or drafts or future articles were asked for.
    Seen,
    /// What its links lead to, or the files beside its articles, changed.
    Links,
    /// Its template changed, or one that it reaches.
    Template,
    /// The theme's strings, settings or assets changed.
    Theme,
    /// The site's title, menu or another value that every page can see changed.
    Site,
    /// Settings in `site.toml` changed.
    Settings,
    /// Its file was missing, or somebody changed it.
    Touched,
    /// The last build did not end.
    Interrupted,
}

impl Why {
    /// The name for machines; never changes once released.
    pub fn word(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::New => "new",
            Self::Sources => "sources",
            Self::Seen => "seen",
            Self::Links => "links",
            Self::Template => "template",
            Self::Theme => "theme",
            Self::Site => "site",
            Self::Settings => "settings",
            Self::Touched => "touched",
            Self::Interrupted => "interrupted",
        }
    }

    /// For people, after "because".
    pub fn words(self) -> &'static str {
        match self {
            Self::First => "nothing was known of an earlier build",
            Self::New => "it is a new page",
            Self::Sources => "what it shows changed",
            Self::Seen => "an article appeared or disappeared without an edit",
            Self::Links => "what its links lead to changed",
            Self::Template => "its template changed",
            Self::Theme => "the theme's strings, settings or assets changed",
            Self::Site => "the site's title, menu or standing values changed",
            Self::Settings => "site.toml changed",
            Self::Touched => "its file was missing or had been changed",
            Self::Interrupted => "the build before did not end",
        }
    }
}

/// One page that was rendered.
#[derive(Clone, Debug, Serialize)]
pub struct Because {
    /// Its URL, without base path.
    pub url: String,
    /// Why.
    #[serde(serialize_with = "word")]
    pub why: Why,
    /// The files of the site that changed and that it shows. If it shows none of them (an article was deleted, a count
    /// changed), everything that changed, deleted files too.
    pub sources: Vec<String>,
}

fn word<S: serde::Serializer>(why: &Why, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(why.word())
}

/// How many sources are named for one page.
const NAMED: usize = 5;

/// What the pages of one build have in common: with a page's inputs it makes the page's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// The values that every template can see.
    pub globals: Fingerprint,
    /// The settings that change bytes.
    pub settings: Fingerprint,
    /// The theme's strings, settings and asset names; these are in each template's fingerprint too.
    pub theme: Fingerprint,
    /// The template or the format of each kind.
    pub forms: Vec<Fingerprint>,
}

impl Shares {
    /// Of one build.
    pub fn new(globals: Fingerprint, settings: Fingerprint, theme: &Theme) -> Self {
        let form = |kind: &&dyn Kind| match kind.form() {
            Form::Template(name) => theme.fingerprint(name),
            // How a format is written is the program's affair, whose own fingerprint is among the settings'.
            Form::Format(format) => Fingerprint::of(format!("{format:?}").as_bytes()),
        };
        Self { globals, settings, theme: theme.common(), forms: pages::KINDS.iter().map(form).collect() }
    }

    /// What a page of this kind has in common with others, in the order of the key.
    pub fn of(&self, kind: u8) -> [Fingerprint; 3] {
        let form = self.forms.get(kind as usize).copied().unwrap_or_default();
        // A format sees nothing but the page's inputs.
        let globals = if has_template(kind) { self.globals } else { Fingerprint::default() };
        [self.settings, form, globals]
    }
}

fn has_template(kind: u8) -> bool {
    pages::KINDS.get(kind as usize).is_some_and(|kind| matches!(kind.form(), Form::Template(_)))
}

/// The last build, as far as it says why this one does something.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Last {
    shares: Shares,
    /// Of all settings.
    config: Fingerprint,
    as_of: i128,
    allowed: (bool, bool),
}

impl Last {
    /// This build, for the next one.
    pub fn of(shares: Shares, config: &Config, as_of: Timestamp, options: &Options) -> Self {
        let allowed = (options.allowed.drafts, options.allowed.future);
        Self { shares, config: of_config(config), as_of: as_of.as_nanosecond(), allowed }
    }
}

fn of_config(config: &Config) -> Fingerprint {
    Fingerprint::of(format!("{config:?}").as_bytes())
}

/// What changed since the last build.
pub struct Reasons<'l> {
    ledger: &'l Ledger,
    changed: RapidHashSet<String>,
    /// These and the files that are gone, in order.
    all: Vec<String>,
    seen_changed: bool,
    config_changed: bool,
}

impl<'l> Reasons<'l> {
    /// Compares the site with what the ledger says of it. Of the documents of `files` these were parsed, and so many the
    /// ledger knew; `seen` is the time around `as_of` in which the same articles
    /// can be seen.
    pub fn new(
        ledger: &'l Ledger,
        files: &Files,
        (changed, known): (&[u32], usize),
        config: &Config,
        seen: (i128, i128),
        options: &Options,
    ) -> Self {
        let last = ledger.last.as_ref();
        let mut all: Vec<String> = Vec::new();
        // A first build needs no list of everything.
        if last.is_some() {
            all.extend(changed.iter().map(|at| files.documents[*at as usize].path.clone()));
        }
        let changed = all.iter().cloned().collect();
        if known < ledger.sources.len() {
            let there: RapidHashSet<&str> = files.documents.iter().map(|d| d.path.as_str()).collect();
            all.extend(ledger.sources.names().filter(|path| !there.contains(path)).map(str::to_string));
        }
        all.sort_unstable();
        let allowed = (options.allowed.drafts, options.allowed.future);
        let seen_changed = last.is_some_and(|l| l.allowed != allowed || !(seen.0..seen.1).contains(&l.as_of));
        let config_changed = last.is_some_and(|l| l.config != of_config(config));
        Self { ledger, changed, all, seen_changed, config_changed }
    }

    /// In a session, where nothing but these texts differs.
    pub fn of_texts(ledger: &'l Ledger, documents: &RapidHashSet<String>) -> Self {
        let mut all: Vec<String> = documents.iter().cloned().collect();
        all.sort_unstable();
        Self { ledger, changed: documents.clone(), all, seen_changed: false, config_changed: false }
    }

    /// Why a page whose file or key is not as the ledger has it is rendered, and because of which files.
    pub fn why(
        &self,
        site: &Site,
        shared: &Shared,
        page: &Page,
        inputs: &Inputs,
        file: &str,
        (key, now): (Fingerprint, &Shares),
    ) -> (Why, Vec<String>) {
        let simply = |why| (why, Vec::new());
        let Some(row) = self.ledger.outputs.get(file) else { return simply(self.why_unknown(file)) };
        if row.key == key {
            return simply(Why::Touched);
        }
        let Some(last) = &self.ledger.last else { return simply(Why::First) };
        if shared.key(site, inputs, &last.shares.of(page.kind)).0 == row.key {
            return simply(if last.shares.settings != now.settings || !has_template(page.kind) {
                Why::Settings
            } else if last.shares.globals != now.globals {
                Why::Site
            } else if last.shares.theme != now.theme {
                Why::Theme
            } else {
                Why::Template
            });
        }
        let shown: Vec<String> = inspect::sources(site, inputs)
            .into_keys()
            .filter(|path| self.changed.contains(*path))
            .take(NAMED)
            .map(str::to_string)
            .collect();
        // A template that names other things than before shows other inputs.
        let other_template = last.shares.theme == now.theme && last.shares.of(page.kind)[1] != now.of(page.kind)[1];
        match (shown.is_empty(), self.seen_changed, self.config_changed) {
            (false, ..) => (Why::Sources, shown),
            _ if other_template => simply(Why::Template),
            (true, true, _) => simply(Why::Seen),
            (true, _, true) => simply(Why::Settings),
            _ if !self.all.is_empty() => (Why::Sources, self.all.iter().take(NAMED).cloned().collect()),
            _ => simply(Why::Links),
        }
    }

    fn why_unknown(&self, file: &str) -> Why {
        if self.ledger.interrupted.contains(file) {
            Why::Interrupted
        } else if self.ledger.outputs.len() == 0 || self.ledger.outputs.damaged {
            Why::First
        } else {
            Why::New
        }
    }
}

/// When and why a page was last rendered, as the ledger has it.
pub fn history(row: &Output) -> (Option<Timestamp>, Why) {
    let at = (row.rendered > 0).then(|| Timestamp::from_second(i64::from(row.rendered)).ok()).flatten();
    (at, row.why)
}
