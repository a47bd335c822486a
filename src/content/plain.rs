//! Plain text as Markdown that shows it as it is: what would be a sign of Markdown is escaped, and nothing else.

/// One paragraph on one line.
pub fn paragraph(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let inline = inline(&text);
    // Signs that mean something only where a line begins: headings, lists, quotations, rules, definitions.
    let digits = inline.bytes().take_while(u8::is_ascii_digit).count();
    if (1..=9).contains(&digits) && inline[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &inline[..digits], &inline[digits..]);
    }
    if inline.starts_with(['#', '-', '+', '>', '=', ':']) { format!("\\{inline}") } else { inline }
}

/// A piece of a line, such as a headline.
pub fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let chars: Vec<char> = text.chars().collect();
    for (i, c) in chars.iter().copied().enumerate() {
        let (before, after) = (i.checked_sub(1).map(|i| chars[i]), chars.get(i + 1).copied());
        let escaped = match c {
            '*' | '`' | '[' | ']' | '~' | '|' => true,
            // Inside a word it is only a sign: `snake_case`.
            '_' => !(before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric)),
            '\\' => after.is_none_or(|c| c.is_ascii_punctuation()),
            // A tag, a comment, an address in angle brackets.
            '<' => after.is_some_and(|c| !c.is_whitespace()),
            '&' => after.is_some_and(|c| c.is_ascii_alphabetic() || c == '#'),
            _ => false,
        };
        if escaped {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};

    /// What readers see of a body, if it is one paragraph of text alone.
    fn shown(markdown: &str) -> Option<String> {
        let settings = crate::content::markdown::Settings { raw_html: true, smart_punctuation: false };
        let mut text = String::new();
        for event in Parser::new_ext(markdown, crate::content::markdown::options(&settings)) {
            match event {
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                Event::Text(t) => text.push_str(&t),
                _ => return None,
            }
        }
        Some(text)
    }

    #[test]
    fn only_what_markdown_would_read_is_escaped() {
        for (text, markdown) in [
            ("Plain, with (brackets) & an ampersand.", "Plain, with (brackets) & an ampersand."),
            ("# 1", "\\# 1"),
            ("1. May was dry", "1\\. May was dry"),
            ("5 * 3 and snake_case", "5 \\* 3 and snake_case"),
            ("<b>no</b> 3 < 4", "\\<b>no\\</b> 3 < 4"),
            ("AT&T", "AT\\&T"),
            ("a  hard\n wrap", "a hard wrap"),
        ] {
            assert_eq!(paragraph(text), markdown);
        }
    }

    proptest! {
        #[test]
        fn readers_see_the_text_as_it_was(text in "[-#+>=:*_`\\[\\]<>&~|\\\\!.()0-9a-z{}\"'@/ \u{a0}\u{3b1}]{1,24}") {
            let plain = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(shown(&paragraph(&text)), Some(plain), "{}", paragraph(&text));
        }
    }
}
