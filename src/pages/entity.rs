//! What the pages of tags, people, threads and sources have in common. Not a page kind.

use super::inputs::{Input, picture, picture_address};
use super::{Head, Inputs, Page, Site, Source, list, machines, summary};
use crate::archive::sorting::Sorted;
use crate::archive::{Archive, ArticleId, EntityId};
use crate::config::Config;
use crate::content::{EntityKind, Record};

/// Plans the pages of every entity of a kind: its own URL, and its older list pages.
pub fn plan(kind: EntityKind, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
    for id in archive.of_kind(kind) {
        let entity = archive.entity(id);
        add(entity.url(), id.0, 0);
        for part in 1..=list::full_pages(entity.articles.len(), config.per_page) {
            add(list::url(&entity.url(), part), id.0, part as u32);
        }
    }
}

/// The latest article on a list page of an entity.
pub fn latest(archive: &Archive, config: &Config, page: &Page) -> Option<ArticleId> {
    let articles = &archive.entity(EntityId(page.subject)).articles;
    list::shown(articles, config.per_page, page.part as usize).last().copied()
}

/// The file of an entity, or the first article that names it.
pub fn source(archive: &Archive, page: &Page) -> Option<Source> {
    let id = EntityId(page.subject);
    let record = archive.record(id).map(|r| &r.prose.path);
    let article = || archive.entity(id).articles.first().map(|a| &archive.article(*a).prose.path);
    record.or_else(article).map(|p| Source::file(&**p))
}

/// The inputs of an entity's page; `own` adds what only its kind has, under the kind's own name.
///
/// An older list page shows nothing that a new story changes: no count, no text, only the name and its thirty articles.
pub fn inputs<'a>(site: &Site<'a>, page: &Page, own: impl FnOnce(&mut Vec<(&'static str, Input<'a>)>)) -> Inputs<'a> {
    let archive = site.archive;
    let id = EntityId(page.subject);
    let entity = archive.entity(id);
    let record = archive.record(id);
    let newest = page.part == 0;
    let mut entries = vec![
        ("name", Input::text(entity.name.as_str())),
        ("url", Input::url(entity.url())),
        ("count", if newest { Input::Int(entity.articles.len() as i64) } else { Input::None }),
        ("summary", Input::text(record.filter(|_| newest).map_or("", |r| r.summary.as_str()))),
        ("body", Input::body(record.filter(|_| newest).map(|r| &r.prose))),
    ];
    let shown = record.filter(|_| newest);
    let texts = |get: fn(&Record) -> &Vec<String>| {
        Input::list(shown.into_iter().flat_map(move |r| get(r).iter().map(|text| Input::text(text.as_str()))))
    };
    entries.extend([
        ("aliases", texts(|r| &r.aliases)),
        ("same_as", Input::list(shown.into_iter().flat_map(|r| r.same_as.iter().filter_map(|url| elsewhere(url))))),
        (
            "image",
            Input::option(shown.and_then(|r| Some((r, r.image.as_ref()?))), |(r, image)| {
                picture(site, &r.prose.path, image, true)
            }),
        ),
        ("extra", Input::option(shown, |r| Input::Extra(&r.extra))),
    ]);
    if newest {
        let seen = site.fields(page, entity.kind.singular());
        entries.extend(summary::entries(site, id, |name| seen.has(name)));
    }
    own(&mut entries);
    let plural = entity.kind.plural();
    let head = Head {
        title: Input::text(entity.name.as_str()),
        description: match record.filter(|_| newest) {
            Some(record) if record.summary.is_empty() => Input::Opening(&record.prose),
            record => Input::text(record.map_or("", |r| r.summary.as_str())),
        },
        breadcrumbs: vec![
            (Input::text(site.strings.get(plural).to_string()), format!("/{plural}/")),
            (Input::text(entity.name.as_str()), entity.url()),
        ],
        image: shown.and_then(|r| {
            let image = r.image.as_ref()?;
            let src = picture_address(site, &r.prose.path, image)?;
            let whole = if src.starts_with('/') { format!("{}{src}", site.config.origin) } else { src };
            Some((whole, image.alt.as_str()))
        }),
        feed: machines::atom::of_entity(site.config, entity.kind, &entity.url())
            .map(|url| (format!("{} – {}", entity.name, site.config.title), url)),
        copies: match entity.kind {
            EntityKind::Person if newest && site.config.machines.data.person => {
                vec![("application/json", machines::people_data::json_url(&entity.url()))]
            }
            _ => Vec::new(),
        },
        social: if entity.kind == EntityKind::Person { "profile" } else { "website" },
        ..Head::default()
    };
    vec![
        head.of(page, site),
        (entity.kind.singular(), spelt_by(site, id, Input::Map(entries))),
        ("list", list::inputs(site, &entity.articles, &entity.url(), page.part as usize)),
    ]
}

/// Says that something comes out of the file that spells the entity's name.
fn spelt_by<'a>(site: &Site<'a>, id: EntityId, input: Input<'a>) -> Input<'a> {
    match super::inspect::speller(site, id) {
        Some(path) => Input::of(path, input),
        None => input,
    }
}

/// A page about the same thing: its host says where it leads.
fn elsewhere(url: &str) -> Option<Input<'_>> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split('/').next()?.trim_start_matches("www.");
    Some(Input::map([("host", Input::text(host)), ("url", Input::text(url))]))
}

/// An entity as a line of an index; under another of its names it points to the one it has.
pub fn entry<'a>(site: &Site<'a>, id: EntityId, line: Option<&'a Sorted>) -> Input<'a> {
    let archive = site.archive;
    let entity = archive.entity(id);
    let record = archive.record(id);
    let date = |a: Option<&crate::archive::ArticleId>| {
        Input::option(a.map(|a| archive.article(*a)), |a| Input::of(&a.prose.path, Input::Day(a.when.day)))
    };
    // The latest office; which one held when is the person's own page's affair.
    let role = record.and_then(|r| r.roles.iter().rev().max_by_key(|role| (role.to.is_none(), role.from.clone())));
    let roles_line = role.map_or(String::new(), |role| match &role.organisation {
        Some(organisation) => format!("{}, {organisation}", role.title),
        None => role.title.clone(),
    });
    let entry = Input::map([
        // A theme that knows nothing of other names shows them as names.
        ("name", Input::text(line.filter(|l| l.see).map_or(entity.name.as_str(), |l| l.shown.as_str()))),
        ("shown", Input::text(line.map_or(entity.name.as_str(), |l| l.shown.as_str()))),
        ("see", Input::option(line.filter(|l| l.see), |l| Input::Name(l.id))),
        ("qualifier", Input::option(record.and_then(|r| r.qualifier.as_deref()), Input::text)),
        ("url", Input::url(entity.url())),
        ("count", Input::Int(entity.articles.len() as i64)),
        ("summary", Input::text(record.map_or("", |r| r.summary.as_str()))),
        ("first", date(entity.articles.first())),
        ("last", date(entity.articles.last())),
        ("roles_line", Input::text(roles_line)),
        ("open", Input::Bool(record.is_none_or(|r| !r.closed))),
    ]);
    spelt_by(site, id, entry)
}
