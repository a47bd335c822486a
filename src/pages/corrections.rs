//! `/corrections/`: every correction to an article, newest first.

use super::inputs::Input;
use super::{Head, Inputs, Kind, Page, Site, article};
use crate::archive::{Archive, ArticleId};
use crate::config::Config;

/// The corrections page.
pub struct Corrections;

impl Kind for Corrections {
    fn name(&self) -> &'static str {
        "corrections"
    }

    fn template(&self) -> &'static str {
        "corrections.html"
    }

    fn plan(&self, _: &Archive, _: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        add("/corrections/".to_string(), 0, 0);
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let mut all: Vec<(ArticleId, usize)> = Vec::new();
        for (i, article) in site.archive.articles.iter().enumerate() {
            all.extend((0..article.corrections.len()).map(|n| (ArticleId(i as u32), n)));
        }
        let when = |(id, n): &(ArticleId, usize)| site.archive.article(*id).corrections[*n].date.instant;
        all.sort_by_key(|c| std::cmp::Reverse((when(c), *c)));
        let entries = all.into_iter().map(|(id, n)| {
            let correction = article::correction(site, site.archive.article(id), n);
            let Input::Map(mut entries) = correction else { return correction };
            entries.push(("anchor", Input::text(article::entry_id(site.archive.article(id), n))));
            entries.push(("card", Input::Card(id)));
            entries.push(("url", Input::Anchor(site.archive.about(id).url.clone(), article::correction_id(n))));
            Input::Map(entries)
        });
        let head = Head { title: Input::text(site.strings.get("corrections_title").to_string()), ..Head::default() };
        vec![head.of(page, site), ("entries", Input::list(entries))]
    }
}
