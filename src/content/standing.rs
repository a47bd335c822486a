//! A standing page: about, corrections policy, a chapter of a guide.

use super::article::{Headline, headline, stem};
use super::front_matter::Keys;
use super::slug::{is_sound, slugify};
use super::visible::Visible;
use super::{Loaded, Prose, paths, prose};
use crate::config::Config;
use crate::diagnostics::Code;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One standing page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The text.
    pub prose: Prose,
    /// Its URL, from where the file lies: `pages/guide/themes.md` → `/guide/themes/`.
    pub url: String,
    /// The title.
    pub title: Headline,
    /// One sentence.
    pub summary: String,
    /// Whether somebody wrote the summary: if not it is the start of the body.
    pub has_standfirst: bool,
    /// Whether it is in the menu.
    pub menu: bool,
    /// Its place among its neighbours, low first.
    pub order: i64,
    /// Old paths that must keep working.
    pub aliases: Vec<String>,
    /// Search engines are asked to leave it out.
    pub noindex: bool,
    /// Not to be published.
    pub draft: bool,
    /// The editor's own keys.
    #[serde(with = "super::stored::json")]
    pub extra: BTreeMap<String, serde_json::Value>,
}

/// The keys of a standing page.
pub const KEYS: &[&str] = &["title", "summary", "description", "menu", "order", "aliases", "noindex", "draft", "extra"];

/// Reads a standing page from the bytes of its file.
pub fn load(path: &str, bytes: &[u8], config: &Config) -> Loaded<Standing> {
    prose::read(
        path,
        bytes,
        &config.front_matter.pages,
        &config.markdown,
        &mut Visible::off(),
        |keys, prose| standing(path, keys, prose, config),
        |standing, extra| standing.map(|s| Standing { extra, ..s }),
        KEYS,
    )
}

fn standing(path: &str, keys: &mut Keys, prose: Prose, config: &Config) -> Option<Standing> {
    keys.refuse(&["embargo", "expires"], "write `draft: true` until the time has come");
    let title = keys.string("title");
    if title.is_none() {
        keys.error(Code::MissingKey, "title", "this page has no title", "add a line `title: …` to its front matter");
    }
    if title.as_ref().is_some_and(|t| headline(t, config).text.trim().is_empty()) {
        keys.error(
            Code::BadValue,
            "title",
            "nothing of this title can be shown",
            "write words: pictures and links are not for headlines",
        );
    }
    let summary = keys.take_any(&["summary", "description"]).and_then(|(key, value)| keys.as_string(key, value));
    Some(Standing {
        url: url(path, keys, config)?,
        title: headline(&title?, config),
        has_standfirst: summary.is_some(),
        summary: summary.unwrap_or_else(|| prose.facts.opening.clone()),
        menu: keys.bool("menu"),
        order: keys.integer("order").unwrap_or(i64::MAX),
        aliases: paths::aliases(&["aliases"], keys),
        noindex: keys.bool("noindex"),
        draft: keys.bool("draft"),
        extra: BTreeMap::new(),
        prose,
    })
}

fn url(path: &str, keys: &mut Keys, config: &Config) -> Option<String> {
    let inside = path.strip_prefix(config.folders.pages.as_str()).unwrap_or(path).trim_start_matches('/');
    let mut segments: Vec<&str> = inside.split('/').collect();
    segments.pop();
    let name = path.rsplit('/').next().unwrap_or(path);
    if !matches!(name.rsplit_once('.').map_or(name, |(s, _)| s), "index" | "_index") {
        segments.push(stem(path));
    }
    let mut url = String::from("/");
    for segment in segments {
        let slug = if is_sound(segment) { segment.to_string() } else { slugify(segment, config.slugs) };
        if slug.is_empty() {
            keys.error(
                Code::BadSlug,
                "title",
                format!("`{segment}` cannot be part of a URL"),
                "rename the file in letters and digits",
            );
            return None;
        }
        url.push_str(&slug);
        url.push('/');
    }
    Some(url)
}
