//! `/threads/…/`: a running story and its articles, newest first.

use super::{Form, Inputs, Kind, Page, Site, entity, inputs::Input, json_ld, list};
use crate::archive::{Archive, ArticleId, EntityId};
use crate::config::Config;
use crate::content::EntityKind;
use crate::theme::value::Value;

/// The page of a running story; the subject is the entity, the part its list page.
pub struct Thread;

impl Kind for Thread {
    fn name(&self) -> &'static str {
        "thread"
    }

    fn form(&self) -> Form {
        Form::Template("thread.html")
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        entity::plan(EntityKind::Thread, archive, config, add);
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let articles = &site.archive.entity(EntityId(page.subject)).articles;
        let here = list::shown(articles, site.config.per_page, page.part as usize);
        let mut inputs = entity::inputs(site, page, |own| {
            // Whether it is open is said where the latest is: a full list page says nothing that can change.
            let open = site.archive.record(EntityId(page.subject)).is_none_or(|r| !r.closed);
            own.push(("open", if page.part == 0 { Input::Bool(open) } else { Input::None }));
        });
        inputs.push(("days", Input::List(days(site, here))));
        inputs
    }

    fn json_ld(&self, view: &json_ld::View) -> Vec<Value> {
        json_ld::collection(view)
    }

    fn latest(&self, archive: &Archive, config: &Config, page: &Page) -> Option<ArticleId> {
        entity::latest(archive, config, page)
    }

    fn is_permanent(&self, page: &Page) -> bool {
        page.part == 0
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<super::Source> {
        entity::source(archive, page)
    }
}

/// The articles of one list page by day, the newest day first, and how many days before each had none. What came before
/// the page's first day is another page's affair.
fn days<'a>(site: &Site<'a>, articles: &[ArticleId]) -> Vec<Input<'a>> {
    let day = |id: &ArticleId| site.archive.article(*id).when.day;
    let mut sorted = articles.to_vec();
    sorted.sort_by_key(|id| (day(id), *id));
    let mut before = None;
    let mut days: Vec<Input> = sorted
        .chunk_by(|a, b| day(a) == day(b))
        .map(|group| {
            let date = day(&group[0]);
            let gap = before.replace(date).map_or(0, |before| (date - before).get_days() - 1);
            Input::map([
                ("day", Input::Day(date)),
                ("gap", Input::Int(i64::from(gap.max(0)))),
                ("cards", Input::cards(group.iter().rev().copied())),
            ])
        })
        .collect();
    days.reverse();
    days
}
