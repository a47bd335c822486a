//! A site that is watched in this process, while a test changes its files.

use super::program::until;
use super::{NOW, Site, Tree};
use dateline::archive::withheld::Allowed;
use dateline::build::{Clock, MARKER, Options, Outcome, Progress, Report, Session, Silent};
use dateline::diagnostics::render_all;
use dateline::watch::{Cause, Follow, Observer, Stop};
use jiff::Timestamp;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What a build did, as far as tests ask.
#[derive(Clone, Debug)]
pub struct Told {
    pub cause: String,
    pub news: bool,
    pub published: bool,
    pub rendered: usize,
    pub moved: Vec<(String, String)>,
    pub problems: String,
}

/// A site under watch; the watch ends when this does.
pub struct Watched {
    pub site: Site,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
    told: Arc<Mutex<Vec<Told>>>,
    remarks: Arc<Mutex<Vec<String>>>,
    busy: Arc<AtomicBool>,
}

struct Ear {
    began: Instant,
    told: Arc<Mutex<Vec<Told>>>,
    remarks: Arc<Mutex<Vec<String>>>,
    busy: Arc<AtomicBool>,
}

impl Observer for Ear {
    fn now(&self) -> Timestamp {
        NOW.parse::<Timestamp>().expect("a time") + self.began.elapsed()
    }

    fn begins(&mut self, _: &Cause) {
        self.busy.store(true, Ordering::SeqCst);
    }

    fn progress(&self) -> &dyn Progress {
        &Silent
    }

    fn built(&mut self, cause: &Cause, report: &Report, news: bool) {
        self.told.lock().expect("no panic").push(Told {
            cause: format!("{cause:?}"),
            news,
            published: report.outcome == Outcome::Published,
            rendered: report.pages.rendered,
            moved: report.moved.clone(),
            problems: render_all(&report.diagnostics, false),
        });
        self.busy.store(false, Ordering::SeqCst);
    }

    fn remark(&mut self, text: &str) {
        self.remarks.lock().expect("no panic").push(text.to_string());
    }
}

impl Watched {
    /// Watches a site, and waits for the first build.
    pub fn new(site: Site) -> Self {
        Self::with(site, false)
    }

    /// The same by polling.
    pub fn polling(site: Site) -> Self {
        Self::with(site, true)
    }

    fn with(site: Site, poll: bool) -> Self {
        let root = site.root().canonicalize().expect("the site");
        let options = Options {
            site: root.clone(),
            output: None,
            base_url: None,
            origin: None,
            as_of: Clock::At(NOW.parse().expect("a time")),
            allowed: Allowed::default(),
            jobs: 2,
            clean: false,
            keep_going: false,
            tick: Duration::ZERO,
            verify: false,
        };
        let mut follow = Follow::new(Session::new(options), &root, None, poll);
        let stop = follow.stop();
        let (told, remarks) = <(Arc<Mutex<Vec<Told>>>, Arc<Mutex<Vec<String>>>)>::default();
        let busy = Arc::new(AtomicBool::new(true));
        let mut ear = Ear { began: Instant::now(), told: told.clone(), remarks: remarks.clone(), busy: busy.clone() };
        let thread = std::thread::spawn(move || follow.run(&mut ear));
        let watched = Self { site, stop, thread: Some(thread), told, remarks, busy };
        until("the first build", || !watched.told().is_empty());
        watched
    }

    /// All builds so far.
    pub fn told(&self) -> Vec<Told> {
        self.told.lock().expect("no panic").clone()
    }

    /// All remarks so far.
    pub fn remarks(&self) -> Vec<String> {
        self.remarks.lock().expect("no panic").clone()
    }

    /// Builds that somebody was told of.
    pub fn news(&self) -> usize {
        self.told().iter().filter(|t| t.news).count()
    }

    /// Waits until the output is what a clean build of the files as they are now would write.
    #[track_caller]
    pub fn settles(&self) -> &Self {
        self.settles_to(&self.site.copy().build())
    }

    /// Waits until the output is that of another build.
    #[track_caller]
    pub fn settles_to(&self, due: &super::Built) -> &Self {
        let public = self.site.path("public");
        let began = Instant::now();
        loop {
            // The output of a build is there before the build has ended.
            if snapshot(&public).as_ref() == Some(due.tree()) && !self.busy.load(Ordering::SeqCst) {
                return self;
            }
            if began.elapsed() > super::http::PATIENCE * 2 {
                let differing = super::differences(&self.site.tree("public"), due.tree());
                panic!("the output never becomes what it should be: {differing:#?}\n{:#?}", self.told());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for a build that was refused, and says why it was.
    #[track_caller]
    pub fn refuses(&self) -> String {
        until("a refusal", || self.told().last().is_some_and(|t| !t.published));
        self.told().last().expect("a build").problems.clone()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the watch has panicked");
        }
    }
}

/// Every file of a folder, if it holds still meanwhile.
fn snapshot(root: &Path) -> Option<Tree> {
    fn walk(root: &Path, folder: &Path, out: &mut Tree) -> std::io::Result<()> {
        let mut empty = true;
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            empty = false;
            let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
            if std::fs::symlink_metadata(&path)?.is_dir() {
                walk(root, &path, out)?;
            } else if name != MARKER {
                out.insert(name, std::fs::read(&path)?);
            }
        }
        if empty && folder != root {
            out.insert(format!("{}/", folder.strip_prefix(root).expect("below").to_string_lossy()), Vec::new());
        }
        Ok(())
    }
    let mut out = Tree::new();
    walk(root, root, &mut out).ok().map(|()| out)
}
