//! The order of names in an index: by the site's language, people by family name.

use super::{Archive, EntityId};
use crate::config::Config;
use crate::content::EntityKind;
use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use unicode_normalization::UnicodeNormalization;

/// One name in an index.
#[derive(Clone, Debug)]
pub struct Sorted {
    /// Whose.
    pub id: EntityId,
    /// The letter it stands under; `#` for what starts with none.
    pub letter: String,
}

/// All entities of a kind in the order of their index.
pub fn by_name(archive: &Archive, kind: EntityKind, config: &Config) -> Vec<Sorted> {
    let collator = collator(&config.language);
    let mut names: Vec<(String, EntityId)> = archive.of_kind(kind).map(|id| (sort_name(archive, id), id)).collect();
    names.sort_by(|(a, x), (b, y)| collator.compare(a, b).then_with(|| a.cmp(b)).then(x.cmp(y)));
    names.into_iter().map(|(name, id)| Sorted { letter: letter(&name), id }).collect()
}

fn collator(language: &str) -> CollatorBorrowed<'static> {
    let locale = language.parse::<icu_locale_core::Locale>().unwrap_or(icu_locale_core::locale!("en"));
    Collator::try_new(locale.into(), CollatorOptions::default())
        .or_else(|_| Collator::try_new(Default::default(), CollatorOptions::default()))
        .expect("the root collation is compiled in")
}

/// What a name is sorted by: `sort_as`, else of a person the family name first.
fn sort_name(archive: &Archive, id: EntityId) -> String {
    let entity = archive.entity(id);
    let record = archive.record(id);
    if let Some(sort_as) = record.and_then(|r| r.sort_as.as_ref()) {
        return sort_as.clone();
    }
    let name = entity.name.trim();
    if entity.kind != EntityKind::Person {
        return name.trim_start_matches(['#', '“', '"', '‘', '\'']).to_string();
    }
    let family = record.and_then(|r| r.family.as_deref()).filter(|f| name.contains(f));
    match family.or_else(|| name.rsplit(' ').next()) {
        Some(family) if family != name => {
            format!("{family}, {}", name.replacen(family, "", 1).split_whitespace().collect::<Vec<_>>().join(" "))
        }
        _ => name.to_string(),
    }
}

/// The base letter of the first character, in upper case.
fn letter(name: &str) -> String {
    match name.chars().find(|c| c.is_alphanumeric()) {
        Some(c) if c.is_alphabetic() => {
            let base = std::iter::once(c).nfd().next().unwrap_or(c);
            base.to_uppercase().collect()
        }
        _ => "#".to_string(),
    }
}
