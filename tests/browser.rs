//! What an editor sees in a browser while writing. Skipped where there is no Chromium, and says so.

mod harness;

use harness::browser::Browser;
use harness::program::{Program, until};
use harness::{Site, http};
use std::net::SocketAddr;

const PATH: &str = "content/articles/2025/03/16/a.md";

const URL: &str = "/2025/03/16/a/";

fn site() -> Site {
    let site = Site::new();
    let long: String = (0..120).map(|n| format!("Paragraph {n}.\n\n")).collect();
    site.article("2025/03/16/a", "title: The first headline\nsummary: S.", &long);
    site.article("2025/03/17/b", "title: Another\nsummary: S.", "Text.");
    site.file("themes/house/theme.toml", "extends = \"briefing\"\n");
    site.setting("[theme]\nname = \"house\"");
    site
}

struct Desk {
    browser: Browser,
    program: Program,
    address: SocketAddr,
    site: Site,
}

impl Desk {
    /// An article in a browser; `None` if there is no browser.
    fn open(site: Site) -> Option<Self> {
        let browser = Browser::open()?;
        let program = Program::start(&site, &["serve", "--port", "0", "--as-of", "2025-06-01"]);
        let address = program.address();
        let desk = Self { browser, program, address, site };
        desk.go(URL);
        Some(desk)
    }

    fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.address.port())
    }

    /// Goes to a page, and marks its window: a reload takes the mark away.
    fn go(&self, path: &str) {
        self.browser.go(&self.url(path));
        self.browser.run("window.mark = true");
        // The page listens by now, or it hears of what it missed.
        self.browser.sees("document.readyState === 'complete'");
    }

    fn not_reloaded(&self) {
        assert_eq!(self.browser.run("return window.mark === true"), true, "the page was loaded again");
    }
}

#[test]
fn a_body_and_a_title_are_replaced_in_place_and_the_page_stays_where_it_is() {
    let Some(desk) = Desk::open(site()) else { return };
    let Desk { browser, site, .. } = &desk;
    browser.run("window.scrollTo(0, 1500)");
    browser.sees("scrollY === 1500");
    site.edit(PATH, "Paragraph 60.", "A new sentence.");
    browser.sees("document.body.innerText.includes('A new sentence.')");
    assert_eq!(browser.run("return scrollY"), 1500);
    site.edit(PATH, "The first headline", "The second headline");
    browser.sees("document.querySelector('h1').innerText === 'The second headline'");
    browser.sees("document.title.startsWith('The second headline')");
    assert_eq!(browser.run("return scrollY"), 1500);
    desk.not_reloaded();
    // Once more: the page goes on listening.
    site.edit(PATH, "A new sentence.", "A newer sentence.");
    browser.sees("document.body.innerText.includes('A newer sentence.')");
    desk.not_reloaded();
    // And it is the page that a reader gets, but for the server's script.
    let page = browser.run(
        "const page = document.documentElement.cloneNode(true); page.querySelectorAll('script').forEach(s => s.remove()); return page.outerHTML",
    );
    let served = http::get(desk.address, URL).text();
    let parsed = browser.run(&format!(
        "const page = new DOMParser().parseFromString({}, 'text/html').documentElement; page.querySelectorAll('script').forEach(s => s.remove()); return page.outerHTML",
        serde_json::to_string(&served).expect("a string")
    ));
    let squeezed = |text: &serde_json::Value| text.as_str().expect("HTML").replace(char::is_whitespace, "");
    assert_eq!(squeezed(&page), squeezed(&parsed));
}

#[test]
fn a_style_sheet_is_swapped_without_a_reload() {
    let site = site();
    site.file("static/own.css", "footer { outline: 1px solid rgb(1, 2, 3) }");
    let Some(desk) = Desk::open(site) else { return };
    let Desk { browser, site, .. } = &desk;
    // One whose name changes with its bytes.
    let style = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/themes/briefing/assets/style.css"));
    site.file(
        "themes/house/assets/style.css",
        &(style.expect("the theme's") + "\nbody { background: rgb(1, 2, 3) }\n"),
    );
    browser.sees("getComputedStyle(document.body).backgroundColor === 'rgb(1, 2, 3)'");
    browser.sees("document.querySelectorAll('link[rel=stylesheet]').length === 1");
    site.edit("themes/house/assets/style.css", "rgb(1, 2, 3)", "rgb(4, 5, 6)");
    browser.sees("getComputedStyle(document.body).backgroundColor === 'rgb(4, 5, 6)'");
    // One whose name stays.
    browser.run(
        "const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = '/own.css'; document.head.append(l)",
    );
    browser.sees("getComputedStyle(document.querySelector('footer')).outlineColor === 'rgb(1, 2, 3)'");
    site.file("static/own.css", "footer { outline: 1px solid rgb(7, 8, 9) }");
    browser.sees("getComputedStyle(document.querySelector('footer')).outlineColor === 'rgb(7, 8, 9)'");
    desk.not_reloaded();
}

const PANEL: &str = "document.querySelector('dateline-problems')?.shadowRoot.querySelector('.panel')";

#[test]
fn problems_are_shown_over_the_last_good_page_until_they_are_mended() {
    let Some(desk) = Desk::open(site()) else { return };
    let Desk { browser, site, .. } = &desk;
    site.edit(PATH, "summary: S.", "date: 2025-03-32");
    browser.sees(&format!("{PANEL}?.innerText.includes('2025-03-32')"));
    let panel = browser.run(&format!("return {PANEL}.innerText"));
    let panel = panel.as_str().expect("text");
    for part in
        ["error[bad-date]", "content/articles/2025/03/16/a.md:3:7", "3 | date: 2025-03-32", "help: ", "last good one"]
    {
        assert!(panel.contains(part), "{part}: {panel}");
    }
    assert_eq!(browser.run(&format!("return {PANEL}.querySelector('mark').textContent")), "2025-03-32");
    browser.sees("document.querySelector('h1').innerText === 'The first headline'");
    // It says the same in the terminal.
    desk.program.says("error[bad-date]").says("nothing was published; 1 error");
    // Put aside, it stays in the corner, also on the next page.
    browser.run("dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))");
    browser
        .sees(&format!("!({PANEL}) && document.querySelector('dateline-problems').shadowRoot.querySelector('.pill')"));
    desk.go("/2025/03/17/b/");
    browser.sees(PANEL);
    site.edit(PATH, "date: 2025-03-32", "summary: S.\nsumary: S.");
    // A warning publishes, and does not cover the page.
    browser.sees("document.querySelector('dateline-problems')?.shadowRoot.querySelector('.pill.warnings')");
    site.edit(PATH, "\nsumary: S.", "");
    browser.sees("!document.querySelector('dateline-problems')");
    desk.not_reloaded();
}

#[test]
fn an_article_that_moves_takes_the_browser_along() {
    let Some(desk) = Desk::open(site()) else { return };
    let Desk { browser, site, .. } = &desk;
    browser.run("window.scrollTo(0, 900)");
    site.edit(PATH, "summary: S.", "summary: S.\nslug: moved");
    browser.sees("location.pathname === '/2025/03/16/moved/' && scrollY === 900");
    site.rename(PATH, "content/articles/2025/03/19/a.md");
    browser.sees("location.pathname === '/2025/03/19/moved/'");
    // And it listens there.
    site.edit("content/articles/2025/03/19/a.md", "Paragraph 2.", "Moved twice.");
    browser.sees("document.body.innerText.includes('Moved twice.')");
    // With the old address kept as an alias too.
    site.edit("content/articles/2025/03/19/a.md", "slug: moved", "slug: again\naliases: [/2025/03/19/moved/]");
    browser.sees("location.pathname === '/2025/03/19/again/' && document.body.innerText.includes('Moved twice.')");
    // Taken away, the page is the 404 page; put back, it is itself again.
    site.rename("content/articles/2025/03/19/a.md", "away.md");
    browser.sees("document.body.className === 'is-not_found' || document.title.includes('not found') || document.title.includes('404') || !document.body.innerText.includes('Moved twice.')");
    site.rename("away.md", "content/articles/2025/03/19/a.md");
    browser.sees("document.body.innerText.includes('Moved twice.')");
}

#[test]
fn a_page_finds_a_server_that_was_started_again() {
    let Some(mut desk) = Desk::open(site()) else { return };
    let port = desk.address.port().to_string();
    desk.program.signal("INT");
    assert_eq!(desk.program.ends(), Some(0));
    desk.site.edit(PATH, "Paragraph 1.", "Written meanwhile.");
    desk.program = Program::start(&desk.site, &["serve", "--port", &port, "--as-of", "2025-06-01"]);
    desk.browser.sees("document.body.innerText.includes('Written meanwhile.')");
    desk.site.edit(PATH, "Written meanwhile.", "Written afterwards.");
    desk.browser.sees("document.body.innerText.includes('Written afterwards.')");
    desk.not_reloaded();
}

/// A browser keeps six connections to one server: pages that nobody looks at must not hold them.
#[test]
fn more_tabs_than_a_browser_has_connections() {
    let Some(desk) = Desk::open(site()) else { return };
    let Desk { browser, site, .. } = &desk;
    let first = browser.current();
    for _ in 0..9 {
        browser.tab();
        desk.go("/2025/03/17/b/");
    }
    site.edit("content/articles/2025/03/17/b.md", "Text.", "Seen in the last tab.");
    browser.sees("document.body.innerText.includes('Seen in the last tab.')");
    site.edit(PATH, "Paragraph 3.", "Seen on coming back.");
    browser.switch(&first);
    browser.sees("document.body.innerText.includes('Seen on coming back.')");
    desk.not_reloaded();
}

#[test]
fn what_is_withheld_is_shown_with_a_ribbon_and_pages_with_scripts_are_loaded_anew() {
    let site = site();
    site.article("2025/07/01/later", "title: Later\ndate: 2025-07-01T09:00:00Z", "Text.");
    site.article("2025/03/18/draft", "title: Draft\ndraft: true", "Text.");
    let Some(desk) = Desk::open(site) else { return };
    let Desk { browser, site, .. } = &desk;
    desk.go("/2025/07/01/later/");
    browser.sees("/Scheduled.*1 July 2025, (0?9:00)/.test(document.querySelector('.ribbon').textContent)");
    desk.go("/2025/03/18/draft/");
    browser.sees("document.querySelector('.ribbon').textContent.includes('Draft')");
    // A script that makes something of the page: replacing the body would leave half of it.
    let base = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/themes/briefing/templates/base.html"));
    let script = "<script>document.querySelector('h1').dataset.made = 'yes'</script>\n</body>";
    site.file("themes/house/templates/base.html", &base.expect("the theme's").replace("</body>", script));
    browser.sees("document.querySelector('h1').dataset.made === 'yes'");
    site.edit("content/articles/2025/03/18/draft.md", "Text.", "Other text.");
    browser
        .sees("document.body.innerText.includes('Other text.') && document.querySelector('h1').dataset.made === 'yes'");
    until("no error in the console", || !browser.log().contains("SEVERE") || panic!("{}", browser.log()));
}
