//! The tables `[deploy.NAME]` of `site.toml`: where the site is sent to. No secret has a place here.

use super::{FILE, Problems};
use crate::diagnostics::{Code, Diagnostic, nearest};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// One place that the site is sent to.
#[derive(Clone, Debug)]
pub struct Deploy {
    /// What it is called in `site.toml` and on the command line.
    pub name: String,
    /// What and where it is.
    pub to: Destination,
    /// `Cache-Control` of what may change: pages, feeds, data.
    pub cache: String,
    /// Whether text is sent compressed, with `Content-Encoding: gzip`.
    pub compress: bool,
    /// The share of the target's files, from 0 to 1, that one deploy may delete without being told to.
    pub max_deletes: f64,
    /// Paths that are sent though they look like keys or are dot-files.
    pub allow: Vec<String>,
}

/// What and where a target is.
#[derive(Clone, Debug)]
pub enum Destination {
    /// An S3-compatible store.
    S3(S3),
    /// A branch of a git repository.
    Git(Git),
    /// A folder on another machine, by SFTP.
    Sftp(Ssh),
    /// A folder on another machine, by rsync over SSH.
    Rsync(Ssh),
    /// A folder of this machine, relative to the site or absolute.
    Folder(String),
}

/// An S3-compatible store.
#[derive(Clone, Debug)]
pub struct S3 {
    /// The bucket.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// Where the store answers: a web address. AWS's own where there is none.
    pub endpoint: Option<String>,
    /// What every key starts with: empty, or with a slash at the end.
    pub prefix: String,
    /// Whether the bucket stands in the path instead of the host name.
    pub path_style: bool,
    /// The profile of `~/.aws/credentials`.
    pub profile: Option<String>,
    /// Whether pages of old addresses become redirects of the store's website endpoint.
    pub website_redirects: bool,
    /// Whether the store knows conditional writes, by which of two deploys at once one is refused.
    pub conditional_writes: bool,
}

/// A branch of a git repository.
#[derive(Clone, Debug)]
pub struct Git {
    /// The repository, as `git push` takes it: a URL, a path, or the name of a remote of the site's own repository.
    pub repository: String,
    /// The branch.
    pub branch: String,
    /// The folder of the branch that the site lies in: empty, or with a slash at the end.
    pub prefix: String,
    /// The domain that `CNAME` names, for hosts that read one.
    pub cname: Option<String>,
}

/// A folder on another machine.
#[derive(Clone, Debug)]
pub struct Ssh {
    /// The host as `ssh` takes it: an alias of `~/.ssh/config`, a host, `user@host`.
    pub host: String,
    /// The port, if not what `ssh` would take.
    pub port: Option<u16>,
    /// The folder that the site lies in.
    pub path: String,
}

enum Kind {
    S3,
    Git,
    Sftp,
    Rsync,
    Folder,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDeploy {
    kind: Option<Spanned<String>>,
    cache: Option<Spanned<String>>,
    compress: Option<Spanned<bool>>,
    max_deletes: Option<Spanned<f64>>,
    #[serde(default)]
    allow: Vec<String>,
    bucket: Option<Spanned<String>>,
    region: Option<Spanned<String>>,
    endpoint: Option<Spanned<String>>,
    prefix: Option<Spanned<String>>,
    path_style: Option<Spanned<bool>>,
    profile: Option<Spanned<String>>,
    website_redirects: Option<Spanned<bool>>,
    conditional_writes: Option<Spanned<bool>>,
    repository: Option<Spanned<String>>,
    branch: Option<Spanned<String>>,
    cname: Option<Spanned<String>>,
    host: Option<Spanned<String>>,
    port: Option<Spanned<u16>>,
    path: Option<Spanned<String>>,
}

pub(super) type Table = BTreeMap<Spanned<String>, RawDeploy>;

const KINDS: &[(&str, Kind, &[&str])] = &[
    (
        "s3",
        Kind::S3,
        &[
            "bucket",
            "region",
            "endpoint",
            "prefix",
            "path_style",
            "profile",
            "website_redirects",
            "conditional_writes",
            "compress",
            "cache",
        ],
    ),
    ("git", Kind::Git, &["repository", "branch", "cname", "prefix"]),
    ("sftp", Kind::Sftp, &["host", "port", "path"]),
    ("rsync", Kind::Rsync, &["host", "port", "path"]),
    ("folder", Kind::Folder, &["path"]),
];

const CACHE: &str = "public, max-age=0, must-revalidate";

pub(super) fn resolve(table: Table, problems: &mut Problems) -> Vec<Deploy> {
    table.into_iter().filter_map(|(name, raw)| one(name, raw, problems)).collect()
}

fn one(name: Spanned<String>, raw: RawDeploy, problems: &mut Problems) -> Option<Deploy> {
    let at = name.span();
    let name = name.into_inner();
    let before = problems.found.len();
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')) {
        problems.add(
            at.clone(),
            format!("`{name}` cannot be the name of a target"),
            "use letters, digits, `-` and `_`",
        );
    }
    let words: Vec<&str> = KINDS.iter().map(|(word, ..)| *word).collect();
    let Some(kind) = &raw.kind else {
        problems.add(
            at,
            format!("[deploy.{name}] does not say what it is"),
            format!("add `kind = \"{}\"`", words.join("\", or \"")),
        );
        return None;
    };
    let Some((word, kind, keys)) = KINDS.iter().find(|(word, ..)| word == kind.get_ref()) else {
        let help = match nearest(kind.get_ref(), words.iter().copied()) {
            Some(word) => format!("did you mean \"{word}\"?"),
            None => format!("use one of \"{}\"", words.join("\", \"")),
        };
        problems.add(kind.span(), format!("`{}` is no kind of target", kind.get_ref()), help);
        return None;
    };
    for (key, span) in given(&raw) {
        if !keys.contains(&key) {
            let help = format!("of its kind there are: {}", keys.join(", "));
            problems.add(span, format!("`{key}` means nothing to a target of kind \"{word}\""), help);
        }
    }
    let mut need = |key: &str, value: &Option<Spanned<String>>, example: &str| match value {
        Some(value) if !value.get_ref().trim().is_empty() => value.get_ref().trim().to_string(),
        _ => {
            let d = Diagnostic::error(Code::Config, format!("[deploy.{name}] needs `{key}`")).in_file(FILE);
            problems.found.push(d.at(problems.text, at.clone()).help(format!("add `{key} = \"{example}\"`")));
            String::new()
        }
    };
    let prefix = raw.prefix.as_ref().map_or("", |p| p.get_ref().as_str());
    let folder = prefix.trim_matches('/');
    let prefix_is_sound = folder.is_empty() || folder.split('/').all(|s| !matches!(s, "" | "." | ".."));
    let prefix_at = raw.prefix.as_ref().map_or(0..0, Spanned::span);
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let text = |value: &Option<Spanned<String>>| value.as_ref().map(|v| v.get_ref().trim().to_string());
    let to = match kind {
        Kind::S3 => {
            let endpoint = text(&raw.endpoint).map(|e| e.trim_end_matches('/').to_string());
            Destination::S3(S3 {
                bucket: need("bucket", &raw.bucket, "news-example"),
                region: text(&raw.region).unwrap_or_else(|| "us-east-1".to_string()),
                prefix,
                path_style: raw.path_style.as_ref().map_or(endpoint.is_some(), |p| *p.get_ref()),
                profile: text(&raw.profile),
                website_redirects: raw.website_redirects.as_ref().map_or(endpoint.is_none(), |w| *w.get_ref()),
                conditional_writes: raw.conditional_writes.as_ref().is_none_or(|w| *w.get_ref()),
                endpoint,
            })
        }
        Kind::Git => Destination::Git(Git {
            repository: need("repository", &raw.repository, "origin"),
            branch: text(&raw.branch).unwrap_or_else(|| "gh-pages".to_string()),
            prefix,
            cname: text(&raw.cname),
        }),
        Kind::Sftp | Kind::Rsync => {
            let ssh = Ssh {
                host: need("host", &raw.host, "news@www.example.org"),
                port: raw.port.as_ref().map(|p| *p.get_ref()),
                path: need("path", &raw.path, "/srv/www/news"),
            };
            if matches!(kind, Kind::Sftp) { Destination::Sftp(ssh) } else { Destination::Rsync(ssh) }
        }
        Kind::Folder => Destination::Folder(need("path", &raw.path, "/srv/www/news")),
    };
    if !prefix_is_sound {
        problems.add(prefix_at, "`prefix` is not a path", "write it like \"news/\", without `..`");
    }
    check(&to, &raw, problems);
    let max_deletes = raw.max_deletes.as_ref().map_or(0.1, |m| *m.get_ref());
    if let Some(written) = raw.max_deletes.as_ref().filter(|_| !(0.0..=1.0).contains(&max_deletes)) {
        problems.add(
            written.span(),
            "`max_deletes` is a share",
            "use a number from 0.0 to 1.0: 0.1 is a tenth of all files",
        );
    }
    let cache = raw.cache.as_ref().map_or(CACHE, |c| c.get_ref());
    if let Some(written) = raw.cache.as_ref().filter(|_| cache.contains(|c: char| c.is_control())) {
        problems.add(written.span(), "`cache` is not a header", "write it like \"public, max-age=60\"");
    }
    let deploy = Deploy {
        name,
        to,
        cache: cache.to_string(),
        compress: raw.compress.as_ref().is_some_and(|c| *c.get_ref()),
        max_deletes,
        allow: raw.allow.iter().map(|p| p.trim_start_matches('/').to_string()).collect(),
    };
    (problems.found.len() == before).then_some(deploy)
}

/// The keys that belong to some kinds only, as far as they are given.
fn given(raw: &RawDeploy) -> Vec<(&'static str, std::ops::Range<usize>)> {
    fn span<T>(value: &Option<Spanned<T>>) -> Option<std::ops::Range<usize>> {
        value.as_ref().map(Spanned::span)
    }
    let all = [
        ("bucket", span(&raw.bucket)),
        ("region", span(&raw.region)),
        ("endpoint", span(&raw.endpoint)),
        ("prefix", span(&raw.prefix)),
        ("path_style", span(&raw.path_style)),
        ("profile", span(&raw.profile)),
        ("website_redirects", span(&raw.website_redirects)),
        ("conditional_writes", span(&raw.conditional_writes)),
        ("repository", span(&raw.repository)),
        ("branch", span(&raw.branch)),
        ("cname", span(&raw.cname)),
        ("host", span(&raw.host)),
        ("port", span(&raw.port)),
        ("path", span(&raw.path)),
        ("compress", span(&raw.compress)),
        ("cache", span(&raw.cache)),
    ];
    all.into_iter().filter_map(|(key, span)| Some((key, span?))).collect()
}

/// What would be taken for something else by the programs it is handed to.
fn check(to: &Destination, raw: &RawDeploy, problems: &mut Problems) {
    let span = |value: &Option<Spanned<String>>| value.as_ref().map_or(0..0, Spanned::span);
    let odd = |text: &str| text.starts_with('-') || text.contains(|c: char| c.is_control());
    match to {
        Destination::S3(s3) => {
            if let Some(endpoint) = s3.endpoint.as_ref().filter(|e| super::split_base_url(e).is_none()) {
                let message = format!("the endpoint `{endpoint}` is not a web address");
                problems.add(span(&raw.endpoint), message, "write it like \"https://s3.example.org\"");
            }
            if s3.endpoint.as_ref().is_some_and(|e| e.contains('@')) {
                problems.add(
                    span(&raw.endpoint),
                    "an address must not hold a password",
                    "credentials come from the environment or ~/.aws/credentials",
                );
            }
            if s3.bucket.contains(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))) {
                problems.add(
                    span(&raw.bucket),
                    format!("`{}` is not the name of a bucket", s3.bucket),
                    "a bucket has letters, digits, `-` and `.` in its name",
                );
            }
        }
        Destination::Git(git) => {
            if odd(&git.repository) {
                problems.add(span(&raw.repository), "that is not a repository", "write what `git push` takes");
            }
            let password =
                git.repository.split_once("://").and_then(|(_, rest)| rest.split('/').next()?.split_once('@'));
            if password.is_some_and(|(user, _)| user.contains(':')) {
                problems.add(
                    span(&raw.repository),
                    "an address must not hold a password",
                    "let git keep it: see `git help credentials`",
                );
            }
            if odd(&git.branch)
                || git.branch.contains(|c: char| c.is_whitespace() || "~^:?*[\\".contains(c))
                || git.branch.contains("..")
            {
                problems.add(
                    span(&raw.branch),
                    format!("`{}` is not the name of a branch", git.branch),
                    "write it like \"gh-pages\"",
                );
            }
        }
        Destination::Sftp(ssh) | Destination::Rsync(ssh) => {
            if odd(&ssh.host)
                || ssh.host.contains("@-")
                || ssh.host.contains(|c: char| c.is_whitespace() || matches!(c, '/' | ':'))
            {
                problems.add(
                    span(&raw.host),
                    format!("`{}` is not a host", ssh.host),
                    "write it like \"news@www.example.org\"; the port has a key of its own",
                );
            }
            if odd(&ssh.path) {
                problems.add(span(&raw.path), "that is not a folder", "write it like \"/srv/www/news\"");
            }
        }
        Destination::Folder(_) => {}
    }
}
