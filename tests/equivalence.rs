//! The claim: after any change, the incremental output equals a clean build's, byte for byte, diagnostics included.
//!
//! Random sequences of edits to a small site; after each one the site is built where it is, and a copy of it from
//! nothing. `DATELINE_EDITS` says how many edits are made (300 if it does not; CI makes 2,000), `DATELINE_SEED` from which seed. A
//! failing sequence is shrunk to the shortest that fails.

mod harness;

use dateline::build::{Changes, Outcome};
use harness::{Built, Session, Site, Tree};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use std::collections::BTreeSet;

/// Edits in one sequence, at the most.
const LONGEST: usize = 24;

/// One edit: what is done, and numbers that say to which file and with which value. Any numbers are sound, so that
/// sequences can be shrunk.
type Edit = (u8, u8, u8);

#[test]
#[expect(clippy::disallowed_methods, reason = "how long a test runs is for whoever starts it to say")]
fn incremental_equals_clean() {
    let number = |name: &str, default: u64| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default);
    let edits = number("DATELINE_EDITS", 300);
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number("DATELINE_SEED", 1969).to_le_bytes());
    // Lengths are even between 1 and LONGEST.
    let cases = (edits * 2).div_ceil(LONGEST as u64 + 1) as u32;
    let config = Config { cases, max_shrink_iters: 400, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let strategy = vec((0..KINDS, any::<u8>(), any::<u8>()), 1..=LONGEST);
    if let Err(failure) = runner.run(&strategy, |edits| play(&edits)) {
        panic!("{failure}");
    }
}

fn play(edits: &[Edit]) -> Result<(), TestCaseError> {
    play_with(edits, false)?;
    play_with(edits, true)
}

/// Each build in a process of its own as it were, or all in one session that is told what was touched.
fn play_with(edits: &[Edit], in_session: bool) -> Result<(), TestCaseError> {
    let mut world = World::new(in_session);
    world.compare("the first build")?;
    for edit in edits {
        let what = world.apply(*edit);
        world.compare(&what)?;
    }
    Ok(())
}

/// A site under way.
struct World {
    site: Site,
    as_of: &'static str,
    jobs: usize,
    keep_going: bool,
    in_session: bool,
    session: Option<Session>,
    /// The site's files at the last build of the session.
    seen: Tree,
    /// With drafts and future articles.
    preview: bool,
    /// The content as it was once, to go back to.
    kept: Option<Tree>,
}

const TITLES: &[&str] = &["Talks begin", "Talks *end*", "Rain & wind", "Zoë's day", "1984"];
const DAYS: &[&str] = &["2025/03/14", "2025/03/15", "2025/03/17", "2025/04/01", "2024/12/31"];
const SLUGS: &[&str] = &["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
const TAGS: &[&str] = &["Peace", "peace", "Open data", "open-data", "C", "C++", "Météo"];
const PEOPLE: &[&str] = &["Ana Silva", "ana", "A. Silva", "Bo Li", "Cy Young"];
const SENTENCES: &[&str] = &[
    "Ana Silva met Bo Li. Silva left, then Li.",
    "Cy Silva came. Silva stayed.",
    "Bo Silva is no Li; Ana Souza is Souza.",
    "A. Silva wrote.",
];
const CLOCKS: &[&str] = &["2025-06-01", "2025-03-15T12:00:00Z", "2030-01-01", "2020-01-01"];

/// Everything for machines. The lock is off here: what it refuses is asked elsewhere.
const MACHINES: &str = "base_url = \"https://news.example\"\n[urls]\nlock = false\n[crawlers]\nllms = true\n[data]\njson = true\n\
                        markdown = true\ndump = true\nperson = true\nmentions = true\n[feeds]\nentries = 5\nfull_text = [\"site\", \"tags\"]\n[hosting]\n\
                        hosts = [\"netlify\", \"nginx\"]";

/// How many kinds of edit there are.
const KINDS: u8 = 80;

impl World {
    fn new(in_session: bool) -> Self {
        let site = Site::new();
        site.setting(MACHINES).setting("[lists]\nper_page = 5");
        for (i, slug) in SLUGS.iter().enumerate() {
            let day = DAYS[i % 3];
            site.article(
                &format!("{day}/{slug}"),
                &format!("title: {}\ntags: [{}]\npeople: [{}]\nthread: Saga", TITLES[i % 3], TAGS[0], PEOPLE[i % 2]),
                "One paragraph.\n\n## Part\n\nAnother one.",
            );
        }
        site.document("content/people/ana.md", "name: Ana Silva\naliases: [A. Silva]", "She writes.");
        site.document("content/briefings/2025-03-14.md", "title: The first day", "Welcome.");
        site.document("content/pages/about.md", "title: About\nmenu: true", "About us.");
        let (session, seen) = (None, Tree::new());
        Self {
            site,
            as_of: CLOCKS[0],
            jobs: 2,
            keep_going: false,
            in_session,
            session,
            seen,
            preview: false,
            kept: None,
        }
    }

    /// Builds here and, from a copy, anew; both must say and hold the same.
    fn compare(&mut self, after: &str) -> Result<(), TestCaseError> {
        let preview = self.preview;
        let build = |site: &Site, keep_going: bool, jobs: usize| {
            let call = site.with().as_of(self.as_of).jobs(jobs);
            let call = if preview { call.drafts().future() } else { call };
            if keep_going { call.keep_going() } else { call }.build()
        };
        let before = self.site.tree("public");
        let here = match self.in_session {
            true => self.build_in_session(after),
            false => build(&self.site, self.keep_going, self.jobs),
        };
        let copy = self.site.copy();
        let clean = build(&copy, self.keep_going, 1);

        let said = (here.report.outcome, here.diagnostics_text());
        let said_clean = (clean.report.outcome, clean.diagnostics_text());
        prop_assert_eq!(said, said_clean, "diagnostics after {}", after);
        let expected = match clean.report.outcome {
            Outcome::Published => clean.tree(),
            // A refused build leaves what was there.
            Outcome::Refused | Outcome::Verified => &before,
        };
        let differing: Vec<&String> = expected
            .keys()
            .chain(here.tree().keys())
            .filter(|file| expected.get(*file) != here.tree().get(*file))
            .collect();
        prop_assert!(differing.is_empty(), "after {after} these differ: {differing:?}");
        if clean.report.outcome == Outcome::Published {
            prop_assert_eq!(here.report.pages.total, clean.report.pages.total);
        }
        Ok(())
    }

    /// Builds in the session, which is told just the paths that are others now; what was done to the output or to the
    /// ledger a session is not told.
    fn build_in_session(&mut self, after: &str) -> Built {
        let now = self.site.tree("");
        let other = |path: &String| now.get(path) != self.seen.get(path);
        let all: BTreeSet<&String> = now.keys().chain(self.seen.keys()).filter(|path| other(path)).collect();
        let unseen = |path: &&&String| path.starts_with("public/") || path.starts_with(".dateline/");
        let is_ours = all.iter().any(|path| unseen(&path));
        let paths: Vec<&str> = all.iter().filter(|path| !unseen(path)).map(|path| path.as_str()).collect();
        let session = self.session.get_or_insert_with(|| {
            let call = self.site.with().jobs(self.jobs);
            let call = if self.preview { call.drafts().future() } else { call };
            if self.keep_going { call.keep_going() } else { call }.session()
        });
        session.set_clock(self.as_of);
        let built = if is_ours || after == "the first build" {
            session.build(&Changes::Everything)
        } else {
            session.build_after(&paths)
        };
        self.seen = self.site.tree("");
        built
    }

    fn articles(&self) -> Vec<String> {
        let mut files: Vec<String> =
            self.site.tree("content/articles").into_keys().filter(|p| p.ends_with(".md")).collect();
        files.sort();
        files.into_iter().map(|p| format!("content/articles/{p}")).collect()
    }

    /// Files of the output, without the marker.
    fn outputs(&self) -> Vec<String> {
        let there = self.site.tree("public").into_keys();
        there.filter(|f| self.site.path(&format!("public/{f}")).is_file()).collect()
    }

    fn article(&self, n: u8) -> Option<String> {
        let all = self.articles();
        (!all.is_empty()).then(|| all[n as usize % all.len()].clone())
    }

    /// Sets a key of a file's front matter, or takes it out.
    fn set(&self, path: &str, key: &str, value: Option<&str>) {
        let text = self.site.read(path);
        let Some((head, body)) = text.trim_start_matches("---\n").split_once("---\n") else { return };
        let mut lines: Vec<String> =
            head.lines().filter(|l| !l.starts_with(&format!("{key}:"))).map(str::to_string).collect();
        lines.extend(value.map(|v| format!("{key}: {v}")));
        self.site.file(path, &format!("---\n{}\n---\n{body}", lines.join("\n")));
    }

    fn toggle(&self, path: &str, key: &str, value: &str) {
        let present = self.site.read(path).contains(&format!("\n{key}: "));
        self.set(path, key, (!present).then_some(value));
    }

    fn pick<'a>(from: &[&'a str], n: u8) -> &'a str {
        from[n as usize % from.len()]
    }

    fn toggle_file(&self, path: &str, text: &str) {
        if self.site.exists(path) {
            self.site.remove(path);
        } else {
            self.site.file(path, text);
        }
    }

    /// Makes one edit and says which.
    fn apply(&mut self, (kind, a, b): Edit) -> String {
        let path = self.article(a);
        let shown = format!("edit {kind} ({a}, {b}) of {path:?}");
        let site = &self.site;
        match (kind, path) {
            (0 | 1, _) => {
                let to = format!("{}/{}", Self::pick(DAYS, a), Self::pick(SLUGS, b));
                site.article(
                    &to,
                    &format!("title: {}\ntags: [{}]", Self::pick(TITLES, b), Self::pick(TAGS, a)),
                    "New.",
                );
            }
            (2, Some(p)) => {
                let text = site.read(&p);
                site.file(&p, &format!("{text}\n\nMore, the {b}th time.\n"));
            }
            (3, Some(p)) => self.set(&p, "title", Some(Self::pick(TITLES, b))),
            (4, Some(p)) => {
                site.remove(&p);
            }
            (5, Some(p)) => {
                let folder = p.rsplit_once('/').expect("a folder").0;
                site.rename(&p, &format!("{folder}/{}-{b}.md", Self::pick(SLUGS, b)));
            }
            (6, Some(p)) => {
                let name = p.rsplit('/').next().expect("a name").to_string();
                site.rename(&p, &format!("content/articles/{}/{name}", Self::pick(DAYS, b)));
            }
            (7, Some(p)) => self.toggle(&p, "slug", Self::pick(SLUGS, b)),
            (8, Some(p)) => {
                self.set(&p, "date", Some(["2025-03-14", "2025-03-20T08:00:00Z", "2024-12-31"][b as usize % 3]))
            }
            (9, Some(p)) => self.set(&p, "tags", Some(&format!("[{}, {}]", Self::pick(TAGS, a), Self::pick(TAGS, b)))),
            (10, Some(p)) => self.set(&p, "people", Some(&format!("[{}]", Self::pick(PEOPLE, b)))),
            (11, Some(p)) => self.set(&p, "thread", Some(["Saga", "Other", "saga"][b as usize % 3])),
            (12, Some(p)) => self.toggle(&p, "lead", "true"),
            (13, Some(p)) => self.set(&p, "rank", Some(&b.to_string())),
            (14, Some(p)) => self.toggle(&p, "aliases", &format!("[/old/{}/]", b % 3)),
            (15, Some(p)) => self.toggle(&p, "draft", "true"),
            (16, Some(p)) => self.toggle(&p, "embargo", ["2025-03-15T18:00:00Z", "2029-01-01"][b as usize % 2]),
            (17, Some(p)) => self.toggle(&p, "expires", ["2025-03-16", "2026-01-01"][b as usize % 2]),
            (18, Some(p)) => {
                self.toggle(&p, "corrections", &format!("[{{date: 2025-05-0{}, text: Wrong.}}]", b % 9 + 1))
            }
            (19, _) => self
                .toggle_file("content/people/ana.md", "---\nname: Ana Silva\naliases: [A. Silva]\n---\nShe writes.\n"),
            (20, _) if site.exists("content/people/ana.md") => {
                self.toggle("content/people/ana.md", "aliases", "[Bo Li]");
            }
            (21, _) if site.exists("content/people/ana.md") => {
                self.set("content/people/ana.md", "name", Some(["Ana Silva", "Ana Souza"][b as usize % 2]));
            }
            (22, _) => self.toggle_file("content/tags/peace.md", "---\nname: Peace\nsummary: No war.\n---\nText.\n"),
            (23, _) => self.toggle_file(
                "content/tags/open-data.md",
                "---\nname: Open data\naliases: [open-data]\nslug: data\n---\n",
            ),
            (24, _) => self
                .toggle_file("content/threads/saga.md", "---\nname: The saga\naliases: [Saga]\nstatus: closed\n---\n"),
            (25, _) => {
                self.toggle_file("content/briefings/2025-03-15.md", "---\ntitle: Second\norder: [beta]\n---\nIntro.\n")
            }
            (26, _) => {
                self.toggle_file("content/pages/guide/index.md", "---\ntitle: Guide\nmenu: true\n---\nHow to.\n")
            }
            (27, _) => self.toggle_file(
                "themes/briefing/templates/partials/headline.html",
                "<li><a href=\"{{ card.url }}\">{{ card.title }}</a></li>",
            ),
            (28, _) => {
                let extra = format!("<footer>{b}</footer>");
                self.toggle_file(
                    "themes/briefing/templates/article.html",
                    &format!("{{% extends \"builtin/article.html\" %}}{{% block head %}}{extra}{{% endblock head %}}"),
                );
            }
            (29, _) => self.toggle_file("themes/briefing/assets/style.css", &format!("body {{ margin: {b}px }}")),
            (30, _) => self.toggle_file("themes/briefing/i18n/en.toml", &format!("related = \"Related {b}\"\n")),
            (31, _) => {
                let title = ["Test", "Rest"][b as usize % 2];
                let per_page = [5, 6][a as usize % 2];
                let zone = ["UTC", "Asia/Tokyo"][b as usize / 2 % 2];
                site.file(
                    "site.toml",
                    &format!(
                        "title = \"{title}\"\ntime_zone = \"{zone}\"\n{MACHINES}\n[lists]\nper_page = {per_page}\n"
                    ),
                );
            }
            (32, Some(p)) => {
                let text = site.read(&p);
                site.file(&p, &text);
            }
            (33, Some(p)) => {
                // As many bytes, other bytes, within the same tick of the clock.
                let text = site.read(&p);
                site.file(&p, &text.replace("One", "Two").replace("New", "Old"));
            }
            (34, Some(p)) => {
                let text = site.read(&p);
                let broken = text.replacen("title:", "titel:", 1);
                site.file(&p, &if broken == text { text.replacen("titel:", "title:", 1) } else { broken });
            }
            (35, _) => {
                let files = self.outputs();
                if let Some(file) = files.get(b as usize % files.len().max(1)) {
                    site.remove(&format!("public/{file}"));
                }
            }
            (36, _) => {
                let files = self.outputs();
                if let Some(file) = files.get(b as usize % files.len().max(1)) {
                    let bytes = std::fs::read(site.path(&format!("public/{file}"))).expect("the page");
                    let damaged: Vec<u8> = bytes.iter().map(|byte| byte.wrapping_add(1)).collect();
                    site.bytes(&format!("public/{file}"), &damaged);
                }
            }
            (37, _) if site.exists(".dateline") => {
                site.remove(".dateline");
            }
            (38, _) => {
                let files = site.tree(".dateline").into_keys();
                let files: Vec<String> = files.filter(|f| site.path(&format!(".dateline/{f}")).is_file()).collect();
                if !files.is_empty() {
                    let file = format!(".dateline/{}", files[b as usize % files.len()]);
                    let mut bytes = std::fs::read(site.path(&file)).expect("the ledger's file");
                    bytes.truncate(bytes.len() * (a as usize) / 256);
                    site.bytes(&file, &bytes);
                }
            }
            (39, _) => self.as_of = Self::pick(CLOCKS, b),
            (40, _) => {
                self.jobs = 1 + b as usize % 4;
                self.session = None;
            }
            (41, _) => {
                self.keep_going = !self.keep_going;
                self.session = None;
            }
            (42, Some(p)) => {
                if let Some(stem) = p.strip_suffix("/index.md") {
                    site.rename(&p, &format!("{stem}.tmp"));
                    site.remove(stem);
                    site.rename(&format!("{stem}.tmp"), &format!("{stem}.md"));
                } else if let Some(stem) = p.strip_suffix(".md") {
                    site.rename(&p, &format!("{stem}/index.md"));
                }
            }
            (62, Some(p)) => self.toggle(&p, "updated", ["2025-04-05", "2025-05-31T12:00:00Z"][b as usize % 2]),
            (63, Some(p)) => self.toggle(&p, "noindex", "true"),
            (64, Some(p)) => self.toggle(&p, "guid", "tag:old.example,2019:1"),
            (65, Some(p)) => self.toggle(&p, "translations", "{fr: 'https://fr.news.example/x'}"),
            (66, _) => {
                let text = site.read("site.toml");
                let table = "\n[redirects]\n\"/moved/\" = \"/tags/\"\n[gone]\n\"/gone/\" = \"why\"\n";
                let without = text.replace(table, "");
                site.file("site.toml", &if without == text { text + table } else { without });
            }
            (67, _) => {
                let text = site.read("site.toml");
                let (a, b) = ("formats = [\"rss\"]\nentries = 5", "entries = 5");
                let other = if text.contains(a) { text.replace(a, b) } else { text.replace(b, a) };
                site.file("site.toml", &other);
            }
            (68, _) => self.as_of = ["2025-03-15T23:00:00Z", "2025-03-17T12:00:00Z"][b as usize % 2],
            // Whom the texts name, and who is known by which name.
            (69, Some(p)) => {
                let text = site.read(&p);
                site.file(&p, &format!("{text}\n{}\n", Self::pick(SENTENCES, b)));
            }
            (70, _) => self.toggle_file("content/people/bo.md", "---\nname: Bo Li\naliases: [Bo Silva]\n---\n"),
            (71, _) => self.toggle_file("content/people/cy.md", "---\nname: Cy Silva\nfamily: Silva\n---\n"),
            (72, _) if site.exists("content/people/cy.md") => {
                self.toggle("content/people/cy.md", "suppress", "true");
            }
            (73, _) if site.exists("content/people/bo.md") => {
                let key = ["family", "draft", "slug", "qualifier"][a as usize % 4];
                self.toggle("content/people/bo.md", key, ["Li", "true", "bo-li", "the cook"][a as usize % 4]);
            }
            (74, Some(p)) => self.toggle(&p, "people_exclude", &format!("[{}]", Self::pick(PEOPLE, b))),
            (75, _) => {
                let text = site.read("site.toml");
                let chosen = ["link", "index", "off"].map(|way| format!("\n[people]\ndetect = \"{way}\"\n"));
                let without = chosen.iter().fold(text, |text, table| text.replace(table, ""));
                site.file("site.toml", &(without + &chosen[b as usize % 3]));
            }
            (76, Some(p)) => self.toggle(&p, "corrections", "[{date: 2025-05-01, kind: retraction, text: Untrue.}]"),
            // A link to another article, by its file: where it leads changes with that article's slug and day.
            (77, Some(p)) => {
                let other = self.article(b).unwrap_or_default();
                let to = other.strip_prefix("content/articles/2025/03/").unwrap_or(&other);
                let text = self.site.read(&p);
                let text = match text.split_once("\n[other](") {
                    Some((before, _)) => before.to_string(),
                    None => format!("{text}\n[other](../{to})\n"),
                };
                self.site.file(&p, &text);
            }
            // Another minute of the same day: as a rule nothing changes but what is said of the time.
            (78, Some(p)) => {
                let day: Vec<&str> = p.split('/').skip(2).take(3).collect();
                self.set(&p, "date", Some(&format!("{}T09:{:02}:00Z", day.join("-"), b % 60)));
            }
            // A checkout, or what a cache kept of the last build, or both.
            (79, _) => {
                let folders: [&[&str]; 3] =
                    [&["content", "static"], &["public", ".dateline"], &["content", "static", "public", ".dateline"]];
                for folder in folders[b as usize % 3] {
                    self.site.bring_back(folder);
                }
            }
            // Time passes, so that files are known by their times, and nothing else happens.
            (44 | 45, _) => std::thread::sleep(std::time::Duration::from_millis(12)),
            (43, Some(p)) => {
                self.toggle_file("static/logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
                let other = self.article(b).unwrap_or_default();
                let text = self.site.read(&p);
                self.site.file(&p, &format!("{text}\n[link](/{other}) ![x](pic.png)\n").replace(".md)", "/)"));
                let folder = p.rsplit_once('/').expect("a folder").0.to_string();
                self.toggle_file(&format!("{folder}/pic.png"), "not really a picture");
            }
            (46, Some(p)) => {
                // Two articles change their slugs with each other.
                let other = self.article(b).expect("one of them");
                let slug = |path: &str| {
                    let text = site.read(path);
                    let written = text.lines().find_map(|l| l.strip_prefix("slug: ").map(str::to_string));
                    let stem = path.rsplit('/').next().and_then(|name| name.strip_suffix(".md")).unwrap_or("x");
                    written.unwrap_or_else(|| stem.to_string())
                };
                let (first, second) = (slug(&p), slug(&other));
                self.set(&p, "slug", Some(&second));
                self.set(&other, "slug", Some(&first));
            }
            // Two tags become one.
            (47, _) => self.toggle_file(
                "content/tags/merged.md",
                &format!("---\nname: {}\naliases: [Open data, C, Météo]\n---\n", ["Peace", "Unity"][b as usize % 2]),
            ),
            (48, _) => drop(site.file(
                "themes/briefing/templates/partials/headline.html",
                &format!("<li><a href=\"{{{{ card.url }}}}\">{{{{ card.title }}}}</a> {b}</li>"),
            )),
            (49, _) => {
                site.file(
                    "themes/briefing/assets/dot.svg",
                    &format!("<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"x{b}\"/>"),
                );
                site.file("themes/briefing/assets/style.css", &format!("a {{ background: url(dot.svg); top: {a}px }}"));
            }
            (50, _) if site.exists("themes") => drop(site.remove("themes")),
            (51, _) if site.exists("content/people/ana.md") => {
                let text = site.read("content/people/ana.md");
                site.file("content/people/ana.md", &format!("{text}\nMore of her, {b}.\n"));
            }
            (52, _) => {
                let title = Self::pick(TITLES, b);
                site.document("content/briefings/2025-03-14.md", &format!("title: {title}"), &format!("Welcome, {a}."));
            }
            (53, _) => {
                let menu = if a % 2 == 0 { "menu: true" } else { "order: 3" };
                site.document(
                    "content/pages/about.md",
                    &format!("title: {}\n{menu}", Self::pick(TITLES, b)),
                    "About us.",
                );
            }
            (54, _) => match self.kept.take() {
                None => self.kept = Some(site.tree("content")),
                Some(kept) => {
                    site.remove("content");
                    kept.iter().filter(|(path, _)| !path.ends_with('/')).for_each(|(path, bytes)| {
                        site.bytes(&format!("content/{path}"), bytes);
                    });
                    std::fs::create_dir_all(site.path("content/articles")).expect("a folder of articles");
                }
            },
            // A template and the settings break and are mended.
            (55, _) => self.toggle_file("themes/briefing/templates/month.html", "{% if %}"),
            (56, Some(p)) => self.set(&p, "summary", Some(["Short.", "A little longer."][b as usize % 2])),
            (57, Some(p)) => self.toggle(&p, "kicker", Self::pick(TITLES, b)),
            (58, _) => {
                let text = site.read("site.toml");
                let mended = text.replace("\nnonsense = 1", "");
                site.file(
                    "site.toml",
                    &if mended == text { text.replacen('\n', "\nnonsense = 1\n", 1) } else { mended },
                );
            }
            (59, _) => {
                let lines = ["[front]\ndays = 2", "[links]\nexternal_rel = \"nofollow\"", "[links]\nbroken = \"warn\""];
                site.file(
                    "site.toml",
                    &format!(
                        "title = \"Test\"\nbase_url = \"https://n.example/{}\"\n[lists]\nper_page = 5\n{}\n",
                        ["", "sub"][a as usize % 2],
                        lines[b as usize % 3]
                    ),
                );
            }
            (60, _) => {
                // A file of the site that is a folder the next time.
                let there = site.exists("static/place/file.txt");
                if site.exists("static/place") {
                    site.remove("static/place");
                }
                site.file(if there { "static/place" } else { "static/place/file.txt" }, &b.to_string());
            }
            (61, _) => {
                self.preview = !self.preview;
                self.session = None;
            }
            _ => {}
        }
        shown
    }
}
