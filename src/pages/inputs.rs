//! The tree of inputs, and the two things that are made from it: a key and a view.
//!
//! A handle ([`Input::Card`], [`Input::Name`]) stands for a subtree that many pages show; it is expanded, hashed and
//! turned into a value once. A body stands for a file's text: its key is the text's hash and where its links lead; it is
//! rendered only when the page is.

use super::Site;
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
use std::sync::OnceLock;

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
    /// A day.
    Day(Date),
    /// A moment, shown in the site's time zone.
    Time(Stamp),
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
    /// The rendered text of a file, with these names in it as links.
    Body(&'a Prose, &'a [(Range<u32>, EntityId)]),
    /// The headings of that text; it must come after it.
    Toc(&'a Prose),
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

    /// A list.
    pub fn list(items: impl IntoIterator<Item = Input<'a>>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// Something or nothing.
    pub fn option<T>(value: Option<T>, make: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::None, make)
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
    cards: Vec<OnceLock<(Fingerprint, OnceLock<Value>)>>,
    names: Vec<OnceLock<(Fingerprint, OnceLock<Value>)>>,
    labels: Labels,
}

/// Gives the text of a file, to render its body from.
pub type ReadFile<'a> = dyn Fn(&str) -> Result<String, Box<Diagnostic>> + Sync + 'a;

impl Shared {
    /// Room for a site's cards and names.
    pub fn new(site: &Site) -> Self {
        let room = |n: usize| std::iter::repeat_with(OnceLock::new).take(n).collect();
        Self {
            cards: room(site.archive.articles.len()),
            names: room(site.archive.entities.len()),
            labels: site.strings.labels(),
        }
    }

    /// The key of a page: its inputs, hashed together with what is not in them, the fingerprints of its template and of
    /// the site.
    pub fn key(&self, site: &Site, inputs: &[(&'static str, Input)], with: &[Fingerprint]) -> Fingerprint {
        thread_local!(static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) });
        BUFFER.with_borrow_mut(|buffer| {
            buffer.clear();
            with.iter().for_each(|f| buffer.extend_from_slice(f.as_bytes()));
            for (name, input) in inputs {
                put(buffer, name.as_bytes());
                self.feed(site, input, buffer);
            }
            Fingerprint::of(buffer)
        })
    }

    /// The fingerprint of one tree.
    pub fn fingerprint(&self, site: &Site, input: &Input) -> Fingerprint {
        let mut buffer = Vec::with_capacity(512);
        self.feed(site, input, &mut buffer);
        Fingerprint::of(&buffer)
    }

    /// Writes a tree as bytes: no two trees that could be shown differently give the same.
    fn feed(&self, site: &Site, input: &Input, out: &mut Vec<u8>) {
        match input {
            Input::None => out.push(0),
            Input::Bool(b) => out.extend_from_slice(&[1, u8::from(*b)]),
            Input::Int(n) => tagged(out, 2, &n.to_le_bytes()),
            Input::Text(text) => tagged(out, 3, text.as_bytes()),
            Input::Html(html) => tagged(out, 4, html.as_bytes()),
            Input::Url(url) => tagged(out, 5, url.as_bytes()),
            Input::Absolute(url) => tagged(out, 6, url.as_bytes()),
            Input::Anchor(url, id) => {
                tagged(out, 16, url.as_bytes());
                put(out, id.as_bytes());
            }
            Input::Day(day) => tagged(out, 7, &day_bytes(*day)),
            Input::Time(stamp) => {
                tagged(out, 8, &stamp.instant.as_nanosecond().to_le_bytes());
                out.push(u8::from(stamp.has_time));
                out.extend_from_slice(&day_bytes(stamp.day));
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
                out.push(11);
                self.feed_entries(site, entries, out);
            }
            Input::Card(id) => tagged(out, 12, self.card(site, *id).0.as_bytes()),
            Input::CardAnd(id, more) => {
                tagged(out, 17, self.card(site, *id).0.as_bytes());
                self.feed_entries(site, more, out);
            }
            Input::Name(id) => tagged(out, 13, self.name(site, *id).0.as_bytes()),
            Input::Toc(prose) => tagged(out, 17, prose.hash.as_bytes()),
            Input::Body(prose, people) => {
                tagged(out, 14, prose.hash.as_bytes());
                for (range, person) in *people {
                    out.push(2);
                    out.extend_from_slice(&range.start.to_le_bytes());
                    out.extend_from_slice(&range.end.to_le_bytes());
                    out.extend_from_slice(self.name(site, *person).0.as_bytes());
                }
                for (to, resolved) in site.links.of(&prose.path) {
                    put(out, to.as_bytes());
                    match resolved {
                        Resolved::Url(url) => tagged(out, 1, url.as_bytes()),
                        Resolved::Nowhere => out.push(0),
                    }
                }
            }
        }
    }

    fn feed_entries(&self, site: &Site, entries: &[(&'static str, Input)], out: &mut Vec<u8>) {
        put(out, &(entries.len() as u32).to_le_bytes());
        for (name, input) in entries {
            put(out, name.as_bytes());
            self.feed(site, input, out);
        }
    }

    fn card(&self, site: &Site, id: ArticleId) -> &(Fingerprint, OnceLock<Value>) {
        self.cards[id.0 as usize].get_or_init(|| (self.fingerprint(site, &Input::map(card(site, id))), OnceLock::new()))
    }

    fn name(&self, site: &Site, id: EntityId) -> &(Fingerprint, OnceLock<Value>) {
        self.names[id.0 as usize].get_or_init(|| (self.fingerprint(site, &name(site, id)), OnceLock::new()))
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
    rendered: Vec<(std::sync::Arc<str>, Body)>,
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
            Input::Day(day) => Value::text(&day.to_string()),
            Input::Time(stamp) if stamp.has_time => Value::text(&stamp.rfc3339(&config.time_zone)),
            Input::Time(stamp) => Value::text(&stamp.day.to_string()),
            Input::Json(value) => Value::json(value),
            Input::Extra(map) => Value::dictionary(map.iter().map(|(k, v)| (k.clone(), Value::json(v)))),
            Input::List(items) => Value::list(items.iter().map(|i| self.value(i)).collect::<Result<_, _>>()?),
            Input::Map(entries) => Value::map(self.entries(entries)?),
            Input::Card(id) => self.card(*id)?,
            Input::CardAnd(id, more) => self.card(*id)?.and(self.entries(more)?),
            Input::Name(id) => {
                let slot = &self.shared.name(self.site, *id).1;
                self.shared_value(slot, || name(self.site, *id))?
            }
            Input::Body(prose, people) => Value::html(&self.body(prose, people)?.html),
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
        let slot = &self.shared.card(self.site, id).1;
        self.shared_value(slot, || Input::map(card(self.site, id)))
    }

    fn shared_value<'t>(
        &mut self,
        slot: &OnceLock<Value>,
        tree: impl FnOnce() -> Input<'t>,
    ) -> Result<Value, Box<Diagnostic>> {
        if let Some(value) = slot.get() {
            return Ok(value.clone());
        }
        let value = self.value(&tree())?;
        Ok(slot.get_or_init(|| value).clone())
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
                };
                self.rendered.push((prose.path.clone(), prose.render(&text, &context)?));
                self.rendered.len() - 1
            }
        };
        Ok(&self.rendered[at].1)
    }
}

fn put(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
    out.extend_from_slice(bytes);
}

fn tagged(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    put(out, bytes);
}

fn day_bytes(day: Date) -> [u8; 4] {
    let year = day.year().to_le_bytes();
    [year[0], year[1], day.month() as u8, day.day() as u8]
}

/// What any list may show of an article. Never the body.
fn card<'a>(site: &Site<'a>, id: ArticleId) -> Vec<(&'static str, Input<'a>)> {
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

fn name<'a>(site: &Site<'a>, id: EntityId) -> Input<'a> {
    let entity = site.archive.entity(id);
    Input::map([("name", Input::text(entity.name.as_str())), ("url", Input::url(entity.url()))])
}

/// A picture; `whole` with its caption and credit.
pub(super) fn picture<'a>(site: &Site<'a>, path: &str, image: &'a Image, whole: bool) -> Input<'a> {
    let src = if links::parse(&image.src).is_internal() {
        match site.links.resolve(path, &image.src) {
            Resolved::Url(url) => url,
            Resolved::Nowhere => return Input::None,
        }
    } else if matches!(links::parse(&image.src), links::Target::External) {
        image.src.clone()
    } else {
        return Input::None;
    };
    let mut entries = vec![("src", Input::text(src)), ("alt", Input::text(image.alt.as_str()))];
    if whole {
        entries.push(("caption", Input::option(image.caption.as_ref(), |c| Input::html(&c.html))));
        entries.push(("credit", Input::option(image.credit.as_deref(), Input::text)));
    }
    Input::Map(entries)
}
