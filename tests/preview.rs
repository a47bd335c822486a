//! The preview's server: what it answers, to whom, and what it never does.
//!
//! What only a browser can show is in `browser.rs`; how the program is called in `cli.rs`.

mod harness;

use dateline::build::{self, Changes, Clock, Options, Outcome, PUBLISHED, PUBLISHING, Progress, Session, Silent};
use dateline::preview::{Hosts, Live, Preview, listen};
use harness::http::{self, ask, get, send};
use harness::program::until;
use harness::{NOW, Site};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};

/// A site with its server.
struct Served {
    site: Site,
    session: Session,
    preview: Preview,
    address: SocketAddr,
}

impl Served {
    fn new(site: Site) -> Self {
        let mut served = Self::unbuilt(site);
        served.build();
        served
    }

    fn unbuilt(site: Site) -> Self {
        let (listeners, port) = listen::at("127.0.0.1", 0).expect("a port");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let preview = Preview::start(listeners, Hosts::new(["desk.example".to_string()])).expect("a server");
        let options = Options {
            site: site.root().to_path_buf(),
            output: Some(build::preview_folder(site.root())),
            base_url: None,
            origin: Some(format!("http://localhost:{port}")),
            as_of: clock(),
            allowed: Default::default(),
            jobs: 2,
            clean: false,
            keep_going: false,
            tick: std::time::Duration::ZERO,
            verify: false,
        };
        Self { site, session: Session::new(options), preview, address }
    }

    fn build(&mut self) -> Outcome {
        let report = self.session.build(&Changes::Everything, clock(), &Phases(&self.preview.live));
        self.preview.live.built(&report);
        report.outcome
    }

    fn get(&self, path: &str) -> http::Answer {
        get(self.address, path)
    }
}

fn clock() -> Clock {
    Clock::At(NOW.parse().expect("a time"))
}

/// As the program does it.
struct Phases<'a>(&'a Live);

impl Progress for Phases<'_> {
    fn phase(&self, name: &'static str, _: usize) {
        match name {
            PUBLISHING => self.0.changing(),
            PUBLISHED => self.0.whole(),
            _ => {}
        }
    }

    fn step(&self) {}
}

fn site() -> Site {
    let site = Site::new();
    site.article("2025/03/16/a", "title: Story A\ntags: [Café]", "Text.");
    site.file("static/data.json", "{}").file("static/plain.css", "p {}").file("static/.well-known/x.txt", "x");
    site
}

/// A page as the file has it, without what the server put in.
fn without_script(page: &str) -> String {
    let start = page.find("<script src=\"").expect("the script");
    let end = start + page[start..].find("</script>\n").expect("its end") + 10;
    format!("{}{}", &page[..start], &page[end..])
}

#[test]
fn pages_are_the_files_with_one_script() {
    let served = Served::new(site());
    for path in ["/", "/2025/03/16/a/", "/2025/03/16/a/index.html", "/tags/caf%C3%A9/"] {
        let answer = served.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
        let name = percent_encoding::percent_decode_str(path).decode_utf8().expect("UTF-8").replace("index.html", "");
        let file = served.site.read(&format!(".dateline/preview{name}index.html"));
        assert_eq!(without_script(&answer.text()), file, "{path}");
        assert!(!file.contains("_dateline"), "{path}");
    }
    // Full addresses lead here too.
    assert!(served.get("/").text().contains(&format!("http://localhost:{}/", served.address.port())));
    let script = served.get("/_dateline/live.js");
    assert_eq!(script.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert!(script.text().contains("EventSource"));
}

#[test]
fn other_files_have_their_types_and_are_the_same_bytes() {
    let site = site();
    site.file("static/feed.xml", "<a/>")
        .bytes("static/film.mp4", &[7; 900_000])
        .bytes("static/a.woff2", &[0, 159, 146, 150]);
    let served = Served::new(site);
    for (file, kind) in [
        ("data.json", "application/json"),
        ("plain.css", "text/css; charset=utf-8"),
        ("feed.xml", "text/xml; charset=utf-8"),
        ("film.mp4", "video/mp4"),
        ("a.woff2", "font/woff2"),
        (".well-known/x.txt", "text/plain; charset=utf-8"),
    ] {
        let answer = served.get(&format!("/{file}"));
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{file}");
        assert_eq!(
            answer.body,
            std::fs::read(served.site.path(&format!("static/{file}"))).expect("the file"),
            "{file}"
        );
        assert_eq!(answer.header("content-encoding"), None);
    }
}

#[test]
fn a_folder_without_its_slash_leads_to_the_folder() {
    let served = Served::new(site());
    for (path, to) in [
        ("/2025/03/16/a", "/2025/03/16/a/"),
        ("/2025/03/16/a?x=1&y=%2F", "/2025/03/16/a/?x=1&y=%2F"),
        ("/tags/caf%C3%A9", "/tags/caf%C3%A9/"),
    ] {
        let answer = served.get(path);
        assert_eq!((answer.status, answer.header("location")), (307, Some(to)), "{path}");
    }
    for path in ["//evil.example", "//evil.example/..", "/static"] {
        assert_ne!(served.get(path).status, 307, "{path}");
    }
}

#[test]
fn what_is_not_there_is_the_sites_own_404() {
    let served = Served::new(site());
    let answer = served.get("/2025/03/16/b/");
    assert_eq!((answer.status, answer.header("content-type")), (404, Some("text/html; charset=utf-8")));
    assert_eq!(without_script(&answer.text()), served.site.read(".dateline/preview/404.html"));
}

#[test]
fn a_site_below_a_path_is_below_it_here_too() {
    let site = site();
    site.setting("base_url = \"https://news.example/desk/live\"");
    let served = Served::new(site);
    assert_eq!(served.get("/").header("location"), Some("/desk/live/"));
    assert_eq!(served.get("/desk/live").status, 307);
    let front = served.get("/desk/live/");
    assert_eq!(front.status, 200);
    assert!(front.text().contains("src=\"/desk/live/_dateline/live.js\""));
    let style = front
        .text()
        .split("rel=\"stylesheet\" href=\"")
        .nth(1)
        .expect("a style sheet")
        .split('"')
        .next()
        .expect("its end")
        .to_string();
    assert!(style.starts_with("/desk/live/"));
    assert_eq!(served.get(&style).status, 200);
    assert_eq!(served.get("/desk/live/_dateline/live.js").status, 200);
    let answer = served.get("/2025/03/16/a/");
    assert!(answer.status == 404 && answer.text().contains("under /desk/live/"), "{}", answer.text());
    assert_eq!(served.get("/desk/live/nothing/").status, 404);
}

#[test]
fn parts_of_files_and_what_the_browser_has_already() {
    let site = site();
    site.bytes("static/film.mp4", &(0..200_000_u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
    let whole = std::fs::read(site.path("static/film.mp4")).expect("the film");
    let mut served = Served::new(site);
    let part = |headers: &[&str]| ask(served.address, "GET", "/film.mp4", headers);
    let answer = part(&["Range: bytes=10-19"]);
    assert_eq!((answer.status, answer.header("content-range")), (206, Some("bytes 10-19/800000")));
    assert_eq!(answer.body, whole[10..20]);
    let answer = part(&["Range: bytes=300000-"]);
    assert_eq!((answer.status, answer.body.len()), (206, 500_000));
    assert_eq!(answer.body, whole[300_000..]);
    assert_eq!(part(&["Range: bytes=-3"]).body, whole[799_997..]);
    let answer = part(&["Range: bytes=800000-"]);
    assert_eq!((answer.status, answer.header("content-range")), (416, Some("bytes */800000")));
    for range in ["bytes=1-2,5-6", "lines=1-2", "bytes=x"] {
        assert_eq!(part(&[&format!("Range: {range}")]).body.len(), whole.len(), "{range}");
    }
    let tag = part(&[]).header("etag").expect("a tag").to_string();
    assert_eq!(part(&["Range: bytes=0-0", &format!("If-Range: {tag}")]).status, 206);
    assert_eq!(part(&["Range: bytes=0-0", "If-Range: \"other\""]).status, 200);
    assert_eq!(part(&[&format!("If-None-Match: \"x\", {tag}")]).status, 304);
    assert_eq!(part(&["If-None-Match: \"x\""]).status, 200);

    let head = ask(served.address, "HEAD", "/film.mp4", &[]);
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, Some("800000"), 0));

    // A page is another one after a build that changed it.
    let page = served.get("/2025/03/16/a/");
    let tag = format!("If-None-Match: {}", page.header("etag").expect("a tag"));
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    assert_eq!(ask(served.address, "GET", "/2025/03/16/a/", &[&tag]).status, 304);
    served.site.edit("content/articles/2025/03/16/a.md", "Text", "Other");
    served.build();
    assert_eq!(ask(served.address, "GET", "/2025/03/16/a/", &[&tag]).status, 200);
}

/// What must not work, and what it gets. A connection that is closed without an answer is shown as 0.
#[test]
#[cfg(unix)]
fn hostile_requests() {
    let served = Served::new(site());
    let secret = served.site.path("secret.txt");
    served.site.file("secret.txt", "SECRET");
    // Links that somebody has put into the output.
    let output = build::preview_folder(served.site.root());
    std::os::unix::fs::symlink(&secret, output.join("link.txt")).expect("a link");
    std::os::unix::fs::symlink(served.site.root(), output.join("folder")).expect("a link");
    let plain =
        |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").into_bytes();
    let host = |host: &str| format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").into_bytes();
    let events = |line: &str| {
        let path = "/_dateline/events?page=/&since=x";
        format!("GET {path} HTTP/1.1\r\nHost: localhost:8300\r\nConnection: close\r\n{line}\r\n\r\n").into_bytes()
    };
    let method =
        |method: &str| format!("{method} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").into_bytes();
    let long = "a".repeat(100_000);
    let many: String = (0..500).map(|n| format!("X-{n}: y\r\n")).collect();
    let mut cases: Vec<(&str, Vec<u8>, &[u16])> = vec![
        ("climbs", plain("/../secret.txt"), &[400]),
        ("climbs from a folder", plain("/2025/../../secret.txt"), &[400]),
        ("climbs, encoded", plain("/%2e%2e/secret.txt"), &[400]),
        ("climbs, encoded slash", plain("/..%2fsecret.txt"), &[400]),
        ("climbs, encoded twice", plain("/%252e%252e/secret.txt"), &[404]),
        ("climbs, backslash", plain("/..\\secret.txt"), &[400]),
        ("climbs, encoded backslash", plain("/..%5csecret.txt"), &[400]),
        ("climbs, overlong UTF-8", plain("/%c0%ae%c0%ae/secret.txt"), &[400]),
        ("absolute", plain(&format!("/{}", secret.display())), &[404]),
        ("absolute, encoded", plain(&secret.to_string_lossy().replace('/', "%2f")), &[400]),
        ("NUL", plain("/index.html%00.png"), &[400]),
        ("line break", plain("/a%0d%0aSet-Cookie:x"), &[400]),
        ("not UTF-8", plain("/%ff"), &[400]),
        ("half an escape", plain("/100%"), &[404]),
        ("a link to a file", plain("/link.txt"), &[404]),
        ("through a link to a folder", plain("/folder/secret.txt"), &[404]),
        ("the list of what is ours", plain("/.dateline-output"), &[404]),
        ("the staging folder", plain("/.dateline-staging/0/0"), &[404]),
        ("a folder as a file", plain("/2025/03/16/a/index.html/x"), &[404]),
        ("empty parts", plain("/2025//03/16/a/"), &[404]),
        ("another server", plain("http://evil.example/"), &[403]),
        ("this server, in full", plain("http://localhost/"), &[200]),
        ("no path", plain("*"), &[400]),
        ("no slash", plain("index.html"), &[403]),
        ("a very long path", plain(&format!("/{long}")), &[414, 431, 400]),
        ("another name", host("evil.example"), &[403]),
        ("a name that looks like localhost", host("localhost.evil.example"), &[403]),
        ("a name that was allowed", host("desk.example:1234"), &[200]),
        ("an address of the network", host("192.168.1.7:8300"), &[200]),
        ("an empty host", host(""), &[400]),
        ("a user in the host", host("localhost@evil.example"), &[400, 403]),
        ("no host", b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_vec(), &[400]),
        ("two hosts", b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n".to_vec(), &[400]),
        ("HTTP/1.0 without a host", b"GET / HTTP/1.0\r\n\r\n".to_vec(), &[400]),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), &[400, 505, 0]),
        ("HTTP/9", b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n".to_vec(), &[400, 505]),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(), &[400, 0]),
        ("bytes", (0..=255).cycle().take(5000).collect(), &[400]),
        ("half a line", b"GET /".to_vec(), &[0]),
        ("a header without a colon", b"GET / HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n".to_vec(), &[400]),
        ("a header with NUL", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n".to_vec(), &[400]),
        ("a broken length", b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n".to_vec(), &[400]),
        ("500 headers", format!("GET / HTTP/1.1\r\nHost: localhost\r\n{many}\r\n").into_bytes(), &[431, 400]),
        (
            "one very long header",
            format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\n\r\n").into_bytes(),
            &[431, 400],
        ),
        ("POST", method("POST"), &[405]),
        ("PUT", method("PUT"), &[405]),
        ("DELETE", method("DELETE"), &[405]),
        ("OPTIONS", method("OPTIONS"), &[405]),
        ("TRACE", method("TRACE"), &[405]),
        (
            "CONNECT",
            b"CONNECT localhost:22 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".to_vec(),
            &[405, 400],
        ),
        ("listening from another site", events("Origin: http://evil.example"), &[403]),
        ("listening from another port", events("Origin: http://localhost:9999"), &[403]),
        ("listening from a file", events("Origin: null"), &[403]),
        ("listening, as a browser says", events("Sec-Fetch-Site: cross-site"), &[403]),
        ("listening to nothing", plain("/_dateline/events"), &[400]),
        ("listening to what climbs", plain("/_dateline/events?page=/..%2f..%2fx&since=1"), &[400]),
        ("something of the server's", plain("/_dateline/other"), &[404]),
    ];
    cases.push((
        "a body that is not sent",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\nConnection: close\r\n\r\n".to_vec(),
        &[200],
    ));
    let mut table = String::new();
    let mut wrong = Vec::new();
    for (what, request, expected) in &cases {
        let answer = match *what {
            // It waits for the rest until the client is gone.
            "half a line" => {
                let mut stream = http::connect(served.address);
                stream.write_all(request).expect("sent");
                stream.shutdown(std::net::Shutdown::Write).expect("shut");
                http::read(&mut BufReader::new(stream), false)
            }
            _ => send(served.address, request),
        };
        let first: String = String::from_utf8_lossy(request).lines().next().unwrap_or("").chars().take(60).collect();
        table.push_str(&format!("{what:<36} {:>3}  {}\n", answer.status, first.escape_debug()));
        let leaks = answer.text().contains("SECRET") || answer.header("access-control-allow-origin").is_some();
        if !expected.contains(&answer.status) || leaks {
            wrong.push(format!("{what}: {} instead of {expected:?}", answer.status));
        }
        assert_eq!(served.get("/").status, 200, "after: {what}");
    }
    println!("{table}");
    assert!(wrong.is_empty(), "{wrong:#?}\n{table}");
}

#[test]
fn before_the_first_build_and_if_it_fails_there_is_a_page_that_waits() {
    let site = site();
    site.article("2025/03/17/bad", "title: [", "");
    let mut served = Served::unbuilt(site);
    let answer = served.get("/2025/03/16/a/");
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("_dateline/live.js"));
    assert_eq!(served.build(), Outcome::Refused);
    assert_eq!(served.get("/").status, 503);
    let mut listener = Listener::new(&served, "/", "x.0");
    let message = listener.next();
    assert_eq!(
        (message["problems"]["errors"].as_u64(), message["problems"]["refused"].as_bool()),
        (Some(1), Some(true))
    );
    assert_eq!(message["problems"]["list"][0]["path"], "content/articles/2025/03/17/bad.md");
    served.site.remove("content/articles/2025/03/17");
    assert_eq!(served.build(), Outcome::Published);
    let message = listener.next();
    assert_eq!((&message["page"], &message["problems"]), (&"changed".into(), &serde_json::Value::Null));
    assert_eq!(served.get("/").status, 200);
}

/// A page that listens.
struct Listener(BufReader<TcpStream>);

impl Listener {
    fn new(served: &Served, page: &str, since: &str) -> Self {
        let mut stream = http::connect(served.address);
        let path = format!("/_dateline/events?page={page}&since={since}");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent");
        let mut listener = Self(BufReader::new(stream));
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            assert!(listener.0.read_line(&mut line).expect("a line") > 0, "it was refused");
        }
        listener
    }

    /// What is said next.
    fn next(&mut self) -> serde_json::Value {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.0.read_line(&mut line).expect("a line") > 0, "it was ended");
            if let Some(data) = line.strip_prefix("data: ") {
                return serde_json::from_str(data).expect("JSON");
            }
        }
    }
}

fn since(page: &str) -> String {
    page.split("data-since=\"").nth(1).expect("the state").split('"').next().expect("its end").to_string()
}

#[test]
fn a_page_is_told_what_happens_to_it_and_nothing_else() {
    let site = site();
    site.article("2025/03/17/b", "title: Story B\nsummary: Of B.", "Text.");
    let mut served = Served::new(site);
    let state = since(&served.get("/").text());
    let mut a = Listener::new(&served, "/2025/03/16/a/", &state);
    let mut b = Listener::new(&served, "/2025/03/17/b/", &state);
    assert_eq!(a.next()["page"], "same");
    assert_eq!(b.next()["page"], "same");

    served.site.edit("content/articles/2025/03/17/b.md", "Text", "Other");
    served.build();
    assert_eq!(b.next()["page"], "changed");
    assert_eq!(served.build(), Outcome::Published);

    // It was not listening meanwhile, and hears what it missed.
    let mut late = Listener::new(&served, "/2025/03/17/b/", &state);
    assert_eq!(late.next()["page"], "changed");
    let mut other = Listener::new(&served, "/2025/03/16/a/", &state);
    assert_eq!(other.next()["page"], "same");
    // Of another server's state nothing is known.
    assert_eq!(Listener::new(&served, "/2025/03/16/a/", "abc.1").next()["page"], "changed");

    served.site.rename("content/articles/2025/03/17/b.md", "content/articles/2025/03/18/b.md");
    served.build();
    let message = b.next();
    assert_eq!((&message["page"], &message["to"]), (&"moved".into(), &"/2025/03/18/b/".into()));
    served.site.remove("content/articles/2025/03/18");
    served.build();
    assert_eq!(
        Listener::new(&served, "/2025/03/18/b/", message["version"].as_str().expect("a state")).next()["page"],
        "gone"
    );
    served.site.file("static/plain.css", "p { color: red }");
    served.build();
    let mut last = a.next();
    // Feeds and the like change too.
    while last["assets"].as_array().is_some_and(|a| !a.contains(&"/plain.css".into())) {
        last = a.next();
    }
    assert_eq!(last["assets"], serde_json::json!(["/plain.css"]));
}

/// A build replaces many files one after the other; nobody may see some of the new and some of the old.
#[test]
fn no_request_sees_half_a_build() {
    let site = site();
    for n in 0..40 {
        site.article(&format!("2025/04/{:02}/n{n}", n % 28 + 1), &format!("title: N{n}"), "Text.");
    }
    site.document("content/people/x.md", "name: X", "");
    let mut served = Served::new(site);
    let (address, done) = (served.address, AtomicBool::new(false));
    let title = |page: &str| {
        page.split("masthead-title\"><a href=\"/\">")
            .nth(1)
            .map(|rest| rest.split('<').next().unwrap_or("").to_string())
    };
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = 0;
            let mut last = 0;
            while !done.load(Ordering::SeqCst) {
                let path = format!("/2025/04/{:02}/n{}/", seen % 28 + 1, seen % 28);
                let answer = get(address, &path);
                assert_eq!(answer.status, 200, "{path}");
                let text = answer.text();
                assert!(text.contains("</html>"), "{path}: not whole");
                let title = title(&text).expect("a title");
                let number: usize = title.strip_prefix("Build ").map_or(0, |n| n.parse().expect("a number"));
                assert!(number >= last, "{path}: build {number} after {last}");
                last = number;
                seen += 1;
            }
            seen
        });
        for n in 1..40 {
            served.site.file("site.toml", &format!("title = \"Build {n}\"\n"));
            assert_eq!(served.build(), Outcome::Published);
        }
        done.store(true, Ordering::SeqCst);
        assert!(reader.join().expect("no panic") > 10);
    });
}

/// Five hundred pages that listen, two hundred readers that do not read, and the editor notices nothing of them.
#[test]
fn idle_and_slow_clients_are_in_nobodys_way() {
    let site = site();
    site.bytes("static/film.mp4", &vec![1; 30_000_000]);
    let mut served = Served::new(site);
    let state = since(&served.get("/").text());
    let mut listeners: Vec<Listener> = (0..500).map(|_| Listener::new(&served, "/2025/03/16/a/", &state)).collect();
    let slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = http::connect(served.address);
            stream.write_all(b"GET /film.mp4 HTTP/1.1\r\nHost: localhost\r\n\r\n").expect("sent");
            stream
        })
        .collect();
    for n in 0..20 {
        served.site.file("content/articles/2025/03/16/a.md", &format!("---\ntitle: Story A\n---\n\nEdit {n}.\n"));
        served.build();
        assert!(served.get("/2025/03/16/a/").text().contains(&format!("Edit {n}.")));
    }
    for listener in &mut listeners {
        let mut message = listener.next();
        while message["page"] != "changed" {
            message = listener.next();
        }
    }
    // One of them wakes up, and gets all of it.
    let answer = http::read(&mut BufReader::new(slow.into_iter().next().expect("one")), false);
    assert_eq!(answer.body.len(), 30_000_000);
}

#[test]
fn a_server_ends_with_its_clients_still_there() {
    let served = Served::new(site());
    let state = since(&served.get("/").text());
    let mut listener = Listener::new(&served, "/", &state);
    assert_eq!(listener.next()["page"], "same");
    let address = served.address;
    drop(served);
    let mut rest = Vec::new();
    let _ = listener.0.read_to_end(&mut rest);
    until("nobody answers", || TcpStream::connect(address).is_err());
}

#[test]
fn a_preview_and_a_build_leave_each_others_ledger_alone() {
    let site = site();
    site.article("2025/03/17/d", "title: Draft\ndraft: true", "Hidden.");
    let published = site.build_clean();
    let preview = Options {
        output: Some(build::preview_folder(site.root())),
        allowed: dateline::archive::withheld::Allowed { drafts: true, future: true },
        origin: Some("http://localhost:8300".to_string()),
        site: site.root().to_path_buf(),
        base_url: None,
        as_of: clock(),
        jobs: 2,
        clean: false,
        keep_going: false,
        tick: std::time::Duration::ZERO,
        verify: false,
    };
    let first = build::build(&preview, &Silent);
    assert_eq!((first.pages.rendered, first.notes.len()), (first.pages.total, 0), "{:?}", first.notes);
    let again = build::build(&preview, &Silent);
    assert_eq!((again.pages.rendered, again.notes.len()), (0, 0), "{:?}", again.notes);
    let built = site.build_clean();
    assert_eq!((built.rendered(), built.report.notes.len()), (0, 0), "{:?}", built.report.notes);
    assert_eq!(built.differences(&published), [""; 0]);
    let text: String = built.tree().values().map(|b| String::from_utf8_lossy(b).into_owned()).collect();
    assert!(!text.contains("Hidden.") && !text.contains("_dateline"));
    assert!(site.read(".dateline/preview/2025/03/17/d/index.html").contains("class=\"ribbon\""));
}
