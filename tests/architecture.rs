//! Holds the arrows of ARCHITECTURE.md: which module may name which, who may touch the disk, the clock, the terminal,
//! and which libraries are known where.
//!
//! The checker reads the text of every source file as tokens, so that words in comments and strings do not count and a
//! `use` with braces is as clear as a path. It is itself tested on planted violations at the end. Nothing is built here.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order in which data flows: each may name itself and those before it.
const ORDER: &[&str] = &[
    "fingerprint",
    "diagnostics",
    "config",
    "content",
    "archive",
    "theme",
    "formats",
    "pages",
    "build",
    "watch",
    "preview",
    "deploy",
    "import",
    "desk",
    "cli",
];

/// Arrows against the order: from a module to a path. Each needs a reason; there are none now.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// Arrows with the order that are not allowed all the same.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("theme", "archive", "a theme knows views, not the archive"),
    ("formats", "archive", "a format knows values, not the archive"),
    ("formats", "content", "a format knows values, not articles"),
    ("watch", "preview", "they are independent of each other"),
    ("preview", "deploy", "they are independent of each other"),
    ("import", "build", "an import makes articles of bytes; it does not build, and others read and write"),
];

/// What may be named only in some modules: the start of a path, the modules, the reason.
const ONLY_IN: &[(&str, &[&str], &str)] = &[
    ("serde_yaml", &["content", "import"], "YAML is known only where files become articles"),
    ("yaml_serde", &["content", "import"], "YAML is known only where files become articles"),
    ("pulldown_cmark", &["content", "import"], "Markdown is known only where files become articles"),
    ("pulldown_cmark_to_cmark", &["content"], "Markdown is known only where files become articles"),
    ("pulldown_cmark_escape", &["content"], "Markdown is known only where files become articles"),
    ("tera", &["theme"], "the template engine is known only in the theme"),
    ("quick_xml", &["formats"], "XML is written only by its format"),
    ("walkdir", &["build"], "only the build walks the disk"),
    ("notify", &["watch"], "only the watch hears of file events"),
    ("hyper", &["preview"], "only the preview is a server"),
    ("hyper_util", &["preview"], "only the preview is a server"),
    ("flate2", &["deploy"], "only a deploy compresses"),
    ("rusty_s3", &["deploy"], "only a deploy speaks to S3"),
    ("mime_guess", &["preview", "deploy"], "only who sends files asks what they are"),
    ("tokio", &["preview", "cli"], "nothing else waits for many things at once; the command line waits for signals"),
    ("open::that_detached", &["cli"], "only the command line starts another program"),
    ("clap", &["cli"], "only the command line knows arguments"),
    ("clap_complete", &["cli"], "only the command line knows arguments"),
    ("clap_mangen", &["cli"], "only the command line knows arguments"),
    ("ureq", &["desk", "deploy"], "only what asks the web or a store knows how"),
    ("indicatif", &["cli"], "only the command line knows a terminal"),
    ("anstream", &["cli"], "only the command line knows a terminal"),
    ("std::fs", &["build", "watch", "preview", "deploy", "desk", "cli"], "the core is handed what it reads"),
    ("std::fs::write", &["build", "deploy", "desk"], WRITING),
    ("std::fs::rename", &["build", "deploy", "desk"], WRITING),
    ("std::fs::remove_file", &["build", "deploy", "desk"], WRITING),
    ("std::fs::remove_dir", &["build", "deploy"], WRITING),
    ("std::fs::remove_dir_all", &["build"], WRITING),
    ("std::fs::create_dir", &["build"], WRITING),
    ("std::fs::create_dir_all", &["build", "deploy", "desk"], WRITING),
    ("std::fs::copy", &["build"], WRITING),
    ("std::fs::File::create", &["build", "deploy"], WRITING),
    ("std::fs::File::create_new", &["build", "desk"], WRITING),
    ("std::fs::OpenOptions", &["build", "deploy"], WRITING),
    ("std::net", &["preview", "deploy"], "the core knows no network"),
    ("std::env", &["cli"], "the core reads no environment"),
    ("std::process", &["cli", "main", "deploy"], "the core starts and ends no process"),
    ("std::io::stdout", &["cli"], "the core prints nothing"),
    ("std::io::stderr", &["cli"], "the core prints nothing"),
    ("println!", &["cli"], "the core prints nothing"),
    ("print!", &["cli"], "the core prints nothing"),
    ("eprintln!", &["cli"], "the core prints nothing"),
    ("eprint!", &["cli"], "the core prints nothing"),
    ("dbg!", &[], "the core prints nothing"),
    ("Timestamp::now", &["cli"], "nothing but as-of is now"),
    ("jiff::Timestamp::now", &["cli"], "nothing but as-of is now"),
    ("Zoned::now", &["cli"], "nothing but as-of is now"),
    ("jiff::Zoned::now", &["cli"], "nothing but as-of is now"),
    // The ledger compares the times of files with the time at which it looked.
    ("SystemTime::now", &["build", "cli"], "nothing but as-of is now"),
    ("std::time::SystemTime::now", &["build", "cli"], "nothing but as-of is now"),
    // How long something took.
    ("Instant::now", &["build", "watch", "preview", "deploy", "import", "cli"], "nothing but as-of is now"),
    ("std::time::Instant::now", &["build", "watch", "preview", "deploy", "import", "cli"], "nothing but as-of is now"),
];

/// The desk writes content files, when an editor tells it to; a deploy writes into its target, and notes in `.dateline/`.
const WRITING: &str = "only the build writes, a deploy, and the desk";

/// What is wrong with one source file, given its path below `src/` and its text.
fn violations(path: &str, text: &str) -> Vec<String> {
    let module = path.split(['/', '.']).next().unwrap_or("");
    let mut found = Vec::new();
    let mut say = |what: String, why: &str| {
        let line = format!("src/{path}: {what}: {why}");
        if !found.contains(&line) {
            found.push(line);
        }
    };
    if !text.starts_with("//!") {
        say("no header".into(), "a file opens with `//!`, saying what lives there");
    }
    // `lib.rs` and `main.rs` name every module and the command line: they are the map and the door.
    let place = ORDER.iter().position(|m| *m == module);
    if place.is_none() && !matches!(module, "lib" | "main") {
        say(format!("unknown module `{module}`"), "give it a place in the order");
    }
    for named in paths(text) {
        if let Some(inside) = inside_the_crate(path, &named)
            && let Some(from) = place
            && let Some(to) = ORDER.iter().position(|m| *m == inside.split("::").next().unwrap_or(""))
        {
            let to_module = ORDER[to];
            let excused = EXCEPTIONS.iter().any(|(m, p)| *m == module && starts_with(&inside, p));
            if to > from && !excused {
                say(format!("names `{inside}`"), &format!("`{module}` comes before `{to_module}`"));
            }
            if let Some((.., why)) = FORBIDDEN.iter().find(|(a, b, _)| *a == module && *b == to_module) {
                say(format!("names `{inside}`"), why);
            }
        }
        // `use std::fs;` and then `fs::write`.
        let full = match named.split("::").next() {
            Some("fs" | "env" | "process") => format!("std::{named}"),
            Some("File" | "OpenOptions") if named.contains("::") => format!("std::fs::{named}"),
            _ => named.clone(),
        };
        for (start, modules, why) in ONLY_IN {
            if starts_with(&full, start) && !modules.contains(&module) {
                say(format!("names `{named}`"), why);
            }
        }
    }
    found
}

/// Whether a path begins with whole parts of another.
fn starts_with(path: &str, start: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// What a path names below the crate's root, if it says so: `crate::x`, or enough of `super::`.
fn inside_the_crate(file: &str, named: &str) -> Option<String> {
    if let Some(inside) = named.strip_prefix("crate::").or_else(|| named.strip_prefix("dateline::")) {
        return Some(inside.to_string());
    }
    let parts: Vec<&str> = named.split("::").collect();
    let up = parts.iter().take_while(|p| **p == "super").count();
    let depth = file.split('/').filter(|p| *p != "mod.rs").count();
    (up > 0 && up >= depth).then(|| parts[up..].join("::"))
}

/// Every path that a text names, in `use` or in place, braces multiplied out: `use a::{b, c::d}` is `a::b` and `a::c::d`.
/// A macro has its `!`.
fn paths(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let after_dot = at > 0 && tokens[at - 1] == ".";
        if is_word(&tokens[at]) && !after_dot {
            at = path_from(&tokens, at, "", &mut found);
        } else {
            at += 1;
        }
    }
    found
}

/// Reads one path that starts at `at`, and returns where it ends.
fn path_from(tokens: &[String], mut at: usize, before: &str, found: &mut Vec<String>) -> usize {
    let mut path = before.to_string();
    loop {
        match tokens.get(at).map(String::as_str) {
            Some("{") => {
                at += 1;
                while at < tokens.len() && tokens[at] != "}" {
                    at = if tokens[at] == "," { at + 1 } else { path_from(tokens, at, &path, found) };
                }
                return at + 1;
            }
            Some(word) if is_word(word) || word == "*" => {
                if !path.is_empty() {
                    path.push_str("::");
                }
                path.push_str(word);
                at += 1;
            }
            // Whatever else stands inside a tree of `use`, such as a turbofish, ends the path.
            _ => return at + 1,
        }
        match tokens.get(at).map(String::as_str) {
            Some("::") => at += 1,
            Some("!") if tokens.get(at + 1).is_some_and(|t| matches!(t.as_str(), "(" | "[" | "{")) => {
                found.push(format!("{path}!"));
                return at + 1;
            }
            Some("as") if !before.is_empty() => {
                found.push(path);
                return at + 2;
            }
            _ => {
                // `self` in braces is the path itself.
                found.push(path.strip_suffix("::self").map_or(path.clone(), str::to_string));
                return at;
            }
        }
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The words and signs of a Rust text, without comments and the insides of strings.
fn tokens(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        at += match rest {
            ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => block_comment(rest),
            ['"', ..] => string(rest),
            ['\'', '\\', ..] => 2 + rest[2..].iter().skip(1).position(|c| *c == '\'').map_or(0, |p| p + 2),
            ['\'', _, '\'', ..] => 3,
            [':', ':', ..] => {
                tokens.push("::".to_string());
                2
            }
            [c, ..] if c.is_alphabetic() || *c == '_' => {
                let len = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
                let word: String = rest[..len].iter().collect();
                match raw_string(&word, &rest[len..]) {
                    Some(more) => len + more,
                    None => {
                        tokens.push(word);
                        len
                    }
                }
            }
            [c, ..] if c.is_ascii_digit() => rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').count(),
            [c, ..] => {
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
                1
            }
            [] => 1,
        };
    }
    tokens
}

fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The length of what follows `r`, `b`, `br` or `cr`, if a string does.
fn raw_string(word: &str, rest: &[char]) -> Option<usize> {
    if matches!(word, "b" | "c") && rest.first() == Some(&'"') {
        return Some(string(rest));
    }
    let marks = rest.iter().take_while(|c| **c == '#').count();
    if !matches!(word, "r" | "br" | "cr") || rest.get(marks) != Some(&'"') {
        return None;
    }
    let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', marks)).collect();
    let inside = &rest[marks + 1..];
    let close = inside.windows(end.len()).position(|w| w == end).unwrap_or(inside.len());
    Some((marks + 1 + close + end.len()).min(rest.len()))
}

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<PathBuf> = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(path).expect("a folder").map(|e| e.expect("an entry").path()));
        } else if path.extension().is_some_and(|e| e == "rs") {
            let name = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
            found.push((name, fs::read_to_string(path).expect("UTF-8")));
        }
    }
    found.sort();
    found
}

#[test]
fn the_arrows_point_one_way() {
    let sources = sources();
    assert!(sources.len() > 30, "the sources were not found");
    let found: Vec<String> = sources.iter().flat_map(|(path, text)| violations(path, text)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_map_in_lib_rs_is_in_the_order_of_the_arrows() {
    let (_, lib) = sources().into_iter().find(|(path, _)| path == "lib.rs").expect("lib.rs");
    let declared: Vec<&str> = lib.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let expected: Vec<&str> = ORDER.iter().copied().filter(|m| declared.contains(m)).collect();
    assert_eq!(declared, expected);
}

#[test]
fn every_exception_is_still_needed() {
    let sources = sources();
    for (module, path) in EXCEPTIONS {
        let used =
            sources.iter().filter(|(file, _)| file.split(['/', '.']).next() == Some(module)).any(|(file, text)| {
                paths(text).iter().filter_map(|p| inside_the_crate(file, p)).any(|p| starts_with(&p, path))
            });
        assert!(used, "`{module}` no longer names `{path}`: take the exception out");
    }
}

/// A text with a header, as the checker sees it at a path.
fn planted(path: &str, line: &str) -> Vec<String> {
    violations(path, &format!("//! A file.\n\n{line}\n"))
}

#[test]
fn the_checker_sees_an_arrow_against_the_order_in_every_shape() {
    for line in [
        "use crate::build::Report;",
        "use crate::{archive::Archive, build::Report};",
        "use crate::{\n    archive::{Archive, days::{self, Day}},\n    build::{self as b, Report},\n};",
        "use crate::build;",
        "use crate::build as b;",
        "use crate::build::*;",
        "pub(crate) use crate::build::Report;",
        "fn f() { let x = crate::build::find_site(p); }",
        "fn f() -> Vec<crate::build::Report> { vec![] }",
        "fn f(x: &dyn crate::build::Progress) {}",
        "fn f() { let c = '\"'; crate::build::run(); let d = \"\\\"\"; }",
        "fn f<'a>(x: &'a str) { crate::build::run() }",
        "const X: &str = r#\"a \"quoted\" // text\"#; use crate::build::X;",
        "/* a /* nested */ comment */ use crate::build::X;",
        "use super::super::build::Report;",
    ] {
        let found = planted("pages/tag.rs", line);
        assert!(found.iter().any(|v| v.contains("`pages` comes before `build`")), "{line}: {found:?}");
    }
    assert_eq!(planted("config.rs", "use super::content::Article;").len(), 1);
    assert_eq!(planted("pages/mod.rs", "use super::build::Report;").len(), 1);
}

#[test]
fn the_checker_sees_what_belongs_elsewhere() {
    for (path, line) in [
        ("theme/mod.rs", "use crate::archive::Archive;"),
        ("config.rs", "use crate::content::Article;"),
        ("archive/mod.rs", "use serde_yaml::Value;"),
        ("build/mod.rs", "fn f() { pulldown_cmark::html::push_html(&mut s, i); }"),
        ("pages/mod.rs", "use tera::{Context, Tera};"),
        ("cli/new.rs", "use walkdir::WalkDir;"),
        ("content/mod.rs", "fn f() { std::fs::write(a, b); }"),
        ("content/mod.rs", "use std::{fs, io};"),
        ("theme/mod.rs", "use std::fs::File;"),
        ("cli/new.rs", "fn f() { std::fs::write(a, b); }"),
        ("cli/new.rs", "use std::fs;\nfn f() { fs::create_dir_all(a); }"),
        ("cli/new.rs", "use std::fs::{File, read};\nfn f() { File::create(a); }"),
        ("preview/mod.rs", "use std::fs::{read, write};"),
        ("build/mod.rs", "fn f() { println!(\"{}\", 1); }"),
        ("build/mod.rs", "fn f() { eprintln! { \"x\" } }"),
        ("build/mod.rs", "fn f() { let t = Timestamp::now(); }"),
        ("build/mod.rs", "fn f() { let t = jiff::Timestamp::now(); }"),
        ("archive/days.rs", "fn f() { let t = std::time::SystemTime::now(); }"),
        ("content/dates.rs", "fn f() { Zoned::now() }"),
        ("config.rs", "fn f() { std::env::var(\"HOME\") }"),
        ("build/mod.rs", "use std::env;"),
        ("surprise.rs", "fn f() {}"),
    ] {
        assert!(!planted(path, line).is_empty(), "{path}: {line}");
    }
    assert_eq!(violations("pages/tag.rs", "fn f() {}\n").len(), 1, "a file without a header");
}

#[test]
fn the_checker_lets_pass_what_is_allowed() {
    for (path, line) in [
        (
            "pages/tag.rs",
            "use crate::archive::{self, Archive};\nuse super::{entity, list};\nuse crate::config::Config;",
        ),
        ("pages/inputs.rs", "use super::archive; // pages/archive.rs, not the archive"),
        ("content/markdown.rs", "pub use crate::config::Markdown as Settings;"),
        ("theme/i18n.rs", "use crate::content::markdown::Labels;"),
        ("diagnostics.rs", "// crate::build::Report and println!(…) in a comment\n/// `std::fs::write`"),
        ("diagnostics.rs", "const X: &str = \"use crate::build::Report; println!()\";"),
        ("diagnostics.rs", "const X: &[u8] = br##\"crate::build \"# still\"##; const Y: char = '\\'';"),
        ("fingerprint.rs", "const E: &str = env!(\"DATELINE_ENGINE\");"),
        ("build/emit.rs", "fn f() { std::fs::rename(a, b)?; let t = Instant::now(); }"),
        ("cli/build.rs", "fn f() { println!(\"x\"); let t = Timestamp::now(); std::env::current_dir(); }"),
        ("config.rs", "mod tests { use super::*; }"),
        ("content/dates.rs", "fn f(x: X) { x.tera.walkdir(); x.build(); }"),
        ("main.rs", "fn main() -> std::process::ExitCode { dateline::cli::run() }"),
    ] {
        assert_eq!(planted(path, line), [""; 0], "{path}: {line}");
    }
}
