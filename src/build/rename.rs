//! `dateline move`: a page gets another address, its old one leads there, and nothing else of its file changes.

use super::ledger::{About, Ledger};
use super::source::{self, reason};
use super::{Options, Silent, load, read_config};
use crate::archive::withheld::Allowed;
use crate::archive::{self, Archive, ArticleId, EntityId};
use crate::config::Config;
use crate::content::slug::is_sound;
use crate::content::visible::Visible;
use crate::content::{self, article, edit, fence};
use crate::diagnostics::{Code, Diagnostic};
use jiff::civil::Date;
use std::path::Path;

/// What was moved.
#[derive(Debug)]
pub struct Moved {
    /// The file that was changed.
    pub path: String,
    /// Where the page was.
    pub from: String,
    /// Where it is now.
    pub to: String,
}

/// Gives the page at `old`, an address or a file, the address or slug `new`.
///
/// Errors: what stands in the way, with nothing changed.
pub fn rename(options: &Options, old: &str, new: &str) -> Result<Moved, Vec<Diagnostic>> {
    let config = read_config(options)?;
    let files = source::walk(&options.site, &config);
    let about = About {
        engine: String::new(),
        reading: load::settings(&config),
        output: options.site.join(super::ledger::FOLDER),
    };
    let nothing = Ledger::load(&options.site, about, true);
    let reading = load::Reading { site: &options.site, files: &files, config: &config, ledger: &nothing, drafts: true };
    let loaded = load::all(&reading, None, None, &Silent);
    let as_of = options.as_of.read(&config)?;
    let everything = Allowed { drafts: true, future: true };
    let (archive, _) = archive::index(loaded.corpus, &config, as_of, everything);
    let one = |d: Diagnostic| vec![d];
    let path = old.trim_start_matches("./");
    let url = format!("/{}/", content::links::percent_decoded(old).trim_matches('/'));
    let is_article = |i: &usize| *archive.articles[*i].prose.path == *path || archive.about[*i].url == url;
    if let Some(i) = (0..archive.articles.len()).find(is_article) {
        return move_article(options, &config, &archive, ArticleId(i as u32), new);
    }
    let is_entity = |i: &usize| {
        let id = EntityId(*i as u32);
        archive.entity(id).url() == url || archive.record(id).is_some_and(|r| *r.prose.path == *path)
    };
    if let Some(i) = (0..archive.entities.len()).find(is_entity) {
        return move_entity(options, &config, &archive, EntityId(i as u32), new);
    }
    if let Some(page) = archive.standing.iter().find(|s| *s.prose.path == *path || s.url == url) {
        let d = Diagnostic::error(Code::BadValue, format!("{} is where its file lies", page.url));
        let help =
            format!("move {} where the new address says, and add `aliases: [{}]` to it", page.prose.path, page.url);
        return Err(one(d.in_file(&*page.prose.path).help(help)));
    }
    let d = Diagnostic::error(Code::UnknownReference, format!("there is no article and no record at `{old}`"));
    Err(one(d.help("name a page by its address, like `/2025/03/16/old-name/`, or a file by its path in the site")))
}

fn move_article(
    options: &Options,
    config: &Config,
    archive: &Archive,
    id: ArticleId,
    new: &str,
) -> Result<Moved, Vec<Diagnostic>> {
    let article = archive.article(id);
    let from = archive.about(id).url.clone();
    let path = article.prose.path.to_string();
    let refuse =
        |message: String, help: &str| vec![Diagnostic::error(Code::BadSlug, message).in_file(&path).help(help)];
    let (day, slug) = match new.contains('/') {
        false => (article.when.day, new.to_string()),
        true => parts(&config.article_url, new, article.when.day).ok_or_else(|| {
            let pattern = &config.article_url;
            refuse(
                format!("`{new}` is not an address of an article: they are like {pattern}"),
                "write a slug or an address",
            )
        })?,
    };
    if !is_sound(&slug) {
        return Err(refuse(format!("`{slug}` cannot be part of a URL"), "use letters, digits and hyphens"));
    }
    let mut edits: Vec<(&'static str, String)> = Vec::new();
    if day != article.when.day {
        let date = match article.when.has_time {
            false => day.to_string(),
            true => {
                let then = article.when.instant.to_zoned(config.time_zone.clone());
                let moved = day.to_datetime(then.time()).to_zoned(config.time_zone.clone());
                moved.map_or(day.to_string(), |at| content::dates::rfc3339(&at))
            }
        };
        edits.push(("date", date));
    }
    if slug != article.slug {
        edits.push(("slug", slug.clone()));
    }
    let text = source::read_text(&options.site, &path).map_err(|d| vec![*d])?;
    let mut edited = text.clone();
    for (key, value) in &edits {
        edited = edit::set(&edited, &split(&path, &edited)?, key, value);
    }
    edited = edit::add(&edited, &split(&path, &edited)?, &["aliases", "redirect_from"], &from);
    // Whatever shape the front matter has: only what reads as it was meant is written.
    let meant = article::load(&path, edited.as_bytes(), config, &mut Visible::off()).value.filter(|a| {
        let mut aliases = article.aliases.clone();
        aliases.push(from.trim_matches('/').to_string());
        aliases.dedup();
        (a.when.day, &a.slug, &a.aliases) == (day, &slug, &aliases)
            && a.title == article.title
            && a.tags == article.tags
    });
    let Some(moved) = meant else { return Err(by_hand(&path, &from)) };
    let to = archive::article_url(&moved, config);
    if to == from {
        return Err(refuse(format!("{from} is its address already"), "name another one"));
    }
    let taken = archive.about.iter().position(|a| a.url == to).map(|i| archive.articles[i].prose.path.to_string());
    if let Some(other) = taken {
        return Err(refuse(format!("{to} is the address of {other}"), "choose another slug"));
    }
    write(&options.site, &path, &text, &edited)?;
    Ok(Moved { path, from, to })
}

fn move_entity(
    options: &Options,
    config: &Config,
    archive: &Archive,
    id: EntityId,
    new: &str,
) -> Result<Moved, Vec<Diagnostic>> {
    let entity = archive.entity(id);
    let (from, kind) = (entity.url(), entity.kind);
    let slug = new.trim_matches('/');
    let slug = slug.strip_prefix(&format!("{}/", kind.plural())).unwrap_or(slug);
    let Some(record) = archive.record(id) else {
        let d = Diagnostic::error(Code::UnknownReference, format!("{from} has no record to be changed"));
        let folder = kind.folder(config);
        return Err(vec![d.help(format!(
            "write {folder}/{slug}.md with `name: \"{}\"` and `former_slugs: [{}]`",
            entity.name, entity.slug
        ))]);
    };
    let path = record.prose.path.to_string();
    let refuse =
        |message: String, help: &str| vec![Diagnostic::error(Code::BadSlug, message).in_file(&path).help(help)];
    if !is_sound(slug) {
        return Err(refuse(format!("`{slug}` cannot be part of a URL"), "use letters, digits and hyphens"));
    }
    if slug == entity.slug {
        return Err(refuse(format!("{from} is its address already"), "name another one"));
    }
    let to = format!("/{}/{slug}/", kind.plural());
    if archive.of_kind(kind).any(|other| archive.entity(other).slug == slug) {
        return Err(refuse(format!("{to} is another {}'s address", kind.singular()), "choose another slug"));
    }
    let text = source::read_text(&options.site, &path).map_err(|d| vec![*d])?;
    let edited = edit::set(&text, &split(&path, &text)?, "slug", slug);
    let edited = edit::add(&edited, &split(&path, &edited)?, &["former_slugs"], &entity.slug);
    let meant = content::record::load(kind, &path, edited.as_bytes(), config).value.is_some_and(|r| {
        r.slug == slug && r.former_slugs.contains(&entity.slug) && r.name == record.name && r.aliases == record.aliases
    });
    if !meant {
        return Err(by_hand(&path, &from));
    }
    write(&options.site, &path, &text, &edited)?;
    Ok(Moved { path, from, to })
}

/// The day and slug that an address names by the site's pattern; what it does not name stays.
fn parts(pattern: &str, address: &str, day: Date) -> Option<(Date, String)> {
    let address = content::links::percent_decoded(address);
    let (mut pattern, mut rest) = (pattern.trim_matches('/'), address.trim_matches('/'));
    let (mut year, mut month, mut of_month) = (day.year(), day.month(), day.day());
    let mut slug = None;
    while let Some((before, after)) = pattern.split_once('{') {
        rest = rest.strip_prefix(before)?;
        let (name, after) = after.split_once('}')?;
        let length = match name {
            "year" => 4,
            "month" | "day" => 2,
            _ => rest.find('/').unwrap_or(rest.len()),
        };
        let (value, left) = rest.split_at_checked(length)?;
        match name {
            "year" => year = value.parse().ok()?,
            "month" => month = value.parse().ok()?,
            "day" => of_month = value.parse().ok()?,
            _ => slug = Some(value.to_string()),
        }
        (pattern, rest) = (after, left);
    }
    (pattern == rest).then_some(())?;
    Some((Date::new(year, month, of_month).ok()?, slug?))
}

fn split<'t>(path: &str, text: &'t str) -> Result<fence::Split<'t>, Vec<Diagnostic>> {
    fence::split(path, text).map_err(|d| vec![*d])
}

fn by_hand(path: &str, from: &str) -> Vec<Diagnostic> {
    let d = Diagnostic::error(Code::Yaml, "this front matter has a shape that `dateline move` cannot change safely");
    vec![d.in_file(path).help(format!("change `slug` by hand and add `{from}` to `aliases`"))]
}

fn write(site: &Path, path: &str, before: &str, after: &str) -> Result<(), Vec<Diagnostic>> {
    let failed = |e: std::io::Error| {
        let d = Diagnostic::error(Code::Output, format!("this file cannot be written: {}", reason(&e)));
        vec![d.in_file(path).help("check its permissions; nothing was changed")]
    };
    // An editor may have saved it meanwhile.
    if source::read_text(site, path).map_err(|d| vec![*d])? != before {
        let d = Diagnostic::error(Code::Unreadable, "this file changed while it was being moved").in_file(path);
        return Err(vec![d.help("try again")]);
    }
    let file = site.join(path);
    let new = site.join(format!("{path}.dateline-new"));
    std::fs::write(&new, after)
        .and_then(|()| std::fs::set_permissions(&new, std::fs::metadata(&file)?.permissions()))
        .and_then(|()| std::fs::rename(&new, &file))
        .map_err(|e| {
            let _ = std::fs::remove_file(&new);
            failed(e)
        })
}
