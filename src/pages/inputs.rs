//! The tree of inputs, and the two things that are made from it: a key and a view.
//!
//! A handle ([`Input::Card`], [`Input::Name`]) stands for a subtree that many pages show; it is expanded, hashed and
//! turned into a value once. A body stands for a file's text: its key is the text's hash and where its links lead; it is
//! rendered only when the page is.

use super::Site;
use super::made::Made;
use crate::archive::{ArticleId, EntityId};
use crate::content::dates::Stamp;
use crate::content::linked::PersonLink;
use crate::content::links::percent_encoded;
use crate::content::markdown::{Body, Context, Labels, Resolved};
use crate::content::{Article, Prose, article::Image, links};
use crate::diagnostics::Diagnostic;
use crate::fingerprint::Fingerprint;
use crate::theme::value::Value;
use jiff::civil::Date;
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

/// One thing that a template can see.
#[derive(Debug)]
pub enum Input<'a> {
    /// Nothing.
    None,
    /// A yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text, escaped where it is shown.
    Text(Cow<'a, str>),
    /// Safe HTML.
    Html(Cow<'a, str>),
    /// A path of the site, to which the base path is added.
    Url(String),
    /// A path of the site and an id on that page.
    Anchor(String, String),
    /// A path of the site as a full URL.
    Absolute(String),
    /// A path of the site as a full URL in ASCII, as most formats for machines want it (RFC 3986).
    Uri(Cow<'a, str>),
    /// A day.
    Day(Date),
    /// A moment, shown in the site's time zone.
    Time(Stamp),
    /// A moment as date and time with offset (RFC 3339), of a day its first moment.
    Instant(Stamp),
    /// The user's own data.
    Json(&'a serde_json::Value),
    /// The user's own keys.
    Extra(&'a std::collections::BTreeMap<String, serde_json::Value>),
    /// A list.
    List(Vec<Input<'a>>),
    /// A map.
    Map(Vec<(&'static str, Input<'a>)>),
    /// What any list may show of an article.
    Card(ArticleId),
    /// A card and more: what has a name of the card's takes its place.
    CardAnd(ArticleId, Vec<(&'static str, Input<'a>)>),
    /// A tag's, person's, thread's or source's name and URL.
    Name(EntityId),
    /// The rendered text of a file, with these names in it as links. What a page shows of a text it shows by this or one of
    /// the next three: from them it is known which pages show it.
    Body(&'a Prose, &'a [(Range<u32>, EntityId)]),
    /// The headings of that text.
    Toc(&'a Prose),
    /// The start of that text, as plain text.
    Opening(&'a Prose),
    /// How many words it has, in portions of so many, rounded up.
    Words(&'a Prose, u32),
    /// What comes out of one file of the site, by its path. Keys and views do not see the difference; `explain` does.
    Of(&'a str, Box<Input<'a>>),
    /// The rendered text of a file as it is read elsewhere: every address in full. The page it stands on.
    Syndicated(&'a Prose, &'a str),
    /// The text of a file as Markdown, every address in full. The page it stands on.
    Markdown(&'a Prose, &'a str),
    /// An article as an entry of a feed of summaries.
    Entry(ArticleId),
    /// What shows something of an article without its card or its text. Keys and views do not see the difference; a
    /// session does.
    Showing(ArticleId, Box<Input<'a>>),
}

impl<'a> Input<'a> {
    /// A text.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// Safe HTML.
    pub fn html(html: &'a str) -> Self {
        Self::Html(html.into())
    }

    /// A path of the site.
    pub fn url(url: String) -> Self {
        Self::Url(url)
    }

    /// A map.
    pub fn map(entries: impl IntoIterator<Item = (&'static str, Input<'a>)>) -> Self {
        Self::Map(entries.into_iter().collect())
    }

    /// What comes out of a file.
    pub fn of(path: &'a str, input: Self) -> Self {
        Self::Of(path, Box::new(input))
    }

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Input<'a>>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// Something or nothing.
    pub fn option<T>(value: Option<T>, make: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::None, make)
    }

    /// A map without what is nothing: in a document it would be a name with nothing to it.
    pub fn compact(entries: impl IntoIterator<Item = (&'static str, Input<'a>)>) -> Self {
        Self::Map(Self::present(entries))
    }

    /// Entries without those that are nothing.
    pub fn present(entries: impl IntoIterator<Item = (&'static str, Input<'a>)>) -> Vec<(&'static str, Input<'a>)> {
        entries.into_iter().filter(|(_, value)| !value.is_nothing()).collect()
    }

    /// Takes out of a map the entries that are not wanted; of a card with more, out of what it has more.
    pub fn retain(&mut self, wanted: impl Fn(&str) -> bool) {
        match self {
            Self::Of(_, input) | Self::Showing(_, input) => input.retain(wanted),
            Self::Map(entries) | Self::CardAnd(_, entries) => entries.retain(|(name, _)| wanted(name)),
            _ => {}
        }
    }

    fn is_nothing(&self) -> bool {
        match self {
            Self::None => true,
            Self::List(items) => items.is_empty(),
            Self::Text(text) => text.is_empty(),
            _ => false,
        }
    }

    /// A path of the site in full.
    pub fn uri(url: impl Into<Cow<'a, str>>) -> Self {
        Self::Uri(url.into())
    }

    /// Cards.
    pub fn cards(ids: impl IntoIterator<Item = ArticleId>) -> Self {
        Self::list(ids.into_iter().map(Self::Card))
    }

    /// A file's text, if it has any.
    pub fn body(prose: Option<&'a Prose>) -> Self {
        Self::option(prose.filter(|p| !p.is_empty()), |prose| Self::Body(prose, &[]))
    }
}

/// What is made once and shown by many pages.
pub struct Shared {
    cards: Made,
    names: Made,
    entries: Made,
    labels: Labels,
    /// Whether somebody wants to know what each page shows.
    pub noting: bool,
}

/// Gives the text of a file, to render its body from.
pub type ReadFile<'a> = dyn Fn(&str) -> Result<String, Box<Diagnostic>> + Sync + 'a;

impl Shared {
    /// Room for a site's cards and names.
    pub fn new(site: &Site) -> Self {
        Self {
            cards: Made::room(site.archive.articles.len()),
            names: Made::room(site.archive.entities.len()),
            entries: Made::room(site.archive.articles.len()),
            labels: site.strings.labels(),
            noting: false,
        }
    }

    /// The key of a page: its inputs, hashed together with what is not in them, the fingerprints of its template and of
    /// the site. And what it shows, where somebody wants to know.
    pub fn key(&self, site: &Site, inputs: &[(&'static str, Input)], with: &[Fingerprint]) -> (Fingerprint, Shown) {
        thread_local!(static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });
        let mut out = Fed { bytes: BUFFER.take(), shown: Shown::default(), noted: self.noting };
        out.bytes.clear();
        with.iter().for_each(|f| out.bytes.extend_from_slice(f.as_bytes()));
        for (name, input) in inputs {
            put(&mut out, name.as_bytes());
            self.feed(site, input, &mut out);
        }
        let key = Fingerprint::of(&out.bytes);
        BUFFER.set(out.bytes);
        (key, out.shown)
    }

    /// The fingerprint of one tree.
    pub fn fingerprint(&self, site: &Site, input: &Input) -> Fingerprint {
        let mut out = Fed { bytes: Vec::with_capacity(512), shown: Shown::default(), noted: false };
        self.feed(site, input, &mut out);
        Fingerprint::of(&out.bytes)
    }

    /// Writes a tree as bytes: no two trees that could be shown differently give the same.
    fn feed(&self, site: &Site, input: &Input, out: &mut Fed) {
        match input {
            Input::None => out.bytes.push(0),
            Input::Bool(b) => out.bytes.extend_from_slice(&[1, u8::from(*b)]),
            Input::Int(n) => tagged(out, 2, &n.to_le_bytes()),
            Input::Text(text) => tagged(out, 3, text.as_bytes()),
            Input::Html(html) => tagged(out, 4, html.as_bytes()),
            Input::Url(url) => tagged(out, 5, url.as_bytes()),
            Input::Absolute(url) => tagged(out, 6, url.as_bytes()),
            Input::Anchor(url, id) => {
                tagged(out, 16, url.as_bytes());
                put(out, id.as_bytes());
            }
            Input::Uri(url) => tagged(out, 23, url.as_bytes()),
            Input::Day(day) => tagged(out, 7, &day_bytes(*day)),
            Input::Instant(stamp) => tagged(out, 24, &stamp.instant.as_nanosecond().to_le_bytes()),
            Input::Time(stamp) => {
                tagged(out, 8, &stamp.instant.as_nanosecond().to_le_bytes());
                out.bytes.push(u8::from(stamp.has_time));
                out.bytes.extend_from_slice(&day_bytes(stamp.day));
            }
            Input::Json(value) => tagged(out, 9, value.to_string().as_bytes()),
            Input::Extra(map) => {
                tagged(out, 15, &(map.len() as u32).to_le_bytes());
                for (key, value) in *map {
                    put(out, key.as_bytes());
                    put(out, value.to_string().as_bytes());
                }
            }
            Input::List(items) => {
                tagged(out, 10, &(items.len() as u32).to_le_bytes());
                items.iter().for_each(|item| self.feed(site, item, out));
            }
            Input::Map(entries) => {
                out.bytes.push(11);
                self.feed_entries(site, entries, out);
            }
            Input::Of(_, input) => self.feed(site, input, out),
            Input::Card(id) => {
                out.note_card(*id);
                tagged(out, 12, self.card(site, *id).as_bytes());
            }
            Input::CardAnd(id, more) => {
                out.note_card(*id);
                tagged(out, 17, self.card(site, *id).as_bytes());
                self.feed_entries(site, more, out);
            }
            Input::Name(id) => tagged(out, 13, self.name(site, *id).as_bytes()),
            Input::Opening(prose) => {
                out.note(prose);
                tagged(out, 19, prose.facts.opening.as_bytes());
            }
            Input::Words(prose, portion) => {
                out.note(prose);
                tagged(out, 18, &prose.facts.words.div_ceil(*portion).to_le_bytes());
            }
            Input::Entry(id) => {
                out.note_card(*id);
                tagged(out, 22, self.entry(site, *id).as_bytes());
            }
            Input::Showing(id, input) => {
                out.note_card(*id);
                self.feed(site, input, out);
            }
            Input::Toc(prose) => {
                out.bytes.push(14);
                feed_body(site, prose, out);
            }
            Input::Body(prose, people) => {
                out.bytes.push(14);
                feed_body(site, prose, out);
                for (range, person) in *people {
                    out.bytes.push(2);
                    out.bytes.extend_from_slice(&range.start.to_le_bytes());
                    out.bytes.extend_from_slice(&range.end.to_le_bytes());
                    out.bytes.extend_from_slice(self.name(site, *person).as_bytes());
                }
            }
            Input::Syndicated(prose, page) => {
                tagged(out, 20, page.as_bytes());
                feed_body(site, prose, out);
            }
            Input::Markdown(prose, page) => {
                tagged(out, 21, page.as_bytes());
                feed_body(site, prose, out);
            }
        }
    }

    fn feed_entries(&self, site: &Site, entries: &[(&'static str, Input)], out: &mut Fed) {
        put(out, &(entries.len() as u32).to_le_bytes());
        for (name, input) in entries {
            put(out, name.as_bytes());
            self.feed(site, input, out);
        }
    }

    fn entry(&self, site: &Site, id: ArticleId) -> Fingerprint {
        self.entries.fingerprint(id.0, || self.fingerprint(site, &super::machines::atom::summary(site, id)))
    }

    fn card(&self, site: &Site, id: ArticleId) -> Fingerprint {
        self.cards.fingerprint(id.0, || self.fingerprint(site, &Input::map(card(site, id))))
    }

    fn name(&self, site: &Site, id: EntityId) -> Fingerprint {
        self.names.fingerprint(id.0, || self.fingerprint(site, &name(site, id)))
    }

    /// The view of a page: its inputs as template values.
    pub fn view(
        &self,
        site: &Site,
        inputs: Vec<(&'static str, Input)>,
        read: &ReadFile,
    ) -> Result<Vec<(&'static str, Value)>, Box<Diagnostic>> {
        let mut viewer = Viewer { shared: self, site, read, rendered: Vec::new() };
        inputs.into_iter().map(|(name, input)| Ok((name, viewer.value(&input)?))).collect()
    }

    /// One tree without bodies as a template value.
    pub fn value(&self, site: &Site, input: &Input) -> Result<Value, Box<Diagnostic>> {
        Viewer { shared: self, site, read: &|_| Ok(String::new()), rendered: Vec::new() }.value(input)
    }
}

struct Viewer<'s> {
    shared: &'s Shared,
    site: &'s Site<'s>,
    read: &'s ReadFile<'s>,
    /// Bodies of this page, by path: a body and its headings are one rendering.
    rendered: Vec<(Arc<str>, Body)>,
}

impl Viewer<'_> {
    fn value(&mut self, input: &Input) -> Result<Value, Box<Diagnostic>> {
        let config = self.site.config;
        Ok(match input {
            Input::None => Value::none(),
            Input::Bool(b) => Value::bool(*b),
            Input::Int(n) => Value::int(*n),
            Input::Text(text) => Value::text(text),
            Input::Html(html) => Value::html(html),
            Input::Url(url) => Value::text(&format!("{}{}", config.base_path, percent_encoded(url))),
            Input::Anchor(url, id) => Value::text(&format!("{}{}#{id}", config.base_path, percent_encoded(url))),
            Input::Absolute(url) => Value::text(&config.absolute(&percent_encoded(url))),
            Input::Uri(url) => Value::text(&config.absolute(&links::ascii_encoded(url))),
            Input::Instant(stamp) => Value::text(&stamp.rfc3339(&config.time_zone)),
            Input::Day(day) => Value::text(&day.to_string()),
            Input::Time(stamp) if stamp.has_time => Value::text(&stamp.rfc3339(&config.time_zone)),
            Input::Time(stamp) => Value::text(&stamp.day.to_string()),
            Input::Json(value) => Value::json(value),
            Input::Extra(map) => Value::dictionary(map.iter().map(|(k, v)| (k.clone(), Value::json(v)))),
            Input::List(items) => Value::list(items.iter().map(|i| self.value(i)).collect::<Result<_, _>>()?),
            Input::Map(entries) => Value::map(self.entries(entries)?),
            Input::Of(_, input) => self.value(input)?,
            Input::Card(id) => self.card(*id)?,
            Input::CardAnd(id, more) => self.card(*id)?.and(self.entries(more)?),
            Input::Name(id) => self.shared.names.value(id.0, || self.value(&name(self.site, *id)))?,
            Input::Entry(id) => {
                self.shared.entries.value(id.0, || self.value(&super::machines::atom::summary(self.site, *id)))?
            }
            Input::Body(prose, people) => Value::html(&self.body(prose, people)?.html),
            Input::Opening(prose) => Value::text(&prose.facts.opening),
            Input::Words(prose, portion) => Value::int(i64::from(prose.facts.words.div_ceil(*portion))),
            Input::Syndicated(prose, page) => Value::html(&self.elsewhere(prose, page, Prose::render)?.html),
            Input::Markdown(prose, page) => Value::text(&self.elsewhere(prose, page, Prose::markdown)?),
            Input::Showing(_, input) => self.value(input)?,
            Input::Toc(prose) => Value::list(
                self.body(prose, &[])?
                    .toc
                    .iter()
                    .map(|h| {
                        Value::map(vec![
                            ("level", Value::int(i64::from(h.level))),
                            ("id", Value::text(&h.id)),
                            ("title", Value::html(&h.html)),
                        ])
                    })
                    .collect(),
            ),
        })
    }

    fn entries(&mut self, entries: &[(&'static str, Input)]) -> Result<Vec<(&'static str, Value)>, Box<Diagnostic>> {
        let mut out = Vec::with_capacity(entries.len());
        for (name, input) in entries {
            out.push((*name, self.value(input)?));
        }
        Ok(out)
    }

    fn card(&mut self, id: ArticleId) -> Result<Value, Box<Diagnostic>> {
        self.shared.cards.value(id.0, || self.value(&Input::map(card(self.site, id))))
    }

    fn body(&mut self, prose: &Prose, people: &[(Range<u32>, EntityId)]) -> Result<&Body, Box<Diagnostic>> {
        let at = match self.rendered.iter().position(|(path, _)| *path == prose.path) {
            Some(at) => at,
            None => {
                let text = (self.read)(&prose.path)?;
                let resolve = |to: &str| self.site.links.resolve(&prose.path, to);
                let people: Vec<PersonLink> = people
                    .iter()
                    .map(|(range, person)| PersonLink {
                        range: range.clone(),
                        url: format!(
                            "{}{}",
                            self.site.config.base_path,
                            percent_encoded(&self.site.archive.entity(*person).url())
                        ),
                    })
                    .collect();
                let context = Context {
                    people: &people,
                    settings: &self.site.config.markdown,
                    labels: &self.shared.labels,
                    rel: &self.site.config.links_rel,
                    resolve: &resolve,
                    own_page: true,
                };
                self.rendered.push((prose.path.clone(), prose.render(&text, &context)?));
                self.rendered.len() - 1
            }
        };
        Ok(&self.rendered[at].1)
    }

    /// A body as it is read elsewhere than on `page`.
    fn elsewhere<T>(
        &self,
        prose: &Prose,
        page: &str,
        make: impl FnOnce(&Prose, &str, &Context) -> Result<T, Box<Diagnostic>>,
    ) -> Result<T, Box<Diagnostic>> {
        let text = (self.read)(&prose.path)?;
        let config = self.site.config;
        let resolve = |to: &str| match self.site.links.resolve(&prose.path, to) {
            Resolved::Url(url) if url.starts_with('/') => Resolved::Url(format!("{}{url}", config.origin)),
            // A fragment of its own page.
            Resolved::Url(url) => Resolved::Url(format!("{}{url}", config.absolute(&percent_encoded(page)))),
            Resolved::Nowhere => Resolved::Nowhere,
        };
        let context = Context {
            settings: &config.markdown,
            labels: &self.shared.labels,
            rel: &config.links_rel,
            resolve: &resolve,
            own_page: false,
            people: &[],
        };
        make(prose, &text, &context)
    }
}

fn feed_body(site: &Site, prose: &Prose, out: &mut Fed) {
    out.note(prose);
    put(out, prose.hash.as_bytes());
    for (to, resolved) in site.links.of(&prose.path) {
        put(out, to.as_bytes());
        match resolved {
            Resolved::Url(url) => tagged(out, 1, url.as_bytes()),
            Resolved::Nowhere => out.bytes.push(0),
        }
    }
}

/// What a page shows that can change while the archive keeps its shape.
#[derive(Default)]
pub struct Shown {
    /// Files whose texts it shows, by path.
    pub texts: Vec<Arc<str>>,
    /// Articles whose cards it shows.
    pub cards: Vec<ArticleId>,
}

/// A tree as bytes, and what was met on the way.
struct Fed {
    bytes: Vec<u8>,
    shown: Shown,
    noted: bool,
}

impl Fed {
    fn note(&mut self, prose: &Prose) {
        if self.noted && self.shown.texts.last() != Some(&prose.path) {
            self.shown.texts.push(prose.path.clone());
        }
    }

    fn note_card(&mut self, id: ArticleId) {
        if self.noted {
            self.shown.cards.push(id);
        }
    }
}

fn put(out: &mut Fed, bytes: &[u8]) {
    out.bytes.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out.bytes.extend_from_slice(bytes);
}

fn tagged(out: &mut Fed, tag: u8, bytes: &[u8]) {
    out.bytes.push(tag);
    put(out, bytes);
}

fn day_bytes(day: Date) -> [u8; 4] {
    let year = day.year().to_le_bytes();
    [year[0], year[1], day.month() as u8, day.day() as u8]
}

/// What any list may show of an article. Never the body.
pub(super) fn card<'a>(site: &Site<'a>, id: ArticleId) -> Vec<(&'static str, Input<'a>)> {
    let article: &'a Article = site.archive.article(id);
    let about = site.archive.about(id);
    let names = |ids: &[EntityId]| Input::list(ids.iter().map(|id| Input::Name(*id)));
    vec![
        ("title", Input::html(&article.title.html)),
        ("title_text", Input::text(article.title.text.as_str())),
        ("summary", Input::text(article.summary.as_str())),
        ("url", Input::url(about.url.clone())),
        ("date", Input::Time(article.when)),
        ("has_time", Input::Bool(article.when.has_time)),
        ("day", Input::Day(article.when.day)),
        ("day_url", Input::url(crate::archive::days::url(article.when.day))),
        ("kicker", Input::option(article.kicker.as_deref(), Input::text)),
        ("place", Input::option(article.place.as_deref(), Input::text)),
        ("genre", Input::option(article.genre, |g| Input::text(g.word()))),
        ("tags", names(&about.names.tags)),
        ("people", names(&about.names.people)),
        ("thread", Input::option(about.names.thread, Input::Name)),
        ("image", Input::option(article.image.as_ref(), |image| picture(site, &article.prose.path, image, false))),
        (
            "status",
            Input::option(about.status, |reason| {
                let at = reason.at().map(|at| Stamp {
                    instant: at,
                    day: at.to_zoned(site.config.time_zone.clone()).date(),
                    has_time: true,
                });
                Input::map([("kind", Input::text(reason.word())), ("at", Input::option(at, Input::Time))])
            }),
        ),
    ]
}

/// A name and where it leads.
pub(super) fn name<'a>(site: &Site<'a>, id: EntityId) -> Input<'a> {
    let entity = site.archive.entity(id);
    Input::map([("name", Input::text(entity.name.as_str())), ("url", Input::url(entity.url()))])
}

/// Where a picture is: a path with the base path, or a full URL; nothing if it cannot be shown.
pub(super) fn picture_address(site: &Site, path: &str, image: &Image) -> Option<String> {
    if links::parse(&image.src).is_internal() {
        match site.links.resolve(path, &image.src) {
            Resolved::Url(url) => Some(url),
            Resolved::Nowhere => None,
        }
    } else {
        matches!(links::parse(&image.src), links::Target::External).then(|| image.src.clone())
    }
}

/// A picture; `whole` with its caption and credit.
pub(super) fn picture<'a>(site: &Site<'a>, path: &str, image: &'a Image, whole: bool) -> Input<'a> {
    let Some(src) = picture_address(site, path, image) else { return Input::None };
    let mut entries = vec![("src", Input::text(src)), ("alt", Input::text(image.alt.as_str()))];
    if whole {
        entries.push(("caption", Input::option(image.caption.as_ref(), |c| Input::html(&c.html))));
        entries.push(("credit", Input::option(image.credit.as_deref(), Input::text)));
    }
    Input::Map(entries)
}
