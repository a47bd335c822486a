//! Old addresses: aliases of articles and standing pages, former slugs of records, and the table `[redirects]` of
//! site.toml. Chains are followed to their end here, once: no reader is sent from one old address to the next.

use super::{About, Entity};
use crate::config::{Config, FILE};
use crate::content::{Article, Record, Standing};
use crate::diagnostics::{Code, Diagnostic};
use rapidhash::RapidHashMap;
use std::ops::Range;
use std::sync::Arc;

/// One old address.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// The old path.
    pub from: String,
    /// Where it leads in the end: a path of the site, or a full URL.
    pub to: String,
    /// The file that says so.
    pub path: Arc<str>,
    /// The bytes of it that do, where they are known.
    pub span: Option<Range<u32>>,
}

/// Every old address of the site, by path.
pub fn collect(
    articles: &[Arc<Article>],
    about: &[About],
    entities: &[Entity],
    records: &[Arc<Record>],
    standing: &[Arc<Standing>],
    config: &Config,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Redirect> {
    let mut all: Vec<Redirect> = Vec::new();
    for (article, about) in articles.iter().zip(about) {
        for alias in article.aliases.iter().map(|a| address(a)).filter(|a| *a != about.url) {
            let span = Some(article.address_spans[1].clone());
            all.push(Redirect { from: alias, to: about.url.clone(), path: article.prose.path.clone(), span });
        }
    }
    for entity in entities {
        let Some(record) = entity.record.map(|r| &records[r as usize]) else { continue };
        for slug in record.former_slugs.iter().filter(|s| **s != record.slug) {
            let from = format!("/{}/{slug}/", entity.kind.plural());
            all.push(Redirect { from, to: entity.url(), path: record.prose.path.clone(), span: None });
        }
    }
    for page in standing {
        for alias in page.aliases.iter().map(|a| address(a)).filter(|a| *a != page.url) {
            all.push(Redirect { from: alias, to: page.url.clone(), path: page.prose.path.clone(), span: None });
        }
    }
    let file: Arc<str> = FILE.into();
    for r in &config.machines.redirects {
        all.push(Redirect { from: r.from.clone(), to: r.to.clone(), path: file.clone(), span: Some(r.span.clone()) });
    }
    follow(&mut all, problems);
    // Of two with one address both are planned, and that is an error there.
    all.sort_by(|a, b| (&a.from, &a.path).cmp(&(&b.from, &b.path)));
    all
}

/// Replaces where each leads by where that leads in the end; those that lead in a circle are errors and left out.
fn follow(all: &mut Vec<Redirect>, problems: &mut Vec<Diagnostic>) {
    let next: RapidHashMap<String, String> = all.iter().map(|r| (r.from.clone(), r.to.clone())).collect();
    all.retain_mut(|redirect| {
        let mut way = vec![redirect.from.clone()];
        while let Some(further) = next.get(&redirect.to) {
            way.push(std::mem::replace(&mut redirect.to, further.clone()));
            if way.contains(&redirect.to) {
                way.push(redirect.to.clone());
                let message = format!("`{}` leads in a circle: {}", redirect.from, way.join(" → "));
                let d = Diagnostic::error(Code::RedirectLoop, message).in_file(&*redirect.path);
                let d = redirect.span.clone().map_or(d.clone(), |span| d.at_bytes(span));
                problems.push(d.help("let one of them lead to a page"));
                return false;
            }
        }
        // What leads to itself.
        let circle = redirect.from == redirect.to;
        if circle {
            let d = Diagnostic::error(Code::RedirectLoop, format!("`{}` leads to itself", redirect.from));
            problems.push(d.in_file(&*redirect.path).help("let it lead to a page"));
        }
        !circle
    });
}

/// `old/path` is a folder's address, `old/page.html` a file's.
fn address(alias: &str) -> String {
    let is_file = alias.rsplit('/').next().is_some_and(|name| name.ends_with(".html") || name.ends_with(".htm"));
    if is_file { format!("/{alias}") } else { format!("/{alias}/") }
}
