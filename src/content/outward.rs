//! What a text points to outside its site, and pictures that say nothing to those who do not see them.
//!
//! Builds do not ask for this: it is read only when somebody checks the texts.

use super::fence;
use super::links::{self, Target};
use super::markdown::{Settings, options};
use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};
use std::ops::Range;

/// One thing in a text that leads out of the site, or a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outward {
    /// The destination as written.
    pub to: String,
    /// Whether it leads to another site.
    pub external: bool,
    /// Whether it is a picture without a word of what it shows.
    pub silent: bool,
    /// Where it stands in the file, in bytes.
    pub range: Range<usize>,
}

/// Everything of the kind in a content file, in order; nothing if the file has no sound front matter.
pub fn outward(path: &str, text: &str, settings: &Settings) -> Vec<Outward> {
    let Ok(split) = fence::split(path, text) else { return Vec::new() };
    let mut found = Vec::new();
    // Place of the picture being read, and whether there was a word in it.
    let mut image: Option<(String, Range<usize>, bool)> = None;
    for (event, range) in Parser::new_ext(&text[split.body_start..], options(settings)).into_offset_iter() {
        let range = range.start + split.body_start..range.end + split.body_start;
        match event {
            Event::Start(Tag::Link { link_type: LinkType::Email, .. }) => {}
            Event::Start(Tag::Link { dest_url, .. }) if links::parse(&dest_url) == Target::External => {
                found.push(Outward { to: dest_url.to_string(), external: true, silent: false, range });
            }
            Event::Start(Tag::Image { dest_url, .. }) => image = Some((dest_url.to_string(), range, false)),
            Event::Text(t) | Event::Code(t) => {
                if let Some((.., said)) = &mut image {
                    *said |= !t.trim().is_empty();
                }
            }
            Event::End(TagEnd::Image) => {
                let Some((to, range, said)) = image.take() else { continue };
                let external = links::parse(&to) == Target::External;
                if external || !said {
                    found.push(Outward { to, external, silent: !said, range });
                }
            }
            _ => {}
        }
    }
    found
}
