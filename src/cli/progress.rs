//! A progress bar on the terminal, for work that takes longer than a second.

use crate::build::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How long a build may take before anything is drawn.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) struct Bar {
    started: Instant,
    bar: ProgressBar,
    shown: OnceLock<()>,
}

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg:>10} {wide_bar} {pos}/{len}") {
            bar.set_style(style);
        }
        Self { started: Instant::now(), bar, shown: OnceLock::new() }
    }

    pub(super) fn finish(self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn phase(&self, name: &'static str, total: usize) {
        self.bar.reset();
        self.bar.set_length(total as u64);
        self.bar.set_message(name);
    }

    fn step(&self) {
        self.bar.inc(1);
        if self.shown.get().is_none() && self.started.elapsed() > PATIENCE {
            self.shown.get_or_init(|| self.bar.set_draw_target(ProgressDrawTarget::stderr()));
        }
    }
}
