//! Assets: a theme's stylesheets, pictures and fonts, minified, and named by what is in them so that browsers may keep
//! them for ever.

use super::layers::Layers;
use crate::diagnostics::{Code, Diagnostic};
use crate::fingerprint::Fingerprint;
use std::collections::{BTreeMap, BTreeSet};

/// One file of the output.
pub struct Asset {
    /// Its path in the theme's `assets/`.
    pub name: String,
    /// Its URL, without base path.
    pub url: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Minifies and names every asset. Stylesheets come last, because they name the others.
pub fn prepare(layers: &Layers, base_path: &str, problems: &mut Vec<Diagnostic>) -> Vec<Asset> {
    let mut assets: Vec<Asset> = Vec::new();
    let mut sheets = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (_, name, file) in layers.files_under("assets/") {
        if !seen.insert(name) {
            continue;
        }
        if name.ends_with(".css") {
            sheets.insert(name, file);
        } else {
            assets.push(named(name, file.bytes.to_vec()));
        }
    }
    let mut finished = Vec::new();
    for (name, file) in sheets {
        match std::str::from_utf8(&file.bytes) {
            Err(_) => problems.push(
                Diagnostic::error(Code::NotUtf8, "this stylesheet is not UTF-8 text")
                    .in_file(&file.shown)
                    .help("save it as UTF-8"),
            ),
            Ok(css) => {
                let css = with_urls(css, name, &assets, base_path);
                match minifier::css::minify(&css) {
                    Ok(small) => finished.push(named(name, small.to_string().into_bytes())),
                    Err(reason) => problems.push(
                        Diagnostic::error(Code::Theme, format!("this stylesheet cannot be read: {reason}"))
                            .in_file(&file.shown)
                            .help("look for a comment or bracket that is never closed"),
                    ),
                }
            }
        }
    }
    assets.extend(finished);
    assets.sort_by(|a, b| a.name.cmp(&b.name));
    assets
}

fn named(name: &str, bytes: Vec<u8>) -> Asset {
    let (folder, file) = name.rsplit_once('/').map_or(("", name), |(folder, file)| (folder, file));
    let (stem, ending) = file.split_once('.').unwrap_or((file, ""));
    let slash = if folder.is_empty() { "" } else { "/" };
    let dot = if ending.is_empty() { "" } else { "." };
    let url = format!("/assets/{folder}{slash}{stem}.{}{dot}{ending}", Fingerprint::of(&bytes).short());
    Asset { name: name.to_string(), url, bytes }
}

/// `url(font.woff2)` in a stylesheet names another asset by its own name; the output must name it by its fingerprint.
fn with_urls(css: &str, sheet: &str, assets: &[Asset], base_path: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find("url(") {
        let (before, after) = rest.split_at(at + 4);
        out.push_str(before);
        let end = after.find(')').unwrap_or(after.len());
        let written = after[..end].trim().trim_matches(['"', '\'']);
        let (path, suffix) = written.find(['?', '#']).map_or((written, ""), |i| written.split_at(i));
        let target = crate::content::links::join(sheet, path).and_then(|p| assets.iter().find(|a| a.name == p));
        match target {
            Some(asset) => out.push_str(&format!("\"{base_path}{}{suffix}\"", asset.url)),
            None => out.push_str(&after[..end]),
        }
        rest = &after[end..];
    }
    out + rest
}
