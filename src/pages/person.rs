//! `/people/…/`: who somebody is, and the articles about them, newest first.

use super::inputs::Input;
use super::{Form, Inputs, Kind, Page, Site, entity, json_ld};
use crate::archive::{Archive, EntityId};
use crate::config::Config;
use crate::content::{EntityKind, Record};
use crate::theme::value::Value;

/// A person's page; the subject is the person, the part its list page.
pub struct Person;

impl Kind for Person {
    fn name(&self) -> &'static str {
        "person"
    }

    fn form(&self) -> Form {
        Form::Template("person.html")
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        entity::plan(EntityKind::Person, archive, config, add);
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let record = site.archive.record(EntityId(page.subject));
        entity::inputs(site, page, |own| {
            let shown = record.filter(|_| page.part == 0);
            let field = |get: fn(&Record) -> &Option<String>| {
                Input::option(shown.and_then(|r| get(r).as_deref()), |date| in_words(site, date))
            };
            own.extend([
                ("qualifier", Input::option(shown.and_then(|r| r.qualifier.as_deref()), Input::text)),
                ("roles", Input::list(shown.iter().flat_map(|r| roles(site, r)))),
                ("birth", Input::option(shown.and_then(|r| r.born.as_deref()), Input::text)),
                ("death", Input::option(shown.and_then(|r| r.died.as_deref()), Input::text)),
                ("born", field(|r| &r.born)),
                ("died", field(|r| &r.died)),
            ]);
        })
    }

    fn json_ld(&self, view: &json_ld::View) -> Vec<Value> {
        json_ld::person(view)
    }

    fn is_permanent(&self, page: &Page) -> bool {
        page.part == 0
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<super::Source> {
        entity::source(archive, page)
    }
}

fn roles<'a>(site: &Site<'a>, record: &'a Record) -> impl Iterator<Item = Input<'a>> {
    record.roles.iter().map(|role| {
        let date = |d: &'a Option<String>| Input::option(d.as_deref(), |date| in_words(site, date));
        Input::map([
            ("title", Input::text(role.title.as_str())),
            ("organisation", Input::option(role.organisation.as_deref(), Input::text)),
            ("from", date(&role.from)),
            ("to", date(&role.to)),
        ])
    })
}

/// A year, a month or a day, in the words of the site's language.
fn in_words<'a>(site: &Site<'a>, date: &'a str) -> Input<'a> {
    let (day, format) = match date.len() {
        7 => (format!("{date}-01"), "month"),
        10 => (date.to_string(), "medium"),
        _ => return Input::text(date),
    };
    Input::text(site.strings.date(&day, format).unwrap_or_else(|| date.to_string()))
}
