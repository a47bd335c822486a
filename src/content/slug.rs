//! Slugs: how a title or a name becomes a part of a URL. The rules are closed: one text, one slug, on every machine.

pub use crate::config::SlugStyle;
use unicode_normalization::UnicodeNormalization;

/// Longest slug, in bytes of UTF-8: file systems stop at 255 for a name.
pub const MAX_BYTES: usize = 200;

/// The slug of a title or name; empty if nothing of the text can be part of a URL.
///
/// Lower case, letters and digits; everything else is a hyphen, but for signs that carry a name (`C++`, `C#`, `.NET`,
/// `Q&A`, `100%`), which are spelt out, and apostrophes, which vanish (`O'Brien` → `obrien`).
pub fn slugify(text: &str, style: SlugStyle) -> String {
    if text.is_ascii() {
        return shorten(hyphenate(text.chars()));
    }
    let text: String = match style {
        SlugStyle::Unicode => text.nfc().collect(),
        SlugStyle::Ascii => deunicode::deunicode_with_tofu(&text.nfc().collect::<String>(), " "),
    };
    let slug = hyphenate(text.chars());
    // Lower-casing can undo the composed form.
    let slug = if slug.is_ascii() { slug } else { slug.nfc().collect() };
    shorten(slug)
}

fn hyphenate(chars: impl Iterator<Item = char>) -> String {
    let mut slug = String::new();
    let mut gap = false;
    let mut previous: Option<char> = None;
    let mut chars = chars.peekable();
    while let Some(c) = chars.next() {
        let next_is_word = chars.peek().is_some_and(|c| c.is_alphanumeric());
        let word = match c {
            '\''
            | '’'
            | '‘'
            | 'ʼ'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => continue,
            '+' => "plus",
            '#' if previous.is_some_and(|p| p.is_alphanumeric()) && !next_is_word => "sharp",
            '.' if !previous.is_some_and(|p| p.is_alphanumeric()) && next_is_word => "dot",
            '&' => "and",
            '%' => "percent",
            '@' => "at",
            _ => "",
        };
        if !word.is_empty() {
            push_gap(&mut slug);
            slug.push_str(word);
            gap = true;
        } else if c.is_alphanumeric() || is_mark(c) {
            if gap {
                push_gap(&mut slug);
            }
            gap = false;
            slug.extend(c.to_lowercase());
        } else {
            gap = true;
        }
        previous = Some(c);
    }
    slug
}

fn push_gap(slug: &mut String) {
    if !slug.is_empty() && !slug.ends_with('-') {
        slug.push('-');
    }
}

/// Vowel signs and accents of scripts that compose no single letter for them.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn shorten(mut slug: String) -> String {
    if slug.len() > MAX_BYTES {
        let mut end = MAX_BYTES;
        while !slug.is_char_boundary(end) {
            end -= 1;
        }
        end = slug[..end].rfind('-').filter(|at| *at > MAX_BYTES / 2).unwrap_or(end);
        slug.truncate(end);
    }
    slug
}

/// Whether a slug that an editor wrote can be one segment of a URL as it stands.
pub fn is_sound(slug: &str) -> bool {
    !slug.is_empty()
        && slug.len() <= MAX_BYTES
        && !slug.starts_with('.')
        && !slug.ends_with('.')
        && slug.chars().all(|c| c.is_alphanumeric() || is_mark(c) || matches!(c, '-' | '_' | '.' | '~'))
}

/// What makes two spellings one name: case, spaces and Unicode form do not count.
pub fn fold(name: &str) -> String {
    if name.is_ascii() {
        let mut out = String::with_capacity(name.len());
        for word in name.split_ascii_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        }
        return out;
    }
    let lower: String = name.nfkc().flat_map(char::to_lowercase).nfkc().collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_by_rule() {
        for (text, slug) in [
            ("Hello, World!", "hello-world"),
            ("C", "c"),
            ("C++", "c-plus-plus"),
            ("C#", "c-sharp"),
            (".NET", "dot-net"),
            ("node.js", "node-js"),
            ("Q&A", "q-and-a"),
            ("O'Brien’s", "obriens"),
            ("#hashtag", "hashtag"),
            ("Zoë Müller", "zoë-müller"),
            ("Zoe\u{308}", "zoë"),
            ("Київ", "київ"),
            ("東京 2020", "東京-2020"),
            ("a/../b", "a-b"),
            ("हिन्दी", "हिन्दी"),
            ("—", ""),
            ("İstanbul", "i̇stanbul"),
        ] {
            assert_eq!(slugify(text, SlugStyle::Unicode), slug, "{text}");
        }
        assert_eq!(slugify("Zoë Ünal в Москве", SlugStyle::Ascii), "zoe-unal-v-moskve");
        assert!(slugify(&"word ".repeat(100), SlugStyle::Unicode).len() <= MAX_BYTES);
    }

    #[test]
    fn names_fold_over_case_space_and_form() {
        assert_eq!(fold("  Steve\u{a0} WITKOFF"), "steve witkoff");
        assert_eq!(fold("Zoe\u{308}"), fold("ZOË"));
        assert_ne!(fold("C"), fold("C++"));
    }
}
