//! Deploying: plans, targets, what goes wrong on the way. A server of our own that speaks S3 and fails as told, and real
//! servers and programs where they are installed.

mod harness;

use dateline::build::{self, Options, Published, Silent};
use dateline::deploy::failure::Failure;
use dateline::deploy::{self, Patience, Report, Request, Surroundings};
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
        let published = published(site);
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
        deploy::deploy(&published, target, &self.request, &around)
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
            ("kind = \"folder\"\npath = \"www\"\nmax_deletes = 10.0", "is a share"),
            ("kind = \"folder\"\npath = \"www\"\nsecret_key = \"x\"", "unknown key `secret_key`"),
        ] {
            let text = site(target).build().refused().diagnostics_text();
            assert!(text.contains(expected) && text.contains("--> site.toml:"), "{target}:\n{text}");
        }
    }
}
