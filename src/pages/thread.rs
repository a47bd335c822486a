//! `/threads/…/`: a running story and its articles, newest first.

use super::{Form, Inputs, Kind, Page, Site, entity, inputs::Input, json_ld};
use crate::archive::{Archive, EntityId};
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
        entity::inputs(site, page, |own| {
            // Whether it is open is said where the latest is: a full list page says nothing that can change.
            let open = site.archive.record(EntityId(page.subject)).is_none_or(|r| !r.closed);
            own.push(("open", if page.part == 0 { Input::Bool(open) } else { Input::None }));
        })
    }

    fn json_ld(&self, view: &json_ld::View) -> Vec<Value> {
        json_ld::collection(view)
    }

    fn is_permanent(&self, page: &Page) -> bool {
        page.part == 0
    }

    fn source(&self, archive: &Archive, page: &Page) -> Option<super::Source> {
        entity::source(archive, page)
    }
}
