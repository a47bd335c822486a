//! `/robots.txt` (RFC 9309).

use super::{news_sitemap, sitemap};
use crate::archive::Archive;
use crate::config::Config;
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site};

/// What crawlers may fetch.
pub struct Robots;

impl Kind for Robots {
    fn name(&self) -> &'static str {
        "robots"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Lines)
    }

    fn plan(&self, _: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.crawlers.robots {
            add("/robots.txt".to_string(), 0, 0);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, _: &Page) -> Inputs<'a> {
        let config = site.config;
        let crawlers = &config.machines.crawlers;
        let mut lines: Vec<String> = Vec::new();
        if !crawlers.block.is_empty() {
            lines.extend(crawlers.block.iter().map(|name| format!("User-agent: {name}")));
            lines.extend(["Disallow: /".to_string(), String::new()]);
        }
        lines.push("User-agent: *".to_string());
        if crawlers.disallow.is_empty() {
            lines.push("Allow: /".to_string());
        }
        let path = |path: &String| format!("{}{}", config.base_path, crate::content::links::ascii_encoded(path));
        lines.extend(crawlers.disallow.iter().map(|p| format!("Disallow: {}", path(p))));
        lines.push(String::new());
        let mut sitemaps = Vec::new();
        sitemaps.extend(crawlers.sitemap.then_some(sitemap::URL));
        sitemaps.extend(crawlers.news_sitemap.then_some(news_sitemap::URL));
        lines.extend(sitemaps.into_iter().map(|url| format!("Sitemap: {}", config.absolute(url))));
        vec![("lines", Input::list(lines.into_iter().map(Input::text)))]
    }
}
