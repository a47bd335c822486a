//! `/corrections/`: every correction to an article, newest first.

use super::inputs::Input;
use super::{Form, Head, Inputs, Kind, Page, Site, article, machines};
use crate::archive::{Archive, ArticleId};
use crate::config::{Config, FeedOf};

/// The corrections page.
pub struct Corrections;

impl Kind for Corrections {
    fn name(&self) -> &'static str {
        "corrections"
    }

    fn form(&self) -> Form {
        Form::Template("corrections.html")
    }

    fn plan(&self, _: &Archive, _: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        add("/corrections/".to_string(), 0, 0);
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let entries = all(site.archive).into_iter().map(|(id, n)| {
            let correction = article::correction(site, site.archive.article(id), n);
            let Input::Map(mut entries) = correction else { return correction };
            entries.push(("anchor", Input::text(article::entry_id(site.archive.article(id), n))));
            entries.push(("card", Input::Card(id)));
            entries.push(("url", Input::Anchor(site.archive.about(id).url.clone(), article::correction_id(n))));
            Input::Map(entries)
        });
        let title = site.strings.get("corrections_title").to_string();
        let wanted = site.config.machines.feeds.of.contains(&FeedOf::Corrections);
        let feed =
            wanted.then(|| (format!("{title} – {}", site.config.title), machines::atom::CORRECTIONS.to_string()));
        let head = Head { title: Input::text(title), feed, ..Head::default() };
        vec![head.of(page, site), ("entries", Input::list(entries))]
    }
}

/// Every correction as its article and its place there, newest first.
pub(super) fn all(archive: &Archive) -> Vec<(ArticleId, usize)> {
    let mut all: Vec<(ArticleId, usize)> = Vec::new();
    for (i, article) in archive.articles.iter().enumerate() {
        all.extend((0..article.corrections.len()).map(|n| (ArticleId(i as u32), n)));
    }
    let when = |(id, n): &(ArticleId, usize)| archive.article(*id).corrections[*n].date.instant;
    all.sort_by_key(|c| std::cmp::Reverse((when(c), *c)));
    all
}
