//! The loop of `watch` and `serve`: build, wait for something to happen, build again.

use super::{Message, Wake, Watch};
use crate::build::{Changes, Clock, Outcome, Progress, Report, Session};
use jiff::Timestamp;
use std::path::Path;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

/// The longest wait for a time to come: a machine that slept finds its clock elsewhere.
const DOZE: Duration = Duration::from_secs(20);

/// Why there is a build.
#[derive(Debug)]
pub enum Cause {
    /// It is the first.
    Start,
    /// Something changed, or may have.
    Changed(Changes),
    /// An article appears or disappears with nobody touching it.
    Clock,
}

/// Who is told what happens, and gives the time.
pub trait Observer {
    /// What time it is.
    fn now(&self) -> Timestamp;

    /// A build begins.
    fn begins(&mut self, cause: &Cause);

    /// Who follows a build.
    fn progress(&self) -> &dyn Progress;

    /// A build has ended. `news` is whether there is anything to tell: a look at every file that found nothing is none.
    fn built(&mut self, cause: &Cause, report: &Report, news: bool);

    /// A remark on the watching itself.
    fn remark(&mut self, text: &str);
}

/// Ends a loop.
#[derive(Clone)]
pub struct Stop(Sender<Message>);

impl Stop {
    /// Ends it as soon as no build is under way.
    pub fn stop(&self) {
        // It may have ended by itself.
        let _ = self.0.send(Message::Stop);
    }
}

/// A site that is built whenever it changes.
pub struct Follow {
    session: Session,
    watch: Watch,
    /// What "now" always is, if it is not the time.
    fixed: Option<Clock>,
    /// When an article next appears or disappears.
    next_change: Option<Timestamp>,
    /// What there was to say last.
    said: String,
}

impl Follow {
    /// Starts to watch a site, before it is first built, so that nothing is missed. `site` is the absolute path of its
    /// folder, `fixed` what "now" always is, if it is not the time; `poll` does without the system's events.
    pub fn new(session: Session, site: &Path, fixed: Option<Clock>, poll: bool) -> Self {
        Self { session, watch: Watch::new(site, poll), fixed, next_change: None, said: String::new() }
    }

    /// A handle that ends the loop.
    pub fn stop(&self) -> Stop {
        Stop(self.watch.sender.clone())
    }

    /// Builds, and builds again after every change, until it is stopped.
    pub fn run(&mut self, observer: &mut dyn Observer) {
        self.build(Cause::Start, observer);
        loop {
            if let Some(excuse) = self.watch.take_excuse() {
                observer.remark(&excuse);
            }
            match self.watch.wait(self.until(observer.now())) {
                Wake::Changed(changes) => self.build(Cause::Changed(changes), observer),
                Wake::Time if self.time_has_come(observer.now()) => self.build(Cause::Clock, observer),
                Wake::Time => {}
                Wake::Stopped => return,
            }
        }
    }

    fn build(&mut self, cause: Cause, observer: &mut dyn Observer) {
        let nothing = Changes::Paths(Default::default());
        let changes = match &cause {
            Cause::Start => &Changes::Everything,
            Cause::Changed(changes) => changes,
            Cause::Clock => &nothing,
        };
        observer.begins(&cause);
        let began = Instant::now();
        let now = observer.now();
        let clock = self.fixed.clone().unwrap_or(Clock::At(now));
        let report = self.session.build(changes, clock, observer.progress());
        self.next_change = match report.next_change {
            // A build that was refused may not have come to the articles.
            None if report.outcome == Outcome::Refused => self.next_change.filter(|at| *at > now),
            next => next,
        };
        let said = format!("{:?} {:?}", report.outcome, report.diagnostics);
        let found = report.files_written + report.files_removed > 0 || said != self.said;
        self.said = said;
        self.watch.built(changes, found, began.elapsed());
        let asked = match &cause {
            Cause::Start => true,
            Cause::Changed(Changes::Paths(_)) => true,
            Cause::Changed(Changes::Everything) | Cause::Clock => false,
        };
        observer.built(&cause, &report, found || asked);
    }

    /// Until when there is nothing to do unless something happens.
    fn until(&self, now: Timestamp) -> Instant {
        let left = match (&self.fixed, self.next_change) {
            (None, Some(at)) => Duration::try_from(at.duration_since(now)).unwrap_or_default(),
            _ => DOZE,
        };
        Instant::now() + left.min(DOZE)
    }

    fn time_has_come(&self, now: Timestamp) -> bool {
        self.fixed.is_none() && self.next_change.is_some_and(|at| at <= now)
    }
}
