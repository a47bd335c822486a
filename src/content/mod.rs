//! A file becomes an [`Article`] or a [`Record`].
//!
//! The law here: what is read from a file is a pure function of its path, its bytes and the settings, and nothing
//! else: no other file, no clock, no disk. Only here are YAML and Markdown known.

pub mod article;
pub mod briefing;
pub mod compose;
pub mod dates;
pub mod edit;
pub mod fence;
pub mod front_matter;
pub mod linked;
pub mod links;
pub mod markdown;
pub mod outward;
mod paths;
pub mod plain;
mod portable;
pub mod prose;
pub mod record;
pub mod scalar;
pub mod slug;
pub mod standing;
pub(crate) mod stored;
pub mod text;
pub mod visible;

pub use article::Article;
pub use briefing::BriefingRecord;
pub use prose::Prose;
pub use record::{EntityKind, Record};
pub use standing::Standing;

use crate::config::{Config, FILE};
use crate::diagnostics::{Code, Diagnostic, nearest};

/// What reading one file gave: something or nothing, and what there is to say about it.
#[derive(Debug)]
pub struct Loaded<T> {
    /// What the file holds; `None` if it holds nothing usable, and then `problems` says why.
    pub value: Option<T>,
    /// Errors and warnings about this file.
    pub problems: Vec<Diagnostic>,
}

/// Checks what `site.toml` says about content: that front matter keys are renamed to keys, and that the menu leads to
/// addresses.
pub fn check_config(config: &Config) -> Vec<Diagnostic> {
    let menu = config.menu.iter().filter(|item| !paths::is_linkable(&item.url)).map(|item| {
        Diagnostic::error(Code::Config, format!("the menu's `{}` is not an address to link to", item.url))
            .in_file(FILE)
            .help("write a path of the site, like \"/about/\", or a full URL")
    });
    let mut problems = check_renamed(config);
    problems.extend(menu);
    problems
}

fn check_renamed(config: &Config) -> Vec<Diagnostic> {
    let maps = &config.front_matter;
    let of = |kind: EntityKind| record::keys(kind);
    [
        ("articles", &maps.articles, article::KEYS),
        ("people", &maps.people, of(EntityKind::Person)),
        ("tags", &maps.tags, of(EntityKind::Tag)),
        ("threads", &maps.threads, of(EntityKind::Thread)),
        ("sources", &maps.sources, of(EntityKind::Source)),
        ("briefings", &maps.briefings, briefing::KEYS),
        ("pages", &maps.pages, standing::KEYS),
    ]
    .into_iter()
    .flat_map(|(what, map, keys)| map.values().map(move |ours| (what, ours, keys)))
    .filter(|(_, ours, keys)| !keys.contains(&ours.as_str()))
    .map(|(what, ours, keys)| {
        let help = match nearest(ours, keys.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("known are: {}", keys.join(", ")),
        };
        Diagnostic::error(Code::Config, format!("a front matter key of {what} is renamed to `{ours}`, which is none"))
            .in_file(FILE)
            .help(help)
    })
    .collect()
}

impl<T> Loaded<T> {
    /// Nothing, for one reason.
    pub fn failed(problem: Diagnostic) -> Self {
        Self { value: None, problems: vec![problem] }
    }

    /// A value, unless one of its problems is an error.
    pub fn new(value: Option<T>, problems: Vec<Diagnostic>) -> Self {
        let sound = !problems.iter().any(Diagnostic::is_error);
        Self { value: value.filter(|_| sound), problems }
    }
}
