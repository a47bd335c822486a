//! What the file system says of a file without opening it.

use serde::{Deserialize, Serialize};
use std::fs::Metadata;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How far apart two changes of a file must be at the most for every file system to give them different times: FAT counts
/// in steps of two seconds, others in finer ones.
pub const COARSEST_TICK: Duration = Duration::from_secs(2);

/// A moment by the file system's clock.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Nanoseconds since 1970.
    pub at: i64,
    /// How coarse that clock is.
    pub tick: Duration,
}

/// Size, times and number of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stat {
    /// Bytes.
    pub size: u64,
    /// When its bytes changed, in nanoseconds since 1970.
    pub changed: i64,
    /// When anything of it changed, where the system says so: setting a time back does not hide a change.
    pub touched: i64,
    /// Which file it is, where the system says so.
    pub number: u64,
}

impl Stat {
    /// Of a file itself: a symbolic link is not one.
    pub fn of(path: &Path) -> Option<Self> {
        std::fs::symlink_metadata(path).ok().filter(Metadata::is_file).map(|m| Self::from(&m))
    }

    /// Of the file that a path leads to.
    pub fn through(path: &Path) -> Option<Self> {
        std::fs::metadata(path).ok().filter(Metadata::is_file).map(|m| Self::from(&m))
    }

    /// Of an open file.
    pub fn of_open(file: &std::fs::File) -> Option<Self> {
        file.metadata().ok().map(|m| Self::from(&m))
    }

    fn from(meta: &Metadata) -> Self {
        #[cfg(unix)]
        let (touched, number) = {
            use std::os::unix::fs::MetadataExt;
            (meta.ctime().saturating_mul(1_000_000_000).saturating_add(meta.ctime_nsec()), meta.ino())
        };
        #[cfg(not(unix))]
        let (touched, number) = (0, 0);
        Self { size: meta.len(), changed: meta.modified().map_or(0, nanoseconds), touched, number }
    }

    /// Whether the file had been left alone for a while at `moment`, so that a later change cannot have the same times.
    pub fn is_settled(&self, moment: Moment) -> bool {
        let tick = i64::try_from(moment.tick.as_nanos()).unwrap_or(i64::MAX);
        self.changed.max(self.touched).saturating_add(tick) < moment.at
    }
}

/// Since 1970.
fn nanoseconds(time: SystemTime) -> i64 {
    let clamp = |n: u128| i64::try_from(n).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => clamp(after.as_nanos()),
        Err(before) => -clamp(before.duration().as_nanos()),
    }
}
