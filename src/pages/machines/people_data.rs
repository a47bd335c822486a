//! People for those who count: `/people/index.json`, and if site.toml asks for them `/people/…/index.json` and the table of
//! who is mentioned where, a file for each month. The manual's page on data describes them; a change that breaks readers
//! gets a new `version`.

use super::parts;
use crate::archive::{Archive, ArticleId, EntityId};
use crate::config::Config;
use crate::content::{EntityKind, Record};
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site, list, person, summary};
use jiff::civil::Date;

/// Where the index of people is.
pub const URL: &str = "/people/index.json";

/// Where the JSON of a person is.
pub fn json_url(person: &str) -> String {
    format!("{person}index.json")
}

/// Where a month's mentions are.
pub fn mentions_url(day: Date) -> String {
    format!("/people/mentions/{:04}-{:02}.csv", day.year(), day.month())
}

/// Everybody, in the order of the index.
pub struct PeopleJson;

impl Kind for PeopleJson {
    fn name(&self) -> &'static str {
        "people_json"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Json)
    }

    fn plan(&self, _: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.data.people {
            add(URL.to_string(), 0, 0);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, _: &Page) -> Inputs<'a> {
        let lines = site.archive.order(EntityKind::Person).iter().filter(|line| !line.see);
        let people = lines.map(|line| {
            let id = line.id;
            let record = site.archive.record(id);
            let url = site.archive.entity(id).url();
            let mut entries = Input::present([
                ("name", Input::text(site.archive.entity(id).name.as_str())),
                ("sort", Input::text(line.shown.as_str())),
                ("qualifier", Input::option(record.and_then(|r| r.qualifier.as_deref()), Input::text)),
                ("json", if site.config.machines.data.person { Input::uri(json_url(&url)) } else { Input::None }),
                ("url", Input::uri(url)),
                ("same_as", texts(record, |r| &r.same_as)),
            ]);
            entries.extend(counts(site, id));
            Input::Map(entries)
        });
        let people = Input::list(people);
        vec![
            ("version", Input::Int(1)),
            ("title", Input::text(site.config.title.as_str())),
            ("url", Input::uri("/people/")),
            ("language", Input::text(site.config.language.as_str())),
            ("count", Input::Int(site.archive.of_kind(EntityKind::Person).count() as i64)),
            ("people", people),
        ]
    }
}

/// One person; the subject is the person. Of the articles the newest, as many as the person's page shows: the table of
/// mentions has them all.
pub struct PersonJson;

impl Kind for PersonJson {
    fn name(&self) -> &'static str {
        "person_json"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Json)
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.data.person {
            archive.of_kind(EntityKind::Person).for_each(|id| add(json_url(&archive.entity(id).url()), id.0, 0));
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let archive = site.archive;
        let id = EntityId(page.subject);
        let entity = archive.entity(id);
        let record = archive.record(id);
        let field =
            |get: fn(&Record) -> &Option<String>| Input::option(record.and_then(|r| get(r).as_deref()), Input::text);
        let names = record.into_iter().flat_map(|r| &r.names).map(|(language, name)| {
            Input::map([("language", Input::text(language.as_str())), ("name", Input::text(name.as_str()))])
        });
        let roles = record.into_iter().flat_map(|r| &r.roles).map(|role| {
            let text = |text: &'a Option<String>| Input::option(text.as_deref(), Input::text);
            Input::compact([
                ("title", Input::text(role.title.as_str())),
                ("organisation", text(&role.organisation)),
                ("from", text(&role.from)),
                ("to", text(&role.to)),
            ])
        });
        let newest = list::shown(&entity.articles, site.config.per_page, 0);
        let articles = newest.iter().rev().map(|article| {
            let of = archive.article(*article);
            let role = person::role_on(site, id, of.when.day);
            let entries = Input::compact([
                ("url", Input::uri(archive.about(*article).url.as_str())),
                ("title", Input::text(of.title.text.as_str())),
                ("day", Input::Day(of.when.day)),
                ("mentions", Input::Int(i64::from(summary::weight(site, id, *article)))),
                ("role", role),
            ]);
            Input::Showing(*article, Box::new(Input::of(&of.prose.path, entries)))
        });
        let mut inputs = Input::present([
            ("version", Input::Int(1)),
            ("name", Input::text(entity.name.as_str())),
            ("qualifier", field(|r| &r.qualifier)),
            ("url", Input::uri(entity.url())),
            ("summary", Input::text(record.map_or("", |r| r.summary.as_str()))),
            ("aliases", texts(record, |r| &r.aliases)),
            ("names", Input::list(names)),
            ("born", field(|r| &r.born)),
            ("died", field(|r| &r.died)),
            ("roles", Input::list(roles)),
            ("same_as", texts(record, |r| &r.same_as)),
        ]);
        inputs.extend(counts(site, id));
        inputs.push(("articles", Input::list(articles)));
        inputs
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<crate::pages::Source> {
        crate::pages::entity::source(archive, page)
    }
}

/// Who is mentioned in a month's articles, how often: a table; the subject is one of the articles.
pub struct Mentions;

impl Kind for Mentions {
    fn name(&self) -> &'static str {
        "mentions"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Csv)
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.data.mentions {
            for month in parts::months(archive) {
                add(mentions_url(archive.articles[month.start].when.day), month.start as u32, 0);
            }
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let archive = site.archive;
        let month = parts::month(archive, archive.articles[page.subject as usize].when.day);
        let head = ["day", "person", "person_url", "mentions", "article_url"].map(Input::text);
        let rows = month.flat_map(|at| {
            let about = &archive.about[at];
            let day = archive.articles[at].when.day;
            about.names.people.iter().zip(&about.names.mentions).map(move |(id, mentions)| {
                let person = archive.entity(*id);
                Input::list([
                    Input::Day(day),
                    Input::text(person.name.as_str()),
                    Input::uri(person.url()),
                    Input::Int(i64::from(*mentions)),
                    Input::uri(about.url.as_str()),
                ])
            })
        });
        vec![("rows", Input::list(std::iter::once(Input::list(head)).chain(rows)))]
    }
}

fn texts<'a>(record: Option<&'a Record>, get: fn(&Record) -> &Vec<String>) -> Input<'a> {
    Input::list(record.into_iter().flat_map(|r| get(r).iter().map(|text| Input::text(text.as_str()))))
}

/// How many articles and mentions there are, and when the first and the last.
fn counts<'a>(site: &Site<'a>, id: EntityId) -> [(&'static str, Input<'a>); 4] {
    let articles = &site.archive.entity(id).articles;
    let day = |article: Option<&ArticleId>| {
        Input::option(article.map(|a| site.archive.article(*a)), |a| Input::of(&a.prose.path, Input::Day(a.when.day)))
    };
    [
        ("count", Input::Int(articles.len() as i64)),
        ("mentions", Input::Int(articles.iter().map(|a| i64::from(summary::weight(site, id, *a))).sum())),
        ("first", day(articles.first())),
        ("last", day(articles.last())),
    ]
}
