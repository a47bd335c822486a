//! Addresses that editors write: old paths of this site, and pages elsewhere. What could lead out of the output folder or
//! run in a reader's browser ends here.

use super::front_matter::{Fields, Keys};
use super::links::{Target, parse, percent_decoded};
use super::slug::is_sound;
use crate::diagnostics::Code;

/// Old paths of this site, without slashes at the ends; a full URL of an earlier home keeps only its path.
pub(super) fn aliases(names: &[&'static str], keys: &mut Keys) -> Vec<String> {
    let mut out = Vec::new();
    for name in names {
        for alias in keys.strings(name) {
            let path = match alias.split_once("://") {
                Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
                None => &alias,
            };
            let path = percent_decoded(path.split(['?', '#']).next().unwrap_or(""));
            let path = path.trim_matches('/');
            if is_path(path) {
                out.push(path.to_string());
            } else {
                let message = format!("the alias `{alias}` is not a path of this site");
                keys.error(Code::BadValue, name, message, "write it like `/2019/old-name/`");
            }
        }
    }
    out.dedup();
    out
}

/// Whether a text is a path inside a site.
fn is_path(path: &str) -> bool {
    !path.is_empty()
        && path.split('/').all(|s| !matches!(s, "" | "." | "..") && s.len() <= 255)
        && !path.contains(|c: char| c.is_control() || matches!(c, '\\' | '<' | '>' | '"'))
}

/// Slugs that something had before.
pub(super) fn former_slugs(keys: &mut Keys) -> Vec<String> {
    let mut out = keys.strings("former_slugs");
    out.retain(|slug| {
        let sound = is_sound(slug);
        if !sound {
            let message = format!("the former slug `{slug}` was never part of a URL");
            keys.error(Code::BadSlug, "former_slugs", message, "write the last part of the old address, as it was");
        }
        sound
    });
    out
}

/// Whether an address may be linked to; says so if not.
pub(super) fn check_address(url: &str, item: &Fields, keys: &mut Keys) -> bool {
    let sound = is_linkable(url) && !url.starts_with('/');
    if !sound {
        item.error(Code::BadValue, format!("`{url}` is not an address to link to"), HELP, keys);
    }
    sound
}

/// A page on the web or of this site, or somebody's mail.
pub(super) fn is_linkable(url: &str) -> bool {
    is_web(url)
        || matches!(parse(url), Target::Rooted { .. })
        || (url.starts_with("mailto:") && matches!(parse(url), Target::Other))
}

pub(super) fn is_web(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && matches!(parse(url), Target::External)
}

const HELP: &str = "write it in full, starting with `https://`";

/// A full URL under a key.
pub(super) fn web_address(key: &'static str, keys: &mut Keys) -> Option<String> {
    let url = keys.string(key)?;
    let sound = is_web(&url);
    if !sound {
        keys.error(Code::BadValue, key, format!("`{key}` is not a web address"), HELP);
    }
    sound.then_some(url)
}

/// Full URLs under a key.
pub(super) fn web_addresses(key: &'static str, keys: &mut Keys) -> Vec<String> {
    let mut out = keys.strings(key);
    out.retain(|url| {
        let sound = is_web(url);
        if !sound {
            keys.error(Code::BadValue, key, format!("`{url}` in `{key}` is not a web address"), HELP);
        }
        sound
    });
    out
}
