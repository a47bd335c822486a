//! `dateline build`.

use super::arguments::{Build, Format};
use super::progress::Bar;
use super::{DONE, WRONG, told, watch};
use crate::build::{Changes, Options, Outcome, Progress, Session, Silent};
use clap::Args;
use std::io::{IsTerminal, Write};

#[derive(Args)]
#[command(after_help = "Examples:
  dateline build                             build the site in this folder into public/
  dateline build --site ../news --output /srv/www
  dateline build --drafts --future --output preview
                                             with everything that is withheld but not expired
  dateline build --as-of 2025-03-16T18:00    the site as it was, or will be, at that time
  dateline build --verbose                   which pages were rendered, and why
  dateline build --verify                    is public/ what a clean build would write?
  dateline build --watch                     and again whenever something changes
  dateline build --format json | tail -1     what was done, for a program")]
pub(super) struct Arguments {
    #[command(flatten)]
    build: Build,
    /// Forget what the last build knew and render everything
    #[arg(long)]
    clean: bool,
    /// Write nothing: compare every byte of the output with what a clean build would write
    #[arg(long, conflicts_with_all = ["clean", "watch"])]
    verify: bool,
    /// Build again whenever something changes, as `dateline watch` does
    #[arg(long, conflicts_with = "clean")]
    watch: bool,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    if arguments.watch {
        return watch::follow(&arguments.build, false);
    }
    let format = arguments.build.format;
    let options = match arguments.build.options() {
        Ok(options) => Options { clean: arguments.clean, verify: arguments.verify, ..options },
        Err(code) => return code,
    };
    let bar = (format == Format::Text && std::io::stderr().is_terminal()).then(Bar::new);
    let progress: &dyn Progress = match &bar {
        Some(bar) => bar,
        None => &Silent,
    };
    let mut session = Session::once(options.clone());
    let report = session.build(&Changes::Everything, options.as_of, progress);
    // The process ends here, and to take a large archive apart piece by piece is work for nobody.
    std::mem::forget(session);
    if let Some(bar) = bar {
        bar.finish();
    }
    match format {
        // A closed pipe is no reason to fail.
        Format::Json => drop(writeln!(std::io::stdout(), "{}", report.json())),
        Format::Text => {
            told::problems(&report.diagnostics, &report.notes);
            told::more(&report, arguments.build.timings, arguments.build.verbose);
            told::line(&told::summary(&report));
        }
    }
    if report.errors() > 0 || report.outcome == Outcome::Refused { WRONG } else { DONE }
}
