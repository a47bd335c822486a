//! Does the comparison of incremental and clean builds catch a key that misses something? Here is a program with holes in
//! its keys, one hole at a time, and the comparison must find each.
//!
//! The program that is released knows nothing of this: a copy of the sources gets the switches by the edits below, is built
//! once, and its comparison (`tests/equivalence.rs`) is run once for each hole. An edit that no longer fits fails a test: mend it
//! here. The rest takes minutes, so it is run by name: `cargo test --test oracle -- --ignored --nocapture`; with
//! `DATELINE_HOLES=dates` only the holes with that in their names.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Edits of the sources: file, what stands there, what stands there in the copy.
const SWITCHES: &[(&str, &str, &str)] = &[
    (
        "src/fingerprint.rs",
        "use serde::{Deserialize, Serialize};",
        "use serde::{Deserialize, Serialize};\n\
         /// Whether the program is to have this hole.\n\
         pub fn blind(what: &str) -> bool {\n\
             static HOLES: std::sync::OnceLock<String> = std::sync::OnceLock::new();\n\
             HOLES.get_or_init(|| std::env::var(\"DATELINE_BLIND\").unwrap_or_default()).split(',').any(|hole| hole == what)\n\
         }",
    ),
    // Of every map in a page's inputs, the entry of this name.
    (
        "src/pages/inputs.rs",
        "        for (name, input) in entries {\n            put(out, name.as_bytes());",
        "        for (name, input) in entries {\n            if crate::fingerprint::blind(name) {\n                continue;\n            }\n            put(out, name.as_bytes());",
    ),
    (
        "src/pages/inputs.rs",
        "        for (name, input) in inputs {\n            put(&mut out, name.as_bytes());",
        "        for (name, input) in inputs {\n            if crate::fingerprint::blind(name) {\n                continue;\n            }\n            put(&mut out, name.as_bytes());",
    ),
    (
        "src/pages/inputs.rs",
        "    put(out, prose.hash.as_bytes());",
        "    put(out, if crate::fingerprint::blind(\"(text)\") { &[] } else { prose.hash.as_bytes() });",
    ),
    (
        "src/pages/inputs.rs",
        "for (range, person) in *people {",
        "for (range, person) in people.iter().filter(|_| !crate::fingerprint::blind(\"(mentions)\")) {",
    ),
    (
        "src/pages/inputs.rs",
        "for (to, resolved) in site.links.of(&prose.path) {",
        "for (to, resolved) in site.links.of(&prose.path).filter(|_| !crate::fingerprint::blind(\"(links)\")) {",
    ),
    (
        "src/theme/mod.rs",
        "let own = self.sources.get(template)",
        "let own = self.sources.get(template).filter(|_| !crate::fingerprint::blind(\"(template)\"))",
    ),
    (
        "src/theme/mod.rs",
        "            open.extend(references(&source.text));",
        "            open.extend(references(&source.text).filter(|_| !crate::fingerprint::blind(\"(include)\")));",
    ),
    (
        "src/theme/mod.rs",
        "serde_json::to_vec(&(&settings, strings.all(),",
        "serde_json::to_vec(&(&settings, (!crate::fingerprint::blind(\"(string)\")).then(|| strings.all()),",
    ),
    (
        "src/theme/mod.rs",
        "        for asset in &assets {\n            common",
        "        for asset in assets.iter().filter(|_| !crate::fingerprint::blind(\"(asset)\")) {\n            common",
    ),
    (
        "src/build/reasons.rs",
        "[self.settings, form, globals]",
        "[if crate::fingerprint::blind(\"(setting)\") { Fingerprint::default() } else { self.settings }, form, \
         if crate::fingerprint::blind(\"(site)\") { Fingerprint::default() } else { globals }]",
    ),
    (
        "src/build/unchanged.rs",
        "same && seen && outputs_are_intact(ledger, target)",
        "same && (seen || crate::fingerprint::blind(\"(clock)\")) \
         && (crate::fingerprint::blind(\"(output)\") || outputs_are_intact(ledger, target))",
    ),
    (
        "src/build/load.rs",
        "k.settled && Some(k.stat)",
        "(k.settled || crate::fingerprint::blind(\"(tick)\")) && Some(k.stat)",
    ),
    // A file system whose clock counts seconds: on one with a finer clock nobody edits a file twice within a tick.
    (
        "src/build/ledger/stat.rs",
        "        Self { size: meta.len(), changed: meta.modified().map_or(0, nanoseconds), touched, number }",
        "        let told = |at: i64| if crate::fingerprint::blind(\"(coarse)\") { at - at % 1_000_000_000 } else { at };\n\
         Self { size: meta.len(), changed: told(meta.modified().map_or(0, nanoseconds)), touched: told(touched), number }",
    ),
    (
        "src/build/emit.rs",
        "let intact = std::fs::read(&path)",
        "let intact = crate::fingerprint::blind(\"(output)\") || std::fs::read(&path)",
    ),
    // The first failure is enough.
    ("tests/equivalence.rs", "max_shrink_iters: 400", "max_shrink_iters: 0"),
];

/// What a key can miss: a name for people, and the switches.
const HOLES: &[(&str, &str)] = &[
    ("the text of a body", "(text)"),
    ("where links lead", "(links)"),
    ("the people in a text", "(mentions)"),
    ("titles", "title,title_text"),
    ("summaries", "summary,description,standfirst"),
    ("dates", "date"),
    ("kickers", "kicker"),
    ("the tags of an article", "tags"),
    ("the people of an article", "people"),
    ("the names of tags and people", "name"),
    ("addresses", "url"),
    ("the fields of a record", "aliases,summary"),
    ("the neighbours", "previous,next"),
    ("related articles", "related"),
    ("the thread", "story,thread"),
    ("corrections", "corrections,entries"),
    ("lists", "list"),
    ("counts", "count"),
    ("the lead of a day", "lead,cards"),
    ("days", "days,weeks,months,years"),
    ("templates", "(template)"),
    ("what templates include", "(include)"),
    ("strings", "(string)"),
    ("the names of assets", "(asset)"),
    ("settings", "(setting)"),
    ("the site's title and menu", "(site)"),
    ("the clock", "(clock)"),
    ("the tick of the file system's clock", "(coarse),(tick)"),
    ("what lies in the output", "(output)"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("a copy");
        }
    }
}

/// Builds the copy's comparison and gives the program.
fn with_switches() -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oracle");
    let tree = home.join("tree");
    if tree.exists() {
        std::fs::remove_dir_all(&tree).expect("removed");
    }
    for folder in ["src", "themes", "tests/harness"] {
        copy(&root().join(folder), &tree.join(folder));
    }
    for file in ["build.rs", "Cargo.lock", "tests/equivalence.rs"] {
        std::fs::copy(root().join(file), tree.join(file)).expect(file);
    }
    // Without the bench and the example, which stand last in it and are not copied.
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let kept = manifest.split("\n[[").next().expect("a manifest");
    std::fs::write(tree.join("Cargo.toml"), kept).expect("written");
    for (file, from, to) in SWITCHES {
        let path = tree.join(file);
        let text = std::fs::read_to_string(&path).expect("a source");
        std::fs::write(path, text.replace(from, to)).expect("written");
    }
    let built = Command::new(env!("CARGO"))
        .args(["test", "--locked", "--no-run", "--test", "equivalence", "--message-format", "json"])
        .current_dir(&tree)
        .env("CARGO_TARGET_DIR", home.join("target"))
        // It makes tens of thousands of builds.
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "2")
        .output()
        .expect("cargo");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let said = String::from_utf8_lossy(&built.stdout).into_owned();
    let program = said
        .lines()
        .filter(|line| line.contains("\"name\":\"equivalence\""))
        .find_map(|line| line.split("\"executable\":\"").nth(1)?.split('"').next())
        .unwrap_or_else(|| panic!("no program in {said}"));
    PathBuf::from(program)
}

/// Runs the comparison with a hole; says after which edit it failed.
fn caught(program: &Path, hole: &str, seed: u64) -> Option<String> {
    let done = Command::new(program)
        .env("DATELINE_BLIND", hole)
        .env("DATELINE_EDITS", "1000")
        .env("DATELINE_SEED", seed.to_string())
        .output()
        .expect("the comparison");
    let said = [done.stdout, done.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    if done.status.success() {
        return None;
    }
    let reason = said.lines().find(|line| line.contains("differ") || line.contains("diagnostics after"));
    Some(reason.unwrap_or_else(|| panic!("it failed otherwise: {said}")).trim().chars().take(110).collect())
}

#[test]
fn every_switch_has_its_place() {
    for (file, from, _) in SWITCHES {
        let text = std::fs::read_to_string(root().join(file)).expect("a source");
        assert_eq!(text.matches(from).count(), 1, "{file} has not one place for the switch: {from}");
    }
}

#[test]
#[ignore = "compiles the program anew: cargo test --test oracle -- --ignored --nocapture"]
fn every_hole_in_the_keys_is_caught() {
    let program = with_switches();
    for none in ["", "(coarse)"] {
        assert_eq!(caught(&program, none, 1), None, "without a hole there is nothing to catch");
    }
    #[allow(clippy::disallowed_methods)]
    let only = std::env::var("DATELINE_HOLES").unwrap_or_default();
    let mut missed = Vec::new();
    for (what, hole) in HOLES.iter().filter(|(what, _)| what.contains(&only)) {
        match (1..=3).find_map(|seed| Some((seed, caught(&program, hole, seed)?))) {
            Some((seed, how)) => println!("| {what} | seed {seed} | {how} |"),
            None => {
                println!("| {what} | not caught | |");
                missed.push(what);
            }
        }
    }
    assert!(missed.is_empty(), "not caught: {missed:?}");
}
