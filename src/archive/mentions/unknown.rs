//! Names in a text that nobody has a record for: two or more capitalised words in a row that no rule says are something
//! else.

use super::context;
use super::pick;
use super::registry::Registry;
use super::words::*;
use crate::content::visible::is_word;
use std::ops::Range;

/// Every such name of a text, with its place. It may also be a ship or a town: an editor decides.
pub fn unknown(text: &str, registry: &Registry) -> Vec<(String, Range<usize>)> {
    let known: Vec<Range<usize>> = pick::hits(0, text, false, registry).into_iter().map(|hit| hit.range).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next_capital(text, at) {
        let end = run(text, start);
        at = end.max(start + 1);
        let Some(range) = trimmed(text, start..end) else { continue };
        let meets = |k: &Range<usize>| k.start < range.end && range.start < k.end;
        // `the Black Sea`: people have no article before them.
        let before = text[..range.start].trim_end();
        let article = ["the", "The", "a", "an", "der", "die", "das", "la", "le", "el"];
        let article = article.iter().any(|a| before.strip_suffix(a).is_some_and(|rest| !rest.ends_with(is_word)));
        if !article && !known.iter().any(meets) && context::is_whole(text, range.clone()) {
            found.push((text[range.clone()].to_string(), range));
        }
    }
    found
}

fn next_capital(text: &str, from: usize) -> Option<usize> {
    let mut word = text[..from].chars().next_back().is_some_and(is_word);
    for (i, c) in text[from..].char_indices() {
        if !word && c.is_uppercase() {
            return Some(from + i);
        }
        word = is_word(c);
    }
    None
}

/// The end of a run of capitalised words, initials and particles.
fn run(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut at = start;
    loop {
        let word = &text[at..at + word_length(&text[at..])];
        let upper = word.starts_with(char::is_uppercase);
        if word.is_empty() || !(upper || PARTICLES.contains(&word)) {
            return end;
        }
        at += word.len();
        if upper {
            end = at;
            // The stop of an initial.
            if word.chars().count() == 1 && text[at..].starts_with(". ") {
                at += 1;
            }
        }
        match text[at..].strip_prefix(' ') {
            Some(_) => at += 1,
            None => return end,
        }
    }
}

fn word_length(text: &str) -> usize {
    let inside = |c: char| is_word(c) || matches!(c, '-' | '\'');
    let length = text.find(|c: char| !inside(c)).unwrap_or(text.len());
    let word = text[..length].trim_end_matches(['-', '\'']);
    word.strip_suffix("'s").unwrap_or(word).len()
}

/// Without what stands before a name: openers of a sentence, titles, days.
fn trimmed(text: &str, mut range: Range<usize>) -> Option<Range<usize>> {
    loop {
        let (first, rest) = text[range.clone()].split_once(' ')?;
        let lower = first.to_lowercase();
        let before = OPENERS.binary_search(&lower.as_str()).is_ok()
            || TITLES.contains(&first)
            || CALENDAR.contains(&first)
            || PARTICLES.contains(&first);
        if !before {
            break;
        }
        range.start += text[range.clone()].len() - rest.len();
    }
    let mut words: Vec<&str> = text[range.clone()].split(' ').collect();
    let skipped = before_name(&words)?;
    range.start += words.drain(..skipped).map(|w| w.len() + 1).sum::<usize>();
    let names = names(&words);
    let other = |w: &&str| {
        INSTITUTIONS.binary_search(w).is_ok()
            || CALENDAR.contains(w)
            || (w.len() > 1 && w.chars().all(char::is_uppercase))
    };
    (names >= 2 && words.len() <= 5 && !words.iter().any(other)).then_some(range)
}

/// How many words are neither initials nor particles.
fn names(words: &[&str]) -> usize {
    words.iter().filter(|w| w.chars().count() > 1 && !PARTICLES.contains(w)).count()
}

/// How many words stand before the name: `British Prime Minister` before `Keir Starmer`, but not `Sacha` before `Baron
/// Cohen`. `None` if no name is there: `British Prime Minister Starmer`.
fn before_name(words: &[&str]) -> Option<usize> {
    let mut skipped = 0;
    if let Some(title) = words.iter().rposition(|w| TITLES.contains(w)) {
        if names(&words[title + 1..]) >= 2 {
            skipped = title + 1;
        } else if EVERYDAY.binary_search(&words[title].to_lowercase().as_str()).is_err() {
            return None;
        }
    }
    let nations = words[skipped..].iter().take_while(|w| NATIONALITIES.binary_search(w).is_ok()).count();
    Some(if names(&words[skipped + nations..]) >= 2 { skipped + nations } else { skipped })
}
