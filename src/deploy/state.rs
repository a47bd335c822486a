//! The state of a target: which manifest is current, and which deploy is under way or did not end.
//!
//! The laws. *One state*: whoever changes the target first replaces the state, and only if it is still the one that was
//! read; so of two deploys one is refused, and what was read of the target still holds. *Intent first*: before the first
//! file is sent, the state names every path that may be touched; until the next manifest is current those are unknown,
//! except as far as it is written down that they arrived. *A lock ends*: by itself, when its deploy no longer says that it
//! goes on.

use super::failure::Failure;
use super::manifest::{Entry, FOLDER, pack, unpack};
use super::plan::There;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Its file at a target.
pub fn path() -> String {
    format!("{FOLDER}/state.json.gz")
}

const FORMAT: u32 = 1;

/// Older manifests that are kept, where the target keeps versions.
pub const KEPT: usize = 10;

/// What is known of a target besides its files.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct State {
    format: u32,
    /// Name of the current manifest, unless no deploy ever ended.
    pub manifest: Option<String>,
    /// Names of those before it that can be rolled back to, the last one first.
    #[serde(default)]
    pub previous: Vec<String>,
    /// Names of those that nobody can go back to: the next deploy deletes them, so that one that looked a moment ago still
    /// finds what it looks for.
    #[serde(default)]
    pub obsolete: Vec<String>,
    /// A deploy that has not ended.
    pub run: Option<Run>,
}

/// A deploy that has not ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Run {
    /// Its name.
    pub id: String,
    /// When it began, by the clock of its machine.
    pub since: Timestamp,
    /// When it last said that it goes on.
    pub seen: Timestamp,
    /// After how many seconds without that nobody need wait for it.
    pub lease: u64,
    /// Whether it has given up, in an orderly way.
    pub free: bool,
    /// What it may have touched.
    pub touched: BTreeMap<String, Touched>,
}

/// What a deploy means to do to a file, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched(pub Option<Entry>, pub Progress);

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Progress {
    /// Nobody knows.
    #[serde(rename = "?")]
    Unknown,
    /// It was sent, and is to be read back.
    #[serde(rename = "sent")]
    Sent,
    /// It is there.
    #[serde(rename = "there")]
    There,
}

impl State {
    /// Reads it.
    pub fn read(bytes: &[u8]) -> Result<Self, Failure> {
        let state: Self = unpack(bytes)
            .and_then(|json| serde_json::from_slice(&json).ok())
            .ok_or_else(|| Failure::nonsense("the question what was deployed last"))?;
        if state.format > FORMAT {
            return Err(Failure::new(
                "the target was last deployed to by a newer version of Dateline",
                "use that version, or a newer one",
            ));
        }
        Ok(state)
    }

    /// Its bytes.
    pub fn pack(&self) -> Vec<u8> {
        pack(&serde_json::to_vec(&Self { format: FORMAT, ..self.clone() }).unwrap_or_default())
    }

    /// What is known of each file.
    pub fn there(&self, manifest: &BTreeMap<String, Entry>) -> BTreeMap<String, There> {
        let mut there: BTreeMap<String, There> =
            manifest.iter().map(|(path, entry)| (path.clone(), There::Known(entry.clone()))).collect();
        for (path, Touched(entry, progress)) in self.run.iter().flat_map(|r| &r.touched) {
            match (entry, progress) {
                (Some(entry), Progress::Sent | Progress::There) => {
                    there.insert(path.clone(), There::Known(entry.clone()));
                }
                (None, Progress::There) => {
                    there.remove(path);
                }
                _ => {
                    there.insert(path.clone(), There::Unknown);
                }
            }
        }
        there
    }
}

impl Run {
    /// Files that are to be deleted.
    pub fn going(&self) -> impl Iterator<Item = &str> {
        let due = self.touched.iter().filter(|(_, t)| t.0.is_none() && t.1 == Progress::Unknown);
        due.map(|(path, _)| path.as_str())
    }

    /// Who must be waited for, in words; `age` is how long ago the state was written by the target's clock.
    pub fn is_in_the_way(&self, age: Option<Duration>, now: Timestamp) -> Option<Failure> {
        let age = age.unwrap_or_else(|| Duration::try_from(now.duration_since(self.seen)).unwrap_or_default());
        let left = Duration::from_secs(self.lease).checked_sub(age).filter(|left| !left.is_zero())?;
        if self.free {
            return None;
        }
        let message = format!(
            "another deploy to this target is under way, since {}",
            self.since.strftime("%Y-%m-%d %H:%M:%S UTC")
        );
        let help = format!(
            "wait until it is done; if it was killed, its lock ends by itself in {} s, or now with --break-lock",
            left.as_secs() + 1
        );
        Some(Failure::new(message, help))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(free: bool) -> Run {
        let at: Timestamp = "2025-06-01T12:00:00Z".parse().expect("a time");
        Run { id: "a".into(), since: at, seen: at, lease: 300, free, touched: BTreeMap::new() }
    }

    #[test]
    fn a_lock_ends_by_the_clock_of_the_target_and_without_one_by_ours() {
        let later = |seconds: i64| run(false).seen + jiff::SignedDuration::from_secs(seconds);
        let age = |seconds| Some(Duration::from_secs(seconds));
        assert!(run(false).is_in_the_way(age(10), later(4000)).is_some(), "its clock is right, ours is not");
        assert!(run(false).is_in_the_way(age(301), later(0)).is_none());
        assert!(run(false).is_in_the_way(None, later(299)).is_some());
        assert!(run(false).is_in_the_way(None, later(301)).is_none());
        assert!(run(false).is_in_the_way(None, later(-50)).is_some());
        assert!(run(true).is_in_the_way(age(10), later(0)).is_none());
    }

    #[test]
    fn what_a_deploy_that_did_not_end_touched_is_unknown_unless_it_arrived() {
        let entry = |n| Entry { hash: Default::default(), size: n, mark: 0, version: None };
        let mut state = State { run: Some(run(true)), ..State::default() };
        let touched = &mut state.run.as_mut().expect("a run").touched;
        touched.insert("lost".into(), Touched(Some(entry(2)), Progress::Unknown));
        touched.insert("sent".into(), Touched(Some(entry(2)), Progress::Sent));
        touched.insert("new".into(), Touched(Some(entry(2)), Progress::There));
        touched.insert("gone".into(), Touched(None, Progress::There));
        touched.insert("half gone".into(), Touched(None, Progress::Unknown));
        let state = State::read(&state.pack()).expect("read");
        let manifest = ["lost", "sent", "gone", "half gone", "left alone"].map(|n| (n.to_string(), entry(1))).into();
        let there = state.there(&manifest);
        assert_eq!(there.get("lost"), Some(&There::Unknown));
        assert_eq!(there.get("sent"), Some(&There::Known(entry(2))));
        assert_eq!(there.get("new"), Some(&There::Known(entry(2))));
        assert_eq!(there.get("gone"), None);
        assert_eq!(there.get("half gone"), Some(&There::Unknown));
        assert_eq!(there.get("left alone"), Some(&There::Known(entry(1))));
    }
}
