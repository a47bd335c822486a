//! `site.toml`: read raw, then resolved once into what the program uses.
//!
//! Nothing downstream asks an `Option` that was settled here. No file is opened: the text is handed in.

mod deploy;
mod machines;
mod shape;

pub use deploy::{Deploy, Destination, Git, S3, Ssh};
pub use machines::{Crawlers, Data, FeedOf, Feeds, FullText, Gone, Host, Machines, Redirection, Security};

use crate::diagnostics::{Code, Diagnostic, Severity, nearest};
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The name of the file that makes a folder a site.
pub const FILE: &str = "site.toml";

/// The site's settings, every default filled in.
#[derive(Clone, Debug)]
pub struct Config {
    /// The site's name.
    pub title: String,
    /// One sentence about the site.
    pub description: String,
    /// Where the site will live: scheme and host, no slash at the end, no path.
    pub origin: String,
    /// The path under the host, `""` or `/news`: every URL of the output starts with it.
    pub base_path: String,
    /// BCP 47 tag of the site's language.
    pub language: String,
    /// The site's time zone: it decides the day of an article whose date has no offset, and how times are shown.
    pub time_zone: TimeZone,
    /// The time zone as it was written.
    pub time_zone_name: String,
    /// Who publishes the site.
    pub author: Option<String>,
    /// The line at the foot of every page.
    pub copyright: Option<String>,
    /// Name of the theme.
    pub theme: String,
    /// Overrides of the theme's own settings.
    pub theme_settings: BTreeMap<String, serde_json::Value>,
    /// Where each kind of content lies.
    pub folders: Folders,
    /// The output folder, relative to the site.
    pub output: String,
    /// The URL of an article, with `{year}`, `{month}`, `{day}`, `{slug}`.
    pub article_url: String,
    /// How names become slugs.
    pub slugs: SlugStyle,
    /// Renamed front matter keys.
    pub front_matter: FrontMatterMaps,
    /// How Markdown is read.
    pub markdown: Markdown,
    /// How bad a broken link is.
    pub links_broken: Severity,
    /// The `rel` of links that leave the site.
    pub links_rel: String,
    /// What is done with people whom the text of an article names.
    pub detect: Detect,
    /// Family names that are everyday words here, besides those that Dateline knows.
    pub everyday_names: Vec<String>,
    /// Entries of an index from which on each letter has a page of its own.
    pub index_size: usize,
    /// Articles on a full list page.
    pub per_page: usize,
    /// Briefings on the front page.
    pub front_days: usize,
    /// Whether calendars start on Sunday instead of Monday.
    pub sunday_first: bool,
    /// The menu; empty means: the standing pages that ask to be in it.
    pub menu: Vec<MenuItem>,
    /// Whether published URLs are locked in `urls.lock`.
    pub lock: bool,
    /// What is written for other programs.
    pub machines: Machines,
    /// Addresses that a check does not ask the web about: each from its start, `*` for anything.
    pub external_ignore: Vec<String>,
    /// Where the site is sent to, by name.
    pub deploy: Vec<Deploy>,
}

/// Folders of the site, relative to it, with `/`.
#[derive(Clone, Debug, Hash)]
pub struct Folders {
    /// Articles.
    pub articles: String,
    /// Records of days.
    pub briefings: String,
    /// Records of people.
    pub people: String,
    /// Records of tags.
    pub tags: String,
    /// Records of threads.
    pub threads: String,
    /// Records of sources.
    pub sources: String,
    /// Standing pages.
    pub pages: String,
    /// Files copied as they are.
    pub static_files: String,
}

impl Default for Folders {
    fn default() -> Self {
        let content = |name: &str| format!("content/{name}");
        Self {
            articles: content("articles"),
            briefings: content("briefings"),
            people: content("people"),
            tags: content("tags"),
            threads: content("threads"),
            sources: content("sources"),
            pages: content("pages"),
            static_files: "static".to_string(),
        }
    }
}

impl Folders {
    /// All of them.
    pub fn all(&self) -> [&str; 8] {
        let f = self;
        [&f.articles, &f.briefings, &f.people, &f.tags, &f.threads, &f.sources, &f.pages, &f.static_files]
            .map(|s| s.as_str())
    }
}

/// For each kind of file, what a key is called here → what Dateline calls it.
#[derive(Clone, Debug, Default)]
pub struct FrontMatterMaps {
    /// Of articles.
    pub articles: BTreeMap<String, String>,
    /// Of people, tags, threads and sources.
    pub people: BTreeMap<String, String>,
    /// Of tag records.
    pub tags: BTreeMap<String, String>,
    /// Of thread records.
    pub threads: BTreeMap<String, String>,
    /// Of source records.
    pub sources: BTreeMap<String, String>,
    /// Of briefings' records.
    pub briefings: BTreeMap<String, String>,
    /// Of standing pages.
    pub pages: BTreeMap<String, String>,
}

/// Which letters a slug keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SlugStyle {
    /// Letters of every script stay (NFC).
    #[default]
    Unicode,
    /// Everything is transliterated to ASCII.
    Ascii,
}

/// What is done with people whom the text of an article names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Detect {
    /// They are indexed, and the first mention leads to their page.
    #[default]
    Link,
    /// They are indexed.
    Index,
    /// Only front matter counts.
    Off,
}

/// How Markdown is read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Markdown {
    /// Raw HTML passes through; otherwise it is shown as text.
    pub raw_html: bool,
    /// Straight quotes become curly, `--` a dash, `...` an ellipsis.
    pub smart_punctuation: bool,
}

/// One entry of the menu.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuItem {
    /// What it says.
    pub title: String,
    /// Where it leads: a path of the site or a full URL.
    pub url: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    title: String,
    #[serde(default)]
    description: String,
    base_url: Option<toml::Spanned<String>>,
    #[serde(default = "english")]
    language: toml::Spanned<String>,
    #[serde(default = "utc")]
    time_zone: toml::Spanned<String>,
    author: Option<String>,
    copyright: Option<String>,
    output: Option<toml::Spanned<String>>,
    #[serde(default)]
    theme: RawTheme,
    #[serde(default)]
    content: RawContent,
    #[serde(default)]
    urls: RawUrls,
    #[serde(default)]
    front_matter: RawFrontMatter,
    #[serde(default)]
    markdown: RawMarkdown,
    #[serde(default)]
    links: RawLinks,
    #[serde(default)]
    people: RawPeople,
    #[serde(default)]
    lists: RawLists,
    #[serde(default)]
    front: RawFront,
    #[serde(default)]
    calendar: RawCalendar,
    #[serde(default)]
    menu: Vec<MenuItem>,
    #[serde(default)]
    feeds: machines::RawFeeds,
    #[serde(default)]
    crawlers: machines::RawCrawlers,
    opensearch: Option<toml::Spanned<machines::OpenSearch>>,
    security: Option<machines::RawSecurity>,
    #[serde(default)]
    data: machines::RawData,
    #[serde(default)]
    social: machines::Social,
    #[serde(default)]
    languages: BTreeMap<String, toml::Spanned<String>>,
    #[serde(default)]
    redirects: BTreeMap<toml::Spanned<String>, String>,
    #[serde(default)]
    gone: BTreeMap<toml::Spanned<String>, String>,
    #[serde(default)]
    hosting: machines::RawHosting,
    #[serde(default)]
    check: RawCheck,
    #[serde(default)]
    deploy: deploy::Table,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawCheck {
    #[serde(default)]
    external_ignore: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawTheme {
    name: Option<String>,
    #[serde(default)]
    settings: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawContent {
    articles: Option<toml::Spanned<String>>,
    briefings: Option<toml::Spanned<String>>,
    people: Option<toml::Spanned<String>>,
    tags: Option<toml::Spanned<String>>,
    threads: Option<toml::Spanned<String>>,
    sources: Option<toml::Spanned<String>>,
    pages: Option<toml::Spanned<String>>,
    #[serde(rename = "static")]
    static_files: Option<toml::Spanned<String>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawUrls {
    article: Option<toml::Spanned<String>>,
    #[serde(default)]
    slugs: SlugStyle,
    lock: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawFrontMatter {
    #[serde(default)]
    map: BTreeMap<String, String>,
    #[serde(default)]
    people: RawMap,
    #[serde(default)]
    tags: RawMap,
    #[serde(default)]
    threads: RawMap,
    #[serde(default)]
    sources: RawMap,
    #[serde(default)]
    briefings: RawMap,
    #[serde(default)]
    pages: RawMap,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawMap {
    #[serde(default)]
    map: BTreeMap<String, String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawMarkdown {
    #[serde(default)]
    raw_html: bool,
    smart_punctuation: Option<bool>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawLinks {
    broken: Option<BrokenLinks>,
    external_rel: Option<String>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum BrokenLinks {
    Error,
    Warn,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawPeople {
    #[serde(default)]
    detect: Detect,
    #[serde(default)]
    everyday: Vec<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawLists {
    per_page: Option<toml::Spanned<usize>>,
    index_size: Option<toml::Spanned<usize>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawFront {
    days: Option<toml::Spanned<usize>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct RawCalendar {
    first_weekday: Option<Weekday>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Weekday {
    Monday,
    Sunday,
}

fn english() -> toml::Spanned<String> {
    toml::Spanned::new(0..0, "en".to_string())
}

fn utc() -> toml::Spanned<String> {
    toml::Spanned::new(0..0, "UTC".to_string())
}

impl Config {
    /// Reads the text of `site.toml`; `base_url` replaces the file's own where one is given.
    ///
    /// Errors: every problem found, each with its place in the file.
    pub fn parse(text: &str, base_url: Option<&str>) -> Result<Self, Vec<Diagnostic>> {
        let raw: Raw = toml::from_str(text).map_err(|e| vec![syntax_problem(text, &e)])?;
        let mut problems = Problems { text, found: Vec::new() };
        let config = resolve(raw, base_url, &mut problems);
        if problems.found.is_empty() { Ok(config) } else { Err(problems.found) }
    }

    /// What `site.toml` may hold, as the `properties` of a JSON Schema; made of what reads it.
    pub fn shape() -> serde_json::Value {
        shape::of::<Raw>()
    }

    /// The address of a picture that the settings name: a path of the site is made whole.
    pub fn whole(&self, address: &str) -> String {
        if address.starts_with('/') { self.absolute(address) } else { address.to_string() }
    }

    /// The absolute URL of a path of the site.
    pub fn absolute(&self, url: &str) -> String {
        format!("{}{}{url}", self.origin, self.base_path)
    }
}

struct Problems<'a> {
    text: &'a str,
    found: Vec<Diagnostic>,
}

impl Problems<'_> {
    fn add(&mut self, span: std::ops::Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Diagnostic::error(Code::Config, message).in_file(FILE).at(self.text, span).help(help));
    }
}

fn resolve(raw: Raw, base_url: Option<&str>, problems: &mut Problems) -> Config {
    let (origin, base_path) = match (base_url, &raw.base_url) {
        (Some(given), _) => split_base_url(given).unwrap_or_else(|| {
            problems.found.push(
                Diagnostic::error(Code::Config, format!("--base-url `{given}` is not a web address"))
                    .help("write it like `https://news.example` or `https://example.org/news`"),
            );
            Default::default()
        }),
        (None, Some(written)) => split_base_url(written.get_ref()).unwrap_or_else(|| {
            problems.add(
                written.span(),
                format!("base_url `{}` is not a web address", written.get_ref()),
                "write it like \"https://news.example\" or \"https://example.org/news\"",
            );
            Default::default()
        }),
        (None, None) => ("http://localhost".to_string(), String::new()),
    };
    let time_zone = jiff::tz::db().get(raw.time_zone.get_ref()).unwrap_or_else(|_| {
        problems.add(
            raw.time_zone.span(),
            format!("`{}` is not a time zone", raw.time_zone.get_ref()),
            "use a name of the IANA time zone database, like \"Europe/London\"",
        );
        TimeZone::UTC
    });
    if raw.language.get_ref().parse::<icu_locale_core::Locale>().is_err() {
        problems.add(
            raw.language.span(),
            format!("`{}` is not a language tag", raw.language.get_ref()),
            "use a BCP 47 tag, like \"en\" or \"pt-BR\"",
        );
    }
    let article_url = match raw.urls.article {
        None => "/{year}/{month}/{day}/{slug}/".to_string(),
        Some(pattern) => {
            check_pattern(&pattern, problems);
            pattern.into_inner()
        }
    };
    let mut folder = |written: Option<toml::Spanned<String>>, default: &str| match written {
        None => default.to_string(),
        Some(path) => folder_inside(&path, problems),
    };
    let usual = Folders::default();
    let folders = Folders {
        articles: folder(raw.content.articles, &usual.articles),
        briefings: folder(raw.content.briefings, &usual.briefings),
        people: folder(raw.content.people, &usual.people),
        tags: folder(raw.content.tags, &usual.tags),
        threads: folder(raw.content.threads, &usual.threads),
        sources: folder(raw.content.sources, &usual.sources),
        pages: folder(raw.content.pages, &usual.pages),
        static_files: folder(raw.content.static_files, &usual.static_files),
    };
    let output = folder(raw.output, "public");
    check_folders(&folders, problems);
    // A site without an address is published nowhere: nothing of it is to be kept for ever.
    let lock = raw.urls.lock.unwrap_or(raw.base_url.is_some());
    let machines = machines::Raw {
        feeds: raw.feeds,
        crawlers: raw.crawlers,
        opensearch: raw.opensearch,
        security: raw.security,
        data: raw.data,
        social: raw.social,
        languages: raw.languages,
        redirects: raw.redirects,
        gone: raw.gone,
        hosting: raw.hosting,
    };
    let machines = machines::resolve(machines, origin.split("://").nth(1).unwrap_or("localhost"), problems);
    Config {
        title: raw.title,
        description: raw.description,
        origin,
        base_path,
        markdown: Markdown {
            raw_html: raw.markdown.raw_html,
            // Curly quotes and dashes as English sets them are wrong in most other languages.
            smart_punctuation: raw.markdown.smart_punctuation.unwrap_or_else(|| is_english(raw.language.get_ref())),
        },
        language: raw.language.into_inner(),
        time_zone,
        time_zone_name: raw.time_zone.into_inner(),
        author: raw.author,
        copyright: raw.copyright,
        theme: raw.theme.name.unwrap_or_else(|| "briefing".to_string()),
        theme_settings: raw.theme.settings,
        folders,
        output,
        article_url,
        slugs: raw.urls.slugs,
        front_matter: FrontMatterMaps {
            articles: raw.front_matter.map,
            people: raw.front_matter.people.map,
            tags: raw.front_matter.tags.map,
            threads: raw.front_matter.threads.map,
            sources: raw.front_matter.sources.map,
            briefings: raw.front_matter.briefings.map,
            pages: raw.front_matter.pages.map,
        },
        links_broken: match raw.links.broken {
            Some(BrokenLinks::Warn) => Severity::Warning,
            _ => Severity::Error,
        },
        links_rel: raw.links.external_rel.unwrap_or_else(|| "noopener".to_string()),
        detect: raw.people.detect,
        everyday_names: raw.people.everyday,
        index_size: bounded(raw.lists.index_size, 500, 20..=100_000, "lists.index_size", problems),
        per_page: bounded(raw.lists.per_page, 30, 5..=500, "lists.per_page", problems),
        front_days: bounded(raw.front.days, 5, 1..=60, "front.days", problems),
        sunday_first: raw.calendar.first_weekday == Some(Weekday::Sunday),
        menu: raw.menu,
        lock,
        machines,
        external_ignore: raw.check.external_ignore,
        deploy: deploy::resolve(raw.deploy, problems),
    }
}

/// One folder holds one kind of file, and what is copied as it is holds no content: a draft would be copied too.
fn check_folders(folders: &Folders, problems: &mut Problems) {
    let f = folders;
    let content = [
        ("articles", &f.articles),
        ("briefings", &f.briefings),
        ("people", &f.people),
        ("tags", &f.tags),
        ("threads", &f.threads),
        ("sources", &f.sources),
        ("pages", &f.pages),
    ];
    let mut add = |message: String| {
        let help = "give each a folder of its own, under [content]";
        problems.found.push(Diagnostic::error(Code::Config, message).in_file(FILE).help(help));
    };
    for (i, (name, folder)) in content.iter().enumerate() {
        for (other, _) in content[..i].iter().filter(|(_, o)| o == folder) {
            add(format!("`{other}` and `{name}` are the same folder, {folder}"));
        }
        let inside = |a: &str, b: &str| a == b || a.starts_with(&format!("{b}/"));
        if inside(folder, &f.static_files) || inside(&f.static_files, folder) {
            add(format!("the static folder {} and the folder of {name} overlap", f.static_files));
        }
    }
}

fn is_english(tag: &str) -> bool {
    tag == "en" || tag.starts_with("en-")
}

fn bounded(
    written: Option<toml::Spanned<usize>>,
    default: usize,
    allowed: std::ops::RangeInclusive<usize>,
    name: &str,
    problems: &mut Problems,
) -> usize {
    match written {
        None => default,
        Some(n) if allowed.contains(n.get_ref()) => n.into_inner(),
        Some(n) => {
            let (low, high) = (allowed.start(), allowed.end());
            problems.add(
                n.span(),
                format!("`{name}` is {}", n.get_ref()),
                format!("use a number from {low} to {high}"),
            );
            default
        }
    }
}

/// `https://example.org/news/` → (`https://example.org`, `/news`).
pub(crate) fn split_base_url(url: &str) -> Option<(String, String)> {
    let (scheme, rest) = url.split_once("://")?;
    if !matches!(scheme, "http" | "https") || rest.contains(['?', '#', ' ', '"', '<', '>', '\\', '\'', '&']) {
        return None;
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if host.is_empty() || path.split('/').any(|s| s == ".." || s == ".") {
        return None;
    }
    let path = path.trim_matches('/');
    Some((format!("{scheme}://{host}"), if path.is_empty() { String::new() } else { format!("/{path}") }))
}

fn check_pattern(pattern: &toml::Spanned<String>, problems: &mut Problems) {
    let text = pattern.get_ref();
    let mut rest = text.clone();
    for part in ["{year}", "{month}", "{day}", "{slug}"] {
        rest = rest.replace(part, "x");
    }
    let sound = text.starts_with('/')
        && text.ends_with('/')
        && text.contains("{slug}")
        && !rest.contains(['{', '}', '?', '#', '%', '\\', ' '])
        && rest.trim_matches('/').split('/').all(|s| !matches!(s, "" | "." | ".."));
    if !sound {
        problems.add(
            pattern.span(),
            format!("`{text}` is not a pattern for the URLs of articles"),
            "start and end it with `/` and use {year}, {month}, {day} and {slug}, like \"/{year}/{month}/{day}/{slug}/\"",
        );
    }
}

/// A folder of the site must stay inside it.
fn folder_inside(written: &toml::Spanned<String>, problems: &mut Problems) -> String {
    let path = written.get_ref().trim_end_matches('/').trim_start_matches("./").to_string();
    let sound = !path.starts_with('/')
        && !path.contains('\\')
        && !path.is_empty()
        && path.split('/').all(|s| !matches!(s, "" | "." | ".."));
    if !sound {
        problems.add(
            written.span(),
            format!("`{}` is not a folder inside the site", written.get_ref()),
            "write a path relative to site.toml, with `/` and without `..`",
        );
    }
    path
}

fn syntax_problem(text: &str, error: &toml::de::Error) -> Diagnostic {
    let message = error.message();
    let span = error.span().unwrap_or(0..0);
    // serde says: unknown field `x`, expected one of `a`, `b`
    if let Some(rest) = message.strip_prefix("unknown field `")
        && let Some((field, known)) = rest.split_once('`')
    {
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        let help = match nearest(field, known.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("known here: {}", known.join(", ")),
        };
        return Diagnostic::error(Code::Config, format!("unknown key `{field}`"))
            .in_file(FILE)
            .at(text, span)
            .help(help);
    }
    if let Some(rest) = message.strip_prefix("missing field `") {
        let field = rest.trim_end_matches('`');
        let d = Diagnostic::error(Code::Config, format!("the key `{field}` is missing")).in_file(FILE);
        // Of a key that the whole file lacks the parser has no place to show.
        return if span.is_empty() || span == (0..text.len()) {
            d.help(format!("add `{field} = \"…\"` at the top of {FILE}"))
        } else {
            d.at(text, span).help(format!("add `{field} = \"…\"` to this table"))
        };
    }
    let first = message.lines().next().unwrap_or("it cannot be read").to_string();
    Diagnostic::error(Code::Config, format!("{FILE} is not valid: {first}"))
        .in_file(FILE)
        .at(text, span)
        .help("see the manual's page on site.toml for every key and its type")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_url_is_split_into_origin_and_path() {
        let of = |s: &str| split_base_url(s).map(|(a, b)| format!("{a} {b}"));
        assert_eq!(of("https://a.example").as_deref(), Some("https://a.example "));
        assert_eq!(of("https://a.example/x/y/").as_deref(), Some("https://a.example /x/y"));
        assert_eq!(of("a.example"), None);
        assert_eq!(of("ftp://a.example"), None);
        assert_eq!(of("https://a.example/../x"), None);
    }
}
