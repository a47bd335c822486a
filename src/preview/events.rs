//! The channel by which an open page hears what has changed: server-sent events (HTML standard, section 9.2).
//!
//! One way and plain HTTP: smaller than a WebSocket, and a browser connects again by itself. A page says what it knows, so
//! nothing is lost between two connections.

use super::body::Body;
use super::live::Live;
use hyper::body::Bytes;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// How often something is said though there is nothing to say: a reader that is gone is noticed only then.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// Tells a page (a file of the output) what happens to it, from the state `since` on.
pub fn events(live: Arc<Live>, page: String, since: String) -> Body {
    // One message at a time: what a slow reader misses is in the next.
    let (sender, receiver) = mpsc::channel(1);
    let mut news = live.news();
    tokio::spawn(async move {
        let (mut since, mut last) = (since, String::new());
        if sender.send(Bytes::from_static(b"retry: 500\n\n")).await.is_err() {
            return;
        }
        loop {
            news.mark_unchanged();
            let (message, state) = live.message(&page, &since);
            if message != last {
                if sender.send(format!("data: {message}\n\n").into()).await.is_err() {
                    return;
                }
                since = state;
                // What would be said now is not said again.
                (last, _) = live.message(&page, &since);
            }
            while let Err(_elapsed) = timeout(SIGN_OF_LIFE, news.changed()).await {
                if sender.send(Bytes::from_static(b":\n\n")).await.is_err() {
                    return;
                }
            }
        }
    });
    Body::Events(receiver)
}
