//! Addresses on the web, asked of a server in this process that says what it is told to say.
#![cfg(feature = "net")]

mod harness;

use dateline::build::{Clock, Options, Silent, Survey, examine};
use dateline::desk::check::{Kind, check};
use dateline::desk::external::{Asked, Cache, FILE, Settings, ask};
use dateline::desk::texts;
use dateline::diagnostics::render_all;
use harness::Site;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A server that answers by a script and remembers what it was asked.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    /// The most requests that were open at once, by `Host`.
    most: Arc<Mutex<BTreeMap<String, usize>>>,
}

impl Server {
    /// `script`: method, path, how many times it was asked before → status line and headers.
    fn start(script: impl Fn(&str, &str, usize) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let server = Self {
            port: listener.local_addr().expect("an address").port(),
            asked: Arc::default(),
            most: Arc::default(),
        };
        let (asked, most, script) = (server.asked.clone(), server.most.clone(), Arc::new(script));
        let open: Arc<Mutex<BTreeMap<String, usize>>> = Arc::default();
        let agents = Arc::new(AtomicUsize::new(0));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let (asked, most, open, script, agents) =
                    (asked.clone(), most.clone(), open.clone(), script.clone(), agents.clone());
                std::thread::spawn(move || {
                    let mut head = Vec::new();
                    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
                    loop {
                        let mut line = String::new();
                        if reader.read_line(&mut line).unwrap_or(0) == 0 {
                            return;
                        }
                        if line == "\r\n" {
                            break;
                        }
                        head.push(line.trim_end().to_string());
                    }
                    let header = |name: &str| {
                        let found =
                            head.iter().find_map(|l| l.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name)));
                        found.map_or(String::new(), |(_, v)| v.to_string())
                    };
                    let host = header("host");
                    assert!(header("user-agent").starts_with("Dateline/"), "{head:?}");
                    agents.fetch_add(1, Ordering::Relaxed);
                    let mut first = head[0].split(' ');
                    let (method, path) = (first.next().expect("a method"), first.next().expect("a path"));
                    let before = {
                        let mut asked = asked.lock().expect("no panic");
                        let line = format!("{method} {path}");
                        let before = asked.iter().filter(|a| **a == line).count();
                        asked.push(line);
                        let mut open = open.lock().expect("no panic");
                        let now = open.entry(host.clone()).or_default();
                        *now += 1;
                        let mut most = most.lock().expect("no panic");
                        let max = most.entry(host.clone()).or_default();
                        *max = (*max).max(*now);
                        before
                    };
                    let answer = script(method, path, before);
                    // Long enough for a second request to meet the first, if there were one.
                    std::thread::sleep(Duration::from_millis(10));
                    *open.lock().expect("no panic").entry(host).or_default() -= 1;
                    let _ = write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                });
            }
        });
        server
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

fn settings() -> Settings {
    Settings {
        pause: Duration::ZERO,
        timeout: Duration::from_secs(20),
        patience: Duration::from_secs(2),
        ..Settings::default()
    }
}

fn look(site: &Site) -> Survey {
    let options = Options {
        site: site.root().to_path_buf(),
        output: None,
        origin: None,
        base_url: None,
        as_of: Clock::Said(harness::NOW.to_string()),
        allowed: Default::default(),
        jobs: 1,
        clean: false,
        keep_going: true,
        tick: Duration::ZERO,
        verify: false,
    };
    examine(&options).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn run_at(site: &Site, settings: &Settings, now: &str) -> Asked {
    let survey = look(site);
    let mut cache = Cache::load(site.root());
    let now: jiff::Timestamp = now.parse().expect("a time");
    let asked = ask(&texts::look(&survey).addresses, settings, &mut cache, &|| now, &Silent);
    cache.save(site.root()).expect("saved");
    asked
}

fn run(site: &Site, settings: &Settings) -> Asked {
    run_at(site, settings, "2025-06-01T00:00:00Z")
}

#[test]
fn every_answer_means_what_it_means() {
    let server = Server::start(|method, path, before| {
        match (method, path, before) {
            (_, "/fine", _) => "200 OK",
            ("HEAD", "/no-head", _) => "405 Method Not Allowed",
            ("GET", "/no-head", _) => "200 OK",
            (_, "/gone", _) => "410 Gone",
            (_, "/missing", _) => "404 Not Found",
            (_, "/ill", _) => "500 Internal Server Error",
            (_, "/private", _) => "403 Forbidden",
            (_, "/moved", _) => "301 Moved Permanently\r\nLocation: /moved-again",
            (_, "/moved-again", _) => "308 Permanent Redirect\r\nLocation: fine",
            (_, "/elsewhere", _) => "302 Found\r\nLocation: /fine",
            (_, "/half", _) => "301 Moved Permanently\r\nLocation: /elsewhere",
            (_, "/circle", _) => "302 Found\r\nLocation: /circle",
            (_, "/to-nothing", _) => "301 Moved Permanently\r\nLocation: /missing",
            (_, "/to-mail", _) => "302 Found\r\nLocation: mailto:desk@news.example",
            (_, "/busy", 0) => "429 Too Many Requests\r\nRetry-After: 1",
            (_, "/busy", _) => "200 OK",
            other => panic!("{other:?}"),
        }
        .to_string()
    });
    let site = Site::new();
    let paths = [
        "fine",
        "no-head",
        "gone",
        "missing",
        "ill",
        "private",
        "moved",
        "elsewhere",
        "half",
        "circle",
        "to-nothing",
        "to-mail",
        "busy",
    ];
    let body: String = paths.iter().map(|p| format!("- [{p}]({})\n", server.url(&format!("/{p}#part")))).collect();
    site.article(
        "2025/03/16/a",
        &format!("title: A\nsources:\n  - {{publisher: P, url: \"{}\"}}", server.url("/gone")),
        &body,
    );
    let asked = run(&site, &settings());
    let said: Vec<(bool, String)> =
        asked.problems.iter().map(|p| (p.is_error(), p.message.replace(&server.url(""), ""))).collect();
    let is = |error: bool, text: &str| (error, text.to_string());
    assert_eq!(
        said,
        [
            is(true, "`/circle` redirects more than 10 times"),
            is(true, "`/gone` answers 410 Gone"),
            is(false, "`/ill` answers 500 Internal Server Error"),
            is(true, "`/missing` answers 404 Not Found"),
            is(false, "`/private` answers 403 Forbidden"),
            is(true, "`/to-mail` redirects to what is no address of the web"),
            is(true, "`/to-nothing` answers 404 Not Found"),
        ]
    );
    let moved: Vec<&str> = asked.findings.iter().map(|f| f.detail.as_str()).collect();
    assert_eq!(moved, [format!("for good, to {}", server.url("/fine"))]);
    assert_eq!((asked.addresses, asked.asked, asked.remembered), (13, 13, 0));
    // Where it stands: the front matter's line first, and how many more there are.
    let gone = render_all(&asked.problems[1..2], false);
    assert!(gone.contains("content/articles/2025/03/16/a.md:4:26"), "{gone}");
    assert!(gone.contains("it stands in one more place"), "{gone}");
    let requests = server.asked();
    assert!(
        requests.contains(&"GET /no-head".to_string()) && !requests.contains(&"GET /fine".to_string()),
        "{requests:?}"
    );
    assert_eq!(requests.iter().filter(|r| *r == "HEAD /busy").count(), 2);
}

#[test]
fn a_host_has_one_request_at_a_time_and_several_hosts_are_asked_at_once() {
    let server = Server::start(|_, _, _| "200 OK".to_string());
    let site = Site::new();
    let mut body = String::new();
    for n in 0..12 {
        body.push_str(&format!("<http://127.0.0.1:{0}/{n}> <http://localhost:{0}/{n}>\n", server.port));
    }
    site.article("2025/03/16/a", "title: A", &body);
    let asked = run(&site, &settings());
    assert_eq!((asked.asked, asked.problems.len()), (24, 0), "{:?}", asked.problems);
    let most = server.most.lock().expect("no panic").clone();
    assert_eq!(most.values().copied().collect::<Vec<_>>(), [1, 1], "{most:?}");
}

#[test]
fn good_answers_are_believed_for_their_time_and_bad_ones_never() {
    let server = Server::start(|_, path, before| {
        match (path, before) {
            ("/late", 0) => "404 Not Found",
            ("/old", _) => "301 Moved Permanently\r\nLocation: /fine",
            _ => "200 OK",
        }
        .to_string()
    });
    let site = Site::new();
    let links = ["/fine", "/old", "/late"].map(|p| format!("<{}>", server.url(p))).join(" ");
    site.article("2025/03/16/a", "title: A", &links);
    let day = Settings { max_age: Duration::from_secs(86_400), ..settings() };
    let first = run_at(&site, &day, "2025-06-01T00:00:00Z");
    assert_eq!((first.asked, first.problems.len(), first.findings.len()), (3, 1, 1));
    assert!(site.exists(FILE));
    let second = run_at(&site, &day, "2025-06-01T23:00:00Z");
    assert_eq!((second.asked, second.remembered, second.findings.len()), (1, 2, 1));
    let third = run_at(&site, &day, "2025-06-02T00:30:00Z");
    assert_eq!((third.asked, third.remembered), (2, 1), "the one that came back is young");
    // A clock that was put back, or a file that is damaged: everything is asked.
    assert_eq!(run_at(&site, &day, "2025-05-01T00:00:00Z").remembered, 0);
    site.file(FILE, "{");
    assert_eq!(run_at(&site, &day, "2025-06-02T00:30:00Z").remembered, 0);
}

#[test]
fn a_host_that_asks_for_patience_is_left_alone() {
    let server = Server::start(|_, _, _| "429 Too Many Requests\r\nRetry-After: 3600".to_string());
    let late = Server::start(|_, _, before| match before {
        0 => "503 Service Unavailable\r\nRetry-After: Sun, 01 Jun 2025 00:00:01 GMT".to_string(),
        _ => "200 OK".to_string(),
    });
    let site = Site::new();
    let body: String = (0..5).map(|n| format!("<{}> ", server.url(&format!("/{n}")))).collect();
    site.article("2025/03/16/a", "title: A", &format!("{body} <{}>", late.url("/x")));
    let asked = run(&site, &settings());
    assert_eq!(server.asked(), ["HEAD /0"], "one question is enough");
    assert_eq!(late.asked(), ["HEAD /x", "HEAD /x"]);
    assert_eq!(asked.problems.len(), 5);
    assert!(
        asked.problems.iter().all(|p| !p.is_error() && p.message.contains("3600 s of patience")),
        "{:?}",
        asked.problems
    );
}

#[test]
fn what_is_not_to_be_asked_is_not() {
    let server = Server::start(|_, _, _| "200 OK".to_string());
    let site = Site::new();
    site.setting("base_url = \"https://news.example/archive\"")
        .setting(&format!("[check]\nexternal_ignore = [\"{}\"]", server.url("/private/*")));
    site.article(
        "2025/03/16/a",
        "title: A",
        &format!(
            "<{}> <{}> <https://news.example/archive/2025/> <mailto:a@b.example> [x](ftp://a.example/) [y](#z) ",
            server.url("/private/a"),
            server.url("/public")
        ),
    );
    let config = look(&site).config;
    let asked = run(&site, &Settings { ignore: config.external_ignore, ..settings() });
    assert_eq!((asked.addresses, asked.asked, asked.ignored), (2, 1, 1));
    assert_eq!(server.asked(), ["HEAD /public"]);
}

#[test]
fn nobody_to_be_reached_is_said_once() {
    let closed = || TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let site = Site::new();
    site.article(
        "2025/03/16/a",
        "title: A",
        &format!("<http://127.0.0.1:{}/> <http://127.0.0.1:{}/>", closed(), closed()),
    );
    let asked = run(&site, &settings());
    assert_eq!(asked.problems.len(), 1, "{:?}", asked.problems);
    assert!(asked.problems[0].message.contains("none of 2 hosts can be reached"));
}

#[test]
fn the_program_checks_for_continuous_integration() {
    let server = Server::start(|_, path, _| if path == "/missing" { "404 Not Found" } else { "200 OK" }.to_string());
    let site = Site::new();
    site.article("2025/03/16/a", "title: A", &format!("<{}> and <{}>.", server.url("/fine"), server.url("/missing")));
    let run = |arguments: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_dateline"))
            .current_dir(site.root())
            .arg("check")
            .args(arguments)
            .env_remove("http_proxy")
            .env_remove("HTTP_PROXY")
            .env_remove("ALL_PROXY")
            .output()
            .expect("the program");
        (
            out.status.code(),
            String::from_utf8_lossy(&out.stdout).into_owned(),
            String::from_utf8_lossy(&out.stderr).into_owned(),
        )
    };
    let before = site.tree("");
    let (code, out, _) = run(&[]);
    assert_eq!(code, Some(0), "{out}");
    assert_eq!(site.tree(""), before, "a check writes nothing");
    assert!(server.asked().is_empty(), "nobody is asked unasked");
    let (code, out, err) = run(&["--external"]);
    assert_eq!(code, Some(1), "{out}");
    assert!(err.contains("error[link-external]: `http://127.0.0.1:") && err.contains("answers 404 Not Found"), "{err}");
    assert!(out.contains("2 addresses on the web: 2 asked, 0 remembered"), "{out}");
    let (code, out, _) = run(&["--external", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(out.trim()).expect("JSON");
    assert_eq!(code, Some(1));
    assert_eq!((&report["external"]["asked"], &report["external"]["remembered"]), (&1.into(), &1.into()));
    assert_eq!(report["diagnostics"][0]["code"], "link-external");
    assert_eq!(run(&["--max-age", "soon"]).0, Some(2));
    // What is withheld is looked into if asked.
    site.article("2025/03/18/c", "title: C\ndraft: true", "[x](nothing.md)");
    assert_eq!((run(&[]).0, run(&["--drafts"]).0), (Some(0), Some(1)));
    site.remove("content/articles/2025/03/18/c.md");
    // A warning counts if it is to count.
    site.article("2025/03/17/b", "title: B\ntgas: [x]", "");
    assert_eq!((run(&[]).0, run(&["--strict"]).0), (Some(0), Some(1)));
}

#[test]
fn a_check_says_all_that_a_build_would_and_what_is_worth_a_look() {
    let site = Site::new();
    let text = "The evening ferry left the north pier at five past six on Sunday, its first crossing since November, and came back \
                at eight with forty passengers who had waited for it in the rain. The harbour master said that the new ramp had \
                passed every test, that the old one would be broken up before May, and that the timetable of last summer holds \
                again from Monday. The yard that built the ramp has asked for the last part of its fee, which the council wants \
                to look at once more in its next sitting. Two of the three boats are still in dock, and one of them may be sold.";
    site.article(
        "2025/03/16/a",
        "title: Ferry back\naliases: [/2025/03/16/a/, /x/, /x/]",
        &format!("![](a.png)\n\n[b](nothing.md) [c](../17/b.md#none)\n\n{text}"),
    )
    .article("2025/03/17/b", "title: Another headline\nupdated: 2035-01-01", &format!("{text} And so it was."))
    .article("2025/03/18/c", "title: ferry  BACK", "")
    .article("2035/03/18/d", "title: To come", "")
    .bytes("content/articles/2025/03/16/a.png", b"png");
    let survey = look(&site);
    let codes: Vec<&str> = survey.problems.iter().map(|p| p.code.as_str()).collect();
    let built = site.build();
    for code in ["link-broken", "link-fragment"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    assert_eq!(codes, built.codes(), "a check says what a build says");
    let mut findings = check(&survey.archive);
    findings.extend(texts::look(&survey).findings);
    let of = |kind: Kind| {
        let of_kind = findings.iter().filter(|f| f.kind == kind);
        of_kind.map(|f| format!("{} ({}) {}", f.subject, f.detail, f.line.unwrap_or(0))).collect::<Vec<_>>()
    };
    assert_eq!(of(Kind::ImageWithoutAlt), ["a.png (write what it shows between the brackets) 6"]);
    assert_eq!(
        of(Kind::NearlyOneText),
        [
            "ferry  BACK (content/articles/2025/03/16/a.md has the same headline) 0",
            "Another headline (content/articles/2025/03/16/a.md is nearly the same) 0",
        ]
    );
    assert_eq!(
        of(Kind::Future),
        ["Another headline (updated 2035-01-01T00:00:00Z) 0", "d (scheduled, 2035-03-18T00:00:00Z) 0"]
    );
    assert!(of(Kind::NeedlessAlias).contains(&"/2025/03/16/a/ (the article is there) 0".to_string()), "{findings:?}");
}

/// A server that speaks TLS, with a certificate of an authority that nobody knows.
struct Secure {
    folder: Site,
    child: std::process::Child,
    port: u16,
}

impl Secure {
    /// Starts one, or says what is not installed.
    fn start() -> Option<Self> {
        let folder = Site::bare();
        let make = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=Nobody -keyout ca.key -out ca.pem && \
                    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out asked.pem && \
                    echo subjectAltName=DNS:localhost > names && \
                    openssl x509 -req -in asked.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out cert.pem";
        let made = Command::new("sh").args(["-ec", make]).current_dir(folder.root()).output().expect("a shell");
        if !made.status.success() {
            eprintln!("skipped: openssl is not installed, or makes no certificate");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        folder.file(
            "server.py",
            "import http.server, ssl, sys\n\
             server = http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)\n\
             context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n\
             context.load_cert_chain('cert.pem', 'key.pem')\n\
             server.socket = context.wrap_socket(server.socket, server_side=True)\n\
             server.serve_forever()\n",
        );
        let mut command = Command::new("python3");
        command.args(["server.py", &port.to_string()]).current_dir(folder.root());
        let null = std::process::Stdio::null;
        let Ok(mut child) = command.stdin(null()).stdout(null()).stderr(null()).spawn() else {
            eprintln!("skipped: python3 is not installed");
            return None;
        };
        let mut ended = false;
        harness::program::until("the server answers", || {
            ended = child.try_wait().is_ok_and(|status| status.is_some());
            ended || std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        });
        if ended {
            eprintln!("skipped: python3 has no TLS");
            return None;
        }
        Some(Self { folder, child, port })
    }

    /// What is said of an address of it.
    fn problems(&self, host: &str, certificates: Option<&str>) -> String {
        let site = Site::new();
        site.article("2025/03/16/a", "title: A", &format!("<https://{host}:{}/names>", self.port));
        let certificates = certificates.map(|file| self.folder.path(file).to_string_lossy().into_owned());
        let asked = run(&site, &Settings { certificates, ..settings() });
        render_all(&asked.problems, false)
    }
}

impl Drop for Secure {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_certificate_must_hold_or_its_authority_be_named() {
    let Some(server) = Secure::start() else { return };
    let unknown = server.problems("localhost", None);
    assert!(unknown.contains("is not safe to reach") && unknown.contains("error"), "{unknown}");
    assert_eq!(server.problems("localhost", Some("ca.pem")), "", "the authority is named");
    let other = server.problems("127.0.0.1", Some("ca.pem"));
    assert!(other.contains("is not safe to reach"), "a certificate for another name: {other}");
    let key = server.problems("localhost", Some("key.pem"));
    assert!(key.contains("has no certificate in it"), "{key}");
    assert!(server.problems("localhost", Some("nothing.pem")).contains("cannot be read"));
}
