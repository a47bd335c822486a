//! Which articles may be seen at an instant, and when that next changes.

use crate::content::Article;
use jiff::Timestamp;
use std::sync::Arc;

/// Why an article is withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Its author is not done.
    Draft,
    /// Its date is still to come.
    Scheduled(Timestamp),
    /// Its embargo has not passed.
    Embargoed(Timestamp),
    /// Its time is over.
    Expired(Timestamp),
}

impl Reason {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled(_) => "scheduled",
            Self::Embargoed(_) => "embargoed",
            Self::Expired(_) => "expired",
        }
    }

    /// When it begins or ceased to be visible.
    pub fn at(self) -> Option<Timestamp> {
        match self {
            Self::Draft => None,
            Self::Scheduled(at) | Self::Embargoed(at) | Self::Expired(at) => Some(at),
        }
    }
}

/// Which withheld articles a preview shows all the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Drafts.
    pub drafts: bool,
    /// Articles whose date or embargo is still to come.
    pub future: bool,
}

/// What is not shown.
#[derive(Debug, Default)]
pub struct Withheld {
    /// Articles, by path.
    pub articles: Vec<WithheldArticle>,
    /// Files that are not articles: drafts of records and pages, records that only withheld articles name.
    pub others: Vec<String>,
    /// Of these, records that are suppressed or that only withheld articles name.
    pub unnamed: Vec<String>,
    /// Where all of them would be.
    pub urls: Vec<String>,
    /// When the next of them appears by itself.
    pub next: Option<Timestamp>,
}

/// One withheld article: enough to say so, nothing to publish.
#[derive(Debug)]
pub struct WithheldArticle {
    /// The file.
    pub path: String,
    /// The slug, which a briefing may name.
    pub slug: String,
    /// The day it belongs to.
    pub day: jiff::civil::Date,
    /// Why.
    pub reason: Reason,
    /// What it would be indexed by, as written: tags, people, thread, publishers.
    pub names: [Vec<String>; 4],
}

impl Withheld {
    /// Withholds a file that is not an article.
    pub fn hide(&mut self, path: &str, url: String) {
        self.others.push(path.to_string());
        self.urls.push(url);
    }

    /// Every withheld file.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.articles.iter().map(|a| a.path.as_str()).chain(self.others.iter().map(String::as_str))
    }
}

/// An article that is shown, and why it would not be if this were no preview.
pub type Shown = (Arc<Article>, Option<Reason>);

/// Separates what may be seen from what may not; `url` says where an article would be.
pub fn split(
    articles: Vec<Arc<Article>>,
    as_of: Timestamp,
    allowed: Allowed,
    url: &dyn Fn(&Article) -> String,
) -> (Vec<Shown>, Withheld) {
    let mut shown = Vec::with_capacity(articles.len());
    let mut withheld = Withheld::default();
    for article in articles {
        let reasons = reasons(&article, as_of);
        let hidden = reasons.iter().flatten().any(|r| match r {
            Reason::Draft => !allowed.drafts,
            Reason::Scheduled(_) | Reason::Embargoed(_) => !allowed.future,
            Reason::Expired(_) => true,
        });
        let first = reasons.into_iter().flatten().next();
        match first {
            Some(reason) if hidden => {
                if let Some(at) = appears(&article, as_of) {
                    withheld.next = Some(withheld.next.map_or(at, |next| next.min(at)));
                }
                withheld.urls.extend([url(&article), super::days::url(article.when.day)]);
                withheld.articles.push(WithheldArticle {
                    path: article.prose.path.to_string(),
                    slug: article.slug.clone(),
                    day: article.when.day,
                    reason,
                    names: [
                        article.tags.clone(),
                        article.people.clone(),
                        article.thread.iter().cloned().collect(),
                        article.sources.iter().filter_map(|s| s.publisher.clone()).collect(),
                    ],
                });
            }
            status => shown.push((article, status)),
        }
    }
    withheld.articles.sort_by(|a, b| a.path.cmp(&b.path));
    (shown, withheld)
}

/// All reasons to withhold an article, the strongest first.
fn reasons(article: &Article, as_of: Timestamp) -> [Option<Reason>; 4] {
    let past = |at: Timestamp| at <= as_of;
    [
        article.draft.then_some(Reason::Draft),
        article.expires.map(|s| s.instant).filter(|at| past(*at)).map(Reason::Expired),
        article.embargo.map(|s| s.instant).filter(|at| !past(*at)).map(Reason::Embargoed),
        Some(article.when.instant).filter(|at| !past(*at)).map(Reason::Scheduled),
    ]
}

/// When an article begins to be visible with nobody touching it.
fn appears(article: &Article, as_of: Timestamp) -> Option<Timestamp> {
    let at = article.when.instant.max(article.embargo.map_or(Timestamp::MIN, |e| e.instant));
    let comes = !article.draft && at > as_of && article.expires.is_none_or(|e| e.instant > at);
    comes.then_some(at)
}
