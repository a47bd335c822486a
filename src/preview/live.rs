//! What is shown, and what has changed since when. The build's side writes it, requests read it.

use crate::build::{Outcome, Report};
use crate::diagnostics::Diagnostic;
use crate::pages::file_of;
use serde_json::json;
use std::collections::{BTreeSet, VecDeque};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How many file names of past builds are remembered, for pages that were not listening.
const NAMES: usize = 100_000;

/// A build that touched more files than this is remembered as one that touched all.
const MOST: usize = 20_000;

/// How many problems a page shows.
const PROBLEMS: usize = 20;

/// How long a request waits for the output to be whole again.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is shown.
pub struct Live {
    /// Tells this server from the one that ran here before.
    boot: String,
    state: Mutex<State>,
    /// Counts everything that open pages may want to know.
    news: watch::Sender<u64>,
    /// Odd while the output changes.
    epoch: watch::Sender<u64>,
}

struct State {
    version: u64,
    root: Option<PathBuf>,
    base_path: String,
    builds: VecDeque<Build>,
    problems: Arc<str>,
}

struct Build {
    version: u64,
    /// Written or deleted; `None` if that is too much to say.
    files: Option<BTreeSet<String>>,
    moved: Vec<(String, String)>,
}

/// The place from which requests are answered.
#[derive(Clone)]
pub(super) struct Shown {
    /// The output folder; `None` before the first build.
    pub root: Option<PathBuf>,
    /// What every URL of the site starts with.
    pub base_path: String,
    /// What was built last: two servers never give the same.
    pub version: String,
}

impl Live {
    pub(super) fn new() -> Self {
        // A random number: the hasher's seed is one.
        let boot = RandomState::new().build_hasher().finish();
        let state = State {
            version: 0,
            root: None,
            base_path: String::new(),
            builds: VecDeque::new(),
            problems: "null".into(),
        };
        Self {
            boot: format!("{boot:x}"),
            state: Mutex::new(state),
            news: watch::Sender::new(0),
            epoch: watch::Sender::new(0),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The output is about to change: until it is whole again, what is read may be a mixture.
    pub fn changing(&self) {
        self.epoch.send_if_modified(|epoch| std::mem::replace(epoch, *epoch | 1) % 2 == 0);
    }

    /// The output is whole.
    pub fn whole(&self) {
        self.epoch.send_if_modified(|epoch| {
            let was_odd = *epoch % 2 == 1;
            *epoch += u64::from(was_odd);
            was_odd
        });
    }

    /// Shows what a build has made, and what it had to say.
    pub fn built(&self, report: &Report) {
        self.whole();
        let mut state = self.state();
        if let Some(base_path) = &report.base_path {
            state.base_path.clone_from(base_path);
        }
        let had_none = state.root.is_none();
        // If the first build fails, what the last one of an earlier day has made is the last good page.
        if !report.output.as_os_str().is_empty() && (report.outcome == Outcome::Published || report.output.is_dir()) {
            state.root = Some(report.output.clone());
        }
        let first = had_none && state.root.is_some();
        if first || report.files_written + report.files_removed > 0 {
            state.version += 1;
            let few = !first && report.written.len() + report.removed.len() <= MOST;
            let build = Build {
                version: state.version,
                files: few.then(|| report.written.iter().chain(&report.removed).cloned().collect()),
                moved: report.moved.clone(),
            };
            state.builds.push_back(build);
            let names = |b: &Build| b.files.as_ref().map_or(1, |f| f.len() + 1);
            while state.builds.iter().map(names).sum::<usize>() > NAMES {
                state.builds.pop_front();
            }
        }
        state.problems = problems(report).into();
        drop(state);
        self.news.send_modify(|n| *n += 1);
    }

    pub(super) fn shown(&self) -> Shown {
        let state = self.state();
        let version = format!("{}.{}", self.boot, state.version);
        Shown { root: state.root.clone(), base_path: state.base_path.clone(), version }
    }

    /// Wakes whoever waits for news.
    pub(super) fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    /// Reads from the output when it is whole: never half of one build and half of another.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl Fn(Shown) -> T + Clone + Send + 'static,
    ) -> Option<T> {
        let mut epoch = self.epoch.subscribe();
        let mut last = None;
        // Under constant change it is better to answer than to be exact.
        for _ in 0..4 {
            // It stays odd only if a build hangs on the disk.
            let wait = tokio::time::timeout(PATIENCE, epoch.wait_for(|e| e % 2 == 0)).await;
            let before = wait.ok().and_then(|e| e.ok().map(|e| *e));
            let (read, shown) = (read.clone(), self.shown());
            last = tokio::task::spawn_blocking(move || read(shown)).await.ok();
            if before == Some(*self.epoch.borrow()) {
                break;
            }
        }
        last
    }

    /// What somebody who looks at a page (a file of the output) and knows the state `since` must be told, and which state
    /// that makes known.
    pub(super) fn message(&self, page: &str, since: &str) -> (String, String) {
        let state = self.state();
        let id = format!("{}.{}", self.boot, state.version);
        let since =
            since.strip_prefix(&self.boot).and_then(|s| s.strip_prefix('.')).and_then(|v| v.parse::<u64>().ok());
        let oldest = state.builds.front().map_or(state.version, |b| b.version - 1);
        let (mut change, mut assets, mut to) = ("same", BTreeSet::new(), None::<String>);
        match since.filter(|since| *since >= oldest) {
            None => change = "changed",
            Some(since) => {
                let mut file = page.to_string();
                for build in state.builds.iter().filter(|b| b.version > since) {
                    if let Some((_, new)) = build.moved.iter().find(|(old, _)| file_of(old) == file) {
                        file = file_of(new);
                        to = Some(new.clone());
                    }
                    let Some(files) = &build.files else {
                        change = "changed";
                        continue;
                    };
                    if files.contains(&file) {
                        change = "changed";
                    }
                    assets.extend(files.iter().filter(|f| !f.ends_with(".html")).take(200).cloned());
                }
                let is_there = |file: &str| state.root.as_ref().is_some_and(|root| root.join(file).is_file());
                if to.is_some() && !is_there(page) {
                    change = "moved";
                } else if change == "changed" && !is_there(&file) {
                    change = "gone";
                }
            }
        }
        let base = &state.base_path;
        let assets: Vec<String> = assets.into_iter().map(|f| format!("{base}/{f}")).collect();
        let head = json!({
            "version": id,
            "page": change,
            "to": to.filter(|_| change == "moved").map(|to| format!("{base}{to}")),
            "assets": assets,
        });
        let mut text = head.to_string();
        text.pop();
        text.push_str(",\"problems\":");
        text.push_str(&state.problems);
        text.push('}');
        (text, id)
    }
}

/// What a build had to say, for a page to show: nothing if nothing.
fn problems(report: &Report) -> String {
    if report.diagnostics.is_empty() {
        return "null".to_string();
    }
    let shown = |d: &Diagnostic| {
        let mut value = serde_json::to_value(d).unwrap_or_default();
        if let (Some(object), Some(place)) = (value.as_object_mut(), &d.place) {
            let (text, from) = place.shown();
            object.insert("text".to_string(), text.into());
            object.insert("from".to_string(), from.into());
            object.insert("width".to_string(), place.width.into());
        }
        value
    };
    // Errors first: they are why the page is not what was written.
    let errors = report.diagnostics.iter().filter(|d| d.is_error());
    let warnings = report.diagnostics.iter().filter(|d| !d.is_error());
    let list: Vec<_> = errors.chain(warnings).take(PROBLEMS).map(shown).collect();
    json!({
        "errors": report.errors(),
        "warnings": report.warnings(),
        "refused": report.outcome == Outcome::Refused,
        "list": list,
    })
    .to_string()
}
