//! The site is sent to where readers find it: manifests become a plan, the plan is applied.
//!
//! ```text
//! output ─manifest→ here ┐
//!                        ├─plan→ Plan ─apply→ target: files, manifest, state
//! target ─manifest→ there┘
//! ```
//!
//! A deploy starts from a finished build and knows nothing of pages: files, their hashes, what is sent with them. Each kind
//! of target is one file that implements [`target::Target`]. What holds in all of them: nothing is deleted before the new
//! is there and proven; nothing is deleted that no deploy has put there; killed at any instant, the next deploy ends
//! in the same tree.

mod apply;
pub mod failure;
mod folder;
mod git;
mod headers;
mod inspect;
pub mod manifest;
mod notes;
pub mod plan;
mod refuse;
#[cfg(feature = "net")]
mod s3;
mod ssh;
mod state;
pub mod target;
mod tools;
#[cfg(feature = "net")]
pub mod trust;

use crate::build::{self, Progress, Published};
use crate::config::{Deploy, Destination};
use crate::diagnostics::nearest;
use apply::{Supply, Work};
use failure::{Failure, Kind};
use jiff::Timestamp;
use manifest::{Entry, Manifest};
use notes::Notes;
use plan::{Action, Change, Plan, Reason, There};
use state::State;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use target::{Outgoing, Tag, Target};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Say what would be done, and do nothing.
    pub dry_run: bool,
    /// List the whole target, and mend what differs there.
    pub full: bool,
    /// Delete however many files.
    pub allow_deletes: bool,
    /// Replace files that no deploy has put there.
    pub take_over: bool,
    /// Do not wait for a deploy that was killed.
    pub break_lock: bool,
    /// Go back to the deploy before the last one.
    pub roll_back: bool,
    /// Files that are sent at once; 0 for what suits the target.
    pub jobs: usize,
}

/// What surrounds a deploy: all that it must not read for itself.
pub struct Surroundings<'a> {
    /// The site's folder.
    pub site: &'a Path,
    /// The clock.
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
    /// The environment.
    pub environment: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// Who wants to know how far it is.
    pub progress: &'a dyn Progress,
    /// Set when somebody asks for an end.
    pub stop: &'a AtomicBool,
    /// How patient it is.
    pub patience: Patience,
}

/// How long to wait, and how often to try.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For any one step of a request: a connection, an answer.
    pub step: Duration,
    /// Tries of one request.
    pub tries: u32,
    /// Before the second try; twice as long before each later one, and some of it by chance.
    pub pause: Duration,
    /// How long a lock holds without a word from its deploy.
    pub lease: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            step: Duration::from_secs(30),
            tries: 6,
            pause: Duration::from_millis(300),
            lease: Duration::from_secs(300),
        }
    }
}

/// What a deploy did, or would do.
#[derive(Debug)]
pub struct Report {
    /// Name of the target.
    pub name: String,
    /// Where it is.
    pub place: String,
    /// What was, or is to be, done.
    pub plan: Plan,
    /// Whether it was done.
    pub applied: bool,
    /// Files of the site.
    pub files: usize,
    /// Files that a deploy before this one, which did not end, had sent.
    pub resumed: usize,
    /// Files at the target that no deploy put there; known only if it was listed.
    pub foreign: Option<usize>,
    /// Requests made, where that is a thing to count.
    pub requests: Option<usize>,
    /// What else there is to say.
    pub notes: Vec<String>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Report {
    /// The report for machines: one object.
    pub fn json(&self) -> serde_json::Value {
        let count = |action| self.plan.of(action).count();
        let redirects = self.plan.changes.iter().filter(|c| c.redirect.is_some()).count();
        serde_json::json!({
            "target": self.name,
            "place": self.place,
            "applied": self.applied,
            "files": self.files,
            "added": count(Action::Add),
            "changed": count(Action::Change),
            "removed": count(Action::Remove),
            "unchanged": self.plan.unchanged,
            "redirects": redirects,
            "resumed": self.resumed,
            "foreign": self.foreign,
            "bytes": self.plan.bytes(),
            "requests": self.requests,
            "changes": self.plan.changes,
            "notes": self.notes,
            "elapsed_ms": self.elapsed.as_millis() as u64,
        })
    }
}

/// The target of that name; the only one if none is named.
///
/// Errors: what to say if there is none.
pub fn choose<'c>(targets: &'c [Deploy], name: Option<&str>) -> Result<&'c Deploy, String> {
    let names: Vec<&str> = targets.iter().map(|d| d.name.as_str()).collect();
    match (name, targets) {
        (_, []) => {
            Err("site.toml names no target: add a table [deploy.NAME], see the manual's page on deploying".to_string())
        }
        (None, [only]) => Ok(only),
        (None, _) => Err(format!("say which target: {}", names.join(", "))),
        (Some(name), _) => {
            targets.iter().find(|d| d.name == name).ok_or_else(|| match nearest(name, names.iter().copied()) {
                Some(near) => format!("there is no target `{name}` in site.toml; did you mean `{near}`?"),
                None => format!("there is no target `{name}` in site.toml; there are: {}", names.join(", ")),
            })
        }
    }
}

/// Sends what was built to a target.
pub fn deploy(
    published: &Published,
    deploy: &Deploy,
    request: &Request,
    around: &Surroundings,
) -> Result<Report, Failure> {
    let target = open(published, deploy, request, around)?;
    deploy_to(&*target, published, deploy, request, around)
}

fn open<'a>(
    published: &Published,
    deploy: &Deploy,
    request: &Request,
    around: &'a Surroundings,
) -> Result<Box<dyn Target + 'a>, Failure> {
    let threads = |usual: usize| if request.jobs == 0 { usual } else { request.jobs };
    Ok(match &deploy.to {
        Destination::Folder(path) => {
            Box::new(folder::Folder::new(path, around.site, &published.folder, threads(2), around.stop)?)
        }
        #[cfg(feature = "net")]
        Destination::S3(s3) => Box::new(s3::Store::new(s3, threads(16), around)?),
        #[cfg(not(feature = "net"))]
        Destination::S3(_) => {
            return Err(Failure::new(
                "this build of Dateline cannot speak to S3",
                "install one with the feature `net`",
            ));
        }
        Destination::Git(git) => Box::new(git::Branch::new(git, around.site, &deploy.name)?),
        Destination::Sftp(ssh) | Destination::Rsync(ssh) => {
            let by_rsync = matches!(deploy.to, Destination::Rsync(_));
            let scratch = around.site.join(build::FOLDER).join("deploy").join(&deploy.name);
            Box::new(ssh::Remote::new(ssh, by_rsync, &published.folder, scratch, around.patience, around.stop))
        }
    })
}

/// What is known of a target when a plan is made.
struct Known {
    state: State,
    tag: Option<Tag>,
    manifest: Manifest,
    /// Why it must be waited for, if it must.
    busy: Option<Failure>,
    resumed: usize,
}

/// Sends what was built to an open target.
pub fn deploy_to(
    target: &dyn Target,
    published: &Published,
    deploy: &Deploy,
    request: &Request,
    around: &Surroundings,
) -> Result<Report, Failure> {
    let started = Instant::now();
    let notes = Notes::open(around.site, &deploy.name)?;
    around.progress.phase("Comparing", 0);
    let known = look(target, &notes, request, around)?;
    let mut report = Report {
        name: deploy.name.clone(),
        place: target.place(),
        plan: Plan::default(),
        applied: false,
        files: published.files.len(),
        resumed: known.resumed,
        foreign: None,
        requests: None,
        notes: Vec::new(),
        elapsed: Duration::ZERO,
    };
    if request.roll_back {
        roll_back(target, &notes, known, request, around, &mut report)?;
    } else {
        send(target, &notes, known, (published, deploy), request, around, &mut report)?;
    }
    report.requests = target.requests();
    report.elapsed = started.elapsed();
    Ok(report)
}

fn look(target: &dyn Target, notes: &Notes, request: &Request, around: &Surroundings) -> Result<Known, Failure> {
    let mut again = true;
    loop {
        let seen = target.look()?;
        let mut state = seen.as_ref().map_or(Ok(State::default()), |seen| State::read(&seen.bytes))?;
        let age = seen.as_ref().and_then(|seen| seen.age);
        let mut busy = None;
        let mut resumed = 0;
        if let Some(run) = &mut state.run {
            let ours = notes.complete(run);
            busy = run.is_in_the_way(age, (around.now)()).filter(|_| !ours && !request.break_lock);
            resumed = run.touched.values().filter(|t| t.1 > state::Progress::Unknown).count();
        }
        let tag = seen.map(|seen| seen.tag);
        let Some(id) = state.manifest.clone() else {
            return Ok(Known { state, tag, manifest: Manifest::default(), busy, resumed });
        };
        if let Some(manifest) = notes.manifest(&id) {
            return Ok(Known { state, tag, manifest, busy, resumed });
        }
        match fetch_manifest(target, &id)? {
            Some(manifest) => {
                notes.keep(&manifest.pack());
                return Ok(Known { state, tag, manifest, busy, resumed });
            }
            // Another deploy may have put a newer one in its place in this moment.
            None if again => again = false,
            None if request.full => return Ok(Known { state, tag, manifest: Manifest::default(), busy, resumed }),
            None => {
                let message = "the target does not have the manifest of its last deploy any more";
                return Err(Failure::new(message, "deploy with --full: everything is sent again, nothing is deleted"));
            }
        }
    }
}

fn fetch_manifest(target: &dyn Target, id: &str) -> Result<Option<Manifest>, Failure> {
    let found = std::sync::Mutex::new(None);
    target.fetch(&[Manifest::path(id)], &|_, bytes| {
        let manifest = match bytes {
            None => None,
            Some(bytes) => Some(
                Manifest::read(&bytes, id).ok_or_else(|| Failure::nonsense("the question what is at the target"))?,
            ),
        };
        *found.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = manifest;
        Ok(())
    })?;
    Ok(found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner))
}

fn send(
    target: &dyn Target,
    notes: &Notes,
    known: Known,
    (published, deploy): (&Published, &Deploy),
    request: &Request,
    around: &Surroundings,
    report: &mut Report,
) -> Result<(), Failure> {
    let mut goal = BTreeMap::new();
    for file in &published.files {
        let mark = headers::mark(&file.path, file.hash, deploy);
        goal.insert(file.path.clone(), Entry { hash: file.hash, size: file.size, mark, version: None });
    }
    let odd = goal.keys().filter_map(|path| Some((path.as_str(), refuse::by_name(path)?)));
    refuse::files(odd.filter(|(path, _)| !inspect::is_allowed(path, deploy)))?;
    let mut there = known.state.there(&known.manifest.files);
    let is_first = known.state.manifest.is_none() && known.state.run.is_none();
    if is_first && !request.take_over && target.has_files()? {
        let message = format!("{} already has files that no deploy of Dateline put there", target.place());
        let help =
            "if the site may replace those of its own paths, deploy once with --take-over; the others are left alone";
        return Err(Failure::refused(message, help));
    }
    if request.full {
        let listed = target.list()?;
        report.foreign = Some(listed.keys().filter(|path| !there.contains_key(*path)).count());
        inspect::list(&mut there, &listed, &goal, (&published.folder, deploy));
    }
    let mut plan = Plan::new(&goal, &there);
    inspect::changes(&mut plan, &published.folder, deploy)?;
    for (path, entry) in &mut goal {
        if let Some(There::Known(known)) = there.get(path).filter(|t| matches!(t, There::Known(k) if k.same(entry))) {
            entry.version.clone_from(&known.version);
        }
    }
    report.plan = plan;
    let too_many =
        refuse::deletions(&report.plan, there.len(), deploy.max_deletes).err().filter(|_| !request.allow_deletes);
    if request.dry_run {
        report.notes.extend(known.busy.iter().chain(&too_many).map(|failure| failure.message.clone()));
        return Ok(());
    }
    if let Some(failure) = known.busy.or(too_many) {
        return Err(failure);
    }
    if report.plan.is_empty() && known.state.run.is_none() && known.state.manifest.is_some() {
        report.applied = true;
        return Ok(());
    }
    let sends_redirects = headers::sends_redirects(deploy);
    let looked_at: BTreeMap<&str, Option<&String>> = match sends_redirects {
        true => report.plan.changes.iter().map(|c| (c.path.as_str(), c.redirect.as_ref())).collect(),
        false => BTreeMap::new(),
    };
    // What an earlier deploy has sent in vain is no step of this plan.
    let redirect = |path: &str| match looked_at.get(path) {
        Some(redirect) => redirect.cloned(),
        None => headers::redirect(path, &std::fs::read(published.folder.join(path)).ok()?),
    };
    let outgoing = |path: &str| {
        let entry = &goal[path];
        Outgoing {
            path: path.to_string(),
            file: published.folder.join(path),
            hash: entry.hash,
            size: entry.size,
            headers: headers::of(path, entry.hash, deploy),
            redirect: if sends_redirects { redirect(path) } else { None },
        }
    };
    let work = Work {
        target,
        notes,
        plan: &report.plan,
        goal: goal.clone(),
        supply: Supply::Files(&outgoing),
        now: around.now,
        lease: around.patience.lease,
        progress: around.progress,
    };
    applied(apply::apply(&work, known.state, known.tag, false), target, around)?;
    report.applied = true;
    Ok(())
}

/// A conflict is told as what it is about, if that can still be found out.
fn applied(result: Result<(), Failure>, target: &dyn Target, around: &Surroundings) -> Result<(), Failure> {
    result.map_err(|failure| {
        if failure.kind != Kind::Conflict {
            return failure;
        }
        let seen = target.look().ok().flatten();
        let run = seen.and_then(|seen| Some((State::read(&seen.bytes).ok()?.run?, seen.age)));
        run.and_then(|(run, age)| run.is_in_the_way(age, (around.now)())).unwrap_or(failure)
    })
}

/// What a bucket calls the version that an object has from before it kept versions.
const UNNAMED: &str = "null";

/// Makes the deploy before the last one current again.
fn roll_back(
    target: &dyn Target,
    notes: &Notes,
    known: Known,
    request: &Request,
    around: &Surroundings,
    report: &mut Report,
) -> Result<(), Failure> {
    if let Some(failure) = known.busy {
        return Err(failure);
    }
    if let Some(result) = target.roll_back(request.dry_run) {
        report.notes.push(result?);
        report.applied = !request.dry_run;
        return Ok(());
    }
    let nowhere = || {
        let message = format!("{} keeps no deploy that could be gone back to", target.place());
        Failure::new(
            message,
            "check out the site as it was, and deploy that; or turn the bucket's versioning on for the next time",
        )
    };
    if known.state.run.is_some() {
        return Err(Failure::new("the last deploy did not end", "deploy again first; then roll back"));
    }
    let id = known.state.previous.first().ok_or_else(nowhere)?;
    let goal = fetch_manifest(target, id)?.ok_or_else(nowhere)?.files;
    let there = known.state.there(&known.manifest.files);
    let mut plan = Plan::new(&goal, &there);
    plan.changes.iter_mut().for_each(|change| change.reason = Reason::Rollback);
    // What was sent before the target kept versions has one of its own there.
    let keeps = known.manifest.files.values().any(|entry| entry.version.is_some());
    let version = |change: &Change| goal.get(&change.path)?.version.clone().or_else(|| Some(UNNAMED.to_string()));
    let sent = plan.changes.iter().filter(|c| c.action != Action::Remove);
    let versions: BTreeMap<String, String> = sent.filter_map(|c| Some((c.path.clone(), version(c)?))).collect();
    if !keeps {
        return Err(nowhere());
    }
    report.files = goal.len();
    report.plan = plan;
    if request.dry_run {
        return Ok(());
    }
    let work = Work {
        target,
        notes,
        plan: &report.plan,
        goal,
        supply: Supply::Versions(&versions),
        now: around.now,
        lease: around.patience.lease,
        progress: around.progress,
    };
    applied(apply::apply(&work, known.state, known.tag, true), target, around)?;
    report.applied = true;
    Ok(())
}
