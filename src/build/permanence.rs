//! `urls.lock`: every address that the site has published, one a line, with the file behind it. Made here, committed by
//! the user.
//!
//! The laws. *What was published stays*: a build in which a locked address would be nothing is refused, unless it leads
//! elsewhere now or was stated to be gone. *It only grows*: a line leaves by the hand of an editor. *The one exception to
//! writing nothing outside the output*: only a build that publishes writes it, only after it has published, and only if
//! there is something new. A preview does not, nor does a `watch`, a build as of another time or one into
//! another folder.

use super::Options;
use super::source::{Files, reason};
use crate::archive::Archive;
use crate::archive::withheld::{Allowed, Reason};
use crate::build::Clock;
use crate::config::Config;
use crate::content::links::{percent_decoded, percent_encoded};
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::fingerprint::Fingerprint;
use crate::pages::{self, Page};
use rapidhash::{RapidHashMap, RapidHashSet};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;

/// Its name, in the site's folder.
pub const FILE: &str = "urls.lock";

const HEADER: &str =
    "# Every address that this site has published, and the file behind it. `dateline build` adds to it; commit it.";

/// How many lost addresses are told one by one.
const TOLD: usize = 20;

/// What was published so far.
#[derive(Default)]
pub struct Lock {
    text: String,
    /// In order of the addresses.
    lines: Vec<Line>,
    /// Whether its text is as it would be written.
    tidy: bool,
}

/// One address.
struct Line {
    url: String,
    /// The file behind it.
    source: String,
    /// Its place in the text, from 0.
    number: usize,
}

impl Lock {
    /// Reads it. Without one nothing was published.
    pub fn read(site: &Path, config: &Config, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        if !config.lock {
            return None;
        }
        let unreadable = |why: String| {
            Diagnostic::error(Code::Unreadable, format!("{FILE} cannot be read: {why}"))
                .in_file(FILE)
                .help("check its permissions, and that it is UTF-8 text")
        };
        let text = match std::fs::read(site.join(FILE)).map(String::from_utf8) {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => {
                problems.push(unreadable("it is not UTF-8 text".to_string()));
                return None;
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => {
                problems.push(unreadable(reason(&e)));
                return None;
            }
        };
        let mut lines: Vec<Line> = Vec::new();
        let mut tidy = text.starts_with(HEADER) && text.ends_with('\n');
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                tidy &= number == 0;
                continue;
            }
            let (url, source) = line.split_once(' ').unwrap_or((line, ""));
            if url.starts_with('/') {
                let (url, source) = (percent_decoded(url), source.trim().to_string());
                tidy &= lines.last().is_none_or(|last| last.url < url);
                lines.push(Line { url, source, number });
                continue;
            }
            let merge = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark));
            let help = match merge {
                true => "keep the lines of both sides, without the marks: their order does not matter",
                false => "a line is an address, a space and a file; take this one out",
            };
            problems.push(
                Diagnostic::error(Code::LockFormat, "this line is not a published address")
                    .in_file(FILE)
                    .at_place(place(number, line))
                    .help(help),
            );
        }
        if !tidy {
            // Of several lines with one address the last one holds.
            lines.reverse();
            lines.sort_by(|a, b| a.url.cmp(&b.url));
            lines.dedup_by(|later, first| later.url == first.url);
        }
        Some(Self { text, lines, tidy })
    }

    /// Of its bytes.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.text.as_bytes())
    }

    /// Finds every locked address that would be nothing.
    pub fn check(
        &self,
        options: &Options,
        archive: &Archive,
        pages: &[Page],
        files: &Files,
        unusable: &[String],
    ) -> Vec<Diagnostic> {
        // At another time other articles are there.
        if matches!(options.as_of, Clock::Said(_)) {
            return Vec::new();
        }
        // Both are in order of their addresses.
        let mut ahead = pages.iter().map(|p| p.url.as_str()).peekable();
        let mut is_there = |url: &str| {
            while ahead.next_if(|there| *there < url).is_some() {}
            ahead.peek() == Some(&url)
        };
        let mut missing: Vec<&Line> = self.lines.iter().filter(|line| !is_there(&line.url)).collect();
        if missing.is_empty() {
            return Vec::new();
        }
        let statics: RapidHashSet<String> = files.statics.iter().map(|f| pages::file_of(&f.url)).collect();
        let unusable: RapidHashSet<&str> = unusable.iter().map(String::as_str).collect();
        let withheld = &archive.withheld;
        let reasons: RapidHashMap<&str, Reason> =
            withheld.articles.iter().map(|a| (a.path.as_str(), a.reason)).collect();
        let unnamed: RapidHashSet<&str> = withheld.unnamed.iter().map(String::as_str).collect();
        missing.retain(|Line { url, source, .. }| {
            // Its file says until when it stands, or that nobody is to be named; or that file is the problem.
            let stated =
                matches!(reasons.get(source.as_str()), Some(Reason::Expired(_))) || unnamed.contains(source.as_str());
            !stated && !unusable.contains(source.as_str()) && !statics.contains(&pages::file_of(url))
        });
        let now: RapidHashMap<String, &str> = match missing.is_empty() {
            true => RapidHashMap::default(),
            // Of several pages with one file behind them, such as an article and its tag, the file's own is the article.
            false => {
                let is_article = |p: &&Page| p.kind().name() == "article";
                let others = pages.iter().filter(|p| p.kind().is_permanent(p) && p.kind().name() != "redirect");
                let all = others.filter(|p| !is_article(p)).chain(pages.iter().filter(is_article));
                all.filter_map(|p| Some((p.kind().source(archive, p)?.path, p.url.as_str()))).collect()
            }
        };
        let more = missing.len().saturating_sub(TOLD);
        let lost = missing.into_iter().take(TOLD).map(|Line { url, source, number }| {
            let line = self.text.lines().nth(*number).unwrap_or("");
            let d = Diagnostic::error(Code::UrlLost, format!("`{url}` was published and would vanish"))
                .in_file(FILE)
                .at_place(place(*number, line));
            let gone = format!("or state that it is gone, in site.toml under [gone]: `\"{url}\" = \"why\"`");
            let (state, help) = match (now.get(source), reasons.get(source.as_str())) {
                (Some(new), _) if *new != url => (
                    format!("{source} is {new} now"),
                    format!("add `aliases: [{url}]` to that file, as `dateline move` does, {gone}"),
                ),
                (_, Some(reason)) => (
                    format!("{source} is {} now", match reason {
                        Reason::Draft => "a draft",
                        _ => "withheld",
                    }),
                    format!("publish it again, let it lead elsewhere, in site.toml under [redirects], {gone}"),
                ),
                _ => (
                    match source.as_str() {
                        "" => "nobody knows what was behind it".to_string(),
                        source => format!("it came from {source}"),
                    },
                    format!(
                        "let it lead elsewhere, by `aliases` in the file that stands for it or in site.toml under [redirects], {gone}"
                    ),
                ),
            };
            d.note(state).note(format!("if it was never online, take its line out of {FILE}")).help(help)
        });
        let mut lost: Vec<Diagnostic> = lost.collect();
        if let Some(last) = lost.last_mut().filter(|_| more > 0) {
            last.notes.push(format!("and {more} more addresses"));
        }
        lost
    }

    /// The lock with what a build has published; nothing if that is nothing new.
    pub fn grown(&self, archive: &Archive, pages: &[Page]) -> Option<(Self, usize)> {
        let at = |url: &str| self.lines.binary_search_by(|line| line.url.as_str().cmp(url));
        let differing = pages.par_iter().filter(|p| p.kind().is_permanent(p)).filter_map(|page| {
            let source = page.kind().source(archive, page).map(|s| s.path).unwrap_or_default();
            let known = at(&page.url).is_ok_and(|at| self.lines[at].source == source);
            (!known).then_some((page.url.as_str(), source))
        });
        let differing: Vec<(&str, String)> = differing.collect();
        if self.tidy && differing.is_empty() {
            return None;
        }
        let mut lines: BTreeMap<&str, &str> = self.lines.iter().map(|l| (l.url.as_str(), l.source.as_str())).collect();
        lines.extend(differing.iter().map(|(url, source)| (*url, source.as_str())));
        let added = lines.len() - self.lines.len();
        let mut text = String::with_capacity(self.text.len() + 1024);
        text.push_str(HEADER);
        text.push('\n');
        for (url, source) in &lines {
            text.push_str(&percent_encoded(url));
            if !source.is_empty() {
                text.push(' ');
                text.push_str(source);
            }
            text.push('\n');
        }
        let line = |(number, (url, source)): (usize, (&str, &str))| Line {
            url: url.to_string(),
            source: source.to_string(),
            number: number + 1,
        };
        let lines = lines.into_iter().enumerate().map(line).collect();
        Some((Self { text, lines, tidy: true }, added))
    }

    /// Puts it in place, whole.
    pub fn write(&self, site: &Path) -> std::io::Result<()> {
        let new = site.join(format!("{FILE}.new"));
        std::fs::write(&new, &self.text)?;
        std::fs::rename(&new, site.join(FILE)).inspect_err(|_| drop(std::fs::remove_file(&new)))
    }
}

/// Whether what a build writes is what the world will see, unless somebody is still writing: see [`Session`](super::Session).
pub fn publishes(options: &Options) -> bool {
    let Options { allowed, output, as_of, verify, .. } = options;
    *allowed == Allowed::default() && output.is_none() && matches!(as_of, Clock::At(_)) && !verify
}

fn place(number: usize, line: &str) -> Place {
    let width = line.split(' ').next().unwrap_or("").chars().count() as u32;
    Place { line: number as u32 + 1, column: 1, width, text: line.to_string() }
}
