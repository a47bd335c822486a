//! Atom (RFC 4287): `/feed.xml`, `/feeds/2025-03.xml` (archived feeds, RFC 5005), and the feeds of tags, people, threads and
//! corrections.

use super::{authors, foreign, guid, image, last_modified, modified, parts, publisher, tag, tags};
use crate::archive::{Archive, ArticleId, EntityId};
use crate::config::{Config, FeedOf, FullText};
use crate::content::EntityKind;
use crate::content::dates::Stamp;
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site, article};

/// Where the site's own feed is.
pub const URL: &str = "/feed.xml";

/// Where the feed of corrections is.
pub const CORRECTIONS: &str = "/corrections/feed.xml";

/// A feed; the part says of what.
pub struct Atom;

/// The site's newest.
const SITE: u32 = 0;
/// A closed part of the archive; the subject is its first article.
const ARCHIVED: u32 = 1;
/// A tag, person or thread; the subject is the entity.
const ENTITY: u32 = 2;
/// Corrections.
const CORRECTED: u32 = 3;

/// Where an entity's feed is, if it has one.
pub fn of_entity(config: &Config, kind: EntityKind, url: &str) -> Option<String> {
    let wanted = match kind {
        EntityKind::Tag => FeedOf::Tags,
        EntityKind::Person => FeedOf::People,
        EntityKind::Thread => FeedOf::Threads,
        EntityKind::Source => return None,
    };
    config.machines.feeds.of.contains(&wanted).then(|| format!("{url}feed.xml"))
}

/// Where the feed of a closed part is.
pub fn archived(part: &parts::Part) -> String {
    format!("/feeds/{}.xml", part.name())
}

impl Kind for Atom {
    fn name(&self) -> &'static str {
        "atom"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Xml)
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        let feeds = &config.machines.feeds;
        if feeds.atom {
            add(URL.to_string(), 0, SITE);
        }
        if feeds.archive {
            parts::closed(archive).for_each(|part| add(archived(&part), part.range.start as u32, ARCHIVED));
        }
        for kind in EntityKind::ALL {
            for id in archive.of_kind(kind) {
                if let Some(url) = of_entity(config, kind, &archive.entity(id).url()) {
                    add(url, id.0, ENTITY);
                }
            }
        }
        if feeds.of.contains(&FeedOf::Corrections) {
            add(CORRECTIONS.to_string(), 0, CORRECTED);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let archive = site.archive;
        let feeds = &site.config.machines.feeds;
        let title = |name: &str| format!("{name} – {}", site.config.title);
        let whole = |what| feeds.full_text.contains(&what);
        match page.part {
            SITE => {
                let newest = parts::newest(archive, feeds.entries);
                let older = parts::before(archive, newest.end).and_then(|last| match last.closed {
                    true => Some(last),
                    false => parts::before(archive, last.range.start),
                });
                let ids = || (newest.start as u32..newest.end as u32).rev().map(ArticleId);
                let feed = Feed {
                    title: site.config.title.clone(),
                    about: "/".to_string(),
                    id: tag(site.config, "/"),
                    updated: last_modified(archive, ids()),
                    older: older.filter(|_| feeds.archive),
                    archived: false,
                };
                let listed = ids().filter(|id| archive.is_listed(*id));
                feed.inputs(site, page, listed.map(|id| entry(site, id, whole(FullText::Site))))
            }
            ARCHIVED => {
                let part = parts::part(archive, page.subject as usize);
                let feed = Feed {
                    title: title(&part.name()),
                    // A month of nothing but retracted articles has no page.
                    about: match parts::days(archive, part.month) {
                        [] => "/archive/".to_string(),
                        _ => crate::archive::days::month_url(part.month),
                    },
                    id: tag(site.config, &page.url),
                    updated: last_modified(archive, part.ids()),
                    older: parts::before(archive, part.range.start),
                    archived: true,
                };
                let whole = whole(FullText::Archive);
                let listed = part.ids().rev().filter(|id| archive.is_listed(*id));
                feed.inputs(site, page, listed.map(|id| shown(site, id, whole)))
            }
            ENTITY => {
                let entity = archive.entity(EntityId(page.subject));
                let whole = whole(match entity.kind {
                    EntityKind::Tag => FullText::Tags,
                    EntityKind::Person => FullText::People,
                    _ => FullText::Threads,
                });
                let ids = || entity.articles.iter().rev().take(feeds.entries).copied();
                // What feed readers know it by outlives its slug.
                let record = archive.record(EntityId(page.subject));
                let first = record.and_then(|r| r.former_slugs.first());
                let url = first.map_or(entity.url(), |slug| format!("/{}/{slug}/", entity.kind.plural()));
                let feed = Feed {
                    title: title(&entity.name),
                    about: entity.url(),
                    id: tag(site.config, &url),
                    updated: last_modified(archive, ids()),
                    older: None,
                    archived: false,
                };
                feed.inputs(site, page, ids().map(|id| shown(site, id, whole)))
            }
            _ => {
                let mut all = crate::pages::corrections::all(archive);
                all.truncate(feeds.entries);
                let feed = Feed {
                    title: title(site.strings.get("corrections_title")),
                    about: "/corrections/".to_string(),
                    id: tag(site.config, "/corrections/"),
                    updated: all.iter().map(|(id, n)| archive.article(*id).corrections[*n].date).max(),
                    older: None,
                    archived: false,
                };
                feed.inputs(site, page, all.into_iter().map(|(id, n)| correction(site, id, n)))
            }
        }
    }
}

struct Feed {
    title: String,
    /// The page that it is a feed of.
    about: String,
    id: String,
    updated: Option<Stamp>,
    older: Option<parts::Part>,
    archived: bool,
}

impl Feed {
    fn inputs<'a>(self, site: &Site<'a>, page: &Page, entries: impl Iterator<Item = Input<'a>>) -> Inputs<'a> {
        let config = site.config;
        let link = |rel: &'static str, href: Input<'a>, kind: &'static str| {
            Input::compact([("@rel", Input::text(rel)), ("@type", Input::text(kind)), ("@href", href)])
        };
        let atom = "application/atom+xml";
        let mut links = vec![
            link("self", Input::uri(page.url.clone()), atom),
            link("alternate", Input::uri(self.about), "text/html"),
        ];
        // RFC 5005 would have an `fh:archive` element besides; strict readers of Atom refuse what they do not know, and this
        // link says as much.
        if self.archived {
            links.push(link("current", Input::uri(URL), atom));
        }
        links.extend(self.older.map(|part| link("prev-archive", Input::uri(archived(&part)), atom)));
        if !self.archived {
            links.extend(config.machines.feeds.hub.as_deref().map(|hub| link("hub", Input::text(hub), "")));
        }
        // A feed of nothing was last changed before there was anything.
        let updated = self.updated.map_or(Input::text("1970-01-01T00:00:00Z"), Input::Instant);
        let feed = Input::compact([
            ("@xmlns", Input::text("http://www.w3.org/2005/Atom")),
            ("@xml:lang", Input::text(config.language.as_str())),
            ("title", Input::text(self.title)),
            ("subtitle", Input::text(if page.part == SITE { config.description.as_str() } else { "" })),
            ("link", Input::List(links)),
            ("id", Input::text(self.id)),
            ("updated", updated),
            ("author", Input::map([("name", Input::text(publisher(config))), ("uri", Input::uri("/"))])),
            ("rights", Input::option(config.copyright.as_deref(), Input::text)),
            ("generator", Input::text("Dateline")),
            ("entry", Input::list(entries)),
        ]);
        vec![("feed", feed)]
    }
}

/// An entry of a feed that many articles are in many of: one with a summary is made once.
fn shown<'a>(site: &Site<'a>, id: ArticleId, whole: bool) -> Input<'a> {
    if whole { entry(site, id, true) } else { Input::Entry(id) }
}

/// An article as an entry with its summary.
pub fn summary<'a>(site: &Site<'a>, id: ArticleId) -> Input<'a> {
    entry(site, id, false)
}

fn entry<'a>(site: &Site<'a>, id: ArticleId, whole: bool) -> Input<'a> {
    let article = site.archive.article(id);
    let url = site.archive.about(id).url.as_str();
    let mut links = vec![Input::map([
        ("@rel", Input::text("alternate")),
        ("@type", Input::text("text/html")),
        ("@href", Input::uri(url)),
    ])];
    links.extend(article.sources.iter().filter_map(|credit| {
        let title = credit.title.as_deref().or(credit.publisher.as_deref()).unwrap_or("");
        Some(Input::compact([
            ("@rel", Input::text("via")),
            ("@href", Input::text(credit.url.as_deref()?)),
            ("@title", Input::text(title)),
        ]))
    }));
    links.extend(
        image(site, article).map(|src| Input::map([("@rel", Input::text("enclosure")), ("@href", Input::text(src))])),
    );
    let content = Input::map([
        ("@type", Input::text("html")),
        ("@xml:base", Input::uri(url)),
        ("#", Input::Syndicated(&article.prose, url)),
    ]);
    Input::compact([
        ("@xml:lang", Input::option(foreign(site, article), Input::text)),
        ("title", Input::Showing(id, Box::new(Input::text(article.title.text.as_str())))),
        ("link", Input::List(links)),
        ("id", Input::text(guid(site, id))),
        ("published", Input::Instant(article.when)),
        ("updated", Input::Instant(modified(article))),
        ("author", authors(article, "name", "uri")),
        ("category", Input::list(tags(site, id).map(|name| Input::map([("@term", Input::text(name))])))),
        ("summary", Input::text(article.summary.as_str())),
        ("content", if whole { content } else { Input::None }),
    ])
}

fn correction<'a>(site: &Site<'a>, id: ArticleId, n: usize) -> Input<'a> {
    let article = site.archive.article(id);
    let correction = &article.corrections[n];
    let label = site.strings.correction(correction.kind.word());
    let anchor = article::correction_id(n);
    let url = crate::content::links::ascii_encoded(&site.archive.about(id).url);
    Input::compact([
        ("@xml:lang", Input::option(foreign(site, article), Input::text)),
        ("title", Input::Showing(id, Box::new(Input::text(format!("{label}: {}", article.title.text))))),
        (
            "link",
            Input::map([
                ("@rel", Input::text("alternate")),
                ("@type", Input::text("text/html")),
                ("@href", Input::text(format!("{}#{anchor}", site.config.absolute(&url)))),
            ]),
        ),
        ("id", Input::text(format!("{}#{anchor}", guid(site, id)))),
        ("published", Input::Instant(correction.date)),
        ("updated", Input::Instant(correction.date)),
        ("summary", Input::text(correction.text.text.as_str())),
    ])
}
