//! Names in front matter become entities: by record (id, name, alias), else by spelling.
//!
//! Two spellings that differ only by case, space or Unicode form are one name. Two names with one slug are an error:
//! a URL belongs to one thing.

use super::mentions::{self, Mention, PersonKey};
use super::near::Near;
use super::withheld::Withheld;
use super::{ArticleId, Entity, EntityId, in_file};
use crate::config::Config;
use crate::content::slug::{fold, slugify};
use crate::content::{Article, EntityKind, Record};
use crate::diagnostics::{Code, Diagnostic};
use rapidhash::{RapidHashMap, RapidHashSet};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// What an article is indexed by, in the order its editor wrote.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Tags.
    pub tags: Vec<EntityId>,
    /// People: those whom the editor names, then those whom the text does.
    pub people: Vec<EntityId>,
    /// How often each of these people is named, at least once.
    pub mentions: Vec<u32>,
    /// Where in the body each is named first, in order of the body.
    pub first: Vec<(Range<u32>, EntityId)>,
    /// The running story.
    pub thread: Option<EntityId>,
    /// The publisher of each of the article's sources.
    pub sources: Vec<Option<EntityId>>,
}

/// Resolves every name of every article. `articles` is in its final order.
pub fn resolve(
    articles: &[Arc<Article>],
    records: &[Arc<Record>],
    mentions: &RapidHashMap<Arc<str>, Arc<[Mention]>>,
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
            let of_text = |article: &Article| mentions.get(&article.prose.path).into_iter().flat_map(|m| m.iter());
            let ids = (0..articles.len() as u32).map(ArticleId);
            let people: Vec<People> =
                articles.iter().zip(ids).map(|(a, id)| people.take_people(a, of_text(a), id)).collect();
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
        .map(|((tags, (people, mentions, first)), (thread, sources))| Names {
            tags,
            people,
            mentions,
            first,
            thread: thread.first().copied(),
            sources,
        })
        .collect();

    for (kind, registry) in slots.iter_mut().enumerate() {
        let named = withheld.articles.iter().flat_map(|w| &w.names[kind]);
        let of_text = withheld.articles.iter().filter(|_| kind == EntityKind::Person as usize);
        let of_text = of_text.flat_map(|w| mentions.get(w.path.as_str()).into_iter().flat_map(|m| m.iter()));
        let hidden = registry.hide(named, of_text, records);
        for record in hidden {
            withheld.hide(&record.prose.path, record.url());
            withheld.unnamed.push(record.prose.path.to_string());
        }
    }
    let mut renumbered: Vec<Vec<Option<EntityId>>> = Vec::new();
    for (kind, registry) in EntityKind::ALL.into_iter().zip(slots) {
        if kind == EntityKind::Person {
            registry.warn_of_near_misses(articles, records, config, problems);
        }
        registry.warn_of_spellings(kind, articles, problems);
        renumbered.push(registry.into_entities(kind, records, articles, config, &mut entities, problems));
    }
    let of = |kind: EntityKind, slot: EntityId| renumbered[kind as usize][slot.0 as usize];
    let names = drafts
        .into_par_iter()
        .map(|n| {
            let people = n.people.into_iter().zip(n.mentions);
            let people = people.filter_map(|(s, count)| Some((of(EntityKind::Person, s)?, count)));
            let (people, counts): (Vec<EntityId>, Vec<u32>) = people.unzip();
            let first = n.first.into_iter().filter_map(|(range, s)| Some((range, of(EntityKind::Person, s)?)));
            (n.tags, people, counts, first.collect(), n.thread, n.sources)
        })
        .map(|(tags, people, mentions, first, thread, sources)| Names {
            tags: tags.into_iter().filter_map(|s| of(EntityKind::Tag, s)).collect(),
            people,
            mentions,
            first,
            thread: thread.and_then(|s| of(EntityKind::Thread, s)),
            sources: sources.into_iter().map(|s| s.and_then(|s| of(EntityKind::Source, s))).collect(),
        })
        .collect();
    (entities, names)
}

/// Two people with one name look the same wherever they are named, unless each has a qualifier.
fn check_namesakes(records: &[(u32, &Arc<Record>)], problems: &mut Vec<Diagnostic>) -> RapidHashSet<String> {
    let mut by_name: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    for (_, record) in records {
        by_name.entry(fold(&record.name)).or_default().push(record);
    }
    for namesakes in by_name.values().filter(|all| all.len() > 1) {
        for record in namesakes.iter().filter(|r| r.qualifier.is_none()) {
            let other = namesakes.iter().find(|o| o.prose.path != record.prose.path);
            let mut problem = Diagnostic::error(Code::Namesakes, format!("two people are called `{}`", record.name))
                .in_file(&*record.prose.path)
                .help("add `qualifier: …`, a word or two that tell this one from the other, such as `the painter`");
            if let Some(other) = other {
                problem = problem.note(format!("the other is {}", other.prose.path));
            }
            problems.push(problem);
        }
    }
    by_name.into_iter().filter(|(_, all)| all.len() > 1).map(|(name, _)| name).collect()
}

/// Slots of people, how often each is named, and where first.
type People = (Vec<EntityId>, Vec<u32>, Vec<(Range<u32>, EntityId)>);

#[derive(Default)]
struct Registry {
    /// Folded spelling → slot.
    known: RapidHashMap<String, u32>,
    /// Spelling as written → slot: folding is the slow part, and most spellings repeat.
    seen: RapidHashMap<String, u32>,
    /// Names that several records have, folded.
    ambiguous: RapidHashSet<String>,
    /// Of people with records: who was found → slot.
    by_key: RapidHashMap<PersonKey, u32>,
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
            if kind == EntityKind::Person {
                registry.by_key.insert(mentions::key_of(&record.prose.path), slot);
            }
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
        if kind == EntityKind::Person {
            registry.ambiguous = check_namesakes(&own, problems);
        }
        for (slot, (_, record)) in own.iter().enumerate() {
            // The first of several namesakes has the name; whoever uses it is warned.
            let taken = registry.known.contains_key(&fold(&record.name));
            let name = (!taken || !registry.ambiguous.contains(&fold(&record.name))).then_some(&record.name);
            for name in name.into_iter().chain(&record.aliases) {
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
    fn hide<'w>(
        &mut self,
        named: impl Iterator<Item = &'w String>,
        found: impl Iterator<Item = &'w Mention>,
        records: &[Arc<Record>],
    ) -> Vec<Arc<Record>> {
        let named = named.filter_map(|name| self.known.get(&fold(name)));
        let found = found.filter_map(|mention| self.by_key.get(&mention.person));
        for slot in named.chain(found) {
            let slot = &mut self.slots[*slot as usize];
            slot.hidden = slot.articles.is_empty();
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

    /// Whom an article names, in its front matter and then in its text.
    fn take_people<'m>(
        &mut self,
        article: &Article,
        of_text: impl Iterator<Item = &'m Mention>,
        id: ArticleId,
    ) -> People {
        let excluded: Vec<String> = article.people_exclude.iter().map(|n| fold(n)).collect();
        let mut named = self.take(&article.people, &excluded, id);
        let mut counts = vec![1; named.len()];
        let mut first = Vec::new();
        for mention in of_text {
            let Some(person) = self.found(mention.person, &excluded, id) else { continue };
            match named.iter().position(|p| *p == person) {
                Some(at) => counts[at] = mention.count,
                None => {
                    named.push(person);
                    counts.push(mention.count);
                }
            }
            if !mention.first.is_empty() {
                first.push((mention.first.clone(), person));
            }
        }
        first.sort_by_key(|(range, _)| range.start);
        (named, counts, first)
    }

    /// The slot of a person whom the text of an article names.
    fn found(&mut self, person: PersonKey, excluded: &[String], article: ArticleId) -> Option<EntityId> {
        let slot = *self.by_key.get(&person)?;
        if excluded.iter().any(|e| self.known.get(e) == Some(&slot)) {
            return None;
        }
        let entry = &mut self.slots[slot as usize];
        if entry.articles.last() != Some(&article) {
            entry.articles.push(article);
        }
        Some(EntityId(slot))
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

    /// A name without a record that is nearly one with a record: most often the same person.
    fn warn_of_near_misses(
        &self,
        articles: &[Arc<Article>],
        records: &[Arc<Record>],
        config: &Config,
        problems: &mut Vec<Diagnostic>,
    ) {
        for slot in self.slots.iter().filter(|_| !self.ambiguous.is_empty()) {
            let Some(record) = slot.record.map(|r| &records[r as usize]) else { continue };
            let meant = |(spelling, _): &&(String, ArticleId)| {
                let folded = fold(spelling);
                self.ambiguous.contains(&folded) && folded != fold(&record.id) && folded != fold(&record.slug)
            };
            if let Some((spelling, first)) = slot.spellings.iter().find(meant) {
                let ids = records.iter().filter(|r| r.kind == EntityKind::Person && fold(&r.name) == fold(spelling));
                let ids: Vec<String> = ids.map(|r| format!("`{}`", r.id)).collect();
                problems.push(
                    Diagnostic::warning(
                        Code::DuplicateName,
                        format!("`{spelling}` is the name of {} people", ids.len()),
                    )
                    .in_file(&*articles[first.0 as usize].prose.path)
                    .note(format!("it is understood as `{}`", record.id))
                    .help(format!("name the one you mean by the id: {}", ids.join(" or "))),
                );
            }
        }
        let mut near = Near::default();
        for record in self.slots.iter().filter_map(|s| Some(&records[s.record? as usize])).filter(|r| !r.suppress) {
            std::iter::once(&record.name).chain(&record.aliases).for_each(|name| near.add(name));
        }
        for slot in self.slots.iter().filter(|s| s.record.is_none()) {
            let (Some(known), Some((_, first))) = (near.find(&slot.name), slot.spellings.first()) else { continue };
            let folder = EntityKind::Person.folder(config);
            problems.push(
                Diagnostic::warning(Code::NearMiss, format!("the person `{}` has no record, but `{known}` has", slot.name))
                    .in_file(&*articles[first.0 as usize].prose.path)
                    .help(format!(
                        "write `{known}`, or add `{}` to the aliases of its record; if it is somebody else, write a record for them in {folder}/",
                        slot.name
                    )),
            );
        }
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
