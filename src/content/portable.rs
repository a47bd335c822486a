//! A body as Markdown that can be read anywhere: every address in full, what a reader of the page would not see left out.

use super::links::{self, Target};
use super::markdown::{Context, Resolved, options};
use super::text;
use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

/// Writes a body as CommonMark with GitHub's extensions.
pub(super) fn portable(markdown: &str, cx: &Context) -> String {
    let mut events: Vec<Event> = Vec::new();
    // Open links and pictures: whether each was written.
    let mut open = Vec::new();
    // The block of raw HTML being read: a comment may run over several of its lines.
    let mut raw: Option<String> = None;
    for event in Parser::new_ext(markdown, options(cx.settings)) {
        match event {
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let to = if link_type == LinkType::Email { format!("mailto:{dest_url}") } else { dest_url.to_string() };
                let address = address(&to, cx, false);
                open.push(address.is_some());
                // A reference's definition stands elsewhere: in a copy every link carries its own address.
                let link_type = LinkType::Inline;
                events.extend(address.map(|to| Event::Start(Tag::Link { link_type, dest_url: to.into(), title, id })));
            }
            Event::Start(Tag::Image { dest_url, title, id, .. }) => {
                let address = address(&dest_url, cx, true);
                open.push(address.is_some());
                let link_type = LinkType::Inline;
                events.extend(address.map(|to| Event::Start(Tag::Image { link_type, dest_url: to.into(), title, id })));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if open.pop() == Some(true) {
                    events.push(event);
                }
            }
            Event::Start(Tag::HtmlBlock) => raw = Some(String::new()),
            Event::End(TagEnd::HtmlBlock) => {
                let visible = text::without_comments(&raw.take().unwrap_or_default());
                if visible.trim().is_empty() {
                    continue;
                }
                let (start, end) = match cx.settings.raw_html {
                    true => (Event::Start(Tag::HtmlBlock), Event::End(TagEnd::HtmlBlock)),
                    false => (Event::Start(Tag::Paragraph), Event::End(TagEnd::Paragraph)),
                };
                events.extend([start, shown(visible, cx, Event::Html), end]);
            }
            Event::Html(html) | Event::InlineHtml(html) => match &mut raw {
                Some(raw) => raw.push_str(&html),
                None => events.push(shown(text::without_comments(&html), cx, Event::InlineHtml)),
            },
            other => events.push(other),
        }
    }
    let mut out = String::with_capacity(markdown.len() + 64);
    // Writing to a String cannot fail.
    let _ = pulldown_cmark_to_cmark::cmark(events, &mut out, options(cx.settings));
    out
}

/// Where raw HTML is shown as text, it is here too.
fn shown<'e>(visible: String, cx: &Context, html: fn(pulldown_cmark::CowStr<'e>) -> Event<'e>) -> Event<'e> {
    if cx.settings.raw_html { html(visible.into()) } else { Event::Text(visible.into()) }
}

fn address(to: &str, cx: &Context, image: bool) -> Option<String> {
    match links::parse(to) {
        Target::External => Some(to.to_string()),
        Target::Other if !image => Some(to.to_string()),
        _ if image && links::is_data_image(to) => Some(to.to_string()),
        Target::Other | Target::Unsafe => None,
        Target::Fragment(_) | Target::Rooted { .. } | Target::Relative { .. } => match (cx.resolve)(to) {
            Resolved::Url(url) => Some(url),
            Resolved::Nowhere => None,
        },
    }
}
