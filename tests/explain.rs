//! `dateline explain`: what it says is what is so. Each answer is held against what a build then does.
//!
//! How the answers are worded for people is asked in one place, at the end.

mod harness;

use dateline::build::{Explanation, PageExplained, SourceExplained, Why};
use harness::Site;
use std::collections::BTreeSet;

const TALKS: &str = "content/articles/2025/03/15/talks.md";

fn site() -> Site {
    let site = Site::new();
    site.setting(harness::FOR_PEOPLE);
    site.article(
        "2025/03/14/before",
        "title: Before\ntags: [peace, trade]\npeople: [Ana Silva]\nthread: Saga\nsources: [{publisher: Wire}]",
        "First.",
    );
    site.article(
        "2025/03/15/talks",
        "title: Talks\nsummary: They talk.\ntags: [peace]\npeople: [Ana Silva]\nthread: Saga\naliases: [/old-talks/]\n\
         corrections: [{date: 2025-03-16, text: Wrong.}]",
        "Second.",
    );
    site.article("2025/03/15/apart", "title: Apart\nsummary: Far.\ntags: [trade]", "[Talks](talks.md)");
    site.article("2025/03/17/after", "title: After\ntags: [peace]\nthread: Saga", "Third.");
    site.document("content/people/ana-silva.md", "name: Ana Silva\nsummary: A minister.", "She speaks.");
    site.document("content/threads/saga.md", "name: Saga\nsummary: Long.", "It goes on.");
    site.document("content/briefings/2025-03-15.md", "title: The fifteenth", "Good morning.");
    site.document("content/pages/about.md", "title: About\nmenu: true", "About us.");
    site.document("content/pages/guide/index.md", "title: Guide", "Start.");
    site.document("content/pages/guide/more.md", "title: More", "More.");
    site.file("static/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    site.build_clean();
    site
}

fn page(site: &Site, of: &str, if_changed: Option<&str>) -> PageExplained {
    match site.with().explain(of, if_changed).expect("it is explained") {
        Explanation::Page(page) => *page,
        other => panic!("{of} is no page: {other:?}"),
    }
}

fn source(site: &Site, of: &str) -> SourceExplained {
    match site.with().explain(of, None).expect("it is explained") {
        Explanation::Source(source) => source,
        other => panic!("{of} is no source: {other:?}"),
    }
}

/// The pages that `explain` says a change of a file would change.
fn would_change(site: &Site, of: &str, change: &str) -> BTreeSet<String> {
    let explained = source(site, of);
    let found = explained.changes.into_iter().find(|c| c.change == change);
    found.unwrap_or_else(|| panic!("{of} has no {change}")).in_.into_iter().collect()
}

fn contents(site: &Site) -> Vec<String> {
    let files = site.tree("content").into_keys().filter(|f| f.ends_with(".md"));
    files.map(|f| format!("content/{f}")).collect()
}

#[test]
fn a_page_is_explained_by_its_files_its_template_and_its_last_build() {
    let site = site();
    let page = page(&site, "/2025/03/15/", None);
    assert_eq!((page.kind, page.file.as_str()), ("briefing", "2025/03/15/index.html"));
    let files: Vec<&str> = page.sources.keys().map(String::as_str).collect();
    let expected = [
        "content/articles/2025/03/14/before.md",
        "content/articles/2025/03/15/apart.md",
        TALKS,
        "content/briefings/2025-03-15.md",
        "content/people/ana-silva.md",
        "content/threads/saga.md",
    ];
    assert_eq!(files, expected, "the first is there because it spells the tags");
    assert_eq!(
        page.sources["content/briefings/2025-03-15.md"],
        ["briefing.extra", "briefing.introduction", "briefing.title", "page.description", "page.title"]
    );
    let templates: Vec<&str> = page.templates.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(templates[0], "briefing.html");
    assert!(templates.contains(&"base.html") && templates.contains(&"partials/card.html"), "{templates:?}");
    assert_eq!(page.last_key.as_deref(), Some(page.key.as_str()));
    assert_eq!(page.rendered_because, Some("first"));
    assert!(page.rendered_at.is_some());

    site.edit("content/briefings/2025-03-15.md", "Good morning", "Good evening");
    let edited = self::page(&site, "/2025/03/15/", None);
    assert_ne!(edited.last_key.as_deref(), Some(edited.key.as_str()), "the next build renders it");
    site.build_clean();
    let built = self::page(&site, "/2025/03/15/", None);
    assert_eq!(built.last_key.as_deref(), Some(built.key.as_str()));
    assert_eq!(built.key, edited.key);
    assert_eq!(built.rendered_because, Some("sources"));
}

#[test]
fn no_page_changes_with_a_file_that_it_is_not_said_to_show() {
    let site = site();
    let built = site.build_clean();
    let mut said = 0;
    for file in contents(&site) {
        let explained = source(&site, &file);
        let shown: BTreeSet<&String> = explained.shown_by.iter().collect();
        for change in explained
            .changes
            .iter()
            .filter(|c| ["its text", "its headline", "its title", "its summary", "its name"].contains(&c.change))
        {
            // The menu is a value of the site: every page shows it.
            if file == "content/pages/about.md" && change.change == "its title" {
                assert_eq!(change.in_.len(), built.report.pages.total);
                continue;
            }
            for url in &change.in_ {
                assert!(shown.contains(url), "{} of {file} changes {url}, which is not said to show it", change.change);
                said += 1;
            }
        }
    }
    assert!(said > 60, "{said}");
}

/// What is done to a site with a file.
type Change = dyn for<'s> Fn(&'s Site, &str) -> &'s Site;

#[test]
fn what_is_said_to_change_is_what_a_build_renders() {
    let edits: &[(&str, &str, &Change)] = &[
        (TALKS, "its text", &|s, f| s.edit(f, "Second.", "Changed.")),
        (TALKS, "its headline", &|s, f| s.edit(f, "title: Talks", "title: Other")),
        (TALKS, "its tags", &|s, f| s.edit(f, "tags: [peace]\n", "")),
        (TALKS, "its thread", &|s, f| s.edit(f, "thread: Saga\n", "")),
        ("content/people/ana-silva.md", "its summary", &|s, f| s.edit(f, "A minister", "A president")),
        ("content/people/ana-silva.md", "its name", &|s, f| {
            s.edit(f, "name: Ana Silva", "name: Ana S.\naliases: [Ana Silva]")
        }),
        ("content/briefings/2025-03-15.md", "its title", &|s, f| s.edit(f, "The fifteenth", "Another")),
        ("content/pages/guide/more.md", "its title", &|s, f| s.edit(f, "title: More", "title: Less")),
        ("content/pages/guide/more.md", "deleting it", &|s, f| s.remove(f)),
        (TALKS, "deleting it", &|s, f| {
            s.edit("content/articles/2025/03/15/apart.md", "[Talks](talks.md)", "No link.").remove(f)
        }),
    ];
    for (file, change, edit) in edits {
        let site = site();
        let mut expected = would_change(&site, file, change);
        edit(&site, file);
        let built = site.build().published();
        let mut rendered: BTreeSet<String> = built.rendered_urls().iter().map(|u| u.to_string()).collect();
        // What is gone changes too, and is not rendered.
        rendered.extend(expected.iter().filter(|url| !built.has(url)).cloned());
        // An edit of front matter is one of the file as well: the text's key is the file's hash.
        let own = source_page(file);
        expected.extend(own.filter(|url| built.has(url)).map(str::to_string));
        if *change == "deleting it" && *file == TALKS {
            // The link to it had to go as well.
            expected.extend(
                ["/2025/03/15/".to_string(), "/2025/03/15/apart/".to_string()]
                    .into_iter()
                    .filter(|u| rendered.contains(u)),
            );
        }
        assert_eq!(rendered, expected, "{change} of {file}");
    }
}

fn source_page(file: &str) -> Option<&'static str> {
    match file {
        TALKS => Some("/2025/03/15/talks/"),
        "content/people/ana-silva.md" => Some("/people/ana-silva/"),
        "content/briefings/2025-03-15.md" => Some("/2025/03/15/"),
        "content/pages/guide/more.md" => Some("/guide/more/"),
        _ => None,
    }
}

#[test]
fn what_a_change_of_a_file_would_do_to_a_page_is_said_by_value() {
    let site = site();
    let what_if = page(&site, "/2025/03/15/", Some(TALKS)).if_changed.expect("what if");
    let places = |change: &str| what_if.changes.iter().find(|c| c.change == change).expect(change).in_.join(" ");
    assert_eq!(places("its text"), "", "a briefing shows no body");
    assert_eq!(places("its headline"), "cards[0].title cards[0].title_text");
    assert_eq!(places("its tags"), "cards[0].tags (0 instead of 1)");
    assert_eq!(places("deleting it"), "cards (0 instead of 1)");

    let of = |url: &str, file: &str| page(&site, url, Some(file)).if_changed.expect("what if").changes;
    assert!(of("/about/", TALKS).iter().all(|c| c.in_.is_empty()), "nothing of an article is on a standing page");
    let gone = of("/2025/03/15/talks/", TALKS).pop().expect("a change");
    assert_eq!((gone.change, gone.in_.join(" ").as_str()), ("deleting it", "the page would be gone"));
    let menu = of("/", "content/pages/about.md");
    assert_eq!(menu.iter().find(|c| c.change == "its title").expect("a title").in_, ["site.menu"]);
}

#[test]
fn templates_copies_and_old_addresses_are_explained_too() {
    let site = site();
    site.file("themes/briefing/templates/partials/kicker.html", "<b>{{ card.kicker }}</b>");
    let shown = source(&site, "themes/briefing/templates/partials/kicker.html").shown_by;
    assert!(shown.contains(&"/2025/03/15/".to_string()) && !shown.contains(&"/404.html".to_string()), "{shown:?}");
    let what_if = page(&site, "/2025/03/15/", Some("themes/briefing/templates/partials/kicker.html")).if_changed;
    assert_eq!(what_if.expect("what if").changes[0].in_, ["the whole page"]);
    match site.with().explain("/logo.svg", None).expect("explained") {
        Explanation::Copy(copy) => assert_eq!(copy.source, "static/logo.svg"),
        other => panic!("{other:?}"),
    }
    let old = page(&site, "/old-talks/", None);
    assert_eq!((old.kind, old.sources.keys().map(String::as_str).collect::<Vec<_>>()), ("redirect", vec![TALKS]));
}

#[test]
fn pages_and_files_may_be_named_in_every_usual_way() {
    let site = site();
    for of in ["/2025/03/15/talks/", "/2025/03/15/talks", "/2025/03/15/talks/index.html", "/2025/03/15/talks/#part"] {
        assert_eq!(page(&site, of, None).url, "/2025/03/15/talks/", "{of}");
    }
    let call = || site.with().base_url("https://news.example/sub");
    for of in ["https://news.example/sub/2025/03/15/talks/", "/sub/2025/03/15/talks/", "/2025/03/15/talks/"] {
        assert!(matches!(call().explain(of, None), Ok(Explanation::Page(_))), "{of}");
    }
    let full = site.path(TALKS).to_string_lossy().to_string();
    for of in [TALKS, &format!("./{TALKS}"), &full] {
        assert_eq!(source(&site, of).page.as_deref(), Some("/2025/03/15/talks/"), "{of}");
    }
    for of in ["/nothing/", "content/articles/nothing.md", "/etc/passwd", "../x"] {
        let problem = site.with().explain(of, None).expect_err("nothing to explain");
        assert!(problem.contains(&format!("no page or content file `{of}`")), "{problem}");
    }
    let problem = site.with().explain("/", Some("content/articles/nothing.md")).expect_err("nothing to try");
    assert!(problem.contains("content/articles/nothing.md"), "{problem}");
}

#[test]
fn explaining_writes_nothing() {
    let site = Site::new();
    site.article("2025/03/14/a", "title: A", "Text.");
    let before = site.tree("");
    assert_eq!(page(&site, "/2025/03/14/a/", None).last_key, None);
    assert_eq!(harness::differences(&before, &site.tree("")), [""; 0]);
    site.build_clean();
    // The lock is taken, so that no build is half seen.
    let known = |site: &Site| site.tree(".dateline").into_iter().filter(|(file, _)| file != "lock").collect();
    let (before, output): (harness::Tree, _) = (known(&site), site.tree("public"));
    page(&site, "/2025/03/14/a/", Some("content/articles/2025/03/14/a.md"));
    assert_eq!(harness::differences(&before, &known(&site)), [""; 0]);
    assert_eq!(harness::differences(&output, &site.tree("public")), [""; 0]);
}

#[test]
fn every_reason_is_said() {
    let why = |site: &Site, url: &str| {
        let built = site.build().published();
        let found =
            built.report.rendered.iter().find(|page| page.url == url).map(|page| (page.why, page.sources.clone()));
        let (why, sources) = found.unwrap_or_else(|| panic!("{url} was not rendered: {:?}", built.rendered_urls()));
        assert_eq!(built.report.reasons.values().sum::<usize>(), built.rendered());
        (why, sources.join(" "))
    };
    let only = |why| (why, String::new());
    let url = "/2025/03/15/talks/";
    let site = Site::new();
    site.article("2025/03/15/talks", "title: Talks", "Text. [logo](/logo.svg)");
    site.file("static/logo.svg", "<svg/>");
    assert_eq!(why(&site, url), only(Why::First));
    site.article("2025/03/15/late", "title: Late\nembargo: 2025-05-31T00:00:00Z", "Text.");
    assert_eq!(why(&site, "/2025/03/15/late/"), only(Why::New));
    site.edit(TALKS, "Text.", "Other.");
    assert_eq!(why(&site, url), (Why::Sources, TALKS.to_string()));
    site.file("themes/briefing/templates/article.html", "{{ article.title }}{% include \"partials/own.html\" %}");
    site.file("themes/briefing/templates/partials/own.html", "1");
    assert_eq!(why(&site, url), only(Why::Template));
    site.file("themes/briefing/templates/partials/own.html", "2");
    assert_eq!(why(&site, url), only(Why::Template));
    site.file("themes/briefing/i18n/en.toml", "related = \"Else\"\n");
    assert_eq!(why(&site, url), only(Why::Theme));
    site.setting("description = \"News\"");
    assert_eq!(why(&site, url), only(Why::Site));
    site.setting("[links]\nexternal_rel = \"nofollow\"");
    assert_eq!(why(&site, url), only(Why::Settings));
    site.remove("public/2025/03/15/talks/index.html");
    assert_eq!(why(&site, url), only(Why::Touched));
    site.file("public/2025/03/15/talks/index.html", "mine");
    assert_eq!(why(&site, url), only(Why::Touched));
    // A deleted article: its day shows none of it any more.
    site.remove("content/articles/2025/03/15/late.md");
    assert_eq!(why(&site, "/2025/03/15/"), (Why::Sources, "content/articles/2025/03/15/late.md".to_string()));

    // The clock alone.
    site.article("2025/03/16/embargoed", "title: Later\nembargo: 2025-06-02T00:00:00Z", "Text.");
    site.build().published();
    let later = site.with().as_of("2025-06-03").build().published();
    let front = later.report.rendered.iter().find(|page| page.url == "/").expect("the front page");
    assert_eq!(front.why, Why::Seen);

    // A build that died meant to touch a page.
    let text = "2025/03/15/talks/index.html\n";
    let sum = dateline::fingerprint::Fingerprint::of(text.as_bytes());
    site.bytes(".dateline/intent", &[sum.as_bytes(), text.as_bytes()].concat());
    let built = site.with().as_of("2025-06-03").build().published();
    assert_eq!(built.rendered_urls(), [url]);
    assert_eq!(built.report.rendered[0].why, Why::Interrupted);
}
