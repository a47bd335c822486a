//! Front matter: typed access to its keys, with the place of each in the file.
//!
//! Where it starts and ends is found in `fence`; which keys a kind of file has is said in `article`, `record` and their
//! like. Here is only how any key is read.

use super::dates::{self, Stamp};
use super::fence::Split;
use crate::diagnostics::{Code, Diagnostic, Severity, nearest};
use jiff::tz::TimeZone;
use serde_yaml::Value;
use std::collections::BTreeMap;
use std::ops::Range;

/// The keys of one file. Reading a key takes it out, so that what is left at the end is what nobody knows.
pub struct Keys<'a> {
    path: &'a str,
    text: &'a str,
    split: &'a Split<'a>,
    map: serde_yaml::Mapping,
    renamed: &'a BTreeMap<String, String>,
    /// What was wrong so far.
    pub problems: Vec<Diagnostic>,
}

impl<'a> Keys<'a> {
    /// Parses the YAML; `renamed` maps a file's own key to ours.
    pub fn parse(
        path: &'a str,
        text: &'a str,
        split: &'a Split<'a>,
        renamed: &'a BTreeMap<String, String>,
    ) -> Result<Self, Box<Diagnostic>> {
        let value = if split.yaml.trim().is_empty() {
            Value::Null
        } else {
            serde_yaml::from_str(split.yaml).map_err(|e| Box::new(yaml_problem(path, text, split, &e)))?
        };
        let map = match value {
            Value::Mapping(map) => map,
            Value::Null => Default::default(),
            _ => {
                return Err(Box::new(
                    Diagnostic::error(Code::Yaml, "the front matter is not a list of keys")
                        .in_file(path)
                        .at(
                            text,
                            split.yaml_start..split.yaml_start + split.yaml.find('\n').unwrap_or(split.yaml.len()),
                        )
                        .help("write one `key: value` on each line, with a space after the colon"),
                ));
            }
        };
        let mut keys = Self { path, text, split, map, renamed, problems: Vec::new() };
        keys.rename();
        Ok(keys)
    }

    fn rename(&mut self) {
        // All are taken out before any is put back: what one rename makes, another must not take.
        let found: Vec<(&String, Value)> = self
            .renamed
            .iter()
            .filter_map(|(theirs, ours)| Some((ours, self.map.shift_remove(theirs.as_str())?)))
            .collect();
        for (ours, value) in found {
            // A key of ours that the file has as well stays, unless it is empty.
            if self.map.get(ours.as_str()).is_none_or(is_blank) {
                self.map.insert(Value::String(ours.clone()), value);
            }
        }
    }

    /// Where the value of `key` stands: the key's own line.
    fn range(&self, key: &str) -> Range<usize> {
        let names: Vec<&str> = std::iter::once(key)
            .chain(self.renamed.iter().filter(|(_, o)| *o == key).map(|(t, _)| t.as_str()))
            .collect();
        let mut at = self.split.yaml_start;
        for line in self.split.yaml.split_inclusive('\n') {
            if let Some((name, rest)) = line.split_once(':')
                && names.contains(&name.trim_end().trim_matches(['"', '\'']))
            {
                let value = rest.trim();
                if value.is_empty() || value.starts_with('#') {
                    return at..at + name.len();
                }
                let start = at + name.len() + 1 + (rest.len() - rest.trim_start().len());
                return start..start + value.len();
            }
            at += line.len();
        }
        // A key that is not there is missed at the fence.
        self.split.fence.clone()
    }

    /// Where the item `index` of a block list under `key` stands; the key's line for other shapes.
    fn item_range(&self, key: &str, index: usize) -> Range<usize> {
        let whole = self.range(key);
        let mut at = self.text[..whole.start].rfind('\n').map_or(0, |i| i + 1);
        let mut seen = 0;
        let mut indent = None;
        for (n, line) in self.text[at..self.split.body_start].split_inclusive('\n').enumerate() {
            let trimmed = line.trim_start();
            let depth = line.len() - trimmed.len();
            if n > 0 && trimmed.starts_with("- ") && *indent.get_or_insert(depth) == depth {
                if seen == index {
                    let item = trimmed[2..].trim();
                    let start = at + line.find(item).unwrap_or(depth);
                    return start..start + item.len();
                }
                seen += 1;
            } else if n > 0 && depth == 0 && !trimmed.trim().is_empty() && !trimmed.starts_with('#') {
                break;
            }
            at += line.len();
        }
        whole
    }

    /// The bytes of the file at which the value of `key` stands, for problems found later.
    pub fn span(&self, key: &str) -> Range<u32> {
        let range = self.range(key);
        range.start as u32..range.end as u32
    }

    /// The same of the first of some keys that the file has.
    pub fn span_of_first(&self, keys: &[&str]) -> Range<u32> {
        let key = keys.iter().find(|k| self.map.get(**k).is_some_and(|v| !is_blank(v)));
        key.map_or(0..0, |key| self.span(key))
    }

    /// Adds an error at `key`.
    pub fn error(&mut self, code: Code, key: &str, message: impl Into<String>, help: impl Into<String>) {
        let d = Diagnostic::error(code, message).in_file(self.path).at(self.text, self.range(key)).help(help);
        self.problems.push(d);
    }

    /// Adds a warning at `key`.
    pub fn warning(&mut self, code: Code, key: &str, message: impl Into<String>, help: impl Into<String>) {
        let d = Diagnostic::warning(code, message).in_file(self.path).at(self.text, self.range(key)).help(help);
        self.problems.push(d);
    }

    fn item_error(&mut self, code: Code, key: &str, index: usize, message: String, help: &str) {
        let d =
            Diagnostic::error(code, message).in_file(self.path).at(self.text, self.item_range(key, index)).help(help);
        self.problems.push(d);
    }

    fn wrong_type(&mut self, key: &str, wanted: &str, got: &Value) {
        self.error(Code::WrongType, key, format!("`{key}` is {}, not {wanted}", type_name(got)), example(key, wanted));
    }

    /// Takes a key; an empty value is as good as none.
    pub fn take(&mut self, key: &str) -> Option<Value> {
        self.map.shift_remove(key).filter(|v| !is_blank(v))
    }

    /// Takes the first of several keys that has a value; the others are dropped only if they are empty.
    pub fn take_any(&mut self, keys: &[&'static str]) -> Option<(&'static str, Value)> {
        keys.iter().find_map(|k| self.take(k).map(|v| (*k, v)))
    }

    /// Refuses keys that would be expected to withhold something here and do not.
    pub fn refuse(&mut self, keys: &[&'static str], help: &str) {
        for key in keys {
            if self.map.get(*key).is_some_and(|v| !is_blank(v)) {
                self.error(Code::BadValue, key, format!("`{key}` means nothing here"), help);
            }
            self.map.shift_remove(*key);
        }
    }

    /// A string; numbers count as strings (a headline may be `1984`).
    pub fn string(&mut self, key: &'static str) -> Option<String> {
        let value = self.take(key)?;
        self.as_string(key, value)
    }

    /// A value that was taken, as a string.
    pub fn as_string(&mut self, key: &str, value: Value) -> Option<String> {
        let text = scalar(&value);
        if text.is_none() {
            self.wrong_type(key, "a text", &value);
        }
        text.map(|t| t.trim().to_string()).filter(|t| !t.is_empty())
    }

    /// A yes or no.
    pub fn bool(&mut self, key: &'static str) -> bool {
        match self.take(key) {
            None => false,
            Some(Value::Bool(b)) => b,
            // YAML 1.1 booleans, which YAML 1.2 reads as strings; editors go on writing them.
            Some(Value::String(s)) if matches!(s.to_ascii_lowercase().as_str(), "yes" | "on" | "true") => true,
            Some(Value::String(s)) if matches!(s.to_ascii_lowercase().as_str(), "no" | "off" | "false") => false,
            Some(other) => {
                self.wrong_type(key, "true or false", &other);
                false
            }
        }
    }

    /// A whole number.
    pub fn integer(&mut self, key: &'static str) -> Option<i64> {
        let value = self.take(key)?;
        let number = value.as_i64();
        if number.is_none() {
            self.wrong_type(key, "a whole number", &value);
        }
        number
    }

    /// A list of strings; a single string is a list of one. Empty and doubled items are dropped.
    pub fn strings(&mut self, key: &'static str) -> Vec<String> {
        let items = match self.take(key) {
            None => return Vec::new(),
            Some(Value::Sequence(items)) => items,
            Some(Value::String(one)) => vec![Value::String(one)],
            Some(other) => {
                self.wrong_type(key, "a list", &other);
                return Vec::new();
            }
        };
        let mut out: Vec<String> = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            // Only text and plain numbers (a tag `2024`): `[yes]` or a map is a slip.
            match item {
                Value::Null => {}
                Value::String(_) | Value::Number(_) => {
                    let text = scalar(&item).unwrap_or_default().trim().to_string();
                    if !text.is_empty() && !out.contains(&text) {
                        out.push(text);
                    }
                }
                other => {
                    let message = format!("item {} of `{key}` is {}, not a text", index + 1, type_name(&other));
                    self.item_error(Code::WrongType, key, index, message, "put it in quotation marks if it is a name");
                }
            }
        }
        out
    }

    /// A list of maps; `single` makes a map of a plain string. One map alone is a list of one.
    pub fn maps(&mut self, key: &'static str, single: &'static str) -> Vec<Fields> {
        let items = match self.take(key) {
            None => return Vec::new(),
            Some(Value::Sequence(items)) => items,
            Some(one @ (Value::Mapping(_) | Value::String(_))) => vec![one],
            Some(other) => {
                self.wrong_type(key, "a list", &other);
                return Vec::new();
            }
        };
        let mut out = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match item {
                Value::Mapping(map) => out.push(Fields { key, index, map }),
                Value::String(text) if text.trim().is_empty() => {}
                Value::Null => {}
                Value::String(text) => {
                    let mut map = serde_yaml::Mapping::new();
                    map.insert(Value::String(single.into()), Value::String(text));
                    out.push(Fields { key, index, map });
                }
                other => {
                    let message = format!("item {} of `{key}` is {}", index + 1, type_name(&other));
                    self.item_error(Code::WrongType, key, index, message, "write a name, or `- {…}` with its keys");
                }
            }
        }
        out
    }

    /// A map of texts.
    pub fn dictionary(&mut self, key: &'static str) -> BTreeMap<String, String> {
        let map = match self.take(key) {
            None => return BTreeMap::new(),
            Some(Value::Mapping(map)) => map,
            Some(other) => {
                self.wrong_type(key, "a map", &other);
                return BTreeMap::new();
            }
        };
        let mut out = BTreeMap::new();
        for (name, value) in map.into_iter().filter(|(_, value)| !is_blank(value)) {
            match scalar(&value) {
                Some(text) => drop(out.insert(key_text(&name), text.trim().to_string())),
                None => {
                    let message = format!("`{}` in `{key}` is {}, not a text", key_text(&name), type_name(&value));
                    self.error(Code::WrongType, key, message, "write a text");
                }
            }
        }
        out
    }

    /// A date or date-time.
    pub fn stamp(&mut self, key: &'static str, zone: &TimeZone) -> Option<Stamp> {
        let value = self.take(key)?;
        let Some(text) = scalar(&value) else {
            self.wrong_type(key, "a date", &value);
            return None;
        };
        match dates::parse(&text, zone) {
            Ok(stamp) => Some(stamp),
            Err(e) => {
                self.error(Code::BadDate, key, format!("`{key}`: {e}"), e.help());
                None
            }
        }
    }

    /// Ends the reading: unknown keys that look like a known one are warned of, and all go to the `extra` map,
    /// over the keys of an `extra:` map in the file.
    pub fn finish(mut self, known: &[&'static str]) -> (BTreeMap<String, serde_json::Value>, Vec<Diagnostic>) {
        let mut extra = BTreeMap::new();
        match self.take("extra") {
            None => {}
            Some(Value::Mapping(map)) => extra.extend(map.into_iter().map(|(k, v)| (key_text(&k), json(v)))),
            Some(other) => self.wrong_type("extra", "a map", &other),
        }
        for (key, value) in std::mem::take(&mut self.map) {
            let name = key_text(&key);
            if !known.contains(&name.as_str()) {
                if let Some(meant) = nearest(&name, known.iter().copied()) {
                    let value = self.range(&name);
                    let line = self.text[..value.start].rfind('\n').map_or(0, |i| i + 1);
                    let start = line + self.text[line..].find(name.as_str()).unwrap_or(0);
                    // Nobody finds out from a warning that a draft is public.
                    let withholds = matches!(meant, "draft" | "embargo" | "expires" | "suppress");
                    let severity = if withholds { Severity::Error } else { Severity::Warning };
                    let d = Diagnostic::new(Code::MisspeltKey, severity, format!("unknown key `{name}`"))
                        .in_file(self.path)
                        .at(self.text, start..start + name.len())
                        .help(format!("did you mean `{meant}`? A key of your own can stand under `extra:`"));
                    self.problems.push(d);
                }
                extra.insert(name, json(value));
            }
        }
        (extra, self.problems)
    }
}

/// One map in a list of maps, such as a correction.
pub struct Fields {
    key: &'static str,
    index: usize,
    map: serde_yaml::Mapping,
}

impl Fields {
    /// A string under the first of `names` that has one.
    pub fn string(&mut self, names: &[&'static str], keys: &mut Keys) -> Option<String> {
        for name in names {
            let Some(value) = self.map.shift_remove(*name).filter(|v| !is_blank(v)) else { continue };
            match scalar(&value) {
                Some(text) => return Some(text.trim().to_string()).filter(|t| !t.is_empty()),
                None => {
                    let message = format!("`{name}` in `{}` is {}, not a text", self.key, type_name(&value));
                    keys.item_error(Code::WrongType, self.key, self.index, message, "write a text");
                }
            }
        }
        None
    }

    /// The text that stands for a picture: it must be there, and may be empty.
    pub fn alt(&mut self, keys: &mut Keys) -> Option<String> {
        match self.map.shift_remove("alt") {
            Some(Value::String(text)) => Some(text.trim().to_string()),
            Some(Value::Null) | None => None,
            Some(other) => {
                self.map.insert(Value::String("alt".into()), other);
                self.string(&["alt"], keys)
            }
        }
    }

    /// A date or date-time.
    pub fn stamp(&mut self, name: &'static str, zone: &TimeZone, keys: &mut Keys) -> Option<Stamp> {
        let text = self.string(&[name], keys)?;
        match dates::parse(&text, zone) {
            Ok(stamp) => Some(stamp),
            Err(e) => {
                keys.item_error(
                    Code::BadDate,
                    self.key,
                    self.index,
                    format!("`{name}` in `{}`: {e}", self.key),
                    e.help(),
                );
                None
            }
        }
    }

    /// Reports a value of this item.
    pub fn error(&self, code: Code, message: String, help: &str, keys: &mut Keys) {
        keys.item_error(code, self.key, self.index, message, help);
    }

    /// Warns of what nobody asked for.
    pub fn finish(self, known: &[&'static str], keys: &mut Keys) {
        for (key, _) in &self.map {
            let name = key_text(key);
            if known.contains(&name.as_str()) {
                continue;
            }
            let help = match nearest(&name, known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("known here: {}", known.join(", ")),
            };
            let d = Diagnostic::warning(Code::MisspeltKey, format!("unknown key `{name}` in `{}`", self.key))
                .in_file(keys.path)
                .at(keys.text, keys.item_range(self.key, self.index))
                .help(help);
            keys.problems.push(d);
        }
    }
}

/// `~`, an empty text or an empty list: as good as not written.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(s) => s.trim().is_empty(),
        Value::Sequence(items) => items.is_empty(),
        _ => false,
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "empty",
        Value::Bool(_) => "a yes or no",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a map",
        Value::Tagged(_) => "a value with a YAML tag",
    }
}

fn example(key: &str, wanted: &str) -> String {
    match wanted {
        "a list" => format!("write `{key}: [one, two]`, or one `- item` on each line below it"),
        "true or false" => format!("write `{key}: true` or leave the line out"),
        "a whole number" => format!("write `{key}: 2`"),
        "a date" => format!("write `{key}: 2025-03-16T18:30:00Z`"),
        "a map" => format!("write `{key}:` and below it `name: value` on indented lines"),
        _ => format!("write `{key}: \"…\"`"),
    }
}

fn key_text(key: &Value) -> String {
    scalar(key).unwrap_or_else(|| "?".to_string())
}

/// YAML as JSON: what the theme can see under `extra`.
fn json(value: Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(b) => b.into(),
        Value::Number(n) => match (n.as_i64(), n.as_u64(), n.as_f64()) {
            (Some(i), _, _) => i.into(),
            (_, Some(u), _) => u.into(),
            (_, _, Some(f)) if f.is_finite() => f.into(),
            _ => n.to_string().into(),
        },
        Value::String(s) => s.into(),
        Value::Sequence(items) => items.into_iter().map(json).collect(),
        Value::Mapping(map) => {
            map.into_iter().map(|(k, v)| (key_text(&k), json(v))).collect::<serde_json::Map<_, _>>().into()
        }
        Value::Tagged(tagged) => json(tagged.value),
    }
}

fn yaml_problem(path: &str, text: &str, split: &Split, error: &serde_yaml::Error) -> Diagnostic {
    let full = error.to_string();
    let message = full.split(" at line ").next().unwrap_or(&full).trim_end_matches('.');
    let at = error.location().map_or(split.yaml_start, |l| split.yaml_start + l.index().min(split.yaml.len()));
    // Of a duplicate the parser names the key but the place of the whole map.
    let again = message.strip_prefix("duplicate entry with key ").and_then(|key| second(split, key.trim_matches('"')));
    let at = again.unwrap_or(at);
    let line = text[..at.min(text.len())].rfind('\n').map_or(0, |i| i + 1);
    let line_text = text[line..].lines().next().unwrap_or("");
    let help = if message.contains("duplicate") {
        "keep one of the two lines".to_string()
    } else if split.yaml.lines().any(|l| l.trim_start_matches(' ').starts_with('\t')) {
        "YAML does not allow tabs for indentation: use spaces".to_string()
    } else if message.contains("mapping values are not allowed") {
        "a value with a colon and a space in it needs quotation marks: `title: \"One: two\"`".to_string()
    } else if message.contains("recursion") {
        "nest lists and maps less deeply".to_string()
    } else if message.contains("repetition") {
        "write the values out instead of nesting anchors and aliases".to_string()
    } else if line_text.trim_start().starts_with(['@', '`', '%'])
        || line_text.contains(": @")
        || line_text.contains(": %")
        || line_text.contains(": `")
    {
        "a value that starts with `@`, `%` or a backtick needs quotation marks".to_string()
    } else {
        "check quotation marks, colons and indentation on this line and the one above".to_string()
    };
    Diagnostic::error(Code::Yaml, format!("the front matter is not valid YAML: {message}"))
        .in_file(path)
        .at(text, at..at)
        .help(help)
}

/// Where a top-level key stands for the second time, in bytes of the file.
fn second(split: &Split, key: &str) -> Option<usize> {
    let mut at = split.yaml_start;
    let mut seen = false;
    for line in split.yaml.split_inclusive('\n') {
        if line.split_once(':').is_some_and(|(name, _)| name.trim_end().trim_matches(['"', '\'']) == key) {
            if seen {
                return Some(at);
            }
            seen = true;
        }
        at += line.len();
    }
    None
}
