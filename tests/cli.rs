//! The program as a user meets it: arguments, exit codes, what is printed where.
//!
//! What a build does is asked in the other tests, in process; here only a few builds are run.

mod harness;

use harness::program::{Program, until};
use harness::{Site, http};
use std::path::Path;
use std::process::{Command, Stdio};

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let output = program(folder).args(arguments).output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn site() -> Site {
    let site = Site::new();
    site.article("2025/03/16/a", "title: A", "Text.");
    site
}

/// A line with every number replaced by `N` and the output's path by `OUT`.
fn shape(line: &str, site: &Site) -> String {
    let public = site.root().canonicalize().expect("the site").join("public");
    let line = line.replace(&*public.to_string_lossy(), "OUT");
    let mut out = String::new();
    for c in line.chars() {
        match c {
            '0'..='9' if out.ends_with('N') => {}
            '0'..='9' => out.push('N'),
            c => out.push(c),
        }
    }
    out
}

#[test]
fn a_build_that_goes_well_exits_with_0_and_one_line() {
    let site = site();
    let ran = run(site.root(), &["build"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert_eq!(shape(&ran.out, &site), "N pages: N rendered, N unchanged, N removed; N.N s → OUT\n");
    assert!(site.exists("public/2025/03/16/a/index.html"));
}

#[test]
fn what_is_withheld_is_said_with_when_the_next_appears() {
    let site = site();
    site.article("2025/07/01/b", "title: B", "").setting("time_zone = \"Europe/London\"");
    let ran = run(site.root(), &["build", "--as-of", "2025-06-01"]);
    assert!(ran.out.contains("; 1 article withheld, the next appears 2025-07-01 00:00 BST; "), "{}", ran.out);
    site.article("2025/03/17/c", "title: C\ndraft: true", "");
    let ran = run(site.root(), &["build", "--as-of", "2025-08-01"]);
    assert!(ran.out.contains("; 1 article withheld; "), "{}", ran.out);
}

#[test]
fn content_that_is_wrong_exits_with_1_and_says_where() {
    let site = site();
    site.article("2025/03/17/bad", "title: [x]\nsumary: y", "");
    let ran = run(site.root(), &["build"]);
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err.contains("error[wrong-type]") && ran.err.contains("content/articles/2025/03/17/bad.md:2:8"),
        "{}",
        ran.err
    );
    assert_eq!(shape(&ran.out, &site), "Nothing was published; N error, N warning; N.N s\n");
    assert!(!site.exists("public"));
    // What could be published was, but something is wrong all the same.
    let ran = run(site.root(), &["build", "--keep-going"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.out.contains("; 1 error, 1 warning; ") && site.exists("public/2025/03/16/a/index.html"), "{}", ran.out);
}

#[test]
fn warnings_alone_exit_with_0() {
    let site = site();
    site.article("2025/03/17/odd", "title: X\nsumary: y", "");
    let ran = run(site.root(), &["build"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("; 1 warning; ") && ran.err.contains("did you mean `summary`?"));
}

#[test]
fn a_call_that_is_wrong_exits_with_2_and_says_why() {
    let site = site();
    for (arguments, word) in [
        (&["build", "--as-of", "yesterday"][..], "yesterday"),
        (&["build", "--as-of", "2025-02-30"], "does not exist"),
        (&["build", "--jobs", "0"], "jobs"),
        (&["build", "--jobs", "many"], "many"),
        (&["build", "--format", "xml"], "xml"),
        (&["build", "--drfts"], "--drafts"),
        (&["build", "here"], "here"),
        (&["bild"], "build"),
        (&[], "Usage"),
        (&["build", "--site", "nowhere"], "site.toml"),
        (&["build", "--site", "content"], "site.toml"),
    ] {
        let ran = run(site.root(), arguments);
        assert_eq!(ran.code, Some(2), "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(word), "{arguments:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments:?}");
    }
    assert!(!site.exists("public"));
}

#[test]
fn a_base_url_that_is_none_is_a_wrong_call() {
    let ran = run(site().root(), &["build", "--base-url", "news.example"]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
}

#[test]
fn without_a_site_it_says_what_a_site_is() {
    let nothing = Site::bare();
    let ran = run(nothing.root(), &["build"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("there is no site.toml in this folder or any above it"), "{}", ran.err);
    assert!(ran.err.contains("--site DIR"));
}

#[test]
fn help_is_no_mistake_and_has_examples() {
    let ran = run(Site::bare().root(), &["--help"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(ran.out.contains("build") && ran.out.contains("Exit codes"), "{}", ran.out);
    let ran = run(Site::bare().root(), &["build", "--help"]);
    assert_eq!(ran.code, Some(0));
    for word in
        ["Examples:", "--as-of", "--drafts", "--future", "--jobs", "--clean", "--keep-going", "--timings", "--format"]
    {
        assert!(ran.out.contains(word), "{word}: {}", ran.out);
    }
    assert_eq!(run(Site::bare().root(), &["--version"]).out, format!("dateline {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_site_is_the_nearest_folder_upwards() {
    let site = site();
    let ran = run(&site.path("content/articles/2025"), &["build"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(site.exists("public/index.html"));
}

#[test]
fn the_site_and_the_output_can_be_named() {
    let site = site();
    let elsewhere = Site::bare();
    for (folder, arguments, made) in [
        (elsewhere.root(), vec!["--site".to_string(), site.root().display().to_string()], site.path("public")),
        (site.root(), vec!["--site".into(), ".".into(), "--output".into(), "out".into()], site.path("out")),
        (
            &site.path("content"),
            vec!["--site".into(), "../".into(), "--output".into(), "../rel".into()],
            site.path("rel"),
        ),
        (
            elsewhere.root(),
            vec!["--site".into(), site.root().display().to_string(), "--output".into(), "o".into()],
            elsewhere.path("o"),
        ),
    ] {
        let ran = program(folder).arg("build").args(&arguments).output().expect("the program starts");
        assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
        assert!(made.join("index.html").is_file(), "{arguments:?}");
    }
}

#[test]
fn for_a_program_the_last_line_is_one_object() {
    let site = site();
    site.article("2025/03/17/b", "title: B\ndraft: true", "").article("2025/03/17/c", "title: C\nsumary: x", "");
    let ran = run(site.root(), &["build", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    let last = ran.out.lines().last().expect("a line");
    let report: serde_json::Value = serde_json::from_str(last).expect("an object");
    assert_eq!(report["articles"], serde_json::json!({"found": 3, "published": 2, "withheld": 1, "failed": 0}));
    let pages = &report["pages"];
    assert_eq!(pages["total"], pages["rendered"]);
    assert_eq!((pages["unchanged"].as_u64(), pages["removed"].as_u64()), (Some(0), Some(0)));
    assert!(report["files_written"].as_u64() > pages["total"].as_u64());
    assert!(report["elapsed_ms"].is_u64() && report["output"].as_str().is_some_and(|o| o.ends_with("public")));
    let problem = &report["diagnostics"][0];
    assert_eq!(problem["code"], "misspelt-key");
    assert_eq!(problem["severity"], "warning");
    assert_eq!(problem["message"], "unknown key `sumary`");
    assert_eq!(problem["path"], "content/articles/2025/03/17/c.md");
    assert_eq!((problem["line"].as_u64(), problem["column"].as_u64()), (Some(3), Some(1)));
    assert!(problem["help"].as_str().is_some_and(|h| h.contains("summary")));
}

#[test]
fn for_a_program_a_refusal_is_an_object_too() {
    let site = site();
    site.article("2025/03/17/bad", "title", "");
    let ran = run(site.root(), &["build", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""));
    let report: serde_json::Value = serde_json::from_str(ran.out.lines().last().expect("a line")).expect("an object");
    assert_eq!(report["articles"]["failed"], 1);
    assert_eq!(report["diagnostics"][0]["severity"], "error");
    assert_eq!(report["files_written"], 0);
}

#[test]
fn timings_name_the_phases() {
    let ran = run(site().root(), &["build", "--timings"]);
    for phase in ["load", "index", "plan", "render", "emit"] {
        assert!(
            ran.out.lines().any(|l| l.trim_start().starts_with(phase) && l.ends_with(" ms")),
            "{phase}: {}",
            ran.out
        );
    }
}

#[test]
fn output_that_is_no_terminal_has_no_colours() {
    let site = site();
    site.article("2025/03/17/bad", "title", "");
    let ran = run(site.root(), &["build"]);
    assert!(!ran.err.contains('\u{1b}') && !ran.out.contains('\u{1b}'), "{}", ran.err);
}

#[test]
fn the_environment_changes_nothing_that_is_published() {
    let site = site();
    site.article("2025/03/17/b", "title: B\ndate: 2025-03-17T23:30:00Z", "");
    run(site.root(), &["build"]);
    let before = site.tree("public");
    let strange = [("TZ", "Asia/Tokyo"), ("LANG", "tr_TR.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("HOME", "/nowhere")];
    let ran = program(site.root()).args(["build", "--clean"]).envs(strange).output().expect("the program starts");
    assert!(ran.status.success());
    assert_eq!(harness::differences(&site.tree("public"), &before), [""; 0]);
}

/// `dateline build | head -0`: nobody reads what it says, and it must not matter.
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for format in ["text", "json"] {
        let site = site();
        let mut child = program(site.root())
            .args(["build", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let ran = child.wait_with_output().expect("it ends");
        assert_eq!(ran.status.code(), Some(0), "{format}: {}", String::from_utf8_lossy(&ran.stderr));
        assert!(site.exists("public/index.html"));
    }
}

#[test]
#[cfg(unix)]
fn serve_previews_what_is_withheld_and_publishes_nothing() {
    let site = site();
    site.article("2025/03/17/d", "title: Draft\ndraft: true", "Hidden.");
    let mut served = Program::start(&site, &["serve", "--port", "0", "--as-of", "2025-03-16T18:00"]);
    let address = served.address();
    assert!(http::get(address, "/2025/03/17/d/").text().contains("Hidden."));
    site.edit("content/articles/2025/03/16/a.md", "Text.", "Edited.");
    served.says("content/articles/2025/03/16/a.md: 8 pages rendered");
    assert!(http::get(address, "/2025/03/16/a/").text().contains("Edited."));
    site.edit("content/articles/2025/03/16/a.md", "title: A", "title: [A");
    served.says("error[yaml]").says("nothing was published; 1 error");
    assert!(http::get(address, "/2025/03/16/a/").text().contains("Edited."));
    served.signal("INT");
    assert_eq!(served.ends(), Some(0));
    assert!(!site.exists("public"));

    site.edit("content/articles/2025/03/16/a.md", "title: [A", "title: A");
    let shown = Program::start(&site, &["serve", "--port", "0", "--as-published", "--base-url", "https://x.example/y"]);
    assert_eq!(http::get(shown.address(), "/y/2025/03/17/d/").status, 404);
    assert!(http::get(shown.address(), "/y/2025/03/16/a/").text().contains("https://x.example/y/2025/03/16/a/"));
}

#[test]
fn serve_takes_the_next_port_if_one_is_taken_and_says_so() {
    let site = site();
    let first = Program::start(&site, &["serve", "--port", "0"]);
    let port = first.address().port();
    let second = Program::start(&site, &["serve", "--port", &port.to_string()]);
    second.says(&format!("note: port {port} is taken: the preview is at "));
    assert_ne!(second.address().port(), port);
    assert_eq!(http::get(second.address(), "/").status, 200);
    let ran = run(site.root(), &["serve", "--host", "no.such.host.invalid"]);
    assert!(ran.code == Some(2) && ran.err.contains("nothing can be served at no.such.host.invalid"), "{}", ran.err);
}

#[test]
#[cfg(unix)]
fn watch_and_build_watch_publish_every_change() {
    for arguments in [&["watch"][..], &["build", "--watch"], &["watch", "--poll"]] {
        let site = site();
        let mut watching = Program::start(&site, arguments);
        watching.says("rendered, 0 unchanged");
        site.edit("content/articles/2025/03/16/a.md", "Text.", "Edited.");
        until("the page", || site.read("public/2025/03/16/a/index.html").contains("Edited."));
        site.article("2025/03/17/d", "title: Draft\ndraft: true", "Hidden.");
        site.article("2025/03/18/e", "title: E", "Text.");
        until("the new page", || site.exists("public/2025/03/18/e/index.html"));
        assert!(!site.exists("public/2025/03/17/d/index.html"));
        watching.signal("TERM");
        assert_eq!(watching.ends(), Some(0), "{arguments:?}");
        assert_eq!(harness::differences(&site.tree("public"), site.copy().build().tree()), [""; 0]);
    }
    let site = site();
    let watching = Program::start(&site, &["watch", "--format", "json"]);
    watching.says("\"published\":true");
    site.article("2025/03/17/bad", "title: [", "");
    watching.says("\"published\":false");
    for line in watching.said().lines() {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok_and(|v| v.is_object()), "{line}");
    }
}

/// Whenever it comes, the output is whole afterwards.
#[test]
#[cfg(unix)]
fn ctrl_c_in_the_middle_of_a_build_leaves_nothing_half_written() {
    let site = site();
    for n in 0..300 {
        site.article(&format!("2025/04/{:02}/n{n}", n % 28 + 1), &format!("title: N{n}"), "Text.");
    }
    site.build_clean();
    for wait in [0, 2, 5, 10, 20, 40, 80] {
        let mut watching = Program::start(&site, &["watch", "--as-of", harness::NOW]);
        watching.says("rendered, ");
        let before = site.tree("public");
        site.file("site.toml", &format!("title = \"After {wait}\"\n"));
        std::thread::sleep(std::time::Duration::from_millis(wait));
        watching.signal("INT");
        assert_eq!(watching.ends(), Some(0));
        let after = site.tree("public");
        let due = site.copy().build();
        assert!(after == before || &after == due.tree(), "after {wait} ms it is neither the old site nor the new one");
        assert!(!site.path(".dateline/staging").exists(), "after {wait} ms something is left behind");
    }
}
