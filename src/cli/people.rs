//! `dateline people`: who is in the archive, who could be, and how two become one.

use super::arguments::surveyed;
use super::{DONE, WRONG};
use crate::archive::{Archive, EntityId};
use crate::build::Survey;
use crate::content::EntityKind;
use crate::desk::{merge, suggest};
use clap::{Args, Subcommand, ValueEnum};
use similar::TextDiff;
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  dateline people list                       everybody, with numbers
  dateline people show donald-trump          one person, and the articles
  dateline people suggest --min 5            whom five or more articles name, and nobody has a record for
  dateline people merge \"V. Zelensky\" volodymyr-zelenskyy
                                             show what would change; add --write to change it")]
pub(super) struct Arguments {
    /// The folder with site.toml [default: the nearest one from here upwards]
    #[arg(long, value_name = "DIR", global = true)]
    site: Option<PathBuf>,
    /// How to report: for people, or as JSON
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
    #[command(subcommand)]
    what: What,
}

#[derive(Clone, Copy, Default, PartialEq, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Subcommand)]
enum What {
    /// Everybody in the archive, in the order of the index
    List,
    /// One person: names, offices, articles
    Show {
        /// Id, slug, name or alias
        name: String,
    },
    /// Names that articles have and nobody has a record for, each with a record to save
    Suggest {
        /// In how many articles a name must stand
        #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
        min: u32,
    },
    /// Make one person of two: the first becomes a name of the second, the old address leads to the new
    Merge {
        /// Who goes: id, slug, name or alias
        from: String,
        /// Who stays, and has a record
        into: String,
        /// Change the files, instead of showing what would change
        #[arg(long)]
        write: bool,
    },
}

pub(super) fn run(arguments: Arguments) -> u8 {
    let survey = match surveyed(arguments.site.as_deref()) {
        Ok(survey) => survey,
        Err(code) => return code,
    };
    let mut out = std::io::stdout().lock();
    // A closed pipe is no reason to fail.
    match arguments.what {
        What::List => drop(list(&survey.archive, arguments.format, &mut out)),
        What::Show { name } => return show(&survey.archive, &name, arguments.format, &mut out),
        What::Suggest { min } => drop(suggestions(&survey, min as usize, arguments.format, &mut out)),
        What::Merge { from, into, write } => return merge_them(&survey, &from, &into, write, &mut out),
    }
    DONE
}

fn mentions(archive: &Archive, id: EntityId) -> u64 {
    let of = |a: &crate::archive::ArticleId| {
        let names = &archive.about(*a).names;
        names.people.iter().position(|p| *p == id).map_or(0, |at| u64::from(names.mentions[at]))
    };
    archive.entity(id).articles.iter().map(of).sum()
}

fn list(archive: &Archive, format: Format, out: &mut dyn Write) -> std::io::Result<()> {
    let lines = archive.order(EntityKind::Person).iter().filter(|line| !line.see);
    if format == Format::Json {
        let people: Vec<serde_json::Value> = lines
            .map(|line| {
                let entity = archive.entity(line.id);
                let record = archive.record(line.id).map(|r| &*r.prose.path);
                serde_json::json!({
                    "name": entity.name, "sort_as": line.shown, "url": entity.url(), "record": record,
                    "articles": entity.articles.len(), "mentions": mentions(archive, line.id),
                })
            })
            .collect();
        return writeln!(out, "{}", serde_json::Value::from(people));
    }
    writeln!(out, "articles mentions record  name")?;
    for line in lines {
        let entity = archive.entity(line.id);
        let record = if entity.record.is_some() { "yes" } else { "no" };
        writeln!(out, "{:>8} {:>8} {record:<6}  {}", entity.articles.len(), mentions(archive, line.id), line.shown)?;
    }
    Ok(())
}

fn show(archive: &Archive, name: &str, format: Format, out: &mut dyn Write) -> u8 {
    let wanted = crate::content::slug::fold(name);
    let is = |text: &str| crate::content::slug::fold(text) == wanted;
    let found = archive.of_kind(EntityKind::Person).find(|id| {
        let entity = archive.entity(*id);
        is(&entity.name)
            || is(&entity.slug)
            || archive.record(*id).is_some_and(|r| is(&r.id) || r.aliases.iter().any(|a| is(a)))
    });
    let Some(id) = found else {
        eprintln!("error: nobody here is called `{name}`; `dateline people list` shows everybody");
        return WRONG;
    };
    let entity = archive.entity(id);
    let record = archive.record(id);
    let articles: Vec<(String, &str, &str)> = entity
        .articles
        .iter()
        .rev()
        .map(|a| {
            let article = archive.article(*a);
            (article.when.day.to_string(), article.title.text.as_str(), archive.about(*a).url.as_str())
        })
        .collect();
    if format == Format::Json {
        let value = serde_json::json!({
            "name": entity.name, "url": entity.url(), "record": record.map(|r| &*r.prose.path),
            "aliases": record.map(|r| &r.aliases), "mentions": mentions(archive, id),
            "articles": articles.iter().map(|(day, title, url)| serde_json::json!({"day": day, "title": title, "url": url})).collect::<Vec<_>>(),
        });
        let _ = writeln!(out, "{value}");
        return DONE;
    }
    let _ = writeln!(out, "{}  {}", entity.name, entity.url());
    if let Some(record) = record {
        let _ = writeln!(out, "record: {}", record.prose.path);
        if !record.aliases.is_empty() {
            let _ = writeln!(out, "also: {}", record.aliases.join(", "));
        }
        for role in &record.roles {
            let of = role.organisation.as_ref().map_or(String::new(), |o| format!(", {o}"));
            let (from, to) = (role.from.as_deref().unwrap_or("…"), role.to.as_deref().unwrap_or("…"));
            let _ = writeln!(out, "role: {}{of} ({from} – {to})", role.title);
        }
    }
    let _ = writeln!(out, "{} articles, {} mentions", articles.len(), mentions(archive, id));
    for (day, title, url) in articles {
        let _ = writeln!(out, "  {day}  {title}  {url}");
    }
    DONE
}

fn suggestions(survey: &Survey, min: usize, format: Format, out: &mut dyn Write) -> std::io::Result<()> {
    let found = suggest::suggest(survey, min);
    if format == Format::Json {
        return writeln!(out, "{}", serde_json::to_string(&found).unwrap_or_default());
    }
    if found.is_empty() {
        return writeln!(out, "No name without a record stands in {min} or more articles.");
    }
    for s in found {
        writeln!(out, "{}: {} articles, {} mentions", s.name, s.articles, s.mentions)?;
        for (path, context) in &s.contexts {
            writeln!(out, "  … {context} …\n      {path}")?;
        }
        writeln!(out, "  {}:", s.path)?;
        for line in s.record.lines() {
            writeln!(out, "    {line}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn merge_them(survey: &Survey, from: &str, into: &str, write: bool, out: &mut dyn Write) -> u8 {
    let changes = match merge::plan(survey, from, into) {
        Ok(changes) => changes,
        Err(why) => {
            eprintln!("error: {why}");
            return WRONG;
        }
    };
    for change in &changes {
        let after = change.after.as_deref().unwrap_or("");
        let name = if change.after.is_some() { change.path.as_str() } else { "/dev/null" };
        let diff = TextDiff::from_lines(change.before.as_str(), after);
        let _ = write!(out, "{}", diff.unified_diff().context_radius(2).header(&change.path, name));
    }
    let files = if changes.len() == 1 { "1 file".to_string() } else { format!("{} files", changes.len()) };
    if !write {
        let _ = writeln!(out, "\n{files} would change; nothing was written. Add --write to do it.");
        return DONE;
    }
    if let Err(error) = merge::apply(&survey.site, &changes) {
        eprintln!("error: not everything could be written: {error}");
        return WRONG;
    }
    let _ = writeln!(out, "\n{files} changed.");
    DONE
}
