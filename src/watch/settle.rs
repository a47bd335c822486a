//! When a burst of events is over.
//!
//! One save is several events, a branch switch thousands: building after the first of them would show half of it. But an
//! editor who waits counts milliseconds, so the wait is as short as what was heard allows: a file that is closed after
//! writing is done, one that is still being written or has just vanished (to be put back by the same save) is not.
//! Nothing here looks at the disk or the clock.

use super::places::Places;
use crate::build::Changes;
use notify::event::{AccessKind, AccessMode, CreateKind, DataChange, EventKind, ModifyKind, RenameMode};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long it must be quiet after a file was closed.
const QUIET: Duration = Duration::from_millis(if HEARS_CLOSE { 6 } else { 30 });

/// How long after a file was opened for writing and not closed. Files that are written without being opened (or whose
/// closing was missed) wait this long.
const OPEN: Duration = Duration::from_millis(120);

/// How long after something vanished: many editors take the old file away before the new one comes.
const GONE: Duration = Duration::from_millis(60);

/// How long in a burst of many files.
const BURST: Duration = Duration::from_millis(100);

/// How many paths are a burst.
const MANY: usize = 16;

/// However long a burst goes on: after this time what is there is built.
const LONGEST: Duration = Duration::from_secs(5);

/// With more paths than this, looking at everything is no more work.
const MOST: usize = 20_000;

/// Whether the system tells of the end of writing.
const HEARS_CLOSE: bool = cfg!(target_os = "linux");

/// Events of one burst.
#[derive(Default)]
pub struct Settle {
    first: Option<Instant>,
    last: Option<Instant>,
    paths: BTreeSet<PathBuf>,
    /// Being written.
    open: BTreeSet<PathBuf>,
    /// Vanished, and not come back.
    gone: BTreeSet<PathBuf>,
    /// From when on everything is to be looked at, if it is.
    lost: Option<Instant>,
}

impl Settle {
    /// Takes an event in.
    pub fn take_in(&mut self, event: notify::Event, places: &Places, now: Instant) {
        let closed = event.kind == EventKind::Access(AccessKind::Close(AccessMode::Write));
        // The build itself opens and reads.
        if event.kind.is_access() && !closed {
            return;
        }
        let paths: Vec<PathBuf> = event.paths.into_iter().filter(|p| places.matter(p)).collect();
        // On other systems a folder is "modified" by whatever happens in it, which is told as well.
        for (at, path) in paths.into_iter().enumerate() {
            self.first.get_or_insert(now);
            self.last = Some(now);
            match event.kind {
                EventKind::Create(CreateKind::File) | EventKind::Modify(ModifyKind::Data(DataChange::Any))
                    if HEARS_CLOSE =>
                {
                    self.gone.remove(&path);
                    self.open.insert(path.clone());
                }
                EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(RenameMode::From)) => {
                    self.open.remove(&path);
                    self.gone.insert(path.clone());
                }
                EventKind::Modify(ModifyKind::Name(RenameMode::Both)) if at == 0 => {
                    self.open.remove(&path);
                    self.gone.insert(path.clone());
                }
                EventKind::Modify(ModifyKind::Metadata(_)) => {}
                _ => {
                    self.open.remove(&path);
                    self.gone.remove(&path);
                }
            }
            self.paths.insert(path);
        }
        if self.paths.len() > MOST {
            self.lost(now);
        }
    }

    /// Events were lost: everything is to be looked at, from `when` on.
    pub fn lost(&mut self, when: Instant) {
        self.lost = Some(self.lost.map_or(when, |earlier| earlier.min(when)));
        self.paths.clear();
        self.open.clear();
        self.gone.clear();
        self.first.get_or_insert(when);
        self.last = Some(self.last.map_or(when, |last| last.max(when)));
    }

    /// When the burst is over, if no more comes; `None` if there is none.
    pub fn due(&self) -> Option<Instant> {
        let (first, last) = (self.first?, self.last?);
        let quiet = if self.lost.is_some() || self.paths.len() >= MANY {
            BURST
        } else if !self.open.is_empty() {
            OPEN
        } else if !self.gone.is_empty() {
            GONE
        } else {
            QUIET
        };
        Some((last + quiet).min(first + LONGEST))
    }

    /// What the burst was about.
    pub fn take(&mut self) -> Changes {
        let taken = std::mem::take(self);
        // Before the time: what was lost is still lost.
        if taken.lost.is_some() { Changes::Everything } else { Changes::Paths(taken.paths) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::Event;
    use notify::event::RemoveKind;
    use std::path::Path;

    const CREATED: EventKind = EventKind::Create(CreateKind::File);
    const WRITTEN: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));
    const CLOSED: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
    const AWAY: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::From));
    const HERE: EventKind = EventKind::Modify(ModifyKind::Name(RenameMode::To));

    /// How long after the last of some events, a millisecond apart, the burst is over, and what it was about.
    fn after(events: &[(EventKind, &str)]) -> (Option<Duration>, Changes) {
        let places = Places::of(Path::new("/s"));
        let mut settle = Settle::default();
        let mut now = Instant::now();
        for (kind, name) in events {
            now += Duration::from_millis(1);
            let path = Path::new("/s/content/articles").join(name);
            settle.take_in(Event::new(*kind).add_path(path), &places, now);
        }
        (settle.due().map(|due| due - now), settle.take())
    }

    fn paths(names: &[&str]) -> Changes {
        Changes::Paths(names.iter().map(|n| Path::new("/s/content/articles").join(n)).collect())
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_file_that_is_closed_is_done() {
        assert_eq!(after(&[(WRITTEN, "a.md"), (WRITTEN, "a.md")]), (Some(OPEN), paths(&["a.md"])));
        assert_eq!(after(&[(WRITTEN, "a.md"), (CLOSED, "a.md")]), (Some(QUIET), paths(&["a.md"])));
        let two = [(WRITTEN, "a.md"), (WRITTEN, "b.md"), (CLOSED, "a.md")];
        assert_eq!(after(&two), (Some(OPEN), paths(&["a.md", "b.md"])));
    }

    #[test]
    fn what_vanishes_may_come_back() {
        assert_eq!(after(&[(AWAY, "a.md")]), (Some(GONE), paths(&["a.md"])));
        let put_back = [(AWAY, "a.md"), (CREATED, "a.md"), (WRITTEN, "a.md"), (CLOSED, "a.md")];
        assert_eq!(after(&put_back), (Some(QUIET), paths(&["a.md"])));
        let removed = EventKind::Remove(RemoveKind::File);
        assert_eq!(after(&[(removed, "a.md"), (HERE, "a.md")]), (Some(QUIET), paths(&["a.md"])));
    }

    #[test]
    fn what_the_build_or_an_editor_does_for_itself_is_nothing() {
        let opened = EventKind::Access(AccessKind::Open(AccessMode::Any));
        let events = [(opened, "a.md"), (CREATED, ".a.md.swp"), (WRITTEN, "#a.md#"), (CREATED, "a.md~")];
        assert_eq!(after(&events).0, None);
    }

    #[test]
    fn many_files_wait_longer_and_far_too_many_are_everything() {
        let names: Vec<String> = (0..MOST + 1).map(|n| format!("{n}.md")).collect();
        let events: Vec<(EventKind, &str)> = names.iter().map(|n| (HERE, n.as_str())).collect();
        assert_eq!(after(&events[..MANY]).0, Some(BURST));
        assert_eq!(after(&events[..MANY]).1, paths(&names[..MANY].iter().map(String::as_str).collect::<Vec<_>>()));
        assert_eq!(after(&events).1, Changes::Everything);
    }

    #[test]
    fn a_burst_without_end_is_built_all_the_same() {
        let places = Places::of(Path::new("/s"));
        let mut settle = Settle::default();
        let start = Instant::now();
        for n in 0..10_000 {
            let event = Event::new(HERE).add_path(format!("/s/static/{}", n % 3).into());
            settle.take_in(event, &places, start + Duration::from_millis(n));
        }
        assert_eq!(settle.due(), Some(start + LONGEST));
    }
}
