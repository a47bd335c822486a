//! One address is asked: HEAD, and GET where that is refused; redirections are followed by hand, to know which are for good.

use super::{Leave, Settings, Verdict};
use crate::deploy::trust;
use jiff::Timestamp;
use std::time::Duration;
use ureq::http::{Response, StatusCode, header};
use ureq::{Agent, Body, Error};
use url::Url;

/// As many redirections as browsers follow, halved.
const HOPS: usize = 10;
/// How many times a host that asks for patience is asked again.
const AGAIN: usize = 2;

/// A client.
pub(super) struct Web {
    agent: Agent,
}

/// What no host that was reached says.
const NO_HOST: &str = "leads to a host that does not exist";
const NO_ANSWER: &str = "cannot be reached";

/// What systems say of a name that they know does not exist (glibc, musl, macOS, Windows); of one that they could not ask about
/// they say something else.
const UNKNOWN: &[&str] =
    &["Name or service not known", "Name does not resolve", "nodename nor servname provided", "No such host is known"];

/// Whether a reason is that nobody answered.
pub(super) fn is_silence(why: &str) -> bool {
    why.starts_with(NO_HOST) || why.starts_with(NO_ANSWER)
}

impl Web {
    /// Errors: certificates that cannot be used.
    pub(super) fn new(settings: &Settings) -> Result<Self, String> {
        let config = Agent::config_builder()
            .user_agent(concat!("Dateline/", env!("CARGO_PKG_VERSION"), " (link check)"))
            .accept("*/*")
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .tls_config(trust::tls(settings.certificates.as_deref())?)
            .timeout_global(Some(settings.timeout))
            .build();
        Ok(Self { agent: config.into() })
    }

    /// Asks about one address. Errors: its host wants no more questions for longer than anybody wants to wait.
    pub(super) fn ask(
        &self,
        url: &str,
        settings: &Settings,
        now: &(dyn Fn() -> Timestamp + Sync),
    ) -> Result<Verdict, Leave> {
        let mut at = match Url::parse(url) {
            Ok(at) => at,
            Err(error) => return Ok(Verdict::Broken(format!("is not an address: {error}"))),
        };
        let mut for_good = true;
        for hop in 0..HOPS {
            let answer = match self.answer(at.as_str(), settings, now)? {
                Ok(answer) => answer,
                Err(error) => return Ok(failed(&error)),
            };
            let status = answer.status();
            let to = answer.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
            match to.filter(|_| status.is_redirection()) {
                Some(to) => match at.join(to).ok().filter(|next| matches!(next.scheme(), "http" | "https")) {
                    Some(next) => {
                        for_good &= matches!(status.as_u16(), 301 | 308);
                        at = next;
                        at.set_fragment(None);
                    }
                    None => return Ok(Verdict::Broken("redirects to what is no address of the web".to_string())),
                },
                None if status.is_success() && hop > 0 && for_good => return Ok(Verdict::Moved(at.to_string())),
                None => return Ok(verdict(status)),
            }
        }
        Ok(Verdict::Broken(format!("redirects more than {HOPS} times")))
    }

    /// An answer that is not a refusal of the method or a plea for patience.
    fn answer(
        &self,
        url: &str,
        settings: &Settings,
        now: &(dyn Fn() -> Timestamp + Sync),
    ) -> Result<Result<Response<Body>, Error>, Leave> {
        let mut get = false;
        let mut again = 0;
        loop {
            let answer = if get { self.agent.get(url).call() } else { self.agent.head(url).call() };
            let Ok(answer) = answer else { return Ok(answer) };
            let status = answer.status().as_u16();
            let wait = matches!(status, 429 | 503).then(|| retry_after(&answer, now())).flatten();
            if let Some(wait) = wait.or((status == 429).then_some(settings.pause * 5)) {
                if wait > settings.patience || again >= AGAIN {
                    return Err(Leave(format!(
                        "was not answered for: its host asks for {} s of patience",
                        wait.as_secs()
                    )));
                }
                again += 1;
                std::thread::sleep(wait);
            } else if !get && matches!(status, 400 | 403 | 404 | 405 | 501) {
                // Many servers know no HEAD, and say so in many ways.
                get = true;
                std::thread::sleep(settings.pause);
            } else {
                return Ok(Ok(answer));
            }
        }
    }
}

fn verdict(status: StatusCode) -> Verdict {
    let words = status.canonical_reason().unwrap_or("");
    let said = format!("answers {} {words}", status.as_u16()).trim_end().to_string();
    match status.as_u16() {
        200..=299 => Verdict::Fine,
        // There, and not for everybody; or out of order.
        401 | 403 | 407 | 408 | 425 | 429 | 451 | 500..=599 => Verdict::Unsure(said),
        _ => Verdict::Broken(said),
    }
}

fn failed(error: &Error) -> Verdict {
    match error {
        Error::HostNotFound => Verdict::Broken(NO_HOST.to_string()),
        Error::Tls(_) | Error::Rustls(_) => Verdict::Broken(format!("is not safe to reach: {error}")),
        Error::BadUri(_) | Error::Http(_) => Verdict::Broken(format!("is not an address: {error}")),
        Error::Timeout(_) => Verdict::Unsure("did not answer in time".to_string()),
        Error::Io(e) if UNKNOWN.iter().any(|words| e.to_string().contains(words)) => {
            Verdict::Broken(NO_HOST.to_string())
        }
        // A certificate that does not hold comes as an error of reading.
        Error::Io(e) if e.to_string().contains("certificate") => Verdict::Broken(format!("is not safe to reach: {e}")),
        error => Verdict::Unsure(format!("{NO_ANSWER}: {error}")),
    }
}

/// `Retry-After`: seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(answer: &Response<Body>, now: Timestamp) -> Option<Duration> {
    let text = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    let wait = at.duration_since(now);
    Some(if wait.is_negative() { Duration::ZERO } else { wait.unsigned_abs() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_does_not_exist_is_not_one_that_cannot_be_asked_about() {
        let of = |why: &str| {
            let why = format!("failed to lookup address information: {why}");
            failed(&Error::Io(std::io::Error::other(why)))
        };
        assert_eq!(of("Name or service not known"), Verdict::Broken(NO_HOST.to_string()));
        assert!(matches!(of("Temporary failure in name resolution"), Verdict::Unsure(_)));
    }
}
