//! `dateline check`: what is wrong with a site, and what is worth a look, without building it.

use super::arguments::{Format, look};
use super::{DONE, USAGE, WRONG, told};
use crate::archive::withheld::Allowed;
use crate::build::{Options, examine};
use crate::desk::check::{Finding, Kind, check};
use crate::desk::external::Asked;
use crate::desk::texts;
use crate::diagnostics::Diagnostic;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Args)]
#[cfg_attr(not(feature = "net"), allow(dead_code, reason = "nobody is asked"))]
#[command(after_help = "Examples:
  dateline check                             problems, then what is worth a look
  dateline check --all                       every finding, not only the first of each kind
  dateline check --drafts --future           what is withheld as well
  dateline check --external                  ask the web about every link as well
  dateline check --strict                    for continuous integration: warnings count
  dateline check --format json               one JSON object, for a program

Writes nothing, but for .dateline/external.json with --external: what the web answered.
Exits with 1 if there is an error, or with --strict a warning; findings alone are none.")]
pub(super) struct Arguments {
    /// The folder with site.toml [default: the nearest one from here upwards]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Show every finding
    #[arg(long)]
    all: bool,
    /// Look into drafts as well
    #[arg(long)]
    drafts: bool,
    /// Look into articles whose date or embargo is still to come as well
    #[arg(long)]
    future: bool,
    /// Let warnings count as errors do
    #[arg(long)]
    strict: bool,
    /// Ask the web about every address outside the site, politely
    #[arg(long)]
    external: bool,
    /// How old a good answer of an earlier run may be: 12h, 7d; 0 asks anew
    #[arg(long, value_name = "AGE", default_value = "7d", value_parser = age)]
    max_age: Duration,
    /// How long an answer may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=600))]
    timeout: u16,
    /// How to report: for people, or one JSON object on the last line of standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// How many findings of a kind are shown, if not all.
const SHOWN: usize = 10;

fn age(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let seconds = match &text[digits.len()..] {
        "s" | "" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err("write a number and s, m, h or d, like 12h".to_string()),
    };
    let number: u64 = digits.parse().map_err(|_| "write a number and s, m, h or d, like 12h".to_string())?;
    Ok(Duration::from_secs(number.saturating_mul(seconds)))
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let options = match look(arguments.site.as_deref()) {
        Ok(options) => {
            let allowed = Allowed { drafts: arguments.drafts, future: arguments.future };
            Options { allowed, ..options }
        }
        Err(code) => return code,
    };
    if arguments.external && !cfg!(feature = "net") {
        eprintln!("error: this Dateline cannot ask the web\n  = help: it was built without the feature `net`");
        return USAGE;
    }
    let mut asked = None;
    let (mut problems, mut findings) = match examine(&options) {
        Ok(survey) => {
            let mut findings = check(&survey.archive);
            let found = texts::look(&survey);
            findings.extend(found.findings);
            asked = arguments.external.then(|| ask(&arguments, &survey, &found.addresses));
            (survey.problems, findings)
        }
        Err(problems) => (problems, Vec::new()),
    };
    if let Some(asked) = &mut asked {
        problems.append(&mut asked.problems);
        findings.append(&mut asked.findings);
    }
    problems.sort_by(Diagnostic::order);
    findings.sort();
    let wrong = problems.iter().any(|p| p.is_error() || arguments.strict);
    // A closed pipe is no reason to fail.
    match arguments.format {
        Format::Json => {
            let report = serde_json::json!({ "diagnostics": problems, "findings": findings, "external": asked });
            told::line(&report.to_string());
        }
        Format::Text => {
            told::problems(&problems, &[]);
            let out = &mut std::io::stdout().lock();
            let _ = show(&findings, if arguments.all { usize::MAX } else { SHOWN }, out);
            let _ = summary(&problems, &findings, asked.as_ref(), out);
        }
    }
    if wrong { WRONG } else { DONE }
}

#[cfg(feature = "net")]
fn ask(arguments: &Arguments, survey: &crate::build::Survey, addresses: &[crate::desk::external::Address]) -> Asked {
    use super::progress::Bar;
    use crate::build::{Progress, Silent};
    use crate::desk::external::{self, Cache, Settings};
    use std::io::IsTerminal;
    let settings = Settings {
        max_age: arguments.max_age,
        timeout: Duration::from_secs(u64::from(arguments.timeout)),
        ignore: survey.config.external_ignore.clone(),
        certificates: super::deploy::environment(crate::deploy::trust::VARIABLE),
        ..Settings::default()
    };
    let bar = (arguments.format == Format::Text && std::io::stderr().is_terminal()).then(Bar::new);
    let progress: &dyn Progress = bar.as_ref().map_or(&Silent, |bar| bar);
    let mut cache = Cache::load(&survey.site);
    let asked = external::ask(addresses, &settings, &mut cache, &super::arguments::now, progress);
    if let Some(bar) = bar {
        bar.finish();
    }
    if let Err(error) = cache.save(&survey.site) {
        eprintln!("note: what the web answered is not remembered: {} cannot be written: {error}", external::FILE);
    }
    asked
}

#[cfg(not(feature = "net"))]
fn ask(_: &Arguments, _: &crate::build::Survey, _: &[crate::desk::external::Address]) -> Asked {
    Asked::default()
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
            let line = finding.line.map_or(String::new(), |line| format!(":{line}"));
            writeln!(out, "  {}{detail}\n      {}{line}", finding.subject, finding.path)?;
        }
        if of_kind.len() > shown {
            writeln!(out, "  … and {} more; --all shows them", of_kind.len() - shown)?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn summary(
    problems: &[Diagnostic],
    findings: &[Finding],
    asked: Option<&Asked>,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    if let Some(a) = asked {
        let ignored = if a.ignored == 0 { String::new() } else { format!(", {} not to be asked", a.ignored) };
        writeln!(
            out,
            "{} on the web: {} asked, {} remembered{ignored}",
            if a.addresses == 1 { "1 address".to_string() } else { format!("{} addresses", a.addresses) },
            a.asked,
            a.remembered
        )?;
    }
    let errors = problems.iter().filter(|p| p.is_error()).count();
    let look = match findings.len() {
        0 => "nothing else is worth a look".to_string(),
        1 => "1 thing is worth a look".to_string(),
        n => format!("{n} things are worth a look"),
    };
    writeln!(out, "{}, {}; {look}.", told::counted(errors, "error"), told::counted(problems.len() - errors, "warning"))
}
