//! Two people become one: what one record and its articles say goes to the other, and the old address leads there.
//!
//! Files are edited as text, so that comments and order stay; every edited file is read again before anything is
//! written, and must say what it should.

use crate::archive::EntityId;
use crate::build::Survey;
use crate::content::scalar::scalar;
use crate::content::slug::fold;
use crate::content::{EntityKind, Record, record};
use std::io;
use std::path::Path;

/// One file that changes.
#[derive(Clone, Debug)]
pub struct Change {
    /// Relative to the site.
    pub path: String,
    /// Its text now.
    pub before: String,
    /// Its text then; `None` if it is deleted.
    pub after: Option<String>,
}

/// What makes `from` a part of `into`; both are ids, slugs, names or aliases.
///
/// Errors: why it cannot be done, and what to do first.
pub fn plan(survey: &Survey, from: &str, into: &str) -> Result<Vec<Change>, String> {
    let archive = &survey.archive;
    let find = |name: &str| {
        let wanted = fold(name);
        archive.of_kind(EntityKind::Person).find(|id| {
            let entity = archive.entity(*id);
            let record = archive.record(*id);
            fold(&entity.name) == wanted
                || entity.slug == name
                || record.is_some_and(|r| r.id == name || r.aliases.iter().any(|a| fold(a) == wanted))
        })
    };
    let unknown = |name: &str| format!("nobody here is called `{name}`; `dateline people list` shows everybody");
    let source: EntityId = find(from).ok_or_else(|| unknown(from))?;
    let target: EntityId = find(into).ok_or_else(|| unknown(into))?;
    if source == target {
        return Err(format!("`{from}` and `{into}` are the same person already"));
    }
    let keep = archive
        .record(target)
        .ok_or_else(|| format!("`{into}` has no record to take the other name in: write one first"))?;
    let old = archive.record(source);
    let old_entity = archive.entity(source);
    let read = |path: &str| survey.text(path).map_err(|d| format!("{path}: {}", d.message));

    let mut aliases = vec![old_entity.name.clone()];
    let mut slugs = vec![old_entity.slug.clone()];
    let mut changes = Vec::new();
    if let Some(old) = old {
        aliases.extend(old.aliases.iter().cloned());
        slugs.extend(old.former_slugs.iter().cloned());
        let more = left_over(old);
        if !more.is_empty() {
            return Err(format!(
                "{} says more than names ({}): move that to {} first, or delete it",
                old.prose.path,
                more.join(", "),
                keep.prose.path
            ));
        }
        changes.push(Change { path: old.prose.path.to_string(), before: read(&old.prose.path)?, after: None });
    }
    aliases.retain(|a| fold(a) != fold(&keep.name) && !keep.aliases.iter().any(|k| fold(k) == fold(a)));
    slugs.retain(|s| *s != keep.slug && !keep.former_slugs.contains(s));
    let before = read(&keep.prose.path)?;
    let after = add_items(&add_items(&before, "aliases", &aliases)?, "former_slugs", &slugs)?;
    let reread = record::load(EntityKind::Person, &keep.prose.path, after.as_bytes(), &survey.config).value;
    let sound = reread.is_some_and(|r| {
        r.name == keep.name
            && aliases.iter().all(|a| r.aliases.contains(a))
            && slugs.iter().all(|s| r.former_slugs.contains(s))
    });
    if !sound {
        return Err(format!(
            "{} is written in a way that cannot be edited safely: add the aliases by hand",
            keep.prose.path
        ));
    }
    changes.push(Change { path: keep.prose.path.to_string(), before, after: Some(after) });

    let mut spellings: Vec<String> = vec![old_entity.name.clone()];
    spellings.extend(old.into_iter().flat_map(|r| [r.id.clone(), r.slug.clone()].into_iter().chain(r.aliases.clone())));
    let spelt: Vec<String> = spellings.iter().map(|s| fold(s)).collect();
    let all = archive.articles.iter().map(|a| (&a.prose.path, &a.people, &a.people_exclude));
    for (path, people, excluded) in all {
        let written: Vec<&String> = people.iter().chain(excluded).filter(|p| spelt.contains(&fold(p))).collect();
        if written.is_empty() {
            continue;
        }
        let before = read(path)?;
        let mut after = before.clone();
        for name in written {
            for key in ["people", "people_exclude"] {
                after = replace_item(&after, key, name, &keep.name);
            }
        }
        if after == before {
            return Err(format!("{path} names the person in a way that cannot be edited safely: change it by hand"));
        }
        changes.push(Change { path: path.to_string(), before, after: Some(after) });
    }
    Ok(changes)
}

/// What a record says that would be lost with it.
fn left_over(record: &Record) -> Vec<&'static str> {
    let all = [
        ("a text", !record.prose.is_empty()),
        ("roles", !record.roles.is_empty()),
        ("names", !record.names.is_empty()),
        ("same_as", !record.same_as.is_empty()),
        ("born", record.born.is_some()),
        ("died", record.died.is_some()),
        ("image", record.image.is_some()),
        ("summary", !record.summary.is_empty()),
        ("other keys", !record.extra.is_empty()),
    ];
    all.into_iter().filter(|(_, is)| *is).map(|(what, _)| what).collect()
}

/// Writes the changes; deletions last, so that nothing is lost on the way.
pub fn apply(site: &Path, changes: &[Change]) -> io::Result<()> {
    for change in changes {
        if let Some(after) = &change.after {
            let path = site.join(&change.path);
            let new = path.with_extension("dateline-new");
            std::fs::write(&new, after)?;
            std::fs::rename(new, path)?;
        }
    }
    for change in changes.iter().filter(|c| c.after.is_none()) {
        std::fs::remove_file(site.join(&change.path))?;
    }
    Ok(())
}

/// The lines of a front matter: where they start and end in the text.
fn fences(text: &str) -> Option<(usize, usize)> {
    let start = text.find("---")? + text[text.find("---")?..].find('\n')? + 1;
    let end = text[start..].match_indices("\n---").map(|(i, _)| start + i + 1).next();
    Some((start, end.unwrap_or(text.len())))
}

/// The part of a text that a top-level key and its value take.
fn place_of(text: &str, key: &str) -> Option<(usize, usize)> {
    let (start, end) = fences(text)?;
    let mut at = start;
    let mut found = None;
    for line in text[start..end].split_inclusive('\n') {
        let top = !line.starts_with([' ', '\t', '-', '#', ']', '}']) && !line.trim().is_empty();
        if found.is_some() && top {
            return found.map(|from| (from, at));
        }
        if top && line.split_once(':').is_some_and(|(name, _)| name.trim().trim_matches(['"', '\'']) == key) {
            found = Some(at);
        }
        at += line.len();
    }
    found.map(|from| (from, at))
}

/// Adds items to a list of a front matter, which is made if there is none.
fn add_items(text: &str, key: &str, items: &[String]) -> Result<String, String> {
    if items.is_empty() {
        return Ok(text.to_string());
    }
    let items: Vec<String> = items.iter().map(|i| scalar(i)).collect();
    let Some((from, to)) = place_of(text, key) else {
        let (_, end) = fences(text).ok_or("the record has no front matter")?;
        return Ok(format!("{}{key}: [{}]\n{}", &text[..end], items.join(", "), &text[end..]));
    };
    let value = &text[from..to];
    let edited = if let Some(close) = value.rfind(']') {
        let empty = value[..close].trim_end().ends_with('[');
        format!("{}{}{}{}", &value[..close], if empty { "" } else { ", " }, items.join(", "), &value[close..])
    } else if value.contains("\n- ") || value.contains("\n  - ") {
        let indent = if value.contains("\n- ") { "" } else { "  " };
        let lines: String = items.iter().map(|i| format!("{indent}- {i}\n")).collect();
        format!("{}\n{lines}", value.trim_end())
    } else {
        // One text alone.
        let one = value.split_once(':').map_or("", |(_, v)| v.trim());
        let one = if one.is_empty() { String::new() } else { format!("{one}, ") };
        format!("{key}: [{one}{}]\n", items.join(", "))
    };
    Ok(format!("{}{edited}{}", &text[..from], &text[to..]))
}

/// Replaces an item of a list, or the single text that stands for a list.
fn replace_item(text: &str, key: &str, from: &str, to: &str) -> String {
    let Some((start, end)) = place_of(text, key) else { return text.to_string() };
    let value = &text[start..end];
    let to = scalar(to);
    for written in [format!("\"{from}\""), format!("'{}'", from.replace('\'', "''")), from.to_string()] {
        let bound = |c: Option<char>| c.is_none_or(|c| matches!(c, '[' | ']' | ',' | ' ' | '\n' | '\r' | '\t'));
        let place = value.match_indices(&written).find(|(at, _)| {
            bound(value[..*at].chars().next_back())
                && value[at + written.len()..]
                    .trim_start_matches(' ')
                    .chars()
                    .next()
                    .is_none_or(|c| matches!(c, ']' | ',' | '\n' | '\r' | '#'))
                && matches!(value[..*at].trim_end_matches(' ').chars().next_back(), Some('[' | ',' | ':' | '-' | '\n'))
        });
        if let Some((at, _)) = place {
            return format!("{}{}{to}{}{}", &text[..start], &value[..at], &value[at + written.len()..], &text[end..]);
        }
    }
    text.to_string()
}
