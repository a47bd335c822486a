//! What a template can name of its view, read off its text: what it cannot name need not be made.
//!
//! The reading errs on one side only. A name that the text has nowhere is not seen; of a map that the text only ever uses
//! as `map.field`, no other field is. Whatever is used in another way (passed on, looped over, printed) is seen whole.

use rapidhash::{RapidHashMap, RapidHashSet};

/// Tera's name for everything that a template sees.
const DUMP: &str = "__tera_context";

/// The names that the tags of a template have, and the tags of all it reaches.
#[derive(Debug, Default)]
pub struct Seen {
    /// Whether everything may be seen.
    whole: bool,
    /// Name → its fields that are named, if it is used in no other way.
    names: RapidHashMap<String, Option<RapidHashSet<String>>>,
}

/// Of one name of the view, the fields that a template can name.
#[derive(Clone, Copy, Debug)]
pub enum Fields<'s> {
    /// The name is nowhere.
    None,
    /// The name is used in other ways than `name.field`.
    All,
    /// Only these.
    Only(&'s RapidHashSet<String>),
}

impl Fields<'_> {
    /// Whether a field may be seen.
    pub fn has(&self, field: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Only(fields) => fields.contains(field),
        }
    }
}

impl Seen {
    /// Everything.
    pub fn whole() -> Self {
        Self { whole: true, names: RapidHashMap::default() }
    }

    /// By a template with this text, in which Tera has found no fault.
    pub(super) fn by(text: &str) -> Self {
        let mut seen = Self::default();
        seen.read(text);
        seen.whole |= seen.names.contains_key(DUMP);
        seen
    }

    /// By any of several.
    pub(super) fn of_all<'s>(each: impl IntoIterator<Item = &'s Self>) -> Self {
        let mut all = Self::default();
        for seen in each {
            all.whole |= seen.whole;
            for (name, fields) in &seen.names {
                match fields {
                    Some(fields) => fields.iter().for_each(|field| all.add(name, Some(field))),
                    None => all.add(name, None),
                }
            }
        }
        all
    }

    /// Whether a name of the view may be.
    pub fn name(&self, name: &str) -> bool {
        self.whole || self.names.contains_key(name)
    }

    /// Which fields of a name of the view may be.
    pub fn fields(&self, name: &str) -> Fields<'_> {
        match self.names.get(name) {
            _ if self.whole => Fields::All,
            Some(None) => Fields::All,
            Some(Some(fields)) => Fields::Only(fields),
            None => Fields::None,
        }
    }

    fn add(&mut self, name: &str, field: Option<&str>) {
        let fields = self.names.entry(name.to_string()).or_insert_with(|| Some(RapidHashSet::default()));
        match (fields.as_mut(), field) {
            (Some(fields), Some(field)) => {
                fields.insert(field.to_string());
            }
            _ => *fields = None,
        }
    }

    fn read(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            rest = &rest[at + 1..];
            rest = match rest.as_bytes().first() {
                Some(b'#') => rest.split_once("#}").map_or("", |(_, after)| after),
                Some(b'{') => self.tag(&rest[1..], "}}"),
                Some(b'%') => match is_tag(&rest[1..], "raw") {
                    Some(raw) => after_raw(raw),
                    None => self.tag(&rest[1..], "%}"),
                },
                _ => rest,
            };
        }
    }

    /// Reads a tag up to its end, and gives what follows.
    fn tag<'t>(&mut self, text: &'t str, end: &str) -> &'t str {
        let mut rest = text;
        let mut before = Before::Nothing;
        while let Some(c) = rest.chars().next() {
            if is_of_a_word(c) {
                let (word, after) = rest.split_at(rest.find(|c| !is_of_a_word(c)).unwrap_or(rest.len()));
                let next = after.trim_start();
                let dot = next.strip_prefix("?.").or_else(|| next.strip_prefix('.'));
                match before {
                    Before::Name(name) => self.add(name, Some(word)),
                    Before::Nothing if dot.is_none() => self.add(word, None),
                    _ => {}
                }
                let is_name = matches!(before, Before::Nothing);
                before = match dot {
                    None => Before::Nothing,
                    Some(_) if is_name => Before::Name(word),
                    Some(_) => Before::Field,
                };
                rest = dot.unwrap_or(after).trim_start();
                continue;
            }
            // A dot with no word after it is none of those that this knows.
            if let Before::Name(name) = std::mem::replace(&mut before, Before::Nothing) {
                self.add(name, None);
            }
            if let Some(after) = rest.strip_prefix(end) {
                return after;
            }
            rest = &rest[c.len_utf8()..];
            if matches!(c, '"' | '\'' | '`') {
                rest = after_string(rest, c);
            }
        }
        // Tera has found an end where this has not.
        self.whole = true;
        ""
    }
}

/// What stands before a word with a dot between.
#[derive(Clone, Copy)]
enum Before<'t> {
    Nothing,
    Name(&'t str),
    Field,
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What follows a tag that is this word alone; its `{%` is gone already.
fn is_tag<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let text = text.strip_prefix('-').unwrap_or(text).trim_start();
    let text = text.strip_prefix(word)?.trim_start();
    text.strip_prefix('-').unwrap_or(text).strip_prefix("%}")
}

/// What follows the end of what Tera leaves as it is.
fn after_raw(text: &str) -> &str {
    text.match_indices("{%").find_map(|(at, mark)| is_tag(&text[at + mark.len()..], "endraw")).unwrap_or("")
}

/// What follows the end of a string.
fn after_string(text: &str, mark: char) -> &str {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == mark {
            return &text[at + c.len_utf8()..];
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn only_names_and_their_fields_are_seen() {
        let seen = Seen::by("<cast>{{ article.title }} {% if article?.tags %}{{ article . tags.length }}{% endif %}");
        assert!(["title", "tags"].iter().all(|field| seen.fields("article").has(field)));
        assert!(!seen.fields("article").has("length") && !seen.fields("article").has("cast"));
        assert!(!seen.name("cast") && !seen.name("tags"));
    }

    #[test]
    fn what_is_used_in_another_way_is_seen_whole() {
        for text in [
            "{{ article }}",
            "{{ article | json }}",
            "{{ article[key] }}",
            "{% for key, value in article %}{% endfor %}",
            "{% set a = article %}",
            "{{ (article).title }}",
            "{{ <card {article} /> }}",
            "{{ <card of={article} /> }}",
            "{{ <card {...article} /> }}",
            "{{ [...article] }}",
            "{{ article.. }}",
            "{{ __tera_context }}",
            "{{ \"unended }} {{ article.title }}",
        ] {
            let seen = Seen::of_all(&[Seen::by(text), Seen::by("{{ article.title }}")]);
            assert!(seen.fields("article").has("cast"), "{text}");
        }
    }

    #[test]
    fn strings_hide_the_ends_of_tags_and_nothing_else() {
        for text in [
            r#"{{ "}}" ~ article.cast }}"#,
            r#"{{ '\'}}' ~ article.cast }}"#,
            "{{ `%}` ~ article.cast }}",
            "{% raw %}{{ don't }}{%- endraw -%}{{ article.cast }}'",
            "{%- raw -%}{{ \"{% endraw %}{{ article.cast }}",
            "{# don't #}{{ article.cast }}",
            "{# {{ #}{{ article.cast }}",
            "{{{ 'a': article.cast }}}",
            "{%if x-%}{{-article.cast-}}",
        ] {
            let seen = Seen::by(text);
            assert!(seen.fields("article").has("cast"), "{text}");
            assert!(!seen.fields("article").has("title"), "{text}");
        }
        for text in ["{# {{ article.cast }} #}", "{{ 'article.cast' }}", "{% raw %}{{ article.cast }}{% endraw %}"] {
            assert!(!Seen::by(text).name("article"), "{text}");
        }
    }
}
