//! Old addresses (see `archive/redirects.rs`), and the list pages that are not full yet (see `list.rs`). Each is a small
//! page that leads to the new address.

use super::inputs::Input;
use super::{Form, Head, Inputs, Kind, Page, Site, list};
use crate::archive::{Archive, EntityId};
use crate::config::Config;

/// A redirect. The part says what the subject is: an old address, or an entity with a list page that is not full yet.
pub struct Redirect;

const OLD: u32 = 0;
const LIST: u32 = 1;

impl Kind for Redirect {
    fn name(&self) -> &'static str {
        "redirect"
    }

    fn form(&self) -> Form {
        Form::Template("redirect.html")
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        for (i, redirect) in archive.redirects.iter().enumerate() {
            add(redirect.from.clone(), i as u32, OLD);
        }
        for (i, entity) in archive.entities.iter().enumerate() {
            match list::full_pages(entity.articles.len(), config.per_page) {
                0 => {}
                full => add(list::url(&entity.url(), full + 1), i as u32, LIST),
            }
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let url = match page.part {
            OLD => site.archive.redirects[page.subject as usize].to.clone(),
            _ => site.archive.entity(EntityId(page.subject)).url(),
        };
        let target = if url.starts_with('/') {
            Input::map([("url", Input::url(url.clone())), ("absolute", Input::Absolute(url))])
        } else {
            Input::map([("url", Input::text(url.clone())), ("absolute", Input::text(url))])
        };
        vec![Head { noindex: true, ..Head::default() }.of(page, site), ("target", target)]
    }

    fn is_permanent(&self, page: &Page) -> bool {
        page.part == OLD
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<super::Source> {
        if page.part == OLD {
            let redirect = &archive.redirects[page.subject as usize];
            return Some(super::Source { path: redirect.path.to_string(), span: redirect.span.clone() });
        }
        archive.record(EntityId(page.subject)).map(|r| super::Source::file(&*r.prose.path))
    }
}
