//! How soon what is written is seen, and whether that stays so: `cargo bench --bench live -- --help`.
//!
//! It drives the program as an editor and a browser do. It measures; it judges only that no edit is lost.

#[path = "../harness/mod.rs"]
mod harness;

use harness::browser::Browser;
use harness::http;
use harness::program::Program;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const HELP: &str = "cargo bench --bench live -- [SITE] [OPTIONS]

SITE is a laid-out site; its articles are edited, and put back at the end. Without one, a site is made.

  --under PATH      what the URLs of its articles begin with, such as /articles
  --articles N      how many articles to make if there is no SITE [10000]
  --edits N         edits to measure [30]
  --no-browser      leave the browser out
  --soak MINUTES    instead: edit for so long, and watch memory and open files
  --rate N          edits a minute of a soak [240]
  --serve COMMAND   another server instead of Dateline, with {port} and {site}; its articles must have the same URLs
";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    if arguments.iter().any(|a| a == "--help") {
        return println!("{HELP}");
    }
    // `cargo test --benches` runs it too, without anything to measure.
    if cfg!(debug_assertions) {
        return println!("skipped: figures are taken in the bench profile");
    }
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1)).cloned();
    let number = |name: &str, default: usize| value(name).map_or(default, |v| v.parse().expect("a number"));
    let (made, site) = match arguments.first().filter(|a| !a.starts_with("--")) {
        Some(site) => (None, PathBuf::from(site)),
        None => {
            let made = make(number("--articles", 10_000));
            let root = made.root().to_path_buf();
            (Some(made), root)
        }
    };
    let mut articles = Vec::new();
    collect(&site.join("content"), &mut articles);
    articles.sort();
    assert!(!articles.is_empty(), "{} has no articles", site.display());
    let server = Server::start(&site, value("--serve").as_deref(), value("--under").unwrap_or_default(), &articles);
    let originals = Originals::default();
    match value("--soak") {
        Some(minutes) => soak(&server, &articles, &originals, minutes.parse().expect("minutes"), number("--rate", 240)),
        None => latency(
            &server,
            &articles,
            &originals,
            number("--edits", 30),
            !arguments.iter().any(|a| a == "--no-browser"),
        ),
    }
    drop(originals);
    drop(made);
}

/// A site with so many articles of about 490 words, each with five tags and five people.
fn make(articles: usize) -> harness::Site {
    let site = harness::Site::bare();
    site.file("site.toml", "title = \"Bench\"\n[theme]\nname = \"briefing\"\n");
    let words =
        ["harbour", "council", "ferry", "minister", "bridge", "report", "Tuesday", "agreement", "northern", "quarter"];
    let mut seed = 1_u64;
    let mut random = move |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % n
    };
    for n in 0..articles {
        let day = n / 30;
        let (year, month, day) = (2016 + day / 336, day / 28 % 12 + 1, day % 28 + 1);
        // Few names are used often and many rarely, and there are more of them in a larger archive.
        let mut names = |what: &str| {
            let most = articles / 4 + 10;
            let list: Vec<String> =
                (0..5).map(|_| format!("{what} {}", random(most).min(random(most)).min(random(most)))).collect();
            list.join(", ")
        };
        let front_matter = format!(
            "title: Story {n}\nsummary: What happened in {n}.\ntags: [{}]\npeople: [{}]",
            names("Topic"),
            names("Person")
        );
        let body: String =
            (0..490).map(|w| format!("{}{}", words[random(10)], if w % 70 == 69 { ".\n\n" } else { " " })).collect();
        site.article(&format!("{year}/{month:02}/{day:02}/story-{n}"), &front_matter, &body);
    }
    site
}

fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let in_a_day = path
            .ancestors()
            .skip(1)
            .take(3)
            .all(|a| a.file_name().is_some_and(|n| n.to_string_lossy().bytes().all(|b| b.is_ascii_digit())));
        if path.is_dir() {
            collect(&path, out);
        } else if name.ends_with(".md") && in_a_day {
            out.push(path);
        }
    }
}

/// The files as they were; put back when this goes.
#[derive(Default)]
struct Originals(std::cell::RefCell<std::collections::BTreeMap<PathBuf, String>>);

impl Originals {
    fn of(&self, path: &Path) -> String {
        let read = || std::fs::read_to_string(path).expect("an article");
        self.0.borrow_mut().entry(path.to_path_buf()).or_insert_with(read).clone()
    }
}

impl Drop for Originals {
    fn drop(&mut self) {
        for (path, text) in self.0.borrow().iter() {
            let _ = std::fs::write(path, text);
        }
    }
}

struct Server {
    program: Program,
    address: SocketAddr,
    site: PathBuf,
    under: String,
}

impl Server {
    fn start(site: &Path, other: Option<&str>, under: String, articles: &[PathBuf]) -> Self {
        let began = Instant::now();
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let command = match other {
            None => {
                let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
                command.args(["serve", "--port", &port.to_string(), "--site"]).arg(site);
                command
            }
            Some(text) => {
                let mut command = Command::new("sh");
                let text = text.replace("{port}", &port.to_string()).replace("{site}", &site.to_string_lossy());
                command.args(["-c", &format!("exec {text}")]);
                command
            }
        };
        let server = Self { program: Program::of(command), address, site: site.to_path_buf(), under };
        let last = server.url(&articles[articles.len() - 1]);
        let is_there = || {
            let up = std::net::TcpStream::connect(address).is_ok();
            up && http::get(address, &last).status == 200
        };
        while !is_there() {
            assert!(began.elapsed() < Duration::from_secs(600), "it does not come up:\n{}", server.program.said());
            std::thread::sleep(Duration::from_millis(20));
        }
        println!("{} articles; up after {:.2} s; {}", articles.len(), began.elapsed().as_secs_f64(), server.usage());
        server
    }

    /// `…/2025/03/16/slug.md` is at `/2025/03/16/slug/`.
    fn url(&self, article: &Path) -> String {
        let parts: Vec<String> = article.with_extension("").iter().map(|p| p.to_string_lossy().into_owned()).collect();
        format!("{}/{}/", self.under, parts[parts.len() - 4..].join("/"))
    }

    /// Memory and open files.
    fn usage(&self) -> String {
        let id = self.program.id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find(|l| l.starts_with(name)).unwrap_or("");
            line.split_whitespace().nth(1).and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
        };
        let files = std::fs::read_dir(format!("/proc/{id}/fd")).map_or(0, Iterator::count);
        let threads = std::fs::read_dir(format!("/proc/{id}/task")).map_or(0, Iterator::count);
        format!(
            "memory {:.0} MiB (most {:.0}), {files} open files, {threads} threads",
            field("VmRSS:"),
            field("VmHWM:")
        )
    }

    /// Writes an edit as an editor does, and waits until it is served; the milliseconds.
    fn edit(&self, article: &Path, text: &str, mark: &str) -> f64 {
        let url = self.url(article);
        let began = Instant::now();
        std::fs::write(article, text).expect("written");
        loop {
            if http::get(self.address, &url).text().contains(mark) {
                return began.elapsed().as_secs_f64() * 1e3;
            }
            assert!(began.elapsed() < Duration::from_secs(60), "lost: {mark} in {url}\n{}", self.program.said());
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// The clock that a browser has as well, in milliseconds.
fn wall() -> f64 {
    std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_secs_f64() * 1e3
}

/// Median, worst and all, in milliseconds.
fn figures(what: &str, times: &mut [f64]) {
    times.sort_by(f64::total_cmp);
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    println!("{what:<44} median {median:>8.1} ms, worst {worst:>8.1} ms of {}", times.len());
}

/// Articles spread over the archive.
fn picks(articles: &[PathBuf], n: usize) -> Vec<&PathBuf> {
    (0..n).map(|k| &articles[(2 * k + 1) * articles.len() / (2 * n)]).collect()
}

fn latency(server: &Server, articles: &[PathBuf], originals: &Originals, edits: usize, with_browser: bool) {
    let pause = || std::thread::sleep(Duration::from_millis(300));
    pause();
    let mut body = Vec::new();
    let mut title = Vec::new();
    for (n, article) in picks(articles, edits).into_iter().enumerate() {
        let text = originals.of(article);
        let mark = format!("editmark{n}x");
        body.push(server.edit(article, &format!("{text}\nThe {mark} sentence.\n"), &mark));
        pause();
        let mark = format!("titlemark{n}x");
        let (first, rest) = text.split_once("title: ").expect("a title");
        let marked = match rest.strip_prefix('"') {
            Some(rest) => format!("\"{mark} {rest}"),
            None => format!("{mark} {rest}"),
        };
        title.push(server.edit(article, &format!("{first}title: {marked}"), &mark));
        pause();
    }
    figures("body written to served", &mut body);
    figures("title written to served", &mut title);
    if let Some(browser) = with_browser.then(Browser::open).flatten() {
        let mut times = Vec::new();
        for (n, article) in picks(articles, edits).into_iter().enumerate() {
            browser.go(&format!("http://localhost:{}{}", server.address.port(), server.url(article)));
            // The page notes the time itself: asking it again and again would be in its way.
            let mark = format!("seenmark{n}x");
            browser.run(&format!(
                "window.seen = 0; const look = () => {{ if (!window.seen && document.body.innerText.includes('{mark}')) window.seen = Date.now(); }}; \
                 new MutationObserver(look).observe(document.documentElement, {{subtree: true, childList: true, characterData: true}}); setInterval(look, 20)"
            ));
            pause();
            let text = originals.of(article);
            let began = wall();
            std::fs::write(article, format!("{text}\nThe {mark} sentence.\n")).expect("written");
            browser.sees(
                "window.seen || (document.body && document.body.innerText.includes('{mark}'))"
                    .replace("{mark}", &mark)
                    .as_str(),
            );
            let seen = browser.run("return window.seen").as_f64().unwrap_or(0.0);
            // A page that was loaded anew has no note; then it is the time at which it was found.
            let seen = if seen > 0.0 { seen } else { wall() };
            times.push(seen - began);
            pause();
        }
        figures("body written to shown in Chromium", &mut times);
    }
    println!("{}", server.usage());
}

/// Edits at a steady rate, in the ways in which an archive changes, and compares the result with a clean build.
fn soak(server: &Server, articles: &[PathBuf], originals: &Originals, minutes: f64, rate: usize) {
    let (began, length) = (Instant::now(), Duration::from_secs_f64(minutes * 60.0));
    let every = Duration::from_secs_f64(60.0 / rate as f64);
    let (mut times, mut n, mut reported) = (Vec::new(), 0, 0);
    println!("   0 min: {}", server.usage());
    while began.elapsed() < length {
        let article = &articles[n * 7919 % articles.len()];
        let mark = format!("soakmark{n}x");
        times.push(server.edit(article, &format!("{}\nThe {mark} sentence.\n", originals.of(article)), &mark));
        if n % 50 == 49 {
            // A story comes, and goes.
            let new = article.with_file_name(format!("soak-{n}.md"));
            server.edit(&new, "---\ntitle: New\n---\n\nA newmark story.\n", "newmark");
            std::fs::remove_file(&new).expect("removed");
        }
        n += 1;
        let minute = began.elapsed().as_secs() / 60;
        if minute > reported {
            reported = minute;
            println!("{minute:>4} min: {n} edits; {}", server.usage());
        }
        if let Some(left) = (every * n as u32).checked_sub(began.elapsed()) {
            std::thread::sleep(left);
        }
    }
    figures("written to served", &mut times);
    println!(" end: {n} edits, none lost; {}", server.usage());
    // What is served now must be what a clean build would write.
    let verified = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .args(["build", "--verify", "--drafts", "--future", "--base-url"])
        .arg(format!("http://localhost:{}", server.address.port()))
        .arg("--output")
        .arg(server.site.join(".dateline/preview"))
        .arg("--site")
        .arg(&server.site)
        .output()
        .expect("the program starts");
    println!("{}{}", String::from_utf8_lossy(&verified.stdout), String::from_utf8_lossy(&verified.stderr));
    assert!(verified.status.success(), "the preview is not what a clean build would write");
}
