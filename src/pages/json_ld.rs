//! What search engines are told of a page: JSON-LD with the vocabulary of schema.org. Not a page kind.
//!
//! It is made from the page's view, the values that its template sees, and from nothing else: so it is covered by the
//! page's key, and costs nothing where a page is not rendered.

use crate::theme::value::Value;

/// What templates call it.
pub const NAME: &str = "json_ld";

/// What a template sees.
pub struct View<'v> {
    /// The page's own values.
    pub page: &'v [(&'static str, Value)],
    /// The site's globals.
    pub site: &'v Value,
}

impl View<'_> {
    /// The value under a name, or under names one in another: `article.thread.name`.
    pub fn get(&self, path: &str) -> Option<Value> {
        let mut names = path.split('.');
        let first = names.next()?;
        let value = match first {
            "site" => self.site.clone(),
            name => self.page.iter().find(|(n, _)| *n == name)?.1.clone(),
        };
        names.try_fold(value, |value, name| value.get(name))
    }

    fn text(&self, path: &str) -> Option<Value> {
        self.get(path).filter(|value| value.as_text().is_some())
    }

    /// A path as it stands in the view, in full.
    fn whole(&self, url: &Value) -> Option<Value> {
        let url = url.as_text()?;
        if !url.starts_with('/') {
            return Some(Value::text(url));
        }
        Some(Value::text(&format!("{}{url}", self.get("site.origin")?.as_text()?)))
    }

    fn address(&self, path: &str) -> Option<Value> {
        self.whole(&self.get(path)?)
    }
}

/// The document for a page: its own nodes, and the way to it.
pub fn document(view: &View, mut nodes: Vec<Value>) -> Value {
    if view.get("page.noindex").is_some_and(|v| v.is_true()) {
        return Value::none();
    }
    nodes.extend(breadcrumbs(view));
    match nodes.is_empty() {
        true => Value::none(),
        false => Value::map(vec![("@context", Value::text("https://schema.org")), ("@graph", Value::list(nodes))]),
    }
}

/// A node of a type, without what is nothing.
fn node(kind: &str, entries: Vec<(&'static str, Option<Value>)>) -> Value {
    let known = entries.into_iter().filter_map(|(name, value)| Some((name, value?)));
    Value::map(std::iter::once(("@type", Value::text(kind))).chain(known).collect())
}

fn list(items: Vec<Value>) -> Option<Value> {
    (!items.is_empty()).then(|| Value::list(items))
}

/// The id of a thing that a page is about: the same on every page that names it.
fn id(url: &Value, what: &str) -> Option<Value> {
    Some(Value::text(&format!("{}#{what}", url.as_text()?)))
}

fn breadcrumbs(view: &View) -> Option<Value> {
    let crumbs = view.get("page.breadcrumbs")?;
    let mut items: Vec<Value> = Vec::new();
    for crumb in crumbs.items() {
        let position = Value::int(items.len() as i64 + 1);
        items.push(node(
            "ListItem",
            vec![
                ("position", Some(position)),
                ("name", crumb.get("title")),
                ("item", crumb.get("url").and_then(|url| view.whole(&url))),
            ],
        ));
    }
    if items.is_empty() {
        return None;
    }
    let position = Value::int(items.len() as i64 + 1);
    items.push(node(
        "ListItem",
        vec![("position", Some(position)), ("name", view.text("page.title")), ("item", view.get("page.canonical"))],
    ));
    Some(node("BreadcrumbList", vec![("itemListElement", list(items))]))
}

/// Who publishes the site.
fn publisher(view: &View) -> Value {
    let logo = view.text("site.publisher.logo").map(|url| node("ImageObject", vec![("url", Some(url))]));
    node(
        "NewsMediaOrganization",
        vec![
            ("@id", view.address("site.home").and_then(|home| id(&home, "publisher"))),
            ("name", view.text("site.publisher.name")),
            ("url", view.address("site.home")),
            ("logo", logo),
            ("sameAs", view.get("site.publisher.same_as").filter(|v| v.items().next().is_some())),
        ],
    )
}

/// Of the front page: the publisher and the site.
pub fn front(view: &View) -> Vec<Value> {
    let corrections = view.address("site.urls.corrections");
    let Some(organization) = publisher(view).with("correctionsPolicy", corrections) else { return Vec::new() };
    let site = node(
        "WebSite",
        vec![
            ("@id", view.address("site.home").and_then(|home| id(&home, "site"))),
            ("name", view.text("site.title")),
            ("description", view.text("site.description")),
            ("url", view.address("site.home")),
            ("inLanguage", view.text("site.language")),
            ("publisher", organization.get("@id").map(|id| Value::map(vec![("@id", id)]))),
        ],
    );
    vec![organization, site]
}

/// Of an article's page.
pub fn article(view: &View) -> Vec<Value> {
    let genre = view.text("article.genre");
    let kind = match genre.as_ref().and_then(Value::as_text) {
        Some("reportage") => "ReportageNewsArticle",
        Some("opinion") => "OpinionNewsArticle",
        Some("analysis") => "AnalysisNewsArticle",
        Some("satire") => "SatiricalArticle",
        _ => "NewsArticle",
    };
    let items = |path: &str| view.get(path).map(|v| v.items().collect::<Vec<_>>()).unwrap_or_default();
    let authors: Vec<Value> = items("article.authors")
        .iter()
        .map(|author| node("Person", vec![("name", author.get("name")), ("url", author.get("url"))]))
        .collect();
    let mentions = items("article.mentions").iter().filter_map(|person| mention(view, person)).collect();
    let about = items("article.tags").into_iter().map(|tag| {
        let url = tag.get("url").and_then(|url| view.whole(&url));
        node("Thing", vec![("name", tag.get("name")), ("url", url)])
    });
    let corrections = items("article.corrections")
        .into_iter()
        .map(|c| node("CorrectionComment", vec![("text", c.get("plain")), ("datePublished", c.get("date"))]));
    let sources = items("article.sources");
    let sources = sources.iter().filter(|s| s.get("url").is_some()).map(|source| {
        let publisher = source.get("publisher").map(|p| node("Organization", vec![("name", p.get("name"))]));
        node(
            "CreativeWork",
            vec![
                ("name", source.get("title")),
                ("url", source.get("url")),
                ("datePublished", source.get("date")),
                ("publisher", publisher),
            ],
        )
    });
    let image = view.get("page.image").and_then(|image| {
        Some(node(
            "ImageObject",
            vec![("url", Some(image.get("url")?)), ("caption", image.get("alt").filter(|a| a.as_text().is_some()))],
        ))
    });
    let keywords = items("article.tags").iter().filter_map(|tag| tag.get("name")).collect();
    let publisher = publisher(view);
    let by_nobody = authors.is_empty().then(|| publisher.clone());
    let retracted = view.get("article.retracted").is_some_and(|v| v.is_true());
    let canonical = view.get("page.canonical");
    vec![node(
        kind,
        vec![
            ("@id", view.address("page.url").and_then(|url| id(&url, "article"))),
            ("url", view.address("page.url")),
            ("mainEntityOfPage", canonical),
            ("headline", view.text("article.title_text")),
            ("description", view.text("article.summary")),
            ("datePublished", view.get("article.published")),
            ("dateModified", view.get("article.modified")),
            ("expires", view.get("page.expires")),
            ("inLanguage", view.text("page.language")),
            ("author", list(authors).or(by_nobody)),
            ("publisher", Some(publisher)),
            ("image", image),
            ("articleSection", view.text("article.kicker")),
            ("genre", genre.filter(|g| g.as_text() == Some("obituary"))),
            ("keywords", list(keywords)),
            ("wordCount", view.get("article.words")),
            ("locationCreated", view.text("article.place").map(|place| node("Place", vec![("name", Some(place))]))),
            ("about", list(about.collect())),
            ("mentions", list(mentions)),
            ("isBasedOn", list(sources.collect())),
            ("correction", list(corrections.collect())),
            ("creativeWorkStatus", retracted.then(|| Value::text("Retracted"))),
        ],
    )]
}

fn mention(view: &View, person: &Value) -> Option<Value> {
    let url = view.whole(&person.get("url")?)?;
    let same_as = person.get("same_as").filter(|v| v.items().next().is_some());
    Some(node(
        "Person",
        vec![("@id", id(&url, "person")), ("name", person.get("name")), ("url", Some(url)), ("sameAs", same_as)],
    ))
}

/// Of a page that lists articles.
pub fn collection(view: &View) -> Vec<Value> {
    let lead = view.get("lead").into_iter();
    let cards = ["list.cards", "cards"].into_iter().filter_map(|path| view.get(path));
    let cards: Vec<Value> = lead.chain(cards.flat_map(|list| list.items().collect::<Vec<_>>())).collect();
    let items = cards.iter().enumerate().map(|(i, card)| {
        let url = card.get("url").and_then(|url| view.whole(&url));
        node(
            "ListItem",
            vec![("position", Some(Value::int(i as i64 + 1))), ("url", url), ("name", card.get("title_text"))],
        )
    });
    let items = list(items.collect()).map(|items| {
        node(
            "ItemList",
            vec![("numberOfItems", Some(Value::int(cards.len() as i64))), ("itemListElement", Some(items))],
        )
    });
    vec![page("CollectionPage", view, vec![("mainEntity", items)])]
}

/// Of a person's page.
pub fn person(view: &View) -> Vec<Value> {
    let items = |path: &str| view.get(path).map(|v| v.items().collect::<Vec<_>>()).unwrap_or_default();
    let url = view.address("person.url");
    let titles =
        items("person.roles").iter().filter(|r| r.get("to").is_none()).filter_map(|r| r.get("title")).collect();
    let person = node(
        "Person",
        vec![
            ("@id", url.as_ref().and_then(|url| id(url, "person"))),
            ("name", view.text("person.name")),
            ("url", url),
            ("alternateName", view.get("person.aliases").filter(|v| v.items().next().is_some())),
            ("description", view.text("person.summary")),
            ("image", view.text("page.image.url")),
            ("jobTitle", list(titles)),
            ("birthDate", view.text("person.birth")),
            ("deathDate", view.text("person.death")),
            ("sameAs", list(items("person.same_as").iter().filter_map(|s| s.get("url")).collect())),
        ],
    );
    let list = collection(view).into_iter().filter_map(|page| page.get("mainEntity"));
    std::iter::once(page("ProfilePage", view, vec![("mainEntity", Some(person))])).chain(list).collect()
}

/// Of any other page.
pub fn web_page(view: &View) -> Vec<Value> {
    vec![page("WebPage", view, Vec::new())]
}

fn page(kind: &str, view: &View, more: Vec<(&'static str, Option<Value>)>) -> Value {
    let mut entries = vec![
        ("url", view.get("page.canonical")),
        ("name", view.text("page.title")),
        ("description", view.text("page.description")),
        ("inLanguage", view.text("page.language")),
    ];
    entries.extend(more);
    node(kind, entries)
}
