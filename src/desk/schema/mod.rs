//! JSON Schemas (draft 2020-12) of front matter and of `site.toml`, for editors.
//!
//! Which keys there are is known where they are read: the keys of front matter from the lists that the reader has, those of
//! `site.toml` from the reader itself. Here is what each means. A key without a meaning is a failing test, and so is a
//! meaning without a key.

mod keys;

use super::init::SITE_TOML;
use crate::config::Config;
use crate::content::{EntityKind, article, briefing, record, standing};
use keys::{Key, Shape};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What there is a schema of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Front matter of articles.
    Article,
    /// Front matter of a record.
    Record(EntityKind),
    /// Front matter of what is said about a day.
    Briefing,
    /// Front matter of standing pages.
    Page,
    /// `site.toml`.
    Site,
}

impl Of {
    /// All of them, with what the command line calls each.
    pub const ALL: [(&'static str, Of); 8] = [
        ("front-matter", Of::Article),
        ("person", Of::Record(EntityKind::Person)),
        ("tag", Of::Record(EntityKind::Tag)),
        ("thread", Of::Record(EntityKind::Thread)),
        ("source", Of::Record(EntityKind::Source)),
        ("briefing", Of::Briefing),
        ("page", Of::Page),
        ("site", Of::Site),
    ];

    /// The keys that the reader knows.
    fn known(self) -> &'static [&'static str] {
        match self {
            Of::Article => article::KEYS,
            Of::Record(kind) => record::keys(kind),
            Of::Briefing => briefing::KEYS,
            Of::Page => standing::KEYS,
            Of::Site => &[],
        }
    }

    fn title(self) -> &'static str {
        match self {
            Of::Article => "Front matter of an article",
            Of::Record(EntityKind::Person) => "Front matter of a person's record",
            Of::Record(EntityKind::Tag) => "Front matter of a tag's record",
            Of::Record(EntityKind::Thread) => "Front matter of a thread's record",
            Of::Record(EntityKind::Source) => "Front matter of a source's record",
            Of::Briefing => "Front matter of what is said about a day",
            Of::Page => "Front matter of a standing page",
            Of::Site => "site.toml",
        }
    }

    fn renamed(self, config: &Config) -> &BTreeMap<String, String> {
        let maps = &config.front_matter;
        match self {
            Of::Article | Of::Site => &maps.articles,
            Of::Record(EntityKind::Person) => &maps.people,
            Of::Record(EntityKind::Tag) => &maps.tags,
            Of::Record(EntityKind::Thread) => &maps.threads,
            Of::Record(EntityKind::Source) => &maps.sources,
            Of::Briefing => &maps.briefings,
            Of::Page => &maps.pages,
        }
    }
}

/// A schema. With a site's settings, its own words for keys are keys as well.
pub fn schema(of: Of, config: Option<&Config>) -> Value {
    let mut schema = match of {
        Of::Site => site(),
        _ => front_matter(of, config),
    };
    if let Some(map) = schema.as_object_mut() {
        map.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        map.insert("title".into(), of.title().into());
    }
    schema
}

fn front_matter(of: Of, config: Option<&Config>) -> Value {
    let mut properties = Map::new();
    for name in of.known() {
        // What has no meaning yet may still be written.
        properties.insert(name.to_string(), keys::find(of, name).map_or(Value::Bool(true), described));
    }
    let titled = |ours: &str| -> Vec<String> {
        let theirs = config.into_iter().flat_map(|c| of.renamed(c)).filter(|(_, to)| *to == ours);
        std::iter::once(ours.to_string()).chain(theirs.map(|(theirs, _)| theirs.clone())).collect()
    };
    let required = match of {
        Of::Article | Of::Page => titled("title"),
        Of::Record(_) => {
            properties.insert("title".into(), json!({ "type": "string", "description": "Another word for `name`." }));
            let mut names = titled("name");
            names.push("title".into());
            names
        }
        Of::Briefing | Of::Site => Vec::new(),
    };
    for (theirs, ours) in config.into_iter().flat_map(|c| of.renamed(c)) {
        if let Some(meaning) = properties.get(ours).cloned() {
            properties.insert(theirs.clone(), meaning);
        }
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    match &required[..] {
        [] => {}
        [one] => schema["required"] = json!([one]),
        several => schema["anyOf"] = several.iter().map(|name| json!({ "required": [name] })).collect(),
    }
    schema
}

fn described(key: &Key) -> Value {
    let mut schema = shape(&key.shape);
    if let Some(map) = schema.as_object_mut() {
        map.insert("description".into(), key.meaning.into());
    }
    schema
}

/// What the reader takes: an empty value is as good as none, a single text a list of one.
fn shape(of: &Shape) -> Value {
    match of {
        Shape::Text => json!({ "type": ["string", "number", "null"] }),
        Shape::Date => {
            json!({ "type": ["string", "number", "null"], "examples": ["2025-03-16", "2025-03-16T18:30:00+01:00"] })
        }
        Shape::Yes => json!({ "enum": [true, false, null, "yes", "no", "on", "off"] }),
        Shape::Integer => json!({ "type": ["integer", "null"] }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::Texts => {
            let item = json!({ "type": ["string", "number", "null"] });
            json!({ "anyOf": [{ "type": ["string", "null"] }, { "type": "array", "items": item }] })
        }
        Shape::Dictionary => {
            json!({ "type": ["object", "null"], "additionalProperties": { "type": ["string", "number", "null"] } })
        }
        Shape::Anything => json!({ "type": ["object", "null"] }),
        Shape::Maps { known, keys } => {
            let properties: Map<String, Value> = known
                .iter()
                .map(|name| {
                    let key = keys.iter().find(|key| key.name == *name);
                    (name.to_string(), key.map_or(Value::Bool(true), described))
                })
                .collect();
            let one = json!({ "type": "object", "properties": properties, "additionalProperties": false });
            let item = json!({ "anyOf": [{ "type": ["string", "null"] }, one] });
            json!({ "anyOf": [{ "type": ["string", "null"] }, one, { "type": "array", "items": item }] })
        }
    }
}

/// Of `site.toml`: the keys are the reader's, what they mean is said in the starter's `site.toml`.
fn site() -> Value {
    let mut schema = Config::shape();
    describe(&mut schema, "", &meanings());
    schema["required"] = json!(["title"]);
    schema
}

fn describe(schema: &mut Value, path: &str, meanings: &BTreeMap<String, String>) {
    let items = schema.get("items").is_some();
    let inside = if items {
        schema.get_mut("items").and_then(|i| i.get_mut("properties"))
    } else {
        schema.get_mut("properties")
    };
    for (key, value) in inside.and_then(Value::as_object_mut).into_iter().flatten() {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        describe(value, &path, meanings);
        if let (Some(map), Some(meaning)) = (value.as_object_mut(), meanings.get(&path)) {
            map.insert("description".into(), meaning.as_str().into());
        }
    }
}

/// Key of `site.toml` with its tables → what the comment above it says.
pub fn meanings() -> BTreeMap<String, String> {
    let mut meanings = BTreeMap::new();
    let mut table = String::new();
    let mut comment: Vec<&str> = Vec::new();
    for line in SITE_TOML.lines() {
        if let Some(text) = line.strip_prefix("# ") {
            comment.push(text);
            continue;
        }
        let setting = line.strip_prefix('#').unwrap_or(line);
        if setting.starts_with('[') {
            table = setting.trim_matches(['[', ']']).to_string();
            meanings.entry(table.clone()).or_insert_with(|| comment.join(" "));
        } else if let Some((key, _)) = setting.split_once(" = ") {
            let path = if table.is_empty() { key.to_string() } else { format!("{table}.{key}") };
            meanings.insert(path, comment.join(" "));
        }
        comment.clear();
    }
    meanings.retain(|_, meaning| !meaning.is_empty());
    meanings
}

/// Keys that the reader knows and that have no meaning here, and meanings of keys that it does not know.
pub fn drifted() -> Vec<String> {
    let mut drifted = Vec::new();
    for (name, of) in Of::ALL.into_iter().filter(|(_, of)| *of != Of::Site) {
        let unmeant = of.known().iter().filter(|key| keys::find(of, key).is_none());
        drifted.extend(unmeant.map(|key| format!("{name}: `{key}` has no meaning")));
        let unknown = keys::of(of).filter(|key| !of.known().contains(&key.name));
        drifted.extend(unknown.map(|key| format!("{name}: `{}` is no key", key.name)));
        for key in keys::of(of) {
            let Shape::Maps { known, keys } = &key.shape else { continue };
            let inner: Vec<&str> = keys.iter().map(|k| k.name).collect();
            if inner != *known {
                drifted.push(format!("{name}: `{}` has the keys {known:?}, and meanings for {inner:?}", key.name));
            }
        }
    }
    drifted
}
