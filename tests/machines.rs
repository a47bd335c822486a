//! What programs read: feeds, metadata, sitemaps, data. What changes with a story, with the clock, and what does not.

mod harness;

use harness::{Built, Site};
use serde_json::Value;

/// A site with an address and everything for machines that there is.
fn site() -> Site {
    let site = Site::new();
    site.setting(EVERYTHING);
    site
}

const EVERYTHING: &str = r#"base_url = "https://news.example/sub"
description = "All of it"
author = "The desk"
[urls]
lock = false
[feeds]
hub = "https://hub.example/"
full_text = ["site"]
[crawlers]
block = ["BadBot"]
disallow = ["/tags/"]
llms = true
[opensearch]
url = "https://news.example/?q={searchTerms}"
[security]
contact = ["mailto:a@news.example"]
expires = "2027-01-01T00:00:00Z"
[data]
json = true
markdown = true
dump = true
person = true
mentions = true
[social]
image = "/card.png"
twitter = "@desk"
[languages]
fr = "https://fr.news.example/"
[hosting]
hosts = ["netlify", "nginx", "apache", "github-pages"]
"#;

/// The text between two marks, each time they are there.
fn all<'a>(text: &'a str, from: &'a str, to: &'a str) -> Vec<&'a str> {
    text.split(from).skip(1).filter_map(|rest| rest.split(to).next()).collect()
}

fn json(built: &Built, url: &str) -> Value {
    serde_json::from_slice(built.at(url)).unwrap_or_else(|e| panic!("{url}: {e}"))
}

fn json_ld(built: &Built, url: &str) -> Vec<Value> {
    let text = built.part(url, "<script type=\"application/ld+json\">", "</script>");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    document["@graph"].as_array().expect("a graph").clone()
}

/// An article with everything that one can have.
fn full(site: &Site) {
    site.document(
        "content/people/ana.md",
        "name: Ana Ek\nborn: 1970-02-03\nsame_as: [https://www.wikidata.org/wiki/Q1]\naliases: [A. Ek]",
        "",
    )
    .file("content/articles/2025/03/16/pic.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
    .article(
        "2025/03/16/ferry",
        "title: The *ferry* & the ramp\ndate: 2025-03-16T18:30:00+01:00\nsummary: It returns.\nkicker: Harbour\n\
         place: LOWICK\nauthors: [{name: Tom Reed, url: https://reed.example/}]\ntags: [Harbour]\npeople: [ana]\n\
         thread: The ramp\nsources: [{publisher: Port, title: Notice, url: https://port.example/1, date: 2025-03-15}]\n\
         updated: 2025-03-17T08:00:00Z\ncorrections: [{date: 2025-03-18, text: The *wrong* pier.}]\nexpires: 2026-01-01\n\
         genre: analysis\nimage: {src: pic.svg, alt: A pier, caption: Dusk, credit: T. R.}\n\
         translations: {de: 'https://de.news.example/x'}",
        "See [the pier](#pier), [us](/sub/), [away](https://x.example/).\n\n## Pier\n\n<!-- for editors -->\n\n![p](pic.svg)",
    );
}

#[test]
fn an_entry_says_what_the_article_says() {
    let site = site();
    full(&site);
    site.edit("content/articles/2025/03/16/ferry.md", "[us](/sub/)", "[us](/archive/)");
    let built = site.build().published();
    let feed = built.page("/feed.xml");
    for part in [
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"https://news.example/sub/feed.xml\"/>",
        "<link rel=\"hub\" href=\"https://hub.example/\"/>",
        "<title>The ferry &amp; the ramp</title>",
        "<link rel=\"alternate\" type=\"text/html\" href=\"https://news.example/sub/2025/03/16/ferry/\"/>",
        "<link rel=\"via\" href=\"https://port.example/1\" title=\"Notice\"/>",
        "<id>tag:news.example,2025:/2025/03/16/ferry/</id>",
        "<published>2025-03-16T17:30:00+00:00</published>",
        // The correction is later than `updated`.
        "<updated>2025-03-18T00:00:00+00:00</updated>",
        "<name>Tom Reed</name>\n<uri>https://reed.example/</uri>",
        "<category term=\"Harbour\"/>",
        "<summary>It returns.</summary>",
        // Every address in full, no anchors beside headings, nothing for editors.
        "&lt;a href=&quot;https://news.example/sub/2025/03/16/ferry/#pier&quot;&gt;the pier",
        "&lt;a href=&quot;https://news.example/sub/archive/&quot;&gt;us",
        "&lt;h2&gt;Pier&lt;/h2&gt;",
        "src=&quot;https://news.example/sub/2025/03/16/ferry/pic.svg&quot;",
    ] {
        assert!(feed.contains(part), "{part:?} is not in\n{feed}");
    }
    assert!(!feed.contains("for editors"));
    let rss = built.page("/rss.xml");
    for part in [
        "<pubDate>Sun, 16 Mar 2025 17:30:00 +0000</pubDate>",
        "<guid isPermaLink=\"false\">tag:news.example,2025:/2025/03/16/ferry/</guid>",
        "<dc:creator>Tom Reed</dc:creator>",
        "<media:content url=\"https://news.example/sub/2025/03/16/ferry/pic.svg\" medium=\"image\"/>",
        "<content:encoded>&lt;p&gt;See",
    ] {
        assert!(rss.contains(part), "{part:?} is not in\n{rss}");
    }
    let item = &json(&built, "/feed.json")["items"][0];
    assert_eq!(item["id"], "tag:news.example,2025:/2025/03/16/ferry/");
    assert_eq!(item["date_modified"], "2025-03-18T00:00:00+00:00");
    assert!(item["content_html"].as_str().is_some_and(|html| html.starts_with("<p>See")));
    // A summary in the others.
    assert!(!built.page("/tags/harbour/feed.xml").contains("<content"));
    assert!(built.page("/corrections/feed.xml").contains("<summary>The wrong pier.</summary>"));
    assert!(
        built
            .page("/tags/harbour/")
            .contains("type=\"application/atom+xml\" title=\"Harbour – Test\" href=\"/sub/tags/harbour/feed.xml\"")
    );
}

#[test]
fn an_id_is_the_first_address_or_what_was_brought_along() {
    let site = site();
    site.article(
        "2025/03/16/a",
        "title: A\naliases: [/wp/?p=1, /archive/1.html, /2025/03/15/first/, /2025/03/16/second/]",
        "",
    )
    .article("2025/03/16/b", "title: B\nguid: 'https://old.example/?p=42'", "");
    let feed = site.build_clean().page("/feed.xml");
    assert_eq!(
        all(&feed, "<id>", "</id>"),
        ["tag:news.example,2025:/", "https://old.example/?p=42", "tag:news.example,2025:/2025/03/15/first/"]
    );
    site.edit("content/articles/2025/03/16/b.md", "https://old.example/?p=42", "42");
    assert_eq!(site.build().refused().codes(), ["bad-value"]);
}

#[test]
fn search_engines_are_told_all_of_it() {
    let site = site();
    full(&site);
    site.edit("content/articles/2025/03/16/ferry.md", "[us](/sub/)", "us");
    let built = site.build().published();
    let url = "/2025/03/16/ferry/";
    let graph = json_ld(&built, url);
    let article = &graph[0];
    for (path, value) in [
        ("/@type", "AnalysisNewsArticle"),
        ("/headline", "The ferry & the ramp"),
        ("/datePublished", "2025-03-16T17:30:00+00:00"),
        ("/dateModified", "2025-03-18T00:00:00+00:00"),
        ("/expires", "2026-01-01T00:00:00+00:00"),
        ("/author/0/name", "Tom Reed"),
        ("/publisher/@id", "https://news.example/sub/#publisher"),
        ("/publisher/name", "The desk"),
        ("/image/url", "https://news.example/sub/2025/03/16/ferry/pic.svg"),
        ("/mentions/0/@id", "https://news.example/sub/people/ana/#person"),
        ("/mentions/0/sameAs/0", "https://www.wikidata.org/wiki/Q1"),
        ("/about/0/name", "Harbour"),
        ("/isBasedOn/0/url", "https://port.example/1"),
        ("/isBasedOn/0/publisher/name", "Port"),
        ("/correction/0/text", "The wrong pier."),
        ("/locationCreated/name", "LOWICK"),
    ] {
        assert_eq!(article.pointer(path).and_then(Value::as_str), Some(value), "{path} of {article:#}");
    }
    assert_eq!(graph[1]["@type"], "BreadcrumbList");
    let head = built.part(url, "<head>", "</head>");
    for part in [
        "<meta name=\"robots\" content=\"max-image-preview:large, unavailable_after: 2026-01-01T00:00:00+00:00\">",
        "<link rel=\"canonical\" href=\"https://news.example/sub/2025/03/16/ferry/\">",
        "<link rel=\"alternate\" hreflang=\"en\" href=\"https://news.example/sub/2025/03/16/ferry/\">",
        "<link rel=\"alternate\" hreflang=\"de\" href=\"https://de.news.example/x\">",
        "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Test\" href=\"/sub/feed.xml\">",
        "<link rel=\"alternate\" type=\"application/json\" href=\"/sub/2025/03/16/ferry/index.json\">",
        "<meta property=\"og:type\" content=\"article\">",
        "<meta property=\"og:image\" content=\"https://news.example/sub/2025/03/16/ferry/pic.svg\">",
        "<meta property=\"article:published_time\" content=\"2025-03-16T17:30:00+00:00\">",
        "<meta name=\"twitter:card\" content=\"summary_large_image\">",
        "<meta name=\"twitter:site\" content=\"@desk\">",
    ] {
        assert!(head.contains(part), "{part:?} is not in\n{head}");
    }
    assert_eq!(json_ld(&built, "/people/ana/")[0]["mainEntity"]["birthDate"], "1970-02-03");
    let list = &json_ld(&built, "/2025/03/16/")[0]["mainEntity"];
    assert_eq!(
        (list["@type"].as_str(), &list["itemListElement"][0]["name"]),
        (Some("ItemList"), &Value::from("The ferry & the ramp"))
    );
    assert_eq!(json_ld(&built, "/")[0]["@type"], "NewsMediaOrganization");
    assert!(built.page("/").contains("hreflang=\"fr\" href=\"https://fr.news.example/\""));
    assert!(built.page("/").contains("content=\"https://news.example/sub/card.png\""));
    assert!(!built.page("/404.html").contains("ld+json"));
}

#[test]
fn what_search_engines_are_to_leave_out_is_in_no_sitemap() {
    let site = site();
    site.article("2025/05/31/a", "title: A", "").article("2025/05/31/b", "title: B\nnoindex: true", "").article(
        "2025/05/31/c",
        "title: C\ncanonical_url: https://other.example/c",
        "",
    );
    let built = site.build_clean();
    for url in ["/sitemaps/2025-05.xml", "/news-sitemap.xml"] {
        let text = built.page(url);
        let locs: Vec<&str> =
            all(&text, "<loc>", "</loc>").into_iter().filter(|l| l.matches('/').count() == 8).collect();
        assert_eq!(locs, ["https://news.example/sub/2025/05/31/a/"], "{url}");
    }
    assert!(built.page("/2025/05/31/b/").contains("<meta name=\"robots\" content=\"noindex\">"));
}

#[test]
fn lastmod_is_when_content_changed_and_no_other_time() {
    let site = site();
    site.article("2025/03/16/a", "title: A\ndate: 2025-03-16T10:00:00Z", "").article(
        "2025/03/17/b",
        "title: B\nupdated: 2025-04-02",
        "",
    );
    let built = site.build_clean();
    let month = built.page("/sitemaps/2025-03.xml");
    assert_eq!(
        all(&month, "<lastmod>", "</lastmod>"),
        [
            "2025-03-16T10:00:00+00:00",
            "2025-04-02T00:00:00+00:00",
            "2025-03-16T10:00:00+00:00",
            "2025-04-02T00:00:00+00:00",
            "2025-04-02T00:00:00+00:00",
        ]
    );
    assert_eq!(all(&built.page("/sitemap.xml"), "<lastmod>", "</lastmod>"), ["2025-04-02T00:00:00+00:00"]);
    // Touched, built later, moved to another place: nothing of that counts.
    let later = site.with().clean().as_of("2026-02-03").build().published();
    assert_eq!(later.page("/sitemaps/2025-03.xml"), month);
}

#[test]
fn the_news_sitemap_ages_by_the_clock_alone() {
    let site = site();
    site.article("2025/03/16/a", "title: A\ndate: 2025-03-16T10:00:00Z\nlanguage: zh-Hant", "")
        .article("2025/03/17/b", "title: B\ndate: 2025-03-17T10:00:00Z", "")
        .article("2025/03/18/c", "title: C\ndate: 2025-03-10T10:00:00Z\nembargo: 2025-03-18T09:00:00Z", "");
    let titles = |built: &Built| {
        let text = built.page("/news-sitemap.xml");
        all(&text, "<news:title>", "</news:title>").join("")
    };
    let at = |time: &str| site.with().as_of(time).build().published();
    assert_eq!(titles(&at("2025-03-16T11:00:00Z")), "A");
    let before = at("2025-03-18T09:59:59Z");
    assert_eq!(titles(&before), "CBA");
    assert!(before.page("/news-sitemap.xml").contains("<news:language>zh-tw</news:language>"));
    let after = at("2025-03-18T10:00:00Z");
    assert_eq!(titles(&after), "CB");
    // Nothing else of the site knows what time it is.
    assert_eq!(after.differences(&before), ["news-sitemap.xml"]);
    assert_eq!((after.rendered(), after.report.files_written), (1, 1));
    assert_eq!(after.report.next_change.map(|t| t.to_string()).as_deref(), Some("2025-03-19T10:00:00Z"));
    assert_eq!(titles(&at("2025-03-19T10:00:00Z")), "C");
    assert_eq!(titles(&at("2025-03-20T09:00:00Z")), "");
    assert_eq!(at("2025-05-01").rendered(), 0);
}

/// `n` stories, ten a day from 1 March 2025 on.
fn stories(site: &Site, from: usize, to: usize) {
    for n in from..to {
        let (day, hour) = (1 + n / 10, n % 10);
        let (month, day) = if day > 31 { (4, day - 31) } else { (3, day) };
        site.article(
            &format!("2025/{month:02}/{day:02}/s{n:03}"),
            &format!("title: Story {n}\ndate: 2025-{month:02}-{day:02}T{hour:02}:00:00Z\nsummary: S.\ntags: [all]"),
            "Text.",
        );
    }
}

#[test]
fn from_the_feed_back_to_the_first_story_nothing_is_missing() {
    let site = site();
    stories(&site, 0, 320);
    let built = site.build_clean();
    let mut ids = Vec::new();
    let mut seen = Vec::new();
    let mut next = Some("/feed.xml".to_string());
    while let Some(url) = next {
        let text = built.page(&url);
        ids.extend(all(&text, "<id>", "</id>").into_iter().skip(1).map(str::to_string));
        next = all(&text, "rel=\"prev-archive\" type=\"application/atom+xml\" href=\"https://news.example/sub", "\"")
            .first()
            .map(|u| u.to_string());
        seen.push(url);
    }
    assert_eq!(
        seen,
        ["/feed.xml", "/feeds/2025-03-4.xml", "/feeds/2025-03-3.xml", "/feeds/2025-03-2.xml", "/feeds/2025-03.xml"]
    );
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 320);
    // A month of 310: three full parts and the rest, which closed with the first story of April.
    assert_eq!(built.page("/feeds/2025-03-4.xml").matches("<entry>").count(), 10);
    assert_eq!(built.page("/feed.xml").matches("<entry>").count(), 30);
    assert!(built.page("/feeds/2025-03.xml").contains("<link rel=\"current\""));
}

#[test]
fn a_closed_feed_never_changes_with_a_new_story() {
    let site = site();
    stories(&site, 0, 295);
    let mut before = site.build_clean();
    let mut most = 0;
    for n in 295..315 {
        stories(&site, n, n + 1);
        let after = site.build_clean();
        for (file, bytes) in before.tree().iter().filter(|(f, _)| f.starts_with("feeds/")) {
            assert_eq!(after.tree().get(file), Some(bytes), "{file} changed with story {n}");
        }
        most = most.max(after.page("/feed.xml").matches("<entry>").count());
        before = after;
    }
    assert!((30..130).contains(&most), "{most} entries in the feed of the newest");
    let dumped = before.page("/dump/2025-03.ndjson");
    assert_eq!(dumped.lines().count(), 310);
    assert!(dumped.lines().all(|line| serde_json::from_str::<Value>(line).is_ok_and(|v| v["version"] == 1)));
}

#[test]
fn people_are_there_as_data() {
    let site = Site::new();
    site.file("site.toml", "title = \"Wire\"\nbase_url = \"https://news.example\"\n[data]\nperson = true\nmentions = true\n")
        .file(
            "content/people/ana-silva.md",
            "---\nname: Ana Silva\naliases: [\"Silva, the younger\"]\nroles: [{title: Harbour master, from: 2025-03-10}]\n---\n",
        )
        .file("content/people/nobody.md", "---\nname: Nemo Nobody\n---\n")
        .article("2025/03/05/one", "title: One", "Ana Silva spoke. Silva left.\n")
        .article("2025/03/16/two", "title: Two\npeople: ['Bo \"B\" Berg, jr']", "Ana Silva again.\n")
        .article("2025/04/01/three", "title: Three", "Nobody else.\n");
    let built = site.build().published();
    let people = json(&built, "/people/index.json");
    assert_eq!(people["count"], 3);
    let silva = people["people"].as_array().expect("a list").iter().find(|p| p["name"] == "Ana Silva").expect("her");
    assert_eq!(
        *silva,
        serde_json::json!({"name": "Ana Silva", "sort": "Silva, Ana", "json": "https://news.example/people/ana-silva/index.json",
            "url": "https://news.example/people/ana-silva/", "count": 2, "mentions": 3, "first": "2025-03-05", "last": "2025-03-16"})
    );
    let own = json(&built, "/people/ana-silva/index.json");
    assert_eq!((&own["count"], &own["mentions"]), (&Value::from(2), &Value::from(3)));
    let articles = own["articles"].as_array().expect("a list");
    assert_eq!(
        (&articles[0]["title"], &articles[0]["role"]["title"]),
        (&Value::from("Two"), &Value::from("Harbour master"))
    );
    assert_eq!((&articles[1]["mentions"], &articles[1]["role"]), (&Value::from(2), &Value::Null));
    assert!(json(&built, "/people/nobody/index.json")["first"].is_null());
    let table = built.page("/people/mentions/2025-03.csv");
    let lines: Vec<&str> = table.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "day,person,person_url,mentions,article_url");
    assert_eq!(
        lines[1],
        "2025-03-05,Ana Silva,https://news.example/people/ana-silva/,2,https://news.example/2025/03/05/one/"
    );
    assert!(lines.iter().any(|l| l.starts_with("2025-03-16,\"Bo \"\"B\"\" Berg, jr\",https://")), "{table}");
    assert_eq!(lines.len(), 4);
    assert_eq!(built.page("/people/mentions/2025-04.csv").lines().count(), 1);
    let months = json(&built, "/archive.json");
    assert_eq!(months["years"][0]["months"][0]["mentions"], "https://news.example/people/mentions/2025-03.csv");
    // A new story in April rewrites neither March's table nor the file of somebody who is not in it.
    site.article("2025/04/02/four", "title: Four", "Nemo Nobody came.\n");
    let next = site.build().published();
    let rendered = next.rendered_urls();
    assert!(rendered.contains(&"/people/mentions/2025-04.csv"), "{rendered:?}");
    assert!(rendered.contains(&"/people/nobody/index.json"), "{rendered:?}");
    assert!(
        !rendered.iter().any(|url| url.contains("2025-03.csv") || url.contains("ana-silva/index.json")),
        "{rendered:?}"
    );
}

#[test]
fn the_archive_is_there_as_data() {
    let site = site();
    full(&site);
    site.edit("content/articles/2025/03/16/ferry.md", "[us](/sub/)", "us");
    stories(&site, 0, 12);
    let built = site.build().published();
    let archive = json(&built, "/archive.json");
    assert_eq!((&archive["version"], &archive["count"]), (&Value::from(1), &Value::from(13)));
    let month = &archive["years"][0]["months"][0];
    assert_eq!(month["dump"], "https://news.example/sub/dump/2025-03.ndjson");
    assert_eq!(
        month["days"][0],
        serde_json::json!({"date": "2025-03-01", "url": "https://news.example/sub/2025/03/01/", "count": 10})
    );
    let article = json(&built, "/2025/03/16/ferry/index.json");
    assert_eq!(article["people"][0]["same_as"][0], "https://www.wikidata.org/wiki/Q1");
    assert_eq!(article["image"]["caption"], "Dusk");
    let lines = built.page("/dump/2025-03.ndjson");
    assert_eq!(serde_json::from_str::<Value>(lines.lines().last().expect("a line")).expect("JSON"), article);
    // The manual names every key, and no other.
    let manual =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/content/pages/guide/feeds-and-metadata.md"))
            .expect("the manual");
    let table = manual.split("### An article").nth(1).expect("the table");
    let known: Vec<&str> = table
        .lines()
        .filter(|l| l.starts_with("| `"))
        .flat_map(|l| l.split('|').nth(1).expect("a cell").split('`').skip(1).step_by(2))
        .collect();
    let unknown: Vec<&String> =
        article.as_object().expect("an object").keys().filter(|k| !known.contains(&k.as_str())).collect();
    assert!(unknown.is_empty(), "the manual does not name {unknown:?}");
    let markdown = built.page("/2025/03/16/ferry/index.md");
    assert!(
        markdown.starts_with("# The ferry & the ramp\n\n> It returns.\n\n")
            || markdown.starts_with("# The ferry \\& the ramp\n\n> It returns.\n\n"),
        "{markdown}"
    );
    assert!(markdown.contains("[the pier](https://news.example/sub/2025/03/16/ferry/#pier)"), "{markdown}");
    assert!(
        markdown.contains("![p](https://news.example/sub/2025/03/16/ferry/pic.svg)")
            && !markdown.contains("for editors"),
        "{markdown}"
    );
}

#[test]
fn crawlers_are_told_where_to_go() {
    let built = site().build_clean();
    assert_eq!(
        built.page("/robots.txt"),
        "User-agent: BadBot\nDisallow: /\n\nUser-agent: *\nDisallow: /sub/tags/\n\nSitemap: https://news.example/sub/sitemap.xml\nSitemap: https://news.example/sub/news-sitemap.xml\n"
    );
    assert!(
        built
            .page("/.well-known/security.txt")
            .contains("Canonical: https://news.example/sub/.well-known/security.txt\n")
    );
    assert!(built.page("/opensearch.xml").contains("template=\"https://news.example/?q={searchTerms}\""));
    // A feed of nothing is a feed.
    assert!(built.page("/feed.xml").contains("<updated>1970-01-01T00:00:00Z</updated>"));
}

#[test]
fn what_is_not_wanted_is_not_there() {
    let site = Site::new();
    site.setting(
        "[feeds]\nformats = []\nof = []\n[crawlers]\nsitemap = false\nnews_sitemap = false\nrobots = false\n[data]\narchive = false\npeople = false",
    )
    .article("2025/03/16/a", "title: A\ntags: [t]", "");
    let built = site.build_clean();
    let others: Vec<&String> =
        built.tree().keys().filter(|f| !f.ends_with(".html") && !f.starts_with("assets/")).collect();
    assert_eq!(others, [""; 0]);
    assert!(!built.page("/").contains("application/atom+xml"));
}

#[test]
fn a_security_txt_that_is_out_of_date_is_said() {
    let site = site();
    site.build_clean();
    assert_eq!(site.with().as_of("2027-01-02").build().published().codes(), ["security-expired"]);
}

/// While somebody writes, a new headline must reach everything that repeats it.
#[test]
fn a_session_brings_feeds_and_data_up_to_date_as_well() {
    let site = site();
    site.edit("site.toml", "full_text = [\"site\"]", "full_text = []");
    stories(&site, 0, 12);
    site.edit("content/articles/2025/03/02/s011.md", "tags:", "corrections: [{date: 2025-03-03, text: Wrong.}]\ntags:");
    let mut session = site.with().as_of("2025-03-03").session();
    session.build(&dateline::build::Changes::Everything).published();
    let path = "content/articles/2025/03/02/s011.md";
    for (from, to) in [("title: Story 11", "title: Another"), ("Text.", "Other words."), ("summary: S.", "summary: T.")]
    {
        site.edit(path, from, to);
        let after = session.build_after(&[path]).published();
        assert!(
            !after.report.phases.iter().any(|(phase, _)| *phase == "index"),
            "it was quick: {:?}",
            after.report.phases
        );
        let clean = site.copy().with().as_of("2025-03-03").build();
        assert_eq!(harness::differences(after.tree(), clean.tree()), [""; 0], "{to}");
    }
}

#[test]
fn a_session_leaves_the_lock_alone() {
    let site = site();
    site.edit("site.toml", "lock = false", "lock = true");
    stories(&site, 0, 3);
    site.with().session().build(&dateline::build::Changes::Everything).published();
    assert!(!site.exists("urls.lock"), "an address that somebody is still thinking about is not public");
    site.build_clean();
    assert!(site.exists("urls.lock"));
}
