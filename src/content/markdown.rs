//! Markdown to HTML by pulldown-cmark, with what a news site adds: heading anchors, alerts, footnotes at the end,
//! table regions, checked links.
//!
//! Reading ([`scan`]) and rendering ([`render`]) see the same events, so an anchor that a link was checked against is
//! the anchor that is written. Where a link leads is not known here: the caller's resolver says it.

use super::linked::{self, PersonLink};
use super::links::{self, Target};
use super::text;
use super::visible::Visible;
use pulldown_cmark::{BlockQuoteKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};
use pulldown_cmark_escape::{escape_href, escape_html};
use rapidhash::{RapidHashMap, RapidHashSet};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::ops::Range;

pub use crate::config::Markdown as Settings;

/// What is known of a body without rendering it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Links and images that stay in the site.
    pub links: Vec<Link>,
    /// Ids that a `#fragment` can name.
    pub anchors: Vec<String>,
    /// The first paragraph, as plain text, cut at a sentence.
    pub opening: String,
    /// Words of visible text.
    pub words: u32,
}

/// One link or image that stays in the site.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The destination as written.
    pub to: String,
    /// Whether it is an image.
    pub image: bool,
    /// Where it stands in the body, in bytes.
    pub range: Range<u32>,
}

/// A rendered body.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// The HTML.
    pub html: String,
    /// The headings in order.
    pub toc: Vec<TocEntry>,
}

/// One heading.
#[derive(Clone, Debug, PartialEq)]
pub struct TocEntry {
    /// 2 to 6.
    pub level: u8,
    /// The heading's id.
    pub id: String,
    /// The heading's text as HTML without links.
    pub html: String,
}

/// The words that the HTML of a body needs, in the site's language.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// Of the anchor beside a heading.
    pub anchor: String,
    /// Of the scrollable region around a table.
    pub table: String,
    /// Of the section of footnotes.
    pub footnotes: String,
    /// Of the link back from a footnote.
    pub back: String,
    /// Of a ticked task.
    pub done: String,
    /// Of an open task.
    pub open: String,
    /// Titles of alerts: note, tip, important, warning, caution.
    pub alerts: [String; 5],
}

/// What becomes of a link that stays in the site.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Resolved {
    /// It leads to this URL, complete with base path.
    Url(String),
    /// It leads nowhere: only its text is shown.
    Nowhere,
}

/// Everything besides the Markdown that decides the HTML of a body.
pub struct Context<'a> {
    /// How Markdown is read.
    pub settings: &'a Settings,
    /// Words of the site's language.
    pub labels: &'a Labels,
    /// `rel` of links that leave the site.
    pub rel: &'a str,
    /// Where a link that stays in the site leads.
    pub resolve: &'a dyn Fn(&str) -> Resolved,
    /// Whether the body stands on a page of its own. In a feed the anchors beside its headings would lead to nothing.
    pub own_page: bool,
    /// Names in the text that become links, in order.
    pub people: &'a [PersonLink],
}

pub(super) fn options(settings: &Settings) -> Options {
    let mut options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM;
    options.set(Options::ENABLE_SMART_PUNCTUATION, settings.smart_punctuation);
    options
}

/// Reads a body for its facts, and its visible text for `visible`.
pub fn scan(markdown: &str, settings: &Settings, visible: &mut Visible) -> Facts {
    let mut facts = Facts::default();
    let mut ids = Ids::default();
    let mut heading: Option<(Option<String>, String)> = None;
    let mut opening: Option<String> = None;
    let mut quiet = 0;
    let mut images = 0;
    let mut notes: Vec<CowStr> = Vec::new();
    for (event, range) in Parser::new_ext(markdown, options(settings)).into_offset_iter() {
        visible.event(&event, &range);
        match event {
            Event::Start(Tag::Heading { id, .. }) => heading = Some((id.map(|i| i.to_string()), String::new())),
            Event::End(TagEnd::Heading(_)) => {
                if let Some((id, text)) = heading.take() {
                    facts.anchors.push(ids.next(id.as_deref(), &text));
                }
            }
            Event::Start(Tag::Paragraph) if facts.opening.is_empty() && quiet == 0 => opening = Some(String::new()),
            Event::End(TagEnd::Paragraph) => {
                if let Some(paragraph) = opening.take() {
                    facts.opening = text::opening(&paragraph);
                }
            }
            Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::FootnoteDefinition(_) | Tag::Table(_)) => quiet += 1,
            Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::FootnoteDefinition | TagEnd::Table) => {
                quiet -= 1
            }
            Event::Start(Tag::Link { link_type: LinkType::Email, .. }) => {}
            Event::Start(Tag::Link { dest_url, .. }) => keep(&mut facts.links, &dest_url, false, range),
            Event::Start(Tag::Image { dest_url, .. }) => {
                keep(&mut facts.links, &dest_url, true, range);
                images += 1;
            }
            Event::End(TagEnd::Image) => images -= 1,
            // What stands in for a picture is no part of a heading or an opening.
            Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak if images > 0 => {}
            Event::FootnoteReference(label) if !notes.contains(&label) => {
                notes.push(label);
                let n = notes.len();
                facts.anchors.extend([format!("_fn-{n}"), format!("_fnref-{n}")]);
            }
            Event::Html(html) | Event::InlineHtml(html) if settings.raw_html => {
                facts.anchors.extend(text::ids(&html).map(str::to_string));
            }
            Event::Text(t) | Event::Code(t) => {
                facts.words += text::count_words(&t);
                if let Some((_, heading)) = &mut heading {
                    heading.push_str(&t);
                }
                if let Some(opening) = &mut opening {
                    opening.push_str(&t);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some((_, heading)) = &mut heading {
                    heading.push(' ');
                }
                if let Some(opening) = &mut opening {
                    opening.push(' ');
                }
            }
            _ => {}
        }
    }
    facts
}

fn keep(links: &mut Vec<Link>, to: &str, image: bool, range: Range<usize>) {
    if links::parse(to).is_internal() {
        links.push(Link { to: to.to_string(), image, range: range.start as u32..range.end as u32 });
    }
}

/// Renders a body.
pub fn render(markdown: &str, cx: &Context) -> Body {
    let parser = Parser::new_ext(markdown, options(cx.settings));
    let events: Vec<Event> = match cx.people {
        [] => parser.collect(),
        people => linked::with_people(parser.into_offset_iter(), people),
    };
    // A body has its page's title above it: where it uses level 1 itself, everything moves down by one.
    let demote =
        events.iter().any(|e| matches!(e, Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }))) as usize;
    let mut writer = Writer { cx, demote, ..Writer::new(cx) };
    for event in events {
        writer.event(event);
    }
    writer.finish(markdown.len())
}

struct Writer<'a, 'e> {
    cx: &'a Context<'a>,
    demote: usize,
    /// Of the last heading; the page's title is 1.
    level: usize,
    out: Vec<Event<'e>>,
    ids: Ids,
    toc: Vec<TocEntry>,
    heading: Option<Heading>,
    /// The text of the image being read.
    image: Option<Image<'e>>,
    /// Tables so far.
    tables: usize,
    /// The block of raw HTML being read, where it is to be shown as text.
    raw: Option<String>,
    /// Open links: whether each was written.
    links: Vec<bool>,
    notes: Notes<'e>,
}

struct Heading {
    id: Option<String>,
    level: HeadingLevel,
    start: usize,
    text: String,
}

struct Image<'e> {
    to: CowStr<'e>,
    title: CowStr<'e>,
    alt: String,
    depth: usize,
}

#[derive(Default)]
struct Notes<'e> {
    /// Label → its number, in order of first reference.
    numbers: RapidHashMap<CowStr<'e>, usize>,
    order: Vec<CowStr<'e>>,
    references: Vec<usize>,
    bodies: RapidHashMap<CowStr<'e>, Vec<Event<'e>>>,
    /// Label of the definition being read, and the output that waits meanwhile.
    open: Option<(CowStr<'e>, Vec<Event<'e>>)>,
}

impl<'a, 'e> Writer<'a, 'e> {
    fn new(cx: &'a Context<'a>) -> Self {
        Self {
            cx,
            demote: 0,
            level: 1,
            out: Vec::new(),
            ids: Ids::default(),
            toc: Vec::new(),
            heading: None,
            image: None,
            tables: 0,
            raw: None,
            links: Vec::new(),
            notes: Notes::default(),
        }
    }

    fn html(&mut self, html: impl Into<CowStr<'e>>) {
        self.out.push(Event::InlineHtml(html.into()));
    }

    fn event(&mut self, event: Event<'e>) {
        if self.image.is_some() {
            return self.image_event(event);
        }
        if let Some(heading) = &mut self.heading {
            match &event {
                Event::Text(t) | Event::Code(t) => heading.text.push_str(t),
                Event::SoftBreak | Event::HardBreak => heading.text.push(' '),
                _ => {}
            }
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Html(html) | Event::InlineHtml(html) if !self.cx.settings.raw_html => match &mut self.raw {
                Some(raw) => raw.push_str(&html),
                None => self.out.push(Event::Text(text::without_comments(&html).into())),
            },
            Event::FootnoteReference(label) => self.reference(label),
            Event::TaskListMarker(done) => self.task(done),
            other => self.out.push(other),
        }
    }

    fn start(&mut self, tag: Tag<'e>) {
        match tag {
            Tag::Heading { level, id, .. } => {
                let id = id.map(|i| i.to_string());
                self.heading = Some(Heading { id, level, start: self.out.len(), text: String::new() });
            }
            Tag::BlockQuote(Some(kind)) => {
                let (class, index) = match kind {
                    BlockQuoteKind::Note => ("note", 0),
                    BlockQuoteKind::Tip => ("tip", 1),
                    BlockQuoteKind::Important => ("important", 2),
                    BlockQuoteKind::Warning => ("warning", 3),
                    BlockQuoteKind::Caution => ("caution", 4),
                };
                let title = escaped(&self.cx.labels.alerts[index]);
                self.html(format!(
                    "<div class=\"alert alert-{class}\" role=\"note\"><p class=\"alert-title\">{title}</p>\n"
                ));
            }
            Tag::Table(alignments) => {
                // Regions are told apart by their names.
                self.tables += 1;
                let (label, n) = (escaped(&self.cx.labels.table), self.tables);
                self.html(format!(
                    "<div class=\"table-wrap\" tabindex=\"0\" role=\"region\" aria-label=\"{label} {n}\">"
                ));
                self.out.push(Event::Start(Tag::Table(alignments)));
            }
            Tag::HtmlBlock if !self.cx.settings.raw_html => self.raw = Some(String::new()),
            // Nothing that an editor can write gives this type: it is a person's name that we made a link of.
            Tag::Link { link_type: LinkType::WikiLink { .. }, dest_url, .. } => {
                let mut tag = String::from("<a class=\"person\" href=\"");
                push_href(&mut tag, &dest_url);
                tag.push_str("\">");
                self.links.push(true);
                self.html(tag);
            }
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => self.link(&format!("mailto:{dest_url}"), ""),
            Tag::Link { dest_url, title, .. } => self.link(&dest_url, &title),
            Tag::Image { dest_url, title, .. } => {
                self.image = Some(Image { to: dest_url, title, alt: String::new(), depth: 0 });
            }
            Tag::FootnoteDefinition(label) => {
                let waiting = std::mem::take(&mut self.out);
                self.notes.open = Some((label, waiting));
            }
            other => self.out.push(Event::Start(other)),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::BlockQuote(Some(_)) => self.html("</div>\n"),
            TagEnd::Table => {
                self.out.push(Event::End(TagEnd::Table));
                self.html("</div>\n");
            }
            TagEnd::HtmlBlock if !self.cx.settings.raw_html => {
                let shown = text::without_comments(&self.raw.take().unwrap_or_default());
                if !shown.trim().is_empty() {
                    self.out.push(Event::Start(Tag::Paragraph));
                    self.out.push(Event::Text(shown.trim().to_string().into()));
                    self.out.push(Event::End(TagEnd::Paragraph));
                }
            }
            TagEnd::Link => {
                if self.links.pop() == Some(true) {
                    self.html("</a>");
                }
            }
            TagEnd::FootnoteDefinition => {
                if let Some((label, waiting)) = self.notes.open.take() {
                    let body = std::mem::replace(&mut self.out, waiting);
                    self.notes.bodies.entry(label).or_insert(body);
                }
            }
            other => self.out.push(Event::End(other)),
        }
    }

    fn end_heading(&mut self) {
        let Some(Heading { id, level, start, text }) = self.heading.take() else { return };
        // No level is skipped: screen readers announce the outline, and `##` then `####` reads as a missing part.
        let level = (level as usize + self.demote).clamp(2, self.level + 1).min(6);
        self.level = level;
        let id = self.ids.next(id.as_deref(), &text);
        let inner: Vec<Event> = self.out.drain(start..).collect();
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, inner.into_iter());
        let label = escaped(&self.cx.labels.anchor);
        let shown = escaped(&id);
        if self.cx.own_page {
            self.html(format!(
                "\n<h{level} id=\"{shown}\">{html} <a class=\"anchor\" href=\"#{shown}\" aria-label=\"{label}\">#</a></h{level}>\n"
            ));
        } else {
            self.html(format!("\n<h{level}>{html}</h{level}>\n"));
        }
        self.toc.push(TocEntry { level: level as u8, id, html: text::without_links(&html) });
    }

    fn link(&mut self, to: &str, title: &str) {
        let mut tag = String::from("<a href=\"");
        let written = match links::parse(to) {
            Target::Unsafe => false,
            Target::External => {
                push_href(&mut tag, to);
                if !self.cx.rel.is_empty() {
                    let _ = write!(tag, "\" rel=\"{}", escaped(self.cx.rel));
                }
                true
            }
            Target::Other => {
                push_href(&mut tag, to);
                true
            }
            Target::Fragment(_) | Target::Rooted { .. } | Target::Relative { .. } => match (self.cx.resolve)(to) {
                Resolved::Url(url) => {
                    push_href(&mut tag, &url);
                    true
                }
                Resolved::Nowhere => false,
            },
        };
        self.links.push(written);
        if written {
            if !title.is_empty() {
                let _ = write!(tag, "\" title=\"{}", escaped(title));
            }
            tag.push_str("\">");
            self.html(tag);
        }
    }

    fn image_event(&mut self, event: Event<'e>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Start(_) => image.depth += 1,
            Event::End(TagEnd::Image) if image.depth == 0 => self.end_image(),
            Event::End(_) => image.depth = image.depth.saturating_sub(1),
            Event::Text(t) | Event::Code(t) => image.alt.push_str(&t),
            Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
            _ => {}
        }
    }

    fn end_image(&mut self) {
        let Some(image) = self.image.take() else { return };
        let src = match links::parse(&image.to) {
            Target::External => Some(image.to.to_string()),
            // `data:image/…` is the one data URL that runs nothing.
            _ if links::is_data_image(&image.to) => Some(image.to.to_string()),
            Target::Unsafe | Target::Other | Target::Fragment(_) => None,
            Target::Rooted { .. } | Target::Relative { .. } => match (self.cx.resolve)(&image.to) {
                Resolved::Url(url) => Some(url),
                Resolved::Nowhere => None,
            },
        };
        let Some(src) = src else {
            return self.out.push(Event::Text(image.alt.into()));
        };
        let mut tag = String::from("<img src=\"");
        push_href(&mut tag, &src);
        let _ = write!(tag, "\" alt=\"{}\"", escaped(&image.alt));
        if !image.title.is_empty() {
            let _ = write!(tag, " title=\"{}\"", escaped(&image.title));
        }
        tag.push_str(" loading=\"lazy\" decoding=\"async\">");
        self.html(tag);
    }

    fn task(&mut self, done: bool) {
        let item = self.out.iter().rposition(|e| matches!(e, Event::Start(Tag::Item)));
        if let Some(item) = item {
            self.out[item] = Event::InlineHtml("\n<li class=\"task\">".into());
        }
        let label = escaped(if done { &self.cx.labels.done } else { &self.cx.labels.open });
        let checked = if done { " checked" } else { "" };
        self.html(format!("<input type=\"checkbox\" disabled{checked} aria-label=\"{label}\"> "));
    }

    fn reference(&mut self, label: CowStr<'e>) {
        let notes = &mut self.notes;
        let number = match notes.numbers.get(&label) {
            Some(number) => *number,
            None => {
                notes.order.push(label.clone());
                notes.references.push(0);
                notes.numbers.insert(label, notes.order.len());
                notes.order.len()
            }
        };
        notes.references[number - 1] += 1;
        let id = match notes.references[number - 1] {
            1 => format!("_fnref-{number}"),
            nth => format!("_fnref-{number}-{nth}"),
        };
        self.html(format!(
            "<sup class=\"footnote-reference\"><a href=\"#_fn-{number}\" id=\"{id}\">{number}</a></sup>"
        ));
    }

    fn finish(mut self, hint: usize) -> Body {
        let mut html = String::with_capacity(hint + hint / 4);
        pulldown_cmark::html::push_html(&mut html, std::mem::take(&mut self.out).into_iter());
        if !self.notes.order.is_empty() {
            self.footnotes(&mut html);
        }
        Body { html, toc: self.toc }
    }

    fn footnotes(&mut self, html: &mut String) {
        let label = escaped(&self.cx.labels.footnotes);
        let back = escaped(&self.cx.labels.back);
        let _ = writeln!(html, "<section class=\"footnotes\" aria-label=\"{label}\"><ol>");
        for (index, label) in self.notes.order.iter().enumerate() {
            let number = index + 1;
            let mut note = String::new();
            let events = self.notes.bodies.remove(label).unwrap_or_default();
            pulldown_cmark::html::push_html(&mut note, events.into_iter());
            let link = format!(" <a class=\"footnote-backref\" href=\"#_fnref-{number}\" aria-label=\"{back}\">↩</a>");
            match note.trim_end().strip_suffix("</p>") {
                Some(start) => note = format!("{start}{link}</p>"),
                None => note.push_str(&link),
            }
            let _ = writeln!(html, "<li id=\"_fn-{number}\">{}</li>", note.trim());
        }
        html.push_str("</ol></section>\n");
    }
}

/// Heading ids, each once.
#[derive(Default)]
struct Ids {
    used: RapidHashSet<String>,
}

impl Ids {
    fn next(&mut self, wanted: Option<&str>, text: &str) -> String {
        let base = match wanted.filter(|w| !w.is_empty() && !w.contains(char::is_whitespace)) {
            Some(wanted) => wanted.trim_start_matches('_').to_string(),
            None => heading_id(text),
        };
        // Ids that start with `_` are the engine's and the theme's.
        let base = if base.is_empty() { "section".to_string() } else { base };
        let mut id = base.clone();
        let mut n = 0;
        while !self.used.insert(id.clone()) {
            n += 1;
            id = format!("{base}-{n}");
        }
        id
    }
}

/// As GitHub makes them: lower case, spaces to hyphens, punctuation dropped.
fn heading_id(text: &str) -> String {
    let mut id = String::new();
    for c in text.trim().chars() {
        match c {
            ' ' | '-' | '\u{a0}' => id.push('-'),
            '_' => id.push('_'),
            c if c.is_alphanumeric() => id.extend(c.to_lowercase()),
            _ => {}
        }
    }
    id.trim_start_matches('_').to_string()
}

/// One line of Markdown, such as a headline, as HTML and as plain text. Of a link or a picture only the text stays; what
/// would be a block (`# x`, `- x`, two paragraphs) is shown as it is written.
pub fn inline(line: &str, settings: &Settings) -> (String, String) {
    const MARKS: &[char] =
        &['\\', '`', '*', '_', '[', ']', '<', '>', '&', '~', '"', '\'', '.', '-', '#', '!', '+', '|', '\n'];
    if !line.contains(MARKS) && !line.starts_with(|c: char| c.is_ascii_digit()) {
        return (line.to_string(), line.to_string());
    }
    let mut plain = String::new();
    let mut events = Vec::new();
    let mut depth = 0;
    for event in Parser::new_ext(line, options(settings)) {
        match event {
            Event::Start(Tag::Paragraph) => depth += 1,
            Event::End(TagEnd::Paragraph) => {}
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough) => events.push(event),
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) | Event::End(TagEnd::Link | TagEnd::Image) => {}
            Event::Text(ref t) | Event::Code(ref t) => {
                plain.push_str(t);
                events.push(event);
            }
            Event::Html(t) | Event::InlineHtml(t) => {
                plain.push_str(&t);
                events.push(Event::Text(t));
            }
            Event::SoftBreak | Event::HardBreak => {
                plain.push(' ');
                events.push(Event::Text(" ".into()));
            }
            _ => depth = 2,
        }
    }
    if depth != 1 {
        return (escaped(line), line.to_string());
    }
    let mut html = String::with_capacity(line.len() + 16);
    pulldown_cmark::html::push_html(&mut html, events.into_iter());
    (html, plain)
}

/// A text as HTML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Writing to a String cannot fail.
    let _ = escape_html(&mut out, text);
    out
}

fn push_href(out: &mut String, url: &str) {
    let _ = escape_href(out, url);
}
