//! `/llms.txt`: the site in a few lines of Markdown for programs that read (llmstxt.org), if site.toml asks for it.

use super::{archive_json, atom, people_data, sitemap};
use crate::archive::Archive;
use crate::config::Config;
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site};

/// The summary.
pub struct Llms;

impl Kind for Llms {
    fn name(&self) -> &'static str {
        "llms"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Lines)
    }

    fn plan(&self, _: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.crawlers.llms {
            add("/llms.txt".to_string(), 0, 0);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, _: &Page) -> Inputs<'a> {
        let config = site.config;
        let machines = &config.machines;
        let mut lines = vec![format!("# {}", plain(&config.title)), String::new()];
        if !config.description.is_empty() {
            lines.extend([format!("> {}", plain(&config.description)), String::new()]);
        }
        let address = |path: &str| config.absolute(&crate::content::links::ascii_encoded(path));
        let link = |title: &str, path: &str| format!("- [{}]({})", plain(title), address(path));
        lines.extend(["## Archive".to_string(), String::new()]);
        for (key, url) in [
            ("archive", "/archive/"),
            ("threads", "/threads/"),
            ("people", "/people/"),
            ("tags", "/tags/"),
            ("sources", "/sources/"),
            ("corrections_title", "/corrections/"),
        ] {
            lines.push(link(site.strings.get(key), url));
        }
        let data = &machines.data;
        lines.extend([String::new(), "## Data".to_string(), String::new()]);
        if machines.feeds.atom {
            lines.push(link("Atom feed of the newest articles", atom::URL));
        }
        if data.archive {
            lines.push(link("Every day that has articles, as JSON", archive_json::URL));
        }
        if data.people {
            lines.push(link("Everybody who is mentioned, as JSON", people_data::URL));
        }
        if machines.crawlers.sitemap {
            lines.push(link("Every page", sitemap::URL));
        }
        let mut copies = Vec::new();
        copies.extend(data.markdown.then_some("`index.md` (Markdown)"));
        copies.extend(data.json.then_some("`index.json` (JSON)"));
        if !copies.is_empty() {
            lines.push(format!("- Every article also stands at its own address followed by {}", copies.join(" or ")));
        }
        if !site.archive.standing.is_empty() {
            lines.extend([String::new(), "## About".to_string(), String::new()]);
            let listed = site.archive.standing.iter().filter(|s| !s.noindex);
            lines.extend(listed.map(|s| match s.summary.as_str() {
                "" => link(&s.title.text, &s.url),
                summary => format!("{}: {}", link(&s.title.text, &s.url), plain(summary)),
            }));
        }
        vec![("lines", Input::list(lines.into_iter().map(Input::text)))]
    }
}

/// A text that Markdown shows as it is.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&') {
            out.push('\\');
        }
        out.push(if c.is_control() { ' ' } else { c });
    }
    out
}
