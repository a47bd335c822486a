//! Names in a text become links to the people they name. Which names and where is said by whoever found them.

use pulldown_cmark::{CowStr, Event, LinkType, Tag, TagEnd};
use std::ops::Range;

/// One name in a body that becomes a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonLink {
    /// The bytes of the body.
    pub range: Range<u32>,
    /// Where it leads, complete with base path and encoded.
    pub url: String,
}

/// The events of a body with links around these names, which are in order and do not overlap. A name stands within one
/// element: nothing begins or ends inside it.
pub(super) fn with_people<'e>(
    events: impl Iterator<Item = (Event<'e>, Range<usize>)>,
    people: &[PersonLink],
) -> Vec<Event<'e>> {
    let mut out = Vec::new();
    let mut people = people.iter();
    let mut next = people.next();
    let mut open = false;
    for (event, range) in events {
        let Event::Text(text) = event else {
            // A break inside a name is passed on as it is.
            out.push(event);
            continue;
        };
        let same = text.len() == range.len();
        let mut done = 0;
        while let Some(person) = next {
            let (from, to) = (person.range.start as usize, person.range.end as usize);
            if !open {
                if from >= range.end {
                    break;
                }
                let at = if same { from.saturating_sub(range.start) } else { 0 };
                if from < range.start || !text.is_char_boundary(at) {
                    // The text is not the one that was searched: leave it alone.
                    next = people.next();
                    continue;
                }
                push_text(&mut out, &text, done..at);
                done = at;
                out.push(Event::Start(Tag::Link {
                    link_type: LinkType::WikiLink { has_pothole: true },
                    dest_url: CowStr::from(person.url.clone()),
                    title: CowStr::Borrowed(""),
                    id: CowStr::Borrowed(""),
                }));
                open = true;
            }
            if to > range.end {
                break;
            }
            let at = if same { to - range.start } else { text.len() };
            push_text(&mut out, &text, done..at);
            done = at;
            out.push(Event::End(TagEnd::Link));
            open = false;
            next = people.next();
        }
        push_text(&mut out, &text, done..text.len());
    }
    out
}

fn push_text<'e>(out: &mut Vec<Event<'e>>, text: &CowStr<'e>, part: Range<usize>) {
    if part.is_empty() {
        return;
    }
    out.push(Event::Text(match text {
        CowStr::Borrowed(text) => CowStr::Borrowed(&text[part]),
        text => CowStr::from(text[part].to_string()),
    }));
}
