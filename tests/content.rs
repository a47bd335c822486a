//! How files are read: the shapes of front matter, dates, names and records that real archives have, and what becomes of
//! Markdown.
//!
//! What is refused is not here (`bad_input.rs`), nor what the archive makes of many articles (`archive.rs`).

mod harness;

use harness::{Built, Site};

/// Builds a site whose one article file has these bytes, and gives the article's page.
fn page_of(path: &str, text: &str) -> String {
    let site = Site::new();
    site.file(&format!("content/articles/{path}"), text);
    let built = site.build_clean();
    assert_eq!(built.report.articles.published, 1);
    built.page("/2025/03/16/a/")
}

/// The HTML of a body of Markdown.
fn html_of(markdown: &str) -> String {
    html_in(&Site::new(), markdown)
}

fn html_in(site: &Site, markdown: &str) -> String {
    site.article("2025/03/16/a", "title: A\nsummary: S", markdown);
    site.build_clean().prose("/2025/03/16/a/")
}

fn published_urls(built: &Built) -> Vec<String> {
    built.urls().into_iter().filter(|u| u.matches('/').count() == 5).collect()
}

// Shapes of a file.

#[test]
fn front_matter_is_found_in_every_usual_shape() {
    for text in [
        "---\ntitle: Head\n---\nBody.\n",
        "\u{feff}---\ntitle: Head\n---\nBody.\n",
        "---\r\ntitle: Head\r\n---\r\nBody.\r\n",
        "\n\n---\ntitle: Head\n---\nBody.\n",
        "\u{feff}\r\n---\r\ntitle: Head\r\n---\r\nBody.",
        "---  \ntitle: Head\n---\t\nBody.\n",
        "---\ntitle: Head\n...\nBody.\n",
        "---\ntitle: Head\n---\nBody.",
        "---\n# a comment\ntitle: Head # another\n---\n\n\nBody.\n",
        "---\n\"title\": 'Head'\nempty:\nnothing: ~\n---\nBody.\n",
    ] {
        let page = page_of("2025/03/16/a.md", text);
        assert!(page.contains("<h1>Head</h1>") && page.contains("<p>Body.</p>"), "{text:?}:\n{page}");
    }
}

#[test]
fn a_body_may_be_empty_and_may_have_rules() {
    assert!(page_of("2025/03/16/a.md", "---\ntitle: Head\n---").contains("<h1>Head</h1>"));
    assert!(page_of("2025/03/16/a.md", "---\ntitle: Head\n---\nOne.\n\n---\n\nTwo.\n").contains("<hr />"));
}

#[test]
fn a_headline_may_look_like_anything() {
    for (yaml, html) in [
        ("1984", "1984"),
        ("\"Ukraine: the talks\"", "Ukraine: the talks"),
        ("'It''s'", "It’s"),
        ("A *small* step", "A <em>small</em> step"),
        ("Use `rm`", "Use <code>rm</code>"),
        ("\"<script>alert(1)</script>\"", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("Q&A", "Q&amp;A"),
        ("\"# 1 in sales\"", "# 1 in sales"),
        ("\"- a dash\"", "- a dash"),
        ("1. First", "1. First"),
        ("Київ і Москва", "Київ і Москва"),
        ("|\n  Two\n  lines", "Two lines"),
    ] {
        let page = page_of("2025/03/16/a.md", &format!("---\ntitle: {yaml}\nslug: a\n---\n"));
        assert!(page.contains(&format!("<h1>{html}</h1>")), "{yaml}: {}", page.split("<h1").nth(1).unwrap_or(""));
    }
}

#[test]
fn file_names_of_every_script_become_urls() {
    let site = Site::new();
    for name in
        ["переговоры", "東京-2020", "with spaces", "Ünïcode", "Capital-Letters", "dots.and_more", "emoji-🚀-name"]
    {
        site.article(&format!("2025/03/16/{name}"), "title: T", "");
    }
    let mut urls = published_urls(&site.build_clean());
    urls.sort();
    let slugs = ["capital-letters", "dots-and-more", "emoji-name", "with-spaces", "ünïcode", "переговоры", "東京-2020"];
    assert_eq!(urls, slugs.map(|s| format!("/2025/03/16/{s}/")));
}

#[test]
fn slugs_can_be_transliterated() {
    let site = Site::new();
    site.setting("[urls]\nslugs = \"ascii\"").article("2025/03/16/переговоры", "title: T\ntags: [Zoë]", "");
    let built = site.build_clean();
    assert!(built.has("/2025/03/16/peregovory/") && built.has("/tags/zoe/"), "{:?}", built.urls());
}

#[test]
fn a_file_of_windows_capitals_is_an_article_too() {
    let site = Site::new();
    site.file("content/articles/2025/03/16/A.MD", "---\ntitle: T\n---\n");
    site.file("content/articles/2025/03/16/b.markdown", "---\ntitle: T\n---\n");
    assert_eq!(site.build_clean().report.articles.found, 2);
}

#[test]
fn a_page_bundle_is_an_article_with_its_pictures() {
    let site = Site::new();
    site.article(
        "2025/03/16/a/index",
        "title: A\nimage: {src: lead.svg, alt: Lead}",
        "![A map](map%20one.svg) and [the data](data.csv)",
    )
    .file("content/articles/2025/03/16/a/lead.svg", "<svg>lead</svg>")
    .file("content/articles/2025/03/16/a/map one.svg", "<svg>map</svg>")
    .file("content/articles/2025/03/16/a/data.csv", "a,b")
    .file("content/articles/2025/03/16/a/unused.psd", "raw");
    let built = site.build_clean();
    assert_eq!(built.page("/2025/03/16/a/lead.svg"), "<svg>lead</svg>");
    assert_eq!(built.page("/2025/03/16/a/map one.svg"), "<svg>map</svg>");
    assert_eq!(built.page("/2025/03/16/a/data.csv"), "a,b");
    assert!(!built.has("/2025/03/16/a/unused.psd"), "only what is shown is published");
    let page = built.page("/2025/03/16/a/");
    assert!(page.contains("<img src=\"/2025/03/16/a/lead.svg\" alt=\"Lead\""));
    assert!(
        page.contains("<img src=\"/2025/03/16/a/map%20one.svg\" alt=\"A map\" loading=\"lazy\" decoding=\"async\">")
    );
    assert!(page.contains("<a href=\"/2025/03/16/a/data.csv\">the data</a>"));
}

#[test]
fn an_empty_alt_is_a_decoration_and_no_mistake() {
    let site = Site::new();
    site.article("2025/03/16/a", "title: A\nimage: {src: https://img.example/a.jpg, alt: \"\"}", "");
    assert!(site.build_clean().page("/2025/03/16/a/").contains("<img src=\"https://img.example/a.jpg\" alt=\"\""));
}

// Dates.

/// Where an article with this path and front matter is published.
fn url_of(zone: &str, path: &str, front_matter: &str) -> String {
    let site = Site::new();
    site.setting(&format!("time_zone = \"{zone}\"")).article(path, &format!("title: T\n{front_matter}"), "");
    published_urls(&site.with().as_of("2100-01-01").build().published()).join(" ")
}

#[test]
fn the_date_is_in_front_matter_or_file_name_or_folders() {
    for (path, front_matter, url) in [
        ("any/where/a", "date: 2025-03-16", "/2025/03/16/a/"),
        ("2025-03-16-a", "", "/2025/03/16/a/"),
        ("2025-3-6-a", "", "/2025/03/06/a/"),
        ("2025/03/16/a", "", "/2025/03/16/a/"),
        ("2025/3/6/a", "", "/2025/03/06/a/"),
        ("news/2025/03/16/morning/a", "", "/2025/03/16/a/"),
        // Of several, the nearer to the editor's hand.
        ("2020/01/01/2025-03-16-a", "", "/2025/03/16/a/"),
        ("2020/01/01/2021-01-01-a", "date: 2025-03-16", "/2025/03/16/a/"),
        // Nothing is left of the name: the title says it.
        ("2025-03-16", "", "/2025/03/16/t/"),
    ] {
        assert_eq!(url_of("UTC", path, front_matter), url, "{path} {front_matter}");
    }
}

#[test]
fn dates_are_read_in_the_shapes_of_other_generators() {
    for (date, url) in [
        ("2025-03-16T18:30:00Z", "/2025/03/16/a/"),
        ("2025-03-16T18:30:00.123+01:00", "/2025/03/16/a/"),
        ("2015-01-02 11:00:28 -0400", "/2015/01/02/a/"),
        ("2015-01-02 23:00:28 -4", "/2015/01/03/a/"),
        ("2015-1-2 9:05", "/2015/01/02/a/"),
        ("\"2015/01/02\"", "/2015/01/02/a/"),
        ("1969-07-16T13:32:00Z", "/1969/07/16/a/"),
        ("1815-06-18", "/1815/06/18/a/"),
    ] {
        assert_eq!(url_of("UTC", "a", &format!("date: {date}")), url, "{date}");
    }
}

#[test]
fn the_time_zone_of_the_site_decides_the_day() {
    let late = "date: 2025-03-16T23:30:00Z";
    assert_eq!(url_of("UTC", "a", late), "/2025/03/16/a/");
    assert_eq!(url_of("Asia/Tokyo", "a", late), "/2025/03/17/a/");
    assert_eq!(url_of("America/New_York", "a", "date: 2025-03-17T02:00:00Z"), "/2025/03/16/a/");
    // Without an offset the written day is the day.
    assert_eq!(url_of("Asia/Tokyo", "a", "date: 2025-03-16 23:30"), "/2025/03/16/a/");
    // An hour that the clock change skips is still that day.
    assert_eq!(url_of("Europe/London", "a", "date: 2025-03-30 01:30"), "/2025/03/30/a/");
}

// Keys.

#[test]
fn keys_of_other_generators_are_understood() {
    let site = Site::new();
    site.article(
        "2025/03/16/a",
        "title: A\ndescription: The deck.\ntags: single\nauthors: Jo Doe\nredirect_from: /old/\ndraft: no\nlead: yes\n\
         corrections:\n  - {date: 2025-03-18, note: It was two.}",
        "Text.",
    );
    let built = site.build_clean();
    let page = built.page("/2025/03/16/a/");
    for part in ["<p class=\"standfirst\">The deck.</p>", "Jo Doe", "href=\"/tags/single/\"", "It was two."] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(built.has("/old/"));
}

#[test]
fn a_summary_is_the_first_paragraph_cut_at_a_sentence() {
    let summary = |body: &str| {
        let site = Site::new();
        site.article("2025/03/16/a", "title: A", body);
        site.build_clean().part("/2025/03/16/a/", "<meta name=\"description\" content=\"", "\">")
    };
    assert_eq!(
        summary("# Head\n\n> A quotation.\n\nThe *first* [one](https://a.example).\n\nSecond."),
        "The first one."
    );
    let long = "Mr. A. Smith spoke of the terms of the agreement for an hour in Geneva. ".repeat(9);
    let cut = summary(&long);
    assert!(cut.ends_with("in Geneva.") && cut.chars().count() <= 280 && cut.chars().count() > 200, "{cut}");
}

#[test]
fn keys_can_be_renamed_for_each_kind_of_file() {
    let site = Site::new();
    site.setting(
        "[front_matter.map]\ntopics = \"tags\"\nauthors = \"people\"\n\
         [front_matter.people.map]\ndisplay_name = \"name\"\n[front_matter.tags.map]\nlabel = \"name\"",
    )
    .article("2025/03/16/a", "title: A\ntopics: [peace]\nauthors: [ana]", "")
    .document("content/people/ana.md", "display_name: Ana Ek", "")
    .document("content/tags/peace.md", "label: Peace", "");
    let built = site.build_clean();
    let page = built.page("/2025/03/16/a/");
    assert!(page.contains("<a href=\"/people/ana/\">Ana Ek</a>"), "{page}");
    assert!(page.contains("<a href=\"/tags/peace/\">Peace</a>"));
    assert!(!page.contains("class=\"authors\""));
}

#[test]
fn a_key_that_was_renamed_does_not_hide_the_right_one() {
    let site = Site::new();
    site.setting("[front_matter.map]\ntopics = \"tags\"").article(
        "2025/03/16/a",
        "title: A\ntopics: [theirs]\ntags: [ours]",
        "",
    );
    let built = site.build_clean();
    assert!(built.has("/tags/ours/") && !built.has("/tags/theirs/"));
}

#[test]
fn keys_of_the_users_own_reach_the_template() {
    let site = Site::new();
    site.file(
        "themes/briefing/templates/article.html",
        "{{ article.extra.rating }} {{ article.extra.nested.a[1] }} {{ article.extra.weird_key }} {{ article.extra.when }}",
    )
    .article("2025/03/16/a", "title: A\nrating: 4.5\nextra: {nested: {a: [1, two]}, when: 2025-01-01}\nweird_key: <b>", "");
    assert_eq!(site.build_clean().page("/2025/03/16/a/").trim(), "4.5 two &lt;b&gt; 2025-01-01");
}

#[test]
fn everything_an_article_says_of_itself_is_shown() {
    let site = Site::new();
    site.article(
        "2025/03/16/a",
        "title: A\ndate: 2025-03-16T18:30:00Z\nupdated: 2025-03-17\nkicker: Diplomacy\nplace: GENEVA\ngenre: analysis\n\
         sensitivity: Shows the dead.\nlanguage: fr\nnoindex: true\ncanonical_url: https://elsewhere.example/a\n\
         authors: [{name: Jo Doe, url: https://jo.example}, Al]\n\
         sources: [{publisher: Reuters, title: Talks open, url: https://r.example/1, date: 2025-03-15}, TASS]\n\
         image: {src: https://img.example/a.jpg, alt: A bridge, caption: The *old* bridge, credit: Jo}\n\
         corrections: [{date: 2025-03-18, kind: retraction, text: All wrong.}]",
        "Text.",
    );
    let page = site.build_clean().page("/2025/03/16/a/");
    for part in [
        "Diplomacy",
        "GENEVA",
        "Analysis",
        "Shows the dead.",
        "lang=\"fr\"",
        "<meta name=\"robots\" content=\"noindex\">",
        "<link rel=\"canonical\" href=\"https://elsewhere.example/a\">",
        "<a href=\"https://jo.example\" rel=\"author\">Jo Doe</a>",
        "<a href=\"/sources/reuters/\">Reuters</a>",
        "<a href=\"https://r.example/1\">Talks open</a>",
        "<a href=\"/sources/tass/\">TASS</a>",
        "The <em>old</em> bridge",
        "All wrong.",
        "datetime=\"2025-03-17",
        "18:30",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn a_script_is_an_address_nowhere_in_front_matter() {
    let site = Site::new();
    site.article(
        "2025/03/16/a",
        "title: A\nauthors: [{name: Jo, url: \"javascript:alert(1)\"}]\n\
         sources: [{publisher: R, title: T, url: \"javascript:alert(2)\"}]\npeople: [ana]",
        "",
    )
    .document("content/people/ana.md", "name: Ana\nsame_as: [\"javascript:alert(3)\"]", "")
    .document("content/sources/r.md", "name: R\nurl: \"javascript:alert(4)\"", "");
    let built = site.with().keep_going().build().published();
    for (file, bytes) in built.tree().iter().filter(|(f, _)| f.ends_with(".html")) {
        assert!(!String::from_utf8_lossy(bytes).contains("href=\"javascript:"), "{file}");
    }
}

// Records.

#[test]
fn a_record_is_a_file_or_a_folder() {
    let site = Site::new();
    site.document("content/people/one.md", "name: Person One", "Text one.")
        .document("content/people/two/index.md", "name: Person Two", "Text two.")
        .document("content/people/three/_index.md", "name: Person Three", "Text three.")
        .document("content/people/_index.md", "title: People", "The folder's own.")
        .document("content/people/deeper/still/four.md", "title: Person Four", "Text four.");
    let built = site.build_clean();
    for (id, name) in [("one", "One"), ("two", "Two"), ("three", "Three"), ("four", "Four")] {
        let page = built.page(&format!("/people/{id}/"));
        assert!(page.contains(&format!("<h1>Person {name}</h1>")) && page.contains(&format!("Text {id}.")), "{page}");
    }
    assert!(!built.page("/people/").contains("The folder's own."));
}

#[test]
fn an_article_names_a_record_by_id_name_or_alias() {
    let site = Site::new();
    site.document(
        "content/people/steve-witkoff.md",
        "name: Steve Witkoff\naliases: [Steven Witkoff]\nslug: witkoff",
        "",
    );
    for (n, name) in ["steve-witkoff", "Steve Witkoff", "steven  WITKOFF", "Steve\u{a0}Witkoff"].into_iter().enumerate()
    {
        site.article(&format!("2025/03/16/a{n}"), &format!("title: A\npeople: [\"{name}\"]"), "");
    }
    let built = site.build_clean();
    assert!(built.page("/people/witkoff/").contains("<p class=\"count\">4 articles</p>"));
    assert_eq!(built.urls().iter().filter(|u| u.starts_with("/people/")).count(), 2);
}

#[test]
fn one_person_named_twice_in_an_article_is_one() {
    let site = Site::new();
    site.document("content/people/ana.md", "name: Ana Ek", "").article(
        "2025/03/16/a",
        "title: A\npeople: [ana, Ana Ek, ana ek]",
        "",
    );
    assert_eq!(site.build_clean().page("/2025/03/16/a/").matches("href=\"/people/ana/\"").count(), 1);
}

#[test]
fn a_persons_record_is_shown_in_full() {
    let site = Site::new();
    site.document(
        "content/people/ana.md",
        "name: Ana Ek\nqualifier: diplomat\nborn: 1970-05\ndied: 2024\naliases: [A. Ek]\n\
         roles:\n  - {title: Envoy, organisation: UN, from: 2020, to: 2022-06}\n  - {title: Minister, from: 2023-01-02}\n\
         same_as: [https://www.wikidata.org/wiki/Q1]",
        "She *negotiates*.",
    );
    let page = site.build_clean().page("/people/ana/");
    for part in
        ["diplomat", "May 1970", "2024", "A. Ek", "Envoy, UN", "2020 – June 2022", "Minister", "<em>negotiates</em>"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(page.contains("<a href=\"https://www.wikidata.org/wiki/Q1\">"));
}

#[test]
fn standing_pages_stand_where_their_files_lie() {
    let site = Site::new();
    site.document("content/pages/about.md", "title: About\nmenu: true\norder: 2", "")
        .document("content/pages/guide/index.md", "title: Guide\nmenu: true\norder: 1", "")
        .document("content/pages/guide/My Themes.md", "title: Themes", "");
    let built = site.build_clean();
    assert!(built.has("/about/") && built.has("/guide/") && built.has("/guide/my-themes/"), "{:?}", built.urls());
    let menu = built.part("/", "<nav class=\"menu\"", "</nav>");
    assert!(menu.find("/guide/").expect("in the menu") < menu.find("/about/").expect("in the menu"));
}

// Markdown.

#[test]
fn markdown_of_news_is_rendered() {
    for (markdown, html) in [
        ("A *b* **c** ~~d~~ `e`", "<p>A <em>b</em> <strong>c</strong> <del>d</del> <code>e</code></p>"),
        ("- [x] done\n- [ ] open", "type=\"checkbox\""),
        ("| a | b |\n|---|--:|\n| 1 | 2 |", "<td style=\"text-align: right\">2</td>"),
        ("| a |\n|---|\n| 1 |", "<div class=\"table-wrap\" tabindex=\"0\" role=\"region\" aria-label="),
        ("> [!WARNING]\n> Careful.", "<div class=\"alert alert-warning\" role=\"note\">"),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("a\\\nb", "<br />"),
        ("```rust\nfn a() {}\n```", "<pre><code class=\"language-rust\">fn a() {}\n</code></pre>"),
        ("![A\n*map*](https://a.example/m.png \"M\")", "alt=\"A map\" title=\"M\""),
    ] {
        let found = html_of(markdown);
        assert!(found.contains(html), "{markdown}: {found}");
    }
}

#[test]
fn headings_have_ids_and_anchors_and_one_outline() {
    let html = html_of("## The terms\n\n#### Deep\n\n## The terms\n\n## Own {#mine}\n\n## *Київ* & 2\n\n## !!!");
    for part in [
        "<h2 id=\"the-terms\">The terms <a class=\"anchor\" href=\"#the-terms\"",
        "<h3 id=\"deep\">",
        "<h2 id=\"the-terms-1\">",
        "<h2 id=\"mine\">Own",
        "<h2 id=\"київ--2\"><em>Київ</em> &amp; 2",
        "<h2 id=\"section\">",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
}

#[test]
fn a_body_that_starts_at_level_one_moves_down() {
    let html = html_of("# One\n\n## Two");
    assert!(html.contains("<h2 id=\"one\">") && html.contains("<h3 id=\"two\">") && !html.contains("<h1"), "{html}");
}

#[test]
fn a_long_page_has_a_table_of_contents() {
    let site = Site::new();
    site.article(
        "2025/03/16/a",
        "title: A",
        "## One [x](https://a.example)\n\n## Two\n\n### *Three*\n\n## Four[^1]\n\n[^1]: N.",
    )
    .article("2025/03/16/b", "title: B", "## One\n\n## Two");
    let built = site.build_clean();
    let toc = built.part("/2025/03/16/a/", "<details class=\"toc\">", "</details>");
    for part in
        ["<a href=\"#one-x\">One x</a>", "<li class=\"sub\"><a href=\"#three\"><em>Three</em></a>", "\">Four</a>"]
    {
        assert!(toc.contains(part), "{part}: {toc}");
    }
    assert!(!built.page("/2025/03/16/b/").contains("class=\"toc\""));
}

#[test]
fn footnotes_stand_at_the_end_in_order_of_first_use() {
    let html = html_of("A[^b] and B[^a] and A again[^b].\n\n[^a]: Note a.\n\n[^b]: Note b.");
    for part in [
        "<a href=\"#_fn-1\" id=\"_fnref-1\">1</a>",
        "<a href=\"#_fn-2\" id=\"_fnref-2\">2</a>",
        "id=\"_fnref-1-2\"",
        "<li id=\"_fn-1\"><p>Note b. <a class=\"footnote-backref\" href=\"#_fnref-1\"",
        "<section class=\"footnotes\"",
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(html.find("Note b.") < html.find("Note a."));
}

#[test]
fn punctuation_is_smart_in_english_only_unless_it_is_said() {
    let text = "\"So\" -- it's ... done";
    assert_eq!(html_of(text), "<p>“So” – it’s … done</p>");
    let plain = "<p>\"So\" -- it's ... done</p>";
    let site = Site::new();
    assert_eq!(html_in(site.setting("language = \"de\""), text), plain);
    assert_eq!(html_in(site.setting("[markdown]\nsmart_punctuation = true"), text), "<p>“So” – it’s … done</p>");
    let site = Site::new();
    assert_eq!(html_in(site.setting("[markdown]\nsmart_punctuation = false"), text), plain);
}

#[test]
fn html_is_text_unless_it_is_allowed() {
    let text = "A <b>bold</b>\n\n<script>alert(1)</script>\n\n<!-- a remark -->\n\nEnd <!-- here -->.";
    let shown = html_of(text);
    assert!(shown.contains("A &lt;b&gt;bold&lt;/b&gt;") && shown.contains("&lt;script&gt;"), "{shown}");
    assert!(!shown.contains("remark") && !shown.contains("here"), "{shown}");
    let site = Site::new();
    let raw = html_in(site.setting("[markdown]\nraw_html = true"), "A <b>bold</b>\n\n<figure>x</figure>");
    assert!(raw.contains("A <b>bold</b>") && raw.contains("<figure>x</figure>"), "{raw}");
}

#[test]
fn links_out_of_the_site_say_so() {
    assert_eq!(
        html_of("[a](https://a.example/?b=c&d \"T\")"),
        "<p><a href=\"https://a.example/?b=c&amp;d\" rel=\"noopener\" title=\"T\">a</a></p>"
    );
    let site = Site::new();
    assert!(
        html_in(site.setting("[links]\nexternal_rel = \"nofollow\""), "<https://a.example>")
            .contains("rel=\"nofollow\"")
    );
    assert_eq!(html_of("[a](mailto:a@b.example)"), "<p><a href=\"mailto:a@b.example\">a</a></p>");
}

#[test]
fn links_that_would_run_code_are_only_text() {
    for link in
        ["javascript:alert(1)", "JavaScript:alert(1)", "vbscript:x", "data:text/html,x", "&#106;avascript:alert(1)"]
    {
        assert_eq!(html_of(&format!("[a]({link})")), "<p>a</p>", "{link}");
    }
    assert_eq!(html_of("![a](javascript:alert(1))"), "<p>a</p>");
    assert_eq!(html_of("![a](data:image/svg+xml,x)"), "<p>a</p>");
}

#[test]
fn links_between_files_lead_to_their_pages() {
    let site = Site::new();
    site.setting("base_url = \"https://news.example/sub\"")
        .article("2025/03/15/other one", "title: O\nslug: other", "## The terms")
        .document("content/people/ana.md", "name: Ana\nslug: ana-ek", "See [about](../pages/about.md).")
        .document("content/pages/about.md", "title: About", "## Who we are\n\nSee [it](../articles/2025/03/16/a.md).")
        .document("content/briefings/2025-03-16.md", "title: B", "See [it](../articles/2025/03/16/a.md#x).")
        .file("static/files/a b.pdf", "%PDF");
    for (to, url) in [
        ("<../15/other one.md>", "/sub/2025/03/15/other/"),
        ("../15/other%20one.md#the-terms", "/sub/2025/03/15/other/#the-terms"),
        ("../../../../people/ana.md", "/sub/people/ana-ek/"),
        ("../../../../pages/about.md#who-we-are", "/sub/about/#who-we-are"),
        ("a.md", "/sub/2025/03/16/a/"),
        ("#x", "#x"),
        ("/about/", "/sub/about/"),
        ("/about", "/sub/about/"),
        ("/about/#who-we-are", "/sub/about/#who-we-are"),
        ("/", "/sub/"),
        ("/2025/03/16/", "/sub/2025/03/16/"),
        ("/files/a%20b.pdf", "/sub/files/a%20b.pdf"),
    ] {
        let html = html_in(&site, &format!("See [it]({to}).\n\n## X"));
        assert!(html.starts_with(&format!("<p>See <a href=\"{url}\">it</a>.</p>")), "{to}: {html}");
    }
    let built = site.build_clean();
    assert!(built.page("/people/ana-ek/").contains("<a href=\"/sub/about/\">about</a>"));
    assert!(built.page("/about/").contains("<a href=\"/sub/2025/03/16/a/\">it</a>"));
    assert!(built.page("/2025/03/16/").contains("<a href=\"/sub/2025/03/16/a/#x\">it</a>"));
}

#[test]
fn a_query_of_a_link_is_kept() {
    let site = Site::new();
    site.document("content/pages/about.md", "title: About", "");
    let html = html_in(&site, "[a](/about/?from=news)");
    assert_eq!(html, "<p><a href=\"/about/?from=news\">a</a></p>");
}

#[test]
fn a_link_that_an_editor_moved_follows_its_file() {
    let site = Site::new();
    site.article("2025/03/15/target", "title: T", "").article("2025/03/16/a", "title: A", "See [it](../15/target.md).");
    site.build_clean();
    site.edit("content/articles/2025/03/15/target.md", "title: T", "title: T\nslug: elsewhere");
    assert!(site.build_clean().prose("/2025/03/16/a/").contains("/2025/03/15/elsewhere/"));
}

#[test]
fn the_language_of_the_site_sets_its_words_and_direction() {
    let site = Site::new();
    site.setting("language = \"de\"").article("2025/03/16/a", "title: A", "");
    let page = site.build_clean().page("/2025/03/16/");
    assert!(page.contains("<html lang=\"de\" dir=\"ltr\">") && page.contains("März"), "{page}");
    let site = Site::new();
    // The theme has no words of this language, which is a warning.
    assert!(site.setting("language = \"ar\"").build().published().page("/").contains("<html lang=\"ar\" dir=\"rtl\">"));
}
