//! Words and dates in the site's language: `i18n/LANG.toml` of the theme, over the same of its parents, over English.

use super::layers::Layers;
use super::value::Value;
use crate::content::markdown::Labels;
use crate::diagnostics::{Code, Diagnostic};
use icu_plurals::{PluralCategory, PluralRules};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The strings of one language; cheap to clone.
#[derive(Clone, Default)]
pub struct Strings {
    tables: Arc<Tables>,
    rules: Option<Arc<PluralRules>>,
}

#[derive(Default, Deserialize, Serialize)]
struct Tables {
    #[serde(default)]
    plurals: BTreeMap<String, BTreeMap<String, String>>,
    #[serde(default)]
    dates: BTreeMap<String, Date>,
    #[serde(default)]
    corrections: BTreeMap<String, String>,
    #[serde(default)]
    alerts: BTreeMap<String, String>,
    #[serde(flatten)]
    flat: BTreeMap<String, String>,
}

#[derive(Deserialize, Serialize, Clone)]
#[serde(untagged)]
enum Date {
    Names(Vec<String>),
    Pattern(String),
}

/// Reads and merges the string tables; the most general first.
pub fn load(layers: &Layers, language: &str, problems: &mut Vec<Diagnostic>) -> Strings {
    let primary = language.split('-').next().unwrap_or("en");
    let mut tables = Tables::default();
    for name in ["en", primary, language] {
        let wanted = format!("{name}.toml");
        let files: Vec<_> = layers.files_under("i18n/").filter(|(_, path, _)| *path == wanted).collect();
        for (_, _, file) in files.into_iter().rev() {
            let text = String::from_utf8_lossy(&file.bytes);
            match toml::from_str::<Tables>(&text) {
                Ok(more) => tables.extend(more),
                Err(e) => problems.push(
                    Diagnostic::error(
                        Code::Theme,
                        format!("these strings are not valid: {}", e.message().lines().next().unwrap_or("")),
                    )
                    .in_file(&file.shown)
                    .at(&text, e.span().unwrap_or(0..0))
                    .help("each line is `key = \"text\"`; tables are plurals, dates, corrections and alerts"),
                ),
            }
        }
    }
    if !layers.files_under("i18n/").any(|(_, path, _)| [primary, language].iter().any(|n| path == format!("{n}.toml")))
    {
        problems.push(
            Diagnostic::warning(
                Code::Theme,
                format!("the theme has no words in the language `{language}`: English is used"),
            )
            .help(format!("translate them in themes/{}/i18n/{primary}.toml", layers.name())),
        );
    }
    for (name, pattern) in &tables.dates {
        if let Date::Pattern(pattern) = pattern
            && let Some(wrong) = unknown_placeholder(pattern, name)
        {
            problems.push(
                Diagnostic::error(
                    Code::Theme,
                    format!("the date pattern `{name}` has a placeholder `{{{wrong}}}`, which is none"),
                )
                .help(format!("known are: {}", PLACEHOLDERS.join(", "))),
            );
        }
    }
    let rules = language
        .parse::<icu_locale_core::Locale>()
        .ok()
        .and_then(|locale| PluralRules::try_new_cardinal(locale.into()).ok());
    Strings { tables: Arc::new(tables), rules: rules.map(Arc::new) }
}

/// What a date pattern can hold in braces.
const PLACEHOLDERS: &[&str] = &[
    "weekday",
    "weekday_short",
    "day",
    "day2",
    "month",
    "month_short",
    "month2",
    "year",
    "hour",
    "hour2",
    "minute",
    "time",
];

fn unknown_placeholder<'a>(pattern: &'a str, name: &str) -> Option<&'a str> {
    let names = pattern.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or(""));
    names.into_iter().find(|p| !PLACEHOLDERS.contains(p) || (*p == "time" && name == "time"))
}

impl Tables {
    fn extend(&mut self, more: Self) {
        self.plurals.extend(more.plurals);
        self.dates.extend(more.dates);
        self.corrections.extend(more.corrections);
        self.alerts.extend(more.alerts);
        self.flat.extend(more.flat);
    }
}

impl Strings {
    /// A string; the key itself where no language has it.
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.tables.flat.get(key).map_or(key, String::as_str)
    }

    /// The label of a kind of correction.
    pub fn correction<'a>(&'a self, kind: &'a str) -> &'a str {
        self.tables.corrections.get(kind).map_or(kind, String::as_str)
    }

    /// Everything, to be hashed.
    pub fn all(&self) -> &impl Serialize {
        &*self.tables
    }

    /// The words inside a rendered body.
    pub fn labels(&self) -> Labels {
        let alert = |kind: &str| self.tables.alerts.get(kind).cloned().unwrap_or_else(|| kind.to_string());
        Labels {
            anchor: self.get("heading_anchor").to_string(),
            table: self.get("table_region").to_string(),
            footnotes: self.get("footnotes").to_string(),
            back: self.get("footnote_back").to_string(),
            done: self.get("task_done").to_string(),
            open: self.get("task_open").to_string(),
            alerts: ["note", "tip", "important", "warning", "caution"].map(alert),
        }
    }

    /// The `t` of templates.
    pub(super) fn flat_value(&self) -> Value {
        Value::dictionary(self.tables.flat.iter().map(|(k, v)| (k.clone(), Value::text(v))))
    }

    /// `3` → `3 articles`; by the language's plural rules (Unicode CLDR).
    pub fn plural(&self, key: &str, n: i64) -> Option<String> {
        let forms = self.tables.plurals.get(key)?;
        let category = match self.rules.as_ref().map_or(PluralCategory::Other, |r| r.category_for(n.unsigned_abs())) {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        };
        let form = forms.get(category).or_else(|| forms.get("other"))?;
        Some(form.replace("{n}", &self.number(n)))
    }

    /// Digits in groups of three, by the language's separator.
    pub fn number(&self, n: i64) -> String {
        let separator = self.tables.flat.get("thousands").map_or(",", String::as_str);
        let digits = n.unsigned_abs().to_string();
        let mut out = String::from(if n < 0 { "−" } else { "" });
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push_str(separator);
            }
            out.push(digit);
        }
        out
    }

    /// The short names of the days of the week, Monday first.
    pub fn weekdays_short(&self) -> Vec<String> {
        match self.tables.dates.get("weekdays_short") {
            Some(Date::Names(names)) => names.clone(),
            _ => Vec::new(),
        }
    }

    fn name(&self, list: &str, index: usize) -> &str {
        match self.tables.dates.get(list) {
            Some(Date::Names(names)) => names.get(index).map_or("", String::as_str),
            _ => "",
        }
    }

    /// A date or date-time of a view (RFC 3339, in the site's zone) in words; `None` if it is not one or the format is
    /// unknown.
    pub fn date(&self, value: &str, format: &str) -> Option<String> {
        let digits = |range: std::ops::Range<usize>| value.get(range)?.parse::<i16>().ok();
        let (year, month, day) = (digits(0..4)?, digits(5..7)?, digits(8..10)?);
        let date = jiff::civil::Date::new(year, month as i8, day as i8).ok()?;
        let clock = value.get(11..16).and_then(|c| c.split_once(':')).filter(|(hour, minute)| {
            [hour, minute].iter().all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit()))
        });
        let built_in = match format {
            "iso" => return Some(value.to_string()),
            "day" => "{day}",
            "weekday" => "{weekday}",
            "month_name" => "{month}",
            "year" => "{year}",
            // A date alone has no time to show.
            "time" if clock.is_none() => return Some(String::new()),
            "datetime" if clock.is_none() => return self.date(value, "medium"),
            _ => "",
        };
        let pattern = match self.tables.dates.get(format) {
            Some(Date::Pattern(pattern)) => pattern,
            _ if built_in.is_empty() => return None,
            _ => built_in,
        };
        let weekday = date.weekday().to_monday_zero_offset() as usize;
        let month_index = (month - 1) as usize;
        let mut out = String::with_capacity(pattern.len() + 16);
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let (name, after) = after.split_once('}')?;
            match name {
                "weekday" => out.push_str(self.name("weekdays", weekday)),
                "weekday_short" => out.push_str(self.name("weekdays_short", weekday)),
                "day" => out.push_str(&day.to_string()),
                "day2" => out.push_str(value.get(8..10)?),
                "month" => out.push_str(self.name("months", month_index)),
                "month_short" => out.push_str(self.name("months_short", month_index)),
                "month2" => out.push_str(value.get(5..7)?),
                "year" => out.push_str(&year.to_string()),
                "hour" => out.push_str(clock.map_or("", |(hour, _)| hour.strip_prefix('0').unwrap_or(hour))),
                "hour2" => out.push_str(clock.map_or("", |(hour, _)| hour)),
                "minute" => out.push_str(clock.map_or("", |(_, minute)| minute)),
                // A time within a time would never end.
                "time" if format != "time" => out.push_str(&self.date(value, "time")?),
                _ => return None,
            }
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }
}
