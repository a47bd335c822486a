//! The fault matrix: between a deploy and a store of others stands a proxy, and each thing that can go wrong goes wrong at
//! each request, once and for good. What must hold in every field of it:
//!
//! - a deploy that could not be done ends with a word that names the trouble;
//! - readers see every page that both the old site and the new one have, and none of the old ones is gone before
//!   everything new is there;
//! - the next deploy ends in the new site, byte for byte.

use super::real::{Server, how};
use super::*;
use harness::program::Program;
use harness::proxy::{Fault, Proxy, answer};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Path → the MD5 of what lies there: lists of stores have it, so that one request shows all.
type Sums = BTreeMap<String, String>;

/// A store of others, and how to look into it without the proxy.
struct Store {
    server: Server,
    /// Where it keeps objects as files, if it does; else it lists them with their MD5, and keeps headers.
    folder: Option<Site>,
}

impl Store {
    fn sums(&self, bucket: &str) -> Sums {
        let own = |path: &String| !path.starts_with(".dateline-deploy/") && !path.ends_with('/');
        if let Some(folder) = &self.folder {
            return sums(&tree(&folder.path(bucket))).into_iter().filter(|(p, _)| own(p)).collect();
        }
        let list = self.server.ask(&format!("GET /{bucket}?list-type=2"), "").text();
        let of = |object: &str, name: &str| -> Option<String> {
            Some(object.split_once(&format!("<{name}>"))?.1.split_once('<')?.0.to_string())
        };
        let object = |o: &str| {
            let sum = of(o, "ETag")?.replace("&quot;", "").replace('"', "");
            Some((of(o, "Key")?, sum))
        };
        list.split("<Contents>").skip(1).filter_map(object).filter(|(path, _)| own(path)).collect()
    }
}

fn sums(tree: &Tree) -> Sums {
    tree.iter().map(|(path, bytes)| (path.clone(), harness::s3::md5(bytes))).collect()
}

/// Two sites that take turns at one place of the store: for each, the other is the one before it.
struct Field<'s> {
    store: &'s Store,
    proxy: Proxy,
    bucket: String,
    sites: [Site; 2],
    published: [Published; 2],
    expected: [Sums; 2],
    /// Which of them lies there.
    lies: usize,
}

impl<'s> Field<'s> {
    fn new(store: &'s Store, bucket: &str) -> Self {
        let proxy = Proxy::before(store.server.address);
        let target = format!("kind = \"s3\"\nbucket = \"{bucket}\"\nendpoint = \"http://{}\"", proxy.address);
        match &store.folder {
            Some(folder) => std::fs::create_dir_all(folder.path(bucket)).expect("a bucket"),
            None => assert_eq!(store.server.ask(&format!("PUT /{bucket}"), "").status, 200),
        }
        let old = Site::new();
        let settings = "title = \"Test\"\nbase_url = \"https://news.example\"";
        old.file(
            "site.toml",
            &format!("{settings}\n[deploy.live]\n{target}\n{}\n[urls]\nlock = false\n", harness::FOR_PEOPLE),
        );
        old.article("2025/03/14/first", "title: The first story", "A text.");
        let new = old.copy();
        new.rename("content/articles/2025/03/14/first.md", "content/articles/2025/03/14/second.md");
        let sites = [old, new];
        let published = [published(&sites[0]), published(&sites[1])];
        let expected = [sums(&output(&sites[0])), sums(&output(&sites[1]))];
        let mut field = Self { store, proxy, bucket: bucket.to_string(), sites, published, expected, lies: 1 };
        field.ends(&how());
        field
    }

    /// The one that is deployed next.
    fn next(&self) -> usize {
        1 - self.lies
    }

    fn deploy(&self, how: &How) -> Result<Report, Failure> {
        how.send(&self.sites[self.next()], &self.published[self.next()], &AtomicBool::new(false))
    }

    /// What readers see now must be sound; whether all of the new site is there.
    fn look(&self, at: &str) {
        let (old, new) = (&self.expected[self.lies], &self.expected[self.next()]);
        let there = self.store.sums(&self.bucket);
        for (path, sum) in &there {
            let known = [old.get(path), new.get(path)].contains(&Some(sum));
            assert!(known, "{at}: {path} is neither the old one nor the new one");
        }
        let complete = new.iter().all(|(path, sum)| there.get(path) == Some(sum));
        for path in old.keys().filter(|path| !there.contains_key(*path)) {
            assert!(complete && !new.contains_key(path), "{at}: {path} was deleted too early");
        }
    }

    /// A deploy that nothing disturbs, after which the other one is next.
    fn ends(&mut self, how: &How) {
        if let Err(failure) = self.deploy(how) {
            panic!("{}: {failure:?}", self.bucket);
        }
        assert_eq!(self.store.sums(&self.bucket), self.expected[self.next()], "{}", self.bucket);
        self.lies = self.next();
    }

    /// The deploy after one that did not end: by the same machine, which need not wait, or by another one that is told not to.
    fn goes_on(&mut self, number: usize) {
        self.proxy.heal();
        let mut how = how();
        if number / 2 % 2 == 1 {
            let _ = std::fs::remove_dir_all(self.sites[self.next()].path(".dateline/deploy"));
            how.request.break_lock = true;
        }
        self.ends(&how);
        assert_eq!(self.deploy_again(&how), Vec::<String>::new(), "{} {number}: nothing is left to do", self.bucket);
    }

    fn deploy_again(&self, how: &How) -> Vec<String> {
        let again = how.send(&self.sites[self.lies], &self.published[self.lies], &AtomicBool::new(false));
        steps(&again.unwrap_or_else(|f| panic!("{}: {f:?}", self.bucket)))
    }
}

/// What goes wrong.
struct Row {
    name: &'static str,
    fault: Fault,
    /// What a deploy says of it, one of these.
    words: &'static [&'static str],
    /// How a deploy ends in which it goes wrong only once.
    once: Once,
}

/// How a deploy ends in which something goes wrong only once.
#[derive(Clone, Copy, PartialEq)]
enum Once {
    /// As if nothing had been.
    Outlived,
    /// At once, with a clear word.
    Told,
    /// One or the other: it depends on what went wrong.
    Either,
}
use Once::{Either, Outlived, Told};

fn document(code: &str) -> String {
    format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>It is so.</Message></Error>")
}

fn rows() -> Vec<Row> {
    let row = |name, fault, words, once| Row { name, fault, words, once };
    let fails = || answer(500, "", &document("InternalError"));
    let slow = answer(503, "Retry-After: 0\r\n", &document("SlowDown"));
    let late = answer(403, "Date: Wed, 01 Jan 2020 00:00:00 GMT\r\n", &document("RequestTimeTooSkewed"));
    let sign_in = answer(200, "ETag: \"x\"\r\n", "<html>Sign in to the network</html>");
    // What is not the store's may say anything: a file that is none of ours, a state that does not last.
    let wrong: &[&str] =
        &["is not that of a deploy target", "what the target holds is something else", "another deploy"];
    vec![
        row("500", Fault::Instead(fails()), &["the store failed at"], Outlived),
        row("500-done", Fault::Though(fails()), &["the store failed at"], Outlived),
        row("slow-down", Fault::Instead(slow), &["the store asks to slow down"], Outlived),
        row("cut", Fault::Cut, &["cannot be reached"], Outlived),
        row("cut-done", Fault::CutAfter, &["cannot be reached"], Outlived),
        row("cut-inside", Fault::CutInside, &["cannot be reached"], Outlived),
        row("truncated", Fault::Truncated, &["cannot be reached"], Outlived),
        row("stall", Fault::Stall, &["nothing came within"], Outlived),
        row(
            "200-error",
            Fault::Instead(answer(200, "", &document("InternalError"))),
            &["the store failed at"],
            Outlived,
        ),
        row("200-page", Fault::Instead(answer(200, "", "<html>Sign in</html>")), wrong, Outlived),
        row("200-other", Fault::Instead(sign_in), wrong, Either),
        row(
            "expired",
            Fault::Instead(answer(403, "", &document("ExpiredToken"))),
            &["the credentials have expired"],
            Told,
        ),
        row("skewed", Fault::Instead(late), &["this machine's clock differs from the store's by"], Told),
    ]
}

/// One thing that goes wrong, at each request in turn.
fn each_request(field: &mut Field, row: &Row, once: bool) {
    for number in 0.. {
        assert!(number < 60, "{}: it never ends", row.name);
        let at = format!("{}, {} request {number}", row.name, if once { "only" } else { "from" });
        let mut how = how();
        how.request.jobs = 1;
        how.patience.tries = if once { 4 } else { 2 };
        if matches!(row.fault, Fault::Stall) {
            how.patience.step = Duration::from_millis(200);
        }
        let (struck, fault) = (Arc::new(AtomicUsize::new(0)), row.fault.clone());
        let strikes = struck.clone();
        field.proxy.fail(move |asked, _| {
            let strikes_now = if once { asked == number } else { asked >= number };
            strikes_now.then(|| {
                strikes.fetch_add(1, Ordering::Relaxed);
                fault.clone()
            })
        });
        let result = field.deploy(&how);
        field.look(&at);
        if struck.load(Ordering::Relaxed) == 0 {
            // It was over before.
            assert!(result.is_ok() && number > 8, "{at}: {result:?}");
            field.goes_on(0);
            return;
        }
        match result {
            Ok(report) => {
                assert!(once && row.once != Told && report.applied, "{at}: it went through");
                assert_eq!(field.store.sums(&field.bucket), field.expected[field.next()], "{at}");
            }
            Err(failure) => {
                let said = failure.diagnostic().render(false);
                assert!(!once || row.once != Outlived, "{at}: it was not outlived:\n{said}");
                assert!(row.words.iter().any(|words| said.contains(words)), "{at}:\n{said}");
                assert!(!said.contains(SECRET) && !said.contains("X-Amz"), "{at}:\n{said}");
            }
        }
        field.goes_on(number);
    }
}

/// Killed at each request, before or after the store has done it.
fn killed(store: &Store) {
    let mut field = Field::new(store, "killed");
    for number in 0.. {
        let at = format!("killed at request {number}");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dateline"));
        command.args(["deploy", "--parallel", "1", "--site"]).arg(field.sites[field.next()].root());
        command.envs(how().env).env_remove("AWS_PROFILE").env_remove("AWS_SESSION_TOKEN");
        let victim: Arc<std::sync::Mutex<Option<Program>>> = Arc::default();
        let mut hand = victim.lock().expect("no panic");
        let (killed, prey) = (Arc::new(AtomicUsize::new(0)), victim.clone());
        let kill = {
            let killed = killed.clone();
            move || {
                killed.fetch_add(1, Ordering::Relaxed);
                // Nobody dies half: this returns when it is over.
                if let Some(mut program) = prey.lock().expect("no panic").take() {
                    program.signal("KILL");
                    program.ends();
                }
            }
        };
        let kill: Arc<dyn Fn() + Send + Sync> = Arc::new(kill);
        field.proxy.fail(move |asked, _| {
            let done = number % 2 == 0;
            (asked >= number).then(|| {
                if !done {
                    kill();
                }
                if done { Fault::Then(kill.clone()) } else { Fault::Cut }
            })
        });
        *hand = Some(Program::of(command));
        drop(hand);
        let ended = |victim: &std::sync::Mutex<Option<Program>>| {
            victim.lock().expect("no panic").as_mut().is_none_or(Program::has_ended)
        };
        harness::program::until(&at, || ended(&victim));
        field.look(&at);
        if killed.load(Ordering::Relaxed) == 0 {
            assert!(number > 8, "{at}");
            field.goes_on(0);
            return;
        }
        field.goes_on(number);
    }
}

/// Another machine deploys the other site again, all of it, at each request of a deploy.
fn at_once(store: &Store) {
    let mut field = Field::new(store, "at-once");
    let mut finished = (0, 0);
    for number in 0.. {
        let at = format!("another deploy at request {number}");
        let mut how = how();
        how.request.jobs = 1;
        // It has a story of its own, so that there is something to do.
        let other = field.sites[field.lies].copy();
        other.article("2025/03/17/fifth", "title: The fifth story", "A text.");
        let theirs = sums(&{
            published(&other);
            output(&other)
        });
        let direct =
            other.read("site.toml").replace(&field.proxy.address.to_string(), &store.server.address.to_string());
        other.file("site.toml", &direct);
        let said: Arc<std::sync::Mutex<Option<Result<Report, Failure>>>> = Arc::default();
        let (told, patience) = (said.clone(), how.clone());
        field.proxy.fail(move |asked, _| {
            if asked == number {
                *told.lock().expect("no panic") = Some(patience.deploy(&other));
            }
            None
        });
        let first = field.deploy(&how);
        let second = said.lock().expect("no panic").take();
        let there = store.sums(&field.bucket);
        match (&first, &second) {
            (Ok(_), None) => {
                assert!(number > 8, "{at}");
                assert!(finished.0 > 0 && finished.1 > 0, "each was refused once: {finished:?}");
                field.goes_on(0);
                return;
            }
            // One of them, whole; the other is told.
            (Ok(_), Some(Err(failure))) => {
                finished.0 += 1;
                assert!(failure.message.contains("another deploy"), "{at}: {failure:?}");
                assert_eq!(there, field.expected[field.next()], "{at}");
            }
            (Err(failure), Some(Ok(_))) => {
                finished.1 += 1;
                assert!(failure.message.contains("another deploy"), "{at}: {failure:?}");
                assert_eq!(there, theirs, "{at}");
            }
            // One after the other.
            (Ok(_), Some(Ok(_))) => {
                let last = [&theirs, &field.expected[field.next()]].contains(&&there);
                assert!(last, "{at}: a mixture of both lies there");
            }
            (first, second) => panic!("{at}: nobody got through: {first:?}, {second:?}"),
        }
        field.goes_on(number);
    }
}

fn matrix(store: &Store) {
    let jobs: std::sync::Mutex<Vec<Box<dyn FnOnce() + Send + '_>>> = std::sync::Mutex::default();
    for row in rows() {
        let row = Arc::new(row);
        // What ends at once does not go wrong a second time.
        for once in [true, false].into_iter().filter(|once| *once || row.once != Told) {
            let row = row.clone();
            let job = move || {
                let mut field = Field::new(store, &format!("{}-{once}", row.name));
                each_request(&mut field, &row, once);
            };
            jobs.lock().expect("no panic").push(Box::new(job));
        }
    }
    jobs.lock().expect("no panic").push(Box::new(move || at_once(store)));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(job) = jobs.lock().expect("no panic").pop() else { break };
                    job();
                }
            });
        }
    });
    // By itself: between the fork and the start of a program its child holds every lock of this process.
    killed(store);
}

#[test]
fn before_a_store_that_checks_signatures() {
    let data = Site::bare();
    let Some(server) = Server::checking(&data) else { return };
    matrix(&Store { server, folder: Some(data) });
}

#[test]
fn before_a_store_that_keeps_headers() {
    let Some(server) = Server::keeping() else { return };
    let store = Store { server, folder: None };
    matrix(&store);
    // What came through all of it has the right headers.
    let header = |path: &str, name: &str| {
        let answer = store.server.ask(&format!("GET /{path}"), "");
        answer.header(name).unwrap_or_default().to_string()
    };
    for bucket in ["500-true", "cut-inside-false", "killed", "at-once"] {
        for path in store.sums(bucket).into_keys() {
            let (kind, cache) = match path.rsplit_once('.').map(|(_, ending)| ending) {
                Some("html") => ("text/html; charset=utf-8", "public, max-age=0, must-revalidate"),
                Some("css") => ("text/css; charset=utf-8", "public, max-age=31536000, immutable"),
                _ => continue,
            };
            assert_eq!(header(&format!("{bucket}/{path}"), "content-type"), kind, "{bucket}/{path}");
            assert_eq!(header(&format!("{bucket}/{path}"), "cache-control"), cache, "{bucket}/{path}");
        }
    }
}
