//! An article that is to be written: its keys and its text become a file, in the words that this archive uses for keys.
//!
//! The counterpart of `article`, which reads such a file. Nothing is written here.

use super::article::Credit;
use super::scalar::{line, scalar};
use crate::config::Config;
use jiff::civil::Date;
use std::fmt::Write as _;

/// What an article will say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The headline, with inline Markdown.
    pub title: String,
    /// Date or date-time as it will be written.
    pub date: String,
    /// The slug, if not the one that the file's name gives.
    pub slug: Option<String>,
    /// The summary, with inline Markdown.
    pub summary: Option<String>,
    /// Bylines.
    pub authors: Vec<String>,
    /// The running story.
    pub thread: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// People: names, or ids of records.
    pub people: Vec<String>,
    /// Sources.
    pub sources: Vec<Credit>,
    /// Not to be published.
    pub draft: bool,
    /// The Markdown.
    pub body: String,
}

impl Draft {
    /// The text of the file.
    pub fn text(&self, config: &Config) -> String {
        let map = &config.front_matter.articles;
        let key =
            |ours: &'static str| map.iter().find(|(_, to)| *to == ours).map_or(ours, |(theirs, _)| theirs.as_str());
        let mut out = String::from("---\n");
        let mut put = |name: &'static str, value: &str| {
            if !value.is_empty() {
                let _ = writeln!(out, "{}: {value}", key(name));
            }
        };
        let of = |text: &Option<String>| text.as_deref().map(line).unwrap_or_default();
        put("title", &line(&self.title));
        put("date", &scalar(&self.date));
        put("slug", &of(&self.slug));
        put("summary", &of(&self.summary));
        put("authors", &list(&self.authors));
        put("thread", &of(&self.thread));
        put("tags", &list(&self.tags));
        put("people", &list(&self.people));
        if !self.sources.is_empty() {
            let _ = writeln!(out, "{}:", key("sources"));
        }
        for source in &self.sources {
            let date = source.date.map(|d| d.day.to_string());
            let parts =
                [("publisher", &source.publisher), ("title", &source.title), ("url", &source.url), ("date", &date)];
            let parts =
                parts.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}", line(value.as_deref()?))));
            let _ = writeln!(out, "  - {}", parts.collect::<Vec<_>>().join("\n    "));
        }
        if self.draft {
            let _ = writeln!(out, "{}: true", key("draft"));
        }
        out.push_str("---\n");
        if !self.body.is_empty() {
            let _ = writeln!(out, "\n{}", self.body.trim_end());
        }
        out
    }

    /// Where the file goes: in the folder of its day.
    pub fn path(day: Date, slug: &str, config: &Config) -> String {
        let folder = &config.folders.articles;
        format!("{folder}/{:04}/{:02}/{:02}/{slug}.md", day.year(), day.month(), day.day())
    }
}

fn list(items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    format!("[{}]", items.iter().map(|i| scalar(i)).collect::<Vec<_>>().join(", "))
}
