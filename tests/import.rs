//! Other people's texts become articles: what is read of a text, what is left out of it, what is never touched.

mod harness;

use dateline::archive::mentions::Registry;
use dateline::build::{Clock, Options, survey};
use dateline::content::dates;
use dateline::import::{Encoding, Hints, Imported, Known, Refused, text};
use harness::Site;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Like what wire copy and old sites give: two headlines, paragraphs, what the page had below.
const WIRE: &str = "Ferry back after four months as new ramp holds, port says

Evening boat returns to Lowick with a ramp that passed every test

The evening ferry left the north pier at 18:05 on Sunday, its first crossing since November, with Harbour Master Ana Silva on board.

Silva said the ramp had \"passed every test\" and that 5 * 3 tons had been moved over it. Bo van Berg, who runs the yard, agreed.

# 1 of the two boats stays in dock, Silva added.

Back to list";

fn site() -> Site {
    let site = Site::new();
    site.document("content/people/ana-silva.md", "name: Ana Silva\nfamily: Silva", "");
    site
}

fn with(site: &Site, bytes: &[u8], encoding: Encoding, hints: Hints) -> Result<Imported, Refused> {
    let options = Options {
        site: site.root().to_path_buf(),
        output: None,
        origin: None,
        base_url: None,
        as_of: Clock::Said(harness::NOW.to_string()),
        allowed: Default::default(),
        jobs: 1,
        clean: false,
        keep_going: true,
        tick: std::time::Duration::ZERO,
        verify: false,
    };
    let survey = survey(&options).expect("a site");
    let registry = Registry::new(survey.archive.records.iter().map(|r| &**r), &survey.config);
    let known = Known::new(&registry, survey.archive.records.iter().map(|r| &**r));
    text::import(bytes, encoding, &hints, &known, &survey.config)
}

fn dated() -> Hints {
    let stamp = dates::parse("2025-03-16", &jiff::tz::TimeZone::UTC).expect("a date");
    Hints { name: "article.txt".into(), date: Some(("2025-03-16".into(), stamp)), ..Hints::default() }
}

fn made(text: &str) -> Imported {
    with(&site(), text.as_bytes(), Encoding::Utf8, dated()).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn headlines_paragraphs_people_and_leftovers_go_to_their_places() {
    let hints = Hints { publisher: Some("Reuters".into()), tags: vec!["Ferries".into()], ..dated() };
    let site = site();
    let made = with(&site, WIRE.as_bytes(), Encoding::Utf8, hints).expect("an article");
    assert_eq!(
        made.path,
        "content/articles/2025/03/16/evening-boat-returns-to-lowick-with-a-ramp-that-passed-every-test.md"
    );
    assert_eq!(
        made.text,
        r#"---
title: Evening boat returns to Lowick with a ramp that passed every test
date: 2025-03-16
summary: "The evening ferry left the north pier at 18:05 on Sunday, its first crossing since November, with Harbour Master Ana Silva on board."
tags: [Ferries]
people: [Ana Silva]
sources:
  - publisher: Reuters
    title: Ferry back after four months as new ramp holds, port says
---

The evening ferry left the north pier at 18:05 on Sunday, its first crossing since November, with Harbour Master Ana Silva on board.

Silva said the ramp had "passed every test" and that 5 \* 3 tons had been moved over it. Bo van Berg, who runs the yard, agreed.

\# 1 of the two boats stays in dock, Silva added.
"#
    );
    assert_eq!(made.left_out.len(), 1);
    assert_eq!((made.left_out[0].line, made.left_out[0].text.as_str()), (11, "Back to list"));
    assert_eq!(made.unknown, [("Bo van Berg".to_string(), 1)]);
    // What was made is what a site shows: every paragraph, both headlines, the summary not twice.
    site.file(&made.path, &made.text);
    let built = site.build_clean();
    let url = "/2025/03/16/evening-boat-returns-to-lowick-with-a-ramp-that-passed-every-test/";
    let page = built.page(url);
    assert_eq!(built.prose(url).matches("<p>").count(), 3);
    for shown in [
        "Ferry back after four months",
        "5 * 3 tons",
        "# 1 of the two",
        "href=\"/people/ana-silva/\"",
        "href=\"/2025/03/16/\"",
    ] {
        assert!(page.contains(shown), "{shown}:\n{page}");
    }
    assert!(!page.contains("Back to list"));
    assert!(!page.contains("class=\"standfirst\""), "the opening stands twice:\n{page}");
}

#[test]
fn one_headline_is_the_title_and_the_source_s() {
    let made = made("Ferry back\n\nThe evening ferry left the pier.\n\nIt was late.");
    assert_eq!(made.draft.title, "Ferry back");
    assert_eq!(made.draft.sources[0].title.as_deref(), Some("Ferry back"));
    assert_eq!(made.draft.body, "The evening ferry left the pier.\n\nIt was late.");
    // A headline alone is an article too.
    assert_eq!(self::made("Ferry back").draft.body, "");
}

#[test]
fn lines_become_paragraphs_however_they_are_set() {
    let long = "a sentence that goes on and on for longer than any line of a text that was wrapped by hand at eighty signs or so, you see.";
    for (source, body) in [
        // Wrapped by hand, apart by blank lines.
        (
            "T\n\nOne that is wrapped by\nhand, twice over.\n\nTwo.",
            "One that is wrapped by\\\nhand, twice over.\n\nTwo.",
        ),
        (
            "T\n\nOne that is wrapped by hand at some sixty signs or so and\ngoes on here.\n\nTwo.",
            "One that is wrapped by hand at some sixty signs or so and goes on here.\n\nTwo.",
        ),
        // A paragraph on each line.
        (&format!("T\n{long}\n{long}"), &format!("{long}\n\n{long}")),
        // A paragraph at each indentation.
        (
            "T\n  One that is wrapped by hand at some sixty signs or so and\ngoes on here.\n  Two is short, and there is no more of it than this one line.",
            "One that is wrapped by hand at some sixty signs or so and goes on here.\n\nTwo is short, and there is no more of it than this one line.",
        ),
        // A list.
        ("T\n\nThis is it:\n\n- one\n- two *\n\nEnd.", "This is it:\n\n- one\n- two \\*\n\nEnd."),
    ] {
        assert_eq!(made(source).draft.body, body, "{source}");
    }
    let made = made("T\n\nThe talks on the new ramp went on until night, and the negoti-\nations are to go on.");
    assert!(made.draft.body.contains("negoti-ations"));
    assert!(made.notes[0].starts_with("line 3: `negoti-ations` was divided"), "{:?}", made.notes);
}

#[test]
fn leftovers_are_left_out_at_the_edges_only() {
    let made = made(
        "Home > News > Ports\nPrint this page\n\nFerry back\n\nBy Jo Roe\n\nIt left the pier.\n\nAdvertisement\n\nIt came to the island. All went\nback to list the dead.\n\n« Previous article\nShare\n\n© 2025 Example News",
    );
    let left: Vec<(usize, &str, &str)> = made.left_out.iter().map(|l| (l.line, l.text.as_str(), l.because)).collect();
    assert_eq!(
        left,
        [
            (1, "Home > News > Ports", "a breadcrumb"),
            (2, "Print this page", "navigation"),
            (6, "By Jo Roe", "the byline"),
            (15, "« Previous article", "navigation"),
            (16, "Share", "navigation"),
            (18, "© 2025 Example News", "a copyright line"),
        ]
    );
    // One word right below a line of text could be the end of its sentence.
    assert!(self::made("T\n\nThen they all went\nhome").draft.body.contains("home"));
    assert!(made.draft.body.contains("Advertisement") && made.draft.body.contains("list the dead."));
    assert!(made.notes.iter().any(|n| n.contains("line 10: `Advertisement`")), "{:?}", made.notes);
    assert_eq!(made.draft.authors, ["Jo Roe"]);
}

#[test]
fn the_date_is_said_or_named_or_a_line() {
    let from = |hints: Hints, text: &str| {
        let made = with(&site(), text.as_bytes(), Encoding::Utf8, hints).expect("an article");
        (made.day.to_string(), made.date_from, made.draft.body)
    };
    let named = |name: &str| Hints { name: name.into(), ..Hints::default() };
    let is = |day: &str, from: &str, body: &str| (day.to_string(), from.to_string(), body.to_string());
    let text = "T\n\nSunday, 16 March 2025\n\nBody of it.";
    assert_eq!(from(dated(), text), is("2025-03-16", "as you said", "Body of it."));
    assert_eq!(from(named("wire/2025-03-14-x.txt"), text), is("2025-03-14", "from the file's name", "Body of it."));
    assert_eq!(from(named("x/2025/03/13/a.txt"), "T\n\nB."), is("2025-03-13", "from the file's name", "B."));
    assert_eq!(from(named("a.txt"), text), is("2025-03-16", "from line 3", "Body of it."));
    assert_eq!(
        from(named("a.txt"), "T\n\nBody of it.\n\nPosted: 16.3.2025"),
        is("2025-03-16", "from line 5", "Body of it.")
    );
    let refused = with(&site(), b"T\n\nIn May 2025 it rained.", Encoding::Utf8, named("a.txt")).expect_err("no date");
    assert!(refused.to_string().contains("nothing says when"), "{refused}");
    assert!(refused.help().contains("--date"));
}

#[test]
fn what_is_no_plain_text_is_refused_with_a_way_out() {
    let refused = |bytes: &[u8]| {
        let e = with(&site(), bytes, Encoding::Utf8, dated()).expect_err("no article");
        format!("{e}; {}", e.help())
    };
    for (bytes, says) in [
        (&b""[..], "nothing in it"),
        (b"\n \n\xc2\xa0\n", "nothing in it"),
        (b"<!DOCTYPE html>\n<p>x", "HTML"),
        (b"---\ntitle: x\n---\n", "an article already"),
        (b"{\\rtf1 x}", "RTF"),
        (b"T\n\nIt\x92s", "--encoding windows-1252"),
        (b"a\0b", "not a text"),
        (b"***\n\nBody.", "--slug"),
    ] {
        assert!(refused(bytes).contains(says), "{bytes:?}: {}", refused(bytes));
    }
    let made =
        with(&site(), b"\xef\xbb\xbfT\r\n\r\nOne.\r\n\r\nTwo.\r\n", Encoding::Utf8, dated()).expect("an article");
    assert_eq!((made.draft.title.as_str(), made.draft.body.as_str()), ("T", "One.\n\nTwo."));
    let made = with(&site(), b"T\n\nIt\x92s", Encoding::Windows1252, dated()).expect("an article");
    assert_eq!(made.draft.body, "It’s");
}

#[test]
fn keys_are_called_what_the_archive_calls_them_and_folders_are_honoured() {
    let site = site();
    site.setting("[content]\narticles = \"posts\"\n[front_matter.map]\nheadline = \"title\"\ncredits = \"sources\"");
    std::fs::create_dir_all(site.path("posts")).expect("a folder");
    let made = with(&site, b"Yes: no\n\nBody of it.", Encoding::Utf8, dated()).expect("an article");
    assert_eq!(made.path, "posts/2025/03/16/yes-no.md");
    assert!(made.text.starts_with("---\nheadline: \"Yes: no\"\n"), "{}", made.text);
    assert!(made.text.contains("credits:\n  - title: \"Yes: no\"\n"), "{}", made.text);
    site.file(&made.path, &made.text);
    assert!(site.build_clean().has("/2025/03/16/yes-no/"));
}

#[test]
fn no_text_is_lost_whatever_it_is() {
    use proptest::prelude::*;
    let site = site();
    proptest!(ProptestConfig::with_cases(64), |(text in "[A-Za-z#*_<>&.,:\\-0-9 \u{e9}\n]{1,300}")| {
        let Ok(made) = with(&site, text.as_bytes(), Encoding::Utf8, dated()) else { return Ok(()) };
        // Letters and digits of the source in order are those of what was made and left out, whatever was escaped.
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<Vec<char>>();
        let mut count = std::collections::BTreeMap::new();
        letters(&text).into_iter().for_each(|c| *count.entry(c).or_insert(0i64) += 1);
        let mut all = made.draft.body.clone();
        // One headline is the title as well.
        all.push_str(made.draft.sources[0].title.as_deref().unwrap_or(""));
        if Some(made.draft.title.replace('\\', "")) != made.draft.sources[0].title.as_ref().map(|t| t.replace('\\', "")) {
            all.push_str(&made.draft.title);
        }
        made.left_out.iter().for_each(|l| all.push_str(&l.text));
        letters(&all).into_iter().for_each(|c| *count.entry(c).or_insert(0) -= 1);
        prop_assert!(count.values().all(|n| *n == 0), "{:?}\n{}", text, made.text);
    });
}

/// The text that the workplace has, where it has it.
#[test]
fn the_seed_is_imported_whole() {
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seed/article.txt");
    let Ok(source) = std::fs::read_to_string(&seed) else {
        eprintln!("skipped: there is no seed here");
        return;
    };
    let site = Site::new();
    let people =
        ["donald-trump", "keir-starmer", "mike-waltz", "steve-witkoff", "vladimir-putin", "volodymyr-zelenskyy"];
    for person in people {
        let path = format!("content/people/{person}.md");
        let record = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path)).expect("a record");
        site.bytes(&path, &record);
    }
    let made = with(&site, source.as_bytes(), Encoding::Utf8, dated()).expect("an article");
    let blocks: Vec<&str> = source.split("\n\n").map(str::trim).collect();
    assert_eq!(made.draft.sources[0].title.as_deref(), Some(blocks[0]));
    assert_eq!(made.draft.title, blocks[1]);
    assert_eq!(made.draft.body.split("\n\n").collect::<Vec<_>>(), blocks[2..blocks.len() - 1]);
    assert_eq!(made.draft.people.len(), 6, "{:?}", made.draft.people);
    assert!(!made.text.contains("Back to list"));
    site.file(&made.path, &made.text);
    let built = site.build_clean();
    for person in people {
        let page = built.page(&format!("/people/{person}/"));
        assert!(page.contains("/2025/03/16/"), "{person}");
    }
}

fn program(site: &Site, arguments: &[&str], input: &str) -> Output {
    use std::io::Write;
    let mut child = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .current_dir(site.root())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("written");
    child.wait_with_output().expect("it ends")
}

#[test]
fn the_program_writes_new_files_and_no_others() {
    let site = site();
    site.file("wire.txt", WIRE).file("two.txt", "Second\n\nBody of it.").file("bad.txt", "");
    let run = |arguments: &[&str], input: &str| {
        let ran = program(&site, arguments, input);
        (
            ran.status.code(),
            String::from_utf8_lossy(&ran.stdout).into_owned(),
            String::from_utf8_lossy(&ran.stderr).into_owned(),
        )
    };
    let import = |more: &[&str]| run(&[&["import", "text", "--date", "2025-03-16"], more].concat(), "");
    let before = site.tree("content");
    let (code, out, _) = import(&["wire.txt", "--dry-run"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("    people: [Ana Silva]") && out.contains("Nothing was written."), "{out}");
    // One that is not sound: nothing is written, unless it is asked for.
    let (code, _, err) = import(&["wire.txt", "bad.txt"]);
    assert_eq!((code, site.tree("content") == before), (Some(1), true));
    assert!(err.contains("error: bad.txt: there is nothing in it"), "{err}");
    let (code, out, _) = import(&["two.txt", "bad.txt", "--keep-going"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("1 article written."), "{out}");
    let second = site.read("content/articles/2025/03/16/second.md");
    // Again: it is there.
    site.file("two.txt", "Second\n\nAnother body.");
    let (code, _, err) = import(&["two.txt"]);
    assert_eq!(code, Some(1));
    assert!(
        err.contains("its place is taken by content/articles/2025/03/16/second.md") && err.contains("--slug"),
        "{err}"
    );
    assert_eq!(site.read("content/articles/2025/03/16/second.md"), second);
    // Two texts that want one place.
    let (code, _, err) = import(&["wire.txt", "wire.txt"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("taken by wire.txt"), "{err}");
    let (code, ..) = import(&["wire.txt", "two.txt", "--slug", "x"]);
    assert_eq!(code, Some(2));
    let (code, ..) = import(&["missing.txt"]);
    assert_eq!(code, Some(2));
    let (code, out, _) = run(&["import", "text", "-", "--date", "2025-03-17", "--format", "json"], WIRE);
    let report: serde_json::Value = serde_json::from_str(out.lines().last().expect("a line")).expect("JSON");
    assert_eq!(code, Some(0));
    assert_eq!(report["texts"][0]["people"], serde_json::json!(["Ana Silva"]));
    assert_eq!(report["texts"][0]["left_out"][0]["text"], "Back to list");
    assert!(site.exists(report["texts"][0]["path"].as_str().expect("a path")));
}

#[test]
fn a_new_article_lies_in_its_place() {
    let site = site();
    site.article("2025/03/15/a", "title: A\ntags: [Ferries]", "");
    let run = |arguments: &[&str]| {
        let ran = program(&site, &[&["new"], arguments].concat(), "");
        (
            ran.status.code(),
            String::from_utf8_lossy(&ran.stdout).into_owned(),
            String::from_utf8_lossy(&ran.stderr).into_owned(),
        )
    };
    let headline = "Ramp: \"it holds\", says #1";
    let (code, out, err) = run(&[
        headline,
        "--date",
        "2025-03-16T09:00",
        "--tags",
        "Feries,ferries",
        "--people",
        "Ana Silva,Anna Silva",
        "--draft",
    ]);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(out.trim(), Path::new("content/articles/2025/03/16/ramp-it-holds-says-1.md").display().to_string());
    assert_eq!(
        site.read(out.trim()),
        "---\ntitle: \"Ramp: \\\"it holds\\\", says #1\"\ndate: 2025-03-16T09:00\ntags: [Feries, ferries]\npeople: [Ana Silva, Anna Silva]\ndraft: true\n---\n"
    );
    assert!(err.contains("the tag `Feries` is new here; did you mean `Ferries`?"), "{err}");
    assert!(err.contains("the person `Anna Silva` is new here; did you mean `Ana Silva`?"), "{err}");
    assert_eq!(err.matches("warning").count(), 2, "{err}");
    let (code, _, err) = run(&[headline, "--date", "2025-03-16"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("has this place"), "{err}");
    assert_eq!(run(&["   "]).0, Some(2));
    assert_eq!(run(&["A", "--date", "16/3"]).0, Some(2));
    assert_eq!(run(&["!!!"]).0, Some(2));
    let (code, out, _) = run(&["Now"]);
    assert_eq!(code, Some(0));
    assert!(site.read(out.trim()).contains("\ndate: 20"));
}

#[cfg(unix)]
#[test]
fn an_editor_opens_the_article_only_if_asked() {
    let site = site();
    let edit = |arguments: &[&str], editor: &str| {
        let ran = Command::new(env!("CARGO_BIN_EXE_dateline"))
            .current_dir(site.root())
            .args(["new", "--date", "2025-03-16"])
            .args(arguments)
            .env_remove("VISUAL")
            .env("EDITOR", editor)
            .output()
            .expect("the program");
        ran.status.code()
    };
    // An editor with an option, as git takes it.
    let editor = "sh -c 'echo Written. >> \"$1\"' --";
    assert_eq!(edit(&["A", "--edit"], editor), Some(0));
    assert!(site.read("content/articles/2025/03/16/a.md").ends_with("---\nWritten.\n"));
    assert_eq!(edit(&["B"], editor), Some(0));
    assert!(site.read("content/articles/2025/03/16/b.md").ends_with("---\n"));
    assert_eq!(edit(&["C", "--edit"], "false"), Some(2));
    assert_eq!(edit(&["D", "--edit"], ""), Some(2));
}
