//! Exactly the pages that an edit can show are rendered, and exactly the files that differ are written: one test for each
//! kind of edit, and one for the growth of the archive.
//!
//! What the pages then say is not asked here.

mod harness;

use harness::{Built, Site, corpus, differences};
use std::collections::BTreeSet;

/// Two months, three days, a name of every kind; every article has a summary, so that its text is shown by its own page
/// alone.
fn site() -> Site {
    let site = Site::new();
    site.setting(harness::FOR_PEOPLE);
    site.article("2025/02/28/first", "title: First\nsummary: S.\ntags: [old]\npeople: [Bo Li]", "Text.");
    site.article(
        "2025/03/14/begin",
        "title: Begin\nsummary: S.\ndate: 2025-03-14T08:00:00Z\ntags: [peace]\npeople: [Ana Silva]\nthread: Saga\n\
         sources: [{publisher: Wire}]",
        "Text.",
    );
    site.article(
        "2025/03/14/middle",
        "title: Middle\nsummary: S.\ndate: 2025-03-14T09:00:00Z\ntags: [peace]\nthread: Saga",
        "Text.",
    );
    site.article("2025/03/14/aside", "title: Aside\nsummary: S.\ndate: 2025-03-14T10:00:00Z\ntags: [old]", "Text.");
    site.article("2025/03/15/end", "title: End\nsummary: S.\nthread: Saga", "Text.");
    site.document("content/people/ana-silva.md", "name: Ana Silva\naliases: [A. Silva]", "A minister.");
    site.document("content/briefings/2025-03-14.md", "title: Day", "Good morning.");
    site.document("content/pages/about.md", "title: About", "About.");
    site.document("content/pages/menu.md", "title: Menu\nmenu: true", "Menu.");
    site.file("static/a.txt", "a");
    site.build_clean();
    site
}

const BEGIN: &str = "content/articles/2025/03/14/begin.md";
const MIDDLE: &str = "content/articles/2025/03/14/middle.md";
const END: &str = "content/articles/2025/03/15/end.md";

/// Every URL of the site is rendered.
const EVERYTHING: &str = "everything";

/// Makes an edit, builds, and insists on the pages that are rendered; the files that are written or removed are always
/// exactly those that differ.
fn expect(site: &Site, edit: impl for<'s> FnOnce(&'s Site) -> &'s Site, rendered: &str) {
    expect_with(site, edit, |site| site.build(), rendered);
}

fn expect_with(
    site: &Site,
    edit: impl for<'s> FnOnce(&'s Site) -> &'s Site,
    build: impl FnOnce(&Site) -> Built,
    rendered: &str,
) {
    let before = harness::tree(&edit(site).path("public"));
    let built = build(site).published();
    if rendered == EVERYTHING {
        assert_eq!(built.rendered(), built.report.pages.total);
    } else {
        let found: Vec<&str> = built.rendered_urls();
        assert_eq!(found, rendered.split_whitespace().collect::<Vec<_>>());
    }
    let touched: BTreeSet<&String> = built.report.written.iter().chain(&built.report.removed).collect();
    let differing = differences(&before, built.tree());
    assert_eq!(touched.into_iter().cloned().collect::<Vec<_>>(), differing, "files written or removed");
}

#[test]
fn nothing() {
    let site = site();
    expect(&site, |s| s, "");
    expect_with(&site, |s| s, |s| s.with().jobs(1).build(), "");
    // Written again as they were.
    expect(&site, |s| s.file(BEGIN, &s.read(BEGIN)), "");
    expect(&site, |s| s.file("static/a.txt", "a").file("site.toml", &s.read("site.toml")), "");
}

#[test]
fn an_edit_of_an_article() {
    let site = site();
    let e = |edit: fn(&Site) -> &Site, rendered: &str| expect(&site, edit, rendered);
    // Its text, other text of the same length, and back; a key that only its own page shows.
    e(|s| s.edit(MIDDLE, "Text.", "Other text."), "/2025/03/14/middle/");
    e(|s| s.edit(MIDDLE, "Other text.", "Other test."), "/2025/03/14/middle/");
    e(|s| s.edit(MIDDLE, "Other test.", "Text."), "/2025/03/14/middle/");
    e(|s| s.edit(MIDDLE, "title: Middle", "title: Middle\nextra: {a: 1}"), "/2025/03/14/middle/");

    // What a card shows is on the front page, in its month and day, beside its neighbours, and in its lists.
    let where_its_card_is = "/ /2025/03/ /2025/03/14/ /2025/03/14/aside/ /2025/03/14/begin/ /2025/03/14/middle/ \
                             /2025/03/15/end/ /tags/peace/ /threads/saga/";
    e(|s| s.edit(MIDDLE, "title: Middle", "title: Centre"), where_its_card_is);
    e(|s| s.edit(MIDDLE, "summary: S.", "summary: T."), where_its_card_is);
    e(|s| s.edit(MIDDLE, "T09:00", "T09:30"), where_its_card_is);

    e(|s| s.edit(MIDDLE, "title: Centre", "title: Centre\naliases: [/mid/]"), "/2025/03/14/middle/ /mid/");
    let correction = "title: Centre\ncorrections: [{date: 2025-03-16, text: Wrong.}]";
    expect(&site, |s| s.edit(MIDDLE, "title: Centre", correction), "/2025/03/14/middle/ /corrections/");
    // Nobody leads the day but the first; its own page is of its own file.
    e(|s| s.edit(MIDDLE, "title: Centre", "title: Centre\nlead: true"), "/ /2025/03/ /2025/03/14/ /2025/03/14/middle/");
}

/// A site whose article template is its own, and shows this.
fn site_showing(what: &str) -> Site {
    let site = site();
    site.setting("[theme]\nname = \"own\"");
    site.file("themes/own/theme.toml", "extends = \"briefing\"");
    site.file("themes/own/templates/article.html", &format!("{{{{ article.title }}}}{what}"));
    site.build_clean();
    site
}

#[test]
fn what_no_template_names_is_no_part_of_a_page() {
    let retitled = |s: &Site| {
        s.edit(MIDDLE, "title: Middle", "title: Centre");
        s.build()
            .published()
            .rendered_urls()
            .into_iter()
            .filter(|url| url.matches('/').count() == 5)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let itself = "/2025/03/14/middle/";
    // Neither its neighbours nor its thread nor what is related stand on the others' pages.
    assert_eq!(retitled(&site_showing("")), itself);
    assert_eq!(retitled(&site_showing("{# {{ previous.title }} #}{{ 'next.title' }}")), itself);
    let next = "{% if next %}{{ next.title }}{% endif %}";
    assert_eq!(retitled(&site_showing(next)), format!("/2025/03/14/begin/ {itself}"));
    // Who can see everything is made from everything.
    let all = "/2025/03/14/aside/ /2025/03/14/begin/ /2025/03/14/middle/ /2025/03/15/end/";
    assert_eq!(retitled(&site_showing("{% if false %}{{ json_ld | json }}{% endif %}")), all);
    assert_eq!(retitled(&site_showing("{% if false %}{{ __tera_context }}{% endif %}")), all);

    // A name that comes into the template is there, with what it shows by then.
    let site = site_showing("");
    site.edit(MIDDLE, "title: Middle", "title: Centre").build().published();
    expect(
        &site,
        |s| s.edit("themes/own/templates/article.html", "}}", "}}{% if next %}{{ next.title }}{% endif %}"),
        "/2025/02/28/first/ /2025/03/14/aside/ /2025/03/14/begin/ /2025/03/14/middle/ /2025/03/15/end/",
    );
    assert!(site.build().page("/2025/03/14/begin/").ends_with("Centre"));
}

#[test]
fn a_template_sees_all_that_it_names() {
    // The same templates twice, once with a tag by which everything is seen: the same pages.
    let own = "{{ article.title }}{{ article.body }}{% for h in article.toc %}{{ h.id }}{% endfor %}\
               {% for c in article.cast %}{{ c.of.name }}{{ c.count }}{% endfor %}{{ page.title }}{{ page . canonical }}\
               {% set s = story %}{% if s %}{{ s.thread.name }}{% endif %}{% for r in related %}{{ r.title }}{% endfor %}\
               {{ article?.minutes }}{{ briefing[\"title\"] }}{% if previous %}{{ previous.url }}{% endif %}";
    let person = "{{ person.name }}{{ person.mentions }}{% for w in person.with_tags %}{{ w.of.name }}{% endfor %}\
                  {% if person.chart %}{{ person.chart.most }}{% endif %}{% if person.first %}{{ person.first.title }}{% endif %}";
    let tag = "{% for name, value in tag %}{{ name }}{% endfor %}{{ list.cards | length }}";
    let built = |more: &str| {
        let site = site_showing("");
        let templates = [("article", own), ("person", person), ("tag", tag)];
        for (name, text) in templates {
            site.file(&format!("themes/own/templates/{name}.html"), &format!("{text}{more}"));
        }
        site.build_clean().published()
    };
    let (named, whole) = (built(""), built("{% if false %}{{ __tera_context }}{% endif %}"));
    assert_eq!(named.differences(&whole), Vec::<String>::new());
    assert!(named.page("/tags/peace/").contains("with_people"));
    assert!(named.page("/2025/03/14/middle/").contains("SagaBegin"));
}

#[test]
fn other_names_for_an_article() {
    // The card's places, and the lists and indexes of the names that come and go.
    expect(
        &site(),
        |s| s.edit(MIDDLE, "tags: [peace]", "tags: [old]"),
        "/ /2025/03/ /2025/03/14/ /2025/03/14/aside/ /2025/03/14/begin/ /2025/03/14/middle/ /2025/03/15/end/ \
         /tags/ /tags/old/ /tags/peace/ /threads/saga/",
    );
    expect(
        &site(),
        |s| s.edit(MIDDLE, "tags: [peace]", "tags: [peace]\npeople: [Bo Li]"),
        "/ /2025/03/ /2025/03/14/ /2025/03/14/aside/ /2025/03/14/begin/ /2025/03/14/middle/ /2025/03/15/end/ \
         /people/ /people/bo-li/ /tags/peace/ /threads/saga/",
    );
    expect(
        &site(),
        |s| s.edit(MIDDLE, "thread: Saga\n", ""),
        "/ /2025/03/ /2025/03/14/ /2025/03/14/aside/ /2025/03/14/begin/ /2025/03/14/middle/ /2025/03/15/end/ \
         /tags/peace/ /threads/ /threads/saga/",
    );
}

#[test]
fn an_article_that_comes_goes_or_moves() {
    // The last one has nobody after it: its neighbour, its day, month and year, the calendar, and its lists and indexes.
    let names = "tags: [peace]\npeople: [Ana Silva]\nthread: Saga\nsources: [{publisher: Wire}]";
    let new = format!("title: New\nsummary: S.\ndate: 2025-03-15T20:00:00Z\n{names}");
    expect(
        &site(),
        |s| s.article("2025/03/15/new", &new, "Text."),
        "/ /2025/ /2025/03/ /2025/03/15/ /2025/03/15/end/ /2025/03/15/new/ /archive/ /people/ /people/ana-silva/ \
         /sources/ /sources/wire/ /tags/ /tags/peace/ /threads/ /threads/saga/",
    );
    let without_middle = "/ /2025/ /2025/03/ /2025/03/14/ /2025/03/14/aside/ /2025/03/14/begin/ /2025/03/15/end/ \
                          /archive/ /tags/ /tags/peace/ /threads/ /threads/saga/";
    expect(&site(), |s| s.remove(MIDDLE), without_middle);
    expect(&site(), |s| s.edit(MIDDLE, "title: Middle", "title: Middle\ndraft: true"), without_middle);
    // Another address: where its card is.
    expect(
        &site(),
        |s| s.edit(MIDDLE, "title: Middle", "title: Middle\nslug: mid"),
        "/ /2025/03/ /2025/03/14/ /2025/03/14/aside/ /2025/03/14/begin/ /2025/03/14/mid/ /2025/03/15/end/ \
         /tags/peace/ /threads/saga/",
    );
    // Another day: the neighbours here and there, the days next to the new one. The month still has as many.
    expect(
        &site(),
        |s| s.edit(MIDDLE, "03-14T09:00", "03-13T09:00"),
        "/ /2025/ /2025/02/28/ /2025/02/28/first/ /2025/03/ /2025/03/13/ /2025/03/13/middle/ /2025/03/14/ \
         /2025/03/14/aside/ /2025/03/14/begin/ /2025/03/15/end/ /tags/ /tags/peace/ /threads/ /threads/saga/",
    );
}

#[test]
fn an_article_whose_time_comes() {
    let site = site();
    let as_of = |time: &'static str| move |s: &Site| s.with().as_of(time).build();
    let (embargo, end) = ("title: End\nembargo: 2025-06-02T00:00:00Z", "/2025/03/15/ /2025/03/15/end/");
    let around = |own: &str| {
        format!(
            "/ /2025/ /2025/03/ /2025/03/14/ /2025/03/14/aside/ /2025/03/14/middle/ {own} /archive/ /threads/ /threads/saga/"
        )
    };
    expect(&site, |s| s.edit(END, "title: End", embargo), &around(""));
    expect_with(&site, |s| s, as_of("2025-06-01T23:59:59Z"), "");
    expect_with(&site, |s| s, as_of("2025-06-02"), &around(end));
    expect_with(&site, |s| s, as_of("2025-06-03"), "");
    expect_with(&site, |s| s, as_of("2025-06-01"), &around(""));
}

#[test]
fn a_record() {
    let site = site();
    let (ana, day) = ("content/people/ana-silva.md", "content/briefings/2025-03-14.md");
    expect(&site, |s| s.edit(ana, "A minister", "A president"), "/people/ana-silva/");
    // A name is wherever its articles' cards are, and in the index.
    expect(
        &site,
        |s| s.edit(ana, "name: Ana Silva\naliases: [A. Silva]", "name: Ana Souza\naliases: [Ana Silva]"),
        "/ /2025/02/28/first/ /2025/03/ /2025/03/14/ /2025/03/14/begin/ /2025/03/14/middle/ /2025/03/15/end/ /people/ \
         /people/ana-silva/ /sources/wire/ /tags/peace/ /threads/saga/",
    );
    // The front page introduces the newest day only.
    expect(&site, |s| s.edit(day, "Good morning", "Good evening"), "/2025/03/14/");
    expect(
        &site,
        |s| s.edit(day, "title: Day", "title: Pi"),
        "/ /2025/02/28/ /2025/03/ /2025/03/14/ /2025/03/14/aside/ /2025/03/14/begin/ /2025/03/14/middle/ /2025/03/15/",
    );
    expect(&site, |s| s.edit("content/pages/about.md", "About.", "Of us."), "/about/");
    expect(&site, |s| s.edit("content/pages/menu.md", "title: Menu", "title: Card"), EVERYTHING);
}

#[test]
fn the_theme_and_the_settings() {
    let site = site();
    let theme = |file: &str| format!("themes/briefing/{file}");
    let articles = "/2025/02/28/first/ /2025/03/14/aside/ /2025/03/14/begin/ /2025/03/14/middle/ /2025/03/15/end/";
    // The same text under another name: rendered to find out, and not one file is written.
    let same = "{% extends \"builtin/article.html\" %}";
    expect(&site, |s| s.file(&theme("templates/article.html"), same), articles);
    let with = format!("{same}{{% block head %}}{{% include \"partials/own.html\" %}}{{% endblock %}}");
    expect(
        &site,
        |s| s.file(&theme("templates/partials/own.html"), "1").file(&theme("templates/article.html"), &with),
        articles,
    );
    expect(&site, |s| s.file(&theme("templates/partials/own.html"), "2"), articles);
    expect(&site, |s| s.file(&theme("templates/partials/nobody.html"), "2"), "");
    expect(&site, |s| s.file(&theme("i18n/en.toml"), "related = \"Else\"\n"), EVERYTHING);
    expect(&site, |s| s.file(&theme("assets/style.css"), "body { margin: 0 }"), EVERYTHING);
    expect(&site, |s| s.file("static/a.txt", "b").file("static/b.txt", "b"), "");
    expect(&site, |s| s.edit("site.toml", "title = ", "description = \"News\"\ntitle = "), EVERYTHING);
    expect(&site, |s| s.setting("[front]\ndays = 1"), "/");
}

#[test]
fn an_output_that_somebody_touched() {
    let site = site();
    expect(&site, |s| s.remove("public/tags/old").file("public/about/index.html", "mine"), "/about/ /tags/old/");
    // A file of somebody else's is none of ours.
    expect(&site, |s| s.file("public/mine.txt", "mine"), "");
}

/// A fresh checkout, with what the last build left brought back from a cache.
fn checkout(site: &Site) -> &Site {
    for folder in ["content", "static", "public", ".dateline"] {
        site.bring_back(folder);
    }
    site
}

#[test]
fn a_checkout_with_the_last_build_brought_back() {
    const ABOUT: &str = "public/about/index.html";
    let site = site();
    expect(&site, checkout, "");
    assert_eq!(site.build().published().rendered(), 0, "known by their times again");
    let other = "x".repeat(site.read(ABOUT).len());
    checkout(&site).edit(END, "Text.", "Another text.").file(ABOUT, &other);
    expect(&site, |s| s, "/2025/03/15/end/ /about/");
}

/// How many articles the two archives have.
#[expect(clippy::disallowed_methods, reason = "how long a test runs is for whoever starts it to say")]
fn sizes() -> [usize; 2] {
    if std::env::var("DATELINE_LARGE").is_ok() { [1_000, 10_000] } else { [200, 2_000] }
}

#[test]
fn a_new_article_touches_as_much_in_a_large_archive_as_in_a_small_one() {
    let touched = sizes().map(|size| {
        let site = Site::new();
        // The indexes of both are split by letter.
        site.setting("[lists]\nindex_size = 20");
        for n in 0..size {
            site.file(&corpus::path(n), &corpus::article(n, 30));
        }
        site.build_clean();
        // The names of an article from the middle of the small archive, the time of the last one.
        let last = corpus::article(size - 1, 30);
        let date = last.lines().find(|line| line.starts_with("date: ")).expect("a date");
        let names: Vec<String> = corpus::article(sizes()[0] / 2, 30)
            .lines()
            .filter(|line| ["tags: ", "people: ", "sources: ", "thread: "].iter().any(|key| line.starts_with(key)))
            .map(str::to_string)
            .collect();
        assert_eq!(names.len(), 4, "it has everything");
        site.article(
            &format!("{}/zzz", corpus::day(size - 1)),
            &format!("title: New\nsummary: S.\n{date}\n{}", names.join("\n")),
            "Text.",
        );
        let built = site.build_clean();
        let mut counted: Vec<String> = built.rendered_urls().iter().map(|url| kind_of(url)).collect();
        counted.sort();
        assert_eq!(built.report.files_written, built.rendered(), "every page that is rendered is another");
        // A body edit touches one page, whatever the size.
        let path = corpus::path(size / 2);
        site.file(&path, &format!("{}\nMore.\n", site.read(&path)));
        let edited = site.build_clean();
        assert_eq!((edited.rendered(), edited.report.files_written), (1, 1));
        counted
    });
    assert_eq!(touched[0], touched[1]);
    // The article, the ones before it in time and in its thread, the day, month, year, calendar, front page, the indexes of
    // threads and sources, five tags, five people, the thread and the source. For programs: the site's three feeds, those
    // of the tags, the people and the thread, `archive.json`, `people/index.json` and the month's sitemap.
    let (letters, others): (Vec<&String>, Vec<&String>) = touched[0].iter().partition(|url| url.contains("/letter/"));
    assert_eq!(others.len(), 8 + 2 + 12 + 3 + 11 + 3, "{others:?}");
    // Of the split indexes, the letters of five tags and five people.
    assert!((2..=10).contains(&letters.len()), "{letters:?}");
}

/// A URL without the numbers and names of one archive.
fn kind_of(url: &str) -> String {
    let shape = |part: &str| {
        let number = part.chars().all(|c| c.is_ascii_digit());
        if number { "0".repeat(part.len()) } else { part.trim_end_matches(|c: char| c.is_ascii_digit()).to_string() }
    };
    let parts: Vec<String> = url.split('/').map(shape).collect();
    if url.ends_with("/zzz/") {
        "the article".to_string()
    } else if url.starts_with("/sitemaps/2") {
        "the month's sitemap".to_string()
    } else if parts.len() == 6 {
        "the one before".to_string()
    } else {
        parts.join("/")
    }
}
