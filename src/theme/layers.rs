//! A theme's files: its own over its parent's over the built-in ones.
//!
//! Reading folders is the build's work; a layer is handed in as files that were read.

use crate::diagnostics::{Code, Diagnostic};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The file that describes a theme.
pub const MANIFEST: &str = "theme.toml";

/// One file of a theme.
#[derive(Clone, Debug)]
pub struct File {
    /// Where it is, for people.
    pub shown: String,
    /// What is in it.
    pub bytes: Cow<'static, [u8]>,
    /// Whether it is part of the program.
    pub built_in: bool,
}

/// One folder of a theme's files, by path inside the theme.
pub type Files = BTreeMap<String, File>;

/// A theme as the files of all its layers, nearest first.
pub struct Layers {
    layers: Vec<(String, Files)>,
    settings: serde_json::Map<String, serde_json::Value>,
    csp: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    extends: Option<String>,
    #[serde(default)]
    settings: serde_json::Map<String, serde_json::Value>,
    /// The Content-Security-Policy that the theme's pages pass.
    csp: Option<String>,
    // For people and theme lists; nothing depends on them.
    #[allow(dead_code)]
    name: Option<String>,
    #[allow(dead_code)]
    version: Option<String>,
    #[allow(dead_code)]
    description: Option<String>,
    #[allow(dead_code)]
    author: Option<String>,
    #[allow(dead_code)]
    license: Option<String>,
    #[allow(dead_code)]
    homepage: Option<String>,
}

impl Layers {
    /// Collects the layers of the theme `name`. `site` gives the files of a theme's folder in the site, empty if there is
    /// none; the built-in theme lies below a folder of the same name, so that a site can override one file of it.
    pub fn collect(name: &str, mut site: impl FnMut(&str) -> Files) -> Result<Self, Vec<Diagnostic>> {
        let mut layers: Vec<(String, Files)> = Vec::new();
        let mut settings: Vec<serde_json::Map<_, _>> = Vec::new();
        let mut csp = None;
        let mut seen = BTreeSet::new();
        let mut next = Some(name.to_string());
        while let Some(theme) = next.take() {
            if !seen.insert(theme.clone()) {
                return Err(vec![
                    Diagnostic::error(Code::Theme, format!("the theme `{theme}` extends itself"))
                        .in_file(format!("themes/{theme}/{MANIFEST}"))
                        .help("take one `extends` out of the circle"),
                ]);
            }
            let own = if sound_name(&theme) { site(&theme) } else { Files::new() };
            let embedded = super::embedded::theme(&theme);
            if own.is_empty() && embedded.is_none() {
                let known = super::embedded::names().collect::<Vec<_>>().join(", ");
                let d = Diagnostic::error(Code::Theme, format!("there is no theme `{theme}`"));
                return Err(vec![match layers.last() {
                    None => d
                        .in_file(crate::config::FILE)
                        .help(format!("make the folder themes/{theme}, or use a built-in one: {known}")),
                    Some((child, _)) => d
                        .in_file(format!("themes/{child}/{MANIFEST}"))
                        .help(format!("`extends` must name a folder in themes/ or a built-in theme: {known}")),
                }]);
            }
            for files in [Some(own), embedded].into_iter().flatten().filter(|f| !f.is_empty()) {
                if let Some(file) = files.get(MANIFEST) {
                    let manifest = manifest(file).map_err(|d| vec![*d])?;
                    next = next.or(manifest.extends);
                    csp = csp.or(manifest.csp);
                    settings.push(manifest.settings);
                }
                layers.push((theme.clone(), files));
            }
        }
        let mut merged = serde_json::Map::new();
        for layer in settings.into_iter().rev() {
            merged.extend(layer);
        }
        Ok(Self { layers, settings: merged, csp })
    }

    /// The name of the theme itself.
    pub fn name(&self) -> &str {
        self.layers.first().map_or("", |(name, _)| name)
    }

    /// Every file below `folder`, nearest layer first: (theme, path below the folder, file). Dot-files and backups of
    /// editors are left out.
    pub fn files_under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str, &'a File)> {
        self.layers.iter().flat_map(move |(theme, files)| {
            files.iter().filter_map(move |(path, file)| {
                let rest = path.strip_prefix(folder)?;
                let hidden = rest.split('/').any(|s| s.starts_with('.') || s.ends_with('~'));
                (!hidden).then_some((theme.as_str(), rest, file))
            })
        })
    }

    /// The Content-Security-Policy of the nearest layer that has one.
    pub fn csp(&self) -> &str {
        self.csp.as_deref().unwrap_or("")
    }

    /// The theme's settings, a child's over its parent's.
    pub fn settings(&self) -> serde_json::Map<String, serde_json::Value> {
        self.settings.clone()
    }
}

fn sound_name(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && !name.starts_with('.')
}

fn manifest(file: &File) -> Result<Manifest, Box<Diagnostic>> {
    let text = String::from_utf8_lossy(&file.bytes);
    toml::from_str(&text).map_err(|e| {
        let message = e.message().lines().next().unwrap_or("it cannot be read");
        Box::new(
            Diagnostic::error(Code::Theme, format!("{MANIFEST} is not valid: {message}"))
                .in_file(&file.shown)
                .at(&text, e.span().unwrap_or(0..0))
                .help("it holds `name`, `version`, `description`, `extends`, `csp` and a table `[settings]`"),
        )
    })
}
