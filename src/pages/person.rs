//! `/people/…/`: who somebody is, and the articles about them, newest first.

use super::inputs::{Input, picture};
use super::{Inputs, Kind, Page, Site, entity};
use crate::archive::{Archive, EntityId};
use crate::config::Config;
use crate::content::{EntityKind, Record};

/// A person's page; the subject is the person, the part its list page.
pub struct Person;

impl Kind for Person {
    fn name(&self) -> &'static str {
        "person"
    }

    fn template(&self) -> &'static str {
        "person.html"
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        entity::plan(EntityKind::Person, archive, config, add);
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let record = site.archive.record(EntityId(page.subject));
        entity::inputs(site, page, |own| {
            let shown = record.filter(|_| page.part == 0);
            let field =
                |get: fn(&Record) -> &Option<String>| Input::option(shown.and_then(|r| get(r).as_deref()), Input::text);
            own.extend([
                ("qualifier", Input::option(record.and_then(|r| r.qualifier.as_deref()), Input::text)),
                ("aliases", Input::list(shown.iter().flat_map(|r| r.aliases.iter().map(|a| Input::text(a.as_str()))))),
                ("roles", Input::list(shown.iter().flat_map(|r| roles(r)))),
                ("born", field(|r| &r.born)),
                ("died", field(|r| &r.died)),
                ("same_as", Input::list(shown.iter().flat_map(|r| r.same_as.iter().filter_map(|url| elsewhere(url))))),
                (
                    "image",
                    Input::option(shown.and_then(|r| Some((r, r.image.as_ref()?))), |(r, image)| {
                        picture(site, &r.prose.path, image, true)
                    }),
                ),
            ]);
        })
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<String> {
        entity::source(archive, page)
    }
}

fn roles(record: &Record) -> impl Iterator<Item = Input<'_>> {
    record.roles.iter().map(|role| {
        let date = |d: &'_ Option<String>| Input::option(d.clone(), Input::text);
        Input::map([
            ("title", Input::text(role.title.as_str())),
            ("organisation", Input::option(role.organisation.as_deref(), Input::text)),
            ("from", date(&role.from)),
            ("to", date(&role.to)),
        ])
    })
}

/// A page about the same person: its host says where it leads.
fn elsewhere(url: &str) -> Option<Input<'_>> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split('/').next()?.trim_start_matches("www.");
    matches!(scheme, "http" | "https").then(|| Input::map([("host", Input::text(host)), ("url", Input::text(url))]))
}
