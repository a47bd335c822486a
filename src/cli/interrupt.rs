//! Ctrl-C, and the system's wish that the program end.
//!
//! A build that is short is let finish, and one that is replacing files in any case: whole pages, and all of them, or none.
//! Everything else ends at once.

use super::{DONE, WRONG};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a build may take to end by itself.
const PATIENCE: Duration = Duration::from_millis(700);

/// How long it may take once it replaces files.
const PUBLISHING: Duration = Duration::from_secs(30);

#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    #[default]
    Idle,
    Building,
    Publishing,
}

/// What must not be interrupted.
#[derive(Default)]
pub(super) struct Interrupt {
    state: Mutex<State>,
    changed: Condvar,
}

impl Interrupt {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, state: State) {
        *self.state() = state;
        self.changed.notify_all();
    }

    pub(super) fn building(&self) {
        self.set(State::Building);
    }

    pub(super) fn publishing(&self) {
        self.set(State::Publishing);
    }

    pub(super) fn idle(&self) {
        self.set(State::Idle);
    }

    /// Ends the process when it is asked to, from now on.
    pub(super) fn listen(self: Arc<Self>) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        // Without it the system ends the program as it always did, and the next build puts things right.
        let Ok(runtime) = runtime else { return };
        let end = move || {
            if runtime.block_on(asked()).is_ok() {
                std::thread::spawn(move || {
                    // Whoever asks twice means it.
                    let _ = runtime.block_on(asked());
                    std::process::exit(i32::from(DONE));
                });
                self.wait();
                std::process::exit(i32::from(DONE));
            }
        };
        let _ = std::thread::Builder::new().name("interrupt".to_string()).spawn(end);
    }

    /// Waits for what must not be interrupted; nothing new can begin after it.
    fn wait(&self) {
        let began = Instant::now();
        let mut state = self.state();
        loop {
            let patience = match *state {
                State::Idle => break,
                State::Building => PATIENCE,
                State::Publishing => PUBLISHING,
            };
            let Some(left) = patience.checked_sub(began.elapsed()) else { break };
            state = self.changed.wait_timeout(state, left).map_or_else(|e| e.into_inner().0, |r| r.0);
        }
        // Never unlocked: the next step of the loop waits here until the process is gone.
        std::mem::forget(state);
    }
}

/// Set once somebody asks for an end: what is under way is put in order first. Whoever asks twice means it.
pub(super) fn flag() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let set = flag.clone();
    if let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() {
        let listen = move || {
            if runtime.block_on(asked()).is_ok() {
                set.store(true, Ordering::Relaxed);
                let _ = runtime.block_on(asked());
                std::process::exit(i32::from(WRONG));
            }
        };
        let _ = std::thread::Builder::new().name("interrupt".to_string()).spawn(listen);
    }
    flag
}

#[cfg(unix)]
async fn asked() -> std::io::Result<()> {
    use std::task::Poll;
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
    let mut signals = kinds.into_iter().map(signal).collect::<std::io::Result<Vec<_>>>()?;
    let any = std::future::poll_fn(|cx| match signals.iter_mut().any(|s| s.poll_recv(cx).is_ready()) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    });
    any.await;
    Ok(())
}

#[cfg(not(unix))]
async fn asked() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
