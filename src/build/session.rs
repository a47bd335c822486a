//! A site that is built again and again by one process: what `watch` and `serve` drive.
//!
//! The result of every build is the one that a new process would give; a session only saves it the work.

use super::{Clock, Options, Progress, Report, build};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What may have changed since a session's last build. More than did is never wrong; less is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// Nobody knows: look at everything.
    Everything,
    /// These files and folders, whatever happened to them, as absolute paths. A folder stands for all that is or was in
    /// it.
    Paths(BTreeSet<PathBuf>),
}

/// One site under way.
pub struct Session {
    options: Options,
}

impl Session {
    /// A session that has built nothing yet.
    pub fn new(options: Options) -> Self {
        Self { options }
    }

    /// Builds what `changes` call for, as of `as_of`.
    pub fn build(&mut self, _changes: &Changes, as_of: Clock, progress: &dyn Progress) -> Report {
        self.options.as_of = as_of;
        build(&self.options, progress)
    }
}
