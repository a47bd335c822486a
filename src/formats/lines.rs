//! Lines of plain text: robots.txt, redirect tables.

use crate::theme::value::{Shape, Value};

/// Writes each text on a line of its own. A line never becomes two, whatever is in it.
pub(super) fn write(items: impl Iterator<Item = Value>, out: &mut Vec<u8>) {
    for item in items {
        if let Shape::Text(line) = item.shape() {
            out.extend(line.replace(is_break, " ").as_bytes());
            out.push(b'\n');
        }
    }
}

/// Unicode's line and paragraph separators end a line for some readers too.
fn is_break(c: char) -> bool {
    (c.is_control() && c != '\t') || matches!(c, '\u{2028}' | '\u{2029}')
}
