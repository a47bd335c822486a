//! Changes to a file's front matter that leave everything else as it was: order, comments, spelling, line breaks.
//!
//! The lines are changed, not the YAML written anew. Whoever uses this reads the result again and compares it with what was
//! meant: YAML has more shapes than are known here.

use super::fence::Split;
use super::scalar::scalar;
use std::ops::Range;

/// The file with a key set to a value, in place of the one it has or on a new line.
pub fn set(text: &str, split: &Split, key: &str, value: &str) -> String {
    let line = format!("{key}: {}{}", scalar(value), line_break(text));
    match entry(text, split, key) {
        Some(entry) => replaced(text, entry, &line),
        None => replaced(text, end(split)..end(split), &line),
    }
}

/// The file with one more item in the list under the first of `keys` that it has, else under a new one.
pub fn add(text: &str, split: &Split, keys: &[&str], item: &str) -> String {
    let item = scalar(item);
    let Some((key, entry)) = keys.iter().find_map(|key| Some((*key, entry(text, split, key)?))) else {
        let line = format!("{}: [{item}]{}", keys[0], line_break(text));
        return replaced(text, end(split)..end(split), &line);
    };
    let old = &text[entry.clone()];
    let value = old[key.len()..].trim_start().trim_start_matches(':').trim();
    if value.starts_with('[') {
        let Some(close) = old.rfind(']') else { return text.to_string() };
        let before = old[..close].trim_end().trim_end_matches(',');
        let comma = if before.ends_with('[') { "" } else { ", " };
        return replaced(text, entry.clone(), &format!("{before}{comma}{item}{}", &old[close..]));
    }
    let last = old.lines().rfind(|line| line.trim_start().starts_with("- "));
    if let Some(last) = last {
        let indent = &last[..last.len() - last.trim_start().len()];
        return replaced(text, entry.end..entry.end, &format!("{indent}- {item}{}", line_break(text)));
    }
    if value.is_empty() {
        return replaced(text, entry, &format!("{key}: [{item}]{}", line_break(text)));
    }
    replaced(text, entry, &format!("{key}: [{value}, {item}]{}", line_break(text)))
}

/// Where a key at the left margin stands with all that belongs to it.
fn entry(text: &str, split: &Split, key: &str) -> Option<Range<usize>> {
    let yaml = split.yaml_start..split.yaml_start + split.yaml.len();
    let mut at = yaml.start;
    let mut found: Option<Range<usize>> = None;
    for line in text[yaml].split_inclusive('\n') {
        let inside = line.starts_with([' ', '\t', '-']) || line.starts_with(']');
        match &mut found {
            Some(range) if inside => range.end = at + line.len(),
            // Blank lines and comments after it are the next key's, if there is one.
            Some(_) if line.trim().is_empty() || line.starts_with('#') => {}
            Some(_) => break,
            None => {
                let rest = line.strip_prefix(key).map(str::trim_start);
                if rest.is_some_and(|rest| rest.starts_with(':')) {
                    found = Some(at..at + line.len());
                }
            }
        }
        at += line.len();
    }
    found
}

/// Where a new line goes: after the last of the YAML.
fn end(split: &Split) -> usize {
    split.yaml_start + split.yaml.len()
}

fn line_break(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

fn replaced(text: &str, range: Range<usize>, with: &str) -> String {
    let before = &text[..range.start];
    let gap = if before.is_empty() || before.ends_with('\n') || range.start != range.end { "" } else { "\n" };
    format!("{before}{gap}{with}{}", &text[range.end..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::fence;

    fn with_alias(front: &str) -> String {
        let text = format!("---\n{front}---\nBody.\n");
        let split = fence::split("a.md", &text).expect("front matter");
        let edited = add(&text, &split, &["aliases", "redirect_from"], "/old/");
        edited
            .strip_prefix("---\n")
            .and_then(|t| t.strip_suffix("---\nBody.\n"))
            .expect("the rest as it was")
            .to_string()
    }

    #[test]
    fn a_list_in_every_shape_gets_one_more_item() {
        for (before, after) in [
            ("title: A\n", "title: A\naliases: [/old/]\n"),
            ("aliases: [/a/]\ntitle: A\n", "aliases: [/a/, /old/]\ntitle: A\n"),
            ("aliases: []\n", "aliases: [/old/]\n"),
            ("aliases: /a/\n", "aliases: [/a/, /old/]\n"),
            (
                "aliases:\n  - /a/\n  - /b/\n\n# Next\ntitle: A\n",
                "aliases:\n  - /a/\n  - /b/\n  - /old/\n\n# Next\ntitle: A\n",
            ),
            ("aliases:\n- /a/\ntitle: A\n", "aliases:\n- /a/\n- /old/\ntitle: A\n"),
            ("aliases: [\n  /a/,\n]\n", "aliases: [\n  /a/, /old/]\n"),
            ("redirect_from: /a/\n", "redirect_from: [/a/, /old/]\n"),
            ("aliases:\ntitle: A\n", "aliases: [/old/]\ntitle: A\n"),
        ] {
            assert_eq!(with_alias(before), after, "{before:?}");
        }
    }

    #[test]
    fn a_key_is_set_where_it_stands() {
        let text = "---\r\ntitle: A\r\nslug: old # why\r\ntags: [x]\r\n---\r\n";
        let split = fence::split("a.md", text).expect("front matter");
        assert_eq!(set(text, &split, "slug", "new"), "---\r\ntitle: A\r\nslug: new\r\ntags: [x]\r\n---\r\n");
        assert_eq!(
            set(text, &split, "date", "2025-03-16"),
            "---\r\ntitle: A\r\nslug: old # why\r\ntags: [x]\r\ndate: 2025-03-16\r\n---\r\n"
        );
    }
}
