//! What the web answered before, in `.dateline/`: only good answers, each with its time. It may be deleted at any time.

use super::Verdict;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file, relative to the site.
pub const FILE: &str = ".dateline/external.json";

/// Answers of earlier runs.
#[derive(Debug, Default)]
pub struct Cache {
    answers: BTreeMap<String, Answer>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    /// RFC 3339.
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved: Option<String>,
}

impl Cache {
    /// What is remembered in a site; nothing, if it cannot be read.
    pub fn load(site: &Path) -> Self {
        let text = std::fs::read_to_string(site.join(FILE)).unwrap_or_default();
        Self { answers: serde_json::from_str(&text).unwrap_or_default() }
    }

    /// Keeps it for the next run.
    pub fn save(&self, site: &Path) -> io::Result<()> {
        let path: PathBuf = site.join(FILE);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let new = path.with_extension("json-new");
        std::fs::write(&new, serde_json::to_vec_pretty(&self.answers)?)?;
        std::fs::rename(new, path)
    }

    /// A good answer that is not too old.
    pub(super) fn known(&self, url: &str, now: Timestamp, max_age: Duration) -> Option<Verdict> {
        let answer = self.answers.get(url)?;
        let age = now.duration_since(answer.at.parse().ok()?);
        let young = !age.is_negative() && age.unsigned_abs() < max_age;
        young.then(|| answer.moved.clone().map_or(Verdict::Fine, Verdict::Moved))
    }

    /// Remembers a good answer, and forgets what was known if it is none.
    pub(super) fn learn(&mut self, url: &str, verdict: &Verdict, at: Timestamp) {
        let moved = match verdict {
            Verdict::Fine => None,
            Verdict::Moved(to) => Some(to.clone()),
            Verdict::Broken(_) | Verdict::Unsure(_) => {
                self.answers.remove(url);
                return;
            }
        };
        self.answers.insert(url.to_string(), Answer { at: at.to_string(), moved });
    }
}
