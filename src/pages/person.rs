//! `/people/…/`: who somebody is, and the articles about them, newest first.

use super::inputs::Input;
use super::{Form, Inputs, Kind, Page, Site, entity, json_ld, list};
use crate::archive::{Archive, ArticleId, EntityId};
use crate::config::Config;
use crate::content::{EntityKind, Record};
use crate::theme::value::Value;
use jiff::civil::Date;

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
        let id = EntityId(page.subject);
        let articles = &site.archive.entity(id).articles;
        let mut inputs = entity::inputs(site, page, |own| {
            let shown = record.filter(|_| page.part == 0);
            let field = |get: fn(&Record) -> &Option<String>| {
                Input::option(shown.and_then(|r| get(r).as_deref()), |date| in_words(site, date))
            };
            own.extend([
                ("qualifier", Input::option(shown.and_then(|r| r.qualifier.as_deref()), Input::text)),
                ("names", Input::list(shown.iter().flat_map(|r| names(r)))),
                ("namesakes", if page.part == 0 { namesakes(site, id) } else { Input::None }),
                ("roles", Input::list(shown.iter().flat_map(|r| roles(site, r)))),
                ("birth", Input::option(shown.and_then(|r| r.born.as_deref()), Input::text)),
                ("death", Input::option(shown.and_then(|r| r.died.as_deref()), Input::text)),
                ("born", field(|r| &r.born)),
                ("died", field(|r| &r.died)),
            ]);
        });
        // Beside each card of the list: the office held on its day.
        if site.shows(page, "then") {
            let here = list::shown(articles, site.config.per_page, page.part as usize);
            let roles = here.iter().rev().map(|a| role_on(site, id, site.archive.article(*a).when.day));
            inputs.push(("then", Input::list(roles)));
        }
        inputs
    }

    fn json_ld(&self, view: &json_ld::View) -> Vec<Value> {
        json_ld::person(view)
    }

    fn latest(&self, archive: &Archive, config: &Config, page: &Page) -> Option<ArticleId> {
        entity::latest(archive, config, page)
    }

    fn is_permanent(&self, page: &Page) -> bool {
        page.part == 0
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<super::Source> {
        entity::source(archive, page)
    }
}

/// The name in other languages.
fn names(record: &Record) -> impl Iterator<Item = Input<'_>> {
    let name = |(language, name): (&'_ String, &'_ String)| (language.clone(), name.clone());
    record
        .names
        .iter()
        .map(name)
        .map(|(language, name)| Input::map([("language", Input::text(language)), ("name", Input::text(name))]))
}

/// Others with the same name.
fn namesakes<'a>(site: &Site<'a>, id: EntityId) -> Input<'a> {
    let qualifier = |id: EntityId| site.archive.record(id).and_then(|r| r.qualifier.as_deref());
    Input::list(
        site.archive
            .namesakes(id)
            .map(|id| Input::map([("of", Input::Name(id)), ("qualifier", Input::option(qualifier(id), Input::text))])),
    )
}

/// The office that somebody held on a day: of several the one that began last.
pub(super) fn role_on<'a>(site: &Site<'a>, id: EntityId, day: Date) -> Input<'a> {
    let roles = site.archive.record(id).map_or(&[][..], |r| &r.roles);
    if roles.is_empty() {
        return Input::None;
    }
    let day = day.to_string();
    // `2019-03` begins with the month and ends with it.
    let began = |from: &Option<String>| from.as_ref().is_none_or(|f| f.as_str() <= &day[..f.len().min(day.len())]);
    let over = |to: &Option<String>| to.as_ref().is_some_and(|t| t.as_str() < &day[..t.len().min(day.len())]);
    let role = roles.iter().filter(|r| began(&r.from) && !over(&r.to)).max_by_key(|r| r.from.as_deref());
    Input::option(role, |role| {
        Input::map([
            ("title", Input::text(role.title.as_str())),
            ("organisation", Input::option(role.organisation.as_deref(), Input::text)),
        ])
    })
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
