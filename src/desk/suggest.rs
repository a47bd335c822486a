//! Whom an archive writes about without a record: names by the number of articles, each with a record ready to be saved.

use crate::archive::mentions::{Registry, unknown};
use crate::build::Survey;
use crate::content::EntityKind;
use crate::content::scalar::scalar;
use crate::content::slug::{fold, slugify};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Passages shown of each name, and how much of the text on either side.
const CONTEXTS: usize = 3;
const AROUND: usize = 48;

/// One name that could have a record.
#[derive(Clone, Debug, Serialize)]
pub struct Suggestion {
    /// As it is written most often.
    pub name: String,
    /// How many articles have it.
    pub articles: usize,
    /// How many times it stands in them.
    pub mentions: usize,
    /// Passages, with the file that each is from.
    pub contexts: Vec<(String, String)>,
    /// Where its record would lie.
    pub path: String,
    /// The record.
    pub record: String,
}

#[derive(Default)]
struct Count {
    articles: usize,
    mentions: usize,
    contexts: Vec<(String, String)>,
}

/// Names that stand in at least `least` articles, the most frequent first.
pub fn suggest(survey: &Survey, least: usize) -> Vec<Suggestion> {
    let archive = &survey.archive;
    let registry = Registry::new(archive.records.iter().map(|r| &**r), &survey.config);
    // What is a tag, a story or a source is no person.
    let things = archive.entities.iter().filter(|e| e.kind != EntityKind::Person).map(|e| fold(&e.name));
    let things: BTreeSet<String> = things.collect();
    let counts = archive
        .articles
        .par_iter()
        .fold(BTreeMap::new, |mut counts: BTreeMap<String, Count>, article| {
            let text = survey.visible(article).text;
            let mut here: BTreeMap<String, usize> = BTreeMap::new();
            for (name, range) in unknown(&text, &registry) {
                let times = here.entry(name.clone()).or_default();
                *times += 1;
                if *times == 1 {
                    let count = counts.entry(name).or_default();
                    count.articles += 1;
                    if count.contexts.len() < CONTEXTS {
                        count.contexts.push((article.prose.path.to_string(), around(&text, range)));
                    }
                }
            }
            here.into_iter().for_each(|(name, times)| counts.entry(name).or_default().mentions += times);
            counts
        })
        .reduce(BTreeMap::new, |mut a, b| {
            for (name, more) in b {
                let count = a.entry(name).or_default();
                count.articles += more.articles;
                count.mentions += more.mentions;
                count.contexts.extend(more.contexts);
            }
            a
        });
    let mut suggestions: Vec<Suggestion> = counts
        .into_iter()
        .filter(|(name, count)| count.articles >= least && !things.contains(&fold(name)))
        .map(|(name, mut count)| {
            // Which thread found which passage is nobody's business.
            count.contexts.sort();
            count.contexts.truncate(CONTEXTS);
            let slug = slugify(&name, survey.config.slugs);
            Suggestion {
                path: format!("{}/{slug}.md", survey.config.folders.people),
                record: format!("---\nname: {}\n---\n", scalar(&name)),
                articles: count.articles,
                mentions: count.mentions,
                contexts: count.contexts,
                name,
            }
        })
        .collect();
    suggestions.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| fold(&a.name).cmp(&fold(&b.name))));
    suggestions
}

fn around(text: &str, range: std::ops::Range<usize>) -> String {
    let from = text[..range.start].char_indices().rev().take(AROUND).take_while(|(_, c)| *c != '\n').last();
    let to = text[range.end..].char_indices().take(AROUND).take_while(|(_, c)| *c != '\n').last();
    let from = from.map_or(range.start, |(i, _)| i);
    let to = to.map_or(range.end, |(i, c)| range.end + i + c.len_utf8());
    text[from..to].trim().to_string()
}
