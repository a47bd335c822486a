//! `dateline new`: an article in its place, with its front matter filled in.

use super::arguments::{self, surveyed};
use super::{DONE, USAGE, WRONG};
use crate::content::compose::Draft;
use crate::content::dates::{self, Stamp};
use crate::content::slug::slugify;
use crate::content::visible::Visible;
use crate::content::{self, EntityKind};
use crate::desk::{names, place};
use crate::diagnostics::render_all;
use clap::Args;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(after_help = "Examples:
  dateline new \"Ferry returns after four months\"
  dateline new \"Ferry returns\" --tags ferries,harbour --people \"Ana Silva\" --edit
  dateline new \"Budget vote\" --date 2025-03-18T09:00 --draft --thread budget-2025

The path of the new article is printed. --edit opens it with $VISUAL, else $EDITOR.")]
pub(super) struct Arguments {
    /// The headline
    #[arg(value_name = "HEADLINE")]
    headline: String,
    /// When: a date or date-time, or `today` [default: now]
    #[arg(long, value_name = "DATE", value_parser = super::import::date)]
    date: Option<String>,
    /// Tags
    #[arg(long, value_name = "TAG,…", value_delimiter = ',')]
    tags: Vec<String>,
    /// People: names, or ids of records
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    people: Vec<String>,
    /// The running story that it belongs to
    #[arg(long, value_name = "THREAD")]
    thread: Option<String>,
    /// One or two sentences [default: the first paragraph, once there is one]
    #[arg(long, value_name = "TEXT")]
    summary: Option<String>,
    /// The last part of the address [default: made of the headline]
    #[arg(long, value_name = "SLUG")]
    slug: Option<String>,
    /// Do not publish it yet
    #[arg(long)]
    draft: bool,
    /// Open it in an editor
    #[arg(long)]
    edit: bool,
    /// The folder with site.toml [default: the nearest one from here upwards]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let Some(title) = Some(squeezed(&arguments.headline)).filter(|t| !t.is_empty()) else {
        return usage("the headline is empty", "write it in quotation marks: dateline new \"Ferry returns\"");
    };
    let survey = match surveyed(arguments.site.as_deref()) {
        Ok(survey) => survey,
        Err(code) => return code,
    };
    let config = &survey.config;
    let now = arguments::now().to_zoned(config.time_zone.clone());
    let date = match arguments.date.as_deref() {
        None => dates::rfc3339(&now),
        Some("today") => now.date().to_string(),
        Some(written) => written.trim().to_string(),
    };
    let stamp: Stamp = match dates::parse(&date, &config.time_zone) {
        Ok(stamp) => stamp,
        Err(e) => return usage(&e.to_string(), e.help()),
    };
    let slug = slugify(arguments.slug.as_deref().unwrap_or(&title), config.slugs);
    if slug.is_empty() {
        return usage("neither the headline nor the slug can be made into an address", "add `--slug some-words`");
    }
    let list = |items: &[String]| items.iter().map(|i| squeezed(i)).filter(|i| !i.is_empty()).collect::<Vec<_>>();
    let draft = Draft {
        title,
        date,
        summary: arguments.summary.as_deref().map(squeezed).filter(|s| !s.is_empty()),
        thread: arguments.thread.as_deref().map(squeezed).filter(|t| !t.is_empty()),
        tags: list(&arguments.tags),
        people: list(&arguments.people),
        draft: arguments.draft,
        ..Draft::default()
    };
    let path = Draft::path(stamp.day, &slug, config);
    if let Some(other) = place::taken(&survey.archive, &path, stamp.day, &slug) {
        eprintln!("error: {other} has this place\n  = help: nothing is overwritten: name another with `--slug`");
        return WRONG;
    }
    let text = draft.text(config);
    let loaded = content::article::load(&path, text.as_bytes(), config, &mut Visible::off());
    if loaded.value.is_none() {
        eprint!("{}", render_all(&loaded.problems, false));
        return WRONG;
    }
    if let Err(error) = place::create(&survey.site, &path, &text) {
        match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                eprintln!(
                    "error: there is a {path} already\n  = help: nothing is overwritten: name another with `--slug`"
                );
            }
            _ => eprintln!("error: {path} cannot be written: {error}"),
        }
        return WRONG;
    }
    let thread: Vec<String> = draft.thread.iter().cloned().collect();
    for (kind, written) in
        [(EntityKind::Tag, &draft.tags), (EntityKind::Person, &draft.people), (EntityKind::Thread, &thread)]
    {
        for unknown in names::unknown(&survey.archive, kind, written) {
            let meant = unknown.nearest.map_or(String::new(), |name| format!("; did you mean `{name}`?"));
            eprintln!("warning: the {} `{}` is new here{meant}", kind.singular(), unknown.name);
        }
    }
    let full = survey.site.join(&path);
    let shown = std::env::current_dir().ok().and_then(|here| full.strip_prefix(here).map(Path::to_path_buf).ok());
    super::told::line(&shown.unwrap_or_else(|| full.clone()).display().to_string());
    if arguments.edit { edit(&full) } else { DONE }
}

fn squeezed(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

fn usage(message: &str, help: &str) -> u8 {
    eprintln!("error: {message}\n  = help: {help}");
    USAGE
}

/// Opens a file with the user's editor, and waits until it is closed.
#[expect(
    clippy::disallowed_methods,
    reason = "which editor is the user's is said by the environment, and by nothing else"
)]
fn edit(path: &Path) -> u8 {
    let of = |name: &str| std::env::var(name).ok().filter(|v| !v.trim().is_empty());
    let Some(editor) = of("VISUAL").or_else(|| of("EDITOR")) else {
        return usage(
            "neither VISUAL nor EDITOR says which editor",
            "set one, like `export EDITOR=nano`; the article is written",
        );
    };
    // As git does: the variable may hold options, and a path with spaces in quotation marks.
    let mut command = if cfg!(windows) {
        let mut words = editor.split_whitespace();
        let mut command = std::process::Command::new(words.next().unwrap_or("notepad"));
        command.args(words).arg(path);
        command
    } else {
        let mut command = std::process::Command::new("sh");
        command.arg("-c").arg(format!("{editor} \"$@\"")).arg("sh").arg(path);
        command
    };
    match command.status() {
        Ok(status) if status.success() => DONE,
        Ok(status) => usage(&format!("`{editor}` ended with {status}"), "the article is written"),
        Err(error) => usage(&format!("`{editor}` cannot be started: {error}"), "the article is written"),
    }
}
