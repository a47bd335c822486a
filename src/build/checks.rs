//! What is wrong with a site as a whole, before a page of it is rendered: two things in one place, and ways that lead nowhere.

use super::emit::Wanted;
use super::source;
use crate::archive::Archive;
use crate::config::{self, Config};
use crate::diagnostics::{Code, Diagnostic};
use crate::pages::{self, Page, Plan};
use jiff::Timestamp;
use rapidhash::RapidHashSet;
use rayon::prelude::*;

/// A file of the output cannot be a folder of it as well.
pub(super) fn folders(archive: &Archive, pages: &[Page], wanted: &[Wanted], problems: &mut Vec<Diagnostic>) {
    // Nearly every file is a folder's `index.html`, and nothing lies below one of those unless its name says so.
    const INDEX: &str = "/index.html/";
    let is_index = |url: &str| url.ends_with('/');
    let mut files: RapidHashSet<&str> = wanted.iter().map(|w| w.file.as_str()).collect();
    files.extend(pages.iter().filter(|p| !is_index(&p.url)).map(|p| p.url.trim_start_matches('/')));
    if pages.iter().any(|p| p.url.contains(INDEX)) || wanted.iter().any(|w| w.file.contains(&INDEX[1..])) {
        return all_folders(archive, pages, wanted, problems);
    }
    let below = |file: &str| file.match_indices('/').any(|(at, _)| files.contains(&file[..at]));
    let clash = |p: &Page| below(p.url.trim_start_matches('/'));
    if pages.par_iter().any(clash) || wanted.iter().any(|w| below(&w.file)) {
        all_folders(archive, pages, wanted, problems);
    }
}

/// Names every file that would lie in a file.
fn all_folders(archive: &Archive, pages: &[Page], wanted: &[Wanted], problems: &mut Vec<Diagnostic>) {
    let files: Vec<String> = pages.iter().map(|p| pages::file_of(&p.url)).collect();
    let all: RapidHashSet<&str> = files.iter().chain(wanted.iter().map(|w| &w.file)).map(String::as_str).collect();
    let above = |file: &str| {
        file.match_indices('/').map(|(at, _)| file[..at].to_string()).find(|folder| all.contains(folder.as_str()))
    };
    let of_page = |p: &Page| p.kind().source(archive, p);
    let of_file = |w: &Wanted| w.source().map(|path| pages::Source { path: path.to_string(), span: None });
    let sources = pages.iter().map(of_page).chain(wanted.iter().map(of_file));
    let names = files.iter().chain(wanted.iter().map(|w| &w.file));
    for (file, source) in names.zip(sources) {
        if let Some(folder) = above(file) {
            let message = format!("/{folder} would be a file, and /{file} would lie in it");
            let d = Diagnostic::error(Code::UrlCollision, message).help("rename one of the two");
            problems.push(match source {
                Some(source) => source.blame(d),
                None => d,
            });
        }
    }
}

/// Where the menu leads.
pub(super) fn menu(config: &Config, plan: &Plan, files: &source::Files, problems: &mut Vec<Diagnostic>) {
    for item in config.menu.iter().filter(|item| item.url.starts_with('/')) {
        let url = item.url.split(['?', '#']).next().unwrap_or("");
        let there = plan.find(url).is_some() || files.statics.iter().any(|f| f.url == url);
        if !there {
            let d = Diagnostic::new(
                Code::LinkBroken,
                config.links_broken,
                format!("the menu's `{}` leads to nothing", item.url),
            );
            problems.push(d.in_file(config::FILE).help("name a page of the site, with `/` at both ends"));
        }
    }
}

/// Whether every old address leads to something.
pub(super) fn redirects(archive: &Archive, plan: &Plan, files: &source::Files, problems: &mut Vec<Diagnostic>) {
    for redirect in archive.redirects.iter().filter(|r| r.to.starts_with('/')) {
        let to = redirect.to.split(['?', '#']).next().unwrap_or("");
        let there = plan.find(to).is_some() || files.statics.iter().any(|f| f.url == to);
        if !there {
            let message = format!("the old address `{}` leads to `{}`, which is nothing", redirect.from, redirect.to);
            let d = Diagnostic::error(Code::RedirectNowhere, message).in_file(&*redirect.path);
            let d = redirect.span.clone().map_or(d.clone(), |span| d.at_bytes(span));
            problems.push(d.help("let it lead to a page of the site, with `/` at both ends"));
        }
    }
}

/// A security.txt that is out of date says so to everybody who looks for it.
pub(super) fn security(config: &Config, as_of: Timestamp, problems: &mut Vec<Diagnostic>) {
    if config.machines.security.as_ref().is_some_and(|s| s.expires <= as_of) {
        let d = Diagnostic::warning(Code::SecurityExpired, "what security.txt says is out of date");
        problems.push(d.in_file(config::FILE).help("check the contacts under [security], then set `expires` anew"));
    }
}
