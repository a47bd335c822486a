//! `/tags/`, `/people/`, `/threads/`, `/sources/`: everything of a kind, by letter; threads by whether they are open.
//!
//! Past a number of entries the index becomes a page of letters, and each letter has a page of its own: a new story
//! changes the pages of the letters it is under, and the index itself only if a name is new.

use super::inputs::Input;
use super::{Form, Head, Inputs, Kind, Page, Site, entity, machines};
use crate::archive::sorting::Sorted;
use crate::archive::{Archive, EntityId};
use crate::config::Config;
use crate::content::EntityKind;
use rapidhash::RapidHashMap;

/// The index of one kind of entity. The subject of a letter's page is the letter's place, the part is 1.
pub struct Index(pub EntityKind);

impl Kind for Index {
    fn name(&self) -> &'static str {
        self.0.plural()
    }

    fn form(&self) -> Form {
        Form::Template(["tags.html", "people.html", "threads.html", "sources.html"][self.0 as usize])
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        add(format!("/{}/", self.0.plural()), 0, 0);
        if self.is_split(archive, config) {
            for (at, (letter, _)) in (0..).zip(by_letter(archive, self.0)) {
                add(self.letter_url(letter), at, 1);
            }
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let archive = site.archive;
        let count = archive.of_kind(self.0).count();
        let title = site.strings.get(self.0.plural());
        let mut head = Head { title: Input::text(title.to_string()), ..Head::default() };
        if self.0 == EntityKind::Person && page.part == 0 && site.config.machines.data.people {
            head.copies = vec![("application/json", machines::people_data::URL.to_string())];
        }
        let group = |letter: &str, entries: Vec<Input<'a>>| {
            Input::map([("letter", Input::text(letter.to_string())), ("entries", Input::List(entries))])
        };
        if self.0 == EntityKind::Thread {
            let groups = by_status(archive)
                .into_iter()
                .map(|(status, ids)| group(status, ids.into_iter().map(|id| entity::entry(site, id, None)).collect()));
            let count = ("count", Input::Int(count as i64));
            return vec![head.of(page, site), ("groups", Input::list(groups)), ("letters", Input::None), count];
        }
        let groups = by_letter(archive, self.0);
        let split = self.is_split(archive, site.config);
        let shown: Vec<Input> = groups
            .iter()
            .enumerate()
            .filter(|(at, _)| !split || (page.part == 1 && *at == page.subject as usize))
            .map(|(_, (letter, lines))| {
                group(letter, lines.iter().map(|line| entity::entry(site, line.id, Some(line))).collect())
            })
            .collect();
        let letters = groups.iter().enumerate().filter(|_| split).map(|(at, (letter, lines))| {
            Input::map([
                ("letter", Input::text((*letter).to_string())),
                ("url", Input::url(self.letter_url(letter))),
                // Only the index itself counts: a new name is none of another letter's business.
                ("count", if page.part == 0 { Input::Int(entries(lines) as i64) } else { Input::None }),
                ("current", Input::Bool(page.part == 1 && at == page.subject as usize)),
            ])
        });
        let letters = Input::list(letters);
        if page.part == 1
            && let Some((letter, _)) = groups.get(page.subject as usize)
        {
            head.title = Input::text(format!("{title}: {letter}"));
            head.breadcrumbs = vec![(Input::text(title.to_string()), format!("/{}/", self.0.plural()))];
        }
        vec![
            head.of(page, site),
            ("groups", Input::List(shown)),
            ("letters", letters),
            ("count", if page.part == 0 { Input::Int(count as i64) } else { Input::Int(0) }),
        ]
    }
}

impl Index {
    fn is_split(&self, archive: &Archive, config: &Config) -> bool {
        self.0 != EntityKind::Thread && entries(archive.order(self.0)) > config.index_size
    }

    fn letter_url(&self, letter: &str) -> String {
        let name = if letter == "#" { "0".to_string() } else { letter.to_lowercase() };
        format!("/{}/letter/{name}/", self.0.plural())
    }
}

fn entries<L: std::borrow::Borrow<Sorted>>(lines: &[L]) -> usize {
    lines.iter().filter(|line| !line.borrow().see).count()
}

/// In the order of the site's language, under the letter that each name is sorted by.
fn by_letter(archive: &Archive, kind: EntityKind) -> Vec<(&str, Vec<&Sorted>)> {
    let mut groups: Vec<(&str, Vec<&Sorted>)> = Vec::new();
    let mut places: RapidHashMap<&str, usize> = RapidHashMap::default();
    for line in archive.order(kind) {
        let at = *places.entry(&line.letter).or_insert_with(|| {
            groups.push((&line.letter, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(line);
    }
    groups
}

/// Open stories first, each group by its latest development.
fn by_status(archive: &Archive) -> Vec<(&'static str, Vec<EntityId>)> {
    let mut threads: Vec<EntityId> = archive.of_kind(EntityKind::Thread).collect();
    threads.sort_by_key(|id| (std::cmp::Reverse(archive.entity(*id).articles.last().copied()), *id));
    let (closed, open): (Vec<_>, Vec<_>) =
        threads.into_iter().partition(|id| archive.record(*id).is_some_and(|r| r.closed));
    [("open", open), ("closed", closed)].into_iter().filter(|(_, ids)| !ids.is_empty()).collect()
}
