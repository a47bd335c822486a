//! A plan is applied: the state says what may be touched, files go in the order of their stages, what arrived is proven,
//! then the manifest is current, and only then anything is deleted.

use super::failure::{Failure, Kind};
use super::manifest::{Entry, Manifest};
use super::notes::{Journal, Notes};
use super::plan::{Action, Plan, Stage};
use super::state::{KEPT, Progress, Run, State, Touched};
use super::target::{Outgoing, Sent, Tag, Target};
use crate::build;
use crate::fingerprint::Fingerprint;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Where files come from.
pub enum Supply<'a> {
    /// From this machine.
    Files(&'a (dyn Fn(&str) -> Outgoing + Sync)),
    /// From the target itself: path → version.
    Versions(&'a BTreeMap<String, String>),
}

/// Everything that applying a plan needs.
pub struct Work<'a> {
    /// Where to.
    pub target: &'a dyn Target,
    /// What this machine remembers.
    pub notes: &'a Notes,
    /// What is to be done.
    pub plan: &'a Plan,
    /// What will be there.
    pub goal: BTreeMap<String, Entry>,
    /// Where files come from.
    pub supply: Supply<'a>,
    /// The clock.
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
    /// How long the lock holds without a word from us.
    pub lease: Duration,
    /// Who wants to know how far it is.
    pub progress: &'a dyn build::Progress,
}

/// The state as this deploy keeps it.
struct Held<'a> {
    work: &'a Work<'a>,
    inner: Mutex<Inner>,
    journal: Journal,
}

struct Inner {
    state: State,
    tag: Option<Tag>,
    written: Instant,
}

impl Held<'_> {
    fn inner(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the state down at the target.
    fn save(&self, inner: &mut Inner) -> Result<(), Failure> {
        let now = (self.work.now)();
        if let Some(run) = &mut inner.state.run {
            run.seen = now;
        }
        let tag = self.work.target.set_state(&inner.state.pack(), inner.tag.as_ref())?;
        inner.tag = Some(tag);
        inner.written = Instant::now();
        Ok(())
    }

    /// Takes down what became of a path, and says that we go on.
    fn record(&self, path: &str, progress: Progress, version: Option<String>) -> Result<(), Failure> {
        self.journal.add(path, progress, version.as_deref());
        let mut inner = self.inner();
        let touched = inner.state.run.as_mut().and_then(|run| run.touched.get_mut(path));
        if let Some(Touched(entry, at)) = touched {
            *at = progress;
            if let (Some(entry), Some(version)) = (entry, version) {
                entry.version = Some(version);
            }
        }
        if inner.written.elapsed() > self.work.lease / 4 && !self.work.target.is_atomic() {
            self.save(&mut inner)?;
        }
        Ok(())
    }
}

/// Applies a plan; `state` is what was seen of the target, with the tag `tag`.
pub fn apply(work: &Work, state: State, tag: Option<Tag>, rolled_back: bool) -> Result<(), Failure> {
    let now = (work.now)();
    let mut touched = state.run.as_ref().map(|run| run.touched.clone()).unwrap_or_default();
    for change in &work.plan.changes {
        let entry = if change.action == Action::Remove { None } else { work.goal.get(&change.path).cloned() };
        touched.insert(change.path.clone(), Touched(entry, Progress::Unknown));
    }
    let id = Fingerprint::of(format!("{now}\0{}\0{tag:?}", std::process::id()).as_bytes()).to_string();
    let run = Run { id, since: now, seen: now, lease: work.lease.as_secs().max(1), free: false, touched };
    let journal = work.notes.journal(&run.id);
    for (path, Touched(entry, progress)) in run.touched.iter().filter(|(_, t)| t.1 > Progress::Unknown) {
        journal.add(path, *progress, entry.as_ref().and_then(|e| e.version.as_deref()));
    }
    let before = state.manifest.clone();
    let mut state = state;
    state.run = Some(run);
    let held = Held { work, journal, inner: Mutex::new(Inner { state, tag, written: Instant::now() }) };
    if !work.target.is_atomic() {
        held.save(&mut held.inner())?;
    }
    let result = steps(&held, before, rolled_back);
    if let Err(failure) = &result
        && failure.kind != Kind::Conflict
        && !work.target.is_atomic()
    {
        let mut inner = held.inner();
        if let Some(run) = &mut inner.state.run {
            run.free = true;
        }
        // If not even that can be said, the lock ends by itself.
        let _ = held.save(&mut inner);
    }
    result
}

fn steps(held: &Held, before: Option<String>, rolled_back: bool) -> Result<(), Failure> {
    let Held { work, .. } = held;
    let sending: Vec<_> = work.plan.changes.iter().filter(|c| c.action != Action::Remove).collect();
    let going: BTreeSet<String> = match work.target.has_folders() {
        true => held.inner().state.run.iter().flat_map(Run::going).map(str::to_string).collect(),
        false => BTreeSet::new(),
    };
    work.progress.phase("Sending", sending.len());
    for stage in [Stage::Assets, Stage::Pages, Stage::Changed, Stage::Indexes, Stage::Feeds] {
        let paths = sending.iter().filter(|c| c.stage == stage).map(|c| c.path.as_str());
        let (paths, late): (Vec<&str>, Vec<&str>) = paths.partition(|path| obstacles(&going, path).is_empty());
        supply(held, &paths)?;
        // The one deletion before the new is there: where a file becomes a folder, or a folder a file, both cannot lie there
        // at once. Readers of the old address find nothing from here until these few files are sent; nobody else does.
        let in_the_way: BTreeSet<&str> = late.iter().flat_map(|path| obstacles(&going, path)).collect();
        let in_the_way: Vec<String> = in_the_way.into_iter().map(str::to_string).collect();
        if !in_the_way.is_empty() {
            work.target.remove(&in_the_way, &|at| held.record(&in_the_way[at], Progress::There, None))?;
            supply(held, &late)?;
        }
    }
    if !work.target.is_atomic() {
        // What was said to have arrived and did not, perhaps in a deploy before this one, is sent once more.
        let lost = verify(held)?;
        supply(held, &lost.iter().map(String::as_str).collect::<Vec<_>>())?;
        if let [path, ..] = &verify(held)?[..] {
            let message = format!("{path} was sent, but what the target holds is something else");
            let failure = Failure::new(message, "deploy again; if it stays so, somebody else writes there");
            return Err(failure.note("nothing was deleted"));
        }
    }
    let packed = publish(held, before.as_deref(), rolled_back)?;
    let removed = remove(held)?;
    if work.target.is_atomic() {
        let count = |action| work.plan.of(action).count();
        let (added, changed) = (count(Action::Add), count(Action::Change));
        work.target.publish(&format!("Deploy: {added} added, {changed} changed, {removed} removed"))?;
    }
    // One that was there before is here already.
    packed.iter().for_each(|bytes| work.notes.keep(bytes));
    work.notes.done();
    Ok(())
}

/// Of files that are to go, those that lie where a file needs a folder, or in a folder where it is to lie.
fn obstacles<'g>(going: &'g BTreeSet<String>, path: &str) -> Vec<&'g str> {
    if going.is_empty() {
        return Vec::new();
    }
    let above = path.match_indices('/').filter_map(|(at, _)| going.get(&path[..at]));
    let inside = format!("{path}/");
    let below = going.range(inside.clone()..).take_while(|other| other.starts_with(&inside));
    above.chain(below).map(String::as_str).collect()
}

/// Has files sent to the target from where they are.
fn supply(held: &Held, paths: &[&str]) -> Result<(), Failure> {
    let work = held.work;
    let done = |at: usize, sent: Sent| {
        let progress = if sent.proven { Progress::There } else { Progress::Sent };
        work.progress.step();
        held.record(paths[at], progress, sent.version)
    };
    match &work.supply {
        _ if paths.is_empty() => Ok(()),
        Supply::Files(outgoing) => {
            let files: Vec<Outgoing> = paths.iter().map(|path| outgoing(path)).collect();
            work.target.send(&files, &done)
        }
        Supply::Versions(versions) => {
            let of = |path: &&str| Some((path.to_string(), versions.get(*path)?.clone()));
            work.target.restore(&paths.iter().filter_map(of).collect::<Vec<_>>(), &done)
        }
    }
}

/// Reads back what is not proven yet; what of it is not there.
fn verify(held: &Held) -> Result<Vec<String>, Failure> {
    let due: Vec<(String, Fingerprint)> = {
        let inner = held.inner();
        let touched = inner.state.run.iter().flat_map(|run| &run.touched);
        let due = touched.filter(|(path, t)| t.1 == Progress::Sent && held.work.goal.contains_key(*path));
        due.filter_map(|(path, t)| Some((path.clone(), t.0.as_ref()?.hash))).collect()
    };
    held.work.progress.phase("Verifying", due.len());
    let paths: Vec<String> = due.iter().map(|(path, _)| path.clone()).collect();
    let lost = Mutex::new(Vec::new());
    held.work.target.fetch(&paths, &|at, bytes| {
        let (path, hash) = &due[at];
        held.work.progress.step();
        if bytes.is_some_and(|bytes| Fingerprint::of(&bytes) == *hash) {
            return held.record(path, Progress::There, None);
        }
        lost.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
        held.record(path, Progress::Unknown, None)
    })?;
    let mut lost = lost.into_inner().unwrap_or_else(PoisonError::into_inner);
    lost.sort_unstable();
    Ok(lost)
}

/// The manifest is written, then the state says that it is current. Its bytes, if it is another one than before.
fn publish(held: &Held, before: Option<&str>, rolled_back: bool) -> Result<Option<Vec<u8>>, Failure> {
    let work = held.work;
    let mut files = work.goal.clone();
    let mut inner = held.inner();
    let touched = inner.state.run.iter().flat_map(|run| &run.touched);
    for (path, Touched(entry, _)) in touched {
        if let (Some(file), Some(entry)) = (files.get_mut(path), entry)
            && file.same(entry)
        {
            file.version.clone_from(&entry.version);
        }
    }
    let manifest = Manifest { files };
    let id = manifest.id();
    let packed = (before != Some(&id)).then(|| manifest.pack());
    if let Some(bytes) = &packed {
        work.target.write(&Manifest::path(&id), bytes)?;
    }
    let versioned = manifest.files.values().any(|entry| entry.version.is_some());
    let state = &mut inner.state;
    let mut known = std::mem::take(&mut state.previous);
    if rolled_back {
        state.previous = known.iter().skip(1).cloned().collect();
    } else if versioned {
        let before = before.filter(|before| *before != id).map(str::to_string);
        state.previous = before.into_iter().chain(known.iter().cloned()).take(KEPT).collect();
    }
    known.extend(before.map(str::to_string));
    known.retain(|old| *old != id && !state.previous.contains(old));
    let due: Vec<String> = state.obsolete.iter().filter(|old| **old != id).map(|old| Manifest::path(old)).collect();
    state.manifest = Some(id);
    let goal = &work.goal;
    if let Some(run) = &mut state.run {
        // What is left to do is to delete.
        run.touched.retain(|path, t| !goal.contains_key(path) && *t != Touched(None, Progress::There));
        run.touched.values_mut().for_each(|t| *t = Touched(None, Progress::Unknown));
    }
    if state.run.as_ref().is_some_and(|run| run.touched.is_empty()) {
        // Before the state forgets them.
        if !due.is_empty() {
            work.target.remove(&due, &|_| Ok(()))?;
        }
        state.obsolete = known;
        state.run = None;
    } else {
        state.obsolete.extend(known);
        state.obsolete.retain(|old| Some(old) != state.manifest.as_ref());
    }
    held.save(&mut inner)?;
    Ok(packed)
}

/// Deletes what should be gone, and with it manifests that nobody can go back to.
fn remove(held: &Held) -> Result<usize, Failure> {
    let work = held.work;
    let (count, paths) = {
        let inner = held.inner();
        let Some(run) = &inner.state.run else { return Ok(0) };
        // Where a file has become a folder, it is gone already: here or in a deploy that did not live to write it down.
        let is_folder = |path: &String| {
            let inside = format!("{path}/");
            let below = work.goal.range(inside.clone()..).next();
            work.target.has_folders() && below.is_some_and(|(other, _)| other.starts_with(&inside))
        };
        let paths: Vec<String> = run.touched.keys().rev().filter(|path| !is_folder(path)).cloned().collect();
        let obsolete = inner.state.obsolete.iter().map(|id| Manifest::path(id));
        (paths.len(), paths.iter().cloned().chain(obsolete).collect::<Vec<String>>())
    };
    work.progress.phase("Deleting", count);
    work.target.remove(&paths, &|at| {
        if at >= count {
            return Ok(());
        }
        work.progress.step();
        held.record(&paths[at], Progress::There, None)
    })?;
    let mut inner = held.inner();
    inner.state.obsolete.clear();
    inner.state.run = None;
    held.save(&mut inner)?;
    Ok(count)
}
