//! What is not wrong, and still worth a look: names without records, names that may be one, threads of one article,
//! articles without people, tags or sources, records that nothing uses.

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
}

impl Kind {
    /// Every kind, with what a report calls it.
    pub const ALL: [(Kind, &'static str); 7] = [
        (Kind::UnknownName, "people without a record"),
        (Kind::NearDuplicate, "names that may be one"),
        (Kind::ThreadOfOne, "threads of one article"),
        (Kind::WithoutPeople, "articles without people"),
        (Kind::WithoutTags, "articles without tags"),
        (Kind::WithoutSources, "articles without a source"),
        (Kind::UnusedRecord, "records that nothing uses"),
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
    found.sort();
    found
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
    Finding { kind, subject: subject.to_string(), detail, path }
}

fn articles(n: usize) -> String {
    if n == 1 { "1 article".to_string() } else { format!("{n} articles") }
}
