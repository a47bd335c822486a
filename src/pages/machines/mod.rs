//! Pages that machines read: feeds, sitemaps, data, the tables of hosts. One file per kind; what several of them say of an
//! article stands here.
//!
//! The law of the year-old reader: whatever identifies an article to a program ([`guid`]) does not change when its address
//! does, and whatever says when it changed ([`modified`]) says when its content did.

pub mod archive_json;
pub mod article_data;
pub mod atom;
pub mod dump;
pub mod hosts;
pub mod json_feed;
pub mod llms;
pub mod news_sitemap;
pub mod opensearch;
pub mod parts;
pub mod people_data;
pub mod robots;
pub mod rss;
pub mod security;
pub mod sitemap;

use super::Site;
use super::inputs::{Input, picture_address};
use crate::archive::{Archive, ArticleId};
use crate::config::Config;
use crate::content::Article;
use crate::content::dates::Stamp;

/// When an article's content last changed: the latest of its date, its `updated` and its corrections. Never when a file was
/// touched or a site was built.
pub fn modified(article: &Article) -> Stamp {
    let corrections = article.corrections.iter().map(|c| c.date);
    let all = corrections.chain(article.updated).chain([article.when]);
    all.max_by_key(|stamp| stamp.instant).unwrap_or(article.when)
}

/// The moment of the last change among some articles.
pub fn last_modified(archive: &Archive, ids: impl Iterator<Item = ArticleId>) -> Option<Stamp> {
    ids.map(|id| modified(archive.article(id))).max_by_key(|stamp| stamp.instant)
}

/// What programs know an article by: its `guid`, else a tag URI (RFC 4151) of the first address it had.
pub fn guid(site: &Site, id: ArticleId) -> String {
    let article = site.archive.article(id);
    if let Some(guid) = &article.guid {
        return guid.clone();
    }
    let pattern = site.config.article_url.trim_matches('/');
    let first = article.aliases.iter().find(|alias| fits(pattern, alias));
    match first {
        Some(alias) => tag(site.config, &format!("/{alias}/")),
        None => tag(site.config, &site.archive.about(id).url),
    }
}

/// A tag URI (RFC 4151) of a path of the site.
pub fn tag(config: &Config, path: &str) -> String {
    format!("tag:{}:{}", config.machines.feeds.tag, crate::content::links::ascii_encoded(path))
}

/// Whether a path could be an article's by the site's pattern. An alias that fits is an address it had here; others come
/// from systems before.
fn fits(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern, path);
    while let Some((before, rest)) = pattern.split_once('{') {
        let Some(after) = path.strip_prefix(before) else { return false };
        let Some((name, rest)) = rest.split_once('}') else { return false };
        let taken = match name {
            "year" => 4,
            "month" | "day" => 2,
            _ => after.find('/').unwrap_or(after.len()),
        };
        let Some((value, after)) = after.split_at_checked(taken) else { return false };
        let sound = if name == "slug" { !value.is_empty() } else { value.bytes().all(|b| b.is_ascii_digit()) };
        if !sound {
            return false;
        }
        (pattern, path) = (rest, after);
    }
    pattern == path
}

/// Who publishes the site.
pub fn publisher(config: &Config) -> &str {
    config.author.as_deref().unwrap_or(&config.title)
}

/// An article's picture in full, if it has one that can be shown.
pub fn image<'a>(site: &Site<'a>, article: &'a Article) -> Option<String> {
    let image = article.image.as_ref()?;
    picture_address(site, &article.prose.path, image).map(|src| {
        if src.starts_with('/') && !src.starts_with("//") { format!("{}{src}", site.config.origin) } else { src }
    })
}

/// The authors of an article as maps of `name` and `address`, named as a format names them.
pub fn authors<'a>(article: &'a Article, name: &'static str, address: &'static str) -> Input<'a> {
    Input::list(article.authors.iter().map(|author| {
        Input::compact([
            (name, Input::text(author.name.as_str())),
            (address, Input::option(author.url.as_deref(), Input::text)),
        ])
    }))
}

/// The names of an article's tags.
pub fn tags<'a>(site: &Site<'a>, id: ArticleId) -> impl Iterator<Item = &'a str> {
    let archive = site.archive;
    archive.about(id).names.tags.iter().map(move |tag| archive.entity(*tag).name.as_str())
}

/// An article's language, where it is not the site's.
pub fn foreign<'a>(site: &Site, article: &'a Article) -> Option<&'a str> {
    article.language.as_deref().filter(|language| *language != site.config.language)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn an_address_of_before_fits_the_pattern() {
        let pattern = "{year}/{month}/{day}/{slug}";
        assert!(fits(pattern, "2025/03/16/a-b"));
        assert!(!fits(pattern, "2025/3/16/a"));
        assert!(!fits(pattern, "2025/03/16/a/b"));
        assert!(!fits(pattern, "old/a"));
        assert!(fits("news/{slug}", "news/x"));
        assert!(!fits("news/{slug}", "news/"));
    }
}
