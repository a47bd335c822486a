//! What the last build knew of its outputs. Safe to delete: without it everything is rendered anew, with the same result.

use crate::fingerprint::Fingerprint;
use rapidhash::RapidHashMap;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

const FILE: &str = ".dateline/ledger";
const VERSION: u32 = 1;

/// What is known of one file of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The page's key, or the copied file's.
    pub key: Fingerprint,
    /// Of its bytes.
    pub content: Fingerprint,
    /// Its size and time of change when it was written: if they differ, somebody else wrote it.
    pub stat: Stat,
}

/// What the file system says of a file without opening it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stat {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub changed: i64,
}

impl Stat {
    /// Of a file, if it is there and is one.
    pub fn of(path: &Path) -> Option<Self> {
        let meta = std::fs::symlink_metadata(path).ok().filter(|m| m.is_file())?;
        let changed = meta.modified().ok()?;
        let nanos = match changed.duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos()).ok()?,
            Err(before) => -i64::try_from(before.duration().as_nanos()).ok()?,
        };
        Some(Self { size: meta.len(), changed: nanos })
    }
}

/// Output file → what is known of it.
#[derive(Default, Serialize, Deserialize)]
pub struct Ledger {
    version: u32,
    engine: String,
    output: PathBuf,
    entries: Vec<(String, Entry)>,
    #[serde(skip)]
    by_file: RapidHashMap<String, Entry>,
}

impl Ledger {
    /// What is known of `output`: nothing on any doubt.
    pub fn load(site: &Path, output: &Path) -> Self {
        let Ok(bytes) = std::fs::read(site.join(FILE)) else { return Self::default() };
        let Some((sum, body)) = bytes.split_at_checked(16) else { return Self::default() };
        if Fingerprint::of(body).as_bytes() != sum {
            return Self::default();
        }
        match postcard::from_bytes::<Self>(body) {
            Ok(mut l) if l.version == VERSION && l.engine == env!("DATELINE_ENGINE") && l.output == output => {
                l.by_file = std::mem::take(&mut l.entries).into_iter().collect();
                l
            }
            _ => Self::default(),
        }
    }

    /// A ledger of what was just built.
    pub fn of(output: &Path, entries: Vec<(String, Entry)>) -> Self {
        let engine = env!("DATELINE_ENGINE").to_string();
        Self { version: VERSION, engine, output: output.to_path_buf(), entries, by_file: RapidHashMap::default() }
    }

    /// What is known of a file.
    pub fn get(&self, file: &str) -> Option<&Entry> {
        self.by_file.get(file)
    }

    /// Forgets everything, on the disk too: said before the first write of a build, so that a build that dies half-way
    /// leaves nothing behind that is taken for true.
    pub fn forget(site: &Path) -> std::io::Result<()> {
        match std::fs::remove_file(site.join(FILE)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        }
    }

    /// Saves it, whole or not at all.
    pub fn save(&self, site: &Path) -> std::io::Result<()> {
        let body = postcard::to_stdvec(self).map_err(std::io::Error::other)?;
        let mut bytes = Fingerprint::of(&body).as_bytes().to_vec();
        bytes.extend_from_slice(&body);
        let new = site.join(format!("{FILE}.new"));
        std::fs::write(&new, bytes)?;
        std::fs::rename(new, site.join(FILE))
    }
}
