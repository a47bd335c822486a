//! Where the front matter of a file ends and its body starts, and what it is if it is not YAML.

use crate::diagnostics::{Code, Diagnostic};
use std::ops::Range;

/// Largest content file, in bytes: a book of a thousand pages is under four million.
pub const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// A file's text, split.
pub struct Split<'a> {
    /// The YAML between the fences.
    pub yaml: &'a str,
    /// Where the opening fence stands in the file, in bytes.
    pub fence: Range<usize>,
    /// Where the YAML starts in the file, in bytes.
    pub yaml_start: usize,
    /// Where the body starts in the file, in bytes.
    pub body_start: usize,
}

/// Splits a file into front matter and body.
///
/// Tolerated: a byte order mark, blank lines before the first fence, spaces after a fence, CRLF, no final newline.
pub fn split<'a>(path: &str, text: &'a str) -> Result<Split<'a>, Box<Diagnostic>> {
    let problem = |code, message: &str, range: Range<usize>, help: &str| {
        Err(Box::new(Diagnostic::error(code, message).in_file(path).at(text, range).help(help)))
    };
    let mut at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    while let Some(line) = text[at..].split_inclusive('\n').next() {
        if !line.trim().is_empty() {
            break;
        }
        at += line.len();
    }
    let first = text[at..].lines().next().unwrap_or("");
    if first.trim_end() != "---" {
        let here = at..at + first.len();
        let convert = "Dateline reads YAML between two lines of `---`";
        return match first.trim_end() {
            "+++" => problem(
                Code::FrontMatterFormat,
                "this front matter is TOML (`+++`, as Hugo and Zola write it)",
                here,
                convert,
            ),
            ";;;" => problem(Code::FrontMatterFormat, "this front matter is JSON between `;;;`", here, convert),
            l if l.starts_with('{') && !l.starts_with("{%") && !l.starts_with("{{") => {
                problem(Code::FrontMatterFormat, "this front matter is JSON", here, convert)
            }
            l if is_pelican_header(l) => problem(
                Code::FrontMatterFormat,
                "this front matter is a list of headers, as Pelican and MultiMarkdown write it",
                here,
                "put a line of `---` above and below the headers and write the keys in lower case",
            ),
            "" => problem(
                Code::FrontMatterMissing,
                "this file is empty",
                at..at,
                "start it with `---`, a line `title: …` and `---`",
            ),
            l if l.starts_with("---") => problem(
                Code::FrontMatterMissing,
                "the first line must be `---` and nothing else",
                here,
                "put the rest of this line on a line of its own",
            ),
            _ => problem(
                Code::FrontMatterMissing,
                "this file has no front matter",
                here,
                "start it with `---`, a line `title: …` and `---`",
            ),
        };
    }
    let fence = at..at + first.len();
    let yaml_start = (at + text[at..].find('\n').map_or(text.len() - at, |i| i + 1)).min(text.len());
    let mut line_start = yaml_start;
    for line in text[yaml_start..].split_inclusive('\n') {
        // YAML ends a document with `...` too (YAML 1.2 §9.1.4); Pandoc and Jekyll read it so.
        if matches!(line.trim_end(), "---" | "...") {
            return Ok(Split {
                yaml: &text[yaml_start..line_start],
                fence,
                yaml_start,
                body_start: line_start + line.len(),
            });
        }
        line_start += line.len();
    }
    problem(
        Code::FrontMatterUnclosed,
        "this front matter is never closed",
        fence,
        "add a line of `---` after the last key",
    )
}

/// `Title: …` as the first line, as Pelican has it.
fn is_pelican_header(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| {
        matches!(
            key.trim().to_ascii_lowercase().as_str(),
            "title" | "date" | "author" | "authors" | "slug" | "category" | "tags" | "summary" | "status" | "modified"
        )
    })
}
