//! File events become [`Changes`]. Only here is it known that there are such events.
//!
//! An event is a hint and nothing more: it says where to look, and the build looks. What is lost or doubtful becomes
//! [`Changes::Everything`]. Where events are not to be had, everything is looked at again and again.

mod follow;
mod links;
mod mounts;
mod native;
mod places;
mod settle;

pub use follow::{Cause, Follow, Observer, Stop};

use crate::build::Changes;
use mounts::without_events;
use native::Native;
use places::Places;
use settle::Settle;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// The shortest time between two looks at everything.
const POLL: Duration = Duration::from_millis(500);

/// How many times as long as a look took nothing is done after it: polling takes a tenth of one core at the most.
const REST: u32 = 9;

/// How long to wait before everything is looked at once more, after that has found nothing but lost events again.
const FRUITLESS: Duration = Duration::from_secs(2);

/// What reaches the watch from other threads.
enum Message {
    /// From the system.
    Event(notify::Result<notify::Event>),
    /// It is time to end.
    Stop,
}

/// Why the watch woke up.
enum Wake {
    /// Something may have changed.
    Changed(Changes),
    /// The time given has come.
    Time,
    /// Somebody asked it to end.
    Stopped,
}

/// Watches one site's files.
struct Watch {
    places: Places,
    receiver: Receiver<Message>,
    sender: Sender<Message>,
    /// Where events come from; `None` if there are none.
    native: Option<Native>,
    settle: Settle,
    /// Without events: when to look next.
    next_look: Instant,
    /// How often in a row everything was looked at for nothing.
    fruitless: u32,
    /// Why there are no events, until it is said.
    excuse: Option<String>,
}

impl Watch {
    /// Starts to watch the files of the site in a folder, which must be absolute. `poll` does without events.
    fn new(site: &Path, poll: bool) -> Self {
        let (sender, receiver) = channel();
        let mut watch = Self {
            places: Places::of(site),
            receiver,
            sender,
            native: None,
            settle: Settle::default(),
            next_look: Instant::now(),
            fruitless: 0,
            excuse: None,
        };
        if poll {
        } else if let Some(kind) = without_events(site) {
            watch.excuse = Some(format!("the site lies on a file system that does not tell of changes ({kind})"));
        } else {
            watch.listen();
        }
        watch
    }

    /// Starts to hear of events, from nothing.
    fn listen(&mut self) {
        self.native = None;
        match Native::new(self.sender.clone()).and_then(|mut native| native.arm(&self.places).map(|_| native)) {
            Ok(native) => self.native = Some(native),
            Err(error) => self.give_up(&error),
        }
    }

    /// Goes on without events.
    fn give_up(&mut self, error: &notify::Error) {
        self.native = None;
        self.next_look = Instant::now();
        self.excuse = Some(match error.kind {
            notify::ErrorKind::MaxFilesWatch => {
                "the system's limit of watched folders is reached (on Linux: fs.inotify.max_user_watches)".to_string()
            }
            _ => format!("the system does not tell of changes: {error}"),
        });
    }

    fn is_polling(&self) -> bool {
        self.native.is_none()
    }

    /// Says once that there are no events, and why.
    fn take_excuse(&mut self) -> Option<String> {
        self.excuse.take().map(|why| format!("{why}: looking at every file again and again instead"))
    }

    /// Waits for changes, until a time at the latest.
    fn wait(&mut self, until: Instant) -> Wake {
        loop {
            let now = Instant::now();
            let due = if self.is_polling() { Some(self.next_look) } else { self.settle.due() };
            if due.is_some_and(|due| due <= now) {
                return Wake::Changed(self.changes());
            }
            if until <= now {
                return Wake::Time;
            }
            let next = due.map_or(until, |due| due.min(until));
            match self.receiver.recv_timeout(next - now) {
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return Wake::Stopped,
                Ok(Message::Event(event)) => self.take_in(event),
                Err(RecvTimeoutError::Timeout) => {}
            }
            // A burst can be longer than the time to handle one event.
            while let Ok(message) = self.receiver.try_recv() {
                match message {
                    Message::Stop => return Wake::Stopped,
                    Message::Event(event) => self.take_in(event),
                }
            }
        }
    }

    fn take_in(&mut self, event: notify::Result<notify::Event>) {
        let now = Instant::now();
        match event {
            // The last words of a watch that was given up.
            _ if self.is_polling() => {}
            Ok(event) if event.need_rescan() => self.settle.lost(now + self.patience()),
            Ok(event) => self.settle.take_in(event, &self.places, now),
            Err(error) if matches!(error.kind, notify::ErrorKind::MaxFilesWatch) => self.give_up(&error),
            Err(_) => self.settle.lost(now + self.patience()),
        }
    }

    /// Reading a large archive can itself make more events than the system keeps. If looking at everything has found
    /// nothing, the next look can wait, and longer each time.
    fn patience(&self) -> Duration {
        match self.fruitless {
            0 => Duration::ZERO,
            n => FRUITLESS * 2_u32.pow(n.min(6) - 1),
        }
    }

    /// What has gathered.
    fn changes(&mut self) -> Changes {
        if self.is_polling() {
            return Changes::Everything;
        }
        let changes = self.settle.take();
        match &changes {
            Changes::Everything => {
                // Folders may have come and gone unheard.
                self.places = self.places.again();
                self.listen();
                Changes::Everything
            }
            Changes::Paths(paths) => {
                let armed = if paths.iter().any(|p| self.places.is_settings(p)) {
                    self.places = self.places.again();
                    self.native.as_mut().map(|n| n.arm(&self.places))
                } else {
                    self.native.as_mut().map(|n| n.follow(paths, &self.places))
                };
                match armed {
                    Some(Ok(new)) => {
                        let mut paths = paths.clone();
                        paths.extend(self.native.iter().flat_map(|n| n.aliases(&paths)).collect::<Vec<PathBuf>>());
                        paths.extend(new);
                        Changes::Paths(paths)
                    }
                    Some(Err(error)) => {
                        self.give_up(&error);
                        Changes::Everything
                    }
                    None => changes,
                }
            }
        }
    }

    /// Learns what a build of `changes` made of them and how long it took.
    fn built(&mut self, changes: &Changes, found_something: bool, took: Duration) {
        self.next_look = Instant::now() + POLL.max(took * REST);
        if *changes == Changes::Everything {
            self.fruitless = if found_something { 0 } else { self.fruitless + 1 };
        } else if found_something {
            self.fruitless = 0;
        }
    }
}
