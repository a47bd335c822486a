//! `dateline deploy`: the site is built, compared with what was sent last, and what differs is sent.

use super::arguments::{Format, Site, now};
use super::progress::Bar;
use super::{DONE, USAGE, WRONG, interrupt, told};
use crate::build::{self, Changes, Outcome, Progress, Session, Silent};
use crate::deploy::plan::Action;
use crate::deploy::{self, Patience, Report, Request, Surroundings};
use crate::diagnostics::{Code, Diagnostic};
use clap::Args;
use std::io::{IsTerminal, Write};

#[derive(Args)]
#[command(after_help = "Examples:
  dateline deploy production                 build, then send what differs to [deploy.production]
  dateline deploy production --dry-run       what would be sent, changed and deleted, and why
  dateline deploy --dry-run --format json    the same for a program
  dateline deploy production --full          look at every file of the target, and mend it
  dateline deploy production --rollback      back to the deploy before the last one

Credentials come from the environment or the usual files, never from site.toml. Stopped or killed, a deploy goes on where
it was when you run it again.")]
pub(super) struct Arguments {
    /// The table [deploy.NAME] of site.toml [default: the only one]
    #[arg(value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    site: Site,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// List the whole target, and send again what is missing or differs there
    #[arg(long, conflicts_with = "rollback")]
    full: bool,
    /// Delete however many files: without it more than `max_deletes` of them are refused
    #[arg(long)]
    allow_deletes: bool,
    /// For the first deploy to a place that has files: replace those that are the site's
    #[arg(long)]
    take_over: bool,
    /// Do not wait for another deploy's lock: only if you know that it was killed
    #[arg(long)]
    break_lock: bool,
    /// Go back to the deploy before the last one, where the target keeps versions
    #[arg(long)]
    rollback: bool,
    /// Requests at once [default: what suits the target]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    parallel: Option<u16>,
    /// How to report: for people, or one JSON object on the last line of standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let text = arguments.format == Format::Text;
    let bar = (text && std::io::stderr().is_terminal()).then(Bar::new);
    let progress: &dyn Progress = match &bar {
        Some(bar) => bar,
        None => &Silent,
    };
    let result = steps(&arguments, progress);
    if let Some(bar) = bar {
        bar.finish();
    }
    match result {
        Ok(report) => {
            if text {
                show(&report);
            } else {
                // A closed pipe is no reason to fail.
                drop(writeln!(std::io::stdout(), "{}", report.json()));
            }
            DONE
        }
        Err(Ending::Usage(why)) => {
            eprintln!("error: {why}");
            USAGE
        }
        Err(Ending::Code(code)) => code,
        Err(Ending::Problems(problems)) => {
            if text {
                told::problems(&problems, &[]);
                told::line("The deploy did not end");
            } else {
                drop(writeln!(
                    std::io::stdout(),
                    "{}",
                    serde_json::json!({ "applied": false, "diagnostics": problems })
                ));
            }
            WRONG
        }
    }
}

enum Ending {
    Usage(String),
    Code(u8),
    Problems(Vec<Diagnostic>),
}

fn steps(arguments: &Arguments, progress: &dyn Progress) -> Result<Report, Ending> {
    let options = arguments.site.options().map_err(Ending::Code)?;
    if arguments.site.as_of.is_some() {
        return Err(Ending::Usage("a deploy is as of now: --as-of could show what is withheld".to_string()));
    }
    // What is sent is what the sources say now, with nothing that is withheld in it.
    let mut session = Session::once(options.clone());
    let built = session.build(&Changes::Everything, options.as_of.clone(), progress);
    std::mem::forget(session);
    told::problems(&built.diagnostics, &built.notes);
    if built.errors() > 0 && !options.keep_going || built.outcome != Outcome::Published {
        let d = Diagnostic::error(Code::Deploy, "nothing was sent: the site could not be built");
        return Err(Ending::Problems(vec![d.help("mend what is said above, then deploy again")]));
    }
    let published = build::published(&options).map_err(Ending::Problems)?;
    let target = deploy::choose(&published.config.deploy, arguments.name.as_deref()).map_err(Ending::Usage)?;
    if published.config.origin == "http://localhost" {
        let d = Diagnostic::error(Code::DeployRefused, "nothing was sent: the site does not know its own address");
        let help = "add `base_url = \"https://…\"` at the top of site.toml: feeds and sitemaps need it";
        return Err(Ending::Problems(vec![d.help(help)]));
    }
    let request = Request {
        dry_run: arguments.dry_run,
        full: arguments.full,
        allow_deletes: arguments.allow_deletes,
        take_over: arguments.take_over,
        break_lock: arguments.break_lock,
        roll_back: arguments.rollback,
        jobs: arguments.parallel.map_or(0, usize::from),
    };
    let stop = interrupt::flag();
    let around = Surroundings {
        site: &options.site,
        now: &now,
        environment: &environment,
        progress,
        stop: &stop,
        patience: Patience::default(),
    };
    deploy::deploy(&published, target, &request, &around).map_err(|f| Ending::Problems(vec![f.diagnostic()]))
}

#[expect(clippy::disallowed_methods, reason = "credentials come from the environment, and only a deploy reads it")]
pub(super) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Steps of a plan that are shown.
const SHOWN: usize = 40;

fn show(report: &Report) {
    let count = |action| report.plan.of(action).count();
    if !report.applied {
        for change in report.plan.changes.iter().take(SHOWN) {
            let sign = match change.action {
                Action::Add => '+',
                Action::Change => '~',
                Action::Remove => '-',
            };
            let redirect = change.redirect.as_ref().map_or(String::new(), |to| format!(", leads to {to}"));
            told::line(&format!(
                "{sign} /{} ({}, {}{redirect})",
                change.path,
                size(change.bytes),
                change.reason.words()
            ));
        }
        match report.plan.changes.len().saturating_sub(SHOWN) {
            0 => {}
            more => told::line(&format!("and {}; --format json names all", told::counted(more, "more file"))),
        }
    }
    report.notes.iter().for_each(|note| told::line(&format!("note: {note}")));
    if let Some(foreign) = report.foreign.filter(|n| *n > 0) {
        told::line(&format!("note: left alone at the target: {} of no deploy", told::counted(foreign, "file")));
    }
    let resumed = if report.resumed > 0 {
        format!("; {} there already from a deploy that did not end", told::counted(report.resumed, "file"))
    } else {
        String::new()
    };
    let requests = report.requests.map_or(String::new(), |n| format!(", {}", told::counted(n, "request")));
    told::line(&format!(
        "{}: {} added, {} changed, {} removed, {} unchanged{resumed}; {}{requests}; {:.2} s → {}",
        if report.applied { "Deployed" } else { "To be done" },
        count(Action::Add),
        count(Action::Change),
        count(Action::Remove),
        report.plan.unchanged,
        size(report.plan.bytes()),
        report.elapsed.as_secs_f64(),
        report.place,
    ));
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
