//! One look into every text of an archive: pictures without words, articles that are nearly one, addresses on the web.

use super::alike;
use super::check::{Finding, Kind};
use super::external::Address;
use crate::build::Survey;
use crate::content::fence;
use crate::content::links::{Target, parse};
use crate::content::outward::outward;
use crate::diagnostics::Place;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What was found.
#[derive(Default)]
pub struct Found {
    /// What is worth a look, in order.
    pub findings: Vec<Finding>,
    /// Every address outside the site, by address.
    pub addresses: Vec<Address>,
}

/// What one file has.
#[derive(Default)]
struct One {
    findings: Vec<Finding>,
    addresses: Vec<(String, String, Place)>,
    bits: Option<u64>,
}

/// Reads every text of an archive.
pub fn look(survey: &Survey) -> Found {
    let archive = &survey.archive;
    let mut documents: Vec<(&str, Vec<&str>)> = Vec::new();
    for article in &archive.articles {
        let mut urls: Vec<&str> = article.sources.iter().filter_map(|s| s.url.as_deref()).collect();
        urls.extend(article.authors.iter().filter_map(|a| a.url.as_deref()));
        urls.extend(article.canonical_url.as_deref());
        urls.extend(article.translations.values().map(String::as_str));
        urls.extend(article.image.iter().map(|i| i.src.as_str()));
        documents.push((&article.prose.path, urls));
    }
    for record in archive.records.iter().filter(|r| !r.suppress && !r.draft) {
        let mut urls: Vec<&str> = record.same_as.iter().map(String::as_str).collect();
        urls.extend(record.url.as_deref());
        urls.extend(record.image.iter().map(|i| i.src.as_str()));
        documents.push((&record.prose.path, urls));
    }
    documents.extend(archive.briefings.iter().map(|b| (&*b.prose.path, Vec::new())));
    documents.extend(archive.standing.iter().map(|s| (&*s.prose.path, Vec::new())));
    let all: Vec<One> = documents
        .par_iter()
        .enumerate()
        .map(|(i, (path, urls))| one(survey, path, urls, i < archive.articles.len()))
        .collect();
    let texts: Vec<_> = archive.articles.iter().zip(&all).map(|(a, one)| (a.when.day, one.bits)).collect();
    let mut found = Found::default();
    for (later, earlier) in alike::pairs(&texts) {
        let (a, b) = (&archive.articles[later], &archive.articles[earlier]);
        found.findings.push(Finding {
            kind: Kind::NearlyOneText,
            subject: a.title.text.clone(),
            detail: format!("{} is nearly the same", b.prose.path),
            path: a.prose.path.to_string(),
            line: None,
        });
    }
    let mut by_url: BTreeMap<String, Vec<(String, Place)>> = BTreeMap::new();
    for one in all {
        found.findings.extend(one.findings);
        for (url, path, place) in one.addresses {
            by_url.entry(url).or_default().push((path, place));
        }
    }
    found.findings.sort();
    found.addresses = by_url.into_iter().map(|(url, places)| Address { url, places }).collect();
    found
}

fn one(survey: &Survey, path: &str, urls: &[&str], article: bool) -> One {
    let mut one = One::default();
    // What cannot be read is a problem that was told already.
    let Ok(text) = survey.text(path) else { return one };
    let own = format!("{}{}", survey.config.origin, survey.config.base_path);
    let mut keep = |to: &str, range: std::ops::Range<usize>| {
        let to = to.trim();
        let url = if to.starts_with("//") { format!("https:{to}") } else { to.to_string() };
        let url = url.split('#').next().unwrap_or("").to_string();
        let web = url.starts_with("https://") || url.starts_with("http://");
        // What is at the site's own address is what is built here, or was published there.
        let ours = url.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        if web && !ours {
            one.addresses.push((url, path.to_string(), Place::of(&text, range)));
        }
    };
    for url in urls.iter().filter(|url| parse(url) == Target::External) {
        let at = text.find(url).unwrap_or(0);
        keep(url, at..at + url.len());
    }
    let found = outward(path, &text, &survey.config.markdown);
    found.iter().filter(|o| o.external).for_each(|o| keep(&o.to, o.range.clone()));
    one.findings = found
        .into_iter()
        .filter(|o| o.silent)
        .map(|o| Finding {
            kind: Kind::ImageWithoutAlt,
            subject: o.to,
            detail: "write what it shows between the brackets".to_string(),
            path: path.to_string(),
            line: Some(Place::of(&text, o.range).line),
        })
        .collect();
    if article {
        one.bits = fence::split(path, &text).ok().and_then(|split| alike::bits(&text[split.body_start..]));
    }
    one
}
