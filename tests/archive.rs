//! The laws of the archive: lists only grow at their end, old pages stay as they were, what is withheld is nowhere, and
//! every kind of page is there.
//!
//! How one file is read is not asked here (`content.rs`), nor which files a build writes (`output.rs`).

mod harness;

use harness::{Built, Site};
use std::collections::BTreeMap;

/// Days of 2024 and 2025 in order, one article each: the numbers are those of the articles, from 1.
fn path(number: usize) -> String {
    let (month, day) = ((number - 1) / 28, (number - 1) % 28 + 1);
    format!("{}/{:02}/{day:02}/n{number}", 2024 + month / 12, month % 12 + 1)
}

/// A site whose tag `all` has this many articles.
fn counted(count: usize) -> Site {
    let site = Site::new();
    (1..=count).for_each(|n| add(&site, n));
    site
}

fn add(site: &Site, number: usize) {
    site.article(&path(number), &format!("title: Number {number}\ntags: [all]"), &format!("Text {number}."));
}

/// The numbers of the articles that a list page shows, in its order.
fn numbers(built: &Built, url: &str) -> Vec<usize> {
    let page = built.page(url);
    page.split("class=\"card-title\"").skip(1).filter_map(|c| after(c, "Number ")?.parse().ok()).collect()
}

fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    let rest = text.split_once(mark)?.1;
    Some(&rest[..rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())])
}

fn downwards(from: usize, to: usize) -> Vec<usize> {
    (to..=from).rev().collect()
}

fn is_redirect_to(built: &Built, url: &str, target: &str) -> bool {
    built.page(url).contains(&format!("content=\"0; url={target}\""))
}

#[test]
fn a_list_is_one_page_until_two_are_full() {
    let site = counted(59);
    let built = site.build_clean();
    assert_eq!(numbers(&built, "/tags/all/"), downwards(59, 1));
    assert!(!built.urls().iter().any(|u| u.contains("/page/")));
}

#[test]
fn a_full_list_page_never_changes_again() {
    let site = counted(59);
    site.build_clean();
    let mut full: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for count in 60..=122 {
        add(&site, count);
        // The steps between are like these; building all of them would only be slow.
        if ![60, 61, 62, 88, 89, 90, 91, 92, 119, 120, 121, 122].contains(&count) {
            continue;
        }
        let built = site.build_clean();
        for number in 1..count / 30 {
            let url = format!("/tags/all/page/{number}/");
            let bytes = built.at(&url).to_vec();
            assert_eq!(numbers(&built, &url), downwards(number * 30, number * 30 - 29), "{count}: {url}");
            let first = full.entry(url.clone()).or_insert_with(|| bytes.clone());
            assert!(*first == bytes, "with {count} articles {url} is another");
        }
        // The page after the last full one only leads on, and there is none after it.
        let last = count / 30;
        assert!(is_redirect_to(&built, &format!("/tags/all/page/{last}/"), "/tags/all/"), "{count}");
        assert!(!built.has(&format!("/tags/all/page/{}/", last + 1)), "{count}");
        assert_eq!(numbers(&built, "/tags/all/"), downwards(count, (last - 1) * 30 + 1), "{count}");
    }
    assert_eq!(full.len(), 3);
}

#[test]
fn list_pages_lead_to_each_other() {
    let built = counted(95).build_clean();
    let pager = |url: &str| {
        let page = built.page(url);
        let links = page.split("<a class=\"").skip(1).filter(|a| a.starts_with("prev") || a.starts_with("next"));
        links.map(|a| a.split("href=\"").nth(1).and_then(|h| h.split('"').next()).unwrap_or("").to_string()).collect()
    };
    let links: Vec<Vec<String>> = ["/tags/all/", "/tags/all/page/2/", "/tags/all/page/1/"].map(pager).into();
    assert_eq!(
        links,
        [vec!["/tags/all/page/2/"], vec!["/tags/all/page/3/", "/tags/all/page/1/"], vec!["/tags/all/page/2/"]]
    );
}

#[test]
fn how_long_a_list_page_is_can_be_said() {
    let site = counted(10);
    let built = site.setting("[lists]\nper_page = 5").build_clean();
    assert_eq!(numbers(&built, "/tags/all/page/1/"), downwards(5, 1));
    assert_eq!(numbers(&built, "/tags/all/"), downwards(10, 6));
}

#[test]
fn a_new_article_in_a_long_archive_touches_a_bounded_handful_of_pages() {
    let site = counted(119);
    let before = site.build_clean();
    add(&site, 120);
    let after = site.build_clean();
    // The tag's list with a page that is full now and the next stub; the article, its neighbour, its day and that of the
    // neighbour, month, year, front page, calendar and index of tags. For machines: the three feeds, the tag's, a closed
    // part of the month at times, `archive.json`, the month's sitemap, that of the front page and their index.
    let changed = after.differences(&before);
    assert!(changed.len() <= 23, "{changed:#?}");
    assert_eq!(after.rendered(), changed.len(), "{changed:#?}");
}

#[test]
fn articles_lead_to_the_one_before_and_after_in_time() {
    let site = Site::new();
    site.article("2025/03/10/a", "title: A\ndate: 2025-03-10T08:00:00Z", "")
        .article("2025/03/10/b", "title: B\ndate: 2025-03-10T09:00:00Z", "")
        .article("2025/03/14/c", "title: C", "")
        .article("2025/05/02/d", "title: D", "");
    let built = site.build_clean();
    let neighbours = |url: &str| {
        let pager = built.part(url, "<nav class=\"pager\"", "</nav>");
        let link = |class: &str| {
            let start = pager.split(&format!("<a class=\"{class}\" rel=\"{class}\" href=\"")).nth(1)?;
            start.split('"').next().map(str::to_string)
        };
        (link("prev").unwrap_or_default(), link("next").unwrap_or_default())
    };
    let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
    assert_eq!(neighbours("/2025/03/10/a/"), pair("", "/2025/03/10/b/"));
    assert_eq!(neighbours("/2025/03/10/b/"), pair("/2025/03/10/a/", "/2025/03/14/c/"));
    assert_eq!(neighbours("/2025/05/02/d/"), pair("/2025/03/14/c/", ""));
    assert_eq!(neighbours("/2025/03/14/"), pair("/2025/03/10/", "/2025/05/02/"));
    assert_eq!(neighbours("/2025/03/"), pair("", "/2025/05/"));
    // Days between without a briefing are said: 11, 12, 13 March.
    assert!(built.part("/2025/03/14/", "<nav class=\"pager\"", "</nav>").contains("3 days"));
}

#[test]
fn related_articles_are_earlier_ones_and_later_ones_change_nothing() {
    let site = Site::new();
    for day in 10..=16 {
        site.article(&format!("2025/03/{day}/d{day}"), &format!("title: Day {day}\ntags: [x]\npeople: [Ana Ek]"), "");
    }
    // A name of the article's own, so that its neighbours and thread do not change with what comes later.
    let before = site.build_clean();
    let related = |built: &Built, url: &str| {
        let page = built.page(url);
        let part =
            page.split("<section class=\"related\"").nth(1).map_or("", |p| p.split("</section>").next().unwrap_or(""));
        part.split("<a href=\"").skip(1).filter_map(|a| a.split('"').next().map(str::to_string)).collect::<Vec<_>>()
    };
    assert_eq!(related(&before, "/2025/03/10/d10/"), [""; 0]);
    assert_eq!(related(&before, "/2025/03/11/d11/"), ["/2025/03/10/d10/"]);
    assert_eq!(
        related(&before, "/2025/03/16/d16/"),
        ["/2025/03/15/d15/", "/2025/03/14/d14/", "/2025/03/13/d13/", "/2025/03/12/d12/"]
    );
    for day in 17..=25 {
        site.article(&format!("2025/03/{day}/d{day}"), &format!("title: Day {day}\ntags: [x]\npeople: [Ana Ek]"), "");
    }
    let after = site.build_clean();
    let mut changed: Vec<String> = after.differences(&before);
    changed.retain(|f| f.contains("/d1") && before.tree().contains_key(f));
    // Only the last one has a next article now.
    assert_eq!(changed, ["2025/03/16/d16/index.html"]);
}

#[test]
fn the_rarer_name_is_the_closer_relation() {
    let site = Site::new();
    for day in 10..=20 {
        site.article(&format!("2025/03/{day}/common{day}"), "title: Common\ntags: [common]", "");
    }
    site.article("2025/03/01/rare", "title: Rare\ntags: [rare]", "").article(
        "2025/03/21/last",
        "title: L\ntags: [common, rare]",
        "",
    );
    let page = site.build_clean().page("/2025/03/21/last/");
    let related = page.split("<section class=\"related\"").nth(1).expect("a list of related articles");
    assert!(related.find("/2025/03/01/rare/") < related.find("/2025/03/20/common20/"), "{related}");
}

/// The articles of a day in the order of its page.
fn edition(built: &Built, day: &str) -> Vec<String> {
    let page = built.page(day);
    let cards = page.split("class=\"card-title\"><a href=\"").skip(1);
    cards.filter_map(|c| c.split('"').next()?.trim_end_matches('/').rsplit('/').next().map(str::to_string)).collect()
}

fn four_of_a_day() -> Site {
    let site = Site::new();
    for (slug, hour) in [("a", 6), ("b", 7), ("c", 8), ("d", 9)] {
        site.article(&format!("2025/03/16/{slug}"), &format!("title: {slug}\ndate: 2025-03-16T0{hour}:00:00Z"), "");
    }
    site
}

#[test]
fn a_day_is_ordered_by_time_then_rank_then_its_record() {
    let site = four_of_a_day();
    assert_eq!(edition(&site.build_clean(), "/2025/03/16/"), ["a", "b", "c", "d"]);
    site.edit("content/articles/2025/03/16/d.md", "title:", "rank: 1\ntitle:");
    site.edit("content/articles/2025/03/16/c.md", "title:", "rank: 2\ntitle:");
    assert_eq!(edition(&site.build_clean(), "/2025/03/16/"), ["d", "c", "a", "b"]);
    site.edit("content/articles/2025/03/16/b.md", "title:", "lead: true\ntitle:");
    assert_eq!(edition(&site.build_clean(), "/2025/03/16/"), ["b", "d", "c", "a"]);
    site.document("content/briefings/2025-03-16.md", "order: [a, c]", "");
    assert_eq!(edition(&site.build_clean(), "/2025/03/16/"), ["b", "a", "c", "d"]);
    site.document("content/briefings/2025-03-16.md", "order: [a, c]\nlead: d", "");
    assert_eq!(edition(&site.build_clean(), "/2025/03/16/"), ["d", "a", "c", "b"]);
}

#[test]
fn a_briefings_record_gives_its_page_a_title_and_an_introduction() {
    let site = four_of_a_day();
    site.document("content/briefings/2025-03-16.md", "title: \"The *long* day\"", "It began at six.");
    let built = site.build_clean();
    let page = built.page("/2025/03/16/");
    assert!(page.contains("<h1>The <em>long</em> day</h1>") && page.contains("<p>It began at six.</p>"), "{page}");
    assert!(built.page("/").contains("<p>It began at six.</p>"));
    assert!(built.page("/2025/03/16/a/").contains("The <em>long</em> day"));
}

#[test]
fn a_briefing_may_name_an_article_that_is_withheld() {
    let site = four_of_a_day();
    site.edit("content/articles/2025/03/16/c.md", "title:", "draft: true\ntitle:");
    site.document("content/briefings/2025-03-16.md", "order: [d, c]\nlead: c", "");
    assert_eq!(edition(&site.build_clean(), "/2025/03/16/"), ["d", "a", "b"]);
}

#[test]
fn months_years_and_the_archive_count_their_articles() {
    let site = four_of_a_day();
    site.article("2025/03/18/e", "title: E", "").article("2024/11/02/f", "title: F", "");
    let built = site.build_clean();
    assert!(built.page("/2025/03/").contains("<p class=\"count\">5 articles</p>"));
    assert!(built.page("/2025/").contains("<p class=\"count\">5 articles</p>"));
    assert!(built.page("/2024/").contains("<p class=\"count\">1 article</p>"));
    assert!(built.part("/archive/", "<p class=\"count\">", "</p>").starts_with("6 articles"));
    assert!(built.page("/2025/03/").contains("<a href=\"/2025/03/16/\" title=\"4 articles\">16 <small>4</small></a>"));
    let archive = built.page("/archive/");
    let years: Vec<usize> = ["/2025/\"", "/2024/\""].map(|y| archive.find(y).expect("the year")).into();
    assert!(years[0] < years[1], "the latest year stands first");
    assert!(!archive.contains("/2025/04/"), "a month without articles has no page to lead to");
}

#[test]
fn people_stand_under_the_letter_of_their_family_name() {
    let site = Site::new();
    site.document("content/people/el.md", "name: Mohamed ElBaradei\nfamily: ElBaradei", "")
        .document("content/people/li.md", "name: Li Keqiang\nfamily: Li", "")
        .document("content/people/dam.md", "name: Jaap van Dam\nsort_as: Dam, Jaap van", "")
        .article("2025/03/16/a", "title: A\npeople: [Ana Ek, Zoë Åkesson, el, li, dam]", "");
    let built = site.build_clean();
    let page = built.page("/people/");
    let order = ["Åkesson, Zoë", "Dam, Jaap van", "Ek, Ana", "ElBaradei, Mohamed", "Li Keqiang"];
    let places: Vec<usize> = order.iter().map(|n| page.find(&format!(">{n}</a>")).expect("the name")).collect();
    assert!(places.is_sorted(), "{places:?}");
    let letters: Vec<&str> = page.split("<h2 id=\"_g").skip(1).filter_map(|h| h.split(['>', '<']).nth(1)).collect();
    // Å is a letter of its own in Danish, not in English.
    assert_eq!(letters, ["A", "D", "E", "L"]);
}

#[test]
fn a_name_without_a_record_is_spelt_as_its_earliest_article_spells_it() {
    let site = Site::new();
    site.article("2025/03/16/a", "title: A\ntags: [Cease fire]", "").article(
        "2025/03/17/b",
        "title: B\ntags: [CEASE FIRE]",
        "",
    );
    let built = site.build().published();
    assert_eq!(built.codes(), ["spelling-variants"]);
    assert!(built.page("/tags/cease-fire/").contains("<h1>Cease fire</h1>"));
    assert!(built.page("/2025/03/17/b/").contains(">Cease fire</a>"));
}

#[test]
fn names_that_differ_by_signs_are_different_names() {
    let site = Site::new();
    site.article("2025/03/16/a", "title: A\ntags: [C, C++, \"C#\", .NET]", "");
    let built = site.build_clean();
    for url in ["/tags/c/", "/tags/c-plus-plus/", "/tags/c-sharp/", "/tags/dot-net/"] {
        assert!(built.has(url), "{url}");
    }
}

#[test]
fn a_thread_tells_what_came_before_and_the_next_development() {
    let site = Site::new();
    for day in 10..=17 {
        site.article(&format!("2025/03/{day}/d{day}"), &format!("title: Day {day}\nthread: Talks"), "");
    }
    let built = site.build_clean();
    let story = built.part("/2025/03/15/d15/", "<ol class=\"timeline\">", "</ol>");
    let told: Vec<&str> = story.split("<a href=\"").skip(1).filter_map(|a| a.split('"').next()).collect();
    let days = ["11", "12", "13", "14", "16"].map(|d| format!("/2025/03/{d}/d{d}/"));
    assert_eq!(told, days);
}

// Withheld.

/// One published article, and one of every sort that is not, each with a word that is nowhere else: in its title, file
/// name, summary, body, tag, person, thread, source, alias and the picture beside it.
fn with_secrets() -> Site {
    let site = Site::new();
    site.setting(
        "base_url = \"https://news.example\"\n[urls]\nlock = false\n[crawlers]\nllms = true\n[feeds]\nfull_text = [\"site\", \
         \"archive\", \"tags\", \"people\", \"threads\"]\n[data]\njson = true\nmarkdown = true\ndump = true\nperson = true\nmentions = true\n[hosting]\n\
         hosts = [\"netlify\", \"nginx\", \"apache\", \"github-pages\"]",
    );
    site.article("2025/03/16/open", "title: Open\ntags: [shared]\nthread: Shared story", "Text.");
    site.article("2025/04/01/later", "title: Later", "Text.");
    for (word, why) in [
        ("qdraft", "draft: true"),
        ("qfuture", "date: 2025-06-01T00:00:01Z"),
        ("qembargo", "embargo: 2025-07-01"),
        ("qexpired", "expires: 2025-05-31"),
        ("qmomentarily", "expires: 2025-06-01T00:00:00Z"),
    ] {
        site.article(
            &format!("2025/03/17/{word}"),
            &format!(
                "title: {word} title\n{why}\nsummary: {word} summary\nkicker: {word} kicker\nplace: {word} place\n\
                 tags: [{word} tag, shared]\npeople: [{word} person, {word}-recorded]\npeople_exclude: [{word} excluded]\n\
                 thread: Shared story\nsources: [{{publisher: {word} source, title: {word} credit, url: 'https://{word}.example/'}}]\n\
                 aliases: [/{word}-alias/]\nauthors: [{{name: {word} author, url: 'https://{word}.example/a'}}]\n\
                 image: {{src: {word}.svg, alt: {word}, caption: {word} caption, credit: {word} credit}}\n\
                 corrections: [{{date: 2025-03-18, text: {word} was wrong}}]\nupdated: 2025-03-18\n\
                 canonical_url: https://{word}.example/c\nguid: tag:{word}.example,2025:1\n\
                 translations: {{fr: 'https://{word}.example/fr'}}\nsensitivity: {word} warning\nextra: {{mine: {word} extra}}"
            ),
            &format!("{word} body. ![{word}]({word}.svg)"),
        )
        .file(&format!("content/articles/2025/03/17/{word}.svg"), "<svg/>");
        // A record that only a withheld article names would say that there is one.
        site.document(
            &format!("content/people/{word}-recorded.md"),
            &format!("name: {word} recorded\nsummary: {word} office\nsame_as: ['https://{word}.example/p']"),
            &format!("{word} life"),
        );
    }
    site.document(
        "content/pages/qpage.md",
        "title: qpage title\nsummary: qpage s\ndraft: true\naliases: [/qpage-alias/]",
        "qpage body",
    );
    site.document(
        "content/people/qsuppressed.md",
        "name: Qsuppressed Person\nsuppress: true\naliases: [Qsuppressed Other]\nformer_slugs: [qsuppressed-old]\n\
         summary: qsuppressed s\nsame_as: ['https://qsuppressed.example/']\nroles: [{title: qsuppressed office}]",
        "qsuppressed body",
    );
    site.edit(
        "content/articles/2025/03/16/open.md",
        "title: Open",
        "title: Open\npeople: [qsuppressed, Qsuppressed Other]",
    );
    site
}

/// Which of the secrets are anywhere in the output, in a name or in bytes.
fn leaks(built: &Built) -> Vec<&'static str> {
    let everything: String =
        built.tree().iter().map(|(f, b)| format!("{f}\n{}\n", String::from_utf8_lossy(b).to_lowercase())).collect();
    let words = ["qdraft", "qfuture", "qembargo", "qexpired", "qmomentarily", "qpage", "qsuppressed"];
    words.into_iter().filter(|w| everything.contains(w)).collect()
}

#[test]
fn what_is_withheld_is_nowhere_in_the_output() {
    let built = with_secrets().build_clean();
    assert_eq!(leaks(&built), [""; 0]);
    let a = built.report.articles;
    assert_eq!((a.found, a.published, a.withheld, a.failed), (7, 2, 5, 0));
    assert_eq!(built.report.next_appearance.map(|t| t.to_string()).as_deref(), Some("2025-06-01T00:00:01Z"));
    // All of them were made.
    for url in [
        "/feed.xml",
        "/feeds/2025-03.xml",
        "/rss.xml",
        "/feed.json",
        "/tags/shared/feed.xml",
        "/corrections/feed.xml",
        "/news-sitemap.xml",
        "/sitemaps/2025-03.xml",
        "/sitemaps/tags.xml",
        "/llms.txt",
        "/archive.json",
        "/2025/03/16/open/index.json",
        "/2025/03/16/open/index.md",
        "/dump/2025-03.ndjson",
        "/_redirects",
        "/redirects.nginx.conf",
        "/.htaccess",
    ] {
        assert!(built.has(url), "{url}");
    }
    assert!(!built.has("/2025/03/17/"), "a day of withheld articles only has no page");
    assert!(built.page("/tags/shared/").contains("<p class=\"count\">1 article</p>"));
}

#[test]
fn what_was_published_and_is_withheld_now_is_taken_away() {
    let site = with_secrets();
    site.with().drafts().future().build().published();
    assert_eq!(leaks(&site.build_clean()), [""; 0]);
}

#[test]
fn drafts_are_shown_on_request_and_marked() {
    let built = with_secrets().with().drafts().build().published();
    assert_eq!(leaks(&built), ["qdraft", "qpage"]);
    assert!(built.page("/2025/03/17/qdraft/").contains("class=\"ribbon\""));
    assert!(!built.page("/2025/03/16/open/").contains("class=\"ribbon\""));
}

#[test]
fn the_future_is_shown_on_request_but_never_what_has_expired() {
    let built = with_secrets().with().future().build().published();
    assert_eq!(leaks(&built), ["qfuture", "qembargo"]);
    let both = with_secrets().with().future().drafts().build().published();
    assert_eq!(leaks(&both), ["qdraft", "qfuture", "qembargo", "qpage"]);
    assert_eq!(both.report.articles.withheld, 2);
}

#[test]
fn as_of_decides_what_is_there() {
    let site = with_secrets();
    let at = |time: &str| leaks(&site.with().as_of(time).build().published());
    assert_eq!(at("2025-03-17"), ["qexpired", "qmomentarily"]);
    assert_eq!(at("2025-06-01T00:00:01Z"), ["qfuture"]);
    assert_eq!(at("2025-06-30T23:59:59Z"), ["qfuture"]);
    assert_eq!(at("2025-07-01T00:00:00Z"), ["qfuture", "qembargo"]);
    assert_eq!(at("2030-01-01"), ["qfuture", "qembargo"]);
    let early = site.with().as_of("2025-03-15").build().published();
    assert_eq!(early.report.articles.published, 0);
    assert!(early.has("/") && early.has("/archive/") && early.has("/404.html"));
}

#[test]
fn as_of_and_embargoes_are_read_in_the_sites_time_zone() {
    let site = with_secrets();
    site.edit("site.toml", "title = ", "time_zone = \"America/New_York\"\ntitle = ");
    assert_eq!(leaks(&site.with().as_of("2025-07-01T03:59:59Z").build()), ["qfuture"]);
    assert_eq!(leaks(&site.with().as_of("2025-07-01").build()), ["qfuture", "qembargo"]);
}

#[test]
fn an_article_that_never_appears_by_itself_is_not_the_next_to_appear() {
    let site = Site::new();
    site.article("2025/07/01/a", "title: A\ndraft: true", "").article(
        "2025/07/02/b",
        "title: B\nexpires: 2025-06-30",
        "",
    );
    assert_eq!(site.build_clean().report.next_appearance, None);
    site.article("2025/07/03/c", "title: C\nembargo: 2025-08-01", "").article("2025/07/20/d", "title: D", "");
    assert_eq!(
        site.build_clean().report.next_appearance.map(|t| t.to_string()).as_deref(),
        Some("2025-07-20T00:00:00Z")
    );
}

#[test]
fn a_suppressed_person_is_not_indexed_nor_named() {
    let site = Site::new();
    site.document(
        "content/people/bo.md",
        "name: Bo Li\nsuppress: true\naliases: [Robert Li]\nformer_slugs: [bob]",
        "Private.",
    )
    .article("2025/03/16/a", "title: A\npeople: [Robert Li, Ana Ek]", "Text.");
    let built = site.build_clean();
    let everything: Vec<u8> = built.tree().values().flatten().copied().collect();
    assert!(!String::from_utf8_lossy(&everything).contains("Li</a>"));
    assert!(!built.urls().iter().any(|u| u.contains("bo")), "{:?}", built.urls());
}

#[test]
fn people_exclude_keeps_a_person_out_of_one_article() {
    let site = Site::new();
    site.article("2025/03/16/a", "title: A\npeople: [Ana Ek]", "").article(
        "2025/03/17/b",
        "title: B\npeople: [Ana Ek]\npeople_exclude: [ana ek]",
        "",
    );
    let page = site.build_clean().page("/people/ana-ek/");
    assert!(page.contains("/2025/03/16/a/") && !page.contains("/2025/03/17/b/"));
}

// Addresses.

#[test]
fn old_addresses_lead_to_the_new_ones() {
    let site = Site::new();
    site.article(
        "2025/03/16/a",
        "title: A\naliases: [/old/a/, /2019/b.html, \"https://was.example/c?x#y\"]\nredirect_from: d",
        "",
    )
    .document("content/tags/peace.md", "name: Peace\nformer_slugs: [ceasefire, truce]", "")
    .document("content/pages/about.md", "title: About\naliases: [/who-we-are/]", "");
    let built = site.setting("base_url = \"https://news.example/sub\"").build_clean();
    for (from, to) in [
        ("/old/a/", "/sub/2025/03/16/a/"),
        ("/2019/b.html", "/sub/2025/03/16/a/"),
        ("/c/", "/sub/2025/03/16/a/"),
        ("/d/", "/sub/2025/03/16/a/"),
        ("/tags/ceasefire/", "/sub/tags/peace/"),
        ("/tags/truce/", "/sub/tags/peace/"),
        ("/who-we-are/", "/sub/about/"),
    ] {
        assert!(is_redirect_to(&built, from, to), "{from}: {}", built.page(from));
        assert!(built.page(from).contains("noindex"));
        assert!(built.page(from).contains(&format!("<link rel=\"canonical\" href=\"https://news.example{to}\">")));
    }
}

#[test]
fn the_urls_of_articles_follow_the_sites_pattern() {
    let site = Site::new();
    site.setting("[urls]\narticle = \"/news/{year}/{slug}/\"").article("2025/03/16/a", "title: A", "");
    assert!(site.build_clean().has("/news/2025/a/"));
    site.edit("site.toml", "/news/{year}/{slug}/", "/{slug}/");
    assert!(site.build_clean().has("/a/"));
}

#[test]
fn every_page_kind_is_there() {
    let site = Site::new();
    site.article(
        "2025/03/16/slug",
        "title: A\ntags: [ceasefire]\npeople: [Steve Witkoff]\nthread: Talks\nsources: [Reuters]\naliases: [/old/]\n\
         corrections: [{date: 2025-03-17, text: \"It was *two*.\", kind: Editor's Note}]",
        "Text.",
    )
    .document("content/pages/about.md", "title: About", "")
    .document("content/pages/guide/index.md", "title: Guide", "")
    .document("content/pages/guide/themes.md", "title: Themes", "");
    let built = site.build_clean();
    let urls = [
        "/",
        "/2025/",
        "/2025/03/",
        "/2025/03/16/",
        "/2025/03/16/slug/",
        "/404.html",
        "/about/",
        "/archive/",
        "/corrections/",
        "/guide/",
        "/guide/themes/",
        "/old/",
        "/people/",
        "/people/steve-witkoff/",
        "/sources/",
        "/sources/reuters/",
        "/tags/",
        "/tags/ceasefire/",
        "/threads/",
        "/threads/talks/",
    ];
    for url in urls {
        assert!(built.has(url), "{url} is missing from {:#?}", built.urls());
        let page = built.page(url);
        assert!(
            page.starts_with("<!doctype html>") && page.contains("<title>") && page.ends_with("</html>\n"),
            "{url}"
        );
    }
    let corrections = built.page("/corrections/");
    assert!(
        corrections.contains("href=\"/2025/03/16/slug/#_correction-1\"")
            && corrections.contains("It was <em>two</em>.")
    );
    assert!(built.page("/2025/03/16/slug/").contains("id=\"_correction-1\""));
}

#[test]
fn an_empty_archive_is_a_site_too() {
    let built = Site::new().build_clean();
    assert_eq!(
        built.urls(),
        ["/404.html", "/archive/", "/corrections/", "/", "/people/", "/sources/", "/tags/", "/threads/"]
    );
}

#[test]
fn every_link_of_a_rich_site_leads_somewhere() {
    let site = counted(95);
    site.article(
        "2025/03/16/rich",
        "title: Rich\ntags: [all, two words]\npeople: [Ana Ek]\nthread: Talks\nsources: [Reuters]\naliases: [/old/]",
        "See [the first](../../../2024/01/01/n1.md) and [about](/about/).\n\n## A heading\n\nText.",
    )
    .document("content/pages/about.md", "title: About\nmenu: true", "Text.")
    .document("content/people/ana-ek.md", "name: Ana Ek\nformer_slugs: [anna]", "Text.");
    let built = site.build_clean();
    for (file, bytes) in built.tree().iter().filter(|(f, _)| f.ends_with(".html")) {
        let page = String::from_utf8_lossy(bytes);
        for attribute in ["href=\"", "src=\""] {
            for link in page.split(attribute).skip(1).filter_map(|l| l.split('"').next()) {
                let path = link.strip_prefix("http://localhost").unwrap_or(link).split('#').next().unwrap_or("");
                assert!(path.is_empty() || path.starts_with('/'), "{file}: {link}");
                assert!(path.is_empty() || built.has(path), "{file}: {link} leads to nothing");
            }
        }
    }
}
