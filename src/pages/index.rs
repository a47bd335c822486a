//! `/tags/`, `/people/`, `/threads/`, `/sources/`: everything of a kind, by letter; threads by whether they are open.

use super::inputs::Input;
use super::{Form, Head, Inputs, Kind, Page, Site, entity};
use crate::archive::{Archive, EntityId, sorting};
use crate::config::Config;
use crate::content::EntityKind;

/// The index of one kind of entity.
pub struct Index(pub EntityKind);

impl Kind for Index {
    fn name(&self) -> &'static str {
        self.0.plural()
    }

    fn form(&self) -> Form {
        Form::Template(["tags.html", "people.html", "threads.html", "sources.html"][self.0 as usize])
    }

    fn plan(&self, _: &Archive, _: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        add(format!("/{}/", self.0.plural()), 0, 0);
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let groups: Vec<(String, Vec<EntityId>)> = match self.0 {
            EntityKind::Thread => by_status(site.archive),
            kind => by_letter(site, kind),
        };
        let count: usize = groups.iter().map(|(_, ids)| ids.len()).sum();
        let head = Head { title: Input::text(site.strings.get(self.0.plural()).to_string()), ..Head::default() };
        let groups = groups.into_iter().map(|(letter, ids)| {
            let entries = ids.into_iter().map(|id| entity::entry(site, id));
            Input::map([("letter", Input::text(letter)), ("entries", Input::list(entries))])
        });
        vec![head.of(page, site), ("groups", Input::list(groups)), ("count", Input::Int(count as i64))]
    }
}

/// In the order of the site's language, under the letter that each name is sorted by.
fn by_letter(site: &Site, kind: EntityKind) -> Vec<(String, Vec<EntityId>)> {
    let mut groups: Vec<(String, Vec<EntityId>)> = Vec::new();
    for sorted in sorting::by_name(site.archive, kind, site.config) {
        match groups.iter_mut().find(|(letter, _)| *letter == sorted.letter) {
            Some((_, ids)) => ids.push(sorted.id),
            None => groups.push((sorted.letter, vec![sorted.id])),
        }
    }
    groups
}

/// Open stories first, each group by its latest development.
fn by_status(archive: &Archive) -> Vec<(String, Vec<EntityId>)> {
    let mut threads: Vec<EntityId> = archive.of_kind(EntityKind::Thread).collect();
    threads.sort_by_key(|id| (std::cmp::Reverse(archive.entity(*id).articles.last().copied()), *id));
    let (closed, open): (Vec<_>, Vec<_>) =
        threads.into_iter().partition(|id| archive.record(*id).is_some_and(|r| r.closed));
    [("open", open), ("closed", closed)]
        .into_iter()
        .filter(|(_, ids)| !ids.is_empty())
        .map(|(status, ids)| (status.to_string(), ids))
        .collect()
}
