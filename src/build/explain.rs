//! `dateline explain`: what a page is made from, which pages show a file, and what would change if a file did. Writes
//! nothing.
//!
//! There is no list of dependencies to ask. What a page shows of which file is read off its inputs, the tree that its key
//! and its view are made of. What would change is found by trying: the site is planned once as it is and once as it
//! would be, and the two trees are compared.

use super::ledger::{About, FOLDER, Ledger};
use super::reasons::{self, Shares, Why};
use super::render::settings_fingerprint;
use super::source::Files;
use super::{Options, load, output, read_config, resolve_links, source};
use crate::archive::{self, Archive, Corpus, links::Links};
use crate::config::Config;
use crate::content::links::percent_decoded;
use crate::content::{Article, BriefingRecord, Prose, Record, Standing};
use crate::diagnostics::{Code, Diagnostic};
use crate::fingerprint::Fingerprint;
use crate::pages::inputs::Shared;
use crate::pages::{self, Form, Page, Plan, Site, inspect};
use crate::theme::Theme;
use crate::theme::seen::Seen;
use jiff::Timestamp;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What there is to say of a page or a file.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "what", rename_all = "lowercase")]
pub enum Explanation {
    /// Of a page.
    Page(Box<PageExplained>),
    /// Of a file of the output that is not rendered.
    Copy(CopyExplained),
    /// Of a file of the site.
    Source(SourceExplained),
}

/// What a page is made from.
#[derive(Clone, Debug, Serialize)]
pub struct PageExplained {
    /// Where it is, without base path.
    pub url: String,
    /// Its file in the output folder.
    pub file: String,
    /// Its kind, as the theme knows it.
    pub kind: &'static str,
    /// Its template, and every template that one reaches.
    pub templates: Vec<Template>,
    /// File → the places of the page's inputs that show something of it.
    pub sources: BTreeMap<String, Vec<String>>,
    /// Its key now.
    pub key: String,
    /// Its key when it was last rendered, if that is known.
    pub last_key: Option<String>,
    /// When it was last rendered, by the file system's clock.
    pub rendered_at: Option<String>,
    /// Why it was last rendered.
    pub rendered_because: Option<&'static str>,
    #[serde(skip)]
    why: Option<Why>,
    /// What would change in it if a file did: the change → the places of its inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub if_changed: Option<WhatIf>,
}

impl PageExplained {
    /// Why it was last rendered, in words.
    pub fn because(&self) -> Option<&'static str> {
        self.why.map(Why::words)
    }
}

/// A template.
#[derive(Clone, Debug, Serialize)]
pub struct Template {
    /// What templates call it.
    pub name: String,
    /// Where it is.
    pub file: String,
}

/// What would change in a page if a file did.
#[derive(Clone, Debug, Serialize)]
pub struct WhatIf {
    /// The file.
    pub file: String,
    /// Each change that was tried, and the places of the page's inputs that would be others. Empty: the page would stay
    /// as it is.
    pub changes: Vec<Changed>,
}

/// One thing about a file that was tried to be different.
#[derive(Clone, Debug, Serialize)]
pub struct Changed {
    /// What.
    pub change: &'static str,
    /// Where that shows: places of a page's inputs, or pages.
    #[serde(rename = "in")]
    pub in_: Vec<String>,
}

/// A file that is copied.
#[derive(Clone, Debug, Serialize)]
pub struct CopyExplained {
    /// Where it is, without base path.
    pub url: String,
    /// The file it is a copy of: of the site, or an asset of the theme.
    pub source: String,
}

/// Which pages a file of the site is for.
#[derive(Clone, Debug, Serialize)]
pub struct SourceExplained {
    /// The file.
    pub file: String,
    /// Its own page.
    pub page: Option<String>,
    /// Every page that shows something of it.
    pub shown_by: Vec<String>,
    /// Each change that was tried, and the pages that would be rendered anew, appear or disappear.
    pub changes: Vec<Changed>,
}

/// Explains a page (`/2025/03/16/`, with or without the site's address) or a file of the site (`content/…`); `if_changed`
/// names a file that the page may depend on.
pub fn explain(options: &Options, of: &str, if_changed: Option<&str>) -> Result<Explanation, Vec<Diagnostic>> {
    let locked = options.site.join(FOLDER).is_dir();
    let _lock = if locked { Some(output::lock(&options.site, options.tick)?) } else { None };
    let config = read_config(options)?;
    let as_of = options.as_of.read(&config)?;
    let target = output::resolve(options, &config)?;
    let about = About {
        engine: env!("DATELINE_ENGINE").to_string(),
        reading: load::settings(&config),
        output: target.path.clone(),
    };
    let ledger = Ledger::load(&options.site, about, false);
    let files = source::walk(&options.site, &config);
    let theme = super::load_theme(options, &config)?;
    let drafts = options.allowed.drafts;
    let reading = load::Reading { site: &options.site, files: &files, config: &config, ledger: &ledger, drafts };
    let loaded = load::all(&reading, None, None, &super::Silent);
    let (seen, unusable) = (&pages::seen(&theme)[..], &loaded.unusable[..]);
    let ground = Ground { options, config: &config, theme: &theme, files: &files, as_of, unusable, seen };
    let now = World::new(&ground, loaded.corpus.clone());

    let wanted = as_url(of, &config);
    if let Some(page) = wanted.as_deref().and_then(|url| now.plan.find(url)) {
        let mut explained = page_explained(&now, &ground, &ledger, page);
        explained.if_changed = match if_changed {
            Some(path) => Some(what_if(&ground, &now, &loaded.corpus, page, &as_path(path, options)?)?),
            None => None,
        };
        return Ok(Explanation::Page(Box::new(explained)));
    }
    if let Some(url) = &wanted
        && let Some(source) = copied_from(&now, &ground, url)
    {
        return Ok(Explanation::Copy(CopyExplained { url: url.clone(), source }));
    }
    let path = as_path(of, options)?;
    source_explained(&ground, &now, &loaded.corpus, path).map(Explanation::Source)
}

/// What does not change with the articles.
struct Ground<'g> {
    options: &'g Options,
    config: &'g Config,
    theme: &'g Theme,
    files: &'g Files,
    as_of: Timestamp,
    unusable: &'g [String],
    seen: &'g [Seen],
}

/// A site as it is, or as it would be.
struct World {
    archive: Archive,
    plan: Plan,
    links: Links,
}

impl World {
    fn new(ground: &Ground, corpus: Corpus) -> Self {
        let Ground { options, config, files, as_of, unusable, .. } = ground;
        let (archive, _) = archive::index(corpus, config, *as_of, options.allowed);
        let (plan, _) = pages::plan(&archive, config);
        let links = resolve_links(&archive, &plan, files, unusable, config, &mut Vec::new());
        Self { archive, plan, links }
    }

    fn site<'w>(&'w self, ground: &'w Ground) -> Site<'w> {
        Site {
            config: ground.config,
            archive: &self.archive,
            links: &self.links,
            strings: &ground.theme.strings,
            csp: &ground.theme.csp,
            seen: ground.seen,
        }
    }

    /// What the keys of all pages have in common.
    fn shares(&self, ground: &Ground, shared: &Shared) -> Shares {
        let settings = serde_json::Value::Object(ground.theme.settings.clone());
        let site = self.site(ground);
        let globals = shared.fingerprint(&site, &pages::globals(&site, &settings));
        Shares::new(globals, settings_fingerprint(ground.config), ground.theme)
    }

    /// URL → key of every page.
    fn keys(&self, ground: &Ground) -> BTreeMap<&str, Fingerprint> {
        let site = self.site(ground);
        let shared = Shared::new(&site);
        let shares = self.shares(ground, &shared);
        let key = |page: &Page| shared.key(&site, &pages::shown(&site, page), &shares.of(page.kind)).0;
        let keys: Vec<(&str, Fingerprint)> = self.plan.pages.par_iter().map(|p| (p.url.as_str(), key(p))).collect();
        keys.into_iter().collect()
    }
}

fn page_explained(world: &World, ground: &Ground, ledger: &Ledger, page: &Page) -> PageExplained {
    let site = world.site(ground);
    let shared = Shared::new(&site);
    let inputs = pages::shown(&site, page);
    let (key, _) = shared.key(&site, &inputs, &world.shares(ground, &shared).of(page.kind));
    let file = pages::file_of(&page.url);
    let mut sources: BTreeMap<String, Vec<String>> = inspect::sources(&site, &inputs)
        .into_iter()
        .map(|(file, places)| (file.to_string(), places.into_iter().collect()))
        .collect();
    if let Some(own) = page.kind().source(&world.archive, page) {
        sources.entry(own.path).or_default();
    }
    let row = ledger.outputs.get(&file);
    let (at, why) = row.map(reasons::history).unzip();
    PageExplained {
        url: page.url.clone(),
        file,
        kind: page.kind().name(),
        templates: templates(ground.theme, page),
        sources,
        key: key.to_string(),
        last_key: row.map(|r| r.key.to_string()),
        rendered_at: at.flatten().map(|t| t.to_string()),
        rendered_because: why.map(Why::word),
        why,
        if_changed: None,
    }
}

/// A page's template and every other that it reaches; none if it is written by a format.
fn templates(theme: &Theme, page: &Page) -> Vec<Template> {
    match page.kind().form() {
        Form::Template(name) => theme.reached(name).into_iter().map(|(name, file)| Template { name, file }).collect(),
        Form::Format(_) => Vec::new(),
    }
}

fn what_if(ground: &Ground, now: &World, corpus: &Corpus, page: &Page, path: &str) -> Result<WhatIf, Vec<Diagnostic>> {
    let before = now.site(ground);
    let shared = Shared::new(&before);
    let inputs = pages::shown(&before, page);
    let mut changes = Vec::new();
    let reached = |name: String| templates(ground.theme, page).iter().any(|t| t.name == name);
    if let Some(name) = ground.theme.template_at(path) {
        let places = if reached(name) { vec!["the whole page".to_string()] } else { Vec::new() };
        return Ok(WhatIf { file: path.to_string(), changes: vec![Changed { change: "its text", in_: places }] });
    }
    for (change, corpus) in variations(corpus, path).ok_or_else(|| unknown(path))? {
        let then = World::new(ground, corpus);
        let after = then.site(ground);
        let places = match then.plan.find(&page.url).filter(|p| p.kind == page.kind) {
            None => vec!["the page would be gone".to_string()],
            Some(page) => {
                let shared_then = Shared::new(&after);
                let inputs_then = pages::shown(&after, page);
                let same_site = now.shares(ground, &shared).globals == then.shares(ground, &shared_then).globals;
                let mut places =
                    inspect::differences(((&shared, &before), &inputs), ((&shared_then, &after), &inputs_then));
                places.extend((!same_site).then(|| "site.menu".to_string()));
                places
            }
        };
        changes.push(Changed { change, in_: places });
    }
    Ok(WhatIf { file: path.to_string(), changes })
}

fn source_explained(
    ground: &Ground,
    now: &World,
    corpus: &Corpus,
    path: String,
) -> Result<SourceExplained, Vec<Diagnostic>> {
    let site = now.site(ground);
    let own =
        |p: &&Page| p.kind().name() != "redirect" && p.kind().source(&now.archive, p).is_some_and(|s| s.path == path);
    let template = ground.theme.template_at(&path);
    let shows = |p: &Page| match &template {
        Some(name) => templates(ground.theme, p).iter().any(|t| t.name == *name),
        None => inspect::sources(&site, &pages::shown(&site, p)).contains_key(path.as_str()),
    };
    let shown_by: Vec<String> = now.plan.pages.par_iter().filter(|p| shows(p)).map(|p| p.url.clone()).collect();
    let mut changes = Vec::new();
    match variations(corpus, &path) {
        Some(variations) => {
            let before = now.keys(ground);
            for (change, corpus) in variations {
                let then = World::new(ground, corpus);
                let after = then.keys(ground);
                let other =
                    before.iter().filter(|(url, key)| after.get(*url) != Some(key)).map(|(url, _)| url.to_string());
                let new = after.keys().filter(|url| !before.contains_key(*url)).map(|url| url.to_string());
                changes.push(Changed { change, in_: other.chain(new).collect() });
            }
        }
        None if template.is_none() => return Err(unknown(&path)),
        None => {}
    }
    let page = now.plan.pages.iter().find(own).map(|p| p.url.clone());
    Ok(SourceExplained { file: path, page, shown_by, changes })
}

/// The site as it would be: each thing about a file that can change, changed. `None` if the file is no content.
fn variations(corpus: &Corpus, path: &str) -> Option<Vec<(&'static str, Corpus)>> {
    const TEXT: &str = "\u{fffc}";
    let other = |prose: &mut Prose| {
        prose.hash = Fingerprint::of(prose.hash.as_bytes());
        prose.facts.opening.push_str(TEXT);
        prose.facts.words += 1;
    };
    let mut out: Vec<(&'static str, Corpus)> = Vec::new();
    if let Some(at) = corpus.articles.iter().position(|a| &*a.prose.path == path) {
        let mut try_one = |what, change: &dyn Fn(&mut Article)| {
            let mut corpus = corpus.clone();
            change(Arc::make_mut(&mut corpus.articles[at]));
            out.push((what, corpus));
        };
        try_one("its text", &|a| other(&mut a.prose));
        try_one("its headline", &|a| {
            a.title.html.push_str(TEXT);
            a.title.text.push_str(TEXT);
        });
        let summary = if corpus.articles[at].has_standfirst { "its summary" } else { "its opening, the summary" };
        try_one(summary, &|a| a.summary.push_str(TEXT));
        try_one("its tags", &|a| a.tags.clear());
        try_one("its people", &|a| a.people.clear());
        try_one("its thread", &|a| a.thread = None);
        try_one("its credits", &|a| a.sources.clear());
        try_one("its place in the day", &|a| a.lead = !a.lead);
        let mut gone = corpus.clone();
        gone.articles.remove(at);
        out.push(("deleting it", gone));
        return Some(out);
    }
    macro_rules! others {
        ($list:ident, $($what:literal $change:expr),*) => {
            if let Some(at) = corpus.$list.iter().position(|v| &*v.prose.path == path) {
                $({
                    let mut corpus = corpus.clone();
                    let change: &dyn Fn(&mut _) = &$change;
                    change(Arc::make_mut(&mut corpus.$list[at]));
                    out.push(($what, corpus));
                })*
                let mut gone = corpus.clone();
                gone.$list.remove(at);
                out.push(("deleting it", gone));
                return Some(out);
            }
        };
    }
    others!(records,
        "its text" |r: &mut Record| other(&mut r.prose),
        "its name" |r: &mut Record| r.name.push_str(TEXT),
        "its summary" |r: &mut Record| r.summary.push_str(TEXT),
        "its aliases" |r: &mut Record| r.aliases.clear());
    others!(briefings,
        "its text" |b: &mut BriefingRecord| other(&mut b.prose),
        "its title" |b: &mut BriefingRecord| {
            let title = b.title.get_or_insert_default();
            title.html.push_str(TEXT);
            title.text.push_str(TEXT);
        },
        "its order" |b: &mut BriefingRecord| b.order.clear());
    others!(standing,
        "its text" |s: &mut Standing| other(&mut s.prose),
        "its title" |s: &mut Standing| {
            s.title.html.push_str(TEXT);
            s.title.text.push_str(TEXT);
        },
        "its summary" |s: &mut Standing| s.summary.push_str(TEXT));
    None
}

/// The file that a file of the output is a copy of.
fn copied_from(world: &World, ground: &Ground, url: &str) -> Option<String> {
    let of_static = ground.files.statics.iter().find(|f| f.url == url).map(|f| f.path.clone());
    let asset = || ground.theme.assets.iter().find(|a| a.url == url).map(|a| format!("the theme's assets/{}", a.name));
    of_static.or_else(|| world.links.copies.get(url).cloned()).or_else(asset)
}

/// An address as the plan knows it: with or without scheme, host and base path, and the last slash.
fn as_url(of: &str, config: &Config) -> Option<String> {
    let path =
        of.strip_prefix(&config.origin).filter(|p| !config.origin.is_empty() && p.starts_with(['/'])).unwrap_or(of);
    let path = match path.strip_prefix(config.base_path.as_str()) {
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    };
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let path = path.strip_suffix("index.html").unwrap_or(path);
    let url = percent_decoded(path.strip_prefix('/')?);
    let is_file = url.is_empty() || url.ends_with('/') || url.rsplit('/').next().is_some_and(|name| name.contains('.'));
    Some(if is_file { format!("/{url}") } else { format!("/{url}/") })
}

/// A file of the site as the ledger knows it: relative to the site, with `/`.
fn as_path(of: &str, options: &Options) -> Result<String, Vec<Diagnostic>> {
    let given = std::path::Path::new(of);
    let site = options.site.canonicalize().unwrap_or_else(|_| options.site.clone());
    let here = given.canonicalize().ok().and_then(|p| p.strip_prefix(&site).map(std::path::Path::to_path_buf).ok());
    let inside = here.unwrap_or_else(|| given.strip_prefix("./").unwrap_or(given).to_path_buf());
    let parts: Option<Vec<&str>> = inside.iter().map(|p| p.to_str()).collect();
    match parts {
        Some(parts) if !inside.is_absolute() => Ok(parts.join("/")),
        _ => Err(unknown(of)),
    }
}

fn unknown(of: &str) -> Vec<Diagnostic> {
    let d = Diagnostic::error(Code::UnknownReference, format!("the site has no page or content file `{of}`"));
    vec![d.help(
        "name a page by its URL, like /2025/03/16/, or a file as it lies in the site, like content/people/ada.md",
    )]
}
