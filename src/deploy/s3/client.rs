//! Requests to the store, and what its answers mean. A request that fails for a passing reason is tried again, later each
//! time. No address of a request is ever shown: it holds a signature.

use super::super::failure::{Failure, Kind};
use super::super::{Patience, Surroundings, trust};
use jiff::Timestamp;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use ureq::http::{Request, Response};
use ureq::{Agent, Body};

/// The most that is read of an answer: a manifest of millions of files, or one file of the site.
const LARGEST: u64 = 4 << 30;

/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(20);

/// What speaks to the store.
pub struct Client<'a> {
    agent: Agent,
    patience: Patience,
    stop: &'a AtomicBool,
    now: &'a (dyn Fn() -> Timestamp + Sync),
    /// Requests made, those that failed included.
    pub requests: AtomicUsize,
}

/// What is asked.
pub struct Ask<'q> {
    /// GET, PUT, POST.
    pub method: &'static str,
    /// In words, for when it fails: "the file /index.html".
    pub what: &'q str,
    /// Signs the address, anew for each try.
    pub address: &'q (dyn Fn(&Timestamp) -> String + 'q),
    /// Headers.
    pub headers: &'q [(&'static str, String)],
    /// What is sent.
    pub body: &'q [u8],
}

/// An answer of the store.
pub struct Answer {
    /// Whether there is no such object.
    pub missing: bool,
    /// Which version of the object it is about.
    pub etag: Option<String>,
    /// What a bucket that keeps versions calls it.
    pub version: Option<String>,
    /// How the body is encoded.
    pub encoding: Option<String>,
    /// How long ago the object was written, by the store's clock.
    pub age: Option<Duration>,
    /// The body.
    pub body: Vec<u8>,
}

impl<'a> Client<'a> {
    /// A client that opens at most as many connections as there are threads.
    pub fn new(around: &'a Surroundings, threads: usize) -> Result<Self, Failure> {
        let Surroundings { stop, now, patience, environment, .. } = *around;
        let tls = trust::tls(environment(trust::VARIABLE).as_deref())
            .map_err(|why| Failure::new(why, "name a file of certificates in PEM, or unset it"))?;
        let step = Some(patience.step);
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .tls_config(tls)
            .timeout_resolve(step)
            .timeout_connect(step)
            .timeout_per_read(step)
            .timeout_per_write(step)
            .timeout_recv_response(step)
            .max_idle_connections(threads)
            .max_idle_connections_per_host(threads)
            .user_agent(concat!("dateline/", env!("CARGO_PKG_VERSION")));
        Ok(Self { agent: config.build().into(), patience, stop, now, requests: AtomicUsize::new(0) })
    }

    /// Asks until there is an answer that is one; `is_answer` looks at those that say they are.
    pub fn ask(&self, ask: &Ask, is_answer: impl Fn(&Answer) -> bool) -> Result<Answer, Failure> {
        let mut tried = 0;
        loop {
            tried += 1;
            let (failure, pause) = match self.once(ask) {
                Ok(answer) if is_answer(&answer) => return Ok(answer),
                Ok(_) => (Failure::nonsense(ask.what), None),
                Err(problem) => problem,
            };
            if failure.kind != Kind::Passing || tried >= self.patience.tries {
                return Err(match tried {
                    1 => failure,
                    n => failure.note(format!("tried {n} times")),
                });
            }
            self.wait(pause.unwrap_or_else(|| self.pause(tried)))?;
        }
    }

    /// Twice as long after each try, and between half and all of it by chance: many that were turned away at once must
    /// not come back at once.
    fn pause(&self, tried: u32) -> Duration {
        let whole = self.patience.pause.saturating_mul(1 << (tried - 1).min(16)).min(LONGEST);
        let chance = RandomState::new().build_hasher().finish() % 1024;
        whole / 2 + whole.mul_f64(chance as f64 / 2048.0)
    }

    fn wait(&self, pause: Duration) -> Result<(), Failure> {
        let began = Instant::now();
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return Err(Failure::stopped());
            }
            let Some(left) = pause.checked_sub(began.elapsed()) else { return Ok(()) };
            std::thread::sleep(left.min(Duration::from_millis(50)));
        }
    }

    fn once(&self, ask: &Ask) -> Result<Answer, (Failure, Option<Duration>)> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut request = Request::builder().method(ask.method).uri((ask.address)(&(self.now)()));
        for (name, value) in ask.headers {
            request = request.header(*name, value);
        }
        let unreachable = |error: ureq::Error| (unreachable(ask.what, &error, self.patience.step), None);
        let sent = if ask.method == "GET" {
            request.body(()).map_err(ureq::Error::from).and_then(|r| self.agent.run(r))
        } else {
            request.body(ask.body).map_err(ureq::Error::from).and_then(|r| self.agent.run(r))
        };
        let mut response = sent.map_err(unreachable)?;
        let body = response.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(unreachable)?;
        let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_string);
        let missing = response.status() == 404;
        // Some stores begin a good answer before they know that it is none.
        let failed_late = response.status().is_success() && is_error(&body);
        if response.status().is_success() && !failed_late || missing && code(&body).as_deref() == Some("NoSuchKey") {
            let time = |name: &str| header(name).and_then(|text| http_date(&text));
            let age = time("date").zip(time("last-modified"));
            return Ok(Answer {
                missing,
                etag: header("etag"),
                version: header("x-amz-version-id").filter(|version| version != "null"),
                encoding: header("content-encoding"),
                age: age.map(|(now, then)| Duration::try_from(now.duration_since(then)).unwrap_or_default()),
                body,
            });
        }
        Err(self.meaning(ask, &response, &body))
    }

    /// What an answer means that says no, and how long to wait if it says so.
    fn meaning(&self, ask: &Ask, response: &Response<Body>, body: &[u8]) -> (Failure, Option<Duration>) {
        let what = ask.what;
        let status = response.status().as_u16();
        let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok());
        let code = code(body);
        let said = match &code {
            Some(code) => format!("{status} {code}"),
            None => status.to_string(),
        };
        let code = code.as_deref().unwrap_or("");
        let after = header("retry-after").and_then(|s| s.parse().ok()).map(|s| Duration::from_secs(s).min(LONGEST));
        if matches!(
            code,
            "SlowDown" | "Throttling" | "ThrottlingException" | "TooManyRequests" | "RequestLimitExceeded"
        ) || status == 429
        {
            let help = "deploy again in some minutes, or with a smaller --parallel";
            return (Failure::passing(format!("the store asks to slow down at {what} ({said})"), help), after);
        }
        if status >= 500 && status != 501 || matches!(code, "RequestTimeout" | "InternalError" | "OperationAborted") {
            let help = "this is the store's own trouble: deploy again later, it goes on where it was";
            return (Failure::passing(format!("the store failed at {what} ({said})"), help), after);
        }
        if status == 412 || code == "ConditionalRequestConflict" {
            return (Failure::conflict(), None);
        }
        let skew = header("date").and_then(http_date).map(|theirs| (self.now)().duration_since(theirs));
        let skewed = skew.is_some_and(|skew| skew.abs() > jiff::SignedDuration::from_mins(5));
        let failure = if code == "RequestTimeTooSkewed" || matches!(status, 400 | 403) && skewed {
            let by = skew.map_or(String::new(), |skew| match skew.is_negative() {
                true => format!(" by {} minutes: it is behind", skew.abs().as_mins()),
                false => format!(" by {} minutes: it is ahead", skew.as_mins()),
            });
            Failure::new(
                format!("this machine's clock differs from the store's{by}"),
                "set the clock, then deploy again",
            )
        } else if matches!(code, "ExpiredToken" | "ExpiredTokenException" | "TokenRefreshRequired" | "InvalidToken") {
            Failure::new(
                format!("the credentials have expired ({said})"),
                "get new ones, then deploy again: it goes on where it was",
            )
        } else if matches!(code, "NoSuchBucket") {
            Failure::new("there is no such bucket", "make it, or check `bucket`, `region` and `endpoint` of the target")
        } else if matches!(status, 301 | 307 | 308)
            || code == "AuthorizationHeaderMalformed"
            || code == "PermanentRedirect"
        {
            let help = match header("x-amz-bucket-region") {
                Some(region) => format!("write `region = \"{region}\"` into the target"),
                None => "check `region` and `endpoint` of the target".to_string(),
            };
            Failure::new(format!("the bucket answers elsewhere ({said})"), help)
        } else if status == 501 || code == "NotImplemented" {
            let sends = |name: &str| ask.headers.iter().any(|(sent, _)| *sent == name);
            if sends("if-match") || sends("if-none-match") {
                return (without_conditions(&format!(" ({said})")), None);
            }
            let help = match sends("x-amz-website-redirect-location") {
                true => "write `website_redirects = false` into the target",
                false => "see what the store says of this in its own manual",
            };
            Failure::new(format!("the store does not know how to do {what} ({said})"), help)
        } else if matches!(status, 401 | 403) && !code.is_empty() {
            let help =
                "check the credentials, and that they may list the bucket and read, write and delete its objects";
            Failure::new(format!("the store refuses {what} ({said})"), help)
        } else if code.is_empty() {
            // The store would have said why.
            return (Failure::nonsense(&format!("{what} ({said})")), None);
        } else {
            let message = between(&String::from_utf8_lossy(body), "Message").unwrap_or_default();
            Failure::new(
                format!("the store refuses {what} ({said}): {message}"),
                "check the target's table in site.toml",
            )
        };
        (failure, None)
    }
}

/// The store cannot say that somebody else was faster.
pub fn without_conditions(said: &str) -> Failure {
    let message =
        format!("this store knows no conditional writes{said}: two deploys to it at once cannot be kept apart");
    let help = "see to it that only one runs at a time, then write `conditional_writes = false` into the target";
    Failure::new(message, help).note("nothing of the site was sent")
}

fn unreachable(what: &str, error: &ureq::Error, step: Duration) -> Failure {
    let help = "check the network and `endpoint` of the target, then deploy again: it goes on where it was";
    let why = match error {
        ureq::Error::Timeout(_) => format!("nothing came within {} s", step.as_secs_f64()),
        ureq::Error::HostNotFound => "its name is not known".to_string(),
        ureq::Error::Io(e) => e.to_string(),
        ureq::Error::ConnectionFailed => "no connection".to_string(),
        ureq::Error::Tls(why) => (*why).to_string(),
        // Addresses are in none of these; in others they may be.
        ureq::Error::Protocol(e) => e.to_string(),
        ureq::Error::Rustls(e) => e.to_string(),
        ureq::Error::BodyStalled => "the answer stopped".to_string(),
        _ => "the connection failed".to_string(),
    };
    let failure = Failure::passing(format!("the store cannot be reached for {what}: {why}"), help);
    match error {
        // A certificate that does not hold comes as an error of reading.
        ureq::Error::Io(e) if e.to_string().contains("certificate") => Failure {
            kind: Kind::Final,
            help: format!(
                "for a store with an authority of its own name that one's certificate in {}",
                trust::VARIABLE
            ),
            ..failure
        },
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => Failure { kind: Kind::Final, ..failure },
        _ => failure,
    }
}

/// The code of an error as S3 writes it; `None` if the body is not one.
fn code(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body.get(..body.len().min(8192))?).ok()?;
    let is_error = text.contains("<Error>") || text.contains("<Error ");
    between(text, "Code").filter(|_| is_error)
}

/// Whether a body is an error document, and not one that an error occurs in.
fn is_error(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body.get(..body.len().min(256)).unwrap_or_default());
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let root = match text.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, root)| root.trim_start()),
        None => text,
    };
    root.starts_with("<Error>") || root.starts_with("<Error ")
}

/// The text of the first element of that name.
pub fn between(text: &str, name: &str) -> Option<String> {
    let start = text.find(&format!("<{name}>"))? + name.len() + 2;
    let end = start + text[start..].find(&format!("</{name}>"))?;
    Some(text[start..end].chars().filter(|c| !c.is_control()).take(200).collect())
}

/// A date as HTTP has it (RFC 9110, 5.6.7).
fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::parse(text).ok().map(|date| date.timestamp())
}
