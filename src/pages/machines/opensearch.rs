//! `/opensearch.xml`: how browsers search the site (OpenSearch 1.1).

use crate::archive::Archive;
use crate::config::Config;
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site};

/// Where it is.
pub const URL: &str = "/opensearch.xml";

/// The description.
pub struct OpenSearch;

impl Kind for OpenSearch {
    fn name(&self) -> &'static str {
        "opensearch"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Xml)
    }

    fn plan(&self, _: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.opensearch.is_some() {
            add(URL.to_string(), 0, 0);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, _: &Page) -> Inputs<'a> {
        let config = site.config;
        let template = config.machines.opensearch.as_ref().map_or("", |o| o.url.as_str());
        let cut = |most: usize| config.title.chars().take(most).collect::<String>().trim().to_string();
        let url = Input::map([
            ("@type", Input::text("text/html")),
            ("@method", Input::text("get")),
            ("@template", Input::text(template)),
        ]);
        // The specification's lengths: 16, 48 and 1,024 characters.
        let description = Input::compact([
            ("@xmlns", Input::text("http://a9.com/-/spec/opensearch/1.1/")),
            ("ShortName", Input::text(cut(16))),
            ("LongName", Input::text(cut(48))),
            (
                "Description",
                Input::text(match config.description.as_str() {
                    "" => cut(1024),
                    text => text.chars().take(1024).collect(),
                }),
            ),
            ("Language", Input::text(config.language.as_str())),
            ("InputEncoding", Input::text("UTF-8")),
            ("Url", url),
        ]);
        vec![("OpenSearchDescription", description)]
    }
}
