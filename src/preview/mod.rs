//! The local web server: shows what was built last, and tells open pages what has changed.
//!
//! It reads the output folder and nothing else, and writes nothing at all. What a page needs to follow its changes is put
//! into it on the way out, and is in no file.

mod answer;
mod body;
mod events;
mod file;
mod guard;
mod inject;
pub mod listen;
mod live;
mod path;
mod serve;

pub use guard::Hosts;
pub use live::Live;

use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::Notify;

/// The part of every URL of the server's own.
const OWN: &str = "_dateline";

/// A server at work.
pub struct Preview {
    /// What it shows.
    pub live: Arc<Live>,
    end: Arc<Notify>,
    thread: Option<JoinHandle<()>>,
}

impl Preview {
    /// Starts to answer on `listeners`, to those who ask for one of `hosts`, from a thread of its own.
    pub fn start(listeners: Vec<TcpListener>, hosts: Hosts) -> std::io::Result<Self> {
        let live = Arc::new(Live::new());
        let end = Arc::new(Notify::new());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            // They only read files; more would not make the disk faster.
            .max_blocking_threads(16)
            .build()?;
        listeners.iter().try_for_each(|l| l.set_nonblocking(true))?;
        let site = Arc::new(serve::Server { live: live.clone(), hosts });
        let ended = end.clone();
        let thread = std::thread::Builder::new().name("preview".to_string()).spawn(move || {
            runtime.block_on(serve::serve(listeners, site, ended));
            // Open connections go with it.
            runtime.shutdown_background();
        })?;
        Ok(Self { live, end, thread: Some(thread) })
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.end.notify_one();
        if let Some(thread) = self.thread.take() {
            // Its panic has been said by now.
            let _ = thread.join();
        }
    }
}
