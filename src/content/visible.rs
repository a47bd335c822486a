//! The text of a body as its readers see it, made ready to be searched for names.
//!
//! Here is what is visible, what of it may carry a link, and where in the file each piece comes from. Which names there
//! are is not known here. Spellings that mean one name are made one: Unicode forms (NFC), apostrophes, hyphens, spaces
//! that do not break, soft hyphens.

use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// Stands where something is that is no text: a piece of code, the mark of a footnote. No name reaches across it.
const OBJECT: char = '\u{fffc}';

/// Ends a paragraph, a heading, a cell: no name reaches across it.
pub const BREAK: char = '\n';

/// The visible text of one body.
#[derive(Debug, Default)]
pub struct Visible {
    /// The text; [`BREAK`] between blocks, single spaces within them.
    pub text: String,
    pieces: Vec<Piece>,
    on: bool,
    raw_html: bool,
    state: State,
}

/// A run of text that comes from one run of bytes of the body.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where it starts and ends in the text.
    at: u32,
    until: u32,
    /// The bytes of the body.
    from: u32,
    to: u32,
    /// Whether text and bytes are the same, so that any place in one is a place in the other.
    same: bool,
    /// Whether a link may stand here.
    linkable: bool,
    /// Whether an element begins or ends between the piece before and this one.
    seam: bool,
}

#[derive(Debug, Default)]
struct State {
    /// Depth of what nobody reads: code blocks, pictures.
    hidden: u32,
    /// Depth of what cannot hold a link: links, headings.
    closed: u32,
    /// Depth of raw elements that cannot hold a link.
    raw_closed: u32,
    quotes: u32,
    /// Whether nothing was read of the present line of a quotation.
    line_begins: bool,
    /// Whether this is the line that says whom a quotation is from.
    attribution: bool,
    seam: bool,
}

impl Visible {
    /// One that takes nothing in.
    pub fn off() -> Self {
        Self::default()
    }

    /// One that is ready for a body.
    pub fn new(raw_html: bool) -> Self {
        Self { on: true, raw_html, ..Self::default() }
    }

    /// A single line of plain text, such as a headline.
    pub fn line(text: &str) -> Self {
        let mut visible = Self::new(false);
        visible.push(text, 0..text.len(), true);
        visible
    }

    /// Takes in one event of the Markdown parser and the bytes it comes from.
    pub(super) fn event(&mut self, event: &Event, range: &Range<usize>) {
        if !self.on {
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.state.hidden == 0 => {
                let begins = std::mem::take(&mut self.state.line_begins);
                if begins && self.state.quotes > 0 && text.trim_start().starts_with(['—', '–', '―', '~', '-']) {
                    self.state.attribution = true;
                }
                self.push(text, range.clone(), text.len() == range.len());
            }
            Event::SoftBreak | Event::HardBreak if self.state.hidden == 0 => {
                self.push(" ", range.clone(), false);
                self.state.line_begins = true;
                self.state.attribution = false;
            }
            Event::Code(_) | Event::FootnoteReference(_) if self.state.hidden == 0 => {
                self.text.push(OBJECT);
                self.state.seam = true;
            }
            Event::InlineHtml(html) | Event::Html(html) => {
                self.state.seam = true;
                if self.raw_html {
                    self.raw(html);
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag) {
        self.state.seam = true;
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {}
            Tag::Link { .. } => self.state.closed += 1,
            Tag::Image { .. } => self.state.hidden += 1,
            Tag::CodeBlock(_) | Tag::MetadataBlock(_) => {
                self.state.hidden += 1;
                self.divide();
            }
            Tag::Heading { .. } => {
                self.state.closed += 1;
                self.divide();
            }
            Tag::BlockQuote(_) => {
                self.state.quotes += 1;
                self.divide();
            }
            _ => self.divide(),
        }
    }

    fn end(&mut self, tag: &TagEnd) {
        self.state.seam = true;
        match tag {
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Superscript | TagEnd::Subscript => {}
            TagEnd::Link => self.state.closed -= 1,
            TagEnd::Image => {
                self.state.hidden -= 1;
                self.text.push(OBJECT);
            }
            TagEnd::CodeBlock | TagEnd::MetadataBlock(_) => self.state.hidden -= 1,
            TagEnd::Heading(_) => {
                self.state.closed -= 1;
                self.divide();
            }
            TagEnd::BlockQuote(_) => {
                self.state.quotes -= 1;
                self.divide();
            }
            _ => self.divide(),
        }
    }

    fn divide(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with(BREAK) {
            self.text.push(BREAK);
        }
        self.state.line_begins = true;
        self.state.attribution = false;
    }

    /// The user's own tags: links, code, headings and the titles of works hold no link of ours.
    fn raw(&mut self, html: &str) {
        for tag in html.split('<').skip(1) {
            let (closing, rest) = tag.strip_prefix('/').map_or((false, tag), |rest| (true, rest));
            let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("").to_ascii_lowercase();
            let holds_none = matches!(
                name.as_str(),
                "a" | "code" | "pre" | "kbd" | "samp" | "cite" | "button" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
            );
            if holds_none && closing {
                self.state.raw_closed = self.state.raw_closed.saturating_sub(1);
            } else if holds_none {
                self.state.raw_closed += 1;
            }
        }
    }

    fn push(&mut self, text: &str, range: Range<usize>, same: bool) {
        let state = &mut self.state;
        let linkable = state.closed == 0 && state.raw_closed == 0 && !state.attribution;
        let piece = Piece {
            at: self.text.len() as u32,
            until: self.text.len() as u32 + text.len() as u32,
            from: range.start as u32,
            to: range.end as u32,
            same,
            linkable,
            seam: std::mem::take(&mut state.seam),
        };
        if text.is_ascii() && !text.contains("  ") && !text.contains(['\t', '\n', '\r']) {
            if text.starts_with(' ') && self.text.ends_with(' ') {
                return self.push_changed(text, piece);
            }
            self.text.push_str(text);
            self.pieces.push(piece);
        } else {
            self.push_changed(text, piece);
        }
    }

    /// A text of which some characters are read as others.
    fn push_changed(&mut self, text: &str, whole: Piece) {
        if !whole.same {
            // There is no telling which byte is which: it is one piece.
            text.chars().for_each(|c| {
                let _ = self.push_char(c);
            });
            self.pieces.push(Piece { until: self.text.len() as u32, ..whole });
            return;
        }
        let mut seam = whole.seam;
        let mut run: Option<Piece> = None;
        for (i, c) in text.char_indices() {
            let at = self.text.len() as u32;
            let from = whole.from + i as u32;
            let to = from + c.len_utf8() as u32;
            let joined = self.joins(c);
            if self.push_char(c) {
                let until = self.text.len() as u32;
                match &mut run {
                    Some(run) => (run.to, run.until) = (to, until),
                    None => run = Some(Piece { at, until, from, to, seam: std::mem::take(&mut seam), ..whole }),
                }
                continue;
            }
            self.pieces.extend(run.take());
            // A mark that was joined to the letter before belongs to that letter's piece.
            if !joined && self.text.len() as u32 > at {
                let until = self.text.len() as u32;
                self.pieces.push(Piece { at, until, from, to, same: false, seam: std::mem::take(&mut seam), ..whole });
            } else if let Some(last) = self.pieces.last_mut().filter(|p| p.to == from) {
                // Of the piece before only the end is known to the byte from here on.
                if last.same && last.to - last.from > 1 {
                    let letter = self.text[last.at as usize..].char_indices().next_back().map_or(0, |(i, _)| i as u32);
                    let until = self.text.len() as u32;
                    let split = Piece {
                        at: last.at + letter,
                        until,
                        from: last.from + letter,
                        to,
                        same: false,
                        seam: false,
                        ..*last
                    };
                    (last.to, last.until) = (last.from + letter, last.at + letter);
                    self.pieces.push(split);
                } else {
                    (last.to, last.until) = (to, self.text.len() as u32);
                    last.same = false;
                }
            }
        }
        self.pieces.extend(run);
    }

    /// Whether a character is a mark that becomes one with the letter before.
    fn joins(&self, c: char) -> bool {
        c > '\u{2ff}'
            && unicode_normalization::char::is_combining_mark(c)
            && self.text.chars().next_back().is_some_and(|b| unicode_normalization::char::compose(b, c).is_some())
    }

    /// Adds a character as it is read; says whether it is the same as it was written.
    fn push_char(&mut self, c: char) -> bool {
        match c {
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => false,
            '’' | '‘' | 'ʼ' | '＇' => {
                self.text.push('\'');
                false
            }
            '\u{2010}' | '\u{2011}' => {
                self.text.push('-');
                false
            }
            c if c.is_whitespace() => {
                if !self.text.ends_with([' ', BREAK]) && !self.text.is_empty() {
                    self.text.push(' ');
                    return c == ' ';
                }
                false
            }
            c if c > '\u{2ff}' && unicode_normalization::char::is_combining_mark(c) => {
                let joined = self.text.chars().next_back().and_then(|b| unicode_normalization::char::compose(b, c));
                match joined {
                    Some(joined) => {
                        self.text.pop();
                        self.text.push(joined);
                        false
                    }
                    None => {
                        self.text.push(c);
                        true
                    }
                }
            }
            c => {
                self.text.push(c);
                true
            }
        }
    }

    /// The bytes of the body that a part of the text comes from, if a link may stand around them.
    pub fn linkable(&self, part: Range<usize>) -> Option<Range<u32>> {
        let (start, end) = (part.start as u32, part.end as u32);
        let first = self.pieces.partition_point(|p| p.at <= start).checked_sub(1)?;
        let last = self.pieces.partition_point(|p| p.at < end).checked_sub(1)?;
        let pieces = &self.pieces[first..=last];
        if pieces.iter().any(|p| !p.linkable) || pieces[1..].iter().any(|p| p.seam) {
            return None;
        }
        let (a, z) = (pieces.first()?, pieces.last()?);
        let from = if a.same { a.from + (start - a.at) } else { a.from };
        let to = match z.same {
            true => z.from + (end - z.at),
            false if z.until == end => z.to,
            false => return None,
        };
        (a.same || a.at == start).then_some(from..to).filter(|r| r.start < r.end)
    }
}

/// Puts a text into the form in which [`Visible::text`] is.
pub fn normal(text: &str) -> String {
    let mut line = Visible::line(text).text;
    line.truncate(line.trim_end().len());
    line
}

/// The words of a text that begin with a capital letter, each perhaps several times.
pub fn capitalised(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            if bytes[at].is_ascii() && !bytes[at].is_ascii_alphanumeric() {
                at += 1;
                continue;
            }
            let rest = &text[start..];
            let mut chars = rest.char_indices();
            let first = chars.next().map(|(_, c)| c)?;
            if !is_word(first) {
                at += first.len_utf8();
                continue;
            }
            let end = match bytes[start..].iter().position(|b| !b.is_ascii_alphanumeric()) {
                Some(n) if bytes[start + n].is_ascii() => n,
                None => rest.len(),
                _ => chars.find(|(_, c)| !is_word(*c)).map_or(rest.len(), |(i, _)| i),
            };
            at = start + end;
            if first.is_uppercase() {
                return Some(&rest[..end]);
            }
        }
        None
    })
}

/// Whether a character is part of a word.
pub fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::markdown;

    fn of(markdown: &str) -> Visible {
        let mut visible = Visible::new(false);
        markdown::scan(markdown, &markdown::Settings { raw_html: false, smart_punctuation: true }, &mut visible);
        visible
    }

    #[test]
    fn what_is_visible_and_where_it_comes_from() {
        for (markdown, name, source) in [
            ("One Ana Silva two", "Ana Silva", Some("Ana Silva")),
            ("One Ana\nSilva two", "Ana Silva", Some("Ana\nSilva")),
            ("One Ana\u{a0}Silva two", "Ana Silva", Some("Ana\u{a0}Silva")),
            ("One *Ana Silva* two", "Ana Silva", Some("Ana Silva")),
            ("One *Ana* Silva two", "Ana Silva", None),
            ("One [Ana Silva](x.md) two", "Ana Silva", None),
            ("# Ana Silva", "Ana Silva", None),
            ("Pat O'Brien's", "Pat O'Brien", Some("Pat O'Brien")),
            ("Pat O’Brien’s", "Pat O'Brien", Some("Pat O’Brien")),
            ("Zoe\u{308} Li went", "Zoë Li", Some("Zoe\u{308} Li")),
            ("Mr Zoe\u{308}", "Zoë", Some("Zoe\u{308}")),
            ("Sil\u{ad}va went", "Silva", Some("Sil\u{ad}va")),
            ("A &amp; Ana Silva", "Ana Silva", Some("Ana Silva")),
            ("> So it is.\n> — Ana Silva", "Ana Silva", None),
            ("> Ana Silva said so.", "Ana Silva", Some("Ana Silva")),
        ] {
            let visible = of(markdown);
            let at = visible.text.find(name).unwrap_or_else(|| panic!("{markdown:?}: {:?}", visible.text));
            let found = visible.linkable(at..at + name.len()).map(|r| &markdown[r.start as usize..r.end as usize]);
            assert_eq!(found, source, "{markdown:?}");
        }
    }

    #[test]
    fn code_and_pictures_are_not_read() {
        assert!(!of("`Ana` and ![Ana](a.png)\n\n    Ana\n").text.contains("Ana"));
        assert!(!of("Ana`x`Silva").text.contains("AnaSilva"));
        assert!(!of("Ana\n\nSilva").text.contains("Ana Silva"));
    }

    #[test]
    fn words_with_a_capital() {
        let words = |t| capitalised(t).collect::<Vec<_>>();
        assert_eq!(words("Ana met O'Brien, iPhone and Élan: x2Y"), ["Ana", "O", "Brien", "Élan"]);
        assert_eq!(words("Київ і Москва"), ["Київ", "Москва"]);
    }
}
