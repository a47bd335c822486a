//! Tables of comma-separated values.

use crate::theme::value::{Shape, Value};

/// Writes rows as RFC 4180 has them: lines end in CR LF, and a value with a comma, a quotation mark or a line break stands in
/// quotation marks, its own doubled.
pub(super) fn write(rows: impl Iterator<Item = Value>, out: &mut Vec<u8>) {
    for row in rows {
        for (at, value) in row.items().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            let Shape::Text(text) = value.shape() else { continue };
            match text.contains([',', '"', '\r', '\n']) {
                true => out.extend(format!("\"{}\"", text.replace('"', "\"\"")).as_bytes()),
                false => out.extend(text.as_bytes()),
            }
        }
        out.extend(b"\r\n");
    }
}
