//! The Markdown body of a file: where it stands, what is known of it, and how it is rendered when its turn comes.
//!
//! The text itself is not kept: an archive's bodies do not fit in memory, and most builds need few of them.

use super::Loaded;
use super::fence::{self, Split};
use super::front_matter::Keys;
use super::markdown::{self, Body, Context, Facts};
use super::portable::portable;
use super::visible::Visible;
use crate::diagnostics::{Code, Diagnostic};
use crate::fingerprint::Fingerprint;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A file's body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prose {
    /// The file, relative to the site.
    pub path: Arc<str>,
    /// Of the whole file.
    pub hash: Fingerprint,
    /// Where the body starts in the file, in bytes.
    pub start: u32,
    /// What links, anchors and words it has.
    pub facts: Facts,
}

impl Prose {
    /// Reads what stands after the front matter.
    fn scan(
        path: &str,
        text: &str,
        split: &Split,
        settings: &markdown::Settings,
        visible: &mut Visible,
    ) -> Result<Self, Box<Diagnostic>> {
        let body = &text[split.body_start..];
        // pulldown-cmark has had panics on odd input; one article must not take the others with it.
        let facts =
            catch_unwind(AssertUnwindSafe(|| markdown::scan(body, settings, visible))).map_err(|_| panicked(path))?;
        let hash = Fingerprint::of(text.as_bytes());
        Ok(Self { path: path.into(), hash, start: split.body_start as u32, facts })
    }

    /// The bytes of the file at which a link stands.
    pub fn span(&self, link: &markdown::Link) -> Range<u32> {
        self.start + link.range.start..self.start + link.range.end
    }

    /// Whether there is any text at all.
    pub fn is_empty(&self) -> bool {
        self.facts.words == 0 && self.facts.links.is_empty()
    }

    /// Whether two texts are alike to everything but a reader: the same links and anchors, and both with something in
    /// them or neither.
    pub fn links_alike(&self, other: &Self) -> bool {
        let to = |p: &Self| p.facts.links.iter().map(|l| (l.to.clone(), l.image)).collect::<Vec<_>>();
        self.path == other.path
            && self.facts.anchors == other.facts.anchors
            && self.is_empty() == other.is_empty()
            && self.facts.opening.is_empty() == other.facts.opening.is_empty()
            && to(self) == to(other)
    }

    /// Renders the body out of the text of its file.
    pub fn render(&self, file: &str, cx: &Context) -> Result<Body, Box<Diagnostic>> {
        let body = self.body(file)?;
        catch_unwind(AssertUnwindSafe(|| markdown::render(body, cx))).map_err(|_| panicked(&self.path))
    }

    /// The body as Markdown that can be read anywhere, out of the text of its file.
    pub fn markdown(&self, file: &str, cx: &Context) -> Result<String, Box<Diagnostic>> {
        let body = self.body(file)?;
        catch_unwind(AssertUnwindSafe(|| portable(body, cx))).map_err(|_| panicked(&self.path))
    }

    fn body<'f>(&self, file: &'f str) -> Result<&'f str, Box<Diagnostic>> {
        if Fingerprint::of(file.as_bytes()) != self.hash {
            return Err(Box::new(
                Diagnostic::error(Code::Unreadable, "this file changed while the site was being built")
                    .in_file(&*self.path)
                    .help("build again"),
            ));
        }
        Ok(&file[self.start as usize..])
    }
}

fn panicked(path: &str) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(Code::Markdown, "the Markdown of this file could not be read")
            .in_file(path)
            .help("halve the file to find the passage, and please report it: this is a fault of the Markdown parser"),
    )
}

#[allow(clippy::too_many_arguments)]
/// Reads any content file: splits it, parses its keys, scans its body, and lets `make` build the value from them.
pub(super) fn read<T>(
    path: &str,
    bytes: &[u8],
    renamed: &BTreeMap<String, String>,
    settings: &markdown::Settings,
    visible: &mut Visible,
    make: impl FnOnce(&mut Keys, Prose) -> Option<T>,
    finish: impl FnOnce(Option<T>, BTreeMap<String, serde_json::Value>) -> Option<T>,
    known: &[&'static str],
) -> Loaded<T> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => return Loaded::failed(not_utf8(path, bytes, &e)),
    };
    let split = match fence::split(path, text) {
        Ok(split) => split,
        Err(problem) => return Loaded::failed(*problem),
    };
    let mut keys = match Keys::parse(path, text, &split, renamed) {
        Ok(keys) => keys,
        Err(problem) => return Loaded::failed(*problem),
    };
    let prose = match Prose::scan(path, text, &split, settings, visible) {
        Ok(prose) => prose,
        Err(problem) => return Loaded::failed(*problem),
    };
    let value = make(&mut keys, prose);
    let (extra, problems) = keys.finish(known);
    Loaded::new(finish(value, extra), problems)
}

fn not_utf8(path: &str, bytes: &[u8], error: &std::str::Utf8Error) -> Diagnostic {
    let at = error.valid_up_to();
    let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |i| i + 1);
    let end = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |i| at + i);
    let line = String::from_utf8_lossy(&bytes[start..end]);
    let before = String::from_utf8_lossy(&bytes[start..at]).len();
    let mut place = crate::diagnostics::Place::of(&line, before..before + '\u{fffd}'.len_utf8());
    place.line = 1 + bytes[..start].iter().filter(|b| **b == b'\n').count() as u32;
    let d = Diagnostic::error(Code::NotUtf8, "this file is not UTF-8 text").in_file(path).at_place(place);
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return d.help("it is UTF-16: save it as UTF-8");
    }
    d.help("save it as UTF-8; from an old Windows editor: `iconv -f windows-1252 -t utf-8`")
}
