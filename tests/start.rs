//! How a site begins: what `init` writes, and what editors are told of its files.

mod harness;

use dateline::config::Config;
use dateline::desk::schema::{Of, drifted, meanings, schema};
use dateline::desk::{check, init};
use harness::Site;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

fn starter() -> Site {
    let site = Site::bare();
    init::init(site.root(), Some("The \"Harbour\" Record")).expect("a new site");
    site
}

#[test]
fn a_new_site_builds_without_a_word_and_always_the_same() {
    let site = starter();
    // Later than the articles, and at another time each: nothing of it may show.
    let built = site.with().as_of("2026-11-25T12:00:00Z").build();
    assert_eq!(built.diagnostics_text(), "");
    assert_eq!(built.report.articles.published, 3);
    let built = built.published();
    for url in [
        "/",
        "/1993/04/30/web-without-fees/",
        "/people/tim-berners-lee/",
        "/people/robert-cailliau/",
        "/threads/web-at-cern/",
        "/about/",
    ] {
        assert!(built.has(url), "{url}");
    }
    assert!(built.page("/").contains("The &quot;Harbour&quot; Record"), "{}", built.page("/"));
    let again = starter().with().as_of("2027-01-01T00:00:00Z").jobs(1).build();
    let differing = built.differences(&again);
    assert!(differing.iter().all(|f| f == "news-sitemap.xml"), "{differing:?}");
    assert!(!site.exists("urls.lock"), "a site without an address locks nothing");
}

#[test]
fn a_new_site_has_what_a_repository_needs_and_nothing_to_look_into() {
    let site = starter();
    let ignored = site.read(".gitignore");
    assert!(ignored.contains("/public/") && ignored.contains("/.dateline/") && !ignored.contains("\nurls.lock"));
    let workflow = site.read(".github/workflows/pages.yml");
    for step in ["dateline check", "dateline build", "path: public"] {
        assert!(workflow.contains(step), "{step}");
    }
    let looked = dateline::build::survey(&options(&site)).expect("a site");
    assert!(looked.problems.is_empty(), "{:?}", looked.problems);
    assert_eq!(check::check(&looked.archive), []);
}

fn options(site: &Site) -> dateline::build::Options {
    dateline::build::Options {
        site: site.root().to_path_buf(),
        output: None,
        origin: None,
        base_url: None,
        as_of: dateline::build::Clock::Said("2026-11-25".to_string()),
        allowed: Default::default(),
        jobs: 1,
        clean: false,
        keep_going: true,
        tick: std::time::Duration::ZERO,
        verify: false,
    }
}

#[test]
fn init_touches_nothing_that_is_there() {
    let site = Site::bare();
    site.file("notes/todo.txt", "x");
    let refused = init::init(site.root(), None).expect_err("not empty").to_string();
    assert!(refused.contains("is not empty: it has notes"), "{refused}");
    assert_eq!(site.tree("").len(), 1);
    assert!(init::init(&site.path("notes/todo.txt"), None).is_err());
    assert_eq!(site.read("notes/todo.txt"), "x");
    // A repository that has nothing in it yet is empty.
    let site = Site::bare();
    site.file(".git/HEAD", "ref: refs/heads/main\n");
    init::init(site.root(), None).expect("a new site");
    init::init(&site.path("deep/er"), None).expect("folders are made");
    assert!(site.exists("deep/er/site.toml"));
}

/// Every key of a schema, with its tables: `feeds.hub`.
fn keys(schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    let schema = schema.get("items").unwrap_or(schema);
    for (key, value) in schema["properties"].as_object().into_iter().flatten() {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        keys(value, &path, found);
        found.insert(path);
    }
}

#[test]
fn site_toml_explains_every_setting() {
    let mut known = BTreeSet::new();
    keys(&schema(Of::Site, None), "", &mut known);
    assert!(
        known.contains("feeds.hub") && known.contains("menu.url") && known.contains("front_matter.people.map"),
        "{known:?}"
    );
    let meant = meanings();
    // A table of a new site needs no sentence if each of its keys has one, or those of its example.
    let table = |key: &String| known.iter().chain(meant.keys()).any(|k| k.starts_with(&format!("{key}.")));
    let missing: Vec<&String> = known.iter().filter(|k| !meant.contains_key(*k) && !table(k)).collect();
    assert!(missing.is_empty(), "the site.toml of a new site does not say what these mean: {missing:?}");
    let own = |key: &str| {
        ["redirects.", "gone.", "languages.", "theme.settings.", "deploy."].iter().any(|t| key.starts_with(t))
            || key.contains(".map.")
    };
    let unknown: Vec<&String> = meant.keys().filter(|k| !known.contains(*k) && !own(k)).collect();
    assert!(unknown.is_empty(), "the site.toml of a new site has keys that there are not: {unknown:?}");
}

#[test]
fn every_setting_of_a_new_site_can_be_switched_on() {
    let on: String = init::SITE_TOML
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') && !setting.is_empty() => format!("{setting}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    assert!(!on.lines().any(|l| l.starts_with("#[") || l.starts_with("#a")));
    let config = Config::parse(&on, None).unwrap_or_else(|problems| panic!("{problems:?}\n{on}"));
    assert_eq!(config.menu.len(), 1);
    let off = Config::parse(init::SITE_TOML, None).expect("sound");
    // What stands there as the default is the default.
    assert_eq!((on.contains("#per_page"), config.per_page, config.front_days), (false, off.per_page, off.front_days));
    assert_eq!(format!("{:?}", config.folders), format!("{:?}", off.folders));
    assert_eq!((config.article_url, config.index_size), (off.article_url, off.index_size));
    assert_eq!(
        (config.machines.feeds.entries, config.machines.feeds.of),
        (off.machines.feeds.entries, off.machines.feeds.of)
    );
    assert_eq!((config.links_rel, config.detect), (off.links_rel, off.detect));
}

#[test]
fn the_schemas_know_what_the_reader_knows() {
    assert_eq!(drifted(), [""; 0]);
    let site = schema(Of::Site, None);
    assert_eq!(site["properties"]["lists"]["properties"]["per_page"]["type"], "integer");
    assert_eq!(site["properties"]["hosting"]["properties"]["hosts"]["items"]["enum"][0], "netlify");
    assert_eq!(site["additionalProperties"], false);
    // The raw reader refuses what the schema does not have: a key too many on either side shows here.
    let refused = Config::parse("title = \"x\"\n[feeds]\nnone = 1\n", None).expect_err("unknown");
    let help = refused[0].help.clone().expect("help");
    let known: Vec<&str> = help.trim_start_matches("known here: ").split(", ").collect();
    let of_feeds: Vec<&str> =
        site["properties"]["feeds"]["properties"].as_object().expect("keys").keys().map(String::as_str).collect();
    assert_eq!(known.iter().collect::<BTreeSet<_>>(), of_feeds.iter().collect::<BTreeSet<_>>());
    let theirs = Config::parse("title = \"x\"\n[front_matter.map]\nheadline = \"title\"\n", None).expect("sound");
    let renamed = schema(Of::Article, Some(&theirs));
    assert!(renamed["properties"]["headline"].is_object(), "{renamed:#}");
    assert_eq!(renamed["anyOf"][1]["required"][0], "headline");
}

const VALIDATE: &str = r#"
import json, sys
try:
    import jsonschema, tomllib
except ImportError:
    print("skip"); sys.exit()
jobs = json.load(sys.stdin)
for job in jobs:
    schema = job["schema"]
    jsonschema.Draft202012Validator.check_schema(schema)
    value = tomllib.loads(job["toml"]) if "toml" in job else job["value"]
    errors = [e.message for e in jsonschema.Draft202012Validator(schema).iter_errors(value)]
    print(job["name"], "ok" if not errors else "wrong: " + errors[0][:200])
"#;

/// The sample archive's own files are what the schemas allow, and wrong ones are not. Asks Python's jsonschema where it is.
#[test]
fn a_validator_takes_the_sample_and_refuses_what_is_wrong() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("a file");
    let mut jobs = vec![
        serde_json::json!({"name": "site.toml", "schema": schema(Of::Site, None), "toml": read("site.toml")}),
        serde_json::json!({"name": "starter", "schema": schema(Of::Site, None), "toml": init::SITE_TOML}),
        serde_json::json!({"name": "BAD site", "schema": schema(Of::Site, None), "toml": "title = \"x\"\n[feeds]\nentries = \"many\"\n"}),
        serde_json::json!({"name": "BAD key", "schema": schema(Of::Site, None), "toml": "title = \"x\"\ntitel = \"y\"\n"}),
    ];
    for (folder, of) in [
        ("content/articles", Of::Article),
        ("content/people", Of::ALL[1].1),
        ("content/tags", Of::ALL[2].1),
        ("content/threads", Of::ALL[3].1),
        ("content/sources", Of::ALL[4].1),
        ("content/briefings", Of::Briefing),
        ("content/pages", Of::Page),
    ] {
        let schema = schema(of, None);
        for (path, bytes) in harness::tree(&root.join(folder)) {
            let Some(text) = path.ends_with(".md").then(|| String::from_utf8(bytes).expect("UTF-8")) else { continue };
            let yaml = text.trim_start_matches("---\n").split("\n---").next().expect("front matter");
            let value: Value = serde_yaml::from_str(yaml).expect("YAML");
            jobs.push(serde_json::json!({"name": format!("{folder}/{path}"), "schema": schema, "value": value}));
        }
    }
    for (of, wrong) in [
        (Of::Article, serde_json::json!({"titel": "x"})),
        (Of::Article, serde_json::json!({"title": "x", "tags": {"a": 1}})),
        (Of::Article, serde_json::json!({"title": "x", "genre": "rumour"})),
        (Of::Article, serde_json::json!({"title": "x", "sources": [{"publsher": "x"}]})),
        (Of::ALL[1].1, serde_json::json!({"family": "x"})),
        (Of::ALL[3].1, serde_json::json!({"name": "x", "status": "over"})),
    ] {
        jobs.push(serde_json::json!({"name": "BAD", "schema": schema(of, None), "value": wrong}));
    }
    let python = Command::new("python3").args(["-c", VALIDATE]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut python) = python else {
        eprintln!("skipped: there is no Python here");
        return;
    };
    serde_json::to_writer(python.stdin.take().expect("a pipe"), &jobs).expect("written");
    let out = python.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    if said.starts_with("skip") {
        eprintln!("skipped: Python has no jsonschema here");
        return;
    }
    assert_eq!(said.lines().count(), jobs.len(), "{said}");
    for line in said.lines() {
        assert_eq!(line.ends_with(" ok"), !line.starts_with("BAD"), "{line}");
    }
}

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.code(), text(&out.stdout), text(&out.stderr))
}

#[test]
fn the_new_user_s_way_through_the_program() {
    let site = Site::bare();
    let (code, out, _) = run(site.root(), &["init", "harbour", "--title", "The Harbour Record"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("cd harbour") && out.contains("site.toml"), "{out}");
    let folder = site.path("harbour");
    let (code, out, _) = run(&folder, &["new", "Ferry returns", "--date", "2025-03-16", "--tags", "Hypertext"]);
    assert_eq!((code, out.trim()), (Some(0), "content/articles/2025/03/16/ferry-returns.md"));
    let (code, out, err) = run(&folder, &["build"]);
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    assert!(site.exists("harbour/public/2025/03/16/ferry-returns/index.html"));
    let (code, _, err) = run(site.root(), &["init", "harbour"]);
    assert_eq!(code, Some(1));
    assert!(err.contains("is not empty"), "{err}");
}

#[test]
fn what_other_programs_ask_for_is_printed() {
    let site = Site::bare();
    for (_, name) in Of::ALL.into_iter().map(|(name, _)| ((), name)) {
        let (code, out, _) = run(site.root(), &["schema", name]);
        let schema: Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!((code, &schema["type"]), (Some(0), &Value::from("object")), "{name}");
        assert!(schema["$schema"].as_str().is_some_and(|s| s.contains("2020-12")));
    }
    assert_eq!(run(site.root(), &["schema", "nothing"]).0, Some(2));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (code, out, _) = run(site.root(), &["completions", shell]);
        assert!(code == Some(0) && out.contains("dateline") && out.contains("import"), "{shell}");
    }
    let (code, out, _) = run(site.root(), &["man"]);
    assert!(code == Some(0) && out.contains(".TH dateline 1") && out.contains("dateline\\-check"), "{out}");
    let (_, out, _) = run(site.root(), &["man", "build"]);
    assert!(out.contains("dateline\\-build") && out.contains("keep\\-going"), "{out}");
    assert_eq!(run(site.root(), &["man", "nothing"]).0, Some(2));
    let (_, out, _) = run(site.root(), &["--help"]);
    for line in ["Examples:", "  init ", "  new ", "  import ", "  check ", "  schema ", "  man ", "Exit codes:"] {
        assert!(out.contains(line), "{line}:\n{out}");
    }
}
