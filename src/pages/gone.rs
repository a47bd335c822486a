//! Addresses whose page was taken away for good: `[gone]` of site.toml. What a host that cannot answer 410 shows there.

use super::inputs::Input;
use super::{Form, Head, Inputs, Kind, Page, Site, Source};
use crate::archive::Archive;
use crate::config::{Config, FILE};

/// A tombstone; the subject is its place in the settings.
pub struct Gone;

impl Kind for Gone {
    fn name(&self) -> &'static str {
        "gone"
    }

    fn form(&self) -> Form {
        Form::Template("gone.html")
    }

    fn plan(&self, _: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        config.machines.gone.iter().enumerate().for_each(|(i, gone)| add(gone.url.clone(), i as u32, 0));
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let gone = &site.config.machines.gone[page.subject as usize];
        let title = Input::text(site.strings.get("gone_title").to_string());
        vec![
            Head { title, noindex: true, ..Head::default() }.of(page, site),
            ("reason", Input::text(gone.why.as_str())),
        ]
    }

    fn is_permanent(&self, _: &Page) -> bool {
        true
    }

    fn source(&self, _: &Archive, _: &Page) -> Option<Source> {
        Some(Source::file(FILE))
    }
}
