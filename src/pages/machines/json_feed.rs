//! JSON Feed 1.1: `/feed.json`.

use super::{authors, foreign, guid, image, modified, parts, publisher, tags};
use crate::archive::{Archive, ArticleId};
use crate::config::{Config, FullText};
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site};

/// Where it is.
pub const URL: &str = "/feed.json";

/// The feed.
pub struct JsonFeed;

impl Kind for JsonFeed {
    fn name(&self) -> &'static str {
        "json_feed"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Json)
    }

    fn plan(&self, _: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.feeds.json {
            add(URL.to_string(), 0, 0);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let config = site.config;
        let newest = parts::newest(site.archive, config.machines.feeds.entries);
        let ids =
            (newest.start as u32..newest.end as u32).rev().map(ArticleId).filter(|id| site.archive.is_listed(*id));
        let hub = config
            .machines
            .feeds
            .hub
            .as_deref()
            .map(|hub| Input::list([Input::map([("type", Input::text("WebSub")), ("url", Input::text(hub))])]));
        let mut feed = vec![
            ("version", Input::text("https://jsonfeed.org/version/1.1")),
            ("title", Input::text(config.title.as_str())),
            ("home_page_url", Input::uri("/")),
            ("feed_url", Input::uri(page.url.clone())),
            ("description", Input::text(config.description.as_str())),
            ("language", Input::text(config.language.as_str())),
            (
                "authors",
                Input::list([Input::map([("name", Input::text(publisher(config))), ("url", Input::uri("/"))])]),
            ),
        ];
        feed.extend(hub.map(|hub| ("hubs", hub)));
        feed.push(("items", Input::list(ids.map(|id| item(site, id)))));
        feed
    }
}

fn item<'a>(site: &Site<'a>, id: ArticleId) -> Input<'a> {
    let article = site.archive.article(id);
    let url = site.archive.about(id).url.as_str();
    let whole = site.config.machines.feeds.full_text.contains(&FullText::Site);
    let mut entries = vec![
        ("id", Input::text(guid(site, id))),
        ("url", Input::uri(url)),
        ("title", Input::Showing(id, Box::new(Input::text(article.title.text.as_str())))),
        // An item has one of the two, even if there is nothing in it.
        match whole {
            true => ("content_html", Input::Syndicated(&article.prose, url)),
            false => ("content_text", Input::text(article.summary.as_str())),
        },
    ];
    entries.extend(Input::present([
        ("summary", Input::text(article.summary.as_str())),
        ("image", Input::option(image(site, article), Input::text)),
        ("date_published", Input::Instant(article.when)),
        ("date_modified", Input::Instant(modified(article))),
        ("authors", authors(article, "name", "url")),
        ("tags", Input::list(tags(site, id).map(Input::text))),
        ("language", Input::option(foreign(site, article), Input::text)),
    ]));
    Input::Map(entries)
}
