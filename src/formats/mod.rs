//! Values become what machines read: XML, JSON, tables and lines of text. The counterpart of `theme/`, with nothing to configure.
//!
//! A page without a template is its document: the names and values that its kind hands in are written as they stand, and
//! nothing else is. Formats know values; they know neither the archive nor a page kind.

mod csv;
mod lines;
mod xml;

use crate::theme::value::Value;

/// How a document is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// XML 1.0. The document has one entry, its root element; a map is an element's content: `@name` is an attribute, `#`
    /// the text, a list several elements of one name, and what is nothing is left out.
    Xml,
    /// One JSON object.
    Json,
    /// One JSON value on each line; the document has one entry, a list.
    JsonLines,
    /// A table, comma-separated (RFC 4180); the document has one entry, a list of rows, each a list.
    Csv,
    /// Lines of plain text; the document has one entry, a list. A line break inside a line becomes a space.
    Lines,
    /// A text as it is; the document has one entry.
    Text,
}

impl Format {
    /// Writes a document.
    ///
    /// Errors: a value that the format cannot hold, in words. No kind makes one.
    pub fn write(self, document: Vec<(&'static str, Value)>) -> Result<Vec<u8>, String> {
        let mut out = Vec::with_capacity(4096);
        match self {
            Self::Xml => xml::write(&document, &mut out).map_err(|e| e.to_string())?,
            Self::Json => {
                serde_json::to_writer(&mut out, &Value::map(document)).map_err(|e| e.to_string())?;
                out.push(b'\n');
            }
            Self::JsonLines => {
                for item in items(&document) {
                    serde_json::to_writer(&mut out, &item).map_err(|e| e.to_string())?;
                    out.push(b'\n');
                }
            }
            Self::Csv => csv::write(items(&document), &mut out),
            Self::Lines => lines::write(items(&document), &mut out),
            Self::Text => document.iter().filter_map(|(_, v)| v.as_text()).for_each(|t| out.extend(t.as_bytes())),
        }
        Ok(out)
    }
}

fn items<'v>(document: &'v [(&'static str, Value)]) -> impl Iterator<Item = Value> + 'v {
    document.iter().flat_map(|(_, value)| value.items())
}
