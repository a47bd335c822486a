//! Old addresses, addresses that are gone, and headers in the words of the host that site.toml names: `_redirects` and
//! `_headers` (Netlify, Cloudflare Pages, GitLab Pages), `redirects.nginx.conf`, `.htaccess`, `.nojekyll`.
//!
//! The pages of old addresses are there for every host; these files make real redirects of them. The list pages that are
//! not full yet are in none of them: what browsers keep for good must be true for good.

use crate::archive::Archive;
use crate::archive::redirects::Redirect;
use crate::config::{Config, Host};
use crate::content::links::ascii_encoded;
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site, file_of};

/// A host's file; the part says which.
pub struct Hosts;

const REDIRECTS: u32 = 0;
const HEADERS: u32 = 1;
const NGINX: u32 = 2;
const APACHE: u32 = 3;
const NO_JEKYLL: u32 = 4;

/// The file of old addresses that a host reads.
fn files(host: Host) -> &'static [(&'static str, u32)] {
    match host {
        Host::Netlify | Host::Cloudflare => &[("/_redirects", REDIRECTS), ("/_headers", HEADERS)],
        Host::GitlabPages => &[("/_redirects", REDIRECTS)],
        Host::GithubPages => &[("/.nojekyll", NO_JEKYLL)],
        Host::Nginx => &[("/redirects.nginx.conf", NGINX)],
        Host::Apache => &[("/.htaccess", APACHE)],
    }
}

impl Kind for Hosts {
    fn name(&self) -> &'static str {
        "hosts"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Lines)
    }

    fn plan(&self, _: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        let mut named: Vec<&str> = Vec::new();
        for host in &config.machines.hosting.hosts {
            for (url, part) in files(*host) {
                // Two hosts may read one file: it is written for the one that is named first.
                if !named.contains(url) {
                    named.push(url);
                    add((*url).to_string(), *host as u32, *part);
                }
            }
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let lines = match page.part {
            REDIRECTS => redirects(site, Host::ALL[page.subject as usize]),
            HEADERS => headers(site),
            NGINX => nginx(site),
            APACHE => apache(site),
            _ => Vec::new(),
        };
        vec![("lines", Input::list(lines.into_iter().map(Input::text)))]
    }
}

fn redirects(site: &Site, host: Host) -> Vec<String> {
    let config = site.config;
    let from = |path: &str| format!("{}{}", config.base_path, ascii_encoded(path));
    // Netlify would show the page that stands there, unless it is told not to.
    let force = if host == Host::Netlify { "!" } else { "" };
    let old = site.archive.redirects.iter().map(|r| format!("{} {} 301{force}", from(&r.from), to(config, r)));
    let mut lines: Vec<String> = old.collect();
    if host == Host::Netlify {
        lines.extend(config.machines.gone.iter().map(|g| format!("{0} {0} 410!", from(&g.url))));
    }
    lines
}

/// Where an old address leads, as a URI reference.
fn to(config: &Config, redirect: &Redirect) -> String {
    if redirect.to.starts_with('/') {
        format!("{}{}", config.base_path, ascii_encoded(&redirect.to))
    } else {
        redirect.to.clone()
    }
}

/// Headers for every page, and what the site's own feeds are.
fn common<'a>(site: &Site<'a>) -> Vec<(&'static str, &'a str)> {
    let csp = site.config.machines.hosting.csp.as_deref().unwrap_or(site.csp);
    let mut headers =
        vec![("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "strict-origin-when-cross-origin")];
    if !csp.is_empty() {
        headers.insert(0, ("Content-Security-Policy", csp));
    }
    headers
}

const TYPES: &[(&str, &str)] = &[
    ("/feed.xml", "application/atom+xml; charset=utf-8"),
    ("/feeds/*", "application/atom+xml; charset=utf-8"),
    ("/rss.xml", "application/rss+xml; charset=utf-8"),
    ("/feed.json", "application/feed+json; charset=utf-8"),
    ("/opensearch.xml", "application/opensearchdescription+xml; charset=utf-8"),
    ("/dump/*", "application/x-ndjson; charset=utf-8"),
];

/// A theme's assets have the hash of their bytes in their names.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

fn headers(site: &Site) -> Vec<String> {
    let base = &site.config.base_path;
    let mut lines = vec![format!("{base}/*")];
    lines.extend(common(site).into_iter().map(|(name, value)| format!("  {name}: {value}")));
    for (path, kind) in TYPES {
        lines.extend([format!("{base}{path}"), format!("  Content-Type: {kind}")]);
    }
    lines.extend([format!("{base}/assets/*"), format!("  Cache-Control: {FOR_GOOD}")]);
    lines
}

fn nginx(site: &Site) -> Vec<String> {
    let config = site.config;
    let mut lines = vec![
        "# Include this in the `server` block: old addresses, addresses that are gone, and headers.".to_string(),
        "error_page 404 /404.html;".replace("/404", &format!("{}/404", config.base_path)),
    ];
    for (name, value) in common(site) {
        lines.push(format!("add_header {name} {} always;", nginx_text(value)));
    }
    // A location is compared with the decoded path; what is returned is sent as it stands.
    let location = |path: &str| nginx_text(&format!("{}{path}", config.base_path));
    for redirect in &site.archive.redirects {
        let to = nginx_text(&to(config, redirect).replace('$', "%24"));
        lines.push(format!("location = {} {{ return 301 {to}; }}", location(&redirect.from)));
    }
    for gone in &config.machines.gone {
        let page = nginx_text(&format!("{}/{}", config.base_path, file_of(&gone.url)).replace('$', "%24"));
        lines.push(format!("location = {} {{ error_page 410 {page}; return 410; }}", location(&gone.url)));
    }
    lines
}

fn nginx_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn apache(site: &Site) -> Vec<String> {
    let config = site.config;
    let mut lines =
        vec![format!("ErrorDocument 404 {}/404.html", config.base_path), "<IfModule mod_headers.c>".to_string()];
    for (name, value) in common(site) {
        lines.push(format!("Header always set {name} {}", nginx_text(value)));
    }
    lines.extend(["</IfModule>".to_string(), "<IfModule mod_alias.c>".to_string()]);
    let exact = |path: &str| nginx_text(&format!("^{}$", escaped(&format!("{}{path}", config.base_path))));
    for redirect in &site.archive.redirects {
        // `$1` would be a group of the expression.
        let to = to(config, redirect).replace('$', "%24");
        lines.push(format!("RedirectMatch 301 {} {}", exact(&redirect.from), nginx_text(&to)));
    }
    lines.extend(config.machines.gone.iter().map(|g| format!("RedirectMatch 410 {}", exact(&g.url))));
    lines.push("</IfModule>".to_string());
    lines
}

/// A text as a regular expression that matches it alone.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '.' | '+' | '*' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '^' | '$' | '|' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
