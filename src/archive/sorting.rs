//! The order of names in an index: by the site's language, people by family name, letter by letter.
//!
//! *Letter by letter* is the order of the Chicago Manual of Style (16.58–61) and of most back-of-book indexes: spaces,
//! hyphens and apostrophes do not count, and the comma ends the part that is compared first. The order of letters is
//! Unicode's for the language (CLDR).

use super::{Archive, EntityId, personal};
use crate::config::Config;
use crate::content::EntityKind;
use crate::content::slug::fold;
use icu_collator::options::{AlternateHandling, CollatorOptions, MaxVariable, Strength};
use icu_collator::preferences::CollationType;
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization;

pub use personal::family_of;

/// One line of an index.
#[derive(Clone, Debug)]
pub struct Sorted {
    /// Whose.
    pub id: EntityId,
    /// The letter it stands under; `#` for what starts with none.
    pub letter: String,
    /// The name as an index shows it: `Silva, Ana`.
    pub shown: String,
    /// Whether this is another name, under which the index only points to the one above.
    pub see: bool,
}

/// All entities of a kind in the order of their index, and of people the names that they are also looked for under.
pub fn by_name(archive: &Archive, kind: EntityKind, config: &Config) -> Vec<Sorted> {
    let order = Order::new(&config.language);
    let ids: Vec<EntityId> = archive.of_kind(kind).collect();
    let mut lines: Vec<(Vec<u8>, String, EntityId, bool)> = ids
        .par_iter()
        .flat_map_iter(|id| {
            let own = sort_name(archive, *id, config);
            let own_family = own.split(',').next().unwrap_or("").to_string();
            let mut lines = Vec::with_capacity(1);
            let record = archive.record(*id).filter(|_| kind == EntityKind::Person);
            let others = record.into_iter().flat_map(|r| r.aliases.iter().chain(r.names.values()));
            for alias in others.filter(|alias| fold(alias) != fold(&archive.entity(*id).name)) {
                let other = personal::split(alias, &config.language);
                // An alias in another place of the index; one beside the name itself would only be in the way.
                let elsewhere = order.key(&other.family) != order.key(&own_family)
                    && !order.same_letters(&other.family, &own_family)
                    && lines
                        .iter()
                        .all(|(_, shown, ..): &(Vec<u8>, String, EntityId, bool)| *shown != other.inverted());
                if elsewhere {
                    lines.push((order.line(&other.inverted()), other.inverted(), *id, true));
                }
            }
            lines.push((order.line(&own), own, *id, false));
            lines
        })
        .collect();
    lines.par_sort_unstable_by(|a, b| (&a.0, &a.1, a.2, a.3).cmp(&(&b.0, &b.1, b.2, b.3)));
    let letter = |shown: &str| order.letter(shown);
    lines.into_iter().map(|(_, shown, id, see)| Sorted { letter: letter(&shown), id, shown, see }).collect()
}

/// The site's language as an order.
pub struct Order {
    full: CollatorBorrowed<'static>,
    letters: CollatorBorrowed<'static>,
}

impl Order {
    /// Of a BCP 47 tag; of one that is unknown, the order of all languages.
    pub fn new(language: &str) -> Self {
        let locale = language.parse::<icu_locale_core::Locale>().unwrap_or(icu_locale_core::locale!("en"));
        let make = |strength| {
            let mut options = CollatorOptions::default();
            options.strength = Some(strength);
            options.alternate_handling = Some(AlternateHandling::Shifted);
            options.max_variable = Some(MaxVariable::Punctuation);
            let mut preferences = CollatorPreferences::from(&locale);
            preferences.collation_type = None::<CollationType>;
            Collator::try_new(preferences, options)
                .or_else(|_| Collator::try_new(Default::default(), options))
                .expect("the root collation is compiled in")
        };
        Self { full: make(Strength::Tertiary), letters: make(Strength::Primary) }
    }

    /// What a text is sorted by.
    pub fn key(&self, text: &str) -> Vec<u8> {
        let mut key = Vec::with_capacity(text.len() * 3);
        // Writing into memory cannot fail.
        let _ = self.full.write_sort_key_to(text, &mut key);
        key
    }

    /// What a line of an index is sorted by: the part before the comma first.
    fn line(&self, shown: &str) -> Vec<u8> {
        let (family, rest) = shown.split_once(',').unwrap_or((shown, ""));
        let mut key = Vec::with_capacity(shown.len() * 3);
        // Letters first, in both parts; accents and capitals decide only between equals.
        for (collator, text) in
            [(&self.letters, family), (&self.letters, rest), (&self.full, family), (&self.full, rest)]
        {
            let mut part = Vec::new();
            let _ = collator.write_sort_key_to(text, &mut part);
            key.extend_from_slice(&part);
            key.extend_from_slice(&[0, 0]);
        }
        key
    }

    fn same_letters(&self, a: &str, b: &str) -> bool {
        self.letters.compare(a, b) == std::cmp::Ordering::Equal
    }

    /// The letter that a name stands under: without its accent, unless the language has it as a letter of its own.
    fn letter(&self, name: &str) -> String {
        match name.chars().find(|c| c.is_alphanumeric()) {
            Some(c) if c.is_alphabetic() => {
                let own: String = std::iter::once(c).nfc().flat_map(char::to_uppercase).collect();
                let base: String = std::iter::once(c).nfd().take(1).flat_map(char::to_uppercase).collect();
                if self.same_letters(&own, &base) { base } else { own }
            }
            _ => "#".to_string(),
        }
    }
}

/// What a name is sorted by: `sort_as`, else of a person the family name first.
fn sort_name(archive: &Archive, id: EntityId, config: &Config) -> String {
    let entity = archive.entity(id);
    let record = archive.record(id);
    if let Some(sort_as) = record.and_then(|r| r.sort_as.as_ref()) {
        return sort_as.clone();
    }
    let name = entity.name.trim();
    if entity.kind != EntityKind::Person {
        return name.trim_start_matches(['#', '“', '"', '‘', '\'']).to_string();
    }
    let family = record.and_then(|r| r.family.as_deref()).filter(|f| name.contains(f) && *f != name);
    match family {
        // A family name in front is where it belongs.
        Some(family) if name.starts_with(family) => name.to_string(),
        Some(family) => {
            format!("{family}, {}", name.replacen(family, "", 1).split_whitespace().collect::<Vec<_>>().join(" "))
        }
        None => personal::split(name, &config.language).inverted(),
    }
}
