//! The tree of inputs, walked a third time: for people. `feed` makes a key of it, `value` a view; this says which files
//! it shows something of, and where two trees differ. Nothing that a build writes depends on it.

use super::inputs::{Input, Shared, card, name};
use super::{Inputs, Site};
use crate::archive::{ArticleId, EntityId};
use std::collections::{BTreeMap, BTreeSet};

/// File → the places of a page's inputs that show something of it, such as `related.title`.
pub type Sources<'a> = BTreeMap<&'a str, BTreeSet<String>>;

/// The files of which a page shows something.
pub fn sources<'a>(site: &Site<'a>, inputs: &Inputs<'a>) -> Sources<'a> {
    let mut walk = Walk { site, found: Sources::new() };
    for (name, input) in inputs {
        walk.input(name, input);
    }
    walk.found
}

struct Walk<'s, 'a> {
    site: &'s Site<'a>,
    found: Sources<'a>,
}

impl<'a> Walk<'_, 'a> {
    fn input(&mut self, at: &str, input: &Input<'a>) {
        match input {
            Input::List(items) => items.iter().for_each(|item| self.input(at, item)),
            Input::Map(entries) => entries.iter().for_each(|(name, input)| self.input(&format!("{at}.{name}"), input)),
            Input::Of(path, input) => {
                self.add(path, at);
                self.input(at, input);
            }
            Input::Body(prose, _)
            | Input::Toc(prose)
            | Input::Opening(prose)
            | Input::Words(prose, _)
            | Input::Syndicated(prose, _)
            | Input::Markdown(prose, _) => self.add(&prose.path, at),
            Input::Entry(id) => self.add(&self.site.archive.articles[id.0 as usize].prose.path, at),
            Input::Showing(id, input) => {
                self.add(&self.site.archive.articles[id.0 as usize].prose.path, at);
                self.input(at, input);
            }
            Input::Card(id) => self.card(at, *id),
            Input::CardAnd(id, more) => {
                self.card(at, *id);
                more.iter().for_each(|(name, input)| self.input(&format!("{at}.{name}"), input));
            }
            Input::Name(id) => {
                if let Some(path) = speller(self.site, *id) {
                    self.add(path, at);
                }
            }
            _ => {}
        }
    }

    fn card(&mut self, at: &str, id: ArticleId) {
        self.add(&self.site.archive.articles[id.0 as usize].prose.path, at);
        for (name, input) in card(self.site, id) {
            if let Input::Name(_) | Input::List(_) = input {
                self.input(&format!("{at}.{name}"), &input);
            }
        }
    }

    fn add(&mut self, path: &'a str, at: &str) {
        let places = self.found.entry(path).or_default();
        if !places.contains(at) {
            places.insert(at.to_string());
        }
    }
}

/// The file that decides how a name is spelt: its record, else the earliest article with it.
pub(super) fn speller<'a>(site: &Site<'a>, id: EntityId) -> Option<&'a str> {
    let archive = site.archive;
    let entity = &archive.entities[id.0 as usize];
    let record = entity.record.map(|r| &*archive.records[r as usize].prose.path);
    record.or_else(|| entity.articles.first().map(|a| &*archive.articles[a.0 as usize].prose.path))
}

/// A site as it is, or as it would be.
pub type State<'s, 'a> = (&'s Shared, &'s Site<'a>);

/// The places where a page's inputs differ between two states of a site.
pub fn differences<'a, 'b>(before: (State<'_, 'a>, &Inputs<'a>), after: (State<'_, 'b>, &Inputs<'b>)) -> Vec<String> {
    let mut found = Vec::new();
    for (at, input) in before.1 {
        match after.1.iter().find(|(name, _)| name == at) {
            Some((_, other)) => differ(at, (before.0, input), (after.0, other), &mut found),
            None => found.push(at.to_string()),
        }
    }
    found.extend(
        after.1.iter().filter(|(at, _)| before.1.iter().all(|(name, _)| name != at)).map(|(at, _)| at.to_string()),
    );
    found.dedup();
    found
}

fn differ<'a, 'b>(at: &str, a: (State<'_, 'a>, &Input<'a>), b: (State<'_, 'b>, &Input<'b>), found: &mut Vec<String>) {
    match (a.1, b.1) {
        (Input::Of(_, x), _) => differ(at, (a.0, x), b, found),
        (_, Input::Of(_, y)) => differ(at, a, (b.0, y), found),
        (Input::Map(x), Input::Map(y)) => {
            let same_names = x.len() == y.len() && x.iter().zip(y).all(|((n, _), (m, _))| n == m);
            if same_names {
                x.iter()
                    .zip(y)
                    .for_each(|((name, x), (_, y))| differ(&format!("{at}.{name}"), (a.0, x), (b.0, y), found));
            } else {
                found.push(at.to_string());
            }
        }
        (Input::List(x), Input::List(y)) if x.len() == y.len() => {
            for (i, (x, y)) in x.iter().zip(y).enumerate() {
                differ(&format!("{at}[{i}]"), (a.0, x), (b.0, y), found);
            }
        }
        (Input::List(x), Input::List(y)) => found.push(format!("{at} ({} instead of {})", y.len(), x.len())),
        (Input::Card(x), Input::Card(y)) => {
            let (x, y) = (Input::map(card(a.0.1, *x)), Input::map(card(b.0.1, *y)));
            differ(at, (a.0, &x), (b.0, &y), found);
        }
        (Input::CardAnd(x, more_x), Input::CardAnd(y, more_y)) => {
            for (more_x, more_y) in more_x.iter().zip(more_y) {
                differ(&format!("{at}.{}", more_x.0), (a.0, &more_x.1), (b.0, &more_y.1), found);
            }
            differ(at, (a.0, &Input::Card(*x)), (b.0, &Input::Card(*y)), found);
        }
        (Input::Name(x), Input::Name(y)) => {
            let (x, y) = (name(a.0.1, *x), name(b.0.1, *y));
            differ(at, (a.0, &x), (b.0, &y), found);
        }
        _ => {
            let fingerprint = |(shared, site): (&Shared, &Site), input: &Input| shared.fingerprint(site, input);
            if fingerprint(a.0, a.1) != fingerprint(b.0, b.1) {
                found.push(at.to_string());
            }
        }
    }
}
