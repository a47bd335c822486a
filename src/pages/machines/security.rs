//! `/.well-known/security.txt` (RFC 9116), if site.toml says whom to tell.

use crate::archive::Archive;
use crate::config::Config;
use crate::formats::Format;
use crate::pages::inputs::Input;
use crate::pages::{Form, Inputs, Kind, Page, Site};

/// Where it is.
pub const URL: &str = "/.well-known/security.txt";

/// Whom to tell of a hole.
pub struct Security;

impl Kind for Security {
    fn name(&self) -> &'static str {
        "security"
    }

    fn form(&self) -> Form {
        Form::Format(Format::Lines)
    }

    fn plan(&self, _: &Archive, config: &Config, add: &mut dyn FnMut(String, u32, u32)) {
        if config.machines.security.is_some() {
            add(URL.to_string(), 0, 0);
        }
    }

    fn inputs<'a>(&self, site: &Site<'a>, page: &Page) -> Inputs<'a> {
        let Some(security) = &site.config.machines.security else { return Vec::new() };
        let mut lines = Vec::new();
        let mut add = |name: &str, values: &[String]| lines.extend(values.iter().map(|v| format!("{name}: {v}")));
        add("Contact", &security.contact);
        add("Expires", &[security.expires.to_string()]);
        add("Encryption", &security.encryption);
        add("Acknowledgments", &security.acknowledgments);
        if !security.languages.is_empty() {
            add("Preferred-Languages", &[security.languages.join(", ")]);
        }
        add("Canonical", &[site.config.absolute(&page.url)]);
        add("Policy", &security.policy);
        add("Hiring", &security.hiring);
        vec![("lines", Input::list(lines.into_iter().map(Input::text)))]
    }
}
