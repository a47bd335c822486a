//! Copies of an article for programs, if site.toml asks for them: `…/slug/index.json` and `…/slug/index.md`. The manual's
//! page on data describes them; a change that breaks readers gets a new `version`.

use super::llms::plain;
use super::{authors, guid, image, modified};
use crate::archive::{Archive, ArticleId, EntityId};
use crate::config::Config;
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site};

/// Where the JSON of an article is.
pub fn json_url(article: &str) -> String {
    format!("{article}index.json")
}

/// Where the Markdown of an article is.
pub fn markdown_url(article: &str) -> String {
    format!("{article}index.md")
}

/// An article as JSON; the subject is the article.
pub struct ArticleJson;

impl Kind for ArticleJson {
    fn name(&self) -> &'static str {
        "article_json"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Json)
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.data.json {
            archive.about.iter().enumerate().for_each(|(i, about)| add(json_url(&about.url), i as u32, 0));
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        record(site, ArticleId(page.subject))
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<crate::pages::Source> {
        Some(crate::pages::Source::file(&*archive.article(ArticleId(page.subject)).prose.path))
    }
}

/// An article as Markdown; the subject is the article.
pub struct ArticleMarkdown;

impl Kind for ArticleMarkdown {
    fn name(&self) -> &'static str {
        "article_markdown"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Text)
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.data.markdown {
            archive.about.iter().enumerate().for_each(|(i, about)| add(markdown_url(&about.url), i as u32, 0));
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let id = ArticleId(page.subject);
        let article = site.archive.article(id);
        let url = site.archive.about(id).url.as_str();
        let mut head = format!("# {}\n\n", plain(&article.title.text));
        if article.has_standfirst {
            head.push_str(&format!("> {}\n\n", plain(&article.summary)));
        }
        let mut facts = vec![match article.when.has_time {
            true => article.when.rfc3339(&site.config.time_zone),
            false => article.when.day.to_string(),
        }];
        facts.extend(article.place.as_deref().map(plain));
        facts.extend(article.authors.iter().map(|a| plain(&a.name)));
        facts.push(format!("<{}>", site.config.absolute(&crate::content::links::ascii_encoded(url))));
        head.push_str(&format!("{}\n\n", facts.join(" · ")));
        let mut foot = String::from("\n");
        for correction in &article.corrections {
            let label = site.strings.correction(correction.kind.word());
            foot.push_str(&format!("\n**{label}** ({}): {}\n", correction.date.day, plain(&correction.text.text)));
        }
        vec![("head", Input::text(head)), ("body", Input::Markdown(&article.prose, url)), ("foot", Input::text(foot))]
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<crate::pages::Source> {
        Some(crate::pages::Source::file(&*archive.article(ArticleId(page.subject)).prose.path))
    }
}

/// Everything that is published of an article. The editor's own keys are not: nobody said that they are for others.
pub fn record<'a>(site: &Site<'a>, id: ArticleId) -> Inputs<'a> {
    let archive = site.archive;
    let article = archive.article(id);
    let about = archive.about(id);
    let name = |id: EntityId| {
        let entity = archive.entity(id);
        Input::map([("name", Input::text(entity.name.as_str())), ("url", Input::uri(entity.url()))])
    };
    let person = |id: &EntityId| {
        let entity = archive.entity(*id);
        let same_as = archive.record(*id).into_iter().flat_map(|r| r.same_as.iter().map(|u| Input::text(u.as_str())));
        Input::compact([
            ("name", Input::text(entity.name.as_str())),
            ("url", Input::uri(entity.url())),
            ("same_as", Input::list(same_as)),
        ])
    };
    let sources = article.sources.iter().zip(&about.names.sources).map(|(credit, publisher)| {
        Input::compact([
            ("publisher", Input::option(*publisher, name)),
            ("title", Input::option(credit.title.as_deref(), Input::text)),
            ("url", Input::option(credit.url.as_deref(), Input::text)),
            ("date", Input::option(credit.date, Input::Time)),
        ])
    });
    let corrections = article.corrections.iter().map(|c| {
        Input::map([
            ("date", Input::Time(c.date)),
            ("kind", Input::text(c.kind.word())),
            ("text", Input::text(c.text.text.as_str())),
        ])
    });
    let picture = article.image.as_ref().and_then(|i| Some((i, image(site, article)?))).map(|(i, src)| {
        Input::compact([
            ("url", Input::text(src)),
            ("alt", Input::text(i.alt.as_str())),
            ("caption", Input::option(i.caption.as_ref(), |c| Input::text(c.text.as_str()))),
            ("credit", Input::option(i.credit.as_deref(), Input::text)),
        ])
    });
    Input::present([
        ("version", Input::Int(1)),
        ("id", Input::text(guid(site, id))),
        ("url", Input::uri(about.url.as_str())),
        ("canonical_url", Input::option(article.canonical_url.as_deref(), Input::text)),
        ("title", Input::text(article.title.text.as_str())),
        ("date", Input::Time(article.when)),
        ("day", Input::Day(article.when.day)),
        ("modified", Input::Instant(modified(article))),
        ("summary", Input::text(article.summary.as_str())),
        ("kicker", Input::option(article.kicker.as_deref(), Input::text)),
        ("place", Input::option(article.place.as_deref(), Input::text)),
        ("genre", Input::option(article.genre, |g| Input::text(g.word()))),
        ("language", Input::text(article.language.as_deref().unwrap_or(&site.config.language))),
        ("authors", authors(article, "name", "url")),
        ("tags", Input::list(about.names.tags.iter().map(|id| name(*id)))),
        ("people", Input::list(about.names.people.iter().map(person))),
        ("thread", Input::option(about.names.thread, name)),
        ("sources", Input::list(sources)),
        ("corrections", Input::list(corrections)),
        ("image", picture.unwrap_or(Input::None)),
        ("words", Input::Int(i64::from(article.prose.facts.words))),
        ("html", Input::Syndicated(&article.prose, about.url.as_str())),
    ])
}
