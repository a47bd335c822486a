//! A watched site: whatever is done to its files, and however, the output becomes what a clean build would write.
//!
//! What a build does is asked elsewhere; here only when there is one, and of what.

mod harness;

use harness::Site;
use harness::program::{Program, until};
use harness::watched::Watched;
use std::fs;
use std::path::Path;
use std::process::Command;

const PATH: &str = "content/articles/2025/03/16/a.md";

fn site() -> Site {
    let site = Site::new();
    for day in [16, 17, 18] {
        let name = ["a", "b", "c"][day - 16];
        let front_matter = format!("title: Story {name}\nsummary: Of {name}.\ntags: [peace]");
        site.article(&format!("2025/03/{day}/{name}"), &front_matter, "Text.");
    }
    site
}

fn text(body: &str) -> String {
    format!("---\ntitle: Story a\nsummary: Of a.\ntags: [peace]\n---\n\n{body}\n")
}

/// No save may show an error in between: none of these ever has anything wrong in it.
#[track_caller]
fn never_refused(watched: &Watched) {
    let told = watched.told();
    assert!(told.iter().all(|t| t.published), "{told:#?}");
}

#[test]
fn an_edit_of_a_body_renders_its_page_and_the_feeds_of_the_newest() {
    let watched = Watched::new(site());
    watched.site.file(PATH, &text("Other."));
    watched.settles();
    let told = watched.told();
    assert_eq!(told.iter().skip(1).map(|t| t.rendered).collect::<Vec<_>>(), [4], "{told:#?}");
}

#[test]
#[cfg(unix)]
fn every_way_to_save_a_file_is_one_build_and_no_error() {
    type Save = fn(&Path, &str);
    let ways: &[(&str, Save)] = &[
        ("in place, as VS Code", |path, text| fs::write(path, text).expect("written")),
        ("vim", |path, text| {
            // Probes whether it may write here, keeps the old file, writes a new one, throws the old one away.
            let probe = path.with_file_name("4913");
            fs::write(&probe, "").and_then(|()| fs::remove_file(&probe)).expect("probed");
            let backup = path.with_file_name("a.md~");
            fs::rename(path, &backup).expect("kept");
            fs::write(path, text).expect("written");
            fs::remove_file(&backup).expect("thrown away");
        }),
        ("emacs", |path, text| {
            let lock = path.with_file_name(".#a.md");
            std::os::unix::fs::symlink("me@desk.1:1", &lock).expect("locked");
            fs::write(path.with_file_name("#a.md#"), text).expect("saved by itself");
            fs::rename(path, path.with_file_name("a.md~")).expect("kept");
            fs::write(path, text).expect("written");
            fs::remove_file(path.with_file_name("#a.md#")).and_then(|()| fs::remove_file(lock)).expect("unlocked");
        }),
        ("JetBrains", |path, text| {
            let (new, old) = (path.with_file_name("a.md___jb_tmp___"), path.with_file_name("a.md___jb_old___"));
            fs::write(&new, text).expect("written");
            fs::rename(path, &old).expect("moved");
            fs::rename(&new, path).expect("put in place");
            fs::remove_file(old).expect("thrown away");
        }),
        ("a temporary file and a rename", |path, text| {
            let new = path.with_file_name(".goutputstream-X1Y2Z3");
            fs::write(&new, text).expect("written");
            fs::rename(new, path).expect("put in place");
        }),
        ("slowly, in pieces", |path, text| {
            use std::io::Write;
            let mut file = fs::File::create(path).expect("opened");
            for piece in text.as_bytes().chunks(16) {
                file.write_all(piece).and_then(|()| file.flush()).expect("written");
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        }),
        ("gone and made again", |path, text| {
            fs::remove_file(path).expect("gone");
            std::thread::sleep(std::time::Duration::from_millis(5));
            fs::write(path, text).expect("made");
        }),
    ];
    let watched = Watched::new(site());
    for (way, save) in ways {
        save(&watched.site.path(PATH), &text(&format!("Saved by {way}.")));
        watched.settles();
        never_refused(&watched);
        assert!(watched.site.read("public/2025/03/16/a/index.html").contains(way));
    }
}

#[test]
fn the_output_and_what_does_not_matter_cause_no_build() {
    let watched = Watched::new(site());
    watched.site.file("notes.txt", "x").file("content/notes.md", "x").file("public/own.txt", "x");
    watched.site.file("content/articles/2025/03/16/.a.md.swp", "x").remove("public/own.txt");
    // What these would cause, this edit would come after.
    for n in 0..3 {
        watched.site.file(PATH, &text(&format!("Edit {n}.")));
        watched.settles();
    }
    let causes: Vec<String> = watched.told().into_iter().map(|t| t.cause).collect();
    assert_eq!(causes.len(), 4, "{causes:#?}");
    assert!(causes.iter().skip(1).all(|c| c.contains("a.md")), "{causes:#?}");
}

#[test]
fn folders_come_go_and_move() {
    let watched = Watched::new(site());
    let site = &watched.site;
    // With files in it that are there before anybody can listen.
    site.article("2025/04/01/sub/deep/d", "title: D\ndate: 2025-04-01", "Text.");
    watched.settles();
    site.file("content/articles/2025/04/01/sub/deep/d.md", "---\ntitle: D\ndate: 2025-04-01\n---\n\nHeard.\n");
    watched.settles();
    site.rename("content/articles/2025/04", "content/articles/2025/05");
    site.copy().build().published();
    watched.settles();
    site.edit("content/articles/2025/05/01/sub/deep/d.md", "Heard", "Heard elsewhere");
    watched.settles();
    site.rename("content/articles/2025/05", "elsewhere");
    watched.settles();
    site.rename("elsewhere", "content/articles/2025/06");
    watched.settles();
    site.edit("content/articles/2025/06/01/sub/deep/d.md", "Heard", "Heard again");
    watched.settles();
    site.remove("content/articles/2025/06");
    watched.settles();
}

#[test]
fn a_folder_of_content_that_is_taken_away_and_put_back_is_watched_again() {
    let watched = Watched::new(site());
    let site = &watched.site;
    site.rename("content/articles", "articles-away");
    assert!(watched.refuses().contains("the folder of articles"));
    site.rename("articles-away", "content/articles");
    watched.settles();
    site.rename("content", "content-away");
    watched.refuses();
    // Another folder of that name, while the old one is still there.
    for (file, bytes) in site.tree("content-away") {
        site.bytes(&format!("content/{file}"), &bytes);
    }
    watched.settles();
    site.file(PATH, &text("In the new folder."));
    watched.settles();
}

#[test]
fn every_kind_of_file_is_watched_also_where_there_was_no_folder() {
    let watched = Watched::new(site());
    let site = &watched.site;
    site.document("content/people/ana-ek.md", "name: Ana Ek", "A diplomat.");
    watched.settles();
    site.document("content/pages/about.md", "title: About", "Who we are.");
    watched.settles();
    site.document("content/briefings/2025-03-16.md", "title: A day", "What a day.");
    watched.settles();
    site.file("static/robots.txt", "User-agent: *\n");
    watched.settles();
    site.file("static/robots.txt", "User-agent: a\n");
    watched.settles();
    site.edit("content/people/ana-ek.md", "A diplomat", "An envoy");
    watched.settles();
    site.remove("static");
    watched.settles();
    never_refused(&watched);
}

#[test]
fn themes_and_settings_are_watched() {
    let watched = Watched::new(site());
    let site = &watched.site;
    // A theme that does not exist yet.
    site.file("site.toml", "title = \"Test\"\n[theme]\nname = \"house\"\n");
    assert!(watched.refuses().contains("house"));
    site.file("themes/house/theme.toml", "extends = \"parent\"\n");
    site.file("themes/parent/theme.toml", "extends = \"briefing\"\n");
    watched.settles();
    let not_found = "{% extends \"base.html\" %}{% block main %}Nothing in the parent.{% endblock main %}\n";
    site.file("themes/parent/templates/not_found.html", not_found);
    watched.settles();
    assert!(site.read("public/404.html").contains("Nothing in the parent."));
    site.file("themes/house/templates/not_found.html", &not_found.replace("the parent", "the house"));
    watched.settles();
    assert!(site.read("public/404.html").contains("Nothing in the house."));
    site.remove("themes/house/templates");
    watched.settles();
    // The folders themselves.
    site.file("site.toml", "title = \"Test\"\n[content]\narticles = \"news\"\n");
    watched.refuses();
    site.rename("content/articles", "news");
    watched.settles();
    site.file("news/2025/03/16/a.md", &text("Under another name."));
    watched.settles();
}

#[test]
#[cfg(unix)]
fn links_are_followed() {
    let elsewhere = Site::bare();
    elsewhere.file("folder/2025/04/01/d.md", "---\ntitle: D\ndate: 2025-04-01\n---\n\nText.\n");
    elsewhere.file("e.md", "---\ntitle: E\ndate: 2025-04-02\n---\n\nText.\n");
    let target = |path: &str| elsewhere.path(path).to_string_lossy().into_owned();
    let watched = Watched::new(site());
    let site = &watched.site;
    // The copy that a clean build is made of has files in the place of links.
    let due = || {
        let copy = site.copy();
        let _ = fs::remove_file(copy.path("content/articles/linked"));
        let _ = fs::remove_file(copy.path("content/articles/e.md"));
        for (file, bytes) in elsewhere.tree("folder") {
            copy.bytes(&format!("content/articles/linked/{file}"), &bytes);
        }
        if site.exists("content/articles/e.md") {
            copy.file("content/articles/e.md", &elsewhere.read("e.md"));
        }
        copy.build().published()
    };
    site.link("content/articles/linked", &target("folder"));
    watched.settles_to(&due());
    elsewhere.edit("folder/2025/04/01/d.md", "Text", "Other");
    watched.settles_to(&due());
    elsewhere.file("folder/new/f.md", "---\ntitle: F\ndate: 2025-04-03\n---\n\nText.\n");
    watched.settles_to(&due());
    site.link("content/articles/e.md", &target("e.md"));
    watched.settles_to(&due());
    elsewhere.edit("e.md", "Text", "Other");
    watched.settles_to(&due());
    // Replaced as editors do.
    elsewhere.file("e.new", "---\ntitle: E\ndate: 2025-04-02\n---\n\nReplaced.\n").rename("e.new", "e.md");
    watched.settles_to(&due());
    elsewhere.edit("e.md", "Replaced", "Once more");
    watched.settles_to(&due());
}

#[test]
fn an_error_keeps_the_last_good_output_until_it_is_mended() {
    let watched = Watched::new(site());
    let before = watched.site.tree("public");
    watched.site.file(PATH, "---\ntitle: [\n---\n");
    assert!(watched.refuses().contains("a.md:"));
    assert_eq!(harness::differences(&watched.site.tree("public"), &before), [""; 0]);
    watched.site.file(PATH, &text("Mended."));
    watched.settles();
}

#[test]
fn a_page_that_moves_is_said_to_have_moved() {
    let watched = Watched::new(site());
    watched.site.file(PATH, &text("Text.").replace("tags:", "slug: other\ntags:"));
    watched.settles();
    watched.site.rename(PATH, "content/articles/2025/03/20/a.md");
    watched.settles();
    let moved: Vec<_> = watched.told().into_iter().flat_map(|t| t.moved).collect();
    let expected = [("/2025/03/16/a/", "/2025/03/16/other/"), ("/2025/03/16/other/", "/2025/03/20/other/")];
    assert_eq!(moved, expected.map(|(a, b)| (a.to_string(), b.to_string())));
}

#[test]
fn time_is_an_event() {
    let site = site();
    // "Now" starts at the beginning of June and runs as fast as the clock.
    site.article("2025/03/19/later", "title: Later\nembargo: 2025-06-01T00:00:02Z", "Text.");
    site.article("2025/03/20/gone", "title: Gone\nexpires: 2025-06-01T00:00:03Z", "Text.");
    let watched = Watched::new(site);
    let has = |name: &str| watched.site.exists(&format!("public/2025/03/{name}/index.html"));
    until("the embargo passes", || has("19/later"));
    until("the article expires", || !has("20/gone"));
    // The last build may still be at work when its output is there.
    until("two builds of the clock", || watched.told().iter().filter(|t| t.cause == "Clock").count() >= 2);
    never_refused(&watched);
}

#[test]
fn without_events_everything_is_looked_at() {
    let watched = Watched::polling(site());
    let site = &watched.site;
    site.file(PATH, &text("Edited."));
    watched.settles();
    site.article("2025/04/01/d", "title: D", "Text.").remove("content/articles/2025/03/17");
    watched.settles();
    site.rename("content/articles/2025/03/16", "content/articles/2025/03/21");
    watched.settles();
    assert_eq!(watched.remarks(), [""; 0]);
    // A look that finds nothing is nothing to tell.
    let (looks, news) = (watched.told().len(), watched.news());
    until("three more looks", || watched.told().len() >= looks + 3);
    assert_eq!(watched.news(), news);
}

/// Runs a tool, and says whether there is one.
fn tool(folder: &Path, name: &str, arguments: &[&str]) -> bool {
    match Command::new(name).current_dir(folder).args(arguments).output() {
        Ok(output) => {
            assert!(output.status.success(), "{name} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            true
        }
        Err(_) => {
            eprintln!("skipped: {name} is not installed");
            false
        }
    }
}

#[test]
fn switching_branches_is_seen_whole() {
    let site = site();
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"];
        tool(site.root(), "git", &[&identity[..], arguments].concat())
    };
    if !git(&["init", "-q"]) {
        return;
    }
    site.file(".gitignore", "public\n.dateline\n");
    git(&["add", "."]);
    git(&["commit", "-qm", "a"]);
    git(&["checkout", "-qb", "other"]);
    for n in 0..400 {
        let path = format!("2025/{:02}/{:02}/n{n}", n % 5 + 1, n % 27 + 1);
        site.article(&path, &format!("title: N{n}"), "Text.");
    }
    site.remove("content/articles/2025/03/17").file(PATH, &text("On the other branch."));
    git(&["add", "-A"]);
    git(&["commit", "-qm", "b"]);
    git(&["checkout", "-q", "main"]);
    let watched = Watched::new(site);
    let git = |arguments: &[&str]| tool(watched.site.root(), "git", arguments);
    git(&["checkout", "-q", "other"]);
    watched.settles();
    git(&["checkout", "-q", "main"]);
    watched.settles();
    never_refused(&watched);
}

#[test]
fn what_rsync_brings_is_seen() {
    let source = site();
    let watched = Watched::new(site());
    for n in 0..60 {
        source.article(&format!("2025/04/{:02}/n{n}", n % 27 + 1), &format!("title: N{n}"), "Text.");
    }
    source.remove("content/articles/2025/03/18").file(PATH, &text("From afar."));
    let from = format!("{}/content/", source.root().display());
    let to = format!("{}/content/", watched.site.root().display());
    if tool(source.root(), "rsync", &["-a", "--delete", &from, &to]) {
        watched.settles();
        never_refused(&watched);
    }
}

/// The program is stopped while far more happens than the system keeps for it: it must not trust what it then hears.
#[test]
#[cfg(target_os = "linux")]
fn more_events_than_the_system_keeps() {
    let watched = site();
    watched.file("static/0.txt", "x");
    let program = Program::start(&watched, &["watch", "--as-of", "2025-06-01"]);
    program.says("rendered");
    program.signal("STOP");
    // Each is four events: made, opened, written, closed.
    for n in 0..5000 {
        watched.file(&format!("static/{n}.txt"), "y");
    }
    watched.remove("content/articles/2025/03/17").rename(PATH, "content/articles/2025/04/02/moved.md");
    program.signal("CONT");
    program.says("looked at everything");
    let due = watched.copy().with().as_of("2025-06-01").build().published();
    until("the output is right", || harness::differences(&watched.tree("public"), due.tree()).is_empty());
    // And it hears again.
    watched.edit("content/articles/2025/04/02/moved.md", "Text", "Other");
    let due = watched.copy().with().as_of("2025-06-01").build().published();
    until("the output is right again", || harness::differences(&watched.tree("public"), due.tree()).is_empty());
}

/// In a namespace of its own a user has limits of their own.
#[test]
#[cfg(target_os = "linux")]
fn at_the_limit_of_watches_it_polls_and_says_so() {
    const LIMIT: &str = "/proc/sys/user/max_inotify_watches";
    let limited = |then: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "sh", "-c", &format!("echo 2 > {LIMIT} && {then}")]);
        command
    };
    if !limited("true").output().is_ok_and(|o| o.status.success()) {
        eprintln!("skipped: no namespace of users can be made here");
        return;
    }
    let watched = site();
    let mut command = limited(&format!("exec '{}' watch --as-of 2025-06-01", env!("CARGO_BIN_EXE_dateline")));
    command.current_dir(watched.root());
    let program = Program::of(command);
    program.says("limit of watched folders is reached");
    program.says("looking at every file again and again instead");
    watched.file(PATH, &text("Seen all the same."));
    let due = watched.copy().with().as_of("2025-06-01").build().published();
    until("the output is right", || harness::differences(&watched.tree("public"), due.tree()).is_empty());
    assert_eq!(program.said().matches("limit of watched").count(), 1, "{}", program.said());
}
