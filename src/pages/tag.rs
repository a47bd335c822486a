//! `/tags/…/`: a tag and its articles, newest first.

use super::{Form, Inputs, Kind, Page, Site, entity, json_ld};
use crate::archive::{Archive, ArticleId};
use crate::config::Config;
use crate::content::EntityKind;
use crate::theme::value::Value;

/// The page of a tag; the subject is the entity, the part its list page.
pub struct Tag;

impl Kind for Tag {
    fn name(&self) -> &'static str {
        "tag"
    }

    fn form(&self) -> Form {
        Form::Template("tag.html")
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        entity::plan(EntityKind::Tag, archive, config, add);
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        entity::inputs(site, page, |_| {})
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
