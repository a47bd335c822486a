//! `/sitemap.xml` and the files it names: `/sitemaps/2025-03.xml` for the articles, days and month of March 2025,
//! `/sitemaps/pages.xml`, `/sitemaps/tags.xml` and so on for the rest (sitemaps.org protocol 0.9).
//!
//! `lastmod` is when content changed. Pages for which nobody says when that was have none; those of tags, people, threads
//! and sources have none either, so that a new story does not rewrite a list of them all.

use super::{last_modified, modified, news_sitemap, parts};
use crate::archive::days::{month_url, year_url};
use crate::archive::{Archive, ArticleId};
use crate::config::Config;
use crate::content::EntityKind;
use crate::content::dates::Stamp;
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site};

/// The index.
pub const URL: &str = "/sitemap.xml";

/// The most URLs in one file: the protocol allows 50,000, and 50 MB.
const MOST: usize = 45_000;

/// A sitemap; the part says of what.
pub struct Sitemap;

const INDEX: u32 = 0;
const PAGES: u32 = 1;
/// Of entities: the part is this and the kind, the subject the first entity's place among its kind.
const ENTITIES: u32 = 2;
/// Of a month: the part is this and the number of the file; the subject is an article of it.
const MONTH: u32 = 6;

impl Kind for Sitemap {
    fn name(&self) -> &'static str {
        "sitemap"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Xml)
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if !config.machines.crawlers.sitemap {
            return;
        }
        add(URL.to_string(), 0, INDEX);
        for (url, subject, part) in files(archive) {
            add(url, subject, part);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let archive = site.archive;
        let namespace = ("@xmlns", Input::text("http://www.sitemaps.org/schemas/sitemap/0.9"));
        if page.part == INDEX {
            let files = files(archive).map(|(url, subject, part)| {
                let changed = (part >= MONTH).then(|| of_month(archive, subject, part)).flatten();
                entry("loc", Input::uri(url), changed)
            });
            let news =
                site.config.machines.crawlers.news_sitemap.then(|| entry("loc", Input::uri(news_sitemap::URL), None));
            let all = files.chain(news);
            return vec![("sitemapindex", Input::compact([namespace, ("sitemap", Input::list(all))]))];
        }
        let urls: Vec<Input<'a>> = match page.part {
            PAGES => pages(site),
            part if part < MONTH => {
                let kind = EntityKind::ALL[(part - ENTITIES) as usize];
                let ids = archive.of_kind(kind).skip(page.subject as usize).take(MOST);
                ids.map(|id| entry("loc", Input::uri(archive.entity(id).url()), None)).collect()
            }
            part => month(site, page.subject, part),
        };
        vec![("urlset", Input::compact([namespace, ("url", Input::List(urls))]))]
    }
}

/// Every file that the index names, with subject and part.
fn files(archive: &Archive) -> impl Iterator<Item = (String, u32, u32)> + '_ {
    let numbered = |name: &str, number: usize| match number {
        0 => format!("/sitemaps/{name}.xml"),
        n => format!("/sitemaps/{name}-{}.xml", n + 1),
    };
    let entities = EntityKind::ALL.into_iter().flat_map(move |kind| {
        let count = archive.of_kind(kind).count();
        (0..count.div_ceil(MOST)).map(move |n| (numbered(kind.plural(), n), (n * MOST) as u32, ENTITIES + kind as u32))
    });
    let months = parts::months(archive).flat_map(move |range| {
        let day = archive.articles[range.start].when.day;
        let name = format!("{:04}-{:02}", day.year(), day.month());
        (0..range.len().div_ceil(MOST)).map(move |n| (numbered(&name, n), range.start as u32, MONTH + n as u32))
    });
    std::iter::once(("/sitemaps/pages.xml".to_string(), 0, PAGES)).chain(entities).chain(months)
}

/// The articles of one file of a month.
fn articles(archive: &Archive, subject: u32, part: u32) -> impl DoubleEndedIterator<Item = ArticleId> + use<> {
    let month = parts::month(archive, archive.articles[subject as usize].when.day);
    let start = month.start + (part - MONTH) as usize * MOST;
    (start as u32..month.end.min(start + MOST) as u32).map(ArticleId)
}

fn of_month(archive: &Archive, subject: u32, part: u32) -> Option<Stamp> {
    last_modified(archive, articles(archive, subject, part))
}

fn month<'a>(site: &Site<'a>, subject: u32, part: u32) -> Vec<Input<'a>> {
    let archive = site.archive;
    let ids = articles(archive, subject, part);
    let wanted = |id: &ArticleId| {
        let article = archive.article(*id);
        !article.noindex && !article.is_retracted() && article.canonical_url.is_none()
    };
    let mut urls: Vec<Input> = ids
        .filter(wanted)
        .map(|id| entry("loc", Input::uri(archive.about(id).url.as_str()), Some(modified(archive.article(id)))))
        .collect();
    if part == MONTH {
        let first = archive.articles[subject as usize].when.day.first_of_month();
        let days = parts::days(archive, first);
        for day in days {
            urls.push(entry("loc", Input::uri(day.url()), last_modified(archive, day.articles.iter().copied())));
        }
        if !days.is_empty() {
            urls.push(entry("loc", Input::uri(month_url(first)), of_month(archive, subject, part)));
        }
    }
    urls
}

/// Everything that is neither of a month nor of an entity.
fn pages<'a>(site: &Site<'a>) -> Vec<Input<'a>> {
    let archive = site.archive;
    let newest = archive.days.iter().rev().take(site.config.front_days);
    let front = last_modified(archive, newest.flat_map(|d| d.articles.iter().copied()));
    let mut urls = vec![entry("loc", Input::uri("/"), front)];
    let indexes = ["/archive/", "/corrections/", "/people/", "/sources/", "/tags/", "/threads/"];
    urls.extend(indexes.map(|url| entry("loc", Input::uri(url), None)));
    for year in archive.days.chunk_by(|a, b| a.date.year() == b.date.year()) {
        urls.push(entry("loc", Input::uri(year_url(year[0].date.year())), None));
    }
    // A standing page can stand for the front page or an index only by being one of them.
    let standing = archive.standing.iter().filter(|s| !s.noindex && s.url != "/" && !indexes.contains(&s.url.as_str()));
    urls.extend(standing.map(|s| entry("loc", Input::uri(s.url.as_str()), None)));
    urls
}

fn entry<'a>(name: &'static str, url: Input<'a>, changed: Option<Stamp>) -> Input<'a> {
    Input::compact([(name, url), ("lastmod", Input::option(changed, Input::Instant))])
}
