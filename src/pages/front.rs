//! `/`: the latest briefings and the stories that run.

use super::{Form, Head, Inputs, Kind, Page, Site, day, entity, inputs::Input, json_ld};
use crate::archive::{Archive, EntityId};
use crate::config::Config;
use crate::content::EntityKind;
use crate::theme::value::Value;

/// The front page.
pub struct Front;

/// How many running stories it shows.
const THREADS: usize = 6;

impl Kind for Front {
    fn name(&self) -> &'static str {
        "front"
    }

    fn form(&self) -> Form {
        Form::Template("front.html")
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
            translations: Some(&site.config.machines.languages),
            ..Head::default()
        };
        vec![
            head.of(page, site),
            ("days", Input::list(days.map(|(i, d)| day::full(site, d, i == 0)))),
            ("threads", Input::list(running(archive).into_iter().map(|id| entity::entry(site, id, None)))),
        ]
    }

    fn json_ld(&self, view: &json_ld::View) -> Vec<Value> {
        json_ld::front(view)
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
