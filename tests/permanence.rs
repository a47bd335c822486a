//! What was published stays: `urls.lock`, old addresses, tombstones, `dateline move`, and what hosts are told of them.

mod harness;

use dateline::build::{self, Clock, Options};
use harness::{Built, Site};

const LOCK: &str = "urls.lock";

/// A site that has an address, and so a lock.
fn site() -> Site {
    let site = Site::new();
    site.setting("base_url = \"https://news.example\"");
    site.article("2025/03/16/ferry", "title: Ferry returns\ntags: [harbour]\nthread: The ramp", "Text.")
        .article("2025/03/16/market", "title: Market moves\ntags: [harbour]", "Text.")
        .document("content/people/jane.md", "name: Jane Smith\nslug: jane-smith", "A pilot.")
        .document("content/pages/about.md", "title: About", "Who we are.");
    site
}

fn lock(site: &Site) -> Vec<String> {
    site.read(LOCK).lines().filter(|l| !l.starts_with('#')).map(str::to_string).collect()
}

/// The addresses that a refused build says would vanish.
fn lost(built: &Built) -> Vec<String> {
    let lost = built.report.diagnostics.iter().filter(|d| d.code.as_str() == "url-lost");
    lost.map(|d| d.message.split('`').nth(1).expect("an address").to_string()).collect()
}

fn rename(site: &Site, old: &str, new: &str) -> Result<build::Moved, Vec<dateline::diagnostics::Diagnostic>> {
    let options = Options {
        site: site.root().to_path_buf(),
        output: None,
        base_url: None,
        origin: None,
        as_of: Clock::At(harness::NOW.parse().expect("a time")),
        allowed: Default::default(),
        jobs: 1,
        clean: false,
        keep_going: false,
        tick: std::time::Duration::ZERO,
        verify: false,
    };
    build::rename(&options, old, new)
}

#[test]
fn a_build_that_publishes_writes_down_every_address_that_lasts() {
    let site = site();
    site.build_clean();
    assert_eq!(
        lock(&site),
        [
            "/2025/ content/articles/2025/03/16/ferry.md",
            "/2025/03/ content/articles/2025/03/16/ferry.md",
            "/2025/03/16/ content/articles/2025/03/16/ferry.md",
            "/2025/03/16/ferry/ content/articles/2025/03/16/ferry.md",
            "/2025/03/16/market/ content/articles/2025/03/16/market.md",
            "/about/ content/pages/about.md",
            "/people/jane-smith/ content/people/jane.md",
            "/tags/harbour/ content/articles/2025/03/16/ferry.md",
            "/threads/the-ramp/ content/articles/2025/03/16/ferry.md",
        ]
    );
}

#[test]
fn a_site_without_an_address_has_no_lock() {
    let site = Site::new();
    site.article("2025/03/16/a", "title: A", "").build_clean();
    assert!(!site.exists(LOCK));
    site.setting("[urls]\nlock = true").build_clean();
    assert!(site.exists(LOCK));
}

#[test]
fn only_a_build_that_publishes_writes_the_lock() {
    let site = site();
    site.with().drafts().build().published();
    site.with().future().build().published();
    site.with().as_of("2025-06-01").build().published();
    site.with().output(site.path("elsewhere")).build().published();
    assert!(!site.exists(LOCK));
    // A build that finds nothing changed since one that did not publish publishes all the same.
    site.build_clean();
    assert!(site.exists(LOCK));
    site.remove(LOCK).with().verify().build();
    assert!(!site.exists(LOCK));
    site.article("2025/03/17/bad", "titel: Bad", "");
    site.build().refused();
    assert!(!site.exists(LOCK));
    let built = site.with().keep_going().build().published();
    assert!(
        lock(&site).contains(&"/2025/03/16/ferry/ content/articles/2025/03/16/ferry.md".to_string()),
        "{:?}",
        built.codes()
    );
}

#[test]
fn the_lock_is_written_only_if_there_is_something_new() {
    let site = site();
    site.build_clean();
    let before = std::fs::metadata(site.path(LOCK)).expect("the lock").modified().expect("a time");
    site.edit("content/articles/2025/03/16/ferry.md", "Text.", "Other words.").build_clean();
    site.with().clean().build().published();
    assert_eq!(std::fs::metadata(site.path(LOCK)).expect("the lock").modified().expect("a time"), before);
    assert_eq!(site.build_clean().rendered(), 0);
    site.remove(LOCK).build_clean();
    assert!(site.exists(LOCK), "a lock that was deleted is written anew, though nothing else changed");
}

#[test]
fn a_slug_that_changes_without_an_alias_is_refused_and_told() {
    let site = site();
    let before = site.build_clean();
    site.edit("content/articles/2025/03/16/ferry.md", "title: Ferry", "slug: boat\ntitle: Ferry");
    let refused = site.build().refused();
    assert_eq!(lost(&refused), ["/2025/03/16/ferry/"]);
    assert_eq!(refused.differences(&before), [""; 0]);
    let said = refused.diagnostics_text();
    for words in [
        "urls.lock:5:1",
        "content/articles/2025/03/16/ferry.md is /2025/03/16/boat/ now",
        "add `aliases: [/2025/03/16/ferry/]` to that file",
        "under [gone]: `\"/2025/03/16/ferry/\" = \"why\"`",
    ] {
        assert!(said.contains(words), "{words:?} is not said:\n{said}");
    }
    site.edit("content/articles/2025/03/16/ferry.md", "slug: boat", "slug: boat\naliases: [/2025/03/16/ferry/]");
    let built = site.build_clean();
    assert!(built.page("/2025/03/16/ferry/").contains("url=/2025/03/16/boat/"));
    assert!(lock(&site).contains(&"/2025/03/16/boat/ content/articles/2025/03/16/ferry.md".to_string()));
}

#[test]
fn an_article_that_is_deleted_is_refused_until_it_is_stated_to_be_gone() {
    let site = site();
    site.build_clean();
    site.remove("content/articles/2025/03/16/ferry.md");
    let refused = site.build().refused();
    // The thread had no other article.
    assert_eq!(lost(&refused), ["/2025/03/16/ferry/", "/threads/the-ramp/"]);
    assert!(refused.diagnostics_text().contains("it came from content/articles/2025/03/16/ferry.md"));
    site.setting("[gone]\n\"/2025/03/16/ferry/\" = \"It could not be <confirmed>.\"\n[redirects]\n\"/threads/the-ramp/\" = \"/threads/\"");
    let built = site.build_clean();
    let page = built.page("/2025/03/16/ferry/");
    assert!(page.contains("It could not be &lt;confirmed&gt;.") && page.contains("content=\"noindex\""), "{page}");
    assert!(built.page("/threads/the-ramp/").contains("url=/threads/"));
    assert!(
        !String::from_utf8_lossy(&built.tree().values().flatten().copied().collect::<Vec<u8>>())
            .contains("/2025/03/16/ferry/</loc>")
    );
    assert_eq!(lock(&site).len(), 9, "a line leaves the lock by hand only");
}

#[test]
fn an_article_of_another_day_is_refused_with_its_day_if_that_is_empty_now() {
    let site = site();
    site.article("2025/03/18/lonely", "title: Lonely\ntags: [harbour]", "").build_clean();
    site.edit("content/articles/2025/03/18/lonely.md", "title:", "date: 2025-03-19\ntitle:");
    assert_eq!(lost(&site.build().refused()), ["/2025/03/18/", "/2025/03/18/lonely/"]);
    site.edit(
        "content/articles/2025/03/18/lonely.md",
        "title:",
        "aliases: [/2025/03/18/lonely/, /2025/03/18/]\ntitle:",
    );
    assert!(site.build_clean().page("/2025/03/18/").contains("url=/2025/03/19/lonely/"));
}

#[test]
fn what_its_own_file_says_is_no_accident() {
    let site = site();
    site.article("2025/03/20/brief", "title: Brief\nexpires: 2025-06-02\ntags: [passing]", "").build_clean();
    assert!(lock(&site).iter().any(|l| l.starts_with("/tags/passing/ ")));
    let later = |time: &str| {
        let mut call = site.with();
        call.set_now(time);
        call.build()
    };
    // It expires, and with it its day and its tag.
    let built = later("2025-06-03T00:00:00Z").published();
    assert!(!built.has("/2025/03/20/brief/") && !built.has("/tags/passing/"));
    // Somebody who must not be named any more is taken out at once.
    site.edit("content/people/jane.md", "name:", "suppress: true\nname:");
    assert!(!later("2025-06-03T00:00:00Z").published().has("/people/jane-smith/"));
    // But a draft may be a slip.
    site.edit("content/articles/2025/03/16/ferry.md", "title:", "draft: true\ntitle:");
    let refused = later("2025-06-03T00:00:00Z").refused();
    assert_eq!(lost(&refused), ["/2025/03/16/ferry/", "/threads/the-ramp/"]);
    assert!(refused.diagnostics_text().contains("content/articles/2025/03/16/ferry.md is a draft now"));
}

#[test]
fn a_file_with_an_error_is_not_lost_as_well() {
    let site = site();
    site.build_clean();
    site.edit("content/articles/2025/03/16/market.md", "title:", "titel:");
    let built = site.with().keep_going().build().published();
    assert_eq!(lost(&built), [""; 0]);
    assert!(lock(&site).iter().any(|l| l.starts_with("/2025/03/16/market/ ")), "its line stays");
}

#[test]
fn another_time_is_no_loss() {
    let site = site();
    site.build_clean();
    site.with().as_of("2025-01-01").build().published();
    assert_eq!(lock(&site).len(), 9);
}

#[test]
fn a_lock_is_merged_as_text() {
    let site = site();
    site.build_clean();
    let mut lines: Vec<String> = site.read(LOCK).lines().map(str::to_string).collect();
    // The union of two branches: in any order, some twice.
    lines.reverse();
    lines.push("/about/ content/pages/about.md".to_string());
    site.file(LOCK, &lines.join("\r\n"));
    site.build_clean();
    assert_eq!(lock(&site).len(), 9);
    assert!(site.read(LOCK).starts_with('#'));
    site.file(LOCK, &format!("<<<<<<< ours\n{}=======\nnonsense\n", site.read(LOCK)));
    let refused = site.build().refused();
    assert_eq!(refused.codes(), ["lock-format", "lock-format", "lock-format"]);
    assert!(refused.diagnostics_text().contains("keep the lines of both sides"));
}

// Redirects.

#[test]
fn a_chain_of_old_addresses_leads_to_its_end() {
    let site = site();
    site.edit("content/articles/2025/03/16/ferry.md", "title:", "aliases: [/b/]\ntitle:");
    site.setting("[redirects]\n\"/a/\" = \"/b/\"\n\"/away/\" = \"https://other.example/x\"");
    let built = site.build_clean();
    for old in ["/a/", "/b/"] {
        assert!(built.page(old).contains("url=/2025/03/16/ferry/"), "{old}");
    }
    assert!(built.page("/away/").contains("url=https://other.example/x"));
}

#[test]
fn circles_collisions_and_dead_ends_are_refused() {
    for (lines, code) in [
        ("\"/a/\" = \"/b/\"\n\"/b/\" = \"/a/\"", "redirect-loop"),
        ("\"/a/\" = \"/a/\"", "redirect-loop"),
        ("\"/a/\" = \"/nowhere/\"", "redirect-nowhere"),
        ("\"/about/\" = \"/tags/\"", "url-collision"),
    ] {
        let site = site();
        let refused = site.setting(&format!("[redirects]\n{lines}")).build().refused();
        assert!(refused.codes().iter().all(|c| *c == code), "{lines}: {}", refused.diagnostics_text());
        assert!(refused.diagnostics_text().contains("site.toml"), "{}", refused.diagnostics_text());
    }
}

#[test]
fn hosts_are_told_in_their_own_words() {
    let site = site();
    site.edit("content/articles/2025/03/16/ferry.md", "title:", "aliases: ['old $1 (näme).html']\ntitle:");
    site.setting(
        "[redirects]\n\"/away/\" = \"https://other.example/x\"\n[gone]\n\"/gone/\" = \"\"\n[hosting]\n\
         hosts = [\"netlify\", \"nginx\", \"apache\", \"github-pages\"]",
    );
    let built = site.build_clean();
    assert_eq!(
        built.page("/_redirects"),
        "/away/ https://other.example/x 301!\n/old%20$1%20(n%C3%A4me).html /2025/03/16/ferry/ 301!\n/gone/ /gone/ 410!\n"
    );
    let nginx = built.page("/redirects.nginx.conf");
    assert!(nginx.contains("location = \"/old $1 (näme).html\" { return 301 \"/2025/03/16/ferry/\"; }"), "{nginx}");
    assert!(nginx.contains("location = \"/gone/\" { error_page 410 \"/gone/index.html\"; return 410; }"), "{nginx}");
    let apache = built.page("/.htaccess");
    assert!(
        apache.contains("RedirectMatch 301 \"^/old \\\\$1 \\\\(näme\\\\)\\\\.html$\" \"/2025/03/16/ferry/\""),
        "{apache}"
    );
    assert!(built.page("/_headers").contains("  Content-Security-Policy: default-src 'none'; style-src 'self' "));
    assert!(built.at("/.nojekyll").is_empty());
    let other = site.edit("site.toml", "\"netlify\", ", "\"cloudflare-pages\", ").build_clean();
    assert!(other.page("/_redirects").starts_with("/away/ https://other.example/x 301\n"));
    assert!(!other.page("/_redirects").contains("410"));
}

#[test]
fn a_site_that_is_more_than_its_host_takes_is_told() {
    let site = site();
    site.setting("[hosting]\nhosts = [\"cloudflare-pages\"]").build_clean();
    let file = std::fs::File::create({
        std::fs::create_dir_all(site.path("static")).expect("a folder");
        site.path("static/film.mp4")
    });
    file.expect("a file").set_len(26 << 20).expect("room");
    let built = site.build().published();
    assert_eq!(built.codes(), ["host-limit"]);
    let said = built.diagnostics_text();
    assert!(said.contains("/film.mp4 has 26 MiB: Cloudflare Pages takes 25 MiB a file"), "{said}");
    assert!(said.contains("https://developers.cloudflare.com/"), "{said}");
    // It is said in every build.
    assert_eq!(site.build().codes(), ["host-limit"]);
}

// dateline move.

#[test]
fn moving_an_article_edits_its_file_and_leaves_the_alias() {
    let site = site();
    let path = "content/articles/2025/03/16/ferry.md";
    site.file(
        path,
        "---\ntitle: Ferry returns # as it says\n# Tags\ntags:\n  - harbour\nthread: The ramp\n---\n\nText.\n",
    );
    site.build_clean();
    let id = "<id>tag:news.example,2025:/2025/03/16/ferry/</id>";
    assert!(site.build_clean().page("/feed.xml").contains(id));
    let moved = rename(&site, "/2025/03/16/ferry/", "boat").expect("moved");
    assert_eq!((moved.path.as_str(), moved.to.as_str()), (path, "/2025/03/16/boat/"));
    assert_eq!(
        site.read(path),
        "---\ntitle: Ferry returns # as it says\n# Tags\ntags:\n  - harbour\nthread: The ramp\nslug: boat\naliases: [/2025/03/16/ferry/]\n---\n\nText.\n"
    );
    let built = site.build_clean();
    assert!(built.page("/2025/03/16/ferry/").contains("url=/2025/03/16/boat/"));
    // Feed readers do not see it twice.
    assert!(built.page("/feed.xml").contains(id));
    // Once more, to another day, named by its file.
    let moved = rename(&site, path, "/2025/04/01/the-ferry/").expect("moved");
    assert_eq!(moved.to, "/2025/04/01/the-ferry/");
    let built = site.build_clean();
    for old in ["/2025/03/16/ferry/", "/2025/03/16/boat/"] {
        assert!(built.page(old).contains("url=/2025/04/01/the-ferry/"), "{old}");
    }
    assert!(built.page("/feed.xml").contains(id));
}

#[test]
fn moving_a_record_leaves_its_former_slug() {
    let site = site();
    site.build_clean();
    rename(&site, "/people/jane-smith/", "jane-doe").expect("moved");
    assert_eq!(
        site.read("content/people/jane.md"),
        "---\nname: Jane Smith\nslug: jane-doe\nformer_slugs: [jane-smith]\n---\n\nA pilot.\n"
    );
    let built = site.build_clean();
    assert!(built.page("/people/jane-smith/").contains("url=/people/jane-doe/"));
    assert!(built.page("/people/jane-doe/feed.xml").contains("<id>tag:news.example,2025:/people/jane-smith/</id>"));
}

#[test]
fn what_cannot_be_moved_changes_nothing() {
    let site = site();
    let before = site.tree("content");
    for (old, new, words) in [
        ("/2025/03/16/nothing/", "x", "there is no article and no record"),
        ("/2025/03/16/ferry/", "market", "is the address of content/articles/2025/03/16/market.md"),
        ("/2025/03/16/ferry/", "ferry", "is its address already"),
        ("/2025/03/16/ferry/", "../x", "is not an address of an article"),
        ("/2025/03/16/ferry/", "a b", "cannot be part of a URL"),
        ("/2025/03/16/ferry/", "/2025/13/16/x/", "is not an address of an article"),
        ("/tags/harbour/", "port", "has no record to be changed"),
        ("/about/", "us", "is where its file lies"),
    ] {
        let problems = rename(&site, old, new).expect_err(old);
        assert!(problems[0].message.contains(words), "{}", problems[0].message);
        assert!(problems[0].help.is_some());
    }
    assert_eq!(harness::differences(&site.tree("content"), &before), [""; 0]);
}
