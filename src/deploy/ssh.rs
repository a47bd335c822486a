//! A folder on another machine as a target, over SSH: by `sftp`, or with files sent by `rsync`, which also proves what
//! arrived. Everything else is done by `sftp`. Hosts, keys and passwords are what `ssh` knows.
//!
//! A file is sent under another name and renamed. The state is replaced by whoever could make the folder `lock`.

use super::failure::Failure;
use super::manifest::FOLDER;
use super::target::{Done, Given, Outgoing, Seen, Sent, Tag, Target};
use super::tools::{Said, run};
use super::{Patience, state};
use crate::config::Ssh;
use crate::fingerprint::Fingerprint;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Files in one call: after each it is known what arrived, and somebody who wants an end need not wait longer.
const AT_ONCE: usize = 250;

/// A folder on another machine.
pub struct Remote<'a> {
    ssh: Ssh,
    by_rsync: bool,
    output: PathBuf,
    /// Where files are fetched to.
    scratch: PathBuf,
    patience: Patience,
    stop: &'a AtomicBool,
    /// Folders that are known to be there.
    folders: Mutex<BTreeSet<String>>,
    /// Whether a file must be deleted before another one can take its name: there are servers that know no other way. In
    /// that moment readers do not find it.
    deletes_first: AtomicBool,
    fetched: AtomicUsize,
}

impl<'a> Remote<'a> {
    /// The folder of a target; `scratch` is a folder of this machine for what is fetched. Speaks to nobody.
    pub fn new(
        ssh: &Ssh,
        by_rsync: bool,
        output: &Path,
        scratch: PathBuf,
        patience: Patience,
        stop: &'a AtomicBool,
    ) -> Self {
        let (ssh, output) = (ssh.clone(), output.to_path_buf());
        let (folders, deletes_first, fetched) = (Mutex::default(), AtomicBool::new(false), AtomicUsize::new(0));
        Self { ssh, by_rsync, output, scratch, patience, stop, folders, deletes_first, fetched }
    }

    /// Runs commands of `sftp`, each on a line; it stops at the first that fails, unless that begins with `-`.
    fn sftp(&self, lines: &str) -> Result<Said, Failure> {
        let mut command = Command::new("sftp");
        // By its name, so that it is the `ssh` that a shell would find.
        command.args(["-q", "-S", "ssh", "-o", "BatchMode=yes", "-o"]);
        command.arg(format!("ConnectTimeout={}", self.patience.step.as_secs().max(1)));
        if let Some(port) = self.ssh.port {
            command.args(["-P", &port.to_string()]);
        }
        command.args(["-b", "-", &self.ssh.host]);
        let said = run(&mut command, lines.as_bytes())?;
        if said.status.code() == Some(255) {
            return Err(self.unreachable(&said.err));
        }
        Ok(said)
    }

    fn unreachable(&self, why: &str) -> Failure {
        let message = format!("{} cannot be reached: {why}", self.ssh.host);
        Failure::new(
            message,
            format!("check that `ssh {}` works without asking for anything, then deploy again", self.ssh.host),
        )
    }

    /// Puts files of this machine in their places.
    fn place_all(&self, files: &[(&Path, &str)]) -> Result<(), Failure> {
        loop {
            let said = self.sftp(&files.iter().map(|(file, path)| self.put(file, path)).collect::<String>())?;
            if said.status.success() {
                return Ok(());
            }
            let renames = said.errors.iter().any(|line| line.starts_with("remote rename"));
            if !renames || self.deletes_first.swap(true, Ordering::Relaxed) {
                return Err(Failure::new(
                    format!("sftp failed: {}", said.err),
                    "check that you may write there, then deploy again: it goes on where it was",
                ));
            }
        }
    }

    fn at(&self, path: &str) -> String {
        quoted(&format!("{}/{path}", self.ssh.path.trim_end_matches('/')))
    }

    /// Commands that make the folders above a file, unless they are known to be there.
    fn folders_above(&self, path: &str) -> String {
        let mut known = self.folders.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut lines = String::new();
        if known.insert(String::new()) {
            lines.push_str(&format!("-mkdir {}\n", quoted(self.ssh.path.trim_end_matches('/'))));
        }
        for (at, _) in path.match_indices('/') {
            if known.insert(path[..at].to_string()) {
                lines.push_str(&format!("-mkdir {}\n", self.at(&path[..at])));
            }
        }
        lines
    }

    /// Commands that put a file of this machine in its place.
    fn put(&self, file: &Path, path: &str) -> String {
        let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
        let slash = if folder.is_empty() { "" } else { "/" };
        let new = self.at(&format!("{folder}{slash}.{name}.dateline-new"));
        let above = self.folders_above(path);
        let delete = match self.deletes_first.load(Ordering::Relaxed) {
            true => format!("-rm {}\n", self.at(path)),
            false => String::new(),
        };
        format!("{above}put {} {new}\n{delete}rename {new} {}\n", quoted(&file.to_string_lossy()), self.at(path))
    }

    /// A place of this machine that nothing else has.
    fn scratch(&self) -> Result<PathBuf, Failure> {
        std::fs::create_dir_all(&self.scratch).map_err(|e| Failure::of_file(&self.scratch, &e))?;
        Ok(self.scratch.join(format!("fetched-{}", self.fetched.fetch_add(1, Ordering::Relaxed))))
    }

    /// Reads files; those that are not there are none.
    fn read(&self, paths: &[String]) -> Result<Vec<Option<Vec<u8>>>, Failure> {
        let mut lines = String::new();
        let mut files = Vec::new();
        for path in paths {
            let file = self.scratch()?;
            let _ = std::fs::remove_file(&file);
            lines.push_str(&format!("-get {} {}\n", self.at(path), quoted(&file.to_string_lossy())));
            files.push(file);
        }
        let said = self.sftp(&lines)?;
        refused(&said, |line| line.contains("ermission denied"), "check that you may read and write there")?;
        let read = files.iter().map(|file| {
            let bytes = std::fs::read(file).ok();
            let _ = std::fs::remove_file(file);
            bytes
        });
        Ok(read.collect())
    }

    /// Does something while nobody else who deploys does the same. Who made the lock and died in it holds it for a while.
    fn alone<T>(&self, work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
        let lock = format!("{FOLDER}/lock");
        let began = Instant::now();
        let above = self.folders_above(&lock);
        if !above.is_empty() {
            self.sftp(&above)?;
        }
        loop {
            let said = self.sftp(&format!("mkdir {}\n", self.at(&lock)))?;
            if said.status.success() {
                break;
            }
            // Nobody holds it: it cannot be made at all.
            let never = |line: &str| line.contains("ermission denied") || line.contains("No such file");
            let help = format!("check that {} can be made, and that you may write there", self.ssh.path);
            refused(&said, never, &help)?;
            if began.elapsed() > self.patience.step {
                self.sftp(&format!("-rmdir {}\n", self.at(&lock)))?;
            }
            if began.elapsed() > self.patience.step * 2 {
                let message = format!("the lock {FOLDER}/lock cannot be made on {}", self.ssh.host);
                return Err(Failure::new(
                    message,
                    "check that you may write there; if another deploy was killed, delete that folder",
                ));
            }
            std::thread::sleep(Duration::from_millis(300).min(self.patience.step / 4));
        }
        let result = work();
        self.sftp(&format!("-rmdir {}\n", self.at(&lock)))?;
        result
    }

    fn rsync(&self, files: &[Outgoing]) -> Result<(), Failure> {
        let mut command = Command::new("rsync");
        let port = self.ssh.port.map_or(String::new(), |port| format!(" -p {port}"));
        let timeout = self.patience.step.as_secs().max(1);
        // Times prove nothing, so they are not looked at; every file is proven by a checksum as it arrives.
        command.args([
            "--ignore-times",
            "--files-from=-",
            "--from0",
            "--protect-args",
            "--chmod=F644,D755",
            "--timeout",
        ]);
        command
            .arg(timeout.to_string())
            .arg("-e")
            .arg(format!("ssh -o BatchMode=yes -o ConnectTimeout={timeout}{port}"));
        command.arg(format!("{}/", self.output.display())).arg(format!(
            "{}:{}/",
            self.ssh.host,
            self.ssh.path.trim_end_matches('/')
        ));
        let list: Vec<u8> = files.iter().flat_map(|f| f.path.bytes().chain([0])).collect();
        let said = run(&mut command, &list)?;
        match said.status.code() {
            Some(0) => Ok(()),
            Some(255) => Err(self.unreachable(&said.err)),
            _ => Err(Failure::new(
                format!("rsync failed: {}", said.err),
                "check that you may write there, and that the other machine has rsync, then deploy again",
            )),
        }
    }
}

/// A failure, if `sftp` has said one of which that is so: of commands that may fail it says so and goes on.
fn refused(said: &Said, is_one: impl Fn(&str) -> bool, help: &str) -> Result<(), Failure> {
    match said.errors.iter().find(|line| is_one(line)) {
        Some(line) => Err(Failure::new(format!("sftp failed: {}", line.replace(char::is_control, "")), help)),
        None => Ok(()),
    }
}

/// A path as `sftp` reads it: in quotes nothing has a meaning but the quote and the backslash.
fn quoted(path: &str) -> String {
    format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Target for Remote<'_> {
    fn place(&self) -> String {
        format!("{}:{}", self.ssh.host, self.ssh.path)
    }

    fn has_folders(&self) -> bool {
        true
    }

    fn look(&self) -> Result<Option<Seen>, Failure> {
        let bytes = self.read(&[state::path()])?.pop().flatten();
        Ok(bytes.map(|bytes| Seen { tag: Fingerprint::of(&bytes).to_string(), age: None, bytes }))
    }

    fn set_state(&self, bytes: &[u8], over: Option<&Tag>) -> Result<Tag, Failure> {
        self.alone(|| {
            if self.look()?.map(|seen| seen.tag).as_ref() != over {
                return Err(Failure::conflict());
            }
            self.write(&state::path(), bytes)
        })?;
        Ok(Fingerprint::of(bytes).to_string())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Failure> {
        let file = self.scratch()?;
        std::fs::write(&file, bytes).map_err(|e| Failure::of_file(&file, &e))?;
        let put = self.place_all(&[(&file, path)]);
        let _ = std::fs::remove_file(&file);
        put
    }

    fn send(&self, files: &[Outgoing], done: Done) -> Result<(), Failure> {
        let mut at = 0;
        for some in files.chunks(AT_ONCE) {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Failure::stopped());
            }
            // Only files as they were planned.
            some.iter().try_for_each(|file| file.read().map(drop))?;
            if self.by_rsync {
                self.rsync(some)?;
            } else {
                let files: Vec<(&Path, &str)> = some.iter().map(|f| (f.file.as_path(), f.path.as_str())).collect();
                self.place_all(&files)?;
            }
            for _ in some {
                done(at, Sent { proven: self.by_rsync, version: None })?;
                at += 1;
            }
        }
        Ok(())
    }

    fn fetch(&self, paths: &[String], given: Given) -> Result<(), Failure> {
        let mut at = 0;
        for some in paths.chunks(AT_ONCE) {
            for bytes in self.read(some)? {
                given(at, bytes)?;
                at += 1;
            }
        }
        Ok(())
    }

    fn remove(&self, paths: &[String], done: &(dyn Fn(usize) -> Result<(), Failure> + Sync)) -> Result<(), Failure> {
        let mut at = 0;
        for some in paths.chunks(AT_ONCE) {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Failure::stopped());
            }
            let mut lines: String = some.iter().map(|path| format!("-rm {}\n", self.at(path))).collect();
            // Folders that are empty now, the deepest first; others stay.
            let above = some.iter().flat_map(|path| path.match_indices('/').map(|(at, _)| &path[..at]));
            let above: BTreeSet<&str> = above.filter(|folder| *folder != FOLDER).collect();
            above.iter().rev().for_each(|folder| lines.push_str(&format!("-rmdir {}\n", self.at(folder))));
            let said = self.sftp(&lines)?;
            // Folders that stay are no failure, files that stay are.
            let stays = |line: &str| line.starts_with("remote delete") && !line.contains("No such file");
            refused(&said, stays, "check that you may delete there, then deploy again")?;
            self.folders.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clear();
            for _ in some {
                done(at)?;
                at += 1;
            }
        }
        Ok(())
    }

    fn list(&self) -> Result<BTreeMap<String, u64>, Failure> {
        let mut found = BTreeMap::new();
        let mut folders = vec![String::new()];
        while !folders.is_empty() {
            let lines: String = folders.iter().map(|folder| format!("-ls -lan {}\n", self.at(folder))).collect();
            let said = self.sftp(&lines)?;
            refused(&said, |line| line.contains("ermission denied"), "check that you may read all of it")?;
            let text = String::from_utf8_lossy(&said.out).into_owned();
            let asked: Vec<String> = std::mem::take(&mut folders);
            let mut at: Option<&str> = None;
            let mut next = asked.iter();
            for line in text.lines() {
                if line.starts_with("sftp> ") {
                    at = next.next().map(String::as_str);
                    continue;
                }
                let (Some(folder), Some((kind, size, name))) = (at, listed(line)) else { continue };
                let name = name.rsplit('/').next().unwrap_or(name);
                let path = if folder.is_empty() { name.to_string() } else { format!("{folder}/{name}") };
                match kind {
                    _ if matches!(name, "." | "..") || path == FOLDER => {}
                    'd' => folders.push(path),
                    _ => drop(found.insert(path, size)),
                }
            }
        }
        Ok(found)
    }

    fn has_files(&self) -> Result<bool, Failure> {
        let said = self.sftp(&format!("-ls -lan {}\n", self.at("")))?;
        let text = String::from_utf8_lossy(&said.out).into_owned();
        let names =
            text.lines().filter_map(listed).map(|(.., name)| name.rsplit('/').next().unwrap_or(name).to_string());
        Ok(names.into_iter().any(|name| !matches!(name.as_str(), "." | ".." | FOLDER)))
    }
}

/// A line of `ls -lan`: kind, size, name.
fn listed(line: &str) -> Option<(char, u64, &str)> {
    let kind = line.chars().next().filter(|c| matches!(c, '-' | 'd' | 'l'))?;
    let mut rest = line;
    let mut size = 0;
    // Mode, links, owner, group, size, month, day, time.
    for column in 0..8 {
        let (word, more) = rest.trim_start().split_once(' ')?;
        if column == 4 {
            size = word.parse().ok()?;
        }
        rest = more;
    }
    Some((kind, size, rest.trim_start()))
}
