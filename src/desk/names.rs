//! Names that somebody is about to write: whether the archive has them, and which known name they may be.

use crate::archive::Archive;
use crate::archive::near::Near;
use crate::content::EntityKind;
use crate::content::slug::fold;
use crate::diagnostics::nearest;
use std::collections::BTreeSet;

/// A name that the archive does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// As it was written.
    pub name: String,
    /// A known name that it may be a slip for.
    pub nearest: Option<String>,
}

/// Which of some names no article and no record of a kind has.
pub fn unknown(archive: &Archive, kind: EntityKind, names: &[String]) -> Vec<Unknown> {
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut shown: Vec<&str> = Vec::new();
    let mut near = Near::default();
    for id in archive.of_kind(kind) {
        let entity = archive.entity(id);
        shown.push(&entity.name);
        known.extend([fold(&entity.name), fold(&entity.slug)]);
    }
    // A person of whom nothing is published yet is known as well.
    for record in archive.records.iter().filter(|r| r.kind == kind) {
        shown.push(&record.name);
        known.extend([fold(&record.name), fold(&record.id)]);
        known.extend(record.aliases.iter().map(|a| fold(a)));
    }
    shown.sort_unstable();
    shown.dedup();
    shown.iter().for_each(|name| near.add(name));
    let unknown = names.iter().filter(|name| !known.contains(&fold(name)));
    unknown
        .map(|name| {
            let found = near.find(name).or_else(|| nearest(name, shown.iter().copied()));
            Unknown { name: name.clone(), nearest: found.map(str::to_string) }
        })
        .collect()
}
