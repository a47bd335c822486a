//! The same content gives the same bytes and the same words: whatever the machine, the threads, the order of files on
//! the disk, the time of day, or what an earlier build knew.
//!
//! What those bytes are is not asked here.

mod harness;

use harness::{Built, Site, differences};

/// Every file of a site that uses everything, in one order.
fn files() -> Vec<(String, String)> {
    let mut files = vec![(
        "site.toml".to_string(),
        "title = \"Test\"\ntime_zone = \"Europe/Kyiv\"\n[lists]\nper_page = 5\n".to_string(),
    )];
    let mut add = |path: String, front_matter: String, body: String| {
        files.push((format!("content/{path}.md"), format!("---\n{front_matter}\n---\n\n{body}\n")));
    };
    for n in 0..24_usize {
        let (day, hour) = (n % 8 + 1, n % 3);
        let before = match n {
            0 => String::new(),
            _ => format!("[before](../{:02}/n{}.md#part)", (n - 1) % 8 + 1, n - 1),
        };
        add(
            format!("articles/2025/03/{day:02}/n{n}"),
            // Three a day, all of one instant: only the path can decide.
            format!(
                "title: Number *{n}*\nid: {n}\ndate: 2025-03-{day:02}T{:02}:00:00Z\ntags: [all, tag {}, Zoë]\n\
                 people: [p{}, Person {}]\nthread: Thread {}\nsources: [Source {}, Reuters]\nz: 1\na: 2\nm: {{y: 1, b: 2}}",
                if hour == 0 { 8 } else { 9 },
                n % 4,
                n % 5,
                (n + 1) % 5,
                n % 3,
                n % 2
            ),
            format!("## Part\n\nText of {n}. {before}\n\n- [x] Done[^1]\n\n[^1]: Note {n}."),
        );
    }
    for n in 0..5 {
        add(
            format!("people/p{n}"),
            format!("name: Person {n}\naliases: [P. {n}]\nformer_slugs: [old{n}]"),
            format!("Text {n}."),
        );
    }
    add("briefings/2025-03-04".into(), "title: A day\norder: [n11, n3]".into(), "Introduction.".into());
    add("pages/about".into(), "title: About\nmenu: true".into(), "See [tags](/tags/).".into());
    add("pages/guide/index".into(), "title: Guide\nmenu: true\naliases: [/help/]".into(), "Text.".into());
    add("articles/2025/04/01/draft".into(), "title: Draft\ndraft: true".into(), "Text.".into());
    files.push(("static/a.txt".into(), "a".into()));
    files
}

/// A site with everything that draws a warning or an error in many files at once.
fn wrong_files() -> Vec<(String, String)> {
    let mut files = files();
    for n in 0..12 {
        files.push((
            format!("content/articles/2025/05/{:02}/w{n}.md", n + 1),
            match n % 6 {
                0 => format!("---\ntitle: W\nrank: x\nsumary: y\ntags: [TAG  {}]\n---\n[a](gone.md) [b](#no)\n", n % 4),
                1 => "---\ntitle: W\naliases: [/same/]\n---\n".to_string(),
                2 => "---\ntitle: W\ntags: [open data, open-data]\n---\n".to_string(),
                3 => "---\ntitle\n---\n".to_string(),
                4 => "---\ntitle: W\nslug: w\ndate: 2025-05-20\n---\n![x](gone.png)\n".to_string(),
                _ => "no front matter".to_string(),
            },
        ));
    }
    files.push(("content/people/twin.md".into(), "---\nname: Person 1\n---\n".into()));
    files
}

fn site_of<'a>(files: impl IntoIterator<Item = &'a (String, String)>) -> Site {
    let site = Site::bare();
    for (path, text) in files {
        site.file(path, text);
    }
    site
}

fn assert_same(a: &Built, b: &Built) {
    assert_eq!(differences(a.tree(), b.tree()), [""; 0]);
    assert_eq!(a.diagnostics_text(), b.diagnostics_text());
}

#[test]
fn two_builds_give_the_same_bytes() {
    let site = site_of(&files());
    let first = site.build_clean();
    assert!(first.tree().len() > 80, "{:?}", first.urls());
    assert_same(&first, &site.with().clean().build());
    assert_same(&first, &site.with().output(site.path("elsewhere")).build());
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let one = site_of(&files()).with().jobs(1).build().published();
    for jobs in [2, 8, 0] {
        assert_same(&one, &site_of(&files()).with().jobs(jobs).build());
    }
}

#[test]
fn the_order_in_which_files_were_made_does_not_matter() {
    let files = files();
    let first = site_of(&files).build_clean();
    assert_same(&first, &site_of(files.iter().rev()).build());
    let (even, odd): (Vec<_>, Vec<_>) = files.iter().enumerate().partition(|(n, _)| n % 2 == 0);
    assert_same(&first, &site_of(odd.into_iter().chain(even).map(|(_, f)| f)).build());
}

#[test]
fn problems_are_told_in_the_same_order() {
    let files = wrong_files();
    let first = site_of(&files).with().jobs(1).build().refused();
    assert!(first.report.diagnostics.len() > 8, "{}", first.diagnostics_text());
    for jobs in [2, 8] {
        assert_same(&first, &site_of(files.iter().rev()).with().jobs(jobs).build());
    }
    let kept = site_of(&files).with().jobs(1).keep_going().build().published();
    assert_same(&kept, &site_of(files.iter().rev()).with().jobs(8).keep_going().build());
}

#[test]
fn no_page_shows_when_it_was_built() {
    let site = site_of(&files());
    let now = site.build_clean();
    let later = site.with().as_of("2031-12-24T18:00:00Z").build().published();
    assert_same(&now, &later);
    assert_eq!(later.rendered(), 0);
}

#[test]
fn no_file_says_where_the_site_lies() {
    let site = site_of(&files());
    let root = site.root().to_string_lossy().into_owned();
    for (file, bytes) in site.build_clean().tree() {
        assert!(!String::from_utf8_lossy(bytes).contains(&root), "{file}");
    }
}

#[test]
fn any_sequence_of_edits_gives_what_a_clean_build_gives() {
    let site = site_of(&files());
    site.build_clean();
    type Edit = (&'static str, fn(&Site) -> &Site);
    let edits: [Edit; 22] = [
        ("a body", |s| s.edit("content/articles/2025/03/04/n3.md", "Text of 3", "Words of 3")),
        ("a headline", |s| s.edit("content/articles/2025/03/04/n3.md", "Number *3*", "Third")),
        ("an earlier article", |s| {
            s.article("2024/12/31/first", "title: First\ntags: [all, zoë]\npeople: [p1]", "Text.")
        }),
        ("a moved day", |s| s.edit("content/articles/2025/03/05/n4.md", "2025-03-05T", "2025-03-06T")),
        ("a new slug", |s| s.edit("content/articles/2025/03/07/n6.md", "title:", "slug: six\ntitle:")),
        ("an alias in place of a page", |s| {
            s.edit("content/articles/2025/03/07/n6.md", "slug: six", "slug: six\naliases: [/2025/03/07/n6/]")
        }),
        ("a renamed person", |s| {
            s.edit("content/people/p2.md", "name: Person 2", "name: Someone\naliases: [Person 2]\nx: 1").edit(
                "content/people/p2.md",
                "aliases: [P. 2]\n",
                "",
            )
        }),
        ("a record less", |s| {
            s.edit("content/people/p3.md", "name: Person 3", "name: p3").remove("content/people/p4.md")
        }),
        ("a tag's record", |s| {
            s.document(
                "content/tags/all.md",
                "name: Everything\naliases: [all]\nslug: everything\nformer_slugs: [all]",
                "Text.",
            )
        }),
        ("a closed thread", |s| s.document("content/threads/t.md", "name: Thread 1\nstatus: closed", "")),
        ("a suppressed person", |s| s.edit("content/people/p1.md", "name:", "suppress: true\nname:")),
        ("an edition's order", |s| s.edit("content/briefings/2025-03-04.md", "[n11, n3]", "[n3]\nlead: n19")),
        ("a withdrawn article", |s| s.edit("content/articles/2025/03/08/n23.md", "title:", "draft: true\ntitle:")),
        ("an embargo that has passed", |s| {
            s.edit("content/articles/2025/04/01/draft.md", "draft: true", "embargo: 2025-05-01")
        }),
        ("a heading that a link names", |s| {
            s.edit("content/articles/2025/03/01/n0.md", "## Part", "## Part\n\n## More")
        }),
        ("the menu", |s| s.edit("content/pages/about.md", "menu: true", "menu: false")),
        ("longer lists", |s| s.edit("site.toml", "per_page = 5", "per_page = 7")),
        ("another time zone", |s| s.edit("site.toml", "Europe/Kyiv", "America/Los_Angeles")),
        ("a setting of the theme", |s| s.setting("[theme.settings]\nreading_time = false")),
        ("a template", |s| {
            s.file(
                "themes/briefing/templates/not_found.html",
                "{% extends \"base.html\" %}{% block main %}Gone.{% endblock main %}",
            )
        }),
        ("a word of the theme", |s| s.file("themes/briefing/i18n/en.toml", "archive = \"All of it\"")),
        ("a month less", |s| {
            s.remove("content/articles/2025/03/04")
                .remove("content/briefings/2025-03-04.md")
                .edit("content/articles/2025/03/05/n4.md", "../04/n3.md", "../06/n5.md")
                .edit("content/articles/2025/03/05/n12.md", "../04/n11.md", "../06/n5.md")
                .edit("content/articles/2025/03/05/n20.md", "../04/n19.md", "../06/n5.md")
        }),
    ];
    for (what, edit) in edits {
        edit(&site);
        let built = site.build().published();
        // In a folder of its own: a build must not profit from what another has learnt.
        let clean = site.copy().build().published();
        assert_eq!(differences(built.tree(), clean.tree()), [""; 0], "after {what}");
        assert_eq!(built.diagnostics_text(), clean.diagnostics_text(), "after {what}");
        assert_eq!(site.build().rendered(), 0, "after {what} something is rendered for ever");
    }
}

#[test]
fn a_refused_build_between_two_leaves_no_trace() {
    let site = site_of(&files());
    site.build_clean();
    site.edit("content/articles/2025/03/04/n3.md", "Text of 3", "Words of 3");
    site.article("2025/03/20/bad", "title", "");
    site.build().refused();
    site.remove("content/articles/2025/03/20");
    let built = site.build_clean();
    assert!(built.rendered() < built.report.pages.total, "a refused build must not forget what is known");
    assert_same(&built, &site.copy().build());
}

#[test]
fn a_base_url_with_a_path_moves_every_link_and_no_file() {
    let site = site_of(&files());
    let plain = site.build_clean();
    let moved = site.with().base_url("https://example.org/news/").output(site.path("moved")).build().published();
    assert_eq!(plain.tree().keys().collect::<Vec<_>>(), moved.tree().keys().collect::<Vec<_>>());
    for (file, bytes) in moved.tree().iter().filter(|(f, _)| f.ends_with(".html")) {
        let page = String::from_utf8_lossy(bytes);
        for mark in ["href=\"", "src=\"", "content=\"0; url="] {
            for link in page.split(mark).skip(1).filter_map(|l| l.split('"').next()) {
                let inside = link.starts_with('#')
                    || link.starts_with("/news/")
                    || link.starts_with("https://example.org/news/");
                assert!(inside, "{file}: {link}");
            }
        }
    }
    assert!(
        moved
            .page("/2025/03/04/n3/")
            .contains("<link rel=\"canonical\" href=\"https://example.org/news/2025/03/04/n3/\">")
    );
}
