//! A plan: what differs between the site as it is here and the target as it is known there. A pure function of both.

use super::manifest::Entry;
use serde::Serialize;
use std::collections::BTreeMap;

/// What is known of a file at the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum There {
    /// An earlier deploy put this there.
    Known(Entry),
    /// A deploy that did not end may have put it there, deleted it, or not.
    Unknown,
    /// The list of the target does not have it, though an earlier deploy put it there.
    Missing,
    /// The list of the target has another size than an earlier deploy put there.
    Differs,
}

/// What is to be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is not there yet.
    Add,
    /// It is there, but not as it should be.
    Change,
    /// It is there and should not be.
    Remove,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// No deploy has sent it before.
    New,
    /// Its bytes differ.
    Content,
    /// Its bytes are the same; type, caching or encoding differ.
    Headers,
    /// It is no part of the site any more.
    Gone,
    /// A deploy that did not end may have touched it.
    Interrupted,
    /// It has vanished from the target.
    Missing,
    /// Somebody else has changed it at the target.
    Overwritten,
    /// An earlier deploy is to be current again.
    Rollback,
}

impl Reason {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Content => "its content differs",
            Self::Headers => "its headers differ",
            Self::Gone => "no longer part of the site",
            Self::Interrupted => "an interrupted deploy may have touched it",
            Self::Missing => "missing at the target",
            Self::Overwritten => "changed at the target by somebody else",
            Self::Rollback => "as an earlier deploy had it",
        }
    }
}

/// The order in which a site changes, so that no page is shown before what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Style sheets, pictures, fonts, data: what pages need.
    Assets,
    /// New pages: nobody is led there yet.
    Pages,
    /// Pages that were there: these lead to the new ones.
    Changed,
    /// The front page and lists at the top.
    Indexes,
    /// Feeds, sitemaps and what else tells programs of new pages.
    Feeds,
    /// What should be gone.
    Removals,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Of the site's root at the target.
    pub path: String,
    /// What is done.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// When.
    pub stage: Stage,
    /// Bytes of the file; of one that is removed, what is freed as far as it is known.
    pub bytes: u64,
    /// Where it leads, if it is the page of an old address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
}

/// All steps, in the order in which they are taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The steps.
    pub changes: Vec<Change>,
    /// Files that stay as they are.
    pub unchanged: usize,
}

impl Plan {
    /// Compares the site here with the target there.
    pub fn new(here: &BTreeMap<String, Entry>, there: &BTreeMap<String, There>) -> Self {
        let mut plan = Self::default();
        for (path, entry) in here {
            let (action, reason) = match there.get(path) {
                None => (Action::Add, Reason::New),
                Some(There::Known(known)) if known.same(entry) => {
                    plan.unchanged += 1;
                    continue;
                }
                Some(There::Known(known)) if known.hash == entry.hash => (Action::Change, Reason::Headers),
                Some(There::Known(_)) => (Action::Change, Reason::Content),
                Some(There::Unknown) => (Action::Change, Reason::Interrupted),
                Some(There::Missing) => (Action::Add, Reason::Missing),
                Some(There::Differs) => (Action::Change, Reason::Overwritten),
            };
            plan.add(path, action, reason, entry.size);
        }
        for (path, known) in there.iter().filter(|(path, _)| !here.contains_key(*path)) {
            match known {
                There::Known(entry) => plan.add(path, Action::Remove, Reason::Gone, entry.size),
                There::Unknown => plan.add(path, Action::Remove, Reason::Interrupted, 0),
                There::Differs => plan.add(path, Action::Remove, Reason::Gone, 0),
                // It is gone already.
                There::Missing => {}
            }
        }
        plan.changes.sort_by(|a, b| (a.stage, &a.path).cmp(&(b.stage, &b.path)));
        plan
    }

    fn add(&mut self, path: &str, action: Action, reason: Reason, bytes: u64) {
        let stage = if action == Action::Remove { Stage::Removals } else { stage(path, action) };
        self.changes.push(Change { path: path.to_string(), action, reason, stage, bytes, redirect: None });
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The steps of one kind.
    pub fn of(&self, action: Action) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |c| c.action == action)
    }

    /// Bytes to be sent, before any compression.
    pub fn bytes(&self) -> u64 {
        self.changes.iter().filter(|c| c.action != Action::Remove).map(|c| c.bytes).sum()
    }
}

fn stage(path: &str, action: Action) -> Stage {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_page = super::headers::is_page(path);
    let at_the_top = path.matches('/').count() <= 1;
    match name {
        "index.html" if at_the_top => Stage::Indexes,
        _ if is_page && action == Action::Add => Stage::Pages,
        _ if is_page => Stage::Changed,
        "feed.xml"
        | "rss.xml"
        | "feed.json"
        | "sitemap.xml"
        | "news-sitemap.xml"
        | "archive.json"
        | "robots.txt"
        | "llms.txt"
        | "_redirects"
        | "_headers"
        | ".htaccess"
        | "redirects.nginx.conf" => Stage::Feeds,
        _ if path.starts_with("feeds/") || path.starts_with("sitemaps/") => Stage::Feeds,
        _ => Stage::Assets,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::Fingerprint;

    fn entry(text: &str) -> Entry {
        Entry { hash: Fingerprint::of(text.as_bytes()), size: text.len() as u64, mark: 1, version: None }
    }

    fn here(files: &[(&str, &str)]) -> BTreeMap<String, Entry> {
        files.iter().map(|(path, text)| (path.to_string(), entry(text))).collect()
    }

    #[test]
    fn what_pages_need_comes_before_them_and_what_leads_to_them_after() {
        let here = here(&[
            ("index.html", "new"),
            ("feed.xml", "new"),
            ("2025/03/16/story/index.html", "story"),
            ("2025/03/16/index.html", "new"),
            ("tags/index.html", "new"),
            ("assets/a.css", "a"),
        ]);
        let old = |path: &str| (path.to_string(), There::Known(entry("old")));
        let there = ["index.html", "feed.xml", "2025/03/16/index.html", "tags/index.html", "gone.html"].map(old).into();
        let plan = Plan::new(&here, &there);
        let order: Vec<&str> = plan.changes.iter().map(|c| c.path.as_str()).collect();
        assert_eq!(
            order,
            [
                "assets/a.css",
                "2025/03/16/story/index.html",
                "2025/03/16/index.html",
                "index.html",
                "tags/index.html",
                "feed.xml",
                "gone.html"
            ]
        );
    }

    #[test]
    fn every_step_has_its_reason() {
        let mut other_headers = entry("same");
        other_headers.mark = 2;
        let there = BTreeMap::from([
            ("same".to_string(), There::Known(entry("same"))),
            ("headers".to_string(), There::Known(other_headers)),
            ("content".to_string(), There::Known(entry("old"))),
            ("unknown".to_string(), There::Unknown),
            ("missing".to_string(), There::Missing),
            ("differs".to_string(), There::Differs),
            ("gone".to_string(), There::Known(entry("old"))),
            ("half".to_string(), There::Unknown),
            ("gone already".to_string(), There::Missing),
        ]);
        let names = ["same", "headers", "content", "unknown", "missing", "differs", "new"];
        let plan = Plan::new(&here(&names.map(|n| (n, "same"))), &there);
        let mut found: Vec<(&str, Action, Reason)> =
            plan.changes.iter().map(|c| (c.path.as_str(), c.action, c.reason)).collect();
        found.sort();
        assert_eq!(
            found,
            [
                ("content", Action::Change, Reason::Content),
                ("differs", Action::Change, Reason::Overwritten),
                ("gone", Action::Remove, Reason::Gone),
                ("half", Action::Remove, Reason::Interrupted),
                ("headers", Action::Change, Reason::Headers),
                ("missing", Action::Add, Reason::Missing),
                ("new", Action::Add, Reason::New),
                ("unknown", Action::Change, Reason::Interrupted),
            ]
        );
        assert_eq!(plan.unchanged, 1);
    }
}
