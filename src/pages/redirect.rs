//! Old addresses: aliases of articles and standing pages, former slugs of records, and the list pages that are not full
//! yet (see `list.rs`). Each is a small page that leads to the new address.

use super::inputs::Input;
use super::{Form, Head, Inputs, Kind, Page, Site, list};
use crate::archive::{Archive, ArticleId, EntityId};
use crate::config::Config;

/// A redirect. The part says what the subject is: an article, an entity, a standing page.
pub struct Redirect;

const ARTICLE: u32 = 0;
const ENTITY: u32 = 1;
const STANDING: u32 = 2;

impl Kind for Redirect {
    fn name(&self) -> &'static str {
        "redirect"
    }

    fn form(&self) -> Form {
        Form::Template("redirect.html")
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        for (i, article) in archive.articles.iter().enumerate() {
            let own = &archive.about[i].url;
            // Its own address is where it is anyway.
            let others = article.aliases.iter().map(|a| address(a)).filter(|a| a != own);
            others.for_each(|alias| add(alias, i as u32, ARTICLE));
        }
        for (i, entity) in archive.entities.iter().enumerate() {
            if let Some(record) = archive.record(EntityId(i as u32)) {
                for slug in record.former_slugs.iter().filter(|s| **s != record.slug) {
                    add(format!("/{}/{slug}/", entity.kind.plural()), i as u32, ENTITY);
                }
            }
            match list::full_pages(entity.articles.len(), config.per_page) {
                0 => {}
                full => add(list::url(&entity.url(), full + 1), i as u32, ENTITY),
            }
        }
        for (i, standing) in archive.standing.iter().enumerate() {
            let others = standing.aliases.iter().map(|a| address(a)).filter(|a| *a != standing.url);
            others.for_each(|alias| add(alias, i as u32, STANDING));
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let subject = page.subject as usize;
        let url = match page.part {
            ARTICLE => site.archive.about[subject].url.clone(),
            ENTITY => site.archive.entities[subject].url(),
            _ => site.archive.standing[subject].url.clone(),
        };
        let target = Input::map([("url", Input::url(url.clone())), ("absolute", Input::Absolute(url))]);
        vec![Head { noindex: true, ..Head::default() }.of(page, site), ("target", target)]
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<super::Source> {
        if page.part == ARTICLE {
            let article = archive.article(ArticleId(page.subject));
            let span = Some(article.address_spans[1].clone());
            return Some(super::Source { path: article.prose.path.to_string(), span });
        }
        let path = match page.part {
            ENTITY => archive.record(EntityId(page.subject)).map(|r| &r.prose.path),
            _ => Some(&archive.standing[page.subject as usize].prose.path),
        };
        path.map(|p| super::Source::file(&**p))
    }
}

/// `old/path` is a folder's address, `old/page.html` a file's.
fn address(alias: &str) -> String {
    let is_file = alias.rsplit('/').next().is_some_and(|name| name.ends_with(".html") || name.ends_with(".htm"));
    if is_file { format!("/{alias}") } else { format!("/{alias}/") }
}
