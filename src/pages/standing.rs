//! `/about/`, `/guide/…`: standing pages, with their neighbours in the same folder.

use super::inputs::Input;
use super::{Form, Head, Inputs, Kind, Page, Site};
use crate::archive::Archive;
use crate::config::Config;
use crate::content::Standing;

/// A standing page; the subject is its place among them.
pub struct StandingPage;

impl Kind for StandingPage {
    fn name(&self) -> &'static str {
        "standing"
    }

    fn form(&self) -> Form {
        Form::Template("standing.html")
    }

    fn plan(&self, archive: &Archive, _: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        for (i, standing) in archive.standing.iter().enumerate() {
            add(standing.url.clone(), i as u32, 0);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let standing = &site.archive.standing[page.subject as usize];
        let section = section(site.archive, &standing.url);
        let at = section.iter().position(|s| s.url == standing.url).unwrap_or(0);
        let link =
            |s: &'a Standing| [("title", Input::text(s.title.text.as_str())), ("url", Input::url(s.url.clone()))];
        let of =
            |s: &'a Standing, entries: Vec<(&'static str, Input<'a>)>| Input::of(&s.prose.path, Input::Map(entries));
        let neighbour = |s: Option<&&'a Standing>| Input::option(s, |s| of(s, link(s).into()));
        let top =
            section.first().filter(|s| s.url != standing.url && !s.url.is_empty() && standing.url.starts_with(&s.url));
        let head = Head {
            title: Input::text(standing.title.text.as_str()),
            description: Input::text(standing.summary.as_str()),
            noindex: standing.noindex,
            breadcrumbs: top
                .map(|s| (Input::of(&s.prose.path, Input::text(s.title.text.as_str())), s.url.clone()))
                .into_iter()
                .collect(),
            ..Head::default()
        };
        let links = if section.len() < 2 {
            Vec::new()
        } else {
            let current = |s: &Standing| ("current", Input::Bool(s.url == standing.url));
            section.iter().map(|s| of(s, link(s).into_iter().chain([current(s)]).collect())).collect()
        };
        vec![
            head.of(page, site),
            (
                "standing",
                of(
                    standing,
                    vec![
                        ("title", Input::html(&standing.title.html)),
                        ("summary", Input::text(if standing.has_standfirst { standing.summary.as_str() } else { "" })),
                        ("body", Input::Body(&standing.prose, &[])),
                        ("toc", Input::Toc(&standing.prose)),
                        ("extra", Input::Extra(&standing.extra)),
                    ],
                ),
            ),
            ("section", Input::List(links)),
            ("previous", neighbour(at.checked_sub(1).and_then(|i| section.get(i)))),
            ("next", neighbour(section.get(at + 1))),
        ]
    }

    fn is_permanent(&self, _: &Page) -> bool {
        true
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<super::Source> {
        Some(super::Source::file(&*archive.standing[page.subject as usize].prose.path))
    }
}

/// The pages of one top folder, its own page first, in the order their `order` says. Pages at the top have no section.
fn section<'a>(archive: &'a Archive, url: &str) -> Vec<&'a Standing> {
    let folder = |url: &str| url.split('/').nth(1).unwrap_or("").to_string();
    let own = folder(url);
    let mut pages: Vec<&Standing> = archive.standing.iter().map(|s| &**s).filter(|s| folder(&s.url) == own).collect();
    pages.sort_by_key(|s| (s.url.matches('/').count() > 2, s.order, &s.url));
    pages
}
