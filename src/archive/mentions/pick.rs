//! The names in one text, each as long as it is and none within another.

use super::context::{self, Neighbours};
use super::registry::Registry;
use super::words::*;
use crate::content::visible::is_word;
use std::ops::Range;

/// One name in a text.
#[derive(Debug)]
pub(super) struct Hit {
    /// Which of the article's texts.
    pub part: usize,
    /// Where in it.
    pub range: Range<usize>,
    /// Which spelling.
    pub pattern: u32,
    /// Whether it can be a full name here.
    pub in_full: bool,
    /// Whether it can be a family name that stands for a person here.
    pub alone: bool,
    /// The initial before it.
    pub initial: Option<char>,
}

/// All names of a text in order.
pub(super) fn hits(part: usize, text: &str, is_title: bool, registry: &Registry) -> Vec<Hit> {
    let Some(automaton) = registry.automaton().filter(|_| !text.is_empty()) else { return Vec::new() };
    let mut found: Vec<(Range<usize>, u32)> = automaton
        .find_overlapping_iter(text)
        .filter(|m| context::is_whole(text, m.start()..m.end()))
        .map(|m| (m.start()..m.end(), m.pattern().as_u32()))
        .collect();
    if found.is_empty() {
        return Vec::new();
    }
    // The leftmost first, and of those the longest.
    found.sort_unstable_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
    let every_word = is_title && context::is_title_case(text);
    let mut end = 0;
    let mut hits: Vec<Hit> = Vec::new();
    let all = found.clone();
    for (range, pattern) in found {
        if range.start < end {
            continue;
        }
        end = range.end;
        let near = Neighbours::of(text, &range);
        let joined = |to_the_left: bool| {
            let meets = |(other, _): &(Range<usize>, u32)| match to_the_left {
                true => other.end + 1 == range.start,
                false => other.start == range.end + 1,
            };
            context::compound(text, &range, to_the_left) && !all.iter().any(meets)
        };
        if joined(true) || joined(false) {
            continue;
        }
        let known = &registry.patterns[pattern as usize];
        let longer = near.next.is_some_and(|w| GENERATIONS.contains(&w) || INSTITUTIONS.binary_search(&w).is_ok());
        // An initial before a full name makes it another's: `J. Edgar Hoover`.
        let in_full = !longer && near.initial.is_none();
        let follows_well = match near.next {
            Some(next) if !every_word => !starts_upper(next) || CALENDAR.contains(&next),
            _ => true,
        };
        let in_month = known.month && context::is_month(text, &range);
        let alone = !longer && follows_well && near.may_precede_family() && !in_month;
        hits.push(Hit { part, range, pattern, in_full, alone, initial: near.initial });
    }
    hits
}

fn starts_upper(word: &str) -> bool {
    word.starts_with(|c: char| c.is_uppercase()) && word.chars().any(is_word)
}
