//! Dates as people write them in front matter and file names.
//!
//! What is unambiguous is understood (year first; `T` or a space; with or without seconds and offset; one-digit
//! parts); everything else is refused with the reason. Shapes: RFC 3339 and what Hugo, Jekyll and WordPress exports hold.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};
use serde::{Deserialize, Serialize};

/// A moment as an article states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Stamp {
    /// The instant; of a date alone, the start of that day in the site's time zone.
    #[serde(with = "super::stored::instant")]
    pub instant: Timestamp,
    /// The day it falls on in the site's time zone: an article's day is decided here and nowhere else.
    #[serde(with = "super::stored::date")]
    pub day: Date,
    /// Whether a time of day was written.
    pub has_time: bool,
}

impl Stamp {
    /// The start of a day.
    pub fn of_day(day: Date, zone: &TimeZone) -> Self {
        Self { instant: instant(day.at(0, 0, 0, 0), zone), day, has_time: false }
    }

    /// The moment as RFC 3339 with the site's offset at that moment.
    pub fn rfc3339(&self, zone: &TimeZone) -> String {
        rfc3339(&self.instant.to_zoned(zone.clone()))
    }
}

/// RFC 3339 with whole seconds.
pub fn rfc3339(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Why a date was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Not year-first or not a date at all.
    #[error("`{0}` is not a date that can be read without guessing")]
    Shape(String),
    /// The calendar has no such day, or the day no such time.
    #[error("`{0}` does not exist")]
    Nonexistent(String),
    /// The offset is not one.
    #[error("`{0}` ends in something that is not a UTC offset")]
    Offset(String),
}

impl DateError {
    /// What to type instead.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Shape(_) => "write year, month, day: `2025-03-16`, or with a time: `2025-03-16T18:30:00+01:00`",
            Self::Nonexistent(_) => "check the month's length and that the time is between 00:00:00 and 23:59:59",
            Self::Offset(_) => "end with `Z` or an offset like `+01:00`, or leave it out for the site's time zone",
        }
    }
}

/// Reads a date or date-time.
pub fn parse(text: &str, zone: &TimeZone) -> Result<Stamp, DateError> {
    let text = text.trim();
    let shape = || DateError::Shape(shown(text));
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == '-' || c == '/')).unwrap_or(text.len());
    let (date, rest) = text.split_at(split);
    let day = parse_day(date).map_err(|missing| if missing { DateError::Nonexistent(shown(text)) } else { shape() })?;
    let rest = rest.strip_prefix(['T', 't']).unwrap_or(rest).trim();
    if rest.is_empty() {
        return if text.ends_with(['T', 't']) { Err(shape()) } else { Ok(Stamp::of_day(day, zone)) };
    }
    let split = rest.find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.')).unwrap_or(rest.len());
    let (clock, offset) = rest.split_at(split);
    let time =
        parse_time(clock).map_err(|missing| if missing { DateError::Nonexistent(shown(text)) } else { shape() })?;
    let local = day.to_datetime(time);
    let instant = match offset.trim() {
        "" => instant(local, zone),
        offset => {
            let offset = parse_offset(offset).ok_or_else(|| DateError::Offset(shown(text)))?;
            offset.to_timestamp(local).map_err(|_| DateError::Nonexistent(shown(text)))?
        }
    };
    Ok(Stamp { instant, day: instant.to_zoned(zone.clone()).date(), has_time: true })
}

/// Reads a date alone: `2025-03-16`, `2025/3/16`.
pub fn parse_date(text: &str) -> Result<Date, DateError> {
    parse_day(text.trim())
        .map_err(|missing| if missing { DateError::Nonexistent(shown(text)) } else { DateError::Shape(shown(text)) })
}

/// A date at the start of a file name, and what follows it: `2025-03-16-slug` → (16 March 2025, `slug`).
pub fn from_file_name(stem: &str) -> Option<(Date, &str)> {
    let mut ends = stem.match_indices(['-', '_']).map(|(i, _)| i).chain([stem.len()]).skip(2);
    let end = ends.next()?;
    let mut parts = stem[..end].split('-');
    let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
    // Jekyll wants two digits; a one-digit day is as clear. `2025-03-16T1200` and the like are left alone.
    if y.len() != 4 || m.len() > 2 || d.len() > 2 {
        return None;
    }
    let day = parse_day(&stem[..end]).ok()?;
    Some((day, stem[end..].trim_start_matches(['-', '_'])))
}

/// A date in the folders of a path: `…/2025/03/16/…`, the last such.
pub fn from_folders<'a>(folders: impl DoubleEndedIterator<Item = &'a str> + Clone) -> Option<Date> {
    let parts: Vec<&str> = folders.collect();
    parts.windows(3).rev().find_map(|w| {
        let [y, m, d] = w else { return None };
        if y.len() != 4 || m.len() > 2 || d.len() > 2 {
            return None;
        }
        parse_day(&format!("{y}-{m}-{d}")).ok()
    })
}

fn instant(local: DateTime, zone: &TimeZone) -> Timestamp {
    // A local time that a clock change skips or repeats: the usual reading (RFC 5545 §3.3.5). Only the ends of
    // the calendar have no instant; there the day itself is the best that can be said.
    zone.to_timestamp(local).unwrap_or_else(|_| Offset::UTC.to_timestamp(local).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// `Err(true)`: the shape is right but there is no such day.
fn parse_day(text: &str) -> Result<Date, bool> {
    let separator = if text.contains('/') { '/' } else { '-' };
    let mut parts = text.split(separator);
    let (Some(y), Some(m), Some(d), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(false);
    };
    if y.len() != 4 || !(1..=2).contains(&m.len()) || !(1..=2).contains(&d.len()) {
        return Err(false);
    }
    let (Ok(y), Ok(m), Ok(d)) = (y.parse::<i16>(), m.parse::<i8>(), d.parse::<i8>()) else { return Err(false) };
    // Year 0 is a default that programs write, never a day of news; 9999 overflows as soon as an offset is added.
    if !(1..=9998).contains(&y) {
        return Err(true);
    }
    Date::new(y, m, d).map_err(|_| true)
}

fn parse_time(text: &str) -> Result<Time, bool> {
    let mut parts = text.split(':');
    let (Some(h), Some(m)) = (parts.next(), parts.next()) else { return Err(false) };
    let s = parts.next().unwrap_or("0");
    if parts.next().is_some() {
        return Err(false);
    }
    let (s, fraction) = s.split_once('.').unwrap_or((s, "0"));
    let digits = |t: &str| if (1..=2).contains(&t.len()) { t.parse::<i8>().map_err(|_| false) } else { Err(false) };
    let (h, m, s) = (digits(h)?, digits(m)?, digits(s)?);
    if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err(false);
    }
    let nanos = fraction.parse::<i32>().map_err(|_| false)? * 10i32.pow(9 - fraction.len() as u32);
    Time::new(h, m, s, nanos).map_err(|_| true)
}

/// `Z`, `UTC`, `+01:00`, `-0400`, `-4`.
fn parse_offset(text: &str) -> Option<Offset> {
    if matches!(text, "Z" | "z" | "UTC" | "GMT") {
        return Some(Offset::UTC);
    }
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-" | "−", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some((h, m)) if m.len() == 2 => (h, m),
        Some(_) => return None,
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "0"),
    };
    let numeric = |t: &str| !t.is_empty() && t.len() <= 2 && t.bytes().all(|b| b.is_ascii_digit());
    if !numeric(hours) || !numeric(minutes) {
        return None;
    }
    let (h, m) = (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?);
    // RFC 3339 §5.6: hours to 23; no place on earth is past 14.
    if h > 14 || m > 59 {
        return None;
    }
    Offset::from_seconds(sign * (h * 3600 + m * 60)).ok()
}

fn shown(text: &str) -> String {
    const SHOWN: usize = 60;
    if text.chars().count() > SHOWN { text.chars().take(SHOWN).chain(['…']).collect() } else { text.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn london() -> TimeZone {
        jiff::tz::db().get("Europe/London").expect("bundled")
    }

    #[test]
    fn dates_of_real_archives() {
        for (text, utc) in [
            ("2025-03-16", "2025-03-16T00:00:00Z"),
            ("2025-07-16", "2025-07-15T23:00:00Z"),
            ("2025-03-16T18:30:00Z", "2025-03-16T18:30:00Z"),
            ("2025-03-16t18:30:00z", "2025-03-16T18:30:00Z"),
            ("2025-03-16T18:30:00.25+01:00", "2025-03-16T17:30:00.25Z"),
            ("2015-01-02 11:00:28 -0400", "2015-01-02T15:00:28Z"),
            ("2015-01-02 11:00:28 -4", "2015-01-02T15:00:28Z"),
            ("2015-1-2 9:05", "2015-01-02T09:05:00Z"),
            ("2013/07/01 9:05:00 -04:00", "2013-07-01T13:05:00Z"),
            ("2013-07-01 12:00 UTC", "2013-07-01T12:00:00Z"),
            ("1969-07-16 13:32", "1969-07-16T12:32:00Z"),
            ("  2025-03-16  ", "2025-03-16T00:00:00Z"),
        ] {
            assert_eq!(parse(text, &london()).map(|s| s.instant.to_string()), Ok(utc.to_string()), "{text}");
        }
    }

    #[test]
    fn the_site_decides_the_day() {
        let late = parse("2025-07-16T23:30:00Z", &london()).expect("a date");
        assert_eq!(late.day.to_string(), "2025-07-17");
    }

    #[test]
    fn what_would_be_a_guess_is_refused() {
        for text in [
            "16/03/2025",
            "03-16-2025",
            "March 16, 2025",
            "2025",
            "2025-03",
            "25-03-16",
            "2025-02-30",
            "2025-03-16T",
            "2025-03-16 25:00",
            "2025-03-16 18",
            "2025-03-16 18:30 CET",
            "2025-03-16 18:30 +99",
            "0000-00-00",
            "",
            "2025-03-16 18:30:61",
            "2025-03-16-1",
            "２０２５-03-16",
            "2025-03-16 18:30 +1:2:3",
        ] {
            assert!(parse(text, &london()).is_err(), "{text}");
        }
    }

    #[test]
    fn dates_in_paths() {
        assert_eq!(
            from_file_name("2025-03-16-a-b").map(|(d, s)| (d.to_string(), s)),
            Some(("2025-03-16".into(), "a-b"))
        );
        assert_eq!(from_file_name("2025-03-16_a").map(|(_, s)| s), Some("a"));
        assert_eq!(from_file_name("2025-03-16").map(|(_, s)| s), Some(""));
        assert_eq!(from_file_name("2025-13-16-x"), None);
        assert_eq!(from_file_name("notes-2025-03-16"), None);
        assert_eq!(
            from_folders(["a", "2025", "3", "16", "x"].into_iter()).map(|d| d.to_string()),
            Some("2025-03-16".into())
        );
        assert_eq!(from_folders(["a", "2025", "03"].into_iter()), None);
    }
}
