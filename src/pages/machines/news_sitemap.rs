//! `/news-sitemap.xml`: the articles of the last two days, for Google News. The one page that ages by the clock alone.

use crate::archive::{Archive, ArticleId};
use crate::config::Config;
use crate::content::Article;
use crate::content::dates::Stamp;
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site};
use jiff::{SignedDuration, Timestamp};

/// Where it is.
pub const URL: &str = "/news-sitemap.xml";

/// How long an article is news, and how many may be in the file (Google Search Central, "Create a news sitemap").
pub const NEWS: SignedDuration = SignedDuration::from_hours(48);
const MOST: usize = 1000;

/// The news sitemap.
pub struct NewsSitemap;

/// When an article was published: an embargo holds it back.
pub fn published(article: &Article) -> Stamp {
    article.embargo.into_iter().chain([article.when]).max_by_key(|stamp| stamp.instant).unwrap_or(article.when)
}

/// The moment at which an article is no longer news.
pub fn ages(article: &Article) -> Timestamp {
    published(article).instant.saturating_add(NEWS).unwrap_or(Timestamp::MAX)
}

impl Kind for NewsSitemap {
    fn name(&self) -> &'static str {
        "news_sitemap"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Xml)
    }

    fn plan(&self, _: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.crawlers.news_sitemap {
            add(URL.to_string(), 0, 0);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, _: &Page) -> Inputs<'a> {
        let archive = site.archive;
        let mut news: Vec<(Stamp, usize)> = archive
            .articles
            .iter()
            .enumerate()
            .filter(|(_, a)| !a.noindex && !a.is_retracted() && a.canonical_url.is_none())
            // A preview shows what is still to come; crawlers are not told of it.
            .filter(|(_, a)| published(a).instant <= archive.as_of && archive.as_of < ages(a))
            .map(|(i, a)| (published(a), i))
            .collect();
        news.sort_by_key(|(at, i)| std::cmp::Reverse((at.instant, *i)));
        news.truncate(MOST);
        let urls = news.into_iter().map(|(at, i)| {
            let article = &archive.articles[i];
            let language = article.language.as_deref().unwrap_or(&site.config.language);
            let publication = Input::map([
                ("news:name", Input::text(site.config.title.as_str())),
                ("news:language", Input::text(iso_639(language))),
            ]);
            let news = Input::map([
                ("news:publication", publication),
                ("news:publication_date", Input::Instant(at)),
                ("news:title", Input::Showing(ArticleId(i as u32), Box::new(Input::text(article.title.text.as_str())))),
            ]);
            Input::map([("loc", Input::uri(archive.about[i].url.as_str())), ("news:news", news)])
        });
        let urlset = Input::compact([
            ("@xmlns", Input::text("http://www.sitemaps.org/schemas/sitemap/0.9")),
            ("@xmlns:news", Input::text("http://www.google.com/schemas/sitemap-news/0.9")),
            ("url", Input::list(urls)),
        ]);
        vec![("urlset", urlset)]
    }
}

/// ISO 639 in two or three letters; of Chinese, which (as the news schema wants it).
fn iso_639(tag: &str) -> String {
    let lower = tag.to_ascii_lowercase();
    let mut parts = lower.split('-');
    match (parts.next(), parts.next()) {
        (Some("zh"), Some("tw" | "hant" | "hk" | "mo")) => "zh-tw".to_string(),
        (Some("zh"), _) => "zh-cn".to_string(),
        (primary, _) => primary.unwrap_or("en").to_string(),
    }
}
