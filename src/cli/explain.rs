//! `dateline explain`.

use super::arguments::{self, Format};
use super::{DONE, WRONG};
use crate::archive::withheld::Allowed;
use crate::build::{self, Changed, Clock, Explanation, Options, PageExplained, SourceExplained};
use crate::diagnostics::render_all;
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  dateline explain /2025/03/16/              the files and templates that this page is made from
  dateline explain /2025/03/16/ --if content/articles/2025/03/15/talks.md
                                             what in it would change if that file did
  dateline explain content/people/ada.md     the pages that show this file
  dateline explain / --format json           the same for a program")]
pub(super) struct Arguments {
    /// A page, by its URL, or a file of the site, by its path
    #[arg(value_name = "URL-OR-PATH")]
    of: String,
    /// Also say what in the page would change if this file did
    #[arg(long = "if", value_name = "PATH")]
    if_changed: Option<String>,
    /// The folder with site.toml [default: the nearest one from here upwards]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// The output folder whose last build is meant [default: what site.toml says, else public/ in the site]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Where the site will live, instead of site.toml's base_url
    #[arg(long, value_name = "URL", value_parser = arguments::base_url)]
    base_url: Option<String>,
    /// What "now" is: a date or date-time, in the site's time zone unless it has an offset
    #[arg(long, value_name = "TIME", value_parser = arguments::as_of)]
    as_of: Option<String>,
    /// As of a build with drafts
    #[arg(long)]
    drafts: bool,
    /// As of a build with articles whose date or embargo is still to come
    #[arg(long)]
    future: bool,
    /// How to answer: for people, or one JSON object on the last line of standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let looked = match arguments::look(arguments.site.as_deref()) {
        Ok(options) => options,
        Err(code) => return code,
    };
    let options = Options {
        output: arguments.output,
        base_url: arguments.base_url,
        as_of: arguments.as_of.map_or(looked.as_of, Clock::Said),
        allowed: Allowed { drafts: arguments.drafts, future: arguments.future },
        ..looked
    };
    let json = arguments.format == Format::Json;
    match build::explain(&options, &arguments.of, arguments.if_changed.as_deref()) {
        Err(problems) => {
            let colour = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
            // A closed pipe is no reason to fail.
            let _ = write!(anstream::stderr(), "{}", render_all(&problems, colour));
            WRONG
        }
        Ok(explained) => {
            let text = if json { serde_json::to_string(&explained).unwrap_or_default() } else { in_words(&explained) };
            let _ = writeln!(anstream::stdout(), "{}", text.trim_end());
            DONE
        }
    }
}

fn in_words(explained: &Explanation) -> String {
    match explained {
        Explanation::Page(page) => of_page(page),
        Explanation::Copy(copy) => format!("{} is a copy of {}", copy.url, copy.source),
        Explanation::Source(source) => of_source(source),
    }
}

fn of_page(page: &PageExplained) -> String {
    let mut out = format!("{} is a page of the kind {}, in the file {}\n", page.url, page.kind, page.file);
    if page.templates.is_empty() {
        out.push_str("\nIt has no template: the program writes its format.\n");
    } else {
        out.push_str("\nIts template, and those that it reaches:\n");
    }
    for template in &page.templates {
        out.push_str(&format!("  {:<28} {}\n", template.name, template.file));
    }
    out.push_str("\nThe files that it shows something of, and in which of its values:\n");
    let width = page.sources.keys().map(|f| f.chars().count()).max().unwrap_or(0).min(60);
    for (file, places) in &page.sources {
        out.push_str(&format!("  {file:<width$}  {}\n", abridged(places, ", ")));
    }
    out.push_str(&format!("\nIts key: {}", page.key));
    match (&page.last_key, &page.rendered_at) {
        (None, _) => out.push_str("\nIt is not in the last build: the next one renders it."),
        (Some(last), at) => {
            let at = at.as_deref().unwrap_or("at a time that is not known");
            out.push_str(&format!("\nLast rendered: {at}"));
            if let Some(because) = page.because() {
                out.push_str(&format!(", because {because}"));
            }
            if *last != page.key {
                out.push_str("\nIt has changed since: the next build renders it.");
            }
        }
    }
    if let Some(what_if) = &page.if_changed {
        out.push_str(&format!("\n\nIf {} changed, this would be other in the page:\n", what_if.file));
        for Changed { change, in_: places } in &what_if.changes {
            let places = if places.is_empty() { "nothing".to_string() } else { abridged(places, ", ") };
            out.push_str(&format!("  {change:<22} {places}\n"));
        }
    }
    out
}

fn of_source(source: &SourceExplained) -> String {
    let mut out = match &source.page {
        Some(page) => format!("{} has the page {page}\n", source.file),
        None => format!("{} has no page of its own\n", source.file),
    };
    let counted = |n: usize| if n == 1 { "1 page".to_string() } else { format!("{n} pages") };
    out.push_str(&format!("\nShown by {}:\n", counted(source.shown_by.len())));
    list(&mut out, &source.shown_by);
    for Changed { change, in_: pages } in &source.changes {
        out.push_str(&format!("\n{change}: {} would change\n", counted(pages.len())));
        list(&mut out, pages);
    }
    out
}

/// How many pages are named to people; programs are told all.
const NAMED: usize = 20;

fn list(out: &mut String, pages: &[String]) {
    pages.iter().take(NAMED).for_each(|page| out.push_str(&format!("  {page}\n")));
    if pages.len() > NAMED {
        out.push_str(&format!("  and {} more\n", pages.len() - NAMED));
    }
}

fn abridged(places: &[String], between: &str) -> String {
    const SHOWN: usize = 8;
    let mut text = places.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(between);
    if places.len() > SHOWN {
        text.push_str(&format!("{between}and {} more", places.len() - SHOWN));
    }
    text
}
