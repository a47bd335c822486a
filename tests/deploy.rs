//! Deploying: plans, targets, what goes wrong on the way. A server of our own that speaks S3 and fails as told, and real
//! servers and programs where they are installed.

mod harness;
#[path = "deploy/matrix.rs"]
mod matrix;

use dateline::build::{self, Options, Published, Silent};
use dateline::deploy::failure::Failure;
use dateline::deploy::{self, Patience, Report, Request, Surroundings};
use harness::http::PATIENCE;
use harness::{Site, Tree, tree};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// A site with a few stories and one target.
fn site(target: &str) -> Site {
    let site = Site::new();
    site.file(
        "site.toml",
        &format!("title = \"Test\"\nbase_url = \"https://news.example\"\n\n[deploy.live]\n{target}\n"),
    );
    for (day, slug) in [("14", "first"), ("15", "second"), ("16", "third")] {
        site.article(&format!("2025/03/{day}/{slug}"), &format!("title: The {slug} story\ntags: [harbour]"), "A text.");
    }
    site
}

fn options(site: &Site) -> Options {
    site.with().options()
}

/// Builds; what lies in the output then.
fn published(site: &Site) -> Published {
    site.build().published();
    build::published(&options(site)).unwrap_or_else(|d| panic!("{d:?}"))
}

/// How a test deploys.
#[derive(Clone)]
struct How {
    request: Request,
    patience: Patience,
    env: BTreeMap<String, String>,
    now: String,
}

impl Default for How {
    fn default() -> Self {
        let patience = Patience {
            step: Duration::from_secs(10),
            tries: 3,
            pause: Duration::from_millis(1),
            lease: Duration::from_secs(300),
        };
        let env = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", SECRET), ("HOME", "/nowhere")];
        let env = env.map(|(name, value)| (name.to_string(), value.to_string())).into();
        Self { request: Request::default(), patience, env, now: harness::NOW.to_string() }
    }
}

const SECRET: &str = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY";

impl How {
    fn with(change: impl FnOnce(&mut Request)) -> Self {
        let mut how = Self::default();
        change(&mut how.request);
        how
    }

    fn deploy(&self, site: &Site) -> Result<Report, Failure> {
        self.deploy_stopping(site, &AtomicBool::new(false))
    }

    fn deploy_stopping(&self, site: &Site, stop: &AtomicBool) -> Result<Report, Failure> {
        self.send(site, &published(site), stop)
    }

    /// Deploys what was built.
    fn send(&self, site: &Site, published: &Published, stop: &AtomicBool) -> Result<Report, Failure> {
        let target = deploy::choose(&published.config.deploy, None).expect("one target");
        let now = || self.now.parse().expect("a time");
        let env = |name: &str| self.env.get(name).cloned();
        let around = Surroundings {
            site: site.root(),
            now: &now,
            environment: &env,
            progress: &Silent,
            stop,
            patience: self.patience,
        };
        // A program that another test starts holds the locks of this process for a moment, between its fork and its start.
        let began = std::time::Instant::now();
        loop {
            match deploy::deploy(published, target, &self.request, &around) {
                Err(f) if f.message.contains("another process of this machine") && began.elapsed() < PATIENCE => {}
                result => return result,
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

fn deploy(site: &Site) -> Report {
    How::default().deploy(site).unwrap_or_else(|f| panic!("{}", f.diagnostic().render(false)))
}

fn refused(site: &Site, how: &How) -> String {
    match how.deploy(site) {
        Ok(report) => panic!("it went through: {report:?}"),
        Err(failure) => failure.diagnostic().render(false),
    }
}

/// What was done, by path: `+ index.html`.
fn steps(report: &Report) -> Vec<String> {
    let sign = |c: &deploy::plan::Change| match c.action {
        deploy::plan::Action::Add => '+',
        deploy::plan::Action::Change => '~',
        deploy::plan::Action::Remove => '-',
    };
    let mut steps: Vec<String> = report.plan.changes.iter().map(|c| format!("{} {}", sign(c), c.path)).collect();
    steps.sort();
    steps
}

/// The site's output.
fn output(site: &Site) -> Tree {
    let mut tree = tree(&site.path("public"));
    tree.remove(".dateline-output");
    tree
}

/// What lies at a target that is a folder.
fn lying(site: &Site, folder: &str) -> Tree {
    tree(&site.path(folder)).into_iter().filter(|(path, _)| !path.starts_with(".dateline-deploy/")).collect()
}

mod folder {
    use super::*;

    fn folder() -> Site {
        site("kind = \"folder\"\npath = \"www\"")
    }

    #[test]
    fn first_all_then_nothing_then_what_differs() {
        let site = folder();
        let first = deploy(&site);
        assert_eq!(first.plan.changes.len(), first.files);
        assert_eq!(lying(&site, "www"), output(&site));
        assert_eq!(steps(&deploy(&site)), [""; 0]);

        site.article("2025/03/16/fourth", "title: The fourth story", "A text.");
        site.remove("content/articles/2025/03/14/first.md").setting("[urls]\nlock = false");
        let report = deploy(&site);
        assert!(steps(&report).contains(&"+ 2025/03/16/fourth/index.html".to_string()));
        assert!(steps(&report).contains(&"- 2025/03/14/first/index.html".to_string()));
        assert!(!steps(&report).iter().any(|s| s.contains("second/index.html") && !s.starts_with('~')));
        assert_eq!(lying(&site, "www"), output(&site));
    }

    #[test]
    fn a_dry_run_says_what_and_why_and_does_nothing() {
        let site = folder();
        deploy(&site);
        site.article("2025/03/16/fourth", "title: The fourth story\naliases: [/old/]", "A text.");
        let before = lying(&site, "www");
        let plan = How::with(|r| r.dry_run = true).deploy(&site).expect("a plan");
        assert!(!plan.applied);
        assert_eq!(lying(&site, "www"), before);
        let json = plan.json();
        let changes = json["changes"].as_array().expect("a list");
        let of = |path: &str| changes.iter().find(|c| c["path"] == path).expect("a step");
        let story = of("2025/03/16/fourth/index.html");
        assert_eq!((&story["action"], &story["reason"]), (&"add".into(), &"new".into()));
        assert_eq!(of("index.html")["reason"], "content");
        assert_eq!(of("old/index.html")["redirect"], "/2025/03/16/fourth/");
        assert_eq!(json["redirects"], 1);
        assert_eq!(steps(&deploy(&site)), steps(&plan));
    }

    #[test]
    fn withheld_articles_are_not_there() {
        let site = folder();
        for (name, key) in [("draft", "draft: true"), ("later", "embargo: 2030-01-01"), ("over", "expires: 2025-04-01")]
        {
            site.article(&format!("2025/03/16/{name}"), &format!("title: The {name} secret\n{key}"), "A text.");
        }
        // A preview with all of them lies in the output when somebody deploys.
        site.with().drafts().future().build().published();
        deploy(&site);
        for (path, bytes) in lying(&site, "www") {
            let text = String::from_utf8_lossy(&bytes).to_lowercase();
            assert!(!text.contains("secret"), "{path}");
        }
    }

    #[test]
    fn files_that_no_deploy_put_there_are_neither_replaced_nor_deleted() {
        let site = folder();
        site.file("www/index.html", "somebody's").file("www/photos/a.jpg", "somebody's");
        let why = refused(&site, &How::default());
        assert!(why.contains("already has files"), "{why}");
        assert!(why.contains("--take-over"), "{why}");
        assert_eq!(site.read("www/index.html"), "somebody's");
        How::with(|r| r.take_over = true).deploy(&site).expect("deployed");
        assert_ne!(site.read("www/index.html"), "somebody's");
        site.remove("content/articles/2025/03/14/first.md").setting("[urls]\nlock = false");
        deploy(&site);
        assert_eq!(site.read("www/photos/a.jpg"), "somebody's");
        assert!(!site.exists("www/2025/03/14"));
    }

    #[test]
    fn what_should_not_be_public_stops_everything() {
        let site = folder();
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj0000";
        site.file("static/server.pem", "x").file("static/notes.txt", &format!("-----BEGIN PRIVATE KEY-----\n{body}\n"));
        let why = refused(&site, &How::default());
        assert!(why.contains("server.pem has the name of a key"), "{why}");
        assert!(!site.exists("www"));
        site.remove("static/server.pem");
        let why = refused(&site, &How::default());
        assert!(why.contains("notes.txt holds a private key"), "{why}");
        assert!(!site.exists("www"));
        site.setting("allow = [\"/notes.txt\"]");
        deploy(&site);
        assert!(site.exists("www/notes.txt"));
    }

    #[test]
    fn many_deletions_must_be_meant() {
        let site = folder();
        for n in 0..30 {
            site.file(&format!("static/maps/{n}.txt"), "a map");
        }
        deploy(&site);
        site.remove("static/maps");
        let why = refused(&site, &How::default());
        assert!(why.contains("30 of the target's") && why.contains("--allow-deletes"), "{why}");
        assert!(site.exists("www/maps/7.txt"));
        How::with(|r| r.allow_deletes = true).deploy(&site).expect("deployed");
        assert!(!site.exists("www/maps"));
        assert_eq!(lying(&site, "www"), output(&site));
    }

    #[test]
    fn a_full_look_mends_what_others_did() {
        let site = folder();
        deploy(&site);
        site.remove("www/index.html").file("www/feed.xml", "short").file("www/theirs.txt", "theirs");
        assert_eq!(steps(&deploy(&site)), [""; 0], "nobody looks unless asked to");
        let report = How::with(|r| r.full = true).deploy(&site).expect("deployed");
        assert_eq!(steps(&report), ["+ index.html", "~ feed.xml"]);
        assert_eq!(report.foreign, Some(1));
        site.remove("www/theirs.txt");
        assert_eq!(lying(&site, "www"), output(&site));
    }

    #[test]
    fn a_target_must_not_be_the_site_or_in_its_output() {
        for path in ["", ".", "public", "public/www", "content/www", ".."] {
            let site = site(&format!("kind = \"folder\"\npath = \"{path}\""));
            if path.is_empty() {
                assert!(site.build().refused().diagnostics_text().contains("needs `path`"));
            } else {
                assert!(refused(&site, &How::default()).contains("cannot be a target"), "{path}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_in_the_target_are_not_followed() {
        let site = folder();
        std::fs::create_dir_all(site.path("elsewhere")).expect("a folder");
        std::fs::create_dir_all(site.path("www")).expect("a folder");
        site.link("www/2025", "../elsewhere");
        let why = refused(&site, &How::with(|r| r.take_over = true));
        assert!(why.contains("symbolic link"), "{why}");
        assert_eq!(site.tree("elsewhere").len(), 0);
    }

    #[test]
    fn a_file_becomes_a_folder_and_a_folder_a_file() {
        let site = folder();
        site.file("static/data", "a file").file("static/maps/a/1.txt", "a map").file("static/maps/2.txt", "a map");
        deploy(&site);
        site.remove("static/data").remove("static/maps");
        site.file("static/data/2025/all.csv", "a,b").file("static/maps", "one map");
        let report = deploy(&site);
        assert!(
            steps(&report).contains(&"- data".to_string()) && steps(&report).contains(&"- maps/a/1.txt".to_string())
        );
        assert_eq!(lying(&site, "www"), output(&site));
        assert_eq!(steps(&deploy(&site)), [""; 0]);
        // What no deploy has put there is not deleted for it.
        site.remove("static/maps").file("static/maps/1.txt", "a map");
        deploy(&site);
        site.file("www/maps/theirs.txt", "theirs");
        site.remove("static/maps").file("static/maps", "one map");
        assert!(refused(&site, &How::default()).contains("a folder with files of no deploy"));
        assert_eq!(site.read("www/maps/theirs.txt"), "theirs");
        site.remove("www/maps/theirs.txt");
        deploy(&site);
        assert_eq!(lying(&site, "www"), output(&site));
    }

    #[test]
    fn stopped_it_goes_on_later() {
        let site = folder();
        let why = How::default().deploy_stopping(&site, &AtomicBool::new(true)).expect_err("stopped");
        assert!(why.message.contains("stopped"), "{why:?}");
        deploy(&site);
        assert_eq!(lying(&site, "www"), output(&site));
    }
}

mod settings {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (target, expected) in [
            ("path = \"www\"", "does not say what it is"),
            ("kind = \"s4\"", "did you mean \"s3\"?"),
            ("kind = \"folder\"\npath = \"www\"\nbukket = \"x\"", "did you mean `bucket`?"),
            (
                "kind = \"folder\"\npath = \"www\"\nbucket = \"x\"",
                "`bucket` means nothing to a target of kind \"folder\"",
            ),
            ("kind = \"s3\"", "needs `bucket`"),
            ("kind = \"s3\"\nbucket = \"a b\"", "not the name of a bucket"),
            ("kind = \"s3\"\nbucket = \"a\"\nendpoint = \"s3.example\"", "not a web address"),
            ("kind = \"s3\"\nbucket = \"a\"\nprefix = \"../x\"", "`prefix` is not a path"),
            ("kind = \"git\"\nrepository = \"--upload-pack=x\"", "not a repository"),
            ("kind = \"git\"\nrepository = \"https://me:secret@git.example/x\"", "must not hold a password"),
            ("kind = \"sftp\"\nhost = \"-oProxyCommand=x\"\npath = \"/www\"", "is not a host"),
            ("kind = \"rsync\"\nhost = \"me@-oProxyCommand=x\"\npath = \"/www\"", "is not a host"),
            ("kind = \"folder\"\npath = \"www\"\nmax_deletes = 10.0", "is a share"),
            ("kind = \"folder\"\npath = \"www\"\nsecret_key = \"x\"", "unknown key `secret_key`"),
        ] {
            let text = site(target).build().refused().diagnostics_text();
            assert!(text.contains(expected) && text.contains("--> site.toml:"), "{target}:\n{text}");
        }
    }
}

mod s3 {
    use super::*;
    use harness::s3::{Asked, Fault, S3};

    fn store() -> (S3, Site) {
        let s3 = S3::start();
        let site = site(&s3.target());
        (s3, site)
    }

    /// How often each kind of request was made.
    fn counted(asked: &[Asked]) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for a in asked {
            let own = a.key.contains(".dateline-deploy/");
            let kind = match a.method.as_str() {
                "GET" if a.lists => "list",
                "GET" if own => "get own",
                "GET" => "get",
                "PUT" if own => "put own",
                "PUT" => "put",
                _ => "delete",
            };
            *counts.entry(kind).or_default() += 1;
        }
        counts
    }

    #[test]
    fn it_asks_no_more_than_it_must() {
        let (s3, site) = store();
        let first = deploy(&site);
        let asked = counted(&s3.asked());
        assert_eq!(asked["put"], first.files, "every file once");
        assert_eq!(
            (asked["put own"], asked["get own"], asked["list"]),
            (5, 1, 1),
            "state, twice in vain, manifest, state"
        );
        assert_eq!(s3.tree(), output(&site));

        assert_eq!(steps(&deploy(&site)), [""; 0]);
        assert_eq!(counted(&s3.asked()), [("get own", 1)].into(), "nothing changed: one request");

        site.article("2025/03/16/fourth", "title: The fourth story\ntags: [harbour]", "A text.");
        let report = deploy(&site);
        let changes = report.plan.changes.len();
        let asked = counted(&s3.asked());
        assert_eq!(asked, [("get own", 1), ("put own", 3), ("put", changes)].into());
        assert!(changes < report.files, "{changes} of {}", report.files);
        assert_eq!(report.requests, Some(changes + 4));
        assert_eq!(s3.tree(), output(&site));
        assert_eq!(s3.own().len(), 3, "a state, a manifest and the one before: {:?}", s3.own());
        site.article("2025/03/16/fifth", "title: The fifth story", "A text.");
        deploy(&site);
        assert_eq!(s3.own().len(), 3, "{:?}", s3.own());
    }

    #[test]
    fn without_the_machine_that_deployed_last_the_manifest_is_fetched() {
        let (s3, site) = store();
        deploy(&site);
        site.remove(".dateline");
        s3.asked();
        assert_eq!(steps(&deploy(&site)), [""; 0]);
        assert_eq!(counted(&s3.asked()), [("get own", 2)].into());
    }

    #[test]
    fn a_prefix_is_a_site_of_its_own() {
        let s3 = S3::start();
        let site = site(&format!("{}\nprefix = \"news/\"", s3.target()));
        s3.put("index.html", b"somebody's");
        deploy(&site);
        let tree = s3.tree();
        assert_eq!(tree["index.html"], b"somebody's");
        let inside = tree.into_iter().filter_map(|(key, bytes)| Some((key.strip_prefix("news/")?.to_string(), bytes)));
        assert_eq!(inside.collect::<Tree>(), output(&site));
    }

    #[test]
    fn headers() {
        let s3 = S3::start();
        let site = site(&format!("{}\nwebsite_redirects = true\ncache = \"max-age=60\"", s3.target()));
        site.article("2025/03/16/fourth", "title: The fourth story\naliases: [/old/, /früher/]", "A text.");
        deploy(&site);
        let objects = s3.objects();
        let header = |path: &str, name: &str| objects[path].headers.get(name).map_or("", String::as_str).to_string();
        assert_eq!(header("index.html", "content-type"), "text/html; charset=utf-8");
        assert_eq!(header("index.html", "cache-control"), "max-age=60");
        assert_eq!(header("feed.xml", "content-type"), "application/atom+xml; charset=utf-8");
        let assets: Vec<&String> = objects.keys().filter(|key| key.starts_with("assets/")).collect();
        assert!(!assets.is_empty());
        for asset in assets {
            assert_eq!(header(asset, "cache-control"), "public, max-age=31536000, immutable", "{asset}");
        }
        for old in ["old/index.html", "früher/index.html"] {
            assert_eq!(header(old, "x-amz-website-redirect-location"), "/2025/03/16/fourth/", "{old}");
        }
        assert_eq!(header("index.html", "x-amz-website-redirect-location"), "");
        // Other headers are sent anew, and nothing else.
        site.edit("site.toml", "max-age=60", "max-age=90");
        let report = deploy(&site);
        assert!(report.plan.changes.iter().all(|c| c.reason == dateline::deploy::plan::Reason::Headers));
        assert_eq!(s3.objects()["index.html"].headers["cache-control"], "max-age=90");
    }

    #[test]
    fn text_can_be_sent_compressed() {
        let s3 = S3::start();
        let site = site(&format!("{}\ncompress = true", s3.target()));
        site.bytes("static/photo.jpg", &[0xff, 0xd8, 0xff, 0]);
        // Compressed or not, what is read back is compared with what is here.
        s3.odd_etags();
        deploy(&site);
        let objects = s3.objects();
        assert_eq!(objects["index.html"].headers["content-encoding"], "gzip");
        assert!(!objects["photo.jpg"].headers.contains_key("content-encoding"));
        let plain = dateline::deploy::manifest::unpack(&objects["index.html"].bytes).expect("gzip");
        assert_eq!(plain, output(&site)["index.html"]);
        assert_eq!(steps(&How::with(|r| r.full = true).deploy(&site).expect("deployed")), [""; 0]);
    }

    #[test]
    fn a_full_look_knows_how_large_what_was_compressed_must_be() {
        let s3 = S3::start();
        let site = site(&format!("{}\ncompress = true", s3.target()));
        site.file("static/maps.txt", &"a map ".repeat(500));
        deploy(&site);
        let full = How::with(|r| r.full = true);
        assert_eq!(steps(&full.deploy(&site).expect("deployed")), [""; 0]);
        // Somebody else puts the file there as it is, and another one that is none.
        s3.put("maps.txt", "a map ".repeat(500).as_bytes());
        s3.put("index.html", b"short");
        assert_eq!(steps(&full.deploy(&site).expect("deployed")), ["~ index.html", "~ maps.txt"]);
        assert_eq!(s3.objects()["maps.txt"].headers["content-encoding"], "gzip");
        assert_eq!(steps(&full.deploy(&site).expect("deployed")), [""; 0]);
        // Not compressed any more: everything that was is sent anew, for its headers.
        site.edit("site.toml", "compress = true", "compress = false");
        let report = full.deploy(&site).expect("deployed");
        let headers = dateline::deploy::plan::Reason::Headers;
        assert!(report.plan.changes.iter().all(|c| c.reason == headers), "{:?}", report.plan.changes);
        assert_eq!(s3.tree(), output(&site));
        assert_eq!(steps(&full.deploy(&site).expect("deployed")), [""; 0]);
    }

    #[test]
    fn a_store_without_conditional_writes_is_told_and_can_be_accepted() {
        // Whether it says that it knows none, or passes over them.
        for says in [true, false] {
            let (s3, site) = store();
            if says {
                s3.fail(|_, asked| asked.conditional.then_some(Fault::Error(501, "NotImplemented")));
            } else {
                s3.pass_over_conditions();
            }
            let why = refused(&site, &How::default());
            assert!(why.contains("two deploys to it at once cannot be kept apart"), "{why}");
            assert!(why.contains("`conditional_writes = false`"), "{why}");
            assert_eq!(s3.tree(), Tree::new(), "nothing was sent");
            site.setting("conditional_writes = false");
            deploy(&site);
            assert_eq!(s3.tree(), output(&site));
            edit(&site);
            assert_eq!(counted(&s3.asked()).get("delete"), None);
            deploy(&site);
            assert!(s3.asked().iter().all(|asked| !asked.conditional));
            assert_eq!(s3.tree(), output(&site));
            // One that is seen to be under way is still waited for.
            let mut how = How::default();
            how.patience.tries = 1;
            site.article("2025/03/17/fifth", "title: The fifth story", "A text.");
            s3.fail(|number, _| (number >= 6).then_some(Fault::Reset));
            how.deploy(&site).expect_err("it is cut");
            s3.heal();
            site.remove(".dateline/deploy");
            assert!(refused(&site, &How::default()).contains("another deploy"));
            s3.pass(301);
            deploy(&site);
            assert_eq!(s3.tree(), output(&site));
        }
    }

    #[test]
    fn an_etag_that_proves_nothing_is_no_proof() {
        let (s3, site) = store();
        s3.odd_etags();
        let first = deploy(&site);
        assert_eq!(counted(&s3.asked())["get"], first.files, "every file is read back");
        site.article("2025/03/16/fourth", "title: The fourth story", "A text.");
        // Somebody else overwrites the new page in the same moment, and again when it is sent once more.
        let other = s3.clone();
        s3.fail(move |_, asked| {
            if asked.key == "2025/03/16/fourth/index.html" && asked.method == "GET" {
                let (other, done) = (other.clone(), std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false)));
                let go_on = done.clone();
                std::thread::spawn(move || {
                    other.put("2025/03/16/fourth/index.html", b"theirs");
                    go_on.store(true, std::sync::atomic::Ordering::Relaxed);
                });
                return Some(Fault::Held(done));
            }
            None
        });
        site.remove("content/articles/2025/03/14/first.md").setting("[urls]\nlock = false");
        let why = refused(&site, &How::with(|r| r.jobs = 1));
        assert!(
            why.contains("what the target holds is something else") && why.contains("nothing was deleted"),
            "{why}"
        );
        assert!(s3.tree().contains_key("2025/03/14/first/index.html"));
        s3.heal();
        deploy(&site);
        assert_eq!(s3.tree(), output(&site));
    }

    #[test]
    fn the_whole_target_is_listed_when_asked_page_by_page() {
        let (s3, site) = store();
        s3.page_size(7);
        deploy(&site);
        s3.take("index.html");
        s3.put("feed.xml", b"short");
        s3.put("theirs.txt", b"theirs");
        let report = How::with(|r| r.full = true).deploy(&site).expect("deployed");
        assert_eq!(steps(&report), ["+ index.html", "~ feed.xml"]);
        assert_eq!(report.foreign, Some(1));
        s3.take("theirs.txt");
        assert_eq!(s3.tree(), output(&site));
    }

    /// A change with all kinds of steps in it.
    fn edit(site: &Site) {
        site.article("2025/03/16/fourth", "title: The fourth story\ntags: [harbour]", "A text.");
        site.remove("content/articles/2025/03/14/first.md");
        if !site.read("site.toml").contains("lock = false") {
            site.setting("[urls]\nlock = false");
        }
    }

    #[test]
    fn every_passing_fault_is_outlived() {
        for fault in [
            Fault::Error(500, "InternalError"),
            Fault::Error(503, "ServiceUnavailable"),
            Fault::Error(503, "SlowDown"),
            Fault::Error(429, "TooManyRequests"),
            Fault::Error(400, "RequestTimeout"),
            Fault::Error(200, "InternalError"),
            Fault::Page(502, "<html>Bad gateway</html>"),
            Fault::Page(200, "<html>Sign in to the network</html>"),
            Fault::Page(404, "<html>Sign in to the network</html>"),
            Fault::Page(302, ""),
            Fault::Reset,
            Fault::ResetAfter,
            Fault::Truncated,
        ] {
            let (s3, site) = store();
            deploy(&site);
            edit(&site);
            site.remove(".dateline/deploy");
            let script = fault.clone();
            // Every request fails once, whatever it is; an answer without a body cannot be cut short.
            let mut seen: Vec<String> = Vec::new();
            s3.fail(move |_, asked| {
                let name = format!("{} {} {:?}", asked.method, asked.key, asked.deletes);
                let short = matches!(script, Fault::Truncated) && asked.method == "PUT";
                let first = !short && !seen.contains(&name);
                seen.push(name);
                first.then(|| script.clone())
            });
            let report = How::default().deploy(&site).unwrap_or_else(|f| panic!("{fault:?}: {f:?}"));
            assert!(report.applied);
            s3.heal();
            assert_eq!(s3.tree(), output(&site), "{fault:?}");
            assert!(s3.own().len() <= 3, "{fault:?}: {:?}", s3.own());
        }
    }

    #[test]
    fn a_fault_that_stays_is_told_in_clear_words_and_nothing_is_deleted() {
        for (fault, expected) in [
            (Fault::Error(500, "InternalError"), "the store failed at"),
            (Fault::Error(503, "SlowDown"), "asks to slow down"),
            (Fault::Error(200, "InternalError"), "the store failed at"),
            (Fault::Page(200, "<html>Sign in</html>"), "is not that of a deploy target"),
            (Fault::Page(302, ""), "is not that of a deploy target"),
            (Fault::Error(301, "PermanentRedirect"), "the bucket answers elsewhere"),
            (Fault::Reset, "cannot be reached"),
            (Fault::Stall, "nothing came within 0.2 s"),
            (Fault::Error(400, "ExpiredToken"), "the credentials have expired"),
            (Fault::Error(403, "AccessDenied"), "the store refuses"),
            (Fault::Error(403, "InvalidAccessKeyId"), "check the credentials"),
            (Fault::Error(403, "RequestTimeTooSkewed"), "this machine's clock differs"),
            (Fault::Skewed(3600), "clock differs from the store's by 60 minutes: it is behind"),
            (Fault::Skewed(-3600), "it is ahead"),
            (Fault::Error(404, "NoSuchBucket"), "there is no such bucket"),
            (Fault::Error(501, "NotImplemented"), "does not know how to do"),
        ] {
            let (s3, site) = store();
            deploy(&site);
            edit(&site);
            let mut how = How::default();
            if matches!(fault, Fault::Stall) {
                how.patience.step = Duration::from_millis(200);
                how.patience.tries = 1;
            }
            let script = fault.clone();
            s3.fail(move |number, _| (number >= 6).then(|| script.clone()));
            let why = refused(&site, &how);
            assert!(why.contains(expected), "{fault:?}:\n{why}");
            assert!(!why.contains(SECRET) && !why.contains("X-Amz"), "{why}");
            let tree = s3.tree();
            assert!(tree.contains_key("2025/03/14/first/index.html"), "{fault:?}: it was deleted too early");
            s3.heal();
            // Nothing was said to the store in the end; the machine is the same, so nobody need wait.
            let report = deploy(&site);
            assert_eq!(s3.tree(), output(&site), "{fault:?}");
            assert!(report.applied);
        }
    }

    /// Every key that was ever reached by a link of a page that was there at that time.
    fn broken(tree: &Tree) -> Vec<String> {
        let mut broken = Vec::new();
        for (path, bytes) in tree.iter().filter(|(path, _)| path.ends_with(".html")) {
            let text = String::from_utf8_lossy(bytes);
            for link in text.split(" href=\"/").skip(1).filter_map(|rest| rest.split(['"', '#', '?']).next()) {
                if !tree.contains_key(&harness::file_of(link)) {
                    broken.push(format!("{path} → /{link}"));
                }
            }
        }
        broken
    }

    #[test]
    fn killed_at_any_request_the_next_deploy_ends_in_the_same_tree() {
        let mut how = How::with(|r| r.jobs = 1);
        how.patience.tries = 1;
        let requests = {
            let (s3, site) = store();
            deploy(&site);
            edit(&site);
            s3.heal();
            deploy(&site);
            s3.asked().len()
        };
        assert!(requests > 15, "{requests}");
        for at in 0..requests {
            // Whether what was asked last was done, and whether the same machine goes on.
            for (applied, same_machine) in [(at % 2 == 0, true), (at % 2 == 1, false)] {
                let (s3, site) = store();
                deploy(&site);
                edit(&site);
                // From that request on nothing gets through any more, as if the program were gone.
                s3.fail(move |number, _| match number.cmp(&at) {
                    std::cmp::Ordering::Less => None,
                    std::cmp::Ordering::Equal if applied => Some(Fault::ResetAfter),
                    _ => Some(Fault::Reset),
                });
                let first = how.deploy(&site);
                // The very last request may have been done.
                assert!(first.is_err() || applied && at + 1 == requests, "{at}: {first:?}");
                let half = s3.tree();
                assert_eq!(broken(&half), [""; 0], "after {at} requests");
                let complete = |tree: &Tree| output(&site).iter().all(|(path, bytes)| tree.get(path) == Some(bytes));
                let kept = half.contains_key("2025/03/14/first/index.html");
                assert!(kept || complete(&half), "after {at} requests something was deleted too early");
                s3.heal();
                if !same_machine {
                    site.remove(".dateline/deploy");
                    // Another machine must wait for the lock, if the first deploy could get as far as that.
                    s3.pass(301);
                }
                let again = deploy(&site);
                assert_eq!(s3.tree(), output(&site), "after {at} requests");
                if same_machine && !applied {
                    let resent =
                        s3.asked().iter().filter(|a| a.method == "PUT" && !a.key.contains(".dateline")).count();
                    let due = again.files - again.plan.unchanged;
                    assert_eq!(resent, due, "after {at} requests");
                }
                assert!(s3.own().len() <= 3, "after {at} requests: {:?}", s3.own());
                assert_eq!(steps(&deploy(&site)), [""; 0]);
            }
        }
    }

    #[test]
    fn what_was_sent_is_not_sent_twice() {
        let (s3, site) = store();
        let mut how = How::with(|r| r.jobs = 1);
        how.patience.tries = 1;
        s3.fail(|number, _| (number >= 10).then_some(Fault::Reset));
        how.deploy(&site).expect_err("it is cut");
        let sent = |asked: Vec<Asked>| -> Vec<String> {
            asked.into_iter().filter(|a| a.method == "PUT" && !a.key.contains(".dateline")).map(|a| a.key).collect()
        };
        let mut first = sent(s3.asked());
        first.pop();
        assert!(first.len() > 4);
        s3.heal();
        let report = how.deploy(&site).expect("deployed");
        assert_eq!(report.resumed, first.len());
        let second = sent(s3.asked());
        assert!(first.iter().all(|key| !second.contains(key)), "{first:?} {second:?}");
        assert_eq!(s3.tree(), output(&site));
    }

    #[test]
    fn of_two_deploys_one_is_told_to_wait() {
        let (s3, site) = store();
        deploy(&site);
        let other = site.copy();
        deploy(&other);
        edit(&site);
        other.article("2025/03/17/fifth", "title: The fifth story", "A text.");
        // In the middle of the first, the second begins, and the first goes on when the second has been told.
        let inner = std::sync::Arc::new(std::sync::Mutex::new(None));
        let (said, mut other) = (inner.clone(), Some(other));
        s3.fail(move |number, _| {
            let other = other.take_if(|_| number == 5)?;
            let told = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
            let (said, go_on) = (said.clone(), told.clone());
            std::thread::spawn(move || {
                let failure = How::default().deploy(&other).expect_err("the lock is held");
                *said.lock().expect("no panic") = Some((failure, other));
                go_on.store(true, std::sync::atomic::Ordering::Relaxed);
            });
            Some(Fault::Held(told))
        });
        deploy(&site);
        let mut held = None;
        harness::program::until("the second has been told", || {
            held = inner.lock().expect("no panic").take();
            held.is_some()
        });
        let (failure, other) = held.expect("told");
        let words = format!("{} {}", failure.message, failure.help);
        assert!(words.contains("another deploy") || words.contains("began in this moment"), "{words}");
        assert_eq!(s3.tree(), output(&site));
        s3.heal();
        deploy(&other);
        assert_eq!(s3.tree(), output(&other));
    }

    #[test]
    fn a_lock_of_a_machine_that_died_ends_by_itself_or_is_broken() {
        let (s3, site) = store();
        deploy(&site);
        edit(&site);
        let mut how = How::default();
        how.patience.tries = 1;
        s3.fail(|number, _| (number >= 6).then_some(Fault::Reset));
        how.deploy(&site).expect_err("it is cut");
        s3.heal();
        site.remove(".dateline/deploy");
        let why = refused(&site, &How::default());
        assert!(why.contains("another deploy") && why.contains("--break-lock"), "{why}");
        assert!(!How::with(|r| r.dry_run = true).deploy(&site).expect("a plan").notes.is_empty());
        s3.pass(301);
        deploy(&site);
        assert_eq!(s3.tree(), output(&site));
    }

    #[test]
    fn back_to_the_deploy_before_where_versions_are_kept() {
        let (s3, site) = store();
        deploy(&site);
        let why = refused(&site, &How::with(|r| r.roll_back = true));
        assert!(why.contains("keeps no deploy that could be gone back to"), "{why}");
        s3.keep_versions();
        site.edit("site.toml", "title = \"Test\"", "title = \"Next\"");
        deploy(&site);
        let first = s3.tree();
        edit(&site);
        deploy(&site);
        let second = s3.tree();
        assert_ne!(first, second);
        let plan = How::with(|r| (r.roll_back, r.dry_run) = (true, true)).deploy(&site).expect("a plan");
        assert!(steps(&plan).contains(&"- 2025/03/16/fourth/index.html".to_string()), "{:?}", steps(&plan));
        assert_eq!(s3.tree(), second);
        How::with(|r| r.roll_back = true).deploy(&site).expect("rolled back");
        assert_eq!(s3.tree(), first);
        deploy(&site);
        assert_eq!(s3.tree(), second);
    }

    #[test]
    fn secrets_are_never_shown() {
        let (s3, site) = store();
        let mut how = How::default();
        how.patience.tries = 1;
        how.env.insert("AWS_SESSION_TOKEN".into(), "TOKENTOKEN".into());
        for fault in
            [Fault::Reset, Fault::Error(403, "SignatureDoesNotMatch"), Fault::Page(200, "<html>"), Fault::Page(302, "")]
        {
            s3.fail(move |_, _| Some(fault.clone()));
            let failure = how.deploy(&site).expect_err("nothing works");
            let shown = format!("{failure:?} {}", failure.diagnostic().render(false));
            for secret in [SECRET, "TOKENTOKEN", "X-Amz-Signature", "AKIDEXAMPLE"] {
                assert!(!shown.contains(secret), "{shown}");
            }
        }
        s3.heal();
        how.deploy(&site).expect("deployed");
        for (path, bytes) in site.tree("").into_iter().chain(s3.tree()) {
            assert!(!String::from_utf8_lossy(&bytes).contains(SECRET), "{path}");
        }
        how.env.remove("AWS_SECRET_ACCESS_KEY");
        assert!(refused(&site, &how).contains("there are no credentials"));
    }
}

/// The program, as users run it.
mod program {
    use super::*;
    use std::path::Path;
    use std::process::{Command, Output};

    fn is_installed(program: &str) -> bool {
        let found = Command::new(program).arg("--version").output().is_ok();
        if !found {
            eprintln!("skipped: {program} is not installed");
        }
        found
    }

    /// Runs a program that must succeed.
    fn sh(folder: &Path, command: &str) -> String {
        let out = Command::new("sh").arg("-ec").arg(command).current_dir(folder).output().expect("a shell");
        assert!(out.status.success(), "{command}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8_lossy(&out.stdout).into_owned()
    }

    fn dateline(site: &Site, arguments: &[&str]) -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
        command.current_dir(site.root()).args(arguments);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = vec![site.path("bin")];
        folders.extend(std::env::split_paths(&path));
        command.env("PATH", std::env::join_paths(folders).expect("folders"));
        let Output { status, stdout, stderr } = command.output().expect("it runs");
        (status.code(), String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr))
    }

    fn deployed(site: &Site, arguments: &[&str]) -> String {
        let (code, said) = dateline(site, &[&["deploy"], arguments].concat());
        assert_eq!(code, Some(0), "{said}");
        said
    }

    #[test]
    fn what_it_says_and_how_it_ends() {
        let site = site("kind = \"folder\"\npath = \"www\"");
        let said = deployed(&site, &["live", "--dry-run"]);
        assert!(said.contains("+ /2025/03/16/third/index.html") && said.contains("new)"), "{said}");
        assert!(said.contains("To be done:") && !site.exists("www"), "{said}");
        let said = deployed(&site, &[]);
        assert!(said.contains("Deployed: ") && said.contains(" 0 removed, 0 unchanged"), "{said}");
        let said = deployed(&site, &["--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(said.lines().last().expect("a line")).expect("JSON");
        assert_eq!(
            (&json["applied"], &json["target"], &json["changes"]),
            (&true.into(), &"live".into(), &serde_json::json!([]))
        );
        let (code, said) = dateline(&site, &["deploy", "lvie"]);
        assert_eq!(code, Some(2));
        assert!(said.contains("did you mean `live`?"), "{said}");
        site.article("2025/03/16/bad", "title: [", "A text.");
        let (code, said) = dateline(&site, &["deploy"]);
        assert_eq!(code, Some(1));
        assert!(said.contains("nothing was sent: the site could not be built"), "{said}");
        site.remove("content/articles/2025/03/16/bad.md").edit(
            "site.toml",
            "base_url = \"https://news.example\"\n",
            "",
        );
        let (code, said) = dateline(&site, &["deploy"]);
        assert_eq!(code, Some(1));
        assert!(said.contains("does not know its own address"), "{said}");
        assert_eq!(dateline(&site, &["deploy", "--as-of", "2030-01-01"]).0, Some(2));
    }

    /// What lies in a branch of a bare repository.
    fn branch(site: &Site) -> Tree {
        let _ = std::fs::remove_dir_all(site.path("seen"));
        sh(site.root(), "git clone -q -b gh-pages remote.git seen && rm -rf seen/.git");
        let mut tree = tree(&site.path("seen"));
        tree.retain(|path, _| !path.starts_with(".dateline-deploy/"));
        tree
    }

    #[test]
    fn one_deploy_is_one_commit_of_a_branch() {
        if !is_installed("git") {
            return;
        }
        let site = site("kind = \"git\"\nrepository = \"remote.git\"\ncname = \"news.example\"");
        sh(site.root(), "git init -q --bare remote.git");
        deployed(&site, &[]);
        let expected = || {
            let mut tree = output(&site);
            tree.insert(".nojekyll".into(), Vec::new());
            tree.insert("CNAME".into(), b"news.example\n".to_vec());
            tree
        };
        assert_eq!(branch(&site), expected());
        let first = branch(&site);
        let commits = || sh(site.root(), "git --git-dir remote.git log --format=%s gh-pages");
        assert_eq!(commits().lines().count(), 1);
        deployed(&site, &[]);
        assert_eq!(commits().lines().count(), 1, "nothing changed: no commit");

        site.article("2025/03/16/fourth", "title: The fourth story", "A text.");
        site.remove("content/articles/2025/03/14/first.md").setting("[urls]\nlock = false");
        deployed(&site, &[]);
        assert_eq!(branch(&site), expected());
        assert_eq!(commits().lines().count(), 2);
        assert!(commits().starts_with("Deploy: "), "{}", commits());

        deployed(&site, &["--rollback"]);
        assert_eq!(branch(&site), first);
        assert_eq!(commits().lines().count(), 3);
        let (code, said) = dateline(&site, &["deploy", "--rollback"]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("no deploy that could be gone back to"), "{said}");
        deployed(&site, &[]);
        assert_eq!(branch(&site), expected());
    }

    #[test]
    fn what_others_keep_in_the_branch_stays_and_who_pushes_first_wins() {
        if !is_installed("git") {
            return;
        }
        let site = site("kind = \"git\"\nrepository = \"remote.git\"");
        let others = "git -c user.name=x -c user.email=x@x.example commit -q";
        sh(
            site.root(),
            &format!(
                "git init -q --bare remote.git && git init -q -b gh-pages other && cd other && echo theirs > README.md && \
             git add . && {others} -m theirs && git push -q ../remote.git gh-pages"
            ),
        );
        let (code, said) = dateline(&site, &["deploy"]);
        assert_eq!(code, Some(1));
        assert!(said.contains("--take-over"), "{said}");
        deployed(&site, &["--take-over"]);
        assert_eq!(branch(&site)["README.md"], b"theirs\n");
        // Somebody pushes between the look and the push: a hook of git runs just then.
        site.article("2025/03/16/fourth", "title: The fourth story", "A text.");
        sh(
            site.root(),
            &format!("cd other && git pull -q ../remote.git gh-pages && echo more >> README.md && {others} -am more"),
        );
        let hook = "#!/bin/sh\nunset GIT_DIR GIT_INDEX_FILE\nrm .dateline/deploy/live/git/hooks/pre-push\n(cd \"$ROOT/other\" && git push -q ../remote.git gh-pages)\n";
        let hook = hook.replace(".dateline", "\"$ROOT\"/.dateline").replace("$ROOT", &site.root().to_string_lossy());
        site.file(".dateline/deploy/live/git/hooks/pre-push", &hook);
        sh(site.root(), "chmod +x .dateline/deploy/live/git/hooks/pre-push");
        let (code, said) = dateline(&site, &["deploy"]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("another deploy to this target began"), "{said}");
        deployed(&site, &[]);
        assert_eq!(branch(&site)["README.md"], b"theirs\nmore\n");
        assert!(branch(&site).contains_key("2025/03/16/fourth/index.html"));
    }

    #[test]
    fn a_repository_that_is_not_there_is_told_in_clear_words() {
        if !is_installed("git") {
            return;
        }
        let site = site("kind = \"git\"\nrepository = \"nowhere.git\"");
        let (code, said) = dateline(&site, &["deploy"]);
        assert_eq!(code, Some(1));
        assert!(said.contains("git ls-remote failed") && said.contains("nowhere.git"), "{said}");
    }

    const SFTP_SERVER: &str = "/usr/lib/openssh/sftp-server";

    /// A site whose `ssh` leads to this machine.
    fn with_ssh(kind: &str) -> Option<Site> {
        let installed = Path::new(SFTP_SERVER).exists() && Command::new("sftp").arg("-h").output().is_ok();
        if !installed {
            eprintln!("skipped: there is no sftp with {SFTP_SERVER}");
            return None;
        }
        let site = site(&format!("kind = \"{kind}\"\nhost = \"me@www.example\"\npath = \"WWW\""));
        let www = site.path("far away/www").to_string_lossy().into_owned();
        site.edit("site.toml", "WWW", &www);
        std::fs::create_dir_all(site.path("far away")).expect("a folder");
        site.file("bin/ssh", &format!(
            "#!/bin/sh\n[ -e '{root}/cut' ] && exit 255\nwhile [ $# -gt 0 ]; do case \"$1\" in -o|-p|-l) shift;; -*) ;; *) break;; esac; shift; done\n\
             [ \"$1\" = me@www.example ] || [ \"$1\" = www.example ] || {{ echo \"ssh: unknown host $1\" >&2; exit 255; }}\nshift\n\
             [ \"$1\" = sftp ] && exec {SFTP_SERVER} $([ -e '{root}/old' ] && echo -P posix-rename)\nexec sh -c \"$*\"\n",
            root = site.root().display()
        ));
        sh(site.root(), "chmod +x bin/ssh");
        Some(site)
    }

    fn over_ssh(kind: &str) {
        let Some(site) = with_ssh(kind) else { return };
        site.file("static/odd/a [b] 'c' \"d\" *.txt", "odd").file("static/odd/über uns.txt", "odd");
        deployed(&site, &[]);
        assert_eq!(lying(&site, "far away/www"), output(&site));
        let said = deployed(&site, &[]);
        assert!(said.contains("0 added, 0 changed, 0 removed"), "{said}");

        site.article("2025/03/16/fourth", "title: The fourth story", "A text.");
        site.remove("content/articles/2025/03/14/first.md").setting("[urls]\nlock = false");
        site.file("far away/www/theirs.txt", "theirs");
        deployed(&site, &[]);
        assert_eq!(site.read("far away/www/theirs.txt"), "theirs");
        assert!(!site.exists("far away/www/2025/03/14"), "empty folders are taken away");
        site.remove("far away/www/theirs.txt");
        assert_eq!(lying(&site, "far away/www"), output(&site));
        assert!(!site.exists("far away/www/.dateline-deploy/lock"));

        site.remove("far away/www/index.html").file("far away/www/feed.xml", "short");
        let said = deployed(&site, &["--full", "--dry-run"]);
        assert!(said.contains("1 added, 1 changed, 0 removed"), "{said}");
        deployed(&site, &["--full"]);
        assert_eq!(lying(&site, "far away/www"), output(&site));

        // A file becomes a folder, and a folder a file.
        site.remove("static/odd").file("static/odd", "a file");
        deployed(&site, &[]);
        assert_eq!(lying(&site, "far away/www"), output(&site));
        site.remove("static/odd").file("static/odd/deep/a.txt", "odd");
        deployed(&site, &[]);
        assert_eq!(lying(&site, "far away/www"), output(&site));

        // The line is cut, and comes back.
        site.article("2025/03/17/fifth", "title: The fifth story", "A text.");
        site.file("cut", "");
        let (code, said) = dateline(&site, &["deploy"]);
        assert_eq!(code, Some(1));
        assert!(said.contains("me@www.example cannot be reached"), "{said}");
        site.remove("cut");
        deployed(&site, &[]);
        assert_eq!(lying(&site, "far away/www"), output(&site));
        let (code, said) = dateline(&site, &["deploy", "--rollback"]);
        assert_eq!(code, Some(1));
        assert!(said.contains("keeps no deploy"), "{said}");
    }

    #[test]
    fn by_sftp() {
        over_ssh("sftp");
    }

    #[test]
    fn by_sftp_where_no_file_can_replace_another() {
        let Some(site) = with_ssh("sftp") else { return };
        site.file("old", "");
        deployed(&site, &[]);
        site.article("2025/03/16/fourth", "title: The fourth story", "A text.");
        deployed(&site, &[]);
        assert_eq!(lying(&site, "far away/www"), output(&site));
        assert!(deployed(&site, &[]).contains("0 added, 0 changed, 0 removed"));
    }

    #[test]
    fn what_cannot_be_locked_is_told_at_once() {
        let Some(site) = with_ssh("sftp") else { return };
        site.remove("far away").file("far away", "a file, and no folder");
        let (code, said) = dateline(&site, &["deploy"]);
        assert_eq!(code, Some(1));
        assert!(said.contains("www can be made"), "{said}");
    }

    #[test]
    fn by_rsync() {
        if is_installed("rsync") {
            over_ssh("rsync");
        }
    }
}

/// Servers of others, where they are installed.
mod real {
    use super::*;
    use harness::http;
    use std::net::{SocketAddr, TcpListener, TcpStream};
    use std::process::{Child, Command, Stdio};

    /// A server that ends with the test.
    pub(crate) struct Server {
        child: Child,
        /// Where it answers.
        pub(crate) address: SocketAddr,
    }

    impl Server {
        /// Starts a program on a free port, or says that it is not installed.
        pub(crate) fn start(program: &str, arguments: impl Fn(u16) -> Vec<String>) -> Option<Self> {
            let address = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port");
            let mut command = Command::new(program);
            command.args(arguments(address.port())).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let Ok(child) = command.spawn() else {
                eprintln!("skipped: {program} is not installed");
                return None;
            };
            let mut server = Self { child, address };
            let mut gone = false;
            harness::program::until(&format!("{program} answers"), || {
                gone = server.child.try_wait().is_ok_and(|ended| ended.is_some());
                gone || TcpStream::connect(address).is_ok()
            });
            if gone {
                eprintln!("skipped: {program} does not run");
                return None;
            }
            Some(server)
        }

        /// A store that checks signatures and keeps objects as files below a folder.
        pub(crate) fn checking(data: &Site) -> Option<Self> {
            std::fs::create_dir_all(data.path("news")).expect("a bucket");
            let root = data.root().to_string_lossy().into_owned();
            Self::start("s3s-fs", |port| {
                let port = port.to_string();
                let words =
                    ["--host", "127.0.0.1", "--port", &port, "--access-key", "AKIDEXAMPLE", "--secret-key", SECRET];
                words.into_iter().chain([root.as_str()]).map(str::to_string).collect()
            })
        }

        /// A store that keeps headers and versions, and checks no signature.
        pub(crate) fn keeping() -> Option<Self> {
            let arguments = |port: u16| ["-H", "127.0.0.1", "-p", &port.to_string()].map(str::to_string).to_vec();
            let server = Self::start("moto_server", arguments)?;
            assert_eq!(server.ask("PUT /news", "").status, 200);
            Some(server)
        }

        fn target(&self, more: &str) -> String {
            format!("kind = \"s3\"\nbucket = \"news\"\nendpoint = \"http://{}\"\n{more}", self.address)
        }

        /// Asks with a signature that nobody checks.
        pub(crate) fn ask(&self, request: &str, body: &str) -> http::Answer {
            let who = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250601/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
            let head = format!(
                "{request} HTTP/1.1\r\nHost: {}\r\nAuthorization: {who}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                self.address,
                body.len()
            );
            http::send(self.address, format!("{head}{body}").as_bytes())
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }

    /// As of the real time: these servers look at it.
    #[expect(clippy::disallowed_methods, reason = "a server of others knows no other time")]
    pub(crate) fn how() -> How {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a time").as_secs();
        let now = jiff::Timestamp::from_second(now as i64).expect("a time").to_string();
        How { now, ..How::default() }
    }

    #[test]
    fn a_store_that_checks_signatures() {
        let data = Site::bare();
        let Some(server) = Server::checking(&data) else { return };
        let site = site(&server.target("prefix = \"site\""));
        // No `+`: this server says that its list is encoded, and it is not.
        site.file("static/odd/a [b] 'c' ü.txt", "odd");
        let how = how();
        let deploy = |how: &How| how.deploy(&site).unwrap_or_else(|f| panic!("{f:?}"));
        deploy(&how);
        assert_eq!(harness::differences(&lying(&data, "news/site"), &output(&site)), [""; 0]);
        assert_eq!(deploy(&how).requests, Some(1));
        site.article("2025/03/16/fourth", "title: The fourth story", "A text.");
        site.rename("content/articles/2025/03/15/second.md", "content/articles/2025/03/15/renamed.md");
        site.remove("content/articles/2025/03/14/first.md").setting("[urls]\nlock = false");
        let report = deploy(&how);
        assert!(steps(&report).contains(&"- 2025/03/14/first/index.html".to_string()));
        let mut left = lying(&data, "news/site");
        // This server leaves empty folders behind.
        left.retain(|path, _| !path.ends_with('/'));
        assert_eq!(harness::differences(&left, &output(&site)), [""; 0]);
        let mut full = how.clone();
        full.request.full = true;
        assert_eq!(steps(&deploy(&full)), [""; 0]);

        let mut wrong = how.clone();
        wrong.env.insert("AWS_SECRET_ACCESS_KEY".into(), "wrong".into());
        assert!(refused(&site, &wrong).contains("check the credentials"));
    }

    #[test]
    fn a_store_that_keeps_headers_and_versions() {
        let Some(server) = Server::keeping() else { return };
        let on = "<VersioningConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Status>Enabled</Status></VersioningConfiguration>";
        assert_eq!(server.ask("PUT /news?versioning", on).status, 200);
        let site = site(&server.target("website_redirects = true"));
        site.article("2025/03/16/fourth", "title: The fourth story\naliases: [/old/]", "A text.");
        let how = how();
        how.deploy(&site).unwrap_or_else(|f| panic!("{f:?}"));
        let first = output(&site);
        let tree = |site: &Site| -> Tree {
            let paths = output(site).into_keys();
            paths.map(|path| (path.clone(), server.ask(&format!("GET /news/{path}"), "").body)).collect()
        };
        assert_eq!(harness::differences(&tree(&site), &first), [""; 0]);
        let page = server.ask("GET /news/index.html", "");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(page.header("cache-control"), Some("public, max-age=0, must-revalidate"));
        let style = first.keys().find(|path| path.ends_with(".css")).expect("a stylesheet");
        let style = server.ask(&format!("GET /news/{style}"), "");
        assert_eq!(style.header("cache-control"), Some("public, max-age=31536000, immutable"));
        let old = server.ask("GET /news/old/index.html", "");
        assert_eq!(old.header("x-amz-website-redirect-location"), Some("/2025/03/16/fourth/"));

        site.edit("site.toml", "title = \"Test\"", "title = \"Next\"");
        site.article("2025/03/16/fifth", "title: The fifth story", "A text.");
        how.deploy(&site).unwrap_or_else(|f| panic!("{f:?}"));
        assert_eq!(harness::differences(&tree(&site), &output(&site)), [""; 0]);
        let mut back = how.clone();
        back.request.roll_back = true;
        back.deploy(&site).unwrap_or_else(|f| panic!("{f:?}"));
        for (path, bytes) in &first {
            assert_eq!(&server.ask(&format!("GET /news/{path}"), "").body, bytes, "{path}");
        }
        assert_eq!(server.ask("GET /news/2025/03/16/fifth/index.html", "").status, 404);
    }
}
