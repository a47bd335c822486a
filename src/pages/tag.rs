//! `/tags/…/`: a tag and its articles, newest first.

use super::{Form, Inputs, Kind, Page, Site, entity};
use crate::archive::Archive;
use crate::config::Config;
use crate::content::EntityKind;

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

    fn source(&self, archive: &Archive, page: &Page) -> Option<super::Source> {
        entity::source(archive, page)
    }
}
