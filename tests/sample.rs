//! The repository's own site: it builds without a word, has every kind of page, and no link in it leads nowhere.

mod harness;

use dateline::diagnostics::Code;
use dateline::pages::{Form, KINDS};
use harness::{Built, Site};
use scraper::{Html, Selector};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn sample() -> Built {
    built(&laid_out())
}

fn laid_out() -> Site {
    let site = Site::bare();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    site.bytes("site.toml", &std::fs::read(root.join("site.toml")).expect("site.toml"));
    for (path, bytes) in harness::tree(&root.join("content")).into_iter().filter(|(path, _)| !path.ends_with('/')) {
        site.bytes(&format!("content/{path}"), &bytes);
    }
    site
}

fn built(site: &Site) -> Built {
    let built = site.with().as_of("2026-01-01").build();
    assert_eq!(built.diagnostics_text(), "");
    built.published()
}

#[test]
fn it_has_every_kind_of_page() {
    let built = sample();
    let for_people = KINDS.iter().filter(|k| matches!(k.form(), Form::Template(_)));
    let mut kinds: BTreeSet<&str> = for_people.map(|k| k.name()).collect();
    for (file, bytes) in built.tree().iter().filter(|(file, _)| file.ends_with(".html")) {
        let html = std::str::from_utf8(bytes).expect(file);
        let kind = html.split_once("<body class=\"is-").and_then(|(_, rest)| rest.split_once('"'));
        kinds.remove(kind.map_or("redirect", |(kind, _)| kind));
    }
    assert!(kinds.is_empty(), "no page of these kinds: {kinds:?}");
}

#[test]
fn it_has_everything_that_machines_read() {
    let built = sample();
    for url in [
        "/feed.xml",
        "/feeds/1969-07.xml",
        "/rss.xml",
        "/feed.json",
        "/tags/ceasefire/feed.xml",
        "/people/steve-witkoff/feed.xml",
        "/threads/apollo-11/feed.xml",
        "/corrections/feed.xml",
        "/sitemap.xml",
        "/sitemaps/2025-03.xml",
        "/news-sitemap.xml",
        "/robots.txt",
        "/opensearch.xml",
        "/.well-known/security.txt",
        "/llms.txt",
        "/archive.json",
        "/2025/03/16/trump-putin-call-expected-this-week/index.json",
        "/2025/03/16/trump-putin-call-expected-this-week/index.md",
        "/dump/2025-03.ndjson",
        "/people/index.json",
        "/people/steve-witkoff/index.json",
        "/people/mentions/2025-03.csv",
        "/_redirects",
        "/_headers",
        "/redirects.nginx.conf",
        "/.htaccess",
    ] {
        assert!(!built.at(url).is_empty(), "{url}");
    }
}

#[test]
fn it_is_as_large_as_it_says() {
    let built = sample();
    assert!(built.report.articles.published >= 45, "{:?}", built.report.articles);
    assert_eq!(built.report.articles.withheld, 3, "an embargo, an expiry and a draft");
    let days = built.tree().keys().filter(|f| f.matches('/').count() == 3 && f.starts_with(['1', '2'])).count();
    assert!(days >= 12, "{days} briefings");
}

#[test]
fn the_founding_story_is_told_with_its_people_and_its_source() {
    let built = sample();
    let html = built.page("/2025/03/16/trump-putin-call-expected-this-week/");
    let people =
        ["donald-trump", "vladimir-putin", "steve-witkoff", "volodymyr-zelenskyy", "keir-starmer", "mike-waltz"];
    for person in people {
        assert!(html.contains(&format!("href=\"/people/{person}/\"")), "{person}");
    }
    assert!(html.contains("Trump and Putin expected to speak this week about ceasefire terms, envoy says"));
}

#[test]
fn the_people_of_the_founding_story_are_found_in_its_text_alone() {
    let site = laid_out();
    let path = "content/articles/2025/03/16/trump-putin-call-expected-this-week.md";
    let listed =
        "people: [Donald Trump, Vladimir Putin, Steve Witkoff, Volodymyr Zelenskyy, Keir Starmer, Mike Waltz]\n";
    site.edit(path, listed, "");
    let built = built(&site);
    let url = "/2025/03/16/trump-putin-call-expected-this-week/";
    let html = built.page(url);
    let people = [
        ("donald-trump", "Donald Trump"),
        ("vladimir-putin", "Vladimir Putin"),
        ("steve-witkoff", "Steve Witkoff"),
        ("volodymyr-zelenskyy", "Volodymyr Zelenskyy"),
        ("keir-starmer", "Keir Starmer"),
        ("mike-waltz", "Mike Waltz"),
    ];
    assert_eq!(html.matches("<a class=\"person\"").count(), people.len(), "each once");
    for (id, name) in people {
        assert!(html.contains(&format!("<a class=\"person\" href=\"/people/{id}/\">{name}</a>")), "{name}");
        assert!(built.page(&format!("/people/{id}/")).contains(url), "{id}");
    }
}

#[test]
fn the_manual_explains_every_problem() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/pages/guide/problems.md");
    let page = std::fs::read_to_string(page).expect("the manual");
    let missing: Vec<&str> =
        Code::ALL.iter().map(|code| code.as_str()).filter(|code| !page.contains(&format!("| `{code}` |"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_link_and_fragment_leads_somewhere() {
    let built = sample();
    let tree = built.tree();
    let pages: BTreeMap<&str, &str> = tree
        .iter()
        .filter(|(file, _)| file.ends_with(".html"))
        .map(|(file, bytes)| (file.as_str(), std::str::from_utf8(bytes).expect("UTF-8")))
        .collect();
    let ids: BTreeMap<&str, BTreeSet<&str>> =
        pages.iter().map(|(f, html)| (*f, values(html, " id=\"").collect())).collect();
    let mut broken = Vec::new();
    let mut checked = 0;
    for (file, html) in &pages {
        for to in values(html, " href=\"").chain(values(html, " src=\"")) {
            if to.contains("://") || to.starts_with("mailto:") {
                continue;
            }
            checked += 1;
            let (path, fragment) = to.split_once('#').unwrap_or((to, ""));
            let target = match path {
                "" => file.to_string(),
                path => dateline::pages::file_of(path),
            };
            let found = tree.contains_key(&target)
                && (fragment.is_empty() || ids.get(target.as_str()).is_some_and(|ids| ids.contains(fragment)));
            if !found {
                broken.push(format!("{file} → {to}"));
            }
        }
    }
    assert!(checked > 1000, "only {checked} links: are they read at all?");
    assert!(broken.is_empty(), "{broken:#?}");
}

/// HTML has a figure's caption as its first or last child, and nowhere else.
#[test]
fn captions_stand_at_the_edge_of_their_figures() {
    let captions = Selector::parse("figure > figcaption").expect("a selector");
    let mut seen = 0;
    for (file, bytes) in sample().tree().iter().filter(|(file, _)| file.ends_with(".html")) {
        let page = Html::parse_document(std::str::from_utf8(bytes).expect(file));
        for caption in page.select(&captions) {
            seen += 1;
            let inside = caption.prev_siblings().any(|n| n.value().is_element())
                && caption.next_siblings().any(|n| n.value().is_element());
            assert!(!inside, "{file}: {}", caption.html());
        }
    }
    assert!(seen > 20, "only {seen} captions");
}

/// The values of an attribute of every tag; what stands in text is none.
fn values<'a>(html: &'a str, attribute: &'a str) -> impl Iterator<Item = &'a str> {
    let tags = html.split('<').skip(1).filter_map(|rest| rest.split('>').next());
    tags.filter_map(move |tag| tag.split_once(attribute)?.1.split('"').next())
}
