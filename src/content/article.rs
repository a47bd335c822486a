//! One news item: a Markdown file with YAML front matter becomes an [`Article`]. The keys are those of the manual's page on
//! front matter.

use super::dates::{self, Stamp};
use super::front_matter::{Fields, Keys};
use super::slug::{is_sound, slugify};
use super::visible::Visible;
use super::{Loaded, Prose, markdown, paths, prose};
use crate::config::Config;
use crate::diagnostics::{Code, Diagnostic};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// One news item; its body stays in its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// The body.
    pub prose: Prose,
    /// The headline.
    pub title: Headline,
    /// When it happened or was published.
    pub when: Stamp,
    /// Its part of the URL.
    pub slug: String,
    /// One or two sentences of plain text.
    pub summary: String,
    /// Whether the summary is other than the start of the body: if not, it need not stand above it.
    pub has_standfirst: bool,
    /// The word above the headline.
    pub kicker: Option<String>,
    /// The dateline: `GENEVA`.
    pub place: Option<String>,
    /// Bylines.
    pub authors: Vec<Byline>,
    /// Tags as written.
    pub tags: Vec<String>,
    /// People as written: ids, names or aliases.
    pub people: Vec<String>,
    /// People who are never indexed here.
    pub people_exclude: Vec<String>,
    /// The running story as written.
    pub thread: Option<String>,
    /// What the article is based on.
    pub sources: Vec<Credit>,
    /// Whether it leads its day.
    pub lead: bool,
    /// Its place in its day's briefing, low first.
    pub rank: Option<i64>,
    /// When it last changed in substance.
    pub updated: Option<Stamp>,
    /// What was wrong, oldest first.
    pub corrections: Vec<Correction>,
    /// Not to be published.
    pub draft: bool,
    /// Not to be published before.
    pub embargo: Option<Stamp>,
    /// Not to be shown from then on.
    pub expires: Option<Stamp>,
    /// Old paths that must keep working.
    pub aliases: Vec<String>,
    /// The bytes of the file that decide its address: its slug, else its title; and those that name its aliases.
    pub address_spans: [Range<u32>; 2],
    /// The picture.
    pub image: Option<Box<Image>>,
    /// Where the original stands, if not here.
    pub canonical_url: Option<String>,
    /// What feed readers know it by, if not by its first address: a URI.
    pub guid: Option<String>,
    /// The same article in other languages: language → URL.
    pub translations: BTreeMap<String, String>,
    /// BCP 47 tag, if it differs from the site's.
    pub language: Option<String>,
    /// What kind of piece it is.
    pub genre: Option<Genre>,
    /// Search engines are asked to leave it out.
    pub noindex: bool,
    /// The editor's word for readers who may want to be warned.
    pub sensitivity: Option<String>,
    /// The editor's own keys.
    #[serde(with = "super::stored::json")]
    pub extra: BTreeMap<String, serde_json::Value>,
}

impl Article {
    /// This article with the other's words in its card and on its own page. Where it stands in the archive does not
    /// depend on any of them.
    pub fn in_the_words_of(&self, other: &Self) -> Self {
        let other = other.clone();
        let mut image = self.image.clone();
        if let (Some(image), Some(other)) = (&mut image, &other.image) {
            image.span = other.span.clone();
        }
        Self {
            title: other.title,
            summary: other.summary,
            has_standfirst: other.has_standfirst,
            kicker: other.kicker,
            place: other.place,
            authors: other.authors,
            genre: other.genre,
            sensitivity: other.sensitivity,
            extra: other.extra,
            address_spans: other.address_spans,
            image,
            ..self.clone()
        }
    }

    /// Whether it should not have been published: it keeps its address, and no list has it.
    pub fn is_retracted(&self) -> bool {
        self.corrections.iter().any(|c| c.kind == CorrectionKind::Retraction)
    }
}

/// A headline, rendered once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Headline {
    /// With inline Markdown as HTML.
    pub html: String,
    /// As plain text.
    pub text: String,
}

/// Who wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Byline {
    /// The name.
    pub name: String,
    /// A page about them.
    pub url: Option<String>,
}

/// A source that the article credits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Credit {
    /// The publisher or wire.
    pub publisher: Option<String>,
    /// The source's original headline.
    pub title: Option<String>,
    /// Where it stands.
    pub url: Option<String>,
    /// When it was published.
    pub date: Option<Stamp>,
}

/// A mistake that was put right in public.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correction {
    /// When.
    pub date: Stamp,
    /// Of what kind.
    pub kind: CorrectionKind,
    /// What it says, as HTML and plain text.
    pub text: Headline,
}

/// A picture with what must be said of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Image {
    /// A path relative to the file, a path of the site, or a URL.
    pub src: String,
    /// What it shows; empty for decoration.
    pub alt: String,
    /// The line below it.
    pub caption: Option<Headline>,
    /// Who made it.
    pub credit: Option<String>,
    /// The bytes of the file at which it stands.
    pub span: Range<u32>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal $meaning:literal)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $(#[doc = $meaning] $variant,)* }
        impl $name {
            /// Every word that is understood.
            pub const WORDS: &'static [&'static str] = &[$($word,)*];
            /// The word for it in front matter.
            pub fn word(self) -> &'static str { match self { $(Self::$variant => $word,)* } }
            fn of_word(word: &str) -> Option<Self> { match word { $($word => Some(Self::$variant),)* _ => None } }
        }
    };
}

words! {
    /// What a correction does.
    CorrectionKind {
        Correction "correction" "A fact was wrong."
        Clarification "clarification" "A fact could be misread."
        EditorsNote "editors-note" "The desk has something to say about the article."
        Update "update" "Something happened since."
        Retraction "retraction" "The article should not have been published."
    }
}

words! {
    /// What kind of piece it is.
    Genre {
        Reportage "reportage" "What happened."
        Opinion "opinion" "What the author thinks of it."
        Analysis "analysis" "What it means."
        Obituary "obituary" "A life."
        Satire "satire" "Not meant."
    }
}

/// The keys of an article's front matter.
pub const KEYS: &[&str] = &[
    "title",
    "date",
    "slug",
    "summary",
    "description",
    "deck",
    "dek",
    "kicker",
    "place",
    "authors",
    "tags",
    "people",
    "people_exclude",
    "thread",
    "sources",
    "lead",
    "rank",
    "updated",
    "corrections",
    "draft",
    "embargo",
    "expires",
    "aliases",
    "redirect_from",
    "image",
    "canonical_url",
    "guid",
    "translations",
    "language",
    "genre",
    "noindex",
    "sensitivity",
    "extra",
];

/// The keys of an author, a source, a correction and a picture.
pub const AUTHOR_KEYS: &[&str] = &["name", "url"];
/// See [`AUTHOR_KEYS`].
pub const SOURCE_KEYS: &[&str] = &["publisher", "title", "url", "date"];
/// See [`AUTHOR_KEYS`].
pub const CORRECTION_KEYS: &[&str] = &["date", "kind", "text"];
/// See [`AUTHOR_KEYS`].
pub const IMAGE_KEYS: &[&str] = &["src", "alt", "caption", "credit"];

/// Reads an article from the bytes of its file, and the text that its readers see into `visible`.
pub fn load(path: &str, bytes: &[u8], config: &Config, visible: &mut Visible) -> Loaded<Article> {
    if stem(path) == "_index" {
        return Loaded::failed(
            Diagnostic::warning(Code::SectionFile, "this is a section file of another generator, not an article")
                .in_file(path)
                .help("Dateline makes its own list pages: delete it, or move its text to `content/pages/`"),
        );
    }
    prose::read(
        path,
        bytes,
        &config.front_matter.articles,
        &config.markdown,
        visible,
        |keys, prose| article(path, keys, prose, config),
        |article, extra| article.map(|a| Article { extra, ..a }),
        KEYS,
    )
}

fn article(path: &str, keys: &mut Keys, prose: Prose, config: &Config) -> Option<Article> {
    let zone = &config.time_zone;
    let address_spans = [keys.span_of_first(&["slug", "title"]), keys.span_of_first(&["aliases", "redirect_from"])];
    let title = title(keys, config);
    let when = date(path, keys, config);
    let slug = slug(path, keys, title.as_ref(), config);
    let written = keys
        .take_any(&["summary", "description", "deck", "dek"])
        .and_then(|(key, value)| keys.as_string(key, value))
        .map(|s| markdown::inline(&s, &config.markdown).1);
    // One that only repeats how the body begins need not stand above it.
    let has_standfirst = written.as_ref().is_some_and(|s| *s != prose.facts.opening);
    let summary = written.unwrap_or_else(|| prose.facts.opening.clone());
    // Of several keys for one thing the first with a value counts; the others must not show up as the user's own.
    for other in ["summary", "description", "deck", "dek"] {
        keys.take(other);
    }
    let article = Article {
        title: title.clone().unwrap_or_default(),
        when: when.unwrap_or(Stamp::of_day(jiff::civil::date(1, 1, 1), zone)),
        slug: slug.unwrap_or_default(),
        summary,
        has_standfirst,
        kicker: keys.string("kicker"),
        place: keys.string("place"),
        authors: authors(keys),
        tags: keys.strings("tags"),
        people: keys.strings("people"),
        people_exclude: keys.strings("people_exclude"),
        thread: keys.string("thread"),
        sources: credits(keys, config),
        lead: keys.bool("lead"),
        rank: keys.integer("rank"),
        updated: keys.stamp("updated", zone),
        corrections: corrections(keys, config),
        draft: keys.bool("draft"),
        embargo: keys.stamp("embargo", zone),
        expires: keys.stamp("expires", zone),
        address_spans,
        aliases: paths::aliases(&["aliases", "redirect_from"], keys),
        image: image(keys, config).map(Box::new),
        canonical_url: paths::web_address("canonical_url", keys),
        guid: guid(keys),
        translations: translations(keys),
        language: language(keys),
        genre: word("genre", keys, Genre::of_word, Genre::WORDS),
        noindex: keys.bool("noindex"),
        sensitivity: keys.string("sensitivity"),
        extra: BTreeMap::new(),
        prose,
    };
    (title.is_some() && when.is_some()).then_some(article)
}

fn title(keys: &mut Keys, config: &Config) -> Option<Headline> {
    let before = keys.problems.len();
    match keys.string("title") {
        Some(title) => {
            let made = headline(&title, config);
            if made.text.trim().is_empty() {
                let help = "write words: pictures and links are not for headlines";
                keys.error(Code::BadValue, "title", format!("nothing of the title `{title}` can be shown"), help);
                return None;
            }
            Some(made)
        }
        None => {
            if keys.problems.len() == before {
                keys.error(
                    Code::MissingKey,
                    "title",
                    "this article has no title",
                    "add a line `title: …` to its front matter",
                );
            }
            None
        }
    }
}

/// A line of Markdown, rendered.
pub(super) fn headline(line: &str, config: &Config) -> Headline {
    let (html, text) = markdown::inline(line, &config.markdown);
    Headline { html, text }
}

fn date(path: &str, keys: &mut Keys, config: &Config) -> Option<Stamp> {
    let zone = &config.time_zone;
    let before = keys.problems.len();
    if let Some(stamp) = keys.stamp("date", zone) {
        return Some(stamp);
    }
    if keys.problems.len() > before {
        return None;
    }
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    let day = dates::from_file_name(stem(path)).map(|(day, _)| day).or_else(|| dates::from_folders(folders.split('/')));
    match day {
        Some(day) => Some(Stamp::of_day(day, zone)),
        None => {
            keys.error(
                Code::NoDate,
                "date",
                "this article has no date",
                "add `date: 2025-03-16`, name the file `2025-03-16-slug.md`, or put it into folders `2025/03/16/`",
            );
            None
        }
    }
}

fn slug(path: &str, keys: &mut Keys, title: Option<&Headline>, config: &Config) -> Option<String> {
    if let Some(written) = keys.string("slug") {
        let decoded = super::links::percent_decoded(&written);
        let trimmed = decoded.trim_matches('/');
        if is_sound(trimmed) && config.slugs == super::slug::SlugStyle::Unicode {
            return Some(trimmed.to_string());
        }
        let made = slugify(trimmed, config.slugs);
        if trimmed.contains(['/', '\\']) || trimmed.contains("..") || made.is_empty() {
            let help =
                if made.is_empty() { "use letters and digits".to_string() } else { format!("write `slug: {made}`") };
            keys.error(Code::BadSlug, "slug", format!("the slug `{written}` cannot be part of a URL"), help);
            return None;
        }
        if made != trimmed && !is_sound(trimmed) {
            let message = format!("the slug `{written}` is understood as `{made}`");
            keys.warning(Code::BadSlug, "slug", message, format!("write `slug: {made}`"));
        }
        return Some(made);
    }
    let stem = stem(path);
    let rest = dates::from_file_name(stem).map_or(stem, |(_, rest)| rest);
    let made = [rest, title.map_or("", |t| &t.text)].iter().map(|t| slugify(t, config.slugs)).find(|s| !s.is_empty());
    if made.is_none() && title.is_some() {
        let help = "add `slug: some-words` in letters and digits";
        keys.error(Code::BadSlug, "title", "neither the file name nor the title can be made into a URL", help);
    }
    made
}

/// The file name without its ending; of `slug/index.md`, the folder's name.
pub(super) fn stem(path: &str) -> &str {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or("");
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    if stem == "index" { parts.next().unwrap_or(stem) } else { stem }
}

fn authors(keys: &mut Keys) -> Vec<Byline> {
    let mut out = Vec::new();
    for mut item in keys.maps("authors", "name") {
        let name = item.string(&["name"], keys);
        let url = item.string(&["url"], keys).filter(|url| paths::check_address(url, &item, keys));
        match name {
            Some(name) => out.push(Byline { name, url }),
            None => item.error(Code::MissingKey, "an author without a name".into(), "add `name: …`", keys),
        }
        item.finish(AUTHOR_KEYS, keys);
    }
    out
}

fn credits(keys: &mut Keys, config: &Config) -> Vec<Credit> {
    let mut out = Vec::new();
    for mut item in keys.maps("sources", "publisher") {
        let credit = Credit {
            publisher: item.string(&["publisher", "name"], keys),
            title: item.string(&["title"], keys),
            url: item.string(&["url"], keys).filter(|url| paths::check_address(url, &item, keys)),
            date: item.stamp("date", &config.time_zone, keys),
        };
        if credit.publisher.is_none() && credit.title.is_none() && credit.url.is_none() {
            item.error(Code::MissingKey, "a source that names nothing".into(), "add `publisher: …`", keys);
        } else {
            out.push(credit);
        }
        item.finish(SOURCE_KEYS, keys);
    }
    out
}

fn corrections(keys: &mut Keys, config: &Config) -> Vec<Correction> {
    let mut out = Vec::new();
    for mut item in keys.maps("corrections", "text") {
        let before = keys.problems.len();
        let date = item.stamp("date", &config.time_zone, keys);
        if date.is_none() && keys.problems.len() == before {
            item.error(Code::MissingKey, "a correction without a date".into(), "add `date: …` to it", keys);
        }
        let text = item.string(&["text", "note", "summary", "description", "reason"], keys);
        if text.is_none() {
            item.error(
                Code::MissingKey,
                "a correction without a text".into(),
                "add `text: …`: what was wrong, what is right",
                keys,
            );
        }
        let kind = match item.string(&["kind", "type"], keys) {
            None => CorrectionKind::Correction,
            Some(word) => {
                CorrectionKind::of_word(&word.to_lowercase().replace([' ', '_'], "-").replace(['\'', '’'], ""))
                    .unwrap_or_else(|| {
                        let help = format!("use one of {}", CorrectionKind::WORDS.join(", "));
                        item.error(Code::BadValue, format!("`{word}` is not a kind of correction"), &help, keys);
                        CorrectionKind::Correction
                    })
            }
        };
        if let (Some(date), Some(text)) = (date, text) {
            out.push(Correction { date, kind, text: headline(&text, config) });
        }
        item.finish(CORRECTION_KEYS, keys);
    }
    out.sort_by_key(|c| c.date.instant);
    out
}

/// A picture under `image`.
pub(super) fn image(keys: &mut Keys, config: &Config) -> Option<Image> {
    let mut item: Fields = keys.maps("image", "src").into_iter().next()?;
    let span = keys.span("image");
    let src = item.string(&["src", "url", "path"], keys);
    let alt = item.alt(keys);
    let image = match (src, alt) {
        (None, _) => {
            item.error(Code::MissingKey, "an image without `src`".into(), "add `src: picture.jpg`", keys);
            None
        }
        (Some(_), None) => {
            let help = "add `alt: …`: what the picture shows, or `alt: \"\"` if it only decorates";
            item.error(Code::MissingKey, "an image without `alt`".into(), help, keys);
            None
        }
        (Some(src), Some(alt)) => Some(Image {
            src,
            alt,
            caption: item.string(&["caption"], keys).map(|c| headline(&c, config)),
            credit: item.string(&["credit"], keys),
            span,
        }),
    };
    item.finish(IMAGE_KEYS, keys);
    image
}

fn guid(keys: &mut Keys) -> Option<String> {
    let guid = keys.string("guid")?;
    let sound = guid.split_once(':').is_some_and(|(scheme, rest)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
            && !rest.is_empty()
    }) && !guid.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'));
    if !sound {
        let help = "write the id that feed readers know it by, such as a URL or `tag:news.example,2019:42`";
        keys.error(Code::BadValue, "guid", format!("the guid `{guid}` is not a URI"), help);
    }
    sound.then_some(guid)
}

fn translations(keys: &mut Keys) -> BTreeMap<String, String> {
    let written = keys.take("translations");
    let mut out = BTreeMap::new();
    let Some(serde_yaml::Value::Mapping(map)) = written else {
        if written.is_some_and(|v| !v.is_null()) {
            let help = "write a language and a web address on each line below it: `  fr: https://…`";
            keys.error(Code::WrongType, "translations", "`translations` is not a map", help);
        }
        return out;
    };
    for (language, url) in map {
        match (language.as_str(), url.as_str()) {
            (Some(language), Some(url))
                if language.parse::<icu_locale_core::Locale>().is_ok() && paths::is_web(url) =>
            {
                out.insert(language.to_string(), url.to_string());
            }
            _ => {
                let help = "write a BCP 47 tag and a full URL: `fr: https://fr.news.example/…`";
                keys.error(Code::BadValue, "translations", "a translation is not a language with a web address", help);
            }
        }
    }
    out
}

fn language(keys: &mut Keys) -> Option<String> {
    let tag = keys.string("language")?;
    if tag.parse::<icu_locale_core::Locale>().is_ok() {
        return Some(tag);
    }
    keys.error(
        Code::BadValue,
        "language",
        format!("`{tag}` is not a language tag"),
        "use a BCP 47 tag, like `fr` or `pt-BR`",
    );
    None
}

fn word<T>(key: &'static str, keys: &mut Keys, of: fn(&str) -> Option<T>, words: &[&str]) -> Option<T> {
    let written = keys.string(key)?;
    let found = of(&written.to_lowercase());
    if found.is_none() {
        keys.error(
            Code::BadValue,
            key,
            format!("`{written}` is not a {key}"),
            format!("use one of {}", words.join(", ")),
        );
    }
    found
}
