//! An [`Archive`] becomes [`Page`]s: one file per page kind, each saying where its pages are and what they show.
//!
//! **The law of inputs.** What a page's template can see is one tree of [`Input`]s, made by its kind. Its key is that tree
//! hashed, its view is that tree as template values; both are made in `inputs.rs` by walking the same tree. A kind has no
//! other way to hand anything to a template, so a key cannot miss what a page shows. To add a page kind, add a file here,
//! a line in [`KINDS`] and a template. A page for machines has a [`Format`] instead of a template: its inputs are the
//! document, and nothing but the inputs is written.

pub mod inputs;
pub mod inspect;

mod archive;
mod article;
mod briefing;
mod corrections;
mod day;
mod entity;
mod front;
mod gone;
mod head;
mod index;
pub mod json_ld;
mod list;
pub mod machines;
mod made;
mod month;
mod not_found;
mod person;
mod redirect;
mod source;
mod standing;
mod summary;
mod tag;
mod thread;
mod year;

use crate::archive::links::Links;
use crate::archive::{Archive, ArticleId};
use crate::config::Config;
use crate::diagnostics::{Code, Diagnostic};
use crate::formats::Format;
use crate::theme::Theme;
use crate::theme::i18n::Strings;
use crate::theme::seen::{Fields, Seen};
use crate::theme::value::Value;
use head::Head;
use inputs::Input;
use rayon::prelude::*;
use std::ops::Range;

/// One output to be rendered.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it is, without base path: `/2025/03/16/` or `/404.html`.
    pub url: String,
    /// Which kind it is, by place in [`KINDS`].
    pub kind: u8,
    /// What it is about: what this number means is its kind's affair.
    pub subject: u32,
    /// Which of several pages about the same subject; 0 where there is one.
    pub part: u32,
}

/// What page kinds make their inputs from.
pub struct Site<'a> {
    /// The site's settings.
    pub config: &'a Config,
    /// The archive.
    pub archive: &'a Archive,
    /// Where links lead.
    pub links: &'a Links,
    /// The words of the site's language.
    pub strings: &'a Strings,
    /// The Content-Security-Policy that the theme's pages pass.
    pub csp: &'a str,
    /// What the template of each kind may see, in the order of [`KINDS`].
    pub seen: &'a [Seen],
}

impl Site<'_> {
    /// Whether a page's template may see this name.
    fn shows(&self, page: &Page, name: &str) -> bool {
        self.seen[page.kind as usize].name(name)
    }

    /// Which fields of a name a page's template may see.
    fn fields(&self, page: &Page, name: &str) -> Fields<'_> {
        self.seen[page.kind as usize].fields(name)
    }
}

/// What a name of a page has, as far as the page's template may see it: what it cannot name is not made.
struct Entries<'s, 'a> {
    seen: Fields<'s>,
    made: Vec<(&'static str, Input<'a>)>,
}

impl<'s, 'a> Entries<'s, 'a> {
    fn seen(seen: Fields<'s>) -> Self {
        Self { seen, made: Vec::new() }
    }

    /// One entry.
    fn and(mut self, name: &'static str, make: impl FnOnce() -> Input<'a>) -> Self {
        if self.seen.has(name) {
            self.made.push((name, make()));
        }
        self
    }
}

/// What the template of each kind may see. JSON-LD is made of all that a kind has: who shows it sees everything.
pub fn seen(theme: &Theme) -> Vec<Seen> {
    let of = |kind: &&dyn Kind| match kind.form() {
        Form::Template(name) => Some(theme.seen(name)).filter(|seen| !seen.name(json_ld::NAME)),
        Form::Format(_) => None,
    };
    KINDS.iter().map(|kind| of(kind).unwrap_or_else(Seen::whole)).collect()
}

/// Everything that each kind has.
pub fn seen_whole() -> Vec<Seen> {
    KINDS.iter().map(|_| Seen::whole()).collect()
}

/// What a page shows: of what its kind has, all that its template may see. Its key, its view and what is said of it are
/// made from this and from nothing else.
pub fn shown<'a>(site: &Site<'a>, page: &Page) -> Inputs<'a> {
    let seen = &site.seen[page.kind as usize];
    let mut inputs = page.kind().inputs(site, page);
    inputs.retain(|(name, _)| seen.name(name));
    for (name, input) in &mut inputs {
        if let fields @ Fields::Only(_) = seen.fields(name) {
            input.retain(|field| fields.has(field));
        }
    }
    inputs
}

/// How a page's view becomes bytes: by a template of the theme if people read it, by a format if machines do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The theme's template of this name.
    Template(&'static str),
    /// A format. The page's inputs are the document itself: see `formats/`.
    Format(Format),
}

/// A kind of page.
pub trait Kind: Sync {
    /// Its name, which the theme knows as `page.kind`.
    fn name(&self) -> &'static str;

    /// How its view becomes bytes.
    fn form(&self) -> Form;

    /// Every page of this kind that must exist.
    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32));

    /// What a page's template can see besides the site's globals, or, of a format, all that is written. What costs much
    /// to find out may be left out if the template cannot see it.
    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a>;

    /// What search engines are told of a page, out of what its template sees; nothing if its template shows none.
    fn json_ld(&self, view: &json_ld::View) -> Vec<Value> {
        json_ld::web_page(view)
    }

    /// The latest of the articles that a page shows, if it shows some that follow on each other. Pages are rendered in this
    /// order, so that what they share is at hand; nothing else depends on it.
    fn latest(&self, _archive: &Archive, _config: &Config, _page: &Page) -> Option<ArticleId> {
        None
    }

    /// Whether a page's address is kept in `urls.lock`: readers have it in their bookmarks.
    fn is_permanent(&self, _page: &Page) -> bool {
        false
    }

    /// Whether a page stands back where the site has a file of its own for that address: what programs read does, since
    /// many sites bring a robots.txt or a feed along.
    fn yields(&self) -> bool {
        matches!(self.form(), Form::Format(_))
    }

    /// What to blame if another page wants the same URL.
    fn source(&self, _archive: &Archive, _page: &Page) -> Option<Source> {
        None
    }
}

/// The file that a page comes from.
pub struct Source {
    /// Its path.
    pub path: String,
    /// Its bytes that decide the address, where they are known.
    pub span: Option<Range<u32>>,
}

impl Source {
    /// A file as a whole.
    fn file(path: impl Into<String>) -> Self {
        Self { path: path.into(), span: None }
    }

    /// Blames it.
    pub fn blame(self, d: Diagnostic) -> Diagnostic {
        let d = d.in_file(self.path);
        match self.span {
            Some(span) => d.at_bytes(span),
            None => d,
        }
    }
}

/// Every kind. Of two pages that want one URL, the kind that stands first has it.
pub static KINDS: &[&dyn Kind] = &[
    &front::Front,
    &archive::ArchivePage,
    &index::Index(crate::content::EntityKind::Tag),
    &index::Index(crate::content::EntityKind::Person),
    &index::Index(crate::content::EntityKind::Thread),
    &index::Index(crate::content::EntityKind::Source),
    &corrections::Corrections,
    &not_found::NotFound,
    &standing::StandingPage,
    &article::ArticlePage,
    &briefing::Briefing,
    &month::Month,
    &year::Year,
    &tag::Tag,
    &person::Person,
    &thread::Thread,
    &source::SourcePage,
    &gone::Gone,
    &redirect::Redirect,
    &machines::atom::Atom,
    &machines::rss::Rss,
    &machines::json_feed::JsonFeed,
    &machines::sitemap::Sitemap,
    &machines::news_sitemap::NewsSitemap,
    &machines::robots::Robots,
    &machines::opensearch::OpenSearch,
    &machines::security::Security,
    &machines::llms::Llms,
    &machines::archive_json::ArchiveJson,
    &machines::article_data::ArticleJson,
    &machines::article_data::ArticleMarkdown,
    &machines::dump::Dump,
    &machines::people_data::PeopleJson,
    &machines::people_data::PersonJson,
    &machines::people_data::Mentions,
    &machines::hosts::Hosts,
];

impl Page {
    /// Its kind.
    pub fn kind(&self) -> &'static dyn Kind {
        KINDS[self.kind as usize]
    }
}

/// The file of a URL, relative to the output folder.
pub fn file_of(url: &str) -> String {
    let path = url.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_string() }
}

/// What makes two URLs one page: `/a/` and `/a/index.html` are the same file.
fn place_of(url: &str) -> &str {
    match url.strip_suffix("index.html") {
        Some(folder) if folder.ends_with('/') => folder,
        _ => url,
    }
}

/// Every page of the site, by URL.
pub struct Plan {
    /// In order of their URLs.
    pub pages: Vec<Page>,
}

impl Plan {
    /// The page at a URL.
    pub fn find(&self, url: &str) -> Option<&Page> {
        let at = |url: &str| self.pages.binary_search_by(|p| p.url.as_str().cmp(url)).ok();
        let place = place_of(url);
        let index = || at(&format!("{place}index.html")).filter(|_| place.ends_with('/'));
        at(place).or_else(index).map(|i| &self.pages[i])
    }
}

/// Plans the whole site. Pages that want a URL that is taken are errors and left out.
pub fn plan(archive: &Archive, config: &Config) -> (Plan, Vec<Diagnostic>) {
    // Each kind plans for itself, side by side; the order of kinds decides who has a URL that two want.
    let planned: Vec<Vec<Page>> = KINDS
        .par_iter()
        .enumerate()
        .map(|(kind, implementation)| {
            let mut pages = Vec::new();
            implementation.plan(archive, config, &mut |url, subject, part| {
                pages.push(Page { url, kind: kind as u8, subject, part });
            });
            pages
        })
        .collect();
    let mut pages: Vec<Page> = planned.into_iter().flatten().collect();
    let mut problems = Vec::new();
    let blame = |page: &Page, d: Diagnostic| match page.kind().source(archive, page) {
        Some(source) => source.blame(d),
        None => d,
    };
    pages.retain(|page| {
        let sound = is_sound(&page.url);
        if !sound {
            // Every address is checked where it is read; this is the last door before the disk.
            let d = Diagnostic::error(Code::BadValue, format!("`{}` cannot be an address of the site", page.url));
            problems.push(blame(page, d.help("use letters and digits")));
        }
        sound
    });
    // A stable sort: of pages with one URL the one that was planned first stays first.
    pages.par_sort_by(|a, b| place_of(&a.url).cmp(place_of(&b.url)));
    for group in pages.chunk_by(|a, b| place_of(&a.url) == place_of(&b.url)).filter(|g| g.len() > 1) {
        problems.extend(group[1..].iter().map(|page| collision(archive, page, &group[0])));
    }
    pages.dedup_by(|later, first| place_of(&later.url) == place_of(&first.url));
    pages.par_sort_by(|a, b| a.url.cmp(&b.url));
    (Plan { pages }, problems)
}

/// Whether a URL can be a file of the output.
fn is_sound(url: &str) -> bool {
    let place = place_of(url);
    let path = place.trim_start_matches('/');
    let path = path.strip_suffix('/').unwrap_or(path);
    let sound = |s: &str| !matches!(s, "" | "." | "..") && s.len() <= 255 && !s.starts_with(".dateline");
    (path.is_empty() || path.split('/').all(sound)) && !url.contains(|c: char| c.is_control() || c == '\\')
}

fn collision(archive: &Archive, page: &Page, first: &Page) -> Diagnostic {
    let source = |p: &Page| p.kind().source(archive, p);
    let mut d = Diagnostic::error(Code::UrlCollision, format!("two pages would be {}", page.url));
    d = match source(first) {
        Some(other) => d.note(format!("the other is {}", other.path)),
        None => d.note(format!("the other is the site's own {} page", first.kind().name().replace('_', " "))),
    };
    match source(page) {
        Some(source) => {
            source.blame(d).help("give one of the two another `slug`, name or date, or take the alias away")
        }
        None => d.help("give the page another name"),
    }
}

/// The named inputs of a page.
pub type Inputs<'a> = Vec<(&'static str, Input<'a>)>;

/// The site's own globals, which every page of every kind can see.
pub fn globals<'a>(site: &Site<'a>, settings: &'a serde_json::Value) -> Input<'a> {
    let config = site.config;
    let menu = if config.menu.is_empty() {
        let mut pages: Vec<_> = site.archive.standing.iter().filter(|s| s.menu).collect();
        pages.sort_by_key(|s| (s.order, &s.url));
        Input::list(
            pages.into_iter().map(|s| {
                Input::map([("title", Input::text(s.title.text.as_str())), ("url", Input::url(s.url.clone()))])
            }),
        )
    } else {
        Input::list(config.menu.iter().map(|item| {
            let url =
                if item.url.starts_with('/') { Input::url(item.url.clone()) } else { Input::text(item.url.as_str()) };
            Input::map([("title", Input::text(item.title.as_str())), ("url", url)])
        }))
    };
    let section = |name: &'static str| (name, Input::url(format!("/{name}/")));
    Input::map([
        ("title", Input::text(config.title.as_str())),
        ("description", Input::text(config.description.as_str())),
        ("language", Input::text(config.language.as_str())),
        ("direction", Input::text(direction(&config.language))),
        ("base_url", Input::text(format!("{}{}", config.origin, config.base_path))),
        ("origin", Input::text(config.origin.as_str())),
        ("home", Input::url("/".to_string())),
        ("feeds", head::feeds(site)),
        (
            "opensearch",
            Input::option(config.machines.opensearch.as_ref(), |_| Input::url(machines::opensearch::URL.to_string())),
        ),
        ("publisher", publisher(config)),
        ("twitter", Input::option(config.machines.social.twitter.as_deref(), Input::text)),
        ("author", Input::option(config.author.as_deref(), Input::text)),
        ("copyright", Input::option(config.copyright.as_deref(), Input::text)),
        ("menu", menu),
        ("settings", Input::Json(settings)),
        ("urls", Input::map(["archive", "tags", "people", "threads", "sources", "corrections"].map(section))),
    ])
}

fn publisher(config: &Config) -> Input<'_> {
    let social = &config.machines.social;
    Input::map([
        ("name", Input::text(machines::publisher(config))),
        ("logo", Input::option(social.logo.as_deref(), |logo| Input::text(config.whole(logo)))),
        ("same_as", Input::list(social.same_as.iter().map(|url| Input::text(url.as_str())))),
    ])
}

/// Languages whose main script runs from right to left (Unicode CLDR, `characterOrder`).
fn direction(language: &str) -> &'static str {
    match language.split('-').next().unwrap_or("") {
        "ar" | "arc" | "ckb" | "dv" | "fa" | "he" | "ks" | "nqo" | "ps" | "sd" | "syr" | "ug" | "ur" | "yi" => "rtl",
        _ => "ltr",
    }
}
