//! A line that is a date and nothing else, as pages write them under a headline.

use crate::content::dates::{self, Stamp};
use jiff::civil::Date;
use jiff::tz::TimeZone;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const BEFORE: [&str; 6] = ["published", "posted", "date", "first published", "published on", "posted on"];

/// The date that a line is: `2025-03-16`, `16 March 2025`, `Sunday, March 16, 2025`, `16.3.2025`, with or without
/// `Published:` before it. With the text to write in front matter. `3/4/2025` is two dates, and so none.
pub(super) fn date_of(line: &str, zone: &TimeZone) -> Option<(String, Stamp)> {
    let line = line.trim().trim_end_matches('.');
    if line.len() > 60 {
        return None;
    }
    let lower = line.to_lowercase();
    let rest = BEFORE.iter().filter_map(|b| lower.strip_prefix(b)).min_by_key(|rest| rest.len());
    let rest = rest.map_or(lower.as_str(), |rest| rest.trim_start_matches([':', ' ']));
    let original = &line[line.len().saturating_sub(rest.len())..];
    // Lower case may be longer than the text it is of; then the text is no date anyway.
    if let Ok(stamp) = dates::parse(if original.to_lowercase() == rest { original } else { rest }, zone) {
        let shown = if stamp.has_time { stamp.rfc3339(zone) } else { stamp.day.to_string() };
        return Some((shown, stamp));
    }
    let day = in_words(rest).or_else(|| dotted(rest))?;
    Some((day.to_string(), Stamp::of_day(day, zone)))
}

fn in_words(text: &str) -> Option<Date> {
    let mut words: Vec<&str> = text.split([' ', ',', '\u{a0}']).filter(|w| !w.is_empty()).collect();
    if words.first().is_some_and(|w| name(w, &DAYS).is_some()) {
        words.remove(0);
    }
    let [a, b, year] = words[..] else { return None };
    let (day, month) = match (number(a), number(b)) {
        (Some(day), None) => (day, name(b, &MONTHS)?),
        (None, Some(day)) => (day, name(a, &MONTHS)?),
        _ => return None,
    };
    let year = year.parse::<i16>().ok().filter(|_| year.len() == 4)?;
    Date::new(year, month as i8 + 1, day).ok()
}

/// `16.3.2025`: with full stops the day is always first.
fn dotted(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('.').map(str::trim).collect();
    let [day, month, year] = parts[..] else { return None };
    let year = year.parse::<i16>().ok().filter(|_| year.len() == 4)?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// `16`, `16th`, `16.`
fn number(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(['.', 's', 't', 'n', 'd', 'r', 'h']);
    digits.parse().ok().filter(|n| (1..=31).contains(n))
}

/// Which of some names a word is, written out or as its first three letters (`sept` has four).
fn name(word: &str, names: &[&str]) -> Option<usize> {
    let word = word.trim_end_matches('.');
    names.iter().position(|n| *n == word || (word.len() >= 3 && word.len() <= 4 && n.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_a_date() {
        for (line, date) in [
            ("2025-03-16", "2025-03-16"),
            ("16 March 2025", "2025-03-16"),
            ("Sunday, March 16, 2025", "2025-03-16"),
            ("Sun 16th Mar. 2025", "2025-03-16"),
            ("Published: 16.3.2025", "2025-03-16"),
            ("PUBLISHED ON Sept 1, 2024", "2024-09-01"),
            ("2025-03-16T18:30:00Z", "2025-03-16T18:30:00+00:00"),
        ] {
            let found = date_of(line, &TimeZone::UTC).map(|(text, _)| text);
            assert_eq!(found.as_deref(), Some(date), "{line}");
        }
        for line in
            ["3/4/2025", "16 March", "31 June 2025", "In May 2025", "Talks of 16 March 2025", "May 5", "", "2025"]
        {
            assert!(date_of(line, &TimeZone::UTC).is_none(), "{line}");
        }
    }
}
