//! Articles become an [`Archive`]: metadata only, interned, everything in a total order.
//!
//! Bodies are not here; nothing here knows a page or a template. What the same corpus gives is the same archive,
//! whatever order its files were found in.

pub mod days;
pub mod links;
pub mod mentions;
pub mod names;
pub mod near;
pub mod personal;
pub mod redirects;
pub mod related;
pub mod sorting;
pub mod withheld;

use crate::config::Config;
use crate::content::slug::fold;
use crate::content::{Article, BriefingRecord, EntityKind, Record, Standing};
use crate::diagnostics::{Code, Diagnostic};
use days::Day;
use jiff::Timestamp;
use mentions::Mention;
use rapidhash::RapidHashMap;
use rayon::prelude::*;
use std::sync::Arc;
use withheld::{Allowed, Reason, Withheld};

/// Everything that was read from the site's files.
#[derive(Clone, Default)]
pub struct Corpus {
    /// Articles, in any order.
    pub articles: Vec<Arc<Article>>,
    /// Records of all kinds.
    pub records: Vec<Arc<Record>>,
    /// Records of days.
    pub briefings: Vec<Arc<BriefingRecord>>,
    /// Standing pages.
    pub standing: Vec<Arc<Standing>>,
    /// Path of an article → the people found in its text.
    pub mentions: RapidHashMap<Arc<str>, Arc<[Mention]>>,
}

/// An article's place in [`Archive::articles`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleId(pub u32);

/// A tag's, person's, thread's or source's place in [`Archive::entities`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u32);

/// The whole archive as published.
pub struct Archive {
    /// In order of time, then path.
    pub articles: Vec<Arc<Article>>,
    /// What belongs to each article, in the same order.
    pub about: Vec<About>,
    /// By kind, then slug.
    pub entities: Vec<Entity>,
    /// People with one name, by that name folded.
    namesakes: RapidHashMap<String, Vec<EntityId>>,
    /// For each kind, the lines of its index in order.
    orders: [Vec<sorting::Sorted>; 4],
    /// By path.
    pub records: Vec<Arc<Record>>,
    /// Days that have articles, oldest first.
    pub days: Vec<Day>,
    /// By day.
    pub briefings: Vec<Arc<BriefingRecord>>,
    /// By URL.
    pub standing: Vec<Arc<Standing>>,
    /// Old addresses, by path.
    pub redirects: Vec<redirects::Redirect>,
    /// What is not shown.
    pub withheld: Withheld,
    /// The moment that this is the archive of. Only what ages by the clock alone may ask.
    pub as_of: Timestamp,
}

/// What the archive knows of an article besides the article itself.
pub struct About {
    /// Where it is published.
    pub url: String,
    /// Its day's place in [`Archive::days`]; a retracted article's day may have no other.
    pub day: Option<u32>,
    /// Why it would be withheld, if it is shown only in a preview.
    pub status: Option<Reason>,
    /// What it is indexed by.
    pub names: names::Names,
}

/// A tag, person, thread or source.
pub struct Entity {
    /// Which of the four.
    pub kind: EntityKind,
    /// Its part of the URL.
    pub slug: String,
    /// Its name: the record's, else as the earliest article spells it.
    pub name: String,
    /// Its record, by place in [`Archive::records`].
    pub record: Option<u32>,
    /// Its articles, oldest first.
    pub articles: Vec<ArticleId>,
}

impl Entity {
    /// Where its page is.
    pub fn url(&self) -> String {
        format!("/{}/{}/", self.kind.plural(), self.slug)
    }
}

impl Archive {
    /// An article.
    pub fn article(&self, id: ArticleId) -> &Article {
        &self.articles[id.0 as usize]
    }

    /// What belongs to an article.
    pub fn about(&self, id: ArticleId) -> &About {
        &self.about[id.0 as usize]
    }

    /// An entity.
    pub fn entity(&self, id: EntityId) -> &Entity {
        &self.entities[id.0 as usize]
    }

    /// The record of an entity.
    pub fn record(&self, id: EntityId) -> Option<&Record> {
        self.entity(id).record.map(|r| &*self.records[r as usize])
    }

    /// All entities of a kind, by slug.
    pub fn of_kind(&self, kind: EntityKind) -> impl Iterator<Item = EntityId> + '_ {
        let start = self.entities.partition_point(|e| e.kind < kind);
        let end = self.entities.partition_point(|e| e.kind <= kind);
        (start as u32..end as u32).map(EntityId)
    }

    /// Others who have records with a person's name.
    pub fn namesakes(&self, person: EntityId) -> impl Iterator<Item = EntityId> + '_ {
        let all = self.record(person).and_then(|r| self.namesakes.get(&fold(&r.name)));
        all.into_iter().flatten().copied().filter(move |other| *other != person)
    }

    /// The lines of the index of a kind, in order.
    pub fn order(&self, kind: EntityKind) -> &[sorting::Sorted] {
        &self.orders[kind as usize]
    }

    /// Whether an article is in lists, feeds and search: a retracted one keeps its address and nothing else.
    pub fn is_listed(&self, id: ArticleId) -> bool {
        !self.article(id).is_retracted()
    }

    /// The articles that are in lists, feeds and search, oldest first.
    pub fn listed(&self) -> impl DoubleEndedIterator<Item = ArticleId> + '_ {
        (0..self.articles.len() as u32).map(ArticleId).filter(|id| self.is_listed(*id))
    }

    /// The record of a day.
    pub fn briefing(&self, day: &Day) -> Option<&BriefingRecord> {
        day.record.map(|r| &*self.briefings[r as usize])
    }
}

/// Makes the archive of a corpus as it stands at `as_of`.
pub fn index(corpus: Corpus, config: &Config, as_of: Timestamp, allowed: Allowed) -> (Archive, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let Corpus { articles, mut records, mut briefings, mut standing, mentions } = corpus;

    let (mut shown, mut withheld) = withheld::split(articles, as_of, allowed, &|a| article_url(a, config));
    shown.par_sort_by(|(a, _), (b, _)| (a.when.instant, &a.prose.path).cmp(&(b.when.instant, &b.prose.path)));
    let (articles, statuses): (Vec<Arc<Article>>, Vec<Option<Reason>>) = shown.into_iter().unzip();
    records.sort_by(|a, b| a.prose.path.cmp(&b.prose.path));
    briefings.sort_by(|a, b| (a.day, &a.prose.path).cmp(&(b.day, &b.prose.path)));
    let mut show = |draft: bool, path: &str, url: String| {
        let shown = !draft || allowed.drafts;
        if !shown {
            withheld.hide(path, url);
        }
        shown
    };
    standing.retain(|s| show(s.draft, &s.prose.path, s.url.clone()));
    records.retain(|r| show(r.draft, &r.prose.path, r.url()));
    briefings.retain(|b| show(b.draft, &b.prose.path, days::url(b.day)));
    standing.sort_by(|a, b| (&a.url, &a.prose.path).cmp(&(&b.url, &b.prose.path)));

    let (mut entities, names) = names::resolve(&articles, &records, &mentions, &mut withheld, config, &mut problems);
    // Whatever names a retracted article has, no list leads to it.
    if articles.iter().any(|a| a.is_retracted()) {
        let listed = |id: &ArticleId| !articles[id.0 as usize].is_retracted();
        entities.iter_mut().for_each(|e| e.articles.retain(listed));
    }
    let days = days::arrange(&articles, &briefings, &withheld, &mut problems);
    let about: Vec<About> = articles
        .par_iter()
        .zip(statuses)
        .zip(names)
        .map(|((article, status), names)| About {
            url: article_url(article, config),
            day: days.binary_search_by_key(&article.when.day, |d| d.date).ok().map(|at| at as u32),
            status,
            names,
        })
        .collect();
    let redirects = redirects::collect(&articles, &about, &entities, &records, &standing, config, &mut problems);
    let namesakes = namesakes(&entities, &records);
    let mut archive = Archive {
        articles,
        about,
        entities,
        namesakes,
        orders: Default::default(),
        records,
        days,
        briefings,
        standing,
        redirects,
        withheld,
        as_of,
    };
    archive.orders = EntityKind::ALL.map(|kind| match kind {
        EntityKind::Thread => Vec::new(),
        kind => sorting::by_name(&archive, kind, config),
    });
    (archive, problems)
}

/// People with one name.
fn namesakes(entities: &[Entity], records: &[Arc<Record>]) -> RapidHashMap<String, Vec<EntityId>> {
    let mut by_name: RapidHashMap<String, Vec<EntityId>> = RapidHashMap::default();
    let people = entities.iter().zip(0..).filter(|(e, _)| e.kind == EntityKind::Person);
    for (entity, id) in people {
        if let Some(record) = entity.record {
            by_name.entry(fold(&records[record as usize].name)).or_default().push(EntityId(id));
        }
    }
    by_name.retain(|_, ids| ids.len() > 1);
    by_name
}

/// Where an article is published, by the site's pattern.
pub fn article_url(article: &Article, config: &Config) -> String {
    let day = article.when.day;
    let mut url = String::with_capacity(config.article_url.len() + article.slug.len());
    let mut rest = config.article_url.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        url.push_str(before);
        match name {
            "year" => push_padded(&mut url, i32::from(day.year()), 4),
            "month" => push_padded(&mut url, i32::from(day.month()), 2),
            "day" => push_padded(&mut url, i32::from(day.day()), 2),
            _ => url.push_str(&article.slug),
        }
        rest = after;
    }
    url.push_str(rest);
    url
}

fn push_padded(out: &mut String, n: i32, width: usize) {
    let text = n.to_string();
    out.extend(std::iter::repeat_n('0', width.saturating_sub(text.len())));
    out.push_str(&text);
}

/// A problem of a whole file.
fn in_file(code: Code, message: String, path: &str, help: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, message).in_file(path).help(help)
}
