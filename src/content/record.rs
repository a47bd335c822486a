//! A tag's, person's, thread's or source's own file becomes a [`Record`].

use super::article::{Image, image, stem};
use super::front_matter::Keys;
use super::slug::is_sound;
use super::visible::Visible;
use super::{Loaded, Prose, paths, prose};
use crate::config::Config;
use crate::diagnostics::Code;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What articles are indexed by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EntityKind {
    /// A subject.
    Tag,
    /// A person.
    Person,
    /// A running story.
    Thread,
    /// A publisher or wire.
    Source,
}

impl EntityKind {
    /// All four, in the order in which they are worked through.
    pub const ALL: [EntityKind; 4] = [Self::Tag, Self::Person, Self::Thread, Self::Source];

    /// What one is called.
    pub fn singular(self) -> &'static str {
        ["tag", "person", "thread", "source"][self as usize]
    }

    /// What several are called; also the first part of their URLs.
    pub fn plural(self) -> &'static str {
        ["tags", "people", "threads", "sources"][self as usize]
    }

    /// The folder of their records.
    pub fn folder(self, config: &Config) -> &str {
        let f = &config.folders;
        [&f.tags, &f.people, &f.threads, &f.sources][self as usize]
    }

    fn renamed(self, config: &Config) -> &BTreeMap<String, String> {
        let m = &config.front_matter;
        [&m.tags, &m.people, &m.threads, &m.sources][self as usize]
    }
}

/// One record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// What it is a record of.
    pub kind: EntityKind,
    /// The text.
    pub prose: Prose,
    /// The file's name: articles can name it by this.
    pub id: String,
    /// Its part of the URL: the id, or what `slug` says.
    pub slug: String,
    /// The name as it is shown.
    pub name: String,
    /// Other spellings of the name.
    pub aliases: Vec<String>,
    /// Slugs it had before.
    pub former_slugs: Vec<String>,
    /// One sentence of plain text.
    pub summary: String,
    /// How the name is sorted, if not by rule.
    pub sort_as: Option<String>,
    /// Of a person: the word used on second reference.
    pub family: Option<String>,
    /// Of a person: offices, in the order written.
    pub roles: Vec<Role>,
    /// Of a person: the name in other languages, by BCP 47 tag.
    pub names: BTreeMap<String, String>,
    /// Other pages about the same thing.
    pub same_as: Vec<String>,
    /// Of a person: a year, month or day.
    pub born: Option<String>,
    /// Of a person: a year, month or day.
    pub died: Option<String>,
    /// The picture.
    pub image: Option<Image>,
    /// Tells namesakes apart.
    pub qualifier: Option<String>,
    /// Never indexed.
    pub suppress: bool,
    /// Not to be used.
    pub draft: bool,
    /// Of a thread: nothing more is expected.
    pub closed: bool,
    /// Of a source: its own site.
    pub url: Option<String>,
    /// The editor's own keys.
    #[serde(with = "super::stored::json")]
    pub extra: BTreeMap<String, serde_json::Value>,
}

impl Record {
    /// Where its page is.
    pub fn url(&self) -> String {
        format!("/{}/{}/", self.kind.plural(), self.slug)
    }
}

/// An office that somebody holds or held.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Role {
    /// The office.
    pub title: String,
    /// Of what.
    pub organisation: Option<String>,
    /// From when: a year, month or day as written.
    pub from: Option<String>,
    /// Until when.
    pub to: Option<String>,
}

macro_rules! with_common {
    ($($own:literal),*) => {
        &[
            "name", "sort_as", "aliases", "same_as", "image", "slug", "former_slugs", "suppress", "draft", "summary", "extra",
            $($own),*
        ]
    };
}

/// The keys that records of each kind have.
pub fn keys(kind: EntityKind) -> &'static [&'static str] {
    match kind {
        EntityKind::Person => with_common!("family", "roles", "names", "born", "died", "qualifier"),
        EntityKind::Thread => with_common!("status"),
        EntityKind::Source => with_common!("url"),
        EntityKind::Tag => with_common!(),
    }
}

/// The keys of an office.
pub const ROLE_KEYS: &[&str] = &["title", "organisation", "from", "to"];

/// The id that the file of a record gives: `id.md`, `id/index.md` or `id/_index.md`. None for the folder's own
/// `_index.md`, which other generators write for the list page.
pub fn id_of(path: &str, folder: &str) -> Option<String> {
    let inside = path.strip_prefix(folder)?.trim_start_matches('/');
    let path = match stem(path) {
        "_index" => inside.rsplit_once('/')?.0,
        _ if inside == "index.md" => return None,
        _ => return Some(stem(path).to_string()),
    };
    Some(path.rsplit('/').next().unwrap_or(path).to_string())
}

/// Reads a record from the bytes of its file.
pub fn load(kind: EntityKind, path: &str, bytes: &[u8], config: &Config) -> Loaded<Record> {
    let Some(id) = id_of(path, kind.folder(config)) else { return Loaded { value: None, problems: Vec::new() } };
    prose::read(
        path,
        bytes,
        kind.renamed(config),
        &config.markdown,
        &mut Visible::off(),
        |keys, prose| record(kind, id, keys, prose, config),
        |record, extra| record.map(|r| Record { extra, ..r }),
        keys(kind),
    )
}

fn record(kind: EntityKind, id: String, keys: &mut Keys, prose: Prose, config: &Config) -> Option<Record> {
    let name = keys.take_any(&["name", "title"]).and_then(|(key, value)| keys.as_string(key, value));
    if name.is_none() {
        let message = format!("this {} has no name", kind.singular());
        keys.error(Code::MissingKey, "name", message, "add a line `name: …` to its front matter");
    }
    keys.refuse(&["embargo", "expires"], "write `draft: true` until the time has come");
    let summary = keys.string("summary").map(|s| super::markdown::inline(&s, &config.markdown).1).unwrap_or_default();
    let slug = match keys.string("slug") {
        Some(slug) if !is_sound(&slug) => {
            let made = super::slug::slugify(&slug, config.slugs);
            keys.error(
                Code::BadSlug,
                "slug",
                format!("the slug `{slug}` cannot be part of a URL"),
                format!("write `slug: {made}`"),
            );
            slug
        }
        Some(slug) => slug,
        None if is_sound(&id) => id.clone(),
        None => super::slug::slugify(&id, config.slugs),
    };
    let (family, roles, names, born, died, qualifier) = match kind {
        EntityKind::Person => (
            keys.string("family"),
            roles(keys),
            keys.dictionary("names"),
            partial_date("born", keys),
            partial_date("died", keys),
            keys.string("qualifier"),
        ),
        _ => Default::default(),
    };
    let closed = kind == EntityKind::Thread && status(keys);
    let url = if kind == EntityKind::Source { paths::web_address("url", keys) } else { None };
    Some(Record {
        kind,
        prose,
        slug,
        id,
        name: name?,
        aliases: keys.strings("aliases"),
        former_slugs: paths::former_slugs(keys),
        summary,
        sort_as: keys.string("sort_as"),
        family,
        roles,
        names,
        same_as: paths::web_addresses("same_as", keys),
        born,
        died,
        image: image(keys, config),
        qualifier,
        suppress: keys.bool("suppress"),
        draft: keys.bool("draft"),
        closed,
        url,
        extra: BTreeMap::new(),
    })
}

fn roles(keys: &mut Keys) -> Vec<Role> {
    let mut out = Vec::new();
    for mut item in keys.maps("roles", "title") {
        let title = item.string(&["title"], keys);
        let role = Role {
            title: title.unwrap_or_default(),
            organisation: item.string(&["organisation", "organization"], keys),
            from: item.string(&["from"], keys),
            to: item.string(&["to"], keys),
        };
        for date in [&role.from, &role.to].into_iter().flatten() {
            if !is_partial_date(date) {
                item.error(
                    Code::BadDate,
                    format!("`{date}` in `roles` is not a date"),
                    "write a year, `2025-01` or `2025-01-20`",
                    keys,
                );
            }
        }
        if role.title.is_empty() {
            item.error(Code::MissingKey, "a role without a title".into(), "add `title: …`", keys);
        } else {
            out.push(role);
        }
        item.finish(ROLE_KEYS, keys);
    }
    out
}

fn partial_date(key: &'static str, keys: &mut Keys) -> Option<String> {
    let written = keys.string(key)?;
    if !is_partial_date(&written) {
        let message = format!("`{key}`: `{written}` is not a date");
        keys.error(Code::BadDate, key, message, "write a year, `1930-08` or `1930-08-05`");
    }
    Some(written)
}

/// `1930`, `1930-08`, `1930-08-05`.
fn is_partial_date(text: &str) -> bool {
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_string(),
    };
    super::dates::parse_date(&full).is_ok()
}

fn status(keys: &mut Keys) -> bool {
    match keys.string("status").as_deref() {
        None | Some("open") => false,
        Some("closed") => true,
        Some(other) => {
            let message = format!("`{other}` is not a status of a thread");
            keys.error(Code::BadValue, "status", message, "write `status: open` or `status: closed`");
            false
        }
    }
}
