//! `dateline build`.

use super::progress::Bar;
use super::{DONE, USAGE, WRONG};
use crate::archive::withheld::Allowed;
use crate::build::{self, Clock, Options, Outcome, Progress, Report, Silent};
use crate::content::dates;
use crate::diagnostics::{Code, render_all};
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  dateline build                             build the site in this folder into public/
  dateline build --site ../news --output /srv/www
  dateline build --drafts --future --output preview
                                             with everything that is withheld but not expired
  dateline build --as-of 2025-03-16T18:00    the site as it was, or will be, at that time
  dateline build --verify                    is public/ what a clean build would write?
  dateline build --format json | tail -1     what was done, for a program")]
pub(super) struct Arguments {
    /// The folder with site.toml [default: the nearest one from here upwards]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Where to write [default: what site.toml says, else public/ in the site]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Where the site will live, instead of site.toml's base_url
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: Option<String>,
    /// What "now" is: a date or date-time, in the site's time zone unless it has an offset
    #[arg(long, value_name = "TIME", value_parser = as_of)]
    as_of: Option<String>,
    /// Show drafts
    #[arg(long)]
    drafts: bool,
    /// Show articles whose date or embargo is still to come
    #[arg(long)]
    future: bool,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=512))]
    jobs: Option<u16>,
    /// Forget what the last build knew and render everything
    #[arg(long)]
    clean: bool,
    /// Publish what is sound even if something is not
    #[arg(long)]
    keep_going: bool,
    /// Write nothing: compare every byte of the output with what a clean build would write
    #[arg(long, conflicts_with = "clean")]
    verify: bool,
    /// Say how long each phase took
    #[arg(long)]
    timings: bool,
    /// How to report: for people, or one JSON object on the last line of standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, PartialEq, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

fn as_of(text: &str) -> Result<String, String> {
    dates::parse(text, &TimeZone::UTC).map(|_| text.to_string()).map_err(|e| format!("{e}; {}", e.help()))
}

fn base_url(text: &str) -> Result<String, String> {
    match crate::config::split_base_url(text) {
        Some(_) => Ok(text.to_string()),
        None => {
            Err("it is not a web address; write it like https://news.example or https://example.org/news".to_string())
        }
    }
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let Some(site) = super::site_folder(&arguments.site) else { return USAGE };
    #[expect(clippy::disallowed_methods, reason = "this is where the clock is read, once")]
    let now = Timestamp::now();
    let options = Options {
        site,
        output: arguments.output,
        base_url: arguments.base_url,
        as_of: arguments.as_of.map_or_else(|| Clock::At(now), Clock::Said),
        allowed: Allowed { drafts: arguments.drafts, future: arguments.future },
        jobs: arguments.jobs.map_or(0, usize::from),
        clean: arguments.clean,
        keep_going: arguments.keep_going,
        tick: build::COARSEST_TICK,
        verify: arguments.verify,
    };
    let bar = (arguments.format == Format::Text && std::io::stderr().is_terminal()).then(Bar::new);
    let progress: &dyn Progress = match &bar {
        Some(bar) => bar,
        None => &Silent,
    };
    let report = build::build(&options, progress);
    if let Some(bar) = bar {
        bar.finish();
    }
    match arguments.format {
        // A closed pipe is no reason to fail.
        Format::Json => drop(writeln!(std::io::stdout(), "{}", report.json())),
        Format::Text => show(&report, arguments.timings),
    }
    if report.errors() > 0 || report.outcome == Outcome::Refused { WRONG } else { DONE }
}

fn show(report: &Report, timings: bool) {
    let mut err = anstream::stderr().lock();
    let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    // A closed pipe is no reason to fail.
    let _ = write!(err, "{}", render_all(&report.diagnostics, colour));
    for note in &report.notes {
        let _ = writeln!(err, "note: {note}");
    }
    let mut out = anstream::stdout().lock();
    if timings {
        for (phase, time) in &report.phases {
            let _ = writeln!(out, "{phase:>8} {:>9.1} ms", time.as_secs_f64() * 1e3);
        }
    }
    let _ = writeln!(out, "{}", summary(report));
}

/// The one line a person reads.
fn summary(report: &Report) -> String {
    let problems = match (report.errors(), report.warnings()) {
        (0, 0) => String::new(),
        (0, w) => format!("; {}", counted(w, "warning")),
        (e, 0) => format!("; {}", counted(e, "error")),
        (e, w) => format!("; {}, {}", counted(e, "error"), counted(w, "warning")),
    };
    let seconds = report.elapsed.as_secs_f64();
    if report.outcome == Outcome::Refused {
        return format!("Nothing was published{problems}; {seconds:.2} s");
    }
    let pages = &report.pages;
    if report.outcome == Outcome::Verified {
        let output = report.output.display();
        let compared = counted(pages.total, "page");
        let differing = report.diagnostics.iter().filter(|d| d.code == Code::Differs).count();
        return match differing {
            0 => format!("{compared} compared: {output} is what a clean build would write{problems}; {seconds:.2} s"),
            n => format!(
                "{compared} compared: {} of {output} not as a clean build would write{problems}; {seconds:.2} s",
                counted(n, "file")
            ),
        };
    }
    let withheld = match (report.articles.withheld, report.next_appearance) {
        (0, _) => String::new(),
        (n, None) => format!("; {} withheld", counted(n, "article")),
        (n, Some(at)) => {
            let at = at.to_zoned(report.time_zone.clone()).strftime("%Y-%m-%d %H:%M %Z");
            format!("; {} withheld, the next appears {at}", counted(n, "article"))
        }
    };
    format!(
        "{}: {} rendered, {} unchanged, {} removed{withheld}{problems}; {seconds:.2} s → {}",
        counted(pages.total, "page"),
        pages.rendered,
        pages.unchanged,
        pages.removed,
        report.output.display()
    )
}

fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
