//! Texts that try to be more than texts, in every field of every kind of file, against every kind of output: whatever an
//! editor (or whoever feeds the editor) writes, a page has the elements that it has with harmless words, XML and JSON parse,
//! a line stays a line, and nothing is taken for a template.

mod harness;

use harness::{Built, Site};
use quick_xml::Reader;
use quick_xml::events::Event;
use scraper::Html;

const PAYLOADS: &[&str] = &[
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</script",
    "</title><script>alert(1)</script>",
    "</style><svg onload=alert(1)>",
    "</textarea><img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe src=//evil.example>",
    "<a href=javascript:alert(1)>x</a>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<plaintext>",
    "<!-- comment",
    "--> after",
    "--!> after",
    "<!--<script>",
    "<![CDATA[ x ]]>",
    "]]>",
    "]]><evil/>",
    "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&lt;script&gt;",
    "&#x3c;script&#x3e;",
    "&unknown; &amp &",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    "\"><b>x",
    "'/><b>x",
    "\" autofocus onfocus=alert(1) x=\"",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{7*7}}",
    "{{ site.title }}",
    "{% include \"base.html\" %}",
    "{% for x in site %}{{ x }}{% endfor %}",
    "{# comment #}",
    "{{ __tera_context }}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
    "\u{202e}gnp.exe \u{2066}x\u{2069}",
    "a\u{0}b\u{8}c\u{b}d\u{1f}e",
    "\u{7f}\u{85}\u{9f} x",
    "x\u{2028}y\u{2029}z",
    "line\nbreak\r\nSitemap: https://evil.example/",
    "\u{fffe}\u{ffff} x",
    "\\u003c/script\\u003e",
    "\\\"},{\"@type\":\"Evil\"}",
    "\u{feff}bom",
    "ｆｕｌｌ＜script＞",
    "' OR 1=1 --",
    "x\\",
];

/// A text in double quotes as YAML reads it; what YAML refuses to see in a file is escaped.
fn quoted(text: &str) -> String {
    let escaped = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
            format!("\\u{:04x}", c as u32)
        }
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// A site with a text in every field that holds words.
fn site(text: &str) -> Site {
    let site = Site::new();
    let words = quoted(text);
    let toml = format!("\"{}\"", text.chars().map(|c| format!("\\U{:08x}", c as u32)).collect::<String>());
    site.file(
        "site.toml",
        &format!(
            "title = \"Harmless\"\ndescription = {toml}\nauthor = {toml}\ncopyright = {toml}\n\
             base_url = \"https://news.example\"\n[urls]\nlock = false\n[crawlers]\nllms = true\n\
             [data]\njson = true\nmarkdown = true\ndump = true\nperson = true\nmentions = true\n[feeds]\nfull_text = [\"site\", \"tags\"]\n\
             [opensearch]\nurl = \"https://news.example/?q={{searchTerms}}\"\n[social]\nimage = \"/card.png\"\nimage_alt = {toml}\n\
             [security]\ncontact = [\"mailto:a@news.example\"]\nexpires = \"2027-01-01T00:00:00Z\"\n\
             [gone]\n\"/gone/\" = {toml}\n[hosting]\nhosts = [\"netlify\", \"nginx\", \"apache\"]\n"
        ),
    );
    for kind in ["tags", "people", "threads", "sources"] {
        let own = match kind {
            "people" => {
                format!("family: {words}\nqualifier: {words}\nroles: [{{title: {words}, organisation: {words}}}]\n")
            }
            _ => String::new(),
        };
        site.document(
            &format!("content/{kind}/one.md"),
            &format!(
                "name: {words}\naliases: [{words}]\nsummary: {words}\nimage: {{src: /card.png, alt: {words}, caption: {words}, credit: {words}}}\n{own}"
            ),
            "Text.",
        );
    }
    site.file("static/card.png", "not really");
    for (day, more) in [("2025/05/30/one", ""), ("2025/05/31/two", "genre: opinion\nplace: X\n")] {
        let place = if more.is_empty() { format!("place: {words}\n") } else { String::new() };
        site.article(
            day,
            &format!(
                "title: {words}\nsummary: {words}\nkicker: {words}\n{place}{more}authors: [{words}, {{name: {words}, url: 'https://a.example/'}}]\n\
                 tags: [one]\npeople: [one]\nthread: one\nsources: [{{publisher: one, title: {words}, url: 'https://s.example/'}}]\n\
                 corrections: [{{date: 2025-05-31, text: {words}}}, {{date: 2025-05-31, kind: retraction, text: {words}}}]\n\
                 image: {{src: /card.png, alt: {words}, caption: {words}, credit: {words}}}\nsensitivity: {words}\n\
                 updated: 2025-05-31\nextra: {{mine: {words}}}\naliases: [/old/{day}/]"
            ),
            "Text.",
        );
    }
    site.document("content/briefings/2025-05-31.md", &format!("title: {words}\nextra: {{mine: {words}}}"), "Text.");
    site.document("content/pages/about.md", &format!("title: {words}\nsummary: {words}\nmenu: true"), "Text.");
    site
}

/// The elements of a page with the names of their attributes, as a browser's parser sees them.
fn elements(html: &str) -> Vec<String> {
    let document = Html::parse_document(html);
    let elements = document.tree.nodes().filter_map(|node| node.value().as_element());
    elements
        .map(|e| {
            let mut names: Vec<&str> = e.attrs().map(|(name, _)| name).collect();
            names.sort_unstable();
            format!("{} {}", e.name(), names.join(" "))
        })
        .collect()
}

/// The elements of an XML document with their attributes' names; panics if it is not well-formed.
fn xml_elements(file: &str, bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(legal), "{file} has a character that XML forbids");
    let mut reader = Reader::from_str(text);
    let mut found = Vec::new();
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap_or_else(|e| panic!("{file}: {e}\n{text}")) {
            Event::Start(tag) => {
                depth += 1;
                found.push(named(file, &tag));
            }
            Event::Empty(tag) => found.push(named(file, &tag)),
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            Event::Comment(_) | Event::CData(_) | Event::PI(_) | Event::DocType(_) => panic!("{file}: {text}"),
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{file}");
    found
}

fn named(file: &str, tag: &quick_xml::events::BytesStart) -> String {
    let mut names = format!("{:?}", tag.name());
    for attribute in tag.attributes() {
        let attribute = attribute.unwrap_or_else(|e| panic!("{file}: {e}"));
        names.push_str(&format!(" {:?}", attribute.key));
    }
    names
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// Compares every file of a site with the same one of a harmless site.
fn compare(built: &Built, harmless: &Built, payload: &str) {
    let files: Vec<&String> = harmless.tree().keys().collect();
    assert_eq!(built.tree().keys().collect::<Vec<_>>(), files, "{payload:?}");
    for (file, bytes) in built.tree() {
        let same = &harmless.tree()[file];
        let ending = file.rsplit('.').next().unwrap_or("");
        match ending {
            "html" => {
                let (here, there) = (elements(text(bytes)), elements(text(same)));
                let at = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
                assert!(here == there, "{payload:?} in {file}: {:?} is not {:?}", here.get(at), there.get(at));
                for data in text(bytes).split("<script type=\"application/ld+json\">").skip(1) {
                    let data = data.split("</script>").next().unwrap_or("");
                    serde_json::from_str::<serde_json::Value>(data)
                        .unwrap_or_else(|e| panic!("{payload:?} in {file}: {e}"));
                }
            }
            "xml" => assert_eq!(xml_elements(file, bytes), xml_elements(file, same), "{payload:?} in {file}"),
            "json" => {
                let value = serde_json::from_slice::<serde_json::Value>(bytes);
                value.unwrap_or_else(|e| panic!("{payload:?} in {file}: {e}"));
            }
            "ndjson" => {
                assert_eq!(text(bytes).lines().count(), text(same).lines().count(), "{payload:?} in {file}");
                assert!(text(bytes).lines().all(|l| serde_json::from_str::<serde_json::Value>(l).is_ok()));
            }
            "txt" | "conf" | "htaccess" => {
                assert_eq!(text(bytes).lines().count(), text(same).lines().count(), "{payload:?} in {file}");
            }
            _ if file.starts_with('_') => {
                assert_eq!(text(bytes).lines().count(), text(same).lines().count(), "{payload:?} in {file}");
            }
            _ => {}
        }
    }
}

#[test]
fn a_text_is_a_text_in_every_field_and_every_output() {
    assert!(PAYLOADS.len() >= 40);
    let harmless = site("Harmless words").build().published();
    assert!(harmless.tree().len() > 40);
    std::thread::scope(|scope| {
        for payloads in PAYLOADS.chunks(PAYLOADS.len().div_ceil(2)) {
            let harmless = &harmless;
            scope.spawn(move || {
                for payload in payloads {
                    let built = site(payload).with().jobs(1).build().published();
                    compare(&built, harmless, payload);
                    let data = text(built.at("/2025/05/30/one/index.json")).to_string();
                    let record: serde_json::Value = serde_json::from_str(&data).expect("JSON");
                    // It is there, and as it was written: nothing was evaluated.
                    assert_eq!(record["kicker"].as_str().map(str::trim), Some(payload.trim()), "{payload:?}");
                }
            });
        }
    });
}

#[test]
fn an_address_is_refused_or_harmless() {
    let fields =
        ["canonical_url", "guid", "aliases", "slug", "language", "authors", "sources", "translations", "image"];
    for payload in PAYLOADS {
        let words = quoted(payload);
        for field in fields {
            let value = match field {
                "aliases" => format!("[{words}]"),
                "authors" => format!("[{{name: A, url: {words}}}]"),
                "sources" => format!("[{{publisher: P, url: {words}}}]"),
                "translations" => format!("{{fr: {words}}}"),
                "image" => format!("{{src: {words}, alt: x}}"),
                _ => words.clone(),
            };
            let site = Site::new();
            site.setting("base_url = \"https://news.example\"\n[urls]\nlock = false\n[links]\nbroken = \"warn\"\n[hosting]\nhosts = [\"netlify\", \"nginx\", \"apache\"]");
            site.article("2025/05/31/one", &format!("title: One\n{field}: {value}"), "Text.");
            let built = site.with().keep_going().jobs(1).build().published();
            for (file, bytes) in built.tree() {
                let (text, ending) = (String::from_utf8_lossy(bytes), file.rsplit('.').next().unwrap_or(""));
                if ending == "html" {
                    let document = Html::parse_document(&text);
                    for e in document.tree.nodes().filter_map(|n| n.value().as_element()) {
                        let what = format!("{payload:?} as {field} in {file}: <{}>", e.name());
                        assert!(!matches!(e.name(), "iframe" | "base" | "plaintext" | "b"), "{what}");
                        assert!(e.name() != "script" || e.attr("type") == Some("application/ld+json"), "{what}");
                        assert!(e.attrs().all(|(name, _)| !name.starts_with("on")), "{what}");
                        let leads = e.attr("href").or(e.attr("src")).unwrap_or("").trim().to_ascii_lowercase();
                        assert!(!leads.starts_with("javascript:") && !leads.starts_with("data:text"), "{what}");
                    }
                }
                if ending == "xml" {
                    xml_elements(file, bytes);
                }
                if file == "_redirects" {
                    assert!(text.lines().all(|l| l.split(' ').count() == 3), "{payload:?} as {field}: {text}");
                }
            }
        }
    }
}
