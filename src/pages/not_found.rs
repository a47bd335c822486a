//! `/404.html`: what a host shows for an address that leads nowhere.

use super::inputs::Input;
use super::{Form, Head, Inputs, Kind, Page, Site};
use crate::archive::Archive;
use crate::config::Config;

/// The page for addresses that lead nowhere.
pub struct NotFound;

impl Kind for NotFound {
    fn name(&self) -> &'static str {
        "not_found"
    }

    fn form(&self) -> Form {
        Form::Template("not_found.html")
    }

    fn plan(&self, _: &Archive, _: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        add("/404.html".to_string(), 0, 0);
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let title = Input::text(site.strings.get("not_found_title").to_string());
        vec![Head { title, noindex: true, ..Head::default() }.of(page, site)]
    }
}
