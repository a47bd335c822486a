//! `/2025/03/16/slug/`: one article.
//!
//! The law: no new story changes it but the next one in time and the next one of its thread. Nothing here may depend on
//! the whole archive.

use super::inputs::{Input, picture};
use super::{Entries, Form, Head, Inputs, Kind, Page, Site, day, json_ld, machines, person};
use crate::archive::{Archive, ArticleId, EntityId, related};
use crate::config::{Config, Detect};
use crate::content::article::Article;
use crate::fingerprint::Fingerprint;
use crate::theme::value::Value;

/// An article's page; the subject is the article.
pub struct ArticlePage;

/// How many earlier articles of its thread "the story so far" shows.
const SO_FAR: usize = 4;

/// Silent reading speed of adults, in words a minute (Brysbaert 2019, Journal of Memory and Language 109: 238 for
/// non-fiction).
const WORDS_A_MINUTE: u32 = 238;

impl Kind for ArticlePage {
    fn name(&self) -> &'static str {
        "article"
    }

    fn form(&self) -> Form {
        Form::Template("article.html")
    }

    fn plan(&self, archive: &Archive, _: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        for (i, about) in archive.about.iter().enumerate() {
            add(about.url.clone(), i as u32, 0);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let archive = site.archive;
        let id = ArticleId(page.subject);
        let article: &'a Article = archive.article(id);
        let about = archive.about(id);
        let edition = about.day.map(|day| &archive.days[day as usize]);
        let listed = |i: &u32| archive.is_listed(ArticleId(*i));
        let neighbour = |i: Option<u32>| Input::option(i, |i| Input::Card(ArticleId(i)));
        let end = archive.articles.len() as u32;
        let shown = |name: &'static str, make: &dyn Fn() -> Input<'a>| {
            (name, if site.shows(page, name) { make() } else { Input::None })
        };
        let in_head = site.fields(page, "page");
        let day_of = edition.filter(|_| in_head.has("breadcrumbs"));
        let head = Head {
            title: Input::of(&article.prose.path, Input::text(article.title.text.as_str())),
            description: Input::of(&article.prose.path, Input::text(article.summary.as_str())),
            noindex: article.noindex || article.is_retracted(),
            canonical: article.canonical_url.as_deref(),
            language: article.language.as_deref(),
            breadcrumbs: day_of.map(|e| (day::words(site, e.date, "medium"), e.url())).into_iter().collect(),
            expires: article.expires,
            image: machines::image(site, article)
                .zip(article.image.as_ref())
                .map(|(src, image)| (src, image.alt.as_str())),
            copies: if in_head.has("copies") { copies(site, &about.url) } else { Vec::new() },
            translations: Some(&article.translations),
            social: "article",
            ..Head::default()
        };
        vec![
            head.of(page, site),
            ("article", full(site, page, id)),
            shown("briefing", &|| match edition {
                Some(edition) => Input::Map(day::brief(site, edition)),
                // The day of a retracted article may have no other.
                None => Input::map([
                    ("day", Input::Day(article.when.day)),
                    ("url", Input::url("/archive/".to_string())),
                    ("title", Input::text(site.strings.get("archive").to_string())),
                ]),
            }),
            shown("previous", &|| neighbour((0..page.subject).rev().find(listed))),
            shown("next", &|| neighbour((page.subject + 1..end).find(listed))),
            shown("story", &|| story(site, id)),
            shown("related", &|| Input::cards(related::of(archive, id))),
        ]
    }

    fn json_ld(&self, view: &json_ld::View) -> Vec<Value> {
        json_ld::article(view)
    }

    fn latest(&self, _: &Archive, _: &Config, page: &Page) -> Option<ArticleId> {
        Some(ArticleId(page.subject))
    }

    fn is_permanent(&self, _: &Page) -> bool {
        true
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<super::Source> {
        let article = archive.article(ArticleId(page.subject));
        Some(super::Source { path: article.prose.path.to_string(), span: Some(article.address_spans[0].clone()) })
    }
}

/// Everything about an article: its card, and what only its own page shows.
fn full<'a>(site: &Site<'a>, page: &Page, id: ArticleId) -> Input<'a> {
    let article: &'a Article = site.archive.article(id);
    let path = &article.prose.path;
    let more = Entries::seen(site.fields(page, "article"))
        .and("standfirst", || Input::option(article.has_standfirst.then_some(article.summary.as_str()), Input::text))
        .and("body", || Input::Body(&article.prose, first_mentions(site, id)))
        .and("toc", || Input::Toc(&article.prose))
        .and("authors", || {
            Input::list(article.authors.iter().map(|a| {
                Input::map([
                    ("name", Input::text(a.name.as_str())),
                    ("url", Input::option(a.url.as_deref(), Input::text)),
                ])
            }))
        })
        .and("updated", || Input::option(article.updated, Input::Time))
        .and("published", || Input::Instant(article.when))
        .and("modified", || Input::Instant(machines::modified(article)))
        .and("mentions", || mentions(site, id))
        .and("sources", || credits(site, id))
        .and("cast", || cast(site, id))
        .and("corrections", || Input::list((0..article.corrections.len()).map(|n| correction(site, article, n))))
        .and("retracted", || Input::Bool(article.is_retracted()))
        .and("image", || Input::option(article.image.as_ref(), |i| picture(site, path, i, true)))
        .and("words", || Input::Words(&article.prose, 1))
        .and("minutes", || Input::Words(&article.prose, WORDS_A_MINUTE))
        .and("language", || Input::option(article.language.as_deref(), Input::text))
        .and("sensitivity", || Input::option(article.sensitivity.as_deref(), Input::text))
        .and("extra", || Input::Extra(&article.extra));
    Input::CardAnd(id, more.made)
}

/// The people of an article, with the pages elsewhere that say who they are.
fn mentions<'a>(site: &Site<'a>, id: ArticleId) -> Input<'a> {
    let archive = site.archive;
    Input::list(archive.about(id).names.people.iter().map(|id| {
        let entity = archive.entity(*id);
        let same_as = archive.record(*id).into_iter().flat_map(|r| r.same_as.iter().map(|u| Input::text(u.as_str())));
        Input::map([
            ("name", Input::text(entity.name.as_str())),
            ("url", Input::url(entity.url())),
            ("same_as", Input::list(same_as)),
        ])
    }))
}

/// Where people's names become links.
fn first_mentions<'a>(site: &Site<'a>, id: ArticleId) -> &'a [(std::ops::Range<u32>, EntityId)] {
    if site.config.detect == Detect::Link { &site.archive.about(id).names.first } else { &[] }
}

/// The people of an article, each with the office held on its day.
fn cast<'a>(site: &Site<'a>, id: ArticleId) -> Input<'a> {
    let names = &site.archive.about(id).names;
    let day = site.archive.article(id).when.day;
    Input::list(names.people.iter().zip(&names.mentions).map(|(person, count)| {
        Input::map([
            ("of", Input::Name(*person)),
            ("role", person::role_on(site, *person, day)),
            ("count", Input::Int(i64::from(*count))),
        ])
    }))
}

/// Copies of the page for programs.
fn copies(site: &Site, url: &str) -> Vec<(&'static str, String)> {
    let data = &site.config.machines.data;
    let json = data.json.then(|| ("application/json", machines::article_data::json_url(url)));
    let markdown = data.markdown.then(|| ("text/markdown", machines::article_data::markdown_url(url)));
    json.into_iter().chain(markdown).collect()
}

fn credits<'a>(site: &Site<'a>, id: ArticleId) -> Input<'a> {
    let article: &'a Article = site.archive.article(id);
    let publishers = &site.archive.about(id).names.sources;
    Input::list(article.sources.iter().zip(publishers).map(|(credit, publisher)| {
        Input::map([
            ("publisher", Input::option(*publisher, Input::Name)),
            ("title", Input::option(credit.title.as_deref(), Input::text)),
            ("url", Input::option(credit.url.as_deref(), Input::text)),
            ("date", Input::option(credit.date, Input::Time)),
        ])
    }))
}

/// The anchor of the `n`th correction of an article.
pub(super) fn correction_id(n: usize) -> String {
    format!("{}{}", crate::archive::links::CORRECTION, n + 1)
}

/// The anchor of the `n`th correction of an article on the page of all corrections: of its file, so that it stays.
pub(super) fn entry_id(article: &Article, n: usize) -> String {
    let file = Fingerprint::of(article.prose.path.as_bytes()).short();
    format!("_c-{file}-{}", n + 1)
}

/// The `n`th correction of an article, with the anchor that the corrections page leads to.
pub(super) fn correction<'a>(site: &Site<'a>, article: &'a Article, n: usize) -> Input<'a> {
    let correction = &article.corrections[n];
    let kind = correction.kind.word();
    Input::map([
        ("id", Input::text(correction_id(n))),
        ("date", Input::Time(correction.date)),
        ("kind", Input::text(kind)),
        ("label", Input::text(site.strings.correction(kind).to_string())),
        ("text", Input::html(&correction.text.html)),
        ("plain", Input::text(correction.text.text.as_str())),
        ("entry", Input::Anchor("/corrections/".to_string(), entry_id(article, n))),
    ])
}

/// An article's place in its thread: bounded neighbours only.
fn story<'a>(site: &Site<'a>, id: ArticleId) -> Input<'a> {
    let Some(thread) = site.archive.about(id).names.thread else { return Input::None };
    let articles = &site.archive.entity(thread).articles;
    let at = articles.partition_point(|a| *a < id);
    Input::map([
        ("thread", Input::Name(thread)),
        ("previous", Input::option(at.checked_sub(1), |i| Input::Card(articles[i]))),
        ("next", Input::option(articles[at..].iter().find(|a| **a > id), |a| Input::Card(*a))),
        ("so_far", Input::cards(articles[at.saturating_sub(SO_FAR)..at].iter().copied())),
    ])
}
