//! Addresses outside the site: which still answer. Asked politely: one request at a time for each host, with a pause after
//! it; good answers are remembered; a host that asks for patience is left alone.
//!
//! Here is who is asked when, and what an answer means. How the web is asked is in `web`, which a program that was built
//! without the feature `net` does not have.

#![cfg_attr(not(feature = "net"), allow(dead_code, unused_imports, reason = "nobody is asked"))]

mod cache;
#[cfg(feature = "net")]
mod web;

pub use cache::{Cache, FILE};

use super::check::{Finding, Kind};
use crate::build::Progress;
use crate::diagnostics::{Code, Diagnostic, Place};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

/// An address, without `#fragment`, and where it stands.
#[derive(Clone, Debug)]
pub struct Address {
    /// `https://…` or `http://…`.
    pub url: String,
    /// The files that have it, in order.
    pub places: Vec<(String, Place)>,
}

/// How politely the web is asked.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many hosts are asked at once; each has one request at a time.
    pub hosts_at_once: usize,
    /// How long a host is left alone after a request.
    pub pause: Duration,
    /// How long an answer may take.
    pub timeout: Duration,
    /// How long a host's `Retry-After` is waited for; what asks for more is not asked again in this run.
    pub patience: Duration,
    /// How old a good answer may be to be believed without asking again.
    pub max_age: Duration,
    /// Addresses that are not asked: each from its start, `*` for anything.
    pub ignore: Vec<String>,
    /// A file with certificates of authorities that are believed in place of those that browsers know.
    pub certificates: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hosts_at_once: 8,
            pause: Duration::from_secs(1),
            timeout: Duration::from_secs(20),
            patience: Duration::from_secs(60),
            max_age: Duration::from_secs(7 * 86_400),
            ignore: Vec::new(),
            certificates: None,
        }
    }
}

/// What became of one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is there.
    Fine,
    /// It is there, and has moved for good to this address.
    Moved(String),
    /// It is not there.
    Broken(String),
    /// It cannot be told now.
    Unsure(String),
}

/// A host's word about itself: no more questions for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leave(pub String);

/// What asking gave.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Asked {
    /// Addresses in the texts.
    pub addresses: usize,
    /// Those that were asked now.
    pub asked: usize,
    /// Those that were known from an earlier run.
    pub remembered: usize,
    /// Those that `external_ignore` names.
    pub ignored: usize,
    /// Errors and warnings.
    #[serde(skip)]
    pub problems: Vec<Diagnostic>,
    /// What has moved.
    #[serde(skip)]
    pub findings: Vec<Finding>,
}

/// Whether an address matches a pattern of `external_ignore`: from its start, `*` for anything.
pub fn matches(pattern: &str, url: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = url.strip_prefix(parts.next().unwrap_or("")) else { return false };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

/// The host of an address, with its port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    authority.rsplit('@').next().unwrap_or(authority)
}

/// Asks the web about addresses, unless a good answer of an earlier run is young enough. `now` is the clock.
#[cfg(feature = "net")]
pub fn ask(
    addresses: &[Address],
    settings: &Settings,
    cache: &mut Cache,
    now: &(dyn Fn() -> Timestamp + Sync),
    progress: &dyn Progress,
) -> Asked {
    let mut asked = Asked { addresses: addresses.len(), ..Asked::default() };
    let web = match web::Web::new(settings) {
        Ok(web) => web,
        Err(why) => {
            let help = "name a file of certificates in PEM, or unset it";
            asked.problems.push(Diagnostic::error(Code::LinkExternal, why).help(help));
            return asked;
        }
    };
    let mut verdicts: BTreeMap<&str, Verdict> = BTreeMap::new();
    let mut hosts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for address in addresses {
        if settings.ignore.iter().any(|pattern| matches(pattern, &address.url)) {
            asked.ignored += 1;
        } else if let Some(known) = cache.known(&address.url, now(), settings.max_age) {
            asked.remembered += 1;
            verdicts.insert(&address.url, known);
        } else {
            asked.asked += 1;
            hosts.entry(host(&address.url).to_lowercase()).or_default().push(&address.url);
        }
    }
    progress.phase("Asking", asked.asked);
    let of_host: Vec<usize> = hosts.values().map(Vec::len).collect();
    let queue: Mutex<VecDeque<Vec<&str>>> = Mutex::new(hosts.into_values().collect());
    let answers: Mutex<Vec<(&str, Verdict)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..settings.hosts_at_once.min(of_host.len()) {
            scope.spawn(|| {
                let next = || queue.lock().ok()?.pop_front();
                while let Some(urls) = next() {
                    ask_host(&web, &urls, settings, now, &|url, verdict| {
                        progress.step();
                        if let Ok(mut answers) = answers.lock() {
                            answers.push((url, verdict));
                        }
                    });
                }
            });
        }
    });
    let answers = answers.into_inner().unwrap_or_default();
    let at = now();
    answers.iter().for_each(|(url, verdict)| cache.learn(url, verdict, at));
    // Nobody at all answers: that is about this machine, not about the addresses.
    let silent = |v: &Verdict| matches!(v, Verdict::Broken(why) | Verdict::Unsure(why) if web::is_silence(why));
    if of_host.len() > 1 && answers.iter().all(|(_, v)| silent(v)) {
        let d = Diagnostic::error(Code::LinkExternal, format!("none of {} hosts can be reached", of_host.len()));
        asked.problems.push(d.help("see whether this machine is on the network, then check again"));
    } else {
        verdicts.extend(answers);
    }
    for address in addresses {
        if let Some(verdict) = verdicts.get(address.url.as_str()) {
            say(address, verdict, &mut asked);
        }
    }
    asked
}

/// Asks about the addresses of one host, one after the other.
#[cfg(feature = "net")]
fn ask_host<'u>(
    web: &web::Web,
    urls: &[&'u str],
    settings: &Settings,
    now: &(dyn Fn() -> Timestamp + Sync),
    tell: &dyn Fn(&'u str, Verdict),
) {
    let mut left: Option<Leave> = None;
    for (i, url) in urls.iter().enumerate() {
        if let Some(Leave(why)) = &left {
            tell(url, Verdict::Unsure(why.clone()));
            continue;
        }
        if i > 0 {
            std::thread::sleep(settings.pause);
        }
        match web.ask(url, settings, now) {
            Ok(verdict) => tell(url, verdict),
            Err(leave) => {
                tell(url, Verdict::Unsure(leave.0.clone()));
                left = Some(leave);
            }
        }
    }
}

fn say(address: &Address, verdict: &Verdict, asked: &mut Asked) {
    let Address { url, places } = address;
    let Some((path, place)) = places.first() else { return };
    let others = match places.len() - 1 {
        0 => None,
        1 => Some("it stands in one more place".to_string()),
        n => Some(format!("it stands in {n} more places")),
    };
    let problem = |d: Diagnostic, help: &str| {
        let d = d.in_file(path.clone()).at_place(place.clone()).help(help);
        others.iter().fold(d, |d, others| d.note(others.clone()))
    };
    match verdict {
        Verdict::Fine => {}
        Verdict::Moved(to) => asked.findings.push(Finding {
            kind: Kind::Moved,
            subject: url.clone(),
            detail: format!("for good, to {to}"),
            path: path.clone(),
            line: Some(place.line),
        }),
        Verdict::Broken(why) => {
            let d = Diagnostic::error(Code::LinkExternal, format!("`{url}` {why}"));
            asked.problems.push(problem(d, "mend the address, or name it under `external_ignore` in [check]"));
        }
        Verdict::Unsure(why) => {
            let d = Diagnostic::warning(Code::LinkExternal, format!("`{url}` {why}"));
            asked.problems.push(problem(d, "look at it in a browser, or check again later"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_from_the_start() {
        for (pattern, url, is) in [
            ("https://a.example/", "https://a.example/x", true),
            ("https://a.example/", "https://b.example/?https://a.example/", false),
            ("https://*.example/private", "https://a.example/private/x", true),
            ("*/login", "https://a.example/en/login?x", true),
            ("https://a.example/*.pdf", "https://a.example/x.html", false),
        ] {
            assert_eq!(matches(pattern, url), is, "{pattern} {url}");
        }
        assert_eq!(host("https://u@A.example:8080/x?y"), "A.example:8080");
    }
}
