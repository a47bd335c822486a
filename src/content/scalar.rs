//! One text as a YAML scalar: plain where nobody can read it otherwise, in double quotes where they could.
//!
//! What comes out may stand anywhere in a front matter, in a list in brackets too.

/// Words that YAML, or somebody's YAML, reads as something else than text.
const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// A text as YAML can hold it anywhere on one line.
pub fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_alphabetic() || c == '/')
        && !text.ends_with(' ')
        && !text.contains("  ")
        && text.chars().all(|c| {
            c.is_alphanumeric() || matches!(c, ' ' | '/' | '-' | '_' | '.' | '+' | '(' | ')' | '\'' | '’' | '–' | '—')
        })
        && !WORDS.contains(&text.to_lowercase().as_str());
    if plain || is_moment(text) { text.to_string() } else { quoted(text) }
}

/// A headline or a sentence as the value of a key of its own: plain with commas and question marks too.
pub fn line(text: &str) -> String {
    let bare: String =
        text.chars().filter(|c| !matches!(c, ',' | '?' | '!' | ';' | '%' | '“' | '”' | '…' | '$')).collect();
    // What is plain without these signs is plain with them, but in a list in brackets.
    let plain = text.starts_with(char::is_alphabetic) && !text.ends_with(' ') && !text.contains("  ");
    if plain && scalar(&bare) == bare { text.to_string() } else { scalar(text) }
}

/// In double quotes, as JSON writes them, and what YAML would fold or refuse inside them as an escape.
fn quoted(text: &str) -> String {
    let mut out = String::new();
    for c in serde_json::Value::from(text).to_string().chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

/// `2025-03-16`, with or without a time.
fn is_moment(text: &str) -> bool {
    text.len() >= 10
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.contains('-')
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | 'T' | '+' | 'Z'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_yaml::Value;

    #[test]
    fn what_reads_as_itself_stands_plain() {
        for text in ["Ana Silva", "/old/name/", "O'Brien", "Zoë Müller-Löwe", "2025-03-16T18:30:00Z"] {
            assert_eq!(scalar(text), text);
        }
        assert_eq!(line("Ferry returns, after four months"), "Ferry returns, after four months");
        for text in ["Yes", "1984", "Trump: no", "a #b", "[x]", "a, b", "-", "It \"is\"", "", "~"] {
            assert_eq!(scalar(text), serde_json::Value::from(text).to_string());
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "\\PC{0,40}|[ -~\u{85}\u{a0}\u{2028}\u{feff}\u{7f}]{0,20}") {
            for (yaml, place) in [(format!("- {}", line(&text)), 0), (format!("[a, {}, b]", scalar(&text)), 1)] {
                let read: Value = serde_yaml::from_str(&yaml).map_err(|e| TestCaseError::fail(format!("{yaml}: {e}")))?;
                let written = Value::String(text.clone());
                let dated = is_moment(&text);
                prop_assert!(dated || read[place] == written, "{yaml}: {read:?}");
            }
        }
    }
}
