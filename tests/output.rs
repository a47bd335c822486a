//! What a build does to the output folder: what it writes, leaves, deletes, and refuses to touch.
//!
//! What the pages show is not asked here, only which files change and which do not.

mod harness;

use dateline::build::{MARKER, Outcome, STAGING};
use harness::{Built, Site, differences};
use std::fs;

/// Three days, two tags, a thread, a person, a standing page and a static file. Summaries are written out, so that an
/// edit of a body shows nowhere else.
fn site() -> Site {
    let site = Site::new();
    for (day, tag, thread) in [(16, "peace", "Talks"), (17, "trade", "Talks"), (18, "peace", "Tariffs")] {
        site.article(
            &format!("2025/03/{day}/story-{day}"),
            &format!("title: Story {day}\nsummary: What happened on {day}.\ntags: [{tag}]\nthread: {thread}"),
            &format!("Text of {day}."),
        );
    }
    site.document("content/people/ana-ek.md", "name: Ana Ek", "A diplomat.")
        .document("content/pages/about.md", "title: About", "Who we are.")
        .file("static/robots.txt", "User-agent: *\n")
        .file("static/.well-known/security.txt", "Contact: mailto:a@b.example\n")
        .file("static/.DS_Store", "junk");
    site
}

/// Files that were not copied.
fn pages(built: &Built) -> usize {
    let copied = |f: &String| f.starts_with("assets/") || f.starts_with(".well-known/") || f == "robots.txt";
    built.tree().keys().filter(|f| !copied(f)).count()
}

/// What the system knows of every file of the output: a file that was rewritten has another inode or time.
#[cfg(unix)]
fn stats(site: &Site) -> Vec<(String, u64, std::time::SystemTime)> {
    use std::os::unix::fs::MetadataExt;
    let stat = |file: &String| {
        let meta = fs::metadata(site.path(&format!("public/{file}"))).expect("it is there");
        (file.clone(), meta.ino(), meta.modified().expect("a time"))
    };
    site.tree("public").keys().map(stat).collect()
}

#[test]
fn the_first_build_renders_every_page() {
    let built = site().build_clean();
    assert_eq!(built.report.pages.total, pages(&built));
    assert_eq!(built.rendered(), built.report.pages.total);
    assert_eq!(built.report.files_written, built.tree().len());
    assert_eq!((built.report.pages.unchanged, built.report.pages.removed), (0, 0));
}

#[test]
#[cfg(unix)]
fn the_second_build_renders_and_writes_nothing() {
    let site = site();
    let first = site.build_clean();
    let before = stats(&site);
    let second = site.build_clean();
    assert_eq!((second.rendered(), second.report.files_written, second.report.files_removed), (0, 0, 0));
    assert_eq!(second.report.pages.unchanged, first.report.pages.total);
    assert_eq!(stats(&site), before);
}

#[test]
#[cfg(unix)]
fn bytes_that_are_there_already_are_not_written_again() {
    let site = site();
    site.build_clean();
    let before = stats(&site);
    let clean = site.with().clean().build().published();
    assert_eq!((clean.rendered(), clean.report.files_written), (clean.report.pages.total, 0));
    site.remove(".dateline");
    assert_eq!(site.build_clean().report.files_written, 0);
    assert_eq!(stats(&site), before);
}

#[test]
fn a_source_that_is_saved_unchanged_renders_nothing() {
    let site = site();
    site.build_clean();
    let path = "content/articles/2025/03/17/story-17.md";
    let text = site.read(path);
    site.remove(path).file(path, &text);
    assert_eq!(site.build_clean().rendered(), 0);
}

/// The time of a file is too coarse to tell two edits of one moment apart.
#[test]
fn an_edit_of_the_same_length_in_the_same_moment_is_seen() {
    let site = site();
    let path = "content/articles/2025/03/17/story-17.md";
    let text = site.read(path);
    for n in 10..40 {
        site.file(path, &text.replace("Text of 17", &format!("Text of {n}")));
        assert!(site.build_clean().page("/2025/03/17/story-17/").contains(&format!("<p>Text of {n}.</p>")), "{n}");
    }
}

#[test]
fn an_older_file_put_back_is_seen() {
    let site = site();
    let path = "content/articles/2025/03/17/story-17.md";
    site.build_clean();
    let other = site.read(path).replace("Text of 17", "Text of 71");
    site.file(path, &other);
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    let file = fs::File::options().write(true).open(site.path(path)).expect("the file");
    file.set_modified(old).expect("an older time");
    assert!(site.build_clean().page("/2025/03/17/story-17/").contains("Text of 71."));
}

#[test]
fn a_file_that_is_moved_moves_its_page() {
    let site = site();
    site.build_clean();
    site.rename("content/articles/2025/03/17/story-17.md", "content/articles/2025/04/02/story-17.md");
    let built = site.build_clean();
    assert!(built.page("/2025/04/02/story-17/").contains("Text of 17.") && !built.has("/2025/03/17/"));
    assert_eq!(differences(built.tree(), site.copy().build().tree()), [""; 0]);
}

#[test]
fn builds_at_the_same_time_take_turns() {
    let site = site();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| site.with().clean().build().published());
        }
    });
    let built = site.build_clean();
    assert_eq!(built.rendered(), 0);
    assert_eq!(differences(built.tree(), site.copy().build().tree()), [""; 0]);
}

/// Builds after a change, and says which files became others. Every rendered page must be among them: more would be
/// waste, and less a page that is out of date.
fn changed(site: &Site, change: impl FnOnce(&Site) -> &Site) -> (Built, Vec<String>) {
    let before = site.build_clean();
    change(site);
    let after = site.build_clean();
    let clean = site.with().clean().output(site.path("elsewhere")).build().published();
    assert_eq!(differences(after.tree(), clean.tree()), [""; 0], "the result is not that of a clean build");
    let files = after.differences(&before);
    let written: Vec<&String> = files.iter().filter(|f| after.tree().contains_key(*f)).collect();
    assert_eq!(after.report.files_written, written.len(), "{files:#?}");
    (after, files)
}

#[test]
fn an_edited_body_renders_its_own_page_only() {
    let (after, files) =
        changed(&site(), |s| s.edit("content/articles/2025/03/17/story-17.md", "Text of 17", "Other words"));
    // The site's own feeds hold whole texts.
    assert_eq!(files, ["2025/03/17/story-17/index.html", "feed.json", "feed.xml", "rss.xml"]);
    assert_eq!(after.rendered(), files.len());
}

#[test]
fn an_edited_headline_renders_the_pages_that_show_it() {
    let (after, files) =
        changed(&site(), |s| s.edit("content/articles/2025/03/16/story-16.md", "title: Story 16", "title: New"));
    assert_eq!(
        files,
        [
            "2025/03/16/index.html",
            "2025/03/16/story-16/index.html",
            // Its neighbour in time and in the thread.
            "2025/03/17/story-17/index.html",
            // Related by its tag.
            "2025/03/18/story-18/index.html",
            "2025/03/index.html",
            "feed.json",
            "feed.xml",
            "index.html",
            "rss.xml",
            "tags/peace/feed.xml",
            "tags/peace/index.html",
            "threads/talks/feed.xml",
            "threads/talks/index.html",
        ]
    );
    assert_eq!(after.rendered(), files.len());
}

#[test]
fn an_edit_that_shows_nowhere_is_rendered_but_not_written() {
    let site = site();
    site.build_clean();
    site.edit("content/articles/2025/03/17/story-17.md", "Text of 17.\n", "Text of 17.\n\n\n");
    let after = site.build_clean();
    // Its page and the site's three feeds.
    assert_eq!((after.rendered(), after.report.files_written), (4, 0));
}

#[test]
fn an_edited_record_renders_its_own_page_only() {
    let (after, files) = changed(&site(), |s| s.edit("content/people/ana-ek.md", "diplomat", "minister"));
    assert_eq!(files, ["people/ana-ek/index.html"]);
    assert_eq!(after.rendered(), 1);
}

#[test]
fn a_new_article_touches_a_bounded_handful_of_pages() {
    let (after, files) = changed(&site(), |s| {
        s.article("2025/03/19/story-19", "title: Story 19\nsummary: S.\ntags: [trade]\nthread: Talks", "Text.")
    });
    assert_eq!(
        files,
        [
            // The page before it and the one before it in its thread now lead to it; the day before has a next one.
            "2025/03/17/story-17/index.html",
            "2025/03/18/index.html",
            "2025/03/18/story-18/index.html",
            "2025/03/19/index.html",
            "2025/03/19/story-19/index.html",
            "2025/03/index.html",
            "2025/index.html",
            "archive.json",
            "archive/index.html",
            "feed.json",
            "feed.xml",
            "index.html",
            "rss.xml",
            "sitemap.xml",
            "sitemaps/2025-03.xml",
            // When the front page last changed.
            "sitemaps/pages.xml",
            "tags/index.html",
            "tags/trade/feed.xml",
            "tags/trade/index.html",
            "threads/index.html",
            "threads/talks/feed.xml",
            "threads/talks/index.html",
        ]
    );
    assert_eq!(after.rendered(), files.len());
}

#[test]
fn an_edited_partial_renders_the_pages_whose_template_reaches_it() {
    let site = site();
    // An override that is the same at first, so that only its text changes between the builds.
    let original = include_str!("../themes/briefing/templates/corrections.html");
    site.file("themes/briefing/templates/corrections.html", original);
    let (after, files) = changed(&site, |s| {
        s.edit("themes/briefing/templates/corrections.html", "{% block main %}", "{% block main %}<hr>")
    });
    assert_eq!(files, ["corrections/index.html"]);
    assert_eq!(after.rendered(), 1);
}

#[test]
fn a_setting_that_every_page_shows_renders_every_page() {
    let site = site();
    let (after, _) = changed(&site, |s| s.edit("site.toml", "\"Test\"", "\"Other\""));
    let silent = after.tree().keys().filter(|f| f.contains("sitemap"));
    assert_eq!(after.rendered(), after.report.pages.total - silent.count());
}

#[test]
fn what_is_no_longer_wanted_is_deleted_with_its_folders() {
    let site = site();
    site.article("2024/01/05/lonely", "title: Lonely\ntags: [rare]", "");
    site.build_clean();
    site.remove("content/articles/2024").remove("static/robots.txt");
    let after = site.build_clean();
    for gone in ["public/2024", "public/tags/rare", "public/feeds/2024-01.xml", "public/sitemaps/2024-01.xml"] {
        assert!(!site.exists(gone), "{gone} is still there");
    }
    // The article, its day, month, year and tag; the tag's feed, the month's and its sitemap; the static file.
    assert_eq!((after.report.pages.removed, after.report.files_removed), (5, 8));
    // The site's own stands in its place.
    assert!(after.page("/robots.txt").contains("Sitemap: "));
    assert_eq!(differences(after.tree(), site.with().clean().output(site.path("o")).build().tree()), [""; 0]);
}

#[test]
fn what_dateline_did_not_write_is_left_alone() {
    let site = site();
    site.article("2024/01/05/lonely", "title: Lonely", "").build_clean();
    site.file("public/CNAME", "news.example").file("public/2024/01/05/lonely/notes.txt", "mine");
    site.remove("content/articles/2024").build_clean();
    site.with().clean().build().published();
    assert_eq!(site.read("public/CNAME"), "news.example");
    assert_eq!(site.read("public/2024/01/05/lonely/notes.txt"), "mine");
    assert!(!site.exists("public/2024/01/05/lonely/index.html"));
}

#[test]
fn a_marker_that_names_files_elsewhere_deletes_nothing_there() {
    let site = site();
    site.build_clean();
    site.file("precious.txt", "mine");
    let marker = format!("public/{MARKER}");
    let more = format!("{}../precious.txt\n/etc/hostname\n./../precious.txt\n", site.read(&marker));
    site.file(&marker, &more).build_clean();
    assert_eq!(site.read("precious.txt"), "mine");
}

#[test]
fn the_marker_lists_exactly_what_was_written() {
    let site = site();
    let built = site.build_clean();
    let marker = site.read(&format!("public/{MARKER}"));
    let listed: Vec<&str> = marker.lines().filter(|l| !l.starts_with('#')).collect();
    assert_eq!(listed, built.tree().keys().collect::<Vec<_>>());
}

#[test]
fn a_folder_without_a_marker_is_refused_unless_it_is_empty() {
    let site = site();
    fs::create_dir(site.path("public")).expect("an empty folder");
    site.build_clean();
    site.remove(&format!("public/{MARKER}"));
    let before = site.tree("public");
    let refused = site.build().refused();
    assert_eq!(refused.codes(), ["output"]);
    assert_eq!(site.tree("public"), before);
}

#[test]
fn folders_that_are_not_for_writing_a_site_into_are_refused() {
    let site = site();
    let files = || {
        let mut files = site.tree("");
        // The lock of a build.
        files.retain(|f, _| !f.starts_with(".dateline/"));
        files
    };
    let before = files();
    for folder in [".", "..", "content", "content/articles/2025", "themes", "static", ".git", ".dateline", "/"] {
        let built = site.with().output(site.path(folder)).build().refused();
        assert_eq!(built.codes(), ["output"], "{folder}");
    }
    assert_eq!(differences(&files(), &before), [""; 0]);
}

#[test]
fn a_file_of_the_output_that_somebody_changed_or_deleted_is_put_right() {
    let site = site();
    let before = site.build_clean();
    site.file("public/about/index.html", "vandalised").remove("public/corrections").remove("public/robots.txt");
    let after = site.build_clean();
    assert_eq!(after.differences(&before), [""; 0]);
    assert_eq!((after.rendered(), after.report.files_written), (3, 4));
}

#[test]
fn an_output_folder_that_was_deleted_is_built_again() {
    let site = site();
    let before = site.build_clean();
    site.remove("public");
    assert_eq!(site.build_clean().differences(&before), [""; 0]);
}

#[test]
fn an_output_folder_that_is_deleted_under_a_session_is_built_again() {
    let site = site();
    let mut session = site.with().session();
    session.build(&dateline::build::Changes::Everything).published();
    let path = "content/articles/2025/03/17/story-17.md";
    for (from, to) in [("Text of 17", "Another text"), ("Another text", "A third text")] {
        site.remove("public").edit(path, from, to);
        let after = session.build_after(&[path]).published();
        assert_eq!(differences(after.tree(), site.copy().build().tree()), [""; 0]);
    }
}

#[test]
fn a_damaged_ledger_is_no_ledger() {
    let site = site();
    let before = site.build_clean();
    let ledger = fs::read(site.path(".dateline/ledger")).expect("the ledger");
    let mut flipped = ledger.clone();
    flipped[ledger.len() / 2] ^= 1;
    for damaged in [&b""[..], &ledger[..ledger.len() / 2], &flipped, b"nonsense of more than sixteen bytes"] {
        site.bytes(".dateline/ledger", damaged);
        let after = site.build_clean();
        assert_eq!(after.rendered(), after.report.pages.total);
        assert_eq!(after.differences(&before), [""; 0]);
    }
}

#[test]
fn two_output_folders_do_not_mix() {
    let site = site();
    let a = site.with().output(site.path("a")).build().published();
    let b = site.with().output(site.path("b")).base_url("https://b.example/sub").build().published();
    assert_ne!(a.tree()["index.html"], b.tree()["index.html"]);
    assert_eq!(site.with().output(site.path("a")).build().differences(&a), [""; 0]);
    assert_eq!(site.tree("b"), *b.tree());
}

#[test]
fn what_a_killed_build_left_behind_is_cleared_away() {
    let site = site();
    let before = site.build_clean();
    for moment in ["just after", "when everything is known by its times"] {
        for folder in [&format!("public/{STAGING}"), ".dateline/staging"] {
            site.file(&format!("{folder}/0/17"), "half a page");
            let after = site.build_clean();
            assert_eq!(after.differences(&before), [""; 0], "{moment}");
            assert!(!site.exists(folder), "{folder} is left, {moment}");
        }
        // Once files are older than a tick of the clock, a build that finds nothing changed is over early.
        std::thread::sleep(std::time::Duration::from_millis(12));
        site.build_clean();
        std::thread::sleep(std::time::Duration::from_millis(12));
    }
}

#[test]
fn static_files_are_copied_and_hidden_ones_of_systems_are_not() {
    let site = site();
    let built = site.build_clean();
    assert_eq!(built.page("/robots.txt"), "User-agent: *\n");
    assert!(built.has("/.well-known/security.txt") && !built.has("/.DS_Store"));
    site.file("static/robots.txt", "User-agent: x\n");
    let after = site.build_clean();
    assert_eq!(after.differences(&built), ["robots.txt"]);
    assert_eq!((after.rendered(), after.report.files_written), (0, 1));
}

#[test]
fn a_folder_can_take_the_place_of_a_file() {
    let site = site();
    let path = "content/pages/old.md";
    site.document(path, "title: Old\naliases: [/was.html]", "");
    assert!(site.build_clean().has("/was.html"));
    site.document(path, "title: Old\naliases: [/was.html/then/]", "");
    assert!(site.build_clean().has("/was.html/then/"));
}

#[test]
fn a_file_can_take_the_place_of_a_folder() {
    let site = site();
    let path = "content/pages/old.md";
    site.document(path, "title: Old\naliases: [/was.html/then/]", "");
    assert!(site.build_clean().has("/was.html/then/"));
    site.document(path, "title: Old\naliases: [/was.html]", "");
    assert!(site.build_clean().has("/was.html"));
}

#[test]
#[cfg(unix)]
fn a_symbolic_link_in_the_output_is_never_written_or_deleted_through() {
    let site = site();
    site.build_clean();
    site.file("outside/peace/index.html", "not yours").file("outside/other.html", "not yours");
    site.remove("public/tags").link("public/tags", "../outside");
    let outside = site.tree("outside");
    // New pages below the link, changed pages, then pages to be deleted.
    site.article("2025/03/19/new", "title: New\ntags: [peace, fresh]", "");
    site.build().refused();
    assert_eq!(site.tree("outside"), outside);
    site.remove("content/articles/2025/03/16").remove("content/articles/2025/03/18");
    site.build();
    site.with().keep_going().clean().build();
    assert_eq!(site.tree("outside"), outside);
}

#[test]
#[cfg(unix)]
fn a_page_that_somebody_replaced_by_a_link_is_replaced_by_a_file() {
    let site = site();
    site.build_clean();
    site.file("outside.html", "not yours");
    site.remove("public/about/index.html").link("public/about/index.html", "../../outside.html");
    let built = site.build_clean();
    assert!(built.page("/about/").contains("Who we are."));
    assert_eq!(site.read("outside.html"), "not yours");
}

#[test]
fn a_folder_where_a_page_must_be_is_not_deleted() {
    let site = site();
    site.build_clean();
    site.remove("public/about/index.html").file("public/about/index.html/mine.txt", "mine");
    let built = site.build().refused();
    assert_eq!(built.codes(), ["output"]);
    assert_eq!(site.read("public/about/index.html/mine.txt"), "mine");
}

/// A template that fails for articles without a certain key.
fn demanding(site: &Site) {
    site.edit("content/articles/2025/03/16/story-16.md", "title:", "must: yes\ntitle:")
        .edit("content/articles/2025/03/17/story-17.md", "title:", "must: yes\ntitle:")
        .edit("content/articles/2025/03/18/story-18.md", "title:", "must: yes\ntitle:")
        .file("themes/briefing/templates/article.html", "<p>{{ article.extra.must }}</p>\n{{ article.body }}\n");
}

#[test]
fn an_article_that_cannot_be_read_leaves_the_output_as_it_was() {
    let site = site();
    let before = site.build_clean();
    site.edit("content/articles/2025/03/16/story-16.md", "Text of 16", "Changed").edit(
        "content/articles/2025/03/17/story-17.md",
        "title:",
        "title",
    );
    let built = site.build().refused();
    assert_eq!(built.tree(), before.tree());
    assert_eq!((built.report.files_written, built.rendered()), (0, 0));
}

#[test]
fn a_page_that_cannot_be_rendered_leaves_the_output_as_it_was() {
    let site = site();
    demanding(&site);
    let before = site.build_clean();
    site.edit("content/articles/2025/03/16/story-16.md", "Text of 16", "Changed").edit(
        "content/articles/2025/03/17/story-17.md",
        "must: yes\n",
        "",
    );
    let built = site.build().refused();
    assert_eq!(built.codes(), ["template"]);
    assert_eq!(differences(built.tree(), before.tree()), [""; 0]);
}

#[test]
fn what_was_refused_is_built_when_it_is_mended() {
    let site = site();
    demanding(&site);
    let before = site.build_clean();
    site.edit("content/articles/2025/03/17/story-17.md", "must: yes\n", "");
    site.build().refused();
    site.edit("content/articles/2025/03/17/story-17.md", "title:", "must: yes\ntitle:");
    let mended = site.build_clean();
    assert_eq!(mended.differences(&before), [""; 0]);
    assert_eq!(mended.rendered(), 0, "a refused build must not forget what is known");
}

#[test]
fn a_first_build_that_is_refused_publishes_nothing() {
    let site = site();
    site.article("2025/03/19/bad", "title", "");
    site.build().refused();
    assert!(!site.exists("public"));
}

#[test]
fn keep_going_publishes_what_is_sound() {
    let site = site();
    site.article("2025/03/19/bad", "titel: Bad", "");
    let built = site.with().keep_going().build().published();
    assert_eq!(built.report.errors(), 1);
    assert_eq!((built.report.articles.found, built.report.articles.published, built.report.articles.failed), (4, 3, 1));
    assert!(built.has("/2025/03/18/story-18/") && !built.has("/2025/03/19/"));
}

/// Content that is not sound can be left out; a slip in a template must not take its pages from readers.
#[test]
fn a_template_that_fails_stops_even_keep_going() {
    let site = site();
    demanding(&site);
    let before = site.build_clean();
    site.edit("content/articles/2025/03/17/story-17.md", "must: yes\n", "");
    let built = site.with().keep_going().build().refused();
    assert_eq!(built.codes(), ["template"]);
    assert_eq!(built.differences(&before), [""; 0]);
}

#[test]
fn keep_going_publishes_one_of_two_pages_for_one_url() {
    let site = site();
    site.article("2025/03/16/zzz", "title: Second\nslug: story-16", "");
    let built = site.with().keep_going().build().published();
    assert!(built.page("/2025/03/16/story-16/").contains("Text of 16."));
}

#[test]
fn verify_names_every_difference_and_writes_nothing() {
    let site = Site::new();
    site.article("2025/03/16/one", "title: One", "Text.").article("2025/03/17/two", "title: Two", "Text.");
    site.build_clean();
    let good = site.with().verify().build();
    assert_eq!((good.report.outcome, good.diagnostics_text().as_str()), (Outcome::Verified, ""));

    let page = site.read("public/2025/03/16/one/index.html");
    site.file("public/2025/03/16/one/index.html", &page.replace("Text", "Taxt"));
    site.remove("public/2025/03/17/two/index.html");
    site.remove("content/articles/2025/03/17/two.md")
        .file("content/articles/2025/03/18/new.md", "---\ntitle: New\n---\n");
    let before = site.tree("public");
    let bad = site.with().verify().build();
    assert_eq!(site.tree("public"), before, "nothing is written");
    let said: Vec<&str> = bad.report.diagnostics.iter().map(|d| d.message.as_str()).collect();
    assert!(said.iter().any(|m| m.starts_with("2025/03/16/one/index.html differs from byte")), "{said:?}");
    assert!(said.contains(&"2025/03/18/new/index.html is missing"), "{said:?}");
    assert!(said.contains(&"2025/03/17/index.html is no part of the site any more"), "{said:?}");
}

#[test]
fn when_nothing_has_changed_nothing_is_planned() {
    let site = Site::new();
    site.article("2025/03/16/one", "title: One", "Text.");
    site.file("static/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    let planned = |built: &harness::Built| built.report.phases.iter().any(|(name, _)| *name == "plan");
    let settle = || std::thread::sleep(std::time::Duration::from_millis(12));
    settle();
    let first = site.build_clean();
    settle();
    // What the first build wrote is known by its times from the second one on.
    site.build_clean();
    settle();
    let third = site.build_clean();
    assert!(!planned(&third), "{:?}", third.report.phases);
    assert_eq!((third.report.pages.unchanged, third.report.files_written), (first.report.pages.total, 0));
    assert_eq!(third.report.articles, first.report.articles);

    site.file("public/2025/03/16/one/index.html", "damaged");
    let mended = site.build_clean();
    assert!(planned(&mended));
    assert_eq!(mended.tree(), first.tree());

    site.file("static/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>");
    assert_eq!(site.build_clean().report.files_written, 1);
    settle();
    let later = site.with().as_of("2025-03-01").build();
    assert!(planned(&later), "the clock is an input");
}

/// What an editor waits for: a text or a headline was changed, and nothing that an index is made from.
#[test]
fn a_session_renders_only_the_pages_that_show_what_changed() {
    let site = site();
    // The feeds of the newest hold whole texts; what is asked of them is asked in `machines.rs`.
    site.setting(harness::FOR_PEOPLE);
    let mut session = site.with().session();
    let first = session.build(&dateline::build::Changes::Everything).published();
    for (path, from, to, page) in [
        ("content/articles/2025/03/17/story-17.md", "Text of 17", "Another text", "2025/03/17/story-17/index.html"),
        ("content/pages/about.md", "Who we are.", "Who we are.\n\nAnd why.", "about/index.html"),
    ] {
        site.edit(path, from, to);
        let after = session.build_after(&[path]).published();
        assert!(!after.report.phases.iter().any(|(phase, _)| *phase == "index"), "{:?}", after.report.phases);
        assert_eq!((after.rendered(), after.report.written.as_slice()), (1, &[page.to_string()][..]));
        assert_eq!(after.report.pages.total, first.report.pages.total);
        assert_eq!(differences(after.tree(), site.copy().build().tree()), [""; 0]);
    }
    // A headline stands in many places, and all of them are known.
    let path = "content/articles/2025/03/17/story-17.md";
    site.edit(path, "title: Story 17", "title: Story seventeen");
    let after = session.build_after(&[path]).published();
    assert!(!after.report.phases.iter().any(|(phase, _)| *phase == "index"), "{:?}", after.report.phases);
    assert_eq!(differences(after.tree(), site.copy().build().tree()), [""; 0]);
    assert_eq!(after.rendered(), after.report.written.len(), "no page is rendered in vain");
    // What an index is made from needs all of it; so does a file that comes.
    site.edit(path, "tags: [trade]", "tags: [peace]");
    let after = session.build_after(&[path]).published();
    assert!(after.report.phases.iter().any(|(phase, _)| *phase == "index"));
    site.article("2025/03/19/new", "title: New", "Text.");
    let after = session.build_after(&["content/articles/2025/03/19"]).published();
    assert!(after.has("/2025/03/19/new/"));
    site.remove("content/articles/2025/03/19");
    let after = session.build_after(&["content/articles/2025/03/19"]).published();
    assert_eq!(differences(after.tree(), site.copy().build().tree()), [""; 0]);
    // A new process finds everything as the session left it.
    assert_eq!(site.build_clean().rendered(), 0);
}

#[test]
fn a_session_forgets_when_another_process_has_built() {
    let site = site();
    let mut session = site.with().session();
    session.build(&dateline::build::Changes::Everything).published();
    site.article("2025/03/19/new", "title: New", "Text.").build_clean();
    let path = "content/articles/2025/03/17/story-17.md";
    site.edit(path, "Text of 17", "Another text");
    let after = session.build_after(&[path]).published();
    assert_eq!(differences(after.tree(), site.copy().build().tree()), [""; 0]);
}

#[test]
fn a_session_reads_again_what_a_refused_build_has_read() {
    let site = site();
    let mut session = site.with().session();
    session.build(&dateline::build::Changes::Everything).published();
    let (bad, good) = ("content/articles/2025/03/17/story-17.md", "content/articles/2025/03/18/story-18.md");
    site.edit(bad, "title:", "titel:");
    session.build_after(&[bad]).refused();
    site.edit(good, "Text of 18", "Another text");
    session.build_after(&[good]).refused();
    site.edit(bad, "titel:", "title:").edit(bad, "Text of 17", "Mended text");
    let after = session.build_after(&[bad]).published();
    assert!(
        after.page("/2025/03/17/story-17/").contains("Mended")
            && after.page("/2025/03/18/story-18/").contains("Another")
    );
    assert_eq!(differences(after.tree(), site.copy().build().tree()), [""; 0]);
}
