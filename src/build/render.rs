//! Pages become bytes: of those whose keys are not known, and handed on to whoever stages or compares them.

use super::emit::{Rendered, Sink};
use super::reasons::{Reasons, Shares};
use super::report::Report;
use super::{Options, Progress, source};
use crate::archive::Archive;
use crate::archive::links::Links;
use crate::config::Config;
use crate::diagnostics::{Code, Diagnostic};
use crate::fingerprint::Fingerprint;
use crate::formats::Format;
use crate::pages::inputs::{Shared, Shown};
use crate::pages::{self, Form, Page, Site, json_ld};
use crate::theme::Theme;
use crate::theme::value::Value;
use rayon::prelude::*;

/// What pages are made from besides the theme.
pub(super) struct Parts<'a> {
    /// Whether there will be another build that wants to know which pages show what.
    pub noting: bool,
    /// The settings.
    pub config: &'a Config,
    /// The articles.
    pub archive: &'a Archive,
    /// Where links lead.
    pub links: &'a Links,
    /// What is known of the last build.
    pub reasons: &'a Reasons<'a>,
}

/// How many pages are rendered side by side.
const AT_ONCE: usize = 4096;

/// Renders those of some pages whose keys the ledger does not know into the staging folder; says what each of
/// them shows.
pub(super) fn render(
    options: &Options,
    progress: &dyn Progress,
    parts: &Parts,
    mut theme: Theme,
    pages: &[&Page],
    sink: &dyn Sink,
    report: &mut Report,
) -> Result<(Vec<Rendered>, Vec<Shown>, Shares), Vec<Diagnostic>> {
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
    let one = |page: &Page| -> Result<(Rendered, Shown), Box<Diagnostic>> {
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
    let mut results: Vec<Option<(Rendered, Shown)>> = Vec::new();
    results.resize_with(pages.len(), || None);
    let mut failures: Vec<(u32, Diagnostic)> = Vec::new();
    // All threads at one place of the archive: each in a part of its own, they would share nothing.
    for near in turns.chunks(AT_ONCE) {
        let done: Vec<_> = near.par_iter().map(|(_, at)| one(pages[*at as usize])).collect();
        for ((_, at), result) in near.iter().zip(done) {
            match result {
                Ok(page) => results[*at as usize] = Some(page),
                Err(problem) => failures.push((*at, *problem)),
            }
        }
    }
    failures.sort_by_key(|(at, _)| *at);
    let failures: Vec<Diagnostic> = failures.into_iter().map(|(_, problem)| problem).collect();
    let (rendered, all_shown): (Vec<Rendered>, Vec<Shown>) = results.into_iter().flatten().unzip();
    report.pages.rendered = rendered.iter().filter(|r| r.is_fresh()).count();
    report.pages.unchanged = rendered.len() - report.pages.rendered;
    if failures.is_empty() {
        report.because(pages.iter().zip(&rendered).filter_map(|(p, r)| Some((p.url.as_str(), r.reason()?))));
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
pub(super) fn settings_fingerprint(config: &Config) -> Fingerprint {
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
