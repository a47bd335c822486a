//! A build that dies, or that the disk refuses, harms nothing: the next one yields what a clean one would, and until then
//! every page is the old one or the new one.
//!
//! The program is run under strace, which kills it at (or fails) one system call after another. Without strace, which only
//! Linux has, these tests say that they skip. `DATELINE_LARGE` takes every call; without it every seventh is taken.

#![cfg(target_os = "linux")]

mod harness;

use harness::{NOW, Site, Tree, tree};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};

/// Every call by which a build changes what is on the disk. Of `openat` only those that create or truncate count.
const MUTATING: &str = "openat,write,pwrite64,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,\
                        ftruncate,copy_file_range,sendfile,symlink,symlinkat,link,linkat,fchmod";

/// Whether the tests can be run; says so if not.
fn has_strace() -> bool {
    let works =
        Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output().is_ok_and(|o| o.status.success());
    if !works {
        eprintln!("skipped: strace is not installed, or may not trace");
    }
    works
}

#[expect(clippy::disallowed_methods, reason = "how long a test runs is for whoever starts it to say")]
fn stride() -> usize {
    if std::env::var("DATELINE_LARGE").is_ok() { 1 } else { 7 }
}

/// One of two states between which a site is edited to and fro: articles come, go and change, and so do a name, a static
/// file and a folder that becomes a file.
fn set(site: &Site, second: bool) {
    let files = [
        (
            "content/articles/2025/03/14/a.md",
            Some("title: A\ntags: [Peace]\nthread: Saga"),
            Some("title: B\ntags: [Peace]"),
        ),
        (
            "content/articles/2025/03/14/stays.md",
            Some("title: Stays\npeople: [ana]"),
            Some("title: Stays\npeople: [ana]"),
        ),
        ("content/articles/2025/03/15/new.md", None, Some("title: New\ntags: [Peace]\npeople: [ana]")),
        ("content/articles/2025/04/01/old.md", Some("title: Old\naliases: [/x/y/]"), None),
        ("content/people/ana.md", Some("name: Ana"), Some("name: Ana Silva")),
    ];
    for (path, first_state, second_state) in files {
        match if second { second_state } else { first_state } {
            Some(front_matter) => drop(site.document(path, front_matter, "Text.")),
            None if site.exists(path) => drop(site.remove(path)),
            None => {}
        }
    }
    let (here, gone) =
        if second { ("static/place", "static/place/file.txt") } else { ("static/place/file.txt", "static/place") };
    if site.exists(gone) {
        site.remove("static");
    }
    site.file(here, if second { "two" } else { "one" });
}

/// The tree of a clean build of each state.
fn clean() -> [Tree; 2] {
    [false, true].map(|second| {
        let site = Site::new();
        set(&site, second);
        site.build_clean().tree().clone()
    })
}

/// Runs a build of the program under strace.
fn traced(site: &Path, output: Option<&Path>, options: &[&str]) -> (ExitStatus, String) {
    let mut command = Command::new("strace");
    command.arg("-f").args(options).arg(env!("CARGO_BIN_EXE_dateline"));
    command.args(["build", "--jobs", "1", "--as-of", NOW, "--site"]).arg(site);
    if let Some(output) = output {
        command.arg("--output").arg(output);
    }
    let done = command.output().expect("strace");
    (done.status, String::from_utf8_lossy(&done.stderr).into_owned())
}

/// Every mutating call of a build, as (call, which of its thread's calls of that name it is), each once.
fn calls(site: &Site) -> Vec<(String, usize)> {
    let log = site.path("calls.log");
    let (status, said) = traced(site.root(), None, &["-o", &log.to_string_lossy(), "-e", &format!("trace={MUTATING}")]);
    assert!(status.success(), "{said}");
    let text = std::fs::read_to_string(&log).expect("the log");
    site.remove("calls.log");
    let mut counts: std::collections::BTreeMap<(String, String), usize> = Default::default();
    let mut found = Vec::new();
    for line in text.lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        let Some((name, arguments)) = call.split_once('(').filter(|(n, _)| n.chars().all(|c| c.is_alphanumeric()))
        else {
            continue;
        };
        let count = counts.entry((thread.to_string(), name.to_string())).or_default();
        *count += 1;
        let reads = name == "openat" && !arguments.contains("O_CREAT") && !arguments.contains("O_TRUNC");
        if !reads && !found.contains(&(name.to_string(), *count)) {
            found.push((name.to_string(), *count));
        }
    }
    found
}

fn without_marker_of(tree: Tree) -> Tree {
    tree.into_iter().filter(|(file, _)| !file.starts_with(".dateline") && !file.ends_with('/')).collect()
}

/// Insists that every file is as in one of two trees.
fn old_or_new(found: &Tree, old: &Tree, new: &Tree, after: &str) {
    for (file, bytes) in found {
        let known = [old, new].iter().any(|tree| tree.get(file) == Some(bytes));
        assert!(known, "after {after} {file} is neither the old page nor the new one");
    }
    for file in old.keys().filter(|file| new.get(*file) == old.get(*file)) {
        assert!(found.contains_key(file), "after {after} {file} is gone, which nobody edited");
    }
}

/// Builds as usual and insists on what a clean build gives.
fn heals(site: &Site, expected: &Tree, after: &str) {
    let built = site.with().jobs(1).build();
    assert_eq!(built.diagnostics_text(), "", "after {after}");
    let mut differing = harness::differences(built.tree(), expected);
    if after.contains("rmdir") {
        // A folder that could not be removed stays behind empty: the build goes on, and readers do not see it.
        differing.retain(|file| !file.ends_with('/'));
    }
    assert!(differing.is_empty(), "after {after} these differ: {differing:?}");
    let again = site.with().jobs(1).build();
    assert_eq!(
        (again.rendered(), again.report.files_written),
        (0, 0),
        "after {after} and a build there was more to do"
    );
}

#[test]
fn an_incremental_build_that_is_killed() {
    if !has_strace() {
        return;
    }
    let trees = clean();
    let site = Site::new();
    set(&site, false);
    site.build_clean();
    let mut killed = 0;
    // To and fro: each way has calls of its own.
    set(&site, true);
    let forth = calls(&site);
    set(&site, false);
    let back = calls(&site);
    assert!(forth.len() > 60 && back.len() > 60, "{forth:?}");
    for (second, calls) in [(true, forth), (false, back)] {
        for (name, nth) in calls.iter().step_by(stride()) {
            let after = format!("a death at {name} {nth}");
            set(&site, !second);
            site.build();
            set(&site, second);
            let inject = format!("inject={name}:signal=KILL:when={nth}");
            let (status, said) = traced(site.root(), None, &["-o", "/dev/null", "-e", &inject]);
            assert_eq!(status.signal(), Some(9), "{name} {nth}: {status:?} {said}");
            killed += 1;
            let [old, new] = [&trees[usize::from(!second)], &trees[usize::from(second)]];
            old_or_new(&without_marker_of(site.tree("public")), old, new, &after);
            heals(&site, new, &after);
        }
    }
    eprintln!("killed at {killed} calls");
}

#[test]
fn a_first_build_that_is_killed() {
    if !has_strace() {
        return;
    }
    let trees = clean();
    let site = Site::new();
    set(&site, false);
    let calls = calls(&site);
    assert!(calls.len() > 80, "{calls:?}");
    for (name, nth) in calls.iter().step_by(stride()) {
        let after = format!("a death at {name} {nth}");
        for folder in [".dateline", "public"] {
            if site.exists(folder) {
                site.remove(folder);
            }
        }
        let inject = format!("inject={name}:signal=KILL:when={nth}");
        let (status, said) = traced(site.root(), None, &["-o", "/dev/null", "-e", &inject]);
        assert_eq!(status.signal(), Some(9), "{name} {nth}: {status:?} {said}");
        heals(&site, &trees[0], &after);
    }
    eprintln!("killed at {} calls", calls.len().div_ceil(stride()));
}

#[test]
fn a_build_that_the_disk_refuses_once() {
    if !has_strace() {
        return;
    }
    let trees = clean();
    let site = Site::new();
    set(&site, false);
    site.build_clean();
    let mut refused = 0;
    set(&site, true);
    let calls = calls(&site);
    for (at, (name, nth)) in calls.iter().enumerate().step_by(stride()) {
        // A full disk when something is written, a folder without permission, a disk that turned read-only.
        let error = ["ENOSPC", "EACCES", "EROFS"][at % 3];
        let after = format!("{error} at {name} {nth}");
        set(&site, false);
        site.build();
        set(&site, true);
        let inject = format!("inject={name}:error={error}:when={nth}");
        let (status, said) = traced(site.root(), None, &["-o", "/dev/null", "-e", &inject]);
        match status.code() {
            // What it could do without was refused, such as the lock or the ledger.
            Some(0) => {}
            Some(1) => {
                refused += 1;
                let reason = ["the disk is full", "permission denied", "the disk is read-only"][at % 3];
                // A folder that stays in a file's way is what is said then.
                let said_so = said.contains(reason) || name == "rmdir";
                // Threads take turns as they like: the call that is counted may be one that reads.
                let which =
                    ["cannot be written", "cannot be copied", "cannot be read"].iter().any(|w| said.contains(w));
                assert!(said_so && which && said.contains("help:"), "{after}: {said}");
            }
            _ => panic!("after {after}: {status:?} {said}"),
        }
        assert!(!said.contains("panicked"), "{after}: {said}");
        old_or_new(&without_marker_of(site.tree("public")), &trees[0], &trees[1], &after);
        heals(&site, &trees[1], &after);
    }
    assert!(refused > calls.len() / stride() / 3, "{refused}");
    eprintln!("refused at {refused} calls");
}

/// A file system of its own, in memory; `None` where none may be mounted.
struct Mount(tempfile::TempDir);

impl Mount {
    fn new(options: &str) -> Option<Self> {
        let folder = tempfile::TempDir::with_prefix("dateline-mount-").expect("a temporary folder");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder.path()).output();
        if !mounted.is_ok_and(|o| o.status.success()) {
            eprintln!("skipped: no file system may be mounted here");
            return None;
        }
        Some(Self(folder))
    }

    fn remount(&self, options: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(self.0.path()).output();
        assert!(done.is_ok_and(|o| o.status.success()), "remount {options}");
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).output();
    }
}

#[test]
fn a_full_disk_and_a_read_only_one() {
    let Some(mount) = Mount::new("size=24m") else { return };
    let trees = clean();
    let site = Site::new();
    set(&site, false);
    let output = mount.0.path().join("out");
    let build = || site.with().jobs(1).output(&output).build();
    build().published();
    set(&site, true);

    mount.remount("ro");
    let built = build().refused();
    assert!(built.diagnostics_text().contains("the disk is read-only"), "{}", built.diagnostics_text());
    assert_eq!(built.tree(), &trees[0]);
    mount.remount("rw");

    // Somebody else's file takes all the room but a page or two.
    std::fs::write(mount.0.path().join("ballast"), vec![0; 64 << 20]).expect_err("it does not fit");
    let built = build().refused();
    assert!(built.diagnostics_text().contains("the disk is full"), "{}", built.diagnostics_text());
    old_or_new(&without_marker_of(tree(&output)), &trees[0], &trees[1], "a full disk");
    std::fs::remove_file(mount.0.path().join("ballast")).expect("removed");

    let built = build().published();
    assert_eq!(harness::differences(built.tree(), &trees[1]), [""; 0]);

    // A first build that does not fit leaves nothing.
    let first = mount.0.path().join("first");
    std::fs::write(mount.0.path().join("ballast"), vec![0; 64 << 20]).expect_err("it does not fit");
    let built = site.with().jobs(1).output(&first).build().refused();
    assert!(built.diagnostics_text().contains("the disk is full"), "{}", built.diagnostics_text());
    assert!(!first.exists(), "{:?}", tree(&first).keys());
}
