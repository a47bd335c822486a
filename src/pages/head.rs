//! The `page` of every template: what stands in a page's head, and the way to it from home. Nothing here may depend on the
//! archive: an article's head changes when the article does.

use super::inputs::Input;
use super::{Entries, Page, Site, machines};
use crate::content::dates::Stamp;

/// What a page kind says of itself.
pub struct Head<'a> {
    /// Its title without the site's name.
    pub title: Input<'a>,
    /// One sentence about it.
    pub description: Input<'a>,
    /// Search engines are asked to leave it out.
    pub noindex: bool,
    /// From when search engines are asked to leave it out.
    pub expires: Option<Stamp>,
    /// Where it is canonically, if not here.
    pub canonical: Option<&'a str>,
    /// Its language, if not the site's.
    pub language: Option<&'a str>,
    /// The way from home: titles and URLs.
    pub breadcrumbs: Vec<(Input<'a>, String)>,
    /// Its picture in full, and what that shows.
    pub image: Option<(String, &'a str)>,
    /// Its own feed: title and path.
    pub feed: Option<(String, String)>,
    /// Copies of it for programs: media type and path.
    pub copies: Vec<(&'static str, String)>,
    /// The same in other languages: language and URL.
    pub translations: Option<&'a std::collections::BTreeMap<String, String>>,
    /// What it is to social networks (the Open Graph protocol's `og:type`).
    pub social: &'static str,
}

impl Default for Head<'_> {
    fn default() -> Self {
        Self {
            title: Input::text(""),
            description: Input::text(""),
            noindex: false,
            expires: None,
            canonical: None,
            language: None,
            breadcrumbs: Vec::new(),
            image: None,
            feed: None,
            copies: Vec::new(),
            translations: None,
            social: "website",
        }
    }
}

impl<'a> Head<'a> {
    /// As an input.
    pub fn of(self, page: &Page, site: &Site<'a>) -> (&'static str, Input<'a>) {
        let config = site.config;
        let home = (Input::text(config.title.as_str()), "/".to_string());
        let crumbs = std::iter::once(home)
            .chain(self.breadcrumbs)
            .filter(|(_, url)| *url != page.url)
            .map(|(title, url)| Input::map([("title", title), ("url", Input::url(url))]));
        let language = self.language.unwrap_or(&config.language);
        let image = self.image.or_else(|| {
            let social = &config.machines.social;
            Some((config.whole(social.image.as_deref()?), social.image_alt.as_str()))
        });
        let copies = self
            .copies
            .into_iter()
            .map(|(kind, url)| Input::map([("type", Input::text(kind)), ("url", Input::url(url))]));
        // A set of translations names every one of them, the page itself too.
        let translations = self.translations.filter(|t| !t.is_empty()).into_iter().flat_map(|all| {
            let own = Input::map([("language", Input::text(language)), ("url", Input::Absolute(page.url.clone()))]);
            let others = all.iter().filter(|(other, _)| *other != language).map(|(language, url)| {
                Input::map([("language", Input::text(language.as_str())), ("url", Input::text(url.as_str()))])
            });
            std::iter::once(own).chain(others).collect::<Vec<_>>()
        });
        let entries = Entries::seen(site.fields(page, "page"))
            .and("kind", || Input::text(page.kind().name()))
            .and("url", || Input::url(page.url.clone()))
            .and("canonical", || match self.canonical {
                Some(url) => Input::text(url),
                None => Input::Absolute(page.url.clone()),
            })
            .and("title", || self.title)
            .and("description", || self.description)
            .and("noindex", || Input::Bool(self.noindex))
            .and("expires", || Input::option(self.expires, Input::Instant))
            .and("language", || Input::text(language))
            .and("breadcrumbs", || Input::list(crumbs))
            .and("image", || {
                Input::option(image, |(url, alt)| Input::map([("url", Input::text(url)), ("alt", Input::text(alt))]))
            })
            .and("feed", || {
                Input::option(self.feed, |(title, url)| {
                    Input::map([("title", Input::text(title)), ("url", Input::url(url))])
                })
            })
            .and("copies", || Input::list(copies))
            .and("translations", || Input::list(translations))
            .and("social", || Input::text(self.social));
        ("page", Input::Map(entries.made))
    }
}

/// The feeds of the site itself, as its globals name them.
pub fn feeds<'a>(site: &Site<'a>) -> Input<'a> {
    let config = site.config;
    let feeds = &config.machines.feeds;
    let all = [
        (feeds.atom, "application/atom+xml", machines::atom::URL),
        (feeds.rss, "application/rss+xml", machines::rss::URL),
        (feeds.json, "application/feed+json", machines::json_feed::URL),
    ];
    Input::list(
        all.into_iter()
            .filter(|(there, ..)| *there)
            .map(|(_, kind, url)| Input::map([("type", Input::text(kind)), ("url", Input::url(url.to_string()))])),
    )
}
