//! `dateline check`: what is wrong with a site, and what is worth a look, without building it.

use super::arguments::look;
use super::{DONE, WRONG};
use crate::build::survey;
use crate::desk::check::{Finding, Kind, check};
use crate::diagnostics::{Diagnostic, render_all};
use clap::{Args, ValueEnum};
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  dateline check                             problems, then what is worth a look
  dateline check --all                       every finding, not only the first of each kind
  dateline check --format json               one JSON object, for a program

Exits with 1 if there is an error; findings alone are none.")]
pub(super) struct Arguments {
    /// The folder with site.toml [default: the nearest one from here upwards]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Show every finding
    #[arg(long)]
    all: bool,
    /// How to report: for people, or as JSON
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, PartialEq, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

/// How many findings of a kind are shown, if not all.
const SHOWN: usize = 10;

pub(super) fn run(arguments: Arguments) -> u8 {
    let options = match look(arguments.site.as_deref()) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let (problems, findings) = match survey(&options) {
        Ok(survey) => (survey.problems, check(&survey.archive)),
        Err(problems) => (problems, Vec::new()),
    };
    let mut out = std::io::stdout().lock();
    // A closed pipe is no reason to fail.
    match arguments.format {
        Format::Json => {
            let report = serde_json::json!({ "diagnostics": problems, "findings": findings });
            let _ = writeln!(out, "{report}");
        }
        Format::Text => {
            eprint!("{}", render_all(&problems, false));
            let _ = show(&findings, if arguments.all { usize::MAX } else { SHOWN }, &mut out);
        }
    }
    if problems.iter().any(Diagnostic::is_error) { WRONG } else { DONE }
}

fn show(findings: &[Finding], shown: usize, out: &mut dyn Write) -> std::io::Result<()> {
    for (kind, title) in Kind::ALL {
        let of_kind: Vec<&Finding> = findings.iter().filter(|f| f.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        writeln!(out, "{} {title}", of_kind.len())?;
        for finding in of_kind.iter().take(shown) {
            let detail = if finding.detail.is_empty() { String::new() } else { format!(" ({})", finding.detail) };
            writeln!(out, "  {}{detail}\n      {}", finding.subject, finding.path)?;
        }
        if of_kind.len() > shown {
            writeln!(out, "  … and {} more; --all shows them", of_kind.len() - shown)?;
        }
        writeln!(out)?;
    }
    if findings.is_empty() {
        writeln!(out, "Nothing else is worth a look.")?;
    }
    Ok(())
}
