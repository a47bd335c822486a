//! XML 1.0 by quick-xml: a map is an element.

use crate::theme::value::{Shape, Value};
use quick_xml::Writer;
use quick_xml::escape::escape;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::borrow::Cow;
use std::io;

/// Writes a document whose entries are elements.
pub(super) fn write(document: &[(&'static str, Value)], out: &mut Vec<u8>) -> io::Result<()> {
    let mut writer = Writer::new(out);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    for (name, value) in document {
        element(&mut writer, name, value)?;
    }
    writer.get_mut().push(b'\n');
    Ok(())
}

fn element(writer: &mut Writer<&mut Vec<u8>>, name: &str, value: &Value) -> io::Result<()> {
    // A line for each element: whoever compares two versions sees which changed.
    let start = |writer: &mut Writer<&mut Vec<u8>>| writer.get_mut().push(b'\n');
    match value.shape() {
        Shape::None => Ok(()),
        Shape::List(items) => items.iter().try_for_each(|item| element(writer, name, item)),
        Shape::Text(content) => {
            start(writer);
            writer.write_event(Event::Start(BytesStart::new(name)))?;
            text(writer, &content)?;
            writer.write_event(Event::End(BytesEnd::new(name)))
        }
        Shape::Map(entries) => {
            start(writer);
            let mut tag = BytesStart::new(name);
            for (key, value) in &entries {
                if let (Some(key), Shape::Text(content)) = (key.strip_prefix('@'), value.shape()) {
                    tag.push_attribute(Attribute::from((key, &*legal(&content))));
                }
            }
            let mut inside = entries.iter().filter(|(key, _)| !key.starts_with('@')).peekable();
            if inside.peek().is_none() {
                return writer.write_event(Event::Empty(tag));
            }
            writer.write_event(Event::Start(tag))?;
            let mut children = false;
            for (key, value) in inside {
                match (*key, value.shape()) {
                    ("#", Shape::Text(content)) => text(writer, &content)?,
                    ("#", _) => {}
                    (key, _) => {
                        children = true;
                        element(writer, key, value)?;
                    }
                }
            }
            if children {
                start(writer);
            }
            writer.write_event(Event::End(BytesEnd::new(name)))
        }
    }
}

fn text(writer: &mut Writer<&mut Vec<u8>>, content: &str) -> io::Result<()> {
    writer.write_event(Event::Text(BytesText::from_escaped(escape(legal(content)))))
}

/// Without the characters that XML 1.0 has no way to write (2.2, `Char`).
fn legal(text: &str) -> Cow<'_, str> {
    let forbidden = |c: char| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    if text.contains(forbidden) { text.replace(forbidden, "").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(value: Value) -> String {
        let mut out = Vec::new();
        write(&[("a", value)], &mut out).expect("a document");
        String::from_utf8(out).expect("UTF-8").replace('\n', "")
    }

    #[test]
    fn a_map_is_an_element() {
        let value = Value::map(vec![
            ("@href", Value::text("x\"<&>'y")),
            ("b", Value::list(vec![Value::text("1"), Value::int(2)])),
            ("c", Value::none()),
            ("d", Value::map(vec![("@e", Value::text("f"))])),
        ]);
        assert_eq!(
            written(value),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><a href=\"x&quot;&lt;&amp;&gt;&apos;y\"><b>1</b><b>2</b><d e=\"f\"/></a>"
        );
    }

    #[test]
    fn what_xml_forbids_is_not_written() {
        let value = Value::map(vec![("@x", Value::text("a\u{0}b")), ("#", Value::text("]]>\u{8}\u{ffff}</a>\u{1b}"))]);
        assert_eq!(written(value), "<?xml version=\"1.0\" encoding=\"utf-8\"?><a x=\"ab\">]]&gt;&lt;/a&gt;</a>");
    }
}
