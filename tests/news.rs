//! What pages say of people, stories and mistakes: offices as of a day, who appears with whom, timelines, split indexes,
//! retractions.

mod harness;

use harness::{Built, Site};

#[test]
fn an_office_is_the_one_of_the_articles_day() {
    let site = Site::new();
    site.document(
        "content/people/ana.md",
        "name: Ana Silva\nroles:\n  - {title: Deputy, organisation: Port, from: 2014, to: 2019-02}\n  - {title: Master, from: 2019-03}",
        "",
    );
    for (day, slug) in [("2013/05/01", "before"), ("2019/02/28", "deputy"), ("2019/03/01", "master")] {
        site.article(&format!("{day}/{slug}"), "title: T", "Ana Silva spoke.");
    }
    let built = site.build_clean();
    let cast = |url: &str| built.part(url, "<ul class=\"cast\">", "</ul>");
    assert!(!cast("/2013/05/01/before/").contains("note"));
    assert!(cast("/2019/02/28/deputy/").contains("Deputy, Port"));
    assert!(cast("/2019/03/01/master/").contains(">Master<"));
    let page = built.page("/people/ana/");
    assert_eq!(page.matches("class=\"held\"").count(), 2);
}

#[test]
fn a_persons_page_says_how_often_and_with_whom() {
    let site = Site::new();
    site.document("content/people/ana.md", "name: Ana Silva", "").document("content/people/bo.md", "name: Bo Berg", "");
    site.article("2025/01/16/a", "title: A\nthread: Saga", "Ana Silva met Bo Berg. Silva left.")
        .article("2025/03/16/b", "title: B", "Ana Silva met Bo Berg.")
        .article("2025/03/17/c", "title: C", "Ana Silva.");
    let built = site.build_clean();
    let page = built.page("/people/ana/");
    assert!(page.contains("3 articles · 4 mentions"), "{page}");
    assert!(page.contains("<a href=\"/people/bo/\">Bo Berg</a> <span class=\"count\">2</span>"));
    assert!(page.contains("<a href=\"/threads/saga/\">Saga</a> <span class=\"count\">1</span>"));
    // January, nothing in February, March.
    assert_eq!(page.matches("<rect ").count(), 2);
    assert!(page.contains("<rect x=\"1\" y=\"0\"") && page.contains("<rect x=\"25\" y=\"0\""));
    assert!(page.contains("<th scope=\"row\">January 2025</th><td>2</td>"));
}

#[test]
fn namesakes_lead_to_each_other() {
    let site = Site::new();
    site.document("content/people/one.md", "name: Bo Berg\nqualifier: the sailor", "").document(
        "content/people/two.md",
        "name: Bo Berg\nqualifier: the cook",
        "",
    );
    let built = site.build_clean();
    assert!(built.page("/people/one/").contains("<a href=\"/people/two/\">Bo Berg, the cook</a>"));
    assert!(built.page("/people/").contains("(the sailor)"));
}

#[test]
fn a_story_is_a_timeline_with_its_gaps() {
    let site = Site::new();
    for day in ["01", "02", "09"] {
        site.article(&format!("2025/03/{day}/a"), "title: A\nthread: Saga", "");
    }
    let page = site.build_clean().page("/threads/saga/");
    let order = ["2025/03/09/a/", "6 days without news", "2025/03/02/a/", "2025/03/01/a/"];
    let list = page.split("class=\"story-days\"").nth(1).expect("a timeline");
    let places: Vec<usize> = order.iter().map(|what| list.find(what).expect(what)).collect();
    assert!(places.is_sorted(), "{places:?}");
    site.setting("[theme.settings]\nthread_order = \"oldest\"");
    let page = site.build_clean().page("/threads/saga/");
    let list = page.split("class=\"story-days\"").nth(1).expect("a timeline");
    let places: Vec<usize> = order.iter().rev().map(|what| list.find(what).expect(what)).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn a_large_index_has_a_page_for_each_letter() {
    let site = Site::new();
    site.setting("[lists]\nindex_size = 20");
    let names: Vec<String> = (b'A'..=b'Z').map(|c| format!("Ana {}ek", c as char)).collect();
    site.article("2025/03/01/a", &format!("title: A\npeople: {names:?}"), "");
    let built = site.build_clean();
    assert!(!built.page("/people/").contains("Sek, Ana") && built.page("/people/letter/s/").contains("Sek, Ana"));
    // A story about one of them changes the page of one letter, and not the index.
    site.article("2025/03/02/b", "title: B\npeople: [Ana Sek]", "");
    let written = site.build_clean().report.written;
    assert!(written.contains(&"people/letter/s/index.html".to_string()), "{written:?}");
    let others = written
        .iter()
        .filter(|f| f.starts_with("people/") && !f.contains("sek") && !f.contains("/s/") && !f.ends_with(".json"));
    assert_eq!(others.count(), 0, "{written:?}");
}

#[test]
fn a_retracted_article_keeps_its_address_and_nothing_else() {
    let site = Site::new();
    site.document("content/people/ana.md", "name: Ana Silva", "");
    let head = "tags: [Peace]\nthread: Saga\nsources: [Reuters]";
    site.article("2025/03/01/a", &format!("title: A\n{head}"), "Ana Silva.")
        .article("2025/03/02/b", &format!("title: Untrue\n{head}"), "Ana Silva.")
        .article("2025/03/03/c", &format!("title: C\n{head}"), "Ana Silva.");
    let before = site.build_clean();
    assert!(before.page("/tags/peace/").contains("/2025/03/02/b/"));
    site.edit(
        "content/articles/2025/03/02/b.md",
        head,
        &format!("{head}\ncorrections: [{{date: 2025-03-04, kind: retraction, text: It was invented.}}]"),
    );
    let built = site.build_clean();
    let naming: Vec<String> = built.urls().into_iter().filter(|u| built.page(u).contains("/2025/03/02/b/")).collect();
    assert_eq!(naming, ["/2025/03/02/b/", "/corrections/"], "no list has it");
    let page = built.page("/2025/03/02/b/");
    assert!(page.find("It was invented.").expect("the notice") < page.find("<div class=\"prose\"").expect("the text"));
    assert!(page.contains("noindex"));
    assert!(!built.has("/2025/03/02/"), "its day has no other article");
    // Both ways between the notice and the page of all corrections.
    let entry = built.part("/2025/03/02/b/", "href=\"/corrections/#", "\"");
    assert!(built.page("/corrections/").contains(&format!("id=\"{entry}\"")));
    assert!(built.page("/corrections/").contains("/2025/03/02/b/#_correction-1"));
    assert!(built.page("/2025/03/01/a/").contains("/2025/03/03/c/"), "neighbours close up");
    assert_eq!(built.differences(&site.copy().build_clean()), Vec::<String>::new());
}

#[test]
fn a_retracted_article_leaves_what_programs_read() {
    let site = Site::new();
    site.setting("base_url = \"https://news.example\"");
    site.article("2025/03/01/a", "title: A\ntags: [Peace]", "Text.")
        .article("2025/03/01/b", "title: Untrue\ntags: [Peace]", "Text.")
        .article("2025/04/01/c", "title: C", "Text.");
    // At a moment when it is news.
    let build = || site.with().as_of("2025-03-02").build().published();
    let naming = |built: &Built| -> Vec<String> {
        let named = |file: &&String| String::from_utf8_lossy(&built.tree()[*file]).contains("/2025/03/01/b/");
        built.tree().keys().filter(|file| !file.ends_with(".html")).filter(named).cloned().collect()
    };
    let before = build();
    let all = ["feed.json", "feed.xml", "news-sitemap.xml", "rss.xml", "sitemaps/2025-03.xml", "tags/peace/feed.xml"];
    assert_eq!(naming(&before), all);
    assert!(naming(&site.build_clean()).contains(&"feeds/2025-03.xml".to_string()), "a month that is over");
    site.edit(
        "content/articles/2025/03/01/b.md",
        "title: Untrue",
        "title: Untrue\ncorrections: [{date: 2025-03-01, kind: retraction, text: It was invented.}]",
    );
    assert_eq!(naming(&build()), ["corrections/feed.xml"], "the feed of corrections says so");
    assert_eq!(naming(&site.build_clean()), ["corrections/feed.xml"]);
}
