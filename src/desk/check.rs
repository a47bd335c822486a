//! What is not wrong, and still worth a look: names without records, names that may be one, dates to come, old addresses
//! that lead nowhere new, threads of one article, articles without people, tags or sources, records that nothing uses.
//!
//! What is in the texts themselves is found in `texts`, what is on the web in `external`.

use crate::archive::near::Near;
use crate::archive::{Archive, ArticleId, EntityId};
use crate::content::EntityKind;
use crate::content::slug::fold;
use serde::Serialize;
use std::collections::BTreeMap;

/// One thing worth a look.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// What kind of thing.
    pub kind: Kind,
    /// The name or file that it is about.
    pub subject: String,
    /// What there is to know.
    pub detail: String,
    /// The file to look into.
    pub path: String,
    /// Its line, where that is known.
    pub line: Option<u32>,
}

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A person whom front matter names has no record.
    UnknownName,
    /// Two names of a kind are nearly the same.
    NearDuplicate,
    /// A thread has one article.
    ThreadOfOne,
    /// An article names nobody.
    WithoutPeople,
    /// An article has no tag.
    WithoutTags,
    /// An article credits no source.
    WithoutSources,
    /// No article uses a record.
    UnusedRecord,
    /// A thread or a source has no record.
    WithoutRecord,
    /// Two articles of the same days have nearly the same headline, source or text.
    NearlyOneText,
    /// Something is dated after now.
    Future,
    /// A picture in a text says nothing to those who do not see it.
    ImageWithoutAlt,
    /// An old address of an article is its address, or is named twice.
    NeedlessAlias,
    /// An address on the web has moved for good.
    Moved,
}

impl Kind {
    /// Every kind, with what a report calls it.
    pub const ALL: [(Kind, &'static str); 13] = [
        (Kind::UnknownName, "people without a record"),
        (Kind::NearDuplicate, "names that may be one"),
        (Kind::ThreadOfOne, "threads of one article"),
        (Kind::WithoutPeople, "articles without people"),
        (Kind::WithoutTags, "articles without tags"),
        (Kind::WithoutSources, "articles without a source"),
        (Kind::UnusedRecord, "records that nothing uses"),
        (Kind::WithoutRecord, "stories and sources without a record"),
        (Kind::NearlyOneText, "articles that may be one"),
        (Kind::Future, "dates that are still to come"),
        (Kind::ImageWithoutAlt, "pictures without a text for those who do not see them"),
        (Kind::NeedlessAlias, "old addresses that do nothing"),
        (Kind::Moved, "addresses on the web that have moved"),
    ];
}

/// Looks through an archive, in a fixed order.
pub fn check(archive: &Archive) -> Vec<Finding> {
    let mut found = Vec::new();
    for id in archive.of_kind(EntityKind::Person) {
        let entity = archive.entity(id);
        if entity.record.is_none() {
            let detail = format!("in {}", articles(entity.articles.len()));
            found.push(finding(Kind::UnknownName, &entity.name, detail, source(archive, id)));
        }
    }
    for kind in [EntityKind::Tag, EntityKind::Person] {
        near_duplicates(archive, kind, &mut found);
    }
    for id in archive.of_kind(EntityKind::Thread).filter(|id| archive.entity(*id).articles.len() == 1) {
        let path = archive.article(archive.entity(id).articles[0]).prose.path.to_string();
        found.push(finding(Kind::ThreadOfOne, &archive.entity(id).name, String::new(), path));
    }
    for id in archive.listed() {
        let (names, article) = (&archive.about(id).names, archive.article(id));
        let without = [
            (Kind::WithoutPeople, names.people.is_empty()),
            (Kind::WithoutTags, names.tags.is_empty()),
            (Kind::WithoutSources, article.sources.is_empty()),
        ];
        for (kind, _) in without.into_iter().filter(|(_, is)| *is) {
            found.push(finding(kind, &article.title.text, String::new(), article.prose.path.to_string()));
        }
    }
    for kind in EntityKind::ALL {
        for id in archive.of_kind(kind) {
            let entity = archive.entity(id);
            if let Some(record) = archive.record(id).filter(|_| entity.articles.is_empty()) {
                let detail = format!("a {}", kind.singular());
                found.push(finding(Kind::UnusedRecord, &entity.name, detail, record.prose.path.to_string()));
            }
        }
    }
    without_record(archive, &mut found);
    twice(archive, &mut found);
    future(archive, &mut found);
    aliases(archive, &mut found);
    found.sort();
    found
}

fn without_record(archive: &Archive, found: &mut Vec<Finding>) {
    for kind in [EntityKind::Thread, EntityKind::Source] {
        for id in archive.of_kind(kind).filter(|id| archive.entity(*id).record.is_none()) {
            let entity = archive.entity(id);
            let detail = format!("a {} in {}", kind.singular(), articles(entity.articles.len()));
            found.push(finding(Kind::WithoutRecord, &entity.name, detail, source(archive, id)));
        }
    }
}

/// How many days apart two articles with one headline are no longer one story filed twice.
const DAYS_APART: i32 = 3;

/// Articles of nearby days with one headline, their own or the source's.
fn twice(archive: &Archive, found: &mut Vec<Finding>) {
    let mut own: BTreeMap<String, Vec<ArticleId>> = BTreeMap::new();
    let mut sources: BTreeMap<String, Vec<ArticleId>> = BTreeMap::new();
    for id in archive.listed() {
        let article = archive.article(id);
        own.entry(fold(&article.title.text)).or_default().push(id);
        for title in article.sources.iter().filter_map(|s| s.title.as_deref()) {
            sources.entry(fold(title)).or_default().push(id);
        }
    }
    // What three articles cite is a report, and no headline of one of them.
    sources.retain(|_, ids| ids.len() == 2);
    for (what, headlines) in [("headline", own), ("source", sources)] {
        let pairs = headlines.values().flat_map(|ids| ids.windows(2));
        for pair in pairs {
            let (a, b) = (archive.article(pair[0]), archive.article(pair[1]));
            let near = b.when.day.since(a.when.day).is_ok_and(|span| span.get_days() <= DAYS_APART);
            if near && a.prose.path != b.prose.path {
                let detail = format!("{} has the same {what}", a.prose.path);
                found.push(finding(Kind::NearlyOneText, &b.title.text, detail, b.prose.path.to_string()));
            }
        }
    }
}

/// What is dated after now: what appears by itself, and what is a slip of the pen.
fn future(archive: &Archive, found: &mut Vec<Finding>) {
    for withheld in &archive.withheld.articles {
        if let Some(at) = withheld.reason.at().filter(|at| *at > archive.as_of) {
            let detail = format!("{}, {at}", withheld.reason.word());
            found.push(finding(Kind::Future, &withheld.slug, detail, withheld.path.clone()));
        }
    }
    for article in &archive.articles {
        let mut add = |what: &str, stamp: &crate::content::dates::Stamp| {
            if stamp.instant > archive.as_of {
                let detail = format!("{what} {}", stamp.instant);
                found.push(finding(Kind::Future, &article.title.text, detail, article.prose.path.to_string()));
            }
        };
        article.updated.iter().for_each(|stamp| add("updated", stamp));
        article.corrections.iter().for_each(|c| add("corrected", &c.date));
        article.sources.iter().filter_map(|s| s.date.as_ref()).for_each(|stamp| add("a source of", stamp));
    }
}

/// Old addresses that are the article's own, or named twice in it.
fn aliases(archive: &Archive, found: &mut Vec<Finding>) {
    for (i, article) in archive.articles.iter().enumerate().filter(|(_, a)| !a.aliases.is_empty()) {
        let own = archive.about(ArticleId(i as u32)).url.trim_matches('/');
        for (n, alias) in article.aliases.iter().enumerate() {
            let detail = if alias == own {
                "the article is there"
            } else if article.aliases[..n].contains(alias) {
                "it stands there twice"
            } else {
                continue;
            };
            let subject = format!("/{alias}/");
            found.push(finding(Kind::NeedlessAlias, &subject, detail.to_string(), article.prose.path.to_string()));
        }
    }
}

/// Names of one kind that are nearly one: each with the more frequent of the two.
fn near_duplicates(archive: &Archive, kind: EntityKind, found: &mut Vec<Finding>) {
    let mut near = Near::default();
    let mut by_name: BTreeMap<&str, EntityId> = BTreeMap::new();
    let mut ids: Vec<EntityId> = archive.of_kind(kind).collect();
    ids.sort_by_key(|id| {
        (archive.entity(*id).record.is_none(), std::cmp::Reverse(archive.entity(*id).articles.len()), *id)
    });
    for id in ids {
        let entity = archive.entity(id);
        if let Some(other) = near.find(&entity.name) {
            let of = by_name.get(other).map_or(0, |id| archive.entity(*id).articles.len());
            let detail =
                format!("{} ({}) and {other} ({})", entity.name, articles(entity.articles.len()), articles(of));
            found.push(finding(Kind::NearDuplicate, &entity.name, detail, source(archive, id)));
        }
        near.add(&entity.name);
        by_name.insert(&entity.name, id);
    }
    if kind == EntityKind::Tag {
        plurals(archive, found);
    }
}

/// A tag and the same with an `s` are one more often than not.
fn plurals(archive: &Archive, found: &mut Vec<Finding>) {
    let names: BTreeMap<String, EntityId> =
        archive.of_kind(EntityKind::Tag).map(|id| (fold(&archive.entity(id).name), id)).collect();
    for (name, id) in &names {
        if let Some(other) = name.strip_suffix('s').and_then(|single| names.get(single)) {
            let (a, b) = (&archive.entity(*id).name, &archive.entity(*other).name);
            let known = |f: &Finding| f.kind == Kind::NearDuplicate && (f.subject == *a || f.subject == *b);
            if !found.iter().any(known) {
                found.push(finding(Kind::NearDuplicate, a, format!("{a} and {b}"), source(archive, *id)));
            }
        }
    }
}

/// Where an entity comes from: its record, else its first article.
fn source(archive: &Archive, id: EntityId) -> String {
    let record = archive.record(id).map(|r| &r.prose.path);
    let first = |id: &ArticleId| &archive.article(*id).prose.path;
    record.or_else(|| archive.entity(id).articles.first().map(first)).map_or(String::new(), |p| p.to_string())
}

fn finding(kind: Kind, subject: &str, detail: String, path: String) -> Finding {
    Finding { kind, subject: subject.to_string(), detail, path, line: None }
}

fn articles(n: usize) -> String {
    if n == 1 { "1 article".to_string() } else { format!("{n} articles") }
}
