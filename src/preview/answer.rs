//! One request becomes one answer.

use super::body::Body;
use super::events::events;
use super::guard::{Refusal, may_ask, may_listen};
use super::live::Shown;
use super::path::{self, Asked};
use super::serve::Server;
use super::{OWN, file};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use std::sync::Arc;

/// Follows a page's changes. Idiomorph (BSD Zero Clause, by the authors of htmx) turns one body into another in place.
const SCRIPT: &str =
    concat!(include_str!("vendor/idiomorph.min.js"), "\n", include_str!("problems.js"), "\n", include_str!("live.js"));

/// What a request for a page of the site asks.
pub struct Question {
    /// What for.
    pub asked: Asked,
    /// What goes on behind the `?`.
    pub query: Option<String>,
    /// With which wishes.
    pub headers: HeaderMap,
}

/// Answers a request; nothing that comes in is an error here.
pub async fn answer<B>(server: &Server, request: Request<B>) -> Response<Body> {
    let (parts, _) = request.into_parts();
    if let Err(Refusal(status, why)) = may_ask(&server.hosts, &parts.headers, &parts.uri) {
        return plain(status, why);
    }
    if parts.method != Method::GET && parts.method != Method::HEAD {
        let answer = plain(StatusCode::METHOD_NOT_ALLOWED, "A preview can only be looked at.");
        return with(answer, header::ALLOW, "GET, HEAD");
    }
    let Shown { base_path, .. } = server.live.shown();
    let Some(asked) = path::read(parts.uri.path()) else {
        return plain(StatusCode::BAD_REQUEST, "That is no path of a site.");
    };
    let at_root = asked.parts.is_empty();
    let Some(asked) = asked.below(&base_path) else {
        return match at_root {
            true => redirect(&format!("{base_path}/")),
            false => plain(StatusCode::NOT_FOUND, &format!("This site lies under {base_path}/, as its base_url says.")),
        };
    };
    let query = parts.uri.query();
    if asked.parts.first().is_some_and(|part| part == OWN) {
        return match asked.parts.get(1).map(String::as_str) {
            Some("live.js") => of_type(SCRIPT.as_bytes().to_vec().into(), "text/javascript; charset=utf-8"),
            Some("events") => match may_listen(&parts.headers) {
                Ok(()) if parts.method == Method::HEAD => of_type(Body::Whole(None), EVENTS),
                Ok(()) => listen(server, &base_path, query.unwrap_or("")),
                Err(Refusal(status, why)) => plain(status, why),
            },
            _ => plain(StatusCode::NOT_FOUND, "There is nothing of that name."),
        };
    }
    let question = Arc::new(Question { asked, query: query.map(str::to_string), headers: parts.headers });
    let answer = server.live.read(move |shown| file::answer(&question, &shown)).await;
    match answer {
        Some(Ok(answer)) => answer,
        _ => plain(StatusCode::INTERNAL_SERVER_ERROR, "The output cannot be read."),
    }
}

const EVENTS: &str = "text/event-stream";

/// `page=PATH&since=STATE`, as the script asks.
fn listen(server: &Server, base_path: &str, query: &str) -> Response<Body> {
    let value = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().ok().map(|t| t.into_owned());
    // The path is encoded as such, and once more as a value.
    let page = value("page").and_then(decoded).and_then(|p| path::read(&p)).and_then(|p| p.below(base_path));
    let (Some(page), Some(since)) = (page, value("since").and_then(decoded)) else {
        return plain(StatusCode::BAD_REQUEST, "Ask with ?page=PATH&since=STATE.");
    };
    let mut answer = of_type(events(server.live.clone(), page.file(), since), EVENTS);
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

/// An answer with the headers that all have.
pub fn of_type(body: Body, kind: &str) -> Response<Body> {
    let mut answer = Response::new(body);
    let fixed = [
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // A page of another site must not embed what nobody may see yet.
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    with(answer, header::CONTENT_TYPE, kind)
}

/// The answer with one more header.
pub fn with(mut answer: Response<Body>, name: HeaderName, value: &str) -> Response<Body> {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
    answer
}

/// An answer in words.
pub fn plain(status: StatusCode, text: &str) -> Response<Body> {
    let mut answer = of_type(format!("{text}\n").into_bytes().into(), "text/plain; charset=utf-8");
    *answer.status_mut() = status;
    answer
}

/// Leads to another path of this server; for now only, since another site may be here tomorrow.
pub fn redirect(to: &str) -> Response<Body> {
    let mut answer = plain(StatusCode::TEMPORARY_REDIRECT, to);
    *answer.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    with(answer, header::LOCATION, to)
}
