//! What hosts take, and whether the output is more. Said after a build, before somebody tries to send it.
//!
//! Hosts change their limits; each row says where it was read. The figures are those of plans that cost nothing.

use super::ledger::{Output, Store};
use crate::archive::Archive;
use crate::config::{Config, FILE, Host};
use crate::diagnostics::{Code, Diagnostic};
use rapidhash::RapidHashMap;

/// What one host takes; nothing where it names no limit.
pub struct Limits {
    /// The host.
    pub host: Host,
    /// Files in all.
    pub files: Option<usize>,
    /// Files in one folder.
    pub files_in_a_folder: Option<usize>,
    /// Bytes of one file.
    pub file: Option<u64>,
    /// Bytes in all.
    pub all: Option<u64>,
    /// Redirects.
    pub redirects: Option<usize>,
    /// Where that was read, in November 2026.
    pub source: &'static str,
}

const NONE: Limits = Limits {
    host: Host::Nginx,
    files: None,
    files_in_a_folder: None,
    file: None,
    all: None,
    redirects: None,
    source: "",
};

const MIB: u64 = 1 << 20;

/// Every host that has limits.
pub static LIMITS: &[Limits] = &[
    Limits {
        host: Host::Netlify,
        files_in_a_folder: Some(54_000),
        source: "https://docs.netlify.com/site-deploys/overview/",
        ..NONE
    },
    Limits {
        host: Host::Cloudflare,
        files: Some(20_000),
        file: Some(25 * MIB),
        redirects: Some(2_000),
        source: "https://developers.cloudflare.com/pages/platform/limits/",
        ..NONE
    },
    Limits {
        host: Host::GithubPages,
        file: Some(100 * MIB),
        all: Some(1024 * MIB),
        source: "https://docs.github.com/pages/getting-started-with-github-pages/github-pages-limits",
        ..NONE
    },
    Limits {
        host: Host::GitlabPages,
        files: Some(200_000),
        all: Some(1024 * MIB),
        redirects: Some(1_000),
        source: "https://docs.gitlab.com/user/gitlab_com/#gitlab-pages",
        ..NONE
    },
];

/// Everything of the output that is too much for a host of the site.
pub fn check(config: &Config, archive: &Archive, outputs: &Store<Output>) -> Vec<Diagnostic> {
    let hosts = &config.machines.hosting.hosts;
    let limits: Vec<&Limits> = LIMITS.iter().filter(|l| hosts.contains(&l.host)).collect();
    if limits.is_empty() {
        return Vec::new();
    }
    let (mut files, mut all, mut largest) = (0, 0, (0, String::new()));
    let mut folders: RapidHashMap<String, usize> = RapidHashMap::default();
    for (file, output) in outputs.iter() {
        files += 1;
        all += output.stat.size;
        if (output.stat.size, file) > (largest.0, largest.1.as_str()) {
            largest = (output.stat.size, file.to_string());
        }
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        *folders.entry(folder.to_string()).or_default() += 1;
    }
    let fullest = folders.into_iter().max_by(|a, b| (a.1, &b.0).cmp(&(b.1, &a.0))).unwrap_or_default();
    let redirects = archive.redirects.len();
    let mib = |bytes: u64| format!("{} MiB", bytes.div_ceil(MIB));
    let mut found = Vec::new();
    for limits in limits {
        let mut over = |what: String, most: String| {
            let message = format!("{what}: {} takes {most}", limits.host.name());
            let d = Diagnostic::warning(Code::HostLimit, message).in_file(FILE);
            found.push(d.note(format!("as {} says", limits.source)).help("choose another host or a larger plan"));
        };
        if let Some(most) = limits.files.filter(|most| files > *most) {
            over(format!("the output has {files} files"), most.to_string());
        }
        if let Some(most) = limits.files_in_a_folder.filter(|most| fullest.1 > *most) {
            over(format!("the folder /{} has {} files", fullest.0, fullest.1), format!("{most} in a folder"));
        }
        if let Some(most) = limits.file.filter(|most| largest.0 > *most) {
            over(format!("the file /{} has {}", largest.1, mib(largest.0)), format!("{} a file", mib(most)));
        }
        if let Some(most) = limits.all.filter(|most| all > *most) {
            over(format!("the output has {}", mib(all)), mib(most));
        }
        if let Some(most) = limits.redirects.filter(|most| redirects > *most) {
            over(format!("the site has {redirects} old addresses"), format!("{most} redirects"));
        }
    }
    found
}
