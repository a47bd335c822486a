//! RSS 2.0: `/rss.xml`.

use super::{guid, image, last_modified, parts, tags};
use crate::archive::{Archive, ArticleId};
use crate::config::{Config, FullText};
use crate::content::dates::Stamp;
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site};

/// Where it is.
pub const URL: &str = "/rss.xml";

/// The feed.
pub struct Rss;

impl Kind for Rss {
    fn name(&self) -> &'static str {
        "rss"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Xml)
    }

    fn plan(&self, _: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.feeds.rss {
            add(URL.to_string(), 0, 0);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let config = site.config;
        let newest = parts::newest(site.archive, config.machines.feeds.entries);
        let ids = || (newest.start as u32..newest.end as u32).rev().map(ArticleId);
        let link = |rel: &'static str, href| Input::map([("@rel", Input::text(rel)), ("@href", href)]);
        let hub = config.machines.feeds.hub.as_deref().map(|hub| link("hub", Input::text(hub)));
        let links = std::iter::once(link("self", Input::uri(page.url.clone()))).chain(hub);
        // The element must be there, and must not be empty.
        let description = if config.description.is_empty() { &config.title } else { &config.description };
        let updated = last_modified(site.archive, ids());
        let channel = Input::compact([
            ("title", Input::text(config.title.as_str())),
            ("link", Input::uri("/")),
            ("description", Input::text(description.as_str())),
            ("language", Input::text(config.language.as_str())),
            ("copyright", Input::option(config.copyright.as_deref(), Input::text)),
            ("lastBuildDate", Input::option(updated, |at| date(config, at))),
            ("generator", Input::text("Dateline")),
            ("atom:link", Input::list(links)),
            ("item", Input::list(ids().filter(|id| site.archive.is_listed(*id)).map(|id| item(site, id)))),
        ]);
        let rss = Input::map([
            ("@version", Input::text("2.0")),
            ("@xmlns:atom", Input::text("http://www.w3.org/2005/Atom")),
            ("@xmlns:content", Input::text("http://purl.org/rss/1.0/modules/content/")),
            ("@xmlns:dc", Input::text("http://purl.org/dc/elements/1.1/")),
            ("@xmlns:media", Input::text("http://search.yahoo.com/mrss/")),
            ("channel", channel),
        ]);
        vec![("rss", rss)]
    }
}

fn item<'a>(site: &Site<'a>, id: ArticleId) -> Input<'a> {
    let article = site.archive.article(id);
    let url = site.archive.about(id).url.as_str();
    let whole = site.config.machines.feeds.full_text.contains(&FullText::Site);
    Input::compact([
        ("title", Input::Showing(id, Box::new(Input::text(article.title.text.as_str())))),
        ("link", Input::uri(url)),
        ("guid", Input::map([("@isPermaLink", Input::text("false")), ("#", Input::text(guid(site, id)))])),
        ("pubDate", date(site.config, article.when)),
        ("dc:creator", Input::list(article.authors.iter().map(|a| Input::text(a.name.as_str())))),
        ("category", Input::list(tags(site, id).map(Input::text))),
        ("description", Input::text(article.summary.as_str())),
        ("content:encoded", if whole { Input::Syndicated(&article.prose, url) } else { Input::None }),
        (
            "media:content",
            Input::option(image(site, article), |src| {
                Input::map([("@url", Input::text(src)), ("@medium", Input::text("image"))])
            }),
        ),
    ])
}

/// RFC 822 with a year of four digits, as RSS wants it.
fn date<'a>(config: &Config, at: Stamp) -> Input<'a> {
    let at = at.instant.to_zoned(config.time_zone.clone());
    Input::text(at.strftime("%a, %d %b %Y %H:%M:%S %z").to_string())
}
