//! The claim: after any change, the incremental output equals a clean build's, byte for byte, diagnostics included.
//!
//! Random sequences of edits to a small site; after each one the site is built where it is, and a copy of it from
//! nothing. `DATELINE_EDITS` says how many edits are made (300 if it does not; CI makes 2,000), `DATELINE_SEED` from which seed. A
//! failing sequence is shrunk to the shortest that fails.

mod harness;

use dateline::build::Outcome;
use harness::{Built, Site};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

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
    let mut world = World::new();
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
    previous: Option<Built>,
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

/// How many kinds of edit there are.
const KINDS: u8 = 54;

impl World {
    fn new() -> Self {
        let site = Site::new();
        site.setting("[lists]\nper_page = 5");
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
        Self { site, as_of: CLOCKS[0], jobs: 2, keep_going: false, previous: None }
    }

    /// Builds here and, from a copy, anew; both must say and hold the same.
    fn compare(&mut self, after: &str) -> Result<(), TestCaseError> {
        let build = |site: &Site, keep_going: bool, jobs: usize| {
            let call = site.with().as_of(self.as_of).jobs(jobs);
            if keep_going { call.keep_going() } else { call }.build()
        };
        let here = build(&self.site, self.keep_going, self.jobs);
        let copy = self.site.copy();
        let clean = build(&copy, self.keep_going, 1);

        let said = (here.report.outcome, here.diagnostics_text());
        let said_clean = (clean.report.outcome, clean.diagnostics_text());
        prop_assert_eq!(said, said_clean, "diagnostics after {}", after);
        let expected = match (clean.report.outcome, &self.previous) {
            (Outcome::Published, _) => clean.tree(),
            // A refused build leaves what was there, but for what the edit itself did to the output.
            (Outcome::Refused | Outcome::Verified, _) => return Ok(()),
        };
        let differing: Vec<&String> = expected
            .keys()
            .chain(here.tree().keys())
            .filter(|file| expected.get(*file) != here.tree().get(*file))
            .collect();
        prop_assert!(differing.is_empty(), "after {after} these differ: {differing:?}");
        prop_assert_eq!(here.report.pages.total, clean.report.pages.total);
        self.previous = Some(here);
        Ok(())
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
                    &format!("title = \"{title}\"\ntime_zone = \"{zone}\"\n[lists]\nper_page = {per_page}\n"),
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
            (40, _) => self.jobs = 1 + b as usize % 4,
            (41, _) => self.keep_going = !self.keep_going,
            (42, Some(p)) => {
                if let Some(stem) = p.strip_suffix("/index.md") {
                    site.rename(&p, &format!("{stem}.tmp"));
                    site.remove(stem);
                    site.rename(&format!("{stem}.tmp"), &format!("{stem}.md"));
                } else if let Some(stem) = p.strip_suffix(".md") {
                    site.rename(&p, &format!("{stem}/index.md"));
                }
            }
            // Whom the texts name, and who is known by which name.
            (46, Some(p)) => {
                let text = site.read(&p);
                site.file(&p, &format!("{text}\n{}\n", Self::pick(SENTENCES, b)));
            }
            (47, _) => self.toggle_file("content/people/bo.md", "---\nname: Bo Li\naliases: [Bo Silva]\n---\n"),
            (48, _) => self.toggle_file("content/people/cy.md", "---\nname: Cy Silva\nfamily: Silva\n---\n"),
            (49, _) if site.exists("content/people/cy.md") => {
                self.toggle("content/people/cy.md", "suppress", "true");
            }
            (50, _) if site.exists("content/people/bo.md") => {
                let key = ["family", "draft", "slug", "qualifier"][a as usize % 4];
                self.toggle("content/people/bo.md", key, ["Li", "true", "bo-li", "the cook"][a as usize % 4]);
            }
            (51, Some(p)) => self.toggle(&p, "people_exclude", &format!("[{}]", Self::pick(PEOPLE, b))),
            (52, _) => {
                let detect = ["link", "index", "off"][b as usize % 3];
                site.file(
                    "site.toml",
                    &format!("title = \"Test\"\n[people]\ndetect = \"{detect}\"\n[lists]\nper_page = 5\n"),
                );
            }
            (53, Some(p)) => self.toggle(&p, "corrections", "[{date: 2025-05-01, kind: retraction, text: Untrue.}]"),
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
            _ => {}
        }
        shown
    }
}
