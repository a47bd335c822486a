//! What people are told of a build.

use crate::build::{Outcome, Report};
use crate::diagnostics::{Code, Diagnostic, render_all};
use std::io::Write;

/// Problems and notes.
pub(super) fn problems<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>, notes: &[String]) {
    let diagnostics: Vec<Diagnostic> = diagnostics.into_iter().cloned().collect();
    let mut err = anstream::stderr().lock();
    let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    // A closed pipe is no reason to fail.
    let _ = write!(err, "{}", render_all(&diagnostics, colour));
    for note in notes {
        let _ = writeln!(err, "note: {note}");
    }
}

/// A line of standard output.
pub(super) fn line(text: &str) {
    // A closed pipe is no reason to fail.
    let _ = writeln!(anstream::stdout().lock(), "{text}");
}

/// Which pages were rendered, and why.
fn rendered(report: &Report) {
    for page in &report.rendered {
        let sources = if page.sources.is_empty() { String::new() } else { format!(": {}", page.sources.join(", ")) };
        line(&format!("{} because {}{sources}", page.url, page.why.words()));
    }
    match report.pages.rendered.saturating_sub(report.rendered.len()) {
        0 => {}
        more => line(&format!("and {}", counted(more, "more page"))),
    }
}

/// How many pages were rendered for which reason.
fn reasons(report: &Report) {
    if !report.reasons.is_empty() {
        let reasons = report.reasons.iter().map(|(why, n)| format!("{n} because {}", why.words()));
        line(&format!("rendered: {}", reasons.collect::<Vec<_>>().join("; ")));
    }
}

/// What was asked for besides.
pub(super) fn more(report: &Report, of_timings: bool, of_pages: bool) {
    if of_timings {
        timings(report);
    }
    if of_pages {
        rendered(report);
    }
    if of_timings || of_pages {
        reasons(report);
    }
}

/// How long each phase took.
fn timings(report: &Report) {
    for (phase, time) in &report.phases {
        line(&format!("{phase:>8} {:>9.1} ms", time.as_secs_f64() * 1e3));
    }
}

/// The one line a person reads.
pub(super) fn summary(report: &Report) -> String {
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

pub(super) fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
