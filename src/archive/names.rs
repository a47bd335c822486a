//! Names in front matter become entities: by record (id, name, alias), else by spelling.
//!
//! Two spellings that differ only by case, space or Unicode form are one name. Two names with one slug are an error:
//! a URL belongs to one thing.

use super::withheld::Withheld;
use super::{ArticleId, Entity, EntityId, in_file};
use crate::config::Config;
use crate::content::slug::{fold, slugify};
use crate::content::{Article, EntityKind, Record};
use crate::diagnostics::{Code, Diagnostic};
use rapidhash::RapidHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What an article is indexed by, in the order its editor wrote.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Tags.
    pub tags: Vec<EntityId>,
    /// People.
    pub people: Vec<EntityId>,
    /// The running story.
    pub thread: Option<EntityId>,
    /// The publisher of each of the article's sources.
    pub sources: Vec<Option<EntityId>>,
}

/// Resolves every name of every article. `articles` is in its final order.
pub fn resolve(
    articles: &[Arc<Article>],
    records: &[Arc<Record>],
    withheld: &mut Withheld,
    config: &Config,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<Entity>, Vec<Names>) {
    let mut entities = Vec::new();
    let mut slots: Vec<Registry> = Vec::new();
    for kind in EntityKind::ALL {
        slots.push(Registry::of_records(kind, records, problems));
    }
    // Slots first, in order of appearance; ids when all are known and sorted. No kind asks after another.
    let [tags, people, threads, sources] = &mut slots[..] else { unreachable!("four kinds") };
    let each = |registry: &mut Registry,
                take: &(dyn Fn(&mut Registry, &Article, ArticleId) -> Vec<EntityId> + Sync)| {
        let ids = (0..articles.len() as u32).map(ArticleId);
        articles.iter().zip(ids).map(|(article, id)| take(registry, article, id)).collect::<Vec<_>>()
    };
    let ((tags, threads), (people, sources)) = rayon::join(
        || {
            let tags = each(tags, &|registry, article, id| registry.take(&article.tags, &[], id));
            (tags, each(threads, &|registry, article, id| registry.take(article.thread.as_slice(), &[], id)))
        },
        || {
            let people = each(people, &|registry, article, id| {
                let excluded: Vec<String> = article.people_exclude.iter().map(|n| fold(n)).collect();
                registry.take(&article.people, &excluded, id)
            });
            let ids = (0..articles.len() as u32).map(ArticleId);
            let of = |(article, id): (&Arc<Article>, ArticleId)| -> Vec<Option<EntityId>> {
                let publishers = article.sources.iter().map(|s| s.publisher.as_slice());
                publishers.map(|p| sources.take(p, &[], id).first().copied()).collect()
            };
            (people, articles.iter().zip(ids).map(of).collect::<Vec<_>>())
        },
    );
    let drafts = tags.into_iter().zip(people).zip(threads.into_iter().zip(sources));
    let drafts: Vec<Names> = drafts
        .map(|((tags, people), (thread, sources))| Names { tags, people, thread: thread.first().copied(), sources })
        .collect();

    for (kind, registry) in slots.iter_mut().enumerate() {
        let named = withheld.articles.iter().flat_map(|w| &w.names[kind]);
        let hidden = registry.hide(named, records);
        for record in hidden {
            withheld.hide(&record.prose.path, record.url());
            withheld.unnamed.push(record.prose.path.to_string());
        }
    }
    let mut renumbered: Vec<Vec<Option<EntityId>>> = Vec::new();
    for (kind, registry) in EntityKind::ALL.into_iter().zip(slots) {
        registry.warn_of_spellings(kind, articles, problems);
        renumbered.push(registry.into_entities(kind, records, articles, config, &mut entities, problems));
    }
    let of = |kind: EntityKind, slot: EntityId| renumbered[kind as usize][slot.0 as usize];
    let names = drafts
        .into_iter()
        .map(|n| Names {
            tags: n.tags.into_iter().filter_map(|s| of(EntityKind::Tag, s)).collect(),
            people: n.people.into_iter().filter_map(|s| of(EntityKind::Person, s)).collect(),
            thread: n.thread.and_then(|s| of(EntityKind::Thread, s)),
            sources: n.sources.into_iter().map(|s| s.and_then(|s| of(EntityKind::Source, s))).collect(),
        })
        .collect();
    (entities, names)
}

#[derive(Default)]
struct Registry {
    /// Folded spelling → slot.
    known: RapidHashMap<String, u32>,
    /// Spelling as written → slot: folding is the slow part, and most spellings repeat.
    seen: RapidHashMap<String, u32>,
    slots: Vec<Slot>,
}

struct Slot {
    name: String,
    record: Option<u32>,
    articles: Vec<ArticleId>,
    /// Whether only withheld articles name it.
    hidden: bool,
    /// Of a bare name: each spelling with the first article that has it.
    spellings: Vec<(String, ArticleId)>,
}

impl Registry {
    fn of_records(kind: EntityKind, records: &[Arc<Record>], problems: &mut Vec<Diagnostic>) -> Self {
        let mut registry = Self::default();
        let own: Vec<(u32, &Arc<Record>)> =
            records.iter().enumerate().filter(|(_, r)| r.kind == kind).map(|(i, r)| (i as u32, r)).collect();
        for (index, record) in &own {
            let slot = registry.slots.len() as u32;
            registry.slots.push(Slot {
                name: record.name.clone(),
                record: Some(*index),
                articles: Vec::new(),
                hidden: false,
                spellings: Vec::new(),
            });
            // Ids are claimed before names: an article that names an id means that record.
            registry.claim(&record.id, slot, records, problems);
            registry.claim(&record.slug, slot, records, problems);
        }
        for (slot, (_, record)) in own.iter().enumerate() {
            for name in std::iter::once(&record.name).chain(&record.aliases) {
                registry.claim(name, slot as u32, records, problems);
            }
        }
        registry
    }

    fn claim(&mut self, name: &str, slot: u32, records: &[Arc<Record>], problems: &mut Vec<Diagnostic>) {
        let holder = *self.known.entry(fold(name)).or_insert(slot);
        if holder == slot {
            return;
        }
        let path = |slot: u32| {
            let record = self.slots[slot as usize].record.map(|r| &records[r as usize]);
            record.map_or("", |r| &r.prose.path).to_string()
        };
        problems.push(
            Diagnostic::warning(Code::DuplicateName, format!("`{name}` is claimed by two records"))
                .in_file(path(slot))
                .note(format!("articles that say `{name}` mean {}", path(holder)))
                .help("name one of them by its id in articles, or take the name from one of the two"),
        );
    }

    /// A record that only withheld articles name would say that they exist: it is withheld with them. So is a
    /// suppressed one.
    fn hide<'w>(&mut self, named: impl Iterator<Item = &'w String>, records: &[Arc<Record>]) -> Vec<Arc<Record>> {
        for name in named {
            if let Some(slot) = self.known.get(&fold(name)) {
                let slot = &mut self.slots[*slot as usize];
                slot.hidden = slot.articles.is_empty();
            }
        }
        let records = self.slots.iter().filter_map(|s| Some((s.hidden, &records[s.record? as usize])));
        records.filter(|(hidden, r)| *hidden || r.suppress).map(|(_, r)| r.clone()).collect()
    }

    /// Slots of some spellings in one article, each once; slots stand in for ids until all are known.
    fn take(&mut self, spellings: &[String], excluded: &[String], article: ArticleId) -> Vec<EntityId> {
        let mut out: Vec<EntityId> = Vec::with_capacity(spellings.len());
        for spelling in spellings {
            let slot = match self.seen.get(spelling) {
                Some(slot) => *slot,
                None => self.enter(spelling, article),
            };
            let is_excluded = || excluded.iter().any(|e| *e == fold(spelling) || self.known.get(e) == Some(&slot));
            if (!excluded.is_empty() && is_excluded()) || out.contains(&EntityId(slot)) {
                continue;
            }
            let entry = &mut self.slots[slot as usize];
            if entry.articles.last() != Some(&article) {
                entry.articles.push(article);
            }
            out.push(EntityId(slot));
        }
        out
    }

    fn enter(&mut self, spelling: &str, article: ArticleId) -> u32 {
        let next = self.slots.len() as u32;
        let slot = *self.known.entry(fold(spelling)).or_insert(next);
        if slot == next {
            self.slots.push(Slot {
                name: spelling.to_string(),
                record: None,
                articles: Vec::new(),
                hidden: false,
                spellings: Vec::new(),
            });
        }
        self.slots[slot as usize].spellings.push((spelling.to_string(), article));
        self.seen.insert(spelling.to_string(), slot);
        slot
    }

    fn warn_of_spellings(&self, kind: EntityKind, articles: &[Arc<Article>], problems: &mut Vec<Diagnostic>) {
        for slot in self.slots.iter().filter(|s| s.record.is_none() && s.spellings.len() > 1) {
            let path = |id: &ArticleId| articles[id.0 as usize].prose.path.to_string();
            let mut warning = Diagnostic::warning(
                Code::SpellingVariants,
                format!("the {} `{}` is written in {} ways", kind.singular(), slot.name, slot.spellings.len()),
            )
            .in_file(path(&slot.spellings[1].1));
            for (spelling, article) in &slot.spellings {
                warning = warning.note(format!("`{spelling}` in {}", path(article)));
            }
            problems.push(warning.help(format!("write `{}` everywhere", slot.name)));
        }
    }

    /// Turns slots into entities, sorted by slug; returns the id of each slot.
    fn into_entities(
        self,
        kind: EntityKind,
        records: &[Arc<Record>],
        articles: &[Arc<Article>],
        config: &Config,
        entities: &mut Vec<Entity>,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<Option<EntityId>> {
        let mut ids = vec![None; self.slots.len()];
        let mut by_slug: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let source = |slot: &Slot| match slot.record {
            Some(r) => records[r as usize].prose.path.to_string(),
            None => articles[slot.articles[0].0 as usize].prose.path.to_string(),
        };
        for (index, slot) in self.slots.iter().enumerate() {
            let record = slot.record.map(|r| &records[r as usize]);
            // A name that only excluded mentions have has no article and no record.
            if slot.hidden || record.is_some_and(|r| r.suppress) || (record.is_none() && slot.articles.is_empty()) {
                continue;
            }
            let slug = record.map_or_else(|| slugify(&slot.name, config.slugs), |r| r.slug.clone());
            if slug.is_empty() {
                let message = format!("the {} `{}` cannot be made into a URL", kind.singular(), slot.name);
                let help = format!(
                    "write a record for it, `{}/some-id.md`, with `name: \"{}\"`",
                    kind.folder(config),
                    slot.name
                );
                problems.push(in_file(Code::BadSlug, message, &source(slot), help));
                continue;
            }
            by_slug.entry(slug).or_default().push(index as u32);
        }
        let mut slots: Vec<Option<Slot>> = self.slots.into_iter().map(Some).collect();
        for (slug, mut sharing) in by_slug {
            // Records first, then by name: which one keeps the URL must not depend on anything else.
            sharing
                .sort_by_key(|i| slots[*i as usize].as_ref().map(|s| (s.record.is_none(), s.record, s.name.clone())));
            let winner = sharing[0];
            if let (Some(first), Some(second)) =
                (slots[winner as usize].as_ref(), sharing.get(1).and_then(|i| slots[*i as usize].as_ref()))
            {
                let message = format!(
                    "the {} `{}` and `{}` would both be /{}/{slug}/",
                    kind.plural(),
                    first.name,
                    second.name,
                    kind.plural()
                );
                let help = format!(
                    "if they are one, write a record `{}/{slug}.md` with both as `name` and `aliases`; if not, write one for `{}` with a `slug` of its own",
                    kind.folder(config),
                    second.name
                );
                let other = format!("`{}` comes from {}", first.name, source(first));
                problems.push(in_file(Code::NameCollision, message, &source(second), help).note(other));
            }
            let id = EntityId(entities.len() as u32);
            let mut entity = slots[winner as usize].take().map(|slot| Entity {
                kind,
                slug,
                name: slot.name,
                record: slot.record,
                articles: slot.articles,
            });
            // With `--keep-going` the others are folded into the first.
            for loser in &sharing[1..] {
                if let (Some(entity), Some(slot)) = (&mut entity, slots[*loser as usize].take()) {
                    entity.articles.extend(slot.articles);
                    entity.articles.sort_unstable();
                    entity.articles.dedup();
                }
            }
            sharing.iter().for_each(|i| ids[*i as usize] = Some(id));
            entities.extend(entity);
        }
        ids
    }
}
