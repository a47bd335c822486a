//! What stands around a name and says whether it is that name: where words end, what makes a name longer.

use super::words::*;
use crate::content::visible::is_word;
use std::ops::Range;

/// Whether a part of a text is made of whole words.
pub(super) fn is_whole(text: &str, part: Range<usize>) -> bool {
    let name = &text[part.clone()];
    let (Some(first), Some(last)) = (name.chars().next(), name.chars().next_back()) else { return false };
    begins(&text[..part.start], first) && ends(&text[part.end..], name, last)
}

fn begins(before: &str, first: char) -> bool {
    let mut back = before.chars().rev();
    let Some(previous) = back.next() else { return true };
    match previous {
        _ if is_dense(previous) || is_dense(first) => !(is_katakana(previous) && is_katakana(first)),
        '\'' => {
            // `d'Emmanuel` elides a small word; `O'Brien` and `D'Angelo` are names of their own.
            let elided: Vec<char> = back.take_while(|c| is_word(*c)).take(6).collect();
            elided.is_empty() || (elided.len() <= 5 && elided.iter().all(|c| c.is_lowercase()))
        }
        '@' | '\\' | '_' => false,
        // A part of an address is no name: `example.com/Trump`.
        '/' | '.' => back.take_while(|c| is_word(*c)).last().is_none_or(char::is_uppercase),
        previous => !is_word(previous),
    }
}

fn ends(after: &str, name: &str, last: char) -> bool {
    let mut chars = after.chars();
    let Some(next) = chars.next() else { return true };
    match next {
        // A name that ends with a full stop of its own (`Jr.`) has come to an end.
        _ if !is_word(last) => !is_word(next),
        _ if is_dense(next) || is_dense(last) => !(is_katakana(next) && is_katakana(last)),
        // Korean joins its particles to names.
        _ if is_hangul(last) && is_hangul(next) => name.chars().filter(|c| is_hangul(*c)).count() >= 3,
        '\'' => {
            let ending: Vec<char> = chars.take_while(|c| is_word(*c)).collect();
            // `’s`, the bare apostrophe of a plural, and the short endings that Turkish and its kin join with one.
            let short = ending.len() <= 4 && ending.iter().all(|c| c.is_lowercase());
            matches!(ending[..], [] | ['s'] | ['S']) || (short && last_word(name).chars().count() >= 4)
        }
        '@' | '_' => false,
        '.' => !chars.next().is_some_and(|c| c.is_lowercase() || c.is_ascii_digit()),
        next => !is_word(next),
    }
}

/// Whether a hyphen joins the name to another capitalised word: `Smith-Jones` is neither Smith nor Jones. `pro-Putin` and
/// `Putin-led` are about Putin.
pub(super) fn compound(text: &str, name: &Range<usize>, to_the_left: bool) -> bool {
    if to_the_left {
        let Some(before) = text[..name.start].strip_suffix('-') else { return false };
        let word: String = before.chars().rev().take_while(|c| is_word(*c)).collect();
        word.chars().next_back().is_some_and(char::is_uppercase) && !is_acronym(&word)
    } else {
        let Some(after) = text[name.end..].strip_prefix('-') else { return false };
        let word: String = after.chars().take_while(|c| is_word(*c)).collect();
        word.starts_with(char::is_uppercase) && !is_acronym(&word)
    }
}

/// `US-Trump` is no name.
fn is_acronym(word: &str) -> bool {
    word.len() > 1 && word.chars().all(|c| c.is_uppercase())
}

/// The words beside a name, if nothing but a space stands between.
pub(super) struct Neighbours<'t> {
    /// The word after.
    pub next: Option<&'t str>,
    /// The initial before, as in `D. Trump`.
    pub initial: Option<char>,
    previous: Option<Previous<'t>>,
}

struct Previous<'t> {
    word: &'t str,
    begins_sentence: bool,
    possessive: bool,
}

impl<'t> Neighbours<'t> {
    pub(super) fn of(text: &'t str, name: &Range<usize>) -> Self {
        let next = text[name.end..].strip_prefix(' ').map(first_word).filter(|w| !w.is_empty());
        let mut before = &text[..name.start];
        let mut previous = None;
        let mut initial = None;
        while let Some(rest) = before.strip_suffix(' ') {
            let bare = rest.strip_suffix('.').unwrap_or(rest);
            let word = last_word(bare);
            let ahead = &bare[..bare.len() - word.len()];
            if word.is_empty() {
                break;
            }
            let stopped = bare.len() < rest.len();
            if stopped && word.chars().count() == 1 && word.starts_with(char::is_uppercase) && !ahead.ends_with('.') {
                initial = Some(word.chars().next().unwrap_or(' '));
                before = ahead;
                continue;
            }
            // A particle belongs to the name, and what stands before it is what counts.
            if PARTICLES.contains(&word) && !stopped {
                before = ahead;
                continue;
            }
            if stopped && !TITLES.contains(&word) {
                break;
            }
            previous = Some(Previous {
                begins_sentence: begins_sentence(ahead),
                possessive: word == "s" && ahead.ends_with('\''),
                word,
            });
            break;
        }
        Self { next, initial, previous }
    }

    /// Whether a family name can stand here for a person: not after somebody's given name.
    pub(super) fn may_precede_family(&self) -> bool {
        let Some(previous) = &self.previous else { return true };
        !previous.word.starts_with(char::is_uppercase)
            || previous.possessive
            || TITLES.contains(&previous.word)
            || CALENDAR.contains(&previous.word)
            || (previous.begins_sentence && OPENERS.binary_search(&&*previous.word.to_lowercase()).is_ok())
    }
}

fn begins_sentence(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '"', '\'', '“', '„', '«', '(', '[', '¿', '¡', '—', '–']);
    before.is_empty() || before.ends_with(['.', '!', '?', ':', ';', '…', '\n', '”', '»'])
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !is_word(c)).unwrap_or(text.len());
    &text[..end]
}

fn last_word(text: &str) -> &str {
    let start = text.char_indices().rev().take_while(|(_, c)| is_word(*c)).last().map_or(text.len(), |(i, _)| i);
    &text[start..]
}

/// Whether a headline has a capital on nearly every word, so that a capital says nothing.
pub(super) fn is_title_case(text: &str) -> bool {
    let long = text.split(' ').filter(|w| w.chars().filter(|c| is_word(*c)).count() > 3);
    let (mut upper, mut all) = (0, 0);
    for word in long {
        all += 1;
        upper += usize::from(word.chars().find(|c| is_word(*c)).is_some_and(char::is_uppercase));
    }
    all >= 3 && upper * 5 >= all * 4
}

/// `in May`, `12 May`, `May 2019`: a month, whoever is called like it.
pub(super) fn is_month(text: &str, name: &Range<usize>) -> bool {
    let before = last_word(text[..name.start].trim_end_matches(' ')).to_lowercase();
    let after = first_word(text[name.end..].trim_start_matches([' ', ',']));
    let number = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
    number(&before) || number(after) || BEFORE_MONTHS.contains(&before.as_str())
}

/// Scripts that are written without spaces between words.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{edf}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3005}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30a1}'..='\u{30ff}')
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}')
}
