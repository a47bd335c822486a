//! The loop: load, index, plan, render, emit. Only here is the disk walked and written.
//!
//! There is one build. It is incremental when the ledger knows something, and clean when it does not; the result is the
//! same. Everything is rendered into a staging folder before anything is published, so that a build with an error in it
//! changes nothing.

mod emit;
mod explain;
mod in_place;
mod ledger;
mod load;
mod moves;
mod output;
mod permanence;
pub mod preflight;
mod published;
mod reasons;
mod rename;
mod report;
mod session;
mod source;
mod survey;
mod unchanged;
mod verify;

pub use explain::{Changed, Explanation, PageExplained, SourceExplained, explain};
pub use ledger::COARSEST_TICK;
pub use ledger::FOLDER;
pub use output::{MARKER, STAGING, preview_folder};
pub use published::{File, Published, published};
pub use reasons::{Because, Why};
pub use rename::{Moved, rename};
pub use report::{Articles, Outcome, Pages, Report};
pub use session::{Changes, Session};
pub use source::{find_site, is_ignored};
pub use survey::{Survey, examine, survey};

use crate::archive::links::{self, Surroundings};
use crate::archive::withheld::Allowed;
use crate::archive::{self, Archive};
use crate::config::{self, Config};
use crate::content::{self, dates};
use crate::diagnostics::{Code, Diagnostic, Place};
use crate::fingerprint::Fingerprint;
use crate::formats::Format;
use crate::pages::inputs::{Shared, Shown};
use crate::pages::{self, Form, Page, Plan, Site, json_ld};
use crate::theme::layers::Layers;
use crate::theme::value::Value;
use crate::theme::{self, Theme};
use emit::{Emitter, Sink, Wanted};
use jiff::Timestamp;
use ledger::{About, Ledger};
use load::Reading;
use rapidhash::RapidHashSet;
use rayon::prelude::*;
use reasons::{Last, Reasons, Shares};
use session::{Known, Memory, Shows};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// What a build is asked to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// The folder with `site.toml`.
    pub site: PathBuf,
    /// Where to write, if not where `site.toml` says.
    pub output: Option<PathBuf>,
    /// Where the site will live, if not where `site.toml` says.
    pub base_url: Option<String>,
    /// Scheme and host that replace those of the site's address; its path stays. What `serve` answers to.
    pub origin: Option<String>,
    /// What "now" is.
    pub as_of: Clock,
    /// What is shown though it is withheld.
    pub allowed: Allowed,
    /// Threads; 0 for as many as the machine has.
    pub jobs: usize,
    /// Forget what the last build knew.
    pub clean: bool,
    /// Publish what is sound.
    pub keep_going: bool,
    /// How coarse the file system's clock is: files that changed less than this before they were looked at are read again.
    pub tick: Duration,
    /// Write nothing: compare the output with what a clean build would write.
    pub verify: bool,
}

/// What "now" is for a build. Nothing else ever is.
#[derive(Clone, Debug)]
pub enum Clock {
    /// This instant.
    At(Timestamp),
    /// A date or date-time as somebody wrote it, to be read in the site's time zone.
    Said(String),
}

impl Clock {
    fn read(&self, config: &Config) -> Result<Timestamp, Vec<Diagnostic>> {
        match self {
            Self::At(at) => Ok(*at),
            Self::Said(text) => match dates::parse(text, &config.time_zone) {
                Ok(stamp) => Ok(stamp.instant),
                Err(e) => Err(vec![Diagnostic::error(Code::BadDate, e.to_string()).help(e.help())]),
            },
        }
    }
}

/// The phase in which the output changes.
pub const PUBLISHING: &str = "Writing";

/// The phase after it: the output is whole again, and what is known of it is saved.
pub const PUBLISHED: &str = "Saving";

/// Who wants to know how far a build is.
pub trait Progress: Sync {
    /// A phase begins; `total` steps, or 0 if nobody knows.
    fn phase(&self, name: &'static str, total: usize);
    /// One step is done.
    fn step(&self);
}

/// Nobody.
pub struct Silent;

impl Progress for Silent {
    fn phase(&self, _: &'static str, _: usize) {}
    fn step(&self) {}
}

/// Builds the site once.
pub fn build(options: &Options, progress: &dyn Progress) -> Report {
    Session::once(options.clone()).build(&Changes::Everything, options.as_of.clone(), progress)
}

/// What there is to say, as people read it.
fn finish(options: &Options, report: &mut Report) {
    locate(options, &mut report.diagnostics);
    report.diagnostics.sort_by(Diagnostic::order);
    report.diagnostics.dedup();
    gather_repeated(&mut report.diagnostics);
}

/// The stages in order. An `Err` ends the build with nothing published; what is found along the way is in the report.
fn stages(
    options: &Options,
    memory: &mut Memory,
    changes: &Changes,
    progress: &dyn Progress,
    report: &mut Report,
) -> Result<(), Vec<Diagnostic>> {
    // Before anything is looked at: what another build is about to change must not be half seen.
    let lock = output::lock(&options.site, options.tick)?;
    report.notes.extend(lock.waited.then(|| "waited for another build of this site to end".to_string()));
    let config = read_config(options)?;
    let as_of = options.as_of.read(&config)?;
    let mut target = output::resolve(options, &config)?;
    report.output = target.path.clone();
    report.time_zone = config.time_zone.clone();
    report.base_path = Some(config.base_path.clone());

    progress.phase("Reading", 0);
    let began = lock.moment();
    let about = About {
        engine: env!("DATELINE_ENGINE").to_string(),
        reading: load::settings(&config),
        output: target.path.clone(),
    };
    let forget = options.clean || options.verify;
    let ledger = memory.take_ledger(&about).filter(|_| !forget);
    let mut known = memory.site.take().filter(|_| ledger.is_some());
    let touched = match (changes, &mut known) {
        (Changes::Paths(paths), Some(known)) if known.config == unchanged::settings(options, &config) => {
            source::rescan(&options.site, &config, &mut known.files, paths)
        }
        _ => None,
    };
    let theme = load_theme(options, &config)?;
    report.timed("theme");
    let known = known.zip(touched);
    let (mut ledger, files, touched) = match (ledger, known) {
        (Some(mut ledger), Some((mut known, touched))) => {
            // What was said of a file is said of other lines once it is edited.
            let spoken_of = |path: &String| known.said.iter().any(|d| d.path.as_ref() == Some(path));
            let quiet = !touched.documents.iter().any(spoken_of);
            let same = quiet && known.is_of(&theme, as_of, &target) && !touched.others;
            let differing = same
                .then(|| in_place::update(&options.site, &touched.documents, &mut known, &ledger, &config, began))
                .flatten();
            if let Some(differing) = differing {
                known.report(report);
                report.timed("load");
                let reasons = Reasons::of_texts(&ledger, &touched.documents);
                let site = Parts {
                    noting: false,
                    config: &config,
                    archive: &known.archive,
                    links: &known.links,
                    reasons: &reasons,
                };
                let pages: Vec<&Page> = differing.pages.iter().map(|i| &known.plan.pages[*i as usize]).collect();
                let emitter = Emitter::new(target, &options.site, &ledger.outputs)?.of_some();
                let (rendered, ..) = render(options, progress, &site, theme, &pages, &emitter, report)?;
                report.timed("render");
                if rendered.len() < pages.len() {
                    return Err(Vec::new());
                }
                report.pages.unchanged = report.pages.total - report.pages.rendered;
                progress.phase(PUBLISHING, 0);
                let emitted = emitter.publish(rendered, Vec::new(), |files| ledger.intend(files), &lock, began)?;
                report.emitted(&emitted);
                report.timed("emit");
                progress.phase(PUBLISHED, 0);
                ledger.sources.extend(differing.learned);
                ledger.outputs.extend(emitted.learned);
                save(&mut ledger, report);
                memory.keep_ledger(ledger);
                memory.site = Some(known);
                report.outcome = Outcome::Published;
                return Ok(());
            }
            (ledger, known.files, Some(touched.documents))
        }
        (Some(ledger), None) => (ledger, source::walk(&options.site, &config), None),
        (None, _) => {
            let (ledger, files) =
                rayon::join(|| Ledger::load(&options.site, about, forget), || source::walk(&options.site, &config));
            (ledger, files, None)
        }
    };
    target.read_marker();
    report.diagnostics.extend(files.problems.iter().cloned());
    report.notes.extend(ledger.discarded.map(|why| format!("the last build is not used: {why}")));
    // Without its folder a site would be published without its articles: no flag asks for that.
    if report.diagnostics.iter().any(|d| d.code == Code::Config) {
        return Err(Vec::new());
    }
    report.timed("walk");
    report.diagnostics.extend(theme.warnings.iter().cloned());
    progress.phase("Reading", files.documents.len());
    let drafts = options.allowed.drafts;
    let reading = Reading { site: &options.site, files: &files, config: &config, ledger: &ledger, drafts };
    let loaded = load::all(&reading, began, touched.as_ref(), progress);
    report.articles.found = loaded.found;
    report.articles.failed = loaded.failed;
    report.diagnostics.extend(loaded.problems);
    report.timed("load");

    let publishes = permanence::publishes(options) && !memory.keep;
    let published = permanence::Lock::read(&options.site, &config, &mut report.diagnostics);
    let surroundings = unchanged::surroundings(options, &config, &theme, &files, began);
    let sources_are_known = loaded.learned.is_empty()
        && loaded.unusable.is_empty()
        && loaded.changed.is_empty()
        && files.documents.len() == ledger.sources.len();
    // A session wants to know the archive, even if there is nothing to do yet.
    let may_be_unchanged = !forget && !memory.keep && sources_are_known && report.diagnostics.is_empty();
    let last = ledger.quiet.as_ref().filter(|_| may_be_unchanged);
    if let Some(quiet) =
        last.filter(|q| q.holds((options, publishes), surroundings, &published, as_of, &ledger, &target))
    {
        quiet.report(report);
        memory.keep_ledger(ledger);
        report.timed("compare");
        report.outcome = Outcome::Published;
        return Ok(());
    }
    let seen = unchanged::seen(&loaded.corpus.articles, &config, as_of);
    report.next_change = Timestamp::from_nanosecond(seen.1).ok();
    let reasons = Reasons::new(&ledger, &files, (&loaded.changed, loaded.known), &config, seen, options);

    let (archive, problems) = archive::index(loaded.corpus, &config, as_of, options.allowed);
    report.articles.published = archive.articles.len();
    report.articles.withheld = archive.withheld.articles.len();
    report.next_appearance = archive.withheld.next;
    report.diagnostics.extend(problems);
    report.timed("index");

    let (mut plan, problems) = pages::plan(&archive, &config);
    let own: RapidHashSet<&str> = files.statics.iter().map(|f| f.url.as_str()).collect();
    plan.pages.retain(|p| !p.kind().yields() || !own.contains(p.url.as_str()));
    let pages = &plan.pages;
    report.diagnostics.extend(problems);
    report.pages.total = pages.len();
    // An article whose address is another's has no page.
    let without_page = archive.articles.len() - pages.iter().filter(|p| p.kind().name() == "article").count();
    report.articles.published -= without_page;
    report.articles.failed += without_page;
    report.timed("plan");
    let links = resolve_links(&archive, &plan, &files, &loaded.unusable, &config, &mut report.diagnostics);
    let wanted = wanted(&files, &theme, &links, &plan, options, &mut report.diagnostics);
    check_folders(&archive, pages, &wanted, &mut report.diagnostics);
    check_menu(&config, &plan, &files, &mut report.diagnostics);
    check_redirects(&archive, &plan, &files, &mut report.diagnostics);
    check_security(&config, as_of, &mut report.diagnostics);
    if let Some(lock) = &published {
        report.diagnostics.extend(lock.check(options, &archive, pages, &files, &loaded.unusable));
    }
    report.timed("links");
    refuse_errors(options, report)?;

    let site = Parts { noting: memory.keep, config: &config, archive: &archive, links: &links, reasons: &reasons };
    let all: Vec<&Page> = pages.iter().collect();
    let whole = theme.whole();
    if options.verify {
        let verifier = verify::Verifier::new(&target);
        let (rendered, ..) = render(options, progress, &site, theme, &all, &verifier, report)?;
        refuse_errors(options, report)?;
        report.diagnostics.extend(verifier.finish(&rendered, &wanted)?);
        report.timed("verify");
        report.outcome = Outcome::Verified;
        return Ok(());
    }

    let mut emitter = Emitter::new(target, &options.site, &ledger.outputs)?;
    // A session is told what changes, and nobody but it writes where it writes.
    emitter.trusting = touched.is_some();
    let due = || pages.iter().map(|p| pages::file_of(&p.url)).chain(wanted.iter().map(|w| w.file.clone())).collect();
    emitter.expect(due)?;
    let (rendered, shown, shares) = render(options, progress, &site, theme, &all, &emitter, report)?;
    report.timed("render");
    // Content that is not sound can be left out; a template that fails would take its pages from readers.
    if rendered.len() < pages.len() {
        return Err(Vec::new());
    }

    progress.phase(PUBLISHING, 0);
    let emitted = emitter.publish(rendered, wanted, |files| ledger.intend(files), &lock, began)?;
    report.emitted(&emitted);
    report.moved = moves::between(&ledger.sources, &loaded.learned, &report.removed, &config);
    report.timed("emit");
    progress.phase(PUBLISHED, 0);

    let published = grow(published, publishes, options, &archive, pages, report);
    let sources: RapidHashSet<&str> = files.documents.iter().map(|d| d.path.as_str()).collect();
    loaded.forgotten.iter().for_each(|path| ledger.sources.remove(path));
    ledger.people = loaded.people.digest().clone();
    ledger.learn(loaded.learned, |path| sources.contains(path));
    ledger.outputs.retain(|file| emitted.files.contains(file));
    ledger.outputs.extend(emitted.learned);
    report.diagnostics.extend(preflight::check(&config, &archive, &ledger.outputs));
    ledger.quiet = unchanged::Quiet::of(report, publishes, surroundings, &published, seen);
    ledger.last = Some(Last::of(shares, &config, as_of, options));
    save(&mut ledger, report);
    report.outcome = Outcome::Published;
    memory.site = Some(Known {
        config: unchanged::settings(options, &config),
        theme: whole,
        shows: Shows::of(shown),
        seen,
        marker: output::marker(&report.output),
        articles: report.articles,
        next_appearance: report.next_appearance,
        said: Vec::new(),
        files,
        archive,
        people: loaded.people,
        plan,
        links,
    });
    memory.keep_ledger(ledger);
    Ok(())
}

/// Saves what is known for the next build. Without a ledger that does more, not less: a site on a read-only disk goes
/// without.
fn save(ledger: &mut Ledger, report: &mut Report) {
    if let Err(error) = ledger.save() {
        report.notes.push(format!(
            "the next build starts from nothing: .dateline cannot be written: {}",
            source::reason(&error)
        ));
    }
    report.timed("save");
}

/// Locks what was published. Done last but for the ledger: a build that dies before has the next one do it.
fn grow(
    lock: Option<permanence::Lock>,
    publishes: bool,
    options: &Options,
    archive: &Archive,
    pages: &[Page],
    report: &mut Report,
) -> Option<permanence::Lock> {
    let lock = lock?;
    let grown = if publishes { lock.grown(archive, pages) } else { None };
    let Some((grown, added)) = grown else {
        return Some(lock);
    };
    match grown.write(&options.site) {
        Ok(()) => {
            if added > 0 {
                let addresses = if added == 1 { "1 new address".to_string() } else { format!("{added} new addresses") };
                report.notes.push(format!("{} has {addresses}: commit it", permanence::FILE));
            }
            Some(grown)
        }
        Err(e) => {
            let d = Diagnostic::warning(
                Code::Output,
                format!("{} cannot be written: {}", permanence::FILE, source::reason(&e)),
            );
            report
                .diagnostics
                .push(d.help("what was published now is not locked; build again where it can be written"));
            Some(lock)
        }
    }
}

/// With an error in it a build publishes nothing, unless it is told to go on.
fn refuse_errors(options: &Options, report: &Report) -> Result<(), Vec<Diagnostic>> {
    let stop = !options.keep_going && report.diagnostics.iter().any(Diagnostic::is_error);
    if stop { Err(Vec::new()) } else { Ok(()) }
}

fn read_config(options: &Options) -> Result<Config, Vec<Diagnostic>> {
    let path = options.site.join(config::FILE);
    let unreadable = |code, why: &str| {
        let d = Diagnostic::error(code, format!("{} cannot be read: {why}", config::FILE)).in_file(config::FILE);
        vec![d.help("a site is a folder with a readable site.toml, in UTF-8")]
    };
    let bytes = std::fs::read(path).map_err(|e| unreadable(Code::Unreadable, &source::reason(&e)))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable(Code::NotUtf8, "it is not UTF-8 text"))?;
    let mut config = Config::parse(text.trim_start_matches('\u{feff}'), options.base_url.as_deref())?;
    if let Some(origin) = &options.origin {
        config.origin.clone_from(origin);
    }
    let problems = content::check_config(&config);
    if problems.is_empty() { Ok(config) } else { Err(problems) }
}

fn load_theme(options: &Options, config: &Config) -> Result<Theme, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let layers = Layers::collect(&config.theme, |name| source::theme_files(&options.site, name, &mut problems))?;
    if !problems.is_empty() {
        return Err(problems);
    }
    let template = |form: Form| if let Form::Template(name) = form { Some(name) } else { None };
    let required: Vec<&str> = pages::KINDS.iter().filter_map(|k| template(k.form())).collect();
    let options = theme::Options {
        language: &config.language,
        origin: &config.origin,
        base_path: &config.base_path,
        settings: &config.theme_settings,
    };
    Theme::load(&layers, &required, &options)
}

fn resolve_links(
    archive: &Archive,
    plan: &Plan,
    files: &source::Files,
    unusable: &[String],
    config: &Config,
    problems: &mut Vec<Diagnostic>,
) -> links::Links {
    let statics: RapidHashSet<&str> = files.statics.iter().map(|f| f.url.as_str()).collect();
    let failed: RapidHashSet<&str> = unusable.iter().map(String::as_str).collect();
    let is_there = |url: &str| statics.contains(url) || plan.find(url).is_some();
    let around = Surroundings { is_there: &is_there, files: &files.beside, failed: &failed };
    let (links, found) = links::resolve(archive, &around, config);
    problems.extend(found);
    links
}

/// Every file of the output that is not rendered: assets, static files, files beside articles.
fn wanted(
    files: &source::Files,
    theme: &Theme,
    links: &links::Links,
    plan: &Plan,
    options: &Options,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Wanted> {
    let mut wanted: Vec<Wanted> = Vec::new();
    for asset in &theme.assets {
        wanted.push(Wanted::bytes(pages::file_of(&asset.url), asset.bytes.clone()));
    }
    let statics = files.statics.iter().map(|f| (pages::file_of(&f.url), f.path.clone()));
    let beside = links.copies.iter().map(|(url, path)| (pages::file_of(url), path.clone()));
    wanted.extend(statics.chain(beside).map(|(file, path)| Wanted::copy(file, path, &options.site)));

    let reserved = |file: &str| [MARKER, STAGING].contains(&file.split('/').next().unwrap_or(""));
    let mut taken: RapidHashSet<String> = RapidHashSet::default();
    wanted.retain(|w| {
        let free = plan.find(&format!("/{}", w.file)).is_none() && !reserved(&w.file) && taken.insert(w.file.clone());
        if !free {
            let d = Diagnostic::error(
                Code::UrlCollision,
                format!("this file would be /{}, which is something else's", w.file),
            );
            problems.push(match w.source() {
                Some(path) => d.in_file(path).help("rename it, or the page that has this URL"),
                None => d.help("rename the asset"),
            });
        }
        free
    });
    wanted
}

/// A file of the output cannot be a folder of it as well.
fn check_folders(archive: &Archive, pages: &[Page], wanted: &[Wanted], problems: &mut Vec<Diagnostic>) {
    // Nearly every file is a folder's `index.html`, and nothing lies below one of those unless its name says so.
    const INDEX: &str = "/index.html/";
    let is_index = |url: &str| url.ends_with('/');
    let mut files: RapidHashSet<&str> = wanted.iter().map(|w| w.file.as_str()).collect();
    files.extend(pages.iter().filter(|p| !is_index(&p.url)).map(|p| p.url.trim_start_matches('/')));
    if pages.iter().any(|p| p.url.contains(INDEX)) || wanted.iter().any(|w| w.file.contains(&INDEX[1..])) {
        return check_all_folders(archive, pages, wanted, problems);
    }
    let below = |file: &str| file.match_indices('/').any(|(at, _)| files.contains(&file[..at]));
    let clash = |p: &Page| below(p.url.trim_start_matches('/'));
    if pages.par_iter().any(clash) || wanted.iter().any(|w| below(&w.file)) {
        check_all_folders(archive, pages, wanted, problems);
    }
}

/// Names every file that would lie in a file.
fn check_all_folders(archive: &Archive, pages: &[Page], wanted: &[Wanted], problems: &mut Vec<Diagnostic>) {
    let files: Vec<String> = pages.iter().map(|p| pages::file_of(&p.url)).collect();
    let all: RapidHashSet<&str> = files.iter().chain(wanted.iter().map(|w| &w.file)).map(String::as_str).collect();
    let above = |file: &str| {
        file.match_indices('/').map(|(at, _)| file[..at].to_string()).find(|folder| all.contains(folder.as_str()))
    };
    let of_page = |p: &Page| p.kind().source(archive, p);
    let of_file = |w: &Wanted| w.source().map(|path| pages::Source { path: path.to_string(), span: None });
    let sources = pages.iter().map(of_page).chain(wanted.iter().map(of_file));
    let names = files.iter().chain(wanted.iter().map(|w| &w.file));
    for (file, source) in names.zip(sources) {
        if let Some(folder) = above(file) {
            let message = format!("/{folder} would be a file, and /{file} would lie in it");
            let d = Diagnostic::error(Code::UrlCollision, message).help("rename one of the two");
            problems.push(match source {
                Some(source) => source.blame(d),
                None => d,
            });
        }
    }
}

/// Where the menu leads.
fn check_menu(config: &Config, plan: &Plan, files: &source::Files, problems: &mut Vec<Diagnostic>) {
    for item in config.menu.iter().filter(|item| item.url.starts_with('/')) {
        let url = item.url.split(['?', '#']).next().unwrap_or("");
        let there = plan.find(url).is_some() || files.statics.iter().any(|f| f.url == url);
        if !there {
            let d = Diagnostic::new(
                Code::LinkBroken,
                config.links_broken,
                format!("the menu's `{}` leads to nothing", item.url),
            );
            problems.push(d.in_file(config::FILE).help("name a page of the site, with `/` at both ends"));
        }
    }
}

/// Whether every old address leads to something.
fn check_redirects(archive: &Archive, plan: &Plan, files: &source::Files, problems: &mut Vec<Diagnostic>) {
    for redirect in archive.redirects.iter().filter(|r| r.to.starts_with('/')) {
        let to = redirect.to.split(['?', '#']).next().unwrap_or("");
        let there = plan.find(to).is_some() || files.statics.iter().any(|f| f.url == to);
        if !there {
            let message = format!("the old address `{}` leads to `{}`, which is nothing", redirect.from, redirect.to);
            let d = Diagnostic::error(Code::RedirectNowhere, message).in_file(&*redirect.path);
            let d = redirect.span.clone().map_or(d.clone(), |span| d.at_bytes(span));
            problems.push(d.help("let it lead to a page of the site, with `/` at both ends"));
        }
    }
}

/// A security.txt that is out of date says so to everybody who looks for it.
fn check_security(config: &Config, as_of: Timestamp, problems: &mut Vec<Diagnostic>) {
    if config.machines.security.as_ref().is_some_and(|s| s.expires <= as_of) {
        let d = Diagnostic::warning(Code::SecurityExpired, "what security.txt says is out of date");
        problems.push(d.in_file(config::FILE).help("check the contacts under [security], then set `expires` anew"));
    }
}

/// What pages are made from besides the theme.
struct Parts<'a> {
    /// Whether there will be another build that wants to know which pages show what.
    noting: bool,
    config: &'a Config,
    archive: &'a Archive,
    links: &'a links::Links,
    reasons: &'a Reasons<'a>,
}

/// How many pages are rendered side by side.
const AT_ONCE: usize = 4096;

/// Renders those of some pages whose keys the ledger does not know into the staging folder; says what each of
/// them shows.
fn render(
    options: &Options,
    progress: &dyn Progress,
    parts: &Parts,
    mut theme: Theme,
    pages: &[&Page],
    sink: &dyn Sink,
    report: &mut Report,
) -> Result<(Vec<emit::Rendered>, Vec<Shown>, Shares), Vec<Diagnostic>> {
    let Parts { config, archive, links, reasons, .. } = *parts;
    let strings = theme.strings.clone();
    let settings = serde_json::Value::Object(theme.settings.clone());
    let csp = theme.csp.clone();
    let seen = pages::seen(&theme);
    let site = Site { config, archive, links, strings: &strings, csp: &csp, seen: &seen };
    let mut shared = Shared::new(&site);
    shared.noting = parts.noting;
    let globals = pages::globals(&site, &settings);
    let site_value = shared.value(&site, &globals).map_err(|d| vec![*d])?;
    theme.set_global("site", site_value.clone());
    let shares = Shares::new(shared.fingerprint(&site, &globals), settings_fingerprint(config), &theme);
    let read = |path: &str| source::read_text(&options.site, path);

    progress.phase("Rendering", pages.len());
    let one = |page: &Page| -> Result<(emit::Rendered, Shown), Box<Diagnostic>> {
        let kind = page.kind();
        let inputs = pages::shown(&site, page);
        let (key, shown) = shared.key(&site, &inputs, &shares.of(page.kind));
        let file = pages::file_of(&page.url);
        let rendered = match sink.known(&file, key) {
            Some(known) => known,
            None => {
                let because = reasons.why(&site, &shared, page, &inputs, &file, (key, &shares));
                let mut view = shared.view(&site, inputs, &read)?;
                let staged = match kind.form() {
                    Form::Template(name) => {
                        if seen[page.kind as usize].name(json_ld::NAME) {
                            let seen = json_ld::View { page: &view, site: &site_value };
                            let json_ld = json_ld::document(&seen, kind.json_ld(&seen));
                            view.push((json_ld::NAME, json_ld));
                        }
                        let rendered = theme.render(name, view, &page.url, |bytes| sink.stage(file, key, bytes));
                        // Whoever names what is not there is told all that is, not only what else was named.
                        let in_full = || {
                            let seen = pages::seen_whole();
                            let site = Site { seen: &seen, ..site };
                            let view = shared.view(&site, pages::shown(&site, page), &read).ok()?;
                            theme.render(name, view, &page.url, |_| ()).err()
                        };
                        rendered.map_err(|problem| in_full().unwrap_or(problem))??
                    }
                    Form::Format(format) => sink.stage(file, key, &written(format, view, &page.url)?)?,
                };
                staged.because(because)
            }
        };
        progress.step();
        Ok((rendered, shown))
    };
    let latest = |at: u32| (pages[at as usize].kind().latest(archive, config, pages[at as usize]), at);
    let mut turns: Vec<_> = (0..pages.len() as u32).into_par_iter().map(latest).collect();
    turns.par_sort_unstable();
    let mut results: Vec<(u32, _)> = Vec::with_capacity(pages.len());
    // All threads at one place of the archive: each in a part of its own, they would share nothing.
    for near in turns.chunks(AT_ONCE) {
        results.par_extend(near.par_iter().map(|(_, at)| (*at, one(pages[*at as usize]))));
    }
    results.par_sort_unstable_by_key(|(at, _)| *at);

    let mut rendered = Vec::with_capacity(results.len());
    let mut all_shown = Vec::with_capacity(results.len());
    let mut failures = Vec::new();
    for (_, result) in results {
        match result {
            Ok((page, shown)) => {
                rendered.push(page);
                all_shown.push(shown);
            }
            Err(problem) => failures.push(*problem),
        }
    }
    report.pages.rendered = rendered.iter().filter(|r| r.fresh).count();
    report.pages.unchanged = rendered.len() - report.pages.rendered;
    if failures.is_empty() {
        report.because(pages.iter().zip(&rendered).filter(|(_, r)| r.fresh).map(|(p, r)| (p.url.as_str(), r.reason())));
    }
    report.diagnostics.extend(first_of_each(failures));
    Ok((rendered, all_shown, shares))
}

/// A page without a template as its format writes it.
fn written(format: Format, view: Vec<(&'static str, Value)>, url: &str) -> Result<Vec<u8>, Box<Diagnostic>> {
    format.write(view).map_err(|why| {
        let d = Diagnostic::error(Code::Output, format!("{url} cannot be written: {why}"));
        Box::new(d.help("please report this: it is a fault of the program"))
    })
}

/// What decides the bytes of a page besides its inputs and its template.
fn settings_fingerprint(config: &Config) -> Fingerprint {
    let Config { origin, base_path, time_zone_name, markdown, links_rel, per_page, .. } = config;
    let engine = env!("DATELINE_ENGINE");
    Fingerprint::of(
        format!("{engine}\0{origin}\0{base_path}\0{time_zone_name}\0{markdown:?}\0{links_rel}\0{per_page}").as_bytes(),
    )
}

/// Pages that are told one by one if they cannot be written: a full disk is one problem, and not one for each page.
const TOLD: usize = 10;

/// A fault of a template shows on every page that uses it: it is reported once, with the number of pages.
fn first_of_each(failures: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut out: Vec<(Diagnostic, usize)> = Vec::new();
    let mut unwritten = 0;
    for d in failures {
        let same =
            |o: &Diagnostic| o.code == d.code && o.path == d.path && o.place == d.place && o.message == d.message;
        unwritten += usize::from(d.code == Code::Output);
        let first = match d.code {
            Code::Template => out.iter_mut().find(|(o, _)| same(o)),
            Code::Output if unwritten > TOLD => out.iter_mut().rfind(|(o, _)| o.code == Code::Output),
            _ => None,
        };
        match first {
            Some((_, more)) => *more += 1,
            None => out.push((d, 0)),
        }
    }
    out.into_iter()
        .map(|(d, more)| match more {
            0 => d,
            1 => d.note("and one more page"),
            _ => d.note(format!("and {more} more pages")),
        })
        .collect()
}

/// One habit of an archive, such as a key of its own in a thousand files, is one warning.
fn gather_repeated(diagnostics: &mut Vec<Diagnostic>) {
    const SHOWN: usize = 3;
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let repeats = |d: &Diagnostic| d.code == Code::MisspeltKey && !d.is_error();
    diagnostics.retain(|d| {
        let count = seen.entry(d.message.clone()).or_default();
        *count += usize::from(repeats(d));
        !repeats(d) || *count <= SHOWN
    });
    for (message, count) in seen.into_iter().filter(|(_, count)| *count > SHOWN) {
        if let Some(last) = diagnostics.iter_mut().rfind(|d| repeats(d) && d.message == message) {
            last.notes.push(format!("and in {} more files", count - SHOWN));
        }
    }
}

/// Makes places of bytes, now that the files can be read once more.
pub fn locate(options: &Options, diagnostics: &mut [Diagnostic]) {
    let mut texts: BTreeMap<String, Option<String>> = BTreeMap::new();
    for d in diagnostics {
        if let (Some(path), Some(span), None) = (&d.path, d.span.take(), &d.place) {
            let text =
                texts.entry(path.clone()).or_insert_with(|| std::fs::read_to_string(options.site.join(path)).ok());
            d.place = text.as_ref().map(|text| Place::of(text, span));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{TOLD, first_of_each};
    use crate::diagnostics::{Code, Diagnostic};

    #[test]
    fn a_full_disk_is_told_of_a_few_pages() {
        let full = |n: usize| Diagnostic::error(Code::Output, format!("page {n} cannot be written: the disk is full"));
        let told = first_of_each((0..500).map(full).collect());
        assert_eq!(told.len(), TOLD);
        assert!(told.last().is_some_and(|d| d.notes.contains(&"and 490 more pages".to_string())), "{told:?}");
    }
}
