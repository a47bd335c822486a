//! What a target must be able to do. One file per kind of target implements it; nothing else knows how they differ.

use super::failure::Failure;
use super::headers::Headers;
use crate::fingerprint::Fingerprint;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Which version of the target's state was seen: what must still be there when it is replaced.
pub type Tag = String;

/// The target's state as it was seen.
pub struct Seen {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Which version it is.
    pub tag: Tag,
    /// How long ago it was written, by the target's own clock; `None` if the target does not say.
    pub age: Option<Duration>,
}

/// A file about to be sent.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Its path at the target.
    pub path: String,
    /// The file of this machine.
    pub file: PathBuf,
    /// Of the bytes that it must have.
    pub hash: Fingerprint,
    /// How many they are.
    pub size: u64,
    /// What is sent with it.
    pub headers: Headers,
    /// Where it leads, if the target is to send readers there itself.
    pub redirect: Option<String>,
}

impl Outgoing {
    /// Its bytes, if they are still those that were planned.
    pub fn read(&self) -> Result<Vec<u8>, Failure> {
        let bytes = std::fs::read(&self.file).map_err(|e| Failure::of_file(&self.file, &e))?;
        if Fingerprint::of(&bytes) == self.hash {
            return Ok(bytes);
        }
        let message = format!("{} changed while it was about to be sent", self.file.display());
        Err(Failure::new(message, "let no other build write into this folder, then deploy again"))
    }
}

/// A file that was sent.
#[derive(Clone, Debug, Default)]
pub struct Sent {
    /// Whether the answer proves that the bytes arrived. What is not proven is read back.
    pub proven: bool,
    /// What the target calls this version, where it keeps versions.
    pub version: Option<String>,
}

/// Told of each file that was sent, by its place in the list.
pub type Done<'a> = &'a (dyn Fn(usize, Sent) -> Result<(), Failure> + Sync);

/// Given each file that was asked for, by its place in the list; `None` if there is no such file.
pub type Given<'a> = &'a (dyn Fn(usize, Option<Vec<u8>>) -> Result<(), Failure> + Sync);

/// Where a site is sent to. Paths are relative to the site's root there.
pub trait Target: Sync {
    /// What it is, for people; no secrets in it.
    fn place(&self) -> String;

    /// Whether everything changes at one moment, in [`Target::publish`]: then nothing needs an order, a lock or proof.
    fn is_atomic(&self) -> bool {
        false
    }

    /// Whether a file and a folder cannot have the same name.
    fn has_folders(&self) -> bool {
        false
    }

    /// The state, if there is one.
    fn look(&self) -> Result<Option<Seen>, Failure>;

    /// Replaces the state if it is still the version `over`, or if there is none where `over` is `None`; else a conflict.
    fn set_state(&self, bytes: &[u8], over: Option<&Tag>) -> Result<Tag, Failure>;

    /// Puts one of Dateline's own files there.
    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Failure>;

    /// Sends files, several at once where that can be; each replaces what was there at one moment.
    fn send(&self, files: &[Outgoing], done: Done) -> Result<(), Failure>;

    /// Reads files back as they were before any compression.
    fn fetch(&self, paths: &[String], given: Given) -> Result<(), Failure>;

    /// Deletes files; one that is not there is no failure.
    fn remove(&self, paths: &[String], done: &(dyn Fn(usize) -> Result<(), Failure> + Sync)) -> Result<(), Failure>;

    /// Every file there but Dateline's own, with its size.
    fn list(&self) -> Result<BTreeMap<String, u64>, Failure>;

    /// Whether there is any file but Dateline's own.
    fn has_files(&self) -> Result<bool, Failure> {
        self.list().map(|files| !files.is_empty())
    }

    /// Makes earlier versions the newest ones again: path and version, by place in the list.
    fn restore(&self, _: &[(String, String)], _: Done) -> Result<(), Failure> {
        Err(Failure::new(
            format!("{} keeps no earlier versions", self.place()),
            "check out the site as it was, and deploy that",
        ))
    }

    /// Makes the deploy before the last one current again, where the target itself knows how. `None` where versions of
    /// files are restored one by one. Says what was done, or would be.
    fn roll_back(&self, _dry_run: bool) -> Option<Result<String, Failure>> {
        None
    }

    /// Requests made so far, where that is a thing to count.
    fn requests(&self) -> Option<usize> {
        None
    }

    /// Makes everything visible, where that is one step.
    fn publish(&self, _message: &str) -> Result<(), Failure> {
        Ok(())
    }
}

/// Does something for each place of a list on several threads, and stops at the first failure or when somebody asks.
pub fn each(
    count: usize,
    threads: usize,
    stop: &AtomicBool,
    work: impl Fn(usize) -> Result<(), Failure> + Sync,
) -> Result<(), Failure> {
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let failure: Mutex<Option<Failure>> = Mutex::new(None);
    let run = || {
        while !failed.load(Ordering::Relaxed) {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= count {
                break;
            }
            let result = if stop.load(Ordering::Relaxed) { Err(Failure::stopped()) } else { work(at) };
            if let Err(problem) = result {
                failed.store(true, Ordering::Relaxed);
                failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(problem);
            }
        }
    };
    std::thread::scope(|scope| {
        (1..threads.min(count)).for_each(|_| drop(scope.spawn(run)));
        run();
    });
    failure.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
}
