//! Chromium, driven through its WebDriver (W3C WebDriver): JSON over HTTP, and not much of it is needed here.

use super::http::{self, PATIENCE};
use super::program::Program;
use serde_json::{Value, json};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::time::{Duration, Instant};

/// One window of a browser.
pub struct Browser {
    // It ends before its driver does.
    session: String,
    address: SocketAddr,
    _driver: Program,
}

impl Browser {
    /// Opens a window, or says why that cannot be. Where `DATELINE_BROWSER=required`, it must be.
    pub fn open() -> Option<Self> {
        let installed = |name: &str| Command::new(name).arg("--version").output().is_ok_and(|o| o.status.success());
        if !installed("chromedriver") || !(installed("chromium") || installed("google-chrome")) {
            #[expect(clippy::disallowed_methods, reason = "whoever runs the tests says whether they may be skipped")]
            let required = std::env::var("DATELINE_BROWSER").is_ok_and(|v| v == "required");
            assert!(!required, "Chromium and its driver must be installed");
            eprintln!("skipped: chromium or chromedriver is not installed");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let mut command = Command::new("chromedriver");
        command.arg(format!("--port={port}"));
        let driver = Program::of(command);
        driver.says("started successfully");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1000,700"]},
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let made = http::json(address, "POST", "/session", &wanted).expect("a window");
        let session = made["sessionId"].as_str().expect("its name").to_string();
        Some(Self { session, address, _driver: driver })
    }

    fn call(&self, method: &str, what: &str, body: Value) -> Result<Value, String> {
        http::json(self.address, method, &format!("/session/{}/{what}", self.session), &body)
    }

    /// Goes to a page and waits until it is loaded.
    pub fn go(&self, url: &str) -> &Self {
        self.call("POST", "url", json!({"url": url})).expect("a page");
        self
    }

    /// What a script returns.
    pub fn run(&self, script: &str) -> Value {
        self.try_run(script).unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// The same where the page may just be going.
    pub fn try_run(&self, script: &str) -> Result<Value, String> {
        self.call("POST", "execute/sync", json!({"script": script, "args": []}))
    }

    /// Waits until an expression is true in the page.
    #[track_caller]
    pub fn sees(&self, expression: &str) -> &Self {
        let began = Instant::now();
        loop {
            let found = self.try_run(&format!("return !!({expression})"));
            if found == Ok(Value::Bool(true)) {
                return self;
            }
            if began.elapsed() > PATIENCE * 2 {
                let page = self.try_run("return document.documentElement.outerHTML.slice(0, 4000)");
                panic!("the page never shows {expression}: {found:?}\n{page:?}\n{}", self.log());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// What the browser has written to its console.
    pub fn log(&self) -> String {
        self.call("POST", "se/log", json!({"type": "browser"})).map_or_else(|e| e, |log| log.to_string())
    }

    /// Opens another tab and makes it the current one; its name.
    pub fn tab(&self) -> String {
        let made = self.call("POST", "window/new", json!({"type": "tab"})).expect("a tab");
        let handle = made["handle"].as_str().expect("its name").to_string();
        self.switch(&handle);
        handle
    }

    /// The current tab.
    pub fn current(&self) -> String {
        self.call("GET", "window", Value::Null).expect("a window").as_str().expect("its name").to_string()
    }

    /// Makes a tab the current one.
    pub fn switch(&self, handle: &str) {
        self.call("POST", "window", json!({"handle": handle})).expect("the tab");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = http::json(self.address, "DELETE", &format!("/session/{}", self.session), &Value::Null);
    }
}
