//! `/`: the latest briefings and the stories that run.

use super::{Head, Inputs, Kind, Page, Site, day, entity, inputs::Input};
use crate::archive::{Archive, EntityId};
use crate::config::Config;
use crate::content::EntityKind;

/// The front page.
pub struct Front;

/// How many running stories it shows.
const THREADS: usize = 6;

impl Kind for Front {
    fn name(&self) -> &'static str {
        "front"
    }

    fn template(&self) -> &'static str {
        "front.html"
    }

    fn plan(&self, _: &Archive, _: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        add("/".to_string(), 0, 0);
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let archive = site.archive;
        let days = archive.days.iter().rev().take(site.config.front_days).enumerate();
        let head = Head {
            title: Input::text(site.config.title.as_str()),
            description: Input::text(site.config.description.as_str()),
            ..Head::default()
        };
        vec![
            head.of(page, site),
            ("days", Input::list(days.map(|(i, d)| day::full(site, d, i == 0)))),
            ("threads", Input::list(running(archive).into_iter().map(|id| entity::entry(site, id, None)))),
        ]
    }
}

/// Open stories, the most recently continued first.
fn running(archive: &Archive) -> Vec<EntityId> {
    let open = |id: &EntityId| archive.record(*id).is_none_or(|r| !r.closed);
    let mut threads: Vec<EntityId> = archive
        .of_kind(EntityKind::Thread)
        .filter(open)
        .filter(|id| !archive.entity(*id).articles.is_empty())
        .collect();
    threads.sort_by_key(|id| (std::cmp::Reverse(archive.entity(*id).articles.last().copied()), *id));
    threads.truncate(THREADS);
    threads
}
