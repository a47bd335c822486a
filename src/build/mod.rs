//! The loop: load, index, plan, render, emit. Only here is the disk walked and written.
//!
//! There is one build. It is incremental when the ledger knows something, and clean when it does not; the result is the
//! same. Everything is rendered into a staging folder before anything is published, so that a build with an error in it
//! changes nothing.

mod checks;
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
mod render;
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
use crate::pages::{self, Form, Page, Plan};
use crate::theme::layers::Layers;
use crate::theme::{self, Theme};
use emit::{Emitter, Wanted};
use jiff::Timestamp;
use ledger::{About, Ledger};
use load::Reading;
use rapidhash::RapidHashSet;
use reasons::{Last, Reasons};
use render::{Parts, render};
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
    // A session is told what changes, and nobody but it writes where it writes, unless the whole folder has gone.
    let trusting = known.as_ref().is_some_and(|(known, _)| known.has_left(&target));
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
    checks::folders(&archive, pages, &wanted, &mut report.diagnostics);
    checks::menu(&config, &plan, &files, &mut report.diagnostics);
    checks::redirects(&archive, &plan, &files, &mut report.diagnostics);
    checks::security(&config, as_of, &mut report.diagnostics);
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
    emitter.trusting = trusting;
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
    if loaded.known < ledger.sources.len() {
        let there: RapidHashSet<&str> = files.documents.iter().map(|d| d.path.as_str()).collect();
        ledger.sources.retain(|path| there.contains(path));
    }
    loaded.forgotten.iter().for_each(|path| ledger.sources.remove(path));
    ledger.people = loaded.people.digest().clone();
    ledger.sources.extend(loaded.learned);
    ledger.outputs.extend(emitted.learned);
    // It has every file of this output, and may have others.
    if ledger.outputs.len() > emitted.files.len() {
        ledger.outputs.retain(|file| emitted.files.contains(file));
    }
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
