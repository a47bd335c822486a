//! `/sources/…/`: a publisher or wire and its articles, newest first.

use super::{Form, Inputs, Kind, Page, Site, entity, inputs::Input, json_ld};
use crate::archive::{Archive, ArticleId, EntityId};
use crate::config::Config;
use crate::content::EntityKind;
use crate::theme::value::Value;

/// The page of a publisher or wire; the subject is the entity, the part its list page.
pub struct SourcePage;

impl Kind for SourcePage {
    fn name(&self) -> &'static str {
        "source"
    }

    fn form(&self) -> Form {
        Form::Template("source.html")
    }

    fn plan(&self, archive: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        entity::plan(EntityKind::Source, archive, config, add);
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        entity::inputs(site, page, |own| {
            let url =
                site.archive.record(EntityId(page.subject)).filter(|_| page.part == 0).and_then(|r| r.url.as_deref());
            own.push(("site_url", Input::option(url, Input::text)));
        })
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
