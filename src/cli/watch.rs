//! `dateline watch`, and what it shares with `serve`: how people are told of one build after the other.

use super::arguments::{self, Build, Format};
use super::interrupt::Interrupt;
use super::progress::Bar;
use super::{DONE, told};
use crate::build::{Changes, Options, Outcome, PUBLISHED, PUBLISHING, Progress, Report, Session};
use crate::diagnostics::Diagnostic;
use crate::preview::Live;
use crate::watch::{Cause, Follow, Observer};
use clap::Args;
use jiff::Timestamp;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Args)]
#[command(after_help = "Examples:
  dateline watch                             build the site in this folder into public/, and again after every change
  dateline watch --output /srv/www
  dateline watch --format json               one JSON object a build, for a program")]
pub(super) struct Arguments {
    #[command(flatten)]
    build: Build,
    /// Look at every file again and again, instead of being told what changes
    #[arg(long)]
    poll: bool,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    follow(&arguments.build, arguments.poll)
}

/// Builds whenever something changes, until it is interrupted.
pub(super) fn follow(build: &Build, poll: bool) -> u8 {
    let options = match build.options().and_then(real) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let site = options.site.clone();
    let wishes = Wishes { format: build.format, timings: build.timings, verbose: build.verbose };
    let teller = Teller::new(&site, wishes, None);
    run_until_interrupted(options, build.site.fixed(), poll, teller)
}

/// With the site's folder as the system calls it in events.
pub(super) fn real(options: Options) -> Result<Options, u8> {
    // Elsewhere the real path is spelt in a way that nobody would recognise.
    let site = if cfg!(unix) { options.site.canonicalize() } else { std::path::absolute(&options.site) };
    match site {
        Ok(site) => Ok(Options { site, ..options }),
        Err(error) => {
            eprintln!("error: {} cannot be read: {error}", options.site.display());
            Err(super::USAGE)
        }
    }
}

/// The loop.
pub(super) fn run_until_interrupted(
    options: Options,
    fixed: Option<crate::build::Clock>,
    poll: bool,
    mut teller: Teller,
) -> u8 {
    teller.interrupt.clone().listen();
    let site = options.site.clone();
    let mut follow = Follow::new(Session::new(options), &site, fixed, poll);
    follow.run(&mut teller);
    DONE
}

/// How somebody wants to be told.
#[derive(Default)]
pub(super) struct Wishes {
    format: Format,
    timings: bool,
    verbose: bool,
}

/// Tells of one build after the other.
pub(super) struct Teller {
    site: PathBuf,
    wishes: Wishes,
    steps: Steps,
    interrupt: Arc<Interrupt>,
    /// What was said already: the same warning after every save would hide the new one.
    said: Vec<Diagnostic>,
    notes: Vec<String>,
    /// What to do once the first build is done.
    pub at_first: Option<AtFirst>,
}

/// Done with the report of the first build.
type AtFirst = Box<dyn FnOnce(&Report)>;

/// What happens during a build.
struct Steps {
    live: Option<Arc<Live>>,
    interrupt: Arc<Interrupt>,
    bar: Option<Bar>,
}

impl Progress for Steps {
    fn phase(&self, name: &'static str, total: usize) {
        match name {
            PUBLISHING => {
                self.interrupt.publishing();
                self.live.iter().for_each(|live| live.changing());
            }
            PUBLISHED => {
                self.live.iter().for_each(|live| live.whole());
                self.interrupt.building();
            }
            _ => {}
        }
        if let Some(bar) = &self.bar {
            bar.phase(name, total);
        }
    }

    fn step(&self) {
        if let Some(bar) = &self.bar {
            bar.step();
        }
    }
}

impl Teller {
    pub(super) fn new(site: &Path, wishes: Wishes, live: Option<Arc<Live>>) -> Self {
        let interrupt = Arc::new(Interrupt::default());
        Self {
            site: site.to_path_buf(),
            wishes,
            steps: Steps { live, interrupt: interrupt.clone(), bar: None },
            interrupt,
            said: Vec::new(),
            notes: Vec::new(),
            at_first: None,
        }
    }

    /// What made a build necessary, in a few words.
    fn cause(&self, cause: &Cause) -> String {
        match cause {
            Cause::Start => String::new(),
            Cause::Clock => "the time has come".to_string(),
            Cause::Changed(Changes::Everything) => "looked at everything".to_string(),
            Cause::Changed(Changes::Paths(paths)) => {
                let mut names = paths.iter().filter_map(|p| p.strip_prefix(&self.site).ok()).map(Path::display);
                match (names.next(), paths.len().saturating_sub(1)) {
                    (None, _) => "something changed".to_string(),
                    (Some(name), 0) => name.to_string(),
                    (Some(name), more) => format!("{name} and {more} more"),
                }
            }
        }
    }
}

impl Observer for Teller {
    fn now(&self) -> Timestamp {
        arguments::now()
    }

    fn begins(&mut self, _: &Cause) {
        self.interrupt.building();
        self.steps.bar = (self.wishes.format == Format::Text && std::io::stderr().is_terminal()).then(Bar::new);
    }

    fn progress(&self) -> &dyn Progress {
        &self.steps
    }

    fn built(&mut self, cause: &Cause, report: &Report, news: bool) {
        if let Some(bar) = self.steps.bar.take() {
            bar.finish();
        }
        if let Some(live) = &self.steps.live {
            live.whole();
            if news {
                live.built(report);
            }
        }
        self.interrupt.idle();
        if news && self.wishes.format == Format::Json {
            // A closed pipe is no reason to fail.
            let _ = writeln!(std::io::stdout(), "{}", report.json());
        } else if news {
            let new: Vec<&Diagnostic> = report.diagnostics.iter().filter(|d| !self.said.contains(d)).collect();
            let notes: Vec<String> = report.notes.iter().filter(|n| !self.notes.contains(n)).cloned().collect();
            told::problems(new, &notes);
            told::more(report, self.wishes.timings, self.wishes.verbose);
            match cause {
                Cause::Start => told::line(&told::summary(report)),
                _ => {
                    let time = arguments::now().to_zoned(jiff::tz::TimeZone::system()).strftime("%H:%M:%S");
                    told::line(&format!("{time} {}: {}", self.cause(cause), brief(report)));
                }
            }
        }
        self.said.clone_from(&report.diagnostics);
        self.notes.extend(report.notes.iter().filter(|n| !self.notes.contains(n)).cloned().collect::<Vec<_>>());
        if let Some(first) = self.at_first.take() {
            first(report);
        }
    }

    fn remark(&mut self, text: &str) {
        told::problems([], &[text.to_string()]);
    }
}

/// One build of many, in half a line.
fn brief(report: &Report) -> String {
    let problems = [(report.errors(), "error"), (report.warnings(), "warning")];
    let problems: String =
        problems.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("; {}", told::counted(*n, what))).collect();
    let seconds = report.elapsed.as_secs_f64();
    if report.outcome == Outcome::Refused {
        return format!("nothing was published{problems}; {seconds:.2} s");
    }
    let removed = match report.pages.removed {
        0 => String::new(),
        n => format!(", {n} removed"),
    };
    format!("{} rendered{removed}{problems}; {seconds:.2} s", told::counted(report.pages.rendered, "page"))
}
