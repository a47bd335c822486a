//! `dateline import`: other people's texts become articles.

use super::arguments::{self, Format, surveyed};
use super::{DONE, USAGE, WRONG};
use crate::archive::mentions::Registry;
use crate::content::dates;
use crate::content::slug::slugify;
use crate::desk::place;
use crate::import::{Encoding, Hints, Imported, Known, text};
use clap::{Args, Subcommand, ValueEnum};
use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Plain text: a headline, perhaps the rewritten one, paragraphs
    #[command(after_help = "Examples:
  dateline import text article.txt --date 2025-03-16 --source Reuters
  dateline import text wire/*.txt --dry-run       show what would be written
  dateline import text 2025-03-16-ferry.txt       the date is in the name
  pbpaste | dateline import text - --date today
  dateline import text old.txt --encoding windows-1252

Nothing is overwritten. With an error in one text nothing is written; --keep-going writes the others.")]
    Text(Box<Text>),
}

#[derive(Args)]
struct Text {
    /// The texts; - for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// When: a date or date-time, or `today` [default: from the file's name, else from a line that is a date]
    #[arg(long, value_name = "DATE", value_parser = date)]
    date: Option<String>,
    /// Who published it
    #[arg(long, value_name = "PUBLISHER")]
    source: Option<String>,
    /// Where it was published
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// The last part of the address [default: made of the title]
    #[arg(long, value_name = "SLUG")]
    slug: Option<String>,
    /// Tags
    #[arg(long, value_name = "TAG,…", value_delimiter = ',')]
    tags: Vec<String>,
    /// The running story that it belongs to
    #[arg(long, value_name = "THREAD")]
    thread: Option<String>,
    /// Do not publish it yet
    #[arg(long)]
    draft: bool,
    /// How the bytes of the texts are to be read
    #[arg(long, value_enum, default_value_t)]
    encoding: Bytes,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Import what is sound even if something is not
    #[arg(long)]
    keep_going: bool,
    /// The folder with site.toml [default: the nearest one from here upwards]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// How to report: for people, or one JSON object on the last line of standard output
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, PartialEq, ValueEnum)]
enum Bytes {
    /// UTF-8, or UTF-16 with its mark
    #[default]
    #[value(name = "utf-8")]
    Utf8,
    #[value(name = "utf-16")]
    Utf16,
    /// What Western Windows wrote
    #[value(name = "windows-1252")]
    Windows1252,
}

/// What a date may be on the command line.
pub(super) fn date(text: &str) -> Result<String, String> {
    if text == "today" { Ok(text.to_string()) } else { arguments::as_of(text) }
}

/// One text, and what became of it.
struct Done {
    name: String,
    result: Result<Imported, (String, String)>,
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let What::Text(arguments) = arguments.what;
    import_texts(&arguments)
}

fn import_texts(arguments: &Text) -> u8 {
    if arguments.slug.is_some() && arguments.files.len() > 1 {
        eprintln!("error: --slug names one article, and there are {} files", arguments.files.len());
        return USAGE;
    }
    let mut texts = Vec::new();
    for file in &arguments.files {
        match read(file) {
            Ok(bytes) => texts.push((file.display().to_string(), bytes)),
            Err(error) => {
                eprintln!("error: {} cannot be read: {error}", file.display());
                return USAGE;
            }
        }
    }
    let survey = match surveyed(arguments.site.as_deref()) {
        Ok(survey) => survey,
        Err(code) => return code,
    };
    let config = &survey.config;
    let registry = Registry::new(survey.archive.records.iter().map(|r| &**r), config);
    let known = Known::new(&registry, survey.archive.records.iter().map(|r| &**r));
    let encoding = match arguments.encoding {
        Bytes::Utf8 => Encoding::Utf8,
        Bytes::Utf16 => Encoding::Utf16,
        Bytes::Windows1252 => Encoding::Windows1252,
    };
    let asks = arguments.format == Format::Text
        && std::io::stdin().is_terminal()
        && std::io::stderr().is_terminal()
        && !arguments.files.iter().any(|f| f.as_os_str() == "-");
    let publisher = match &arguments.source {
        None if asks && !arguments.dry_run => ask("Who published it? (Enter: leave it out) "),
        given => given.clone(),
    };
    let stamp = |text: &str| {
        let text = match text {
            "today" => arguments::now().to_zoned(config.time_zone.clone()).date().to_string(),
            other => other.to_string(),
        };
        dates::parse(&text, &config.time_zone).ok().map(|stamp| (text, stamp))
    };
    let mut done: Vec<Done> = Vec::new();
    for (name, bytes) in texts {
        let mut hints = Hints {
            name: name.clone(),
            date: arguments.date.as_deref().and_then(stamp),
            publisher: publisher.clone(),
            url: arguments.url.clone(),
            slug: arguments.slug.as_ref().map(|s| slugify(s, config.slugs)).filter(|s| !s.is_empty()),
            tags: arguments.tags.iter().map(|t| t.trim().to_string()).filter(|t| !t.is_empty()).collect(),
            thread: arguments.thread.clone(),
            draft: arguments.draft,
        };
        let mut result = text::import(&bytes, encoding, &hints, &known, config);
        while asks && matches!(result, Err(crate::import::Refused::NoDate)) {
            let Some(answer) = ask(&format!("When was {name}? (like 2025-03-16; Enter: give up) ")) else { break };
            hints.date = stamp(&answer);
            result = text::import(&bytes, encoding, &hints, &known, config);
        }
        let result = result.map_err(|e| (e.to_string(), e.help())).and_then(|imported| {
            let slug = imported.path.rsplit('/').next().unwrap_or("").trim_end_matches(".md");
            let other = done.iter().find(|d| d.result.as_ref().is_ok_and(|i| i.path == imported.path));
            let taken = other.map(|d| d.name.clone());
            let taken =
                taken.or_else(|| place::taken(&survey.archive, &imported.path, imported.day, slug).map(str::to_string));
            let there = survey.site.join(&imported.path).symlink_metadata().is_ok();
            match taken.or_else(|| there.then(|| imported.path.clone())) {
                None => Ok(imported),
                Some(other) => Err((
                    format!("its place is taken by {other}"),
                    "nothing is overwritten: name another with `--slug`, or import it on another `--date`".to_string(),
                )),
            }
        });
        done.push(Done { name, result });
    }
    let failed = done.iter().filter(|d| d.result.is_err()).count();
    let writes = !arguments.dry_run && (failed == 0 || arguments.keep_going);
    let mut written = 0;
    for one in done.iter_mut().filter(|_| writes) {
        let Ok(imported) = &one.result else { continue };
        match place::create(&survey.site, &imported.path, &imported.text) {
            Ok(()) => written += 1,
            Err(error) => one.result = Err((format!("{} cannot be written: {error}", imported.path), String::new())),
        }
    }
    let out = &mut std::io::stdout().lock();
    // A closed pipe is no reason to fail.
    let _ = match arguments.format {
        Format::Json => report(&done, written, writes, out),
        Format::Text => tell(&done, written, arguments.dry_run, config.folders.people.as_str(), config.slugs, out),
    };
    if done.iter().any(|d| d.result.is_err()) { WRONG } else { DONE }
}

fn read(file: &std::path::Path) -> std::io::Result<Vec<u8>> {
    if file.as_os_str() != "-" {
        return std::fs::read(file);
    }
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// An answer from the terminal; none if it is empty.
fn ask(question: &str) -> Option<String> {
    let mut err = anstream::stderr();
    let _ = write!(err, "{question}");
    let _ = err.flush();
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).ok()?;
    Some(answer.trim().to_string()).filter(|a| !a.is_empty())
}

fn tell(
    done: &[Done],
    written: usize,
    dry: bool,
    people: &str,
    slugs: crate::config::SlugStyle,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    for one in done {
        let imported = match &one.result {
            Ok(imported) => imported,
            Err((why, help)) => {
                eprintln!("error: {}: {why}", one.name);
                if !help.is_empty() {
                    eprintln!("  = help: {help}");
                }
                continue;
            }
        };
        writeln!(out, "{} → {}", one.name, imported.path)?;
        writeln!(out, "  date       {} ({})", imported.draft.date, imported.date_from)?;
        writeln!(out, "  title      {}", imported.draft.title)?;
        for source in &imported.draft.sources {
            let publisher = source.publisher.as_deref().unwrap_or("publisher not named");
            writeln!(out, "  source     {} ({publisher})", source.title.as_deref().unwrap_or(""))?;
        }
        writeln!(out, "  text       {}", super::told::counted(imported.paragraphs, "paragraph"))?;
        if !imported.draft.people.is_empty() {
            writeln!(out, "  people     {}", imported.draft.people.join(", "))?;
        }
        for left in &imported.left_out {
            writeln!(out, "  left out   line {}: {} ({})", left.line, left.text, left.because)?;
        }
        for (name, times) in &imported.unknown {
            writeln!(out, "  no record  {name}, {times} ×: {people}/{}.md would be one", slugify(name, slugs))?;
        }
        for note in &imported.notes {
            writeln!(out, "  note       {note}")?;
        }
        if dry {
            writeln!(out)?;
            imported.text.lines().try_for_each(|line| writeln!(out, "    {line}"))?;
        }
        writeln!(out)?;
    }
    match written {
        0 if dry => writeln!(out, "Nothing was written."),
        0 if done.iter().any(|d| d.result.is_ok()) => {
            writeln!(out, "Nothing was written; --keep-going writes what is sound.")
        }
        0 => writeln!(out, "Nothing was written."),
        n => writeln!(out, "{} written.", super::told::counted(n, "article")),
    }
}

fn report(done: &[Done], written: usize, writes: bool, out: &mut dyn Write) -> std::io::Result<()> {
    let texts: Vec<serde_json::Value> = done
        .iter()
        .map(|one| match &one.result {
            Ok(i) => serde_json::json!({
                "file": one.name, "path": i.path, "day": i.day.to_string(), "date_from": i.date_from, "title": i.draft.title,
                "source_title": i.draft.sources.first().and_then(|s| s.title.as_deref()), "people": i.draft.people,
                "unknown": i.unknown.iter().map(|(name, times)| serde_json::json!({"name": name, "times": times})).collect::<Vec<_>>(),
                "paragraphs": i.paragraphs, "left_out": i.left_out, "notes": i.notes, "written": writes, "text": i.text,
            }),
            Err((why, help)) => serde_json::json!({"file": one.name, "error": why, "help": help, "written": false}),
        })
        .collect();
    writeln!(out, "{}", serde_json::json!({"texts": texts, "written": written}))
}
