//! Links that stay in the site: each is resolved once, before anything is rendered, so that a broken one is known and a
//! sound one is an input of the page it stands on.

use super::Archive;
use crate::config::Config;
use crate::content::links::{Target, join, parse, percent_decoded, percent_encoded};
use crate::content::markdown::Resolved;
use crate::content::{Prose, article::Image};
use crate::diagnostics::{Code, Diagnostic, nearest};
use rapidhash::{RapidHashMap, RapidHashSet};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

/// Where every link of every file leads.
#[derive(Default)]
pub struct Links {
    /// File → destination as written → where it leads.
    by_file: RapidHashMap<String, BTreeMap<String, Resolved>>,
    /// Files beside an article that are copied with it: URL → file.
    pub copies: BTreeMap<String, String>,
}

impl Links {
    /// Where the destination `to` in the file `path` leads.
    pub fn resolve(&self, path: &str, to: &str) -> Resolved {
        self.by_file.get(path).and_then(|links| links.get(to)).cloned().unwrap_or(Resolved::Nowhere)
    }

    /// All links of a file, in order.
    pub fn of(&self, path: &str) -> impl Iterator<Item = (&str, &Resolved)> {
        self.by_file.get(path).into_iter().flatten().map(|(to, resolved)| (to.as_str(), resolved))
    }
}

/// What links can lead to besides the archive's own files.
pub struct Surroundings<'a> {
    /// Whether there is a page or a static file at a URL without base path.
    pub is_there: &'a (dyn Fn(&str) -> bool + Sync),
    /// Content files that are not Markdown, by path.
    pub files: &'a RapidHashSet<String>,
    /// Content files that could not be read, by path: that is said once, and not of every link to them.
    pub failed: &'a RapidHashSet<&'a str>,
}

/// What the anchor of an article's correction starts with, before its number.
pub const CORRECTION: &str = "_correction-";

struct Document<'a> {
    prose: &'a Prose,
    image: Option<&'a Image>,
    url: String,
    corrections: usize,
}

/// Resolves and checks every link of the archive.
pub fn resolve(archive: &Archive, around: &Surroundings, config: &Config) -> (Links, Vec<Diagnostic>) {
    // Most archives of wire copy have no links of their own: then there is nothing to look up.
    if !has_links(archive) {
        return (Links::default(), Vec::new());
    }
    let documents = documents(archive);
    let finder = Finder {
        by_path: documents.iter().enumerate().map(|(i, d)| (&*d.prose.path, i)).collect(),
        by_url: documents.iter().enumerate().map(|(i, d)| (d.url.as_str(), i)).collect(),
        withheld: archive.withheld.paths().collect(),
        withheld_urls: archive.withheld.urls.iter().map(String::as_str).collect(),
        folders: OnceLock::new(),
        documents: &documents,
        around,
        config,
    };
    let found: Vec<Found> = documents.par_iter().filter_map(|d| finder.document(d)).collect();
    let mut links = Links::default();
    let mut problems = Vec::new();
    for one in found {
        for (url, file) in one.copies {
            match links.copies.get(&url) {
                Some(other) if *other != file => problems.push(
                    Diagnostic::error(Code::UrlCollision, format!("two files would be {url}"))
                        .in_file(file)
                        .note(format!("the other is {other}"))
                        .help("rename one of the two"),
                ),
                _ => {
                    links.copies.insert(url, file);
                }
            }
        }
        problems.extend(one.problems);
        links.by_file.insert(one.path, one.links);
    }
    (links, problems)
}

/// Whether any text has a link that stays in the site, or a picture.
fn has_links(archive: &Archive) -> bool {
    let linked = |prose: &Prose| !prose.facts.links.is_empty();
    archive.articles.iter().any(|a| linked(&a.prose) || a.image.is_some())
        || archive.records.iter().any(|r| linked(&r.prose) || r.image.is_some())
        || archive.briefings.iter().any(|b| linked(&b.prose))
        || archive.standing.iter().any(|s| linked(&s.prose))
}

fn documents(archive: &Archive) -> Vec<Document<'_>> {
    let articles = archive.articles.iter().zip(&archive.about).map(|(a, about)| Document {
        prose: &a.prose,
        image: a.image.as_deref(),
        url: about.url.clone(),
        corrections: a.corrections.len(),
    });
    let records = archive.entities.iter().filter_map(|e| {
        let record = &archive.records[e.record? as usize];
        Some(Document { prose: &record.prose, image: record.image.as_ref(), url: e.url(), corrections: 0 })
    });
    let briefings = archive.days.iter().filter_map(|d| {
        Some(Document { prose: &archive.briefing(d)?.prose, image: None, url: d.url(), corrections: 0 })
    });
    let standing =
        archive.standing.iter().map(|s| Document { prose: &s.prose, image: None, url: s.url.clone(), corrections: 0 });
    articles.chain(records).chain(briefings).chain(standing).collect()
}

#[derive(Default)]
struct Found {
    path: String,
    links: BTreeMap<String, Resolved>,
    copies: Vec<(String, String)>,
    problems: Vec<Diagnostic>,
}

struct Finder<'a> {
    documents: &'a [Document<'a>],
    by_path: RapidHashMap<&'a str, usize>,
    by_url: RapidHashMap<&'a str, usize>,
    withheld: RapidHashSet<&'a str>,
    withheld_urls: RapidHashSet<&'a str>,
    /// Folder → names of the content files in it; made when the first link is broken.
    folders: OnceLock<RapidHashMap<&'a str, Vec<&'a str>>>,
    around: &'a Surroundings<'a>,
    config: &'a Config,
}

enum Answer {
    Page { url: String, fragment_of: Option<usize> },
    Copy { url: String, file: String },
    Broken(Box<Diagnostic>),
    Unknown,
}

impl Finder<'_> {
    fn document(&self, document: &Document) -> Option<Found> {
        if document.prose.facts.links.is_empty() && document.image.is_none() {
            return None;
        }
        let mut found = Found { path: document.prose.path.to_string(), ..Found::default() };
        for link in &document.prose.facts.links {
            self.link(document, &link.to, link.image, document.prose.span(link), &mut found);
        }
        if let Some(image) = document.image.filter(|i| parse(&i.src).is_internal()) {
            self.link(document, &image.src, true, image.span.clone(), &mut found);
        }
        Some(found)
    }

    fn link(&self, document: &Document, to: &str, image: bool, span: Range<u32>, found: &mut Found) {
        let placed = |d: Diagnostic| d.in_file(&*document.prose.path).at_bytes(span.clone());
        let (path, fragment) = match parse(to) {
            Target::Fragment(fragment) => ("", fragment),
            Target::Rooted { path, fragment } | Target::Relative { path, fragment } => (path, fragment),
            _ => return,
        };
        let resolved = match self.answer(document, path, to) {
            Answer::Page { fragment_of: Some(_), .. } if image => {
                let problem = Diagnostic::new(
                    Code::LinkBroken,
                    self.config.links_broken,
                    format!("`{to}` is a page, not a picture"),
                );
                found.problems.push(placed(problem.help("name a picture, or write a link without the `!`")));
                Resolved::Nowhere
            }
            Answer::Page { url, fragment_of } => {
                let shown = if path.is_empty() {
                    String::new()
                } else {
                    format!("{}{}", self.config.base_path, percent_encoded(&url))
                };
                if let Some(problem) = fragment_of.and_then(|target| self.fragment(target, fragment)) {
                    found.problems.push(placed(problem));
                }
                let query = to
                    .split('#')
                    .next()
                    .and_then(|t| t.split_once('?'))
                    .map_or(String::new(), |(_, q)| format!("?{q}"));
                let hash = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
                Resolved::Url(format!("{shown}{query}{hash}"))
            }
            Answer::Copy { url, file } => {
                let shown = format!("{}{}", self.config.base_path, percent_encoded(&url));
                found.copies.push((url, file));
                let hash = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
                Resolved::Url(shown + &hash)
            }
            Answer::Unknown => Resolved::Nowhere,
            Answer::Broken(problem) => {
                let withheld = problem.code == Code::LinkWithheld;
                found.problems.push(placed(*problem));
                // A path of the site may be served by something else; a file's path never is.
                if path.starts_with('/') && !withheld { Resolved::Url(to.to_string()) } else { Resolved::Nowhere }
            }
        };
        found.links.insert(to.to_string(), resolved);
    }

    fn answer(&self, document: &Document, path: &str, to: &str) -> Answer {
        if to.trim().is_empty() {
            let problem = Diagnostic::new(Code::LinkBroken, self.config.links_broken, "this link has no destination");
            return Answer::Broken(Box::new(problem.help("write where it leads, between the parentheses")));
        }
        if path.is_empty() {
            return Answer::Page {
                url: document.url.clone(),
                fragment_of: self.by_path.get(&*document.prose.path).copied(),
            };
        }
        let decoded = percent_decoded(path);
        if decoded.starts_with('/') {
            return self.rooted(&decoded, to);
        }
        let Some(file) = join(&document.prose.path, &decoded) else { return self.broken(to, None) };
        if let Some(target) = self.by_path.get(file.as_str()) {
            return Answer::Page { url: self.documents[*target].url.clone(), fragment_of: Some(*target) };
        }
        if self.withheld.contains(file.as_str()) {
            return self.withheld(to);
        }
        if self.around.failed.contains(file.as_str()) {
            return Answer::Unknown;
        }
        if self.around.files.contains(&file) {
            let name = file.rsplit('/').next().unwrap_or(&file);
            return Answer::Copy { url: format!("{}{name}", document.url), file };
        }
        // Old archives link from page to page instead of from file to file.
        if let Some(url) = join(&format!("{}index", document.url.trim_start_matches('/')), &decoded)
            && let answer @ Answer::Page { .. } = self.rooted(&format!("/{url}"), to)
        {
            return answer;
        }
        self.broken(to, Some(&file))
    }

    fn withheld(&self, to: &str) -> Answer {
        Answer::Broken(Box::new(
            Diagnostic::new(Code::LinkWithheld, self.config.links_broken, format!("`{to}` is withheld"))
                .note("readers would see that it exists, and where")
                .help("take the link out until it appears"),
        ))
    }

    fn rooted(&self, path: &str, to: &str) -> Answer {
        let with_slash = format!("{}/", path.trim_end_matches('/'));
        for url in [path, &with_slash] {
            if (self.around.is_there)(url) {
                return Answer::Page { url: url.to_string(), fragment_of: self.by_url.get(url).copied() };
            }
        }
        if self.withheld_urls.contains(with_slash.as_str()) {
            return self.withheld(to);
        }
        self.broken(to, None)
    }

    fn broken(&self, to: &str, file: Option<&str>) -> Answer {
        let problem = Diagnostic::new(Code::LinkBroken, self.config.links_broken, format!("`{to}` leads to nothing"));
        let Some(file) = file else {
            return Answer::Broken(Box::new(
                problem.help("link to a file of the site by its path, or write the full URL"),
            ));
        };
        let (folder, name) = file.rsplit_once('/').unwrap_or(("", file));
        let folders = self.folders.get_or_init(|| {
            let mut folders: RapidHashMap<&str, Vec<&str>> = RapidHashMap::default();
            for path in self.by_path.keys().chain(self.around.failed) {
                let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
                folders.entry(folder).or_default().push(name);
            }
            folders
        });
        let beside = folders.get(folder).into_iter().flatten().copied();
        let help = match nearest(name, beside) {
            Some(meant) => format!("there is no {file}; did you mean `{meant}`?"),
            None => format!("there is no {file}"),
        };
        Answer::Broken(Box::new(problem.help(help)))
    }

    fn fragment(&self, target: usize, fragment: &str) -> Option<Diagnostic> {
        let anchors = &self.documents[target].prose.facts.anchors;
        let decoded = percent_decoded(fragment);
        let correction = decoded.strip_prefix(CORRECTION).and_then(|n| n.parse::<usize>().ok());
        let ours = correction.is_some_and(|n| (1..=self.documents[target].corrections).contains(&n));
        if decoded.is_empty() || decoded == "top" || ours || anchors.contains(&decoded) {
            return None;
        }
        let help = match nearest(&decoded, anchors.iter().map(String::as_str)) {
            Some(meant) => format!("did you mean `#{meant}`?"),
            None if anchors.is_empty() => "that text has no headings".to_string(),
            None => format!(
                "that text has: {}",
                anchors.iter().take(8).map(|a| format!("#{a}")).collect::<Vec<_>>().join(", ")
            ),
        };
        let message = format!("no heading has the id `{decoded}`");
        Some(Diagnostic::new(Code::LinkFragment, self.config.links_broken, message).help(help))
    }
}
