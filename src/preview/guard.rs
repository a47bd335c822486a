//! Who may ask. A preview shows what nobody may see yet, so a page of another site that is open in the same browser must
//! get nothing from it.

use hyper::header::{HOST, HeaderMap, ORIGIN};
use hyper::{StatusCode, Uri};
use std::net::{IpAddr, Ipv6Addr};

/// The names by which the server may be called.
///
/// Against DNS rebinding: a name that somebody else owns can lead here. An address cannot be owned like that, and
/// `localhost` is nobody's (RFC 6761, 6.3).
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    names: Vec<String>,
}

impl Hosts {
    /// Addresses and `localhost`, and these names.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self { names: names.into_iter().map(|n| n.to_ascii_lowercase()).collect() }
    }

    fn allow(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        let address = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        address.is_some_and(|h| h.parse::<Ipv6Addr>().is_ok())
            || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv4())
            || host == "localhost"
            || host.ends_with(".localhost")
            || self.names.iter().any(|name| name == host)
    }
}

/// Why a request gets no answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal(pub StatusCode, pub &'static str);

/// Whether somebody may ask for pages.
pub fn may_ask(hosts: &Hosts, headers: &HeaderMap, uri: &Uri) -> Result<(), Refusal> {
    let bad = Refusal(StatusCode::BAD_REQUEST, "The request must have one Host header.");
    let mut all = headers.get_all(HOST).iter();
    let (Some(host), None) = (all.next(), all.next()) else { return Err(bad) };
    let host = host.to_str().ok().and_then(name).ok_or(bad)?;
    // A request line with a whole URL has a host as well.
    let named = uri.authority().map(|a| a.host());
    if hosts.allow(host) && named.is_none_or(|n| hosts.allow(n)) {
        return Ok(());
    }
    Err(Refusal(
        StatusCode::FORBIDDEN,
        "This preview does not answer to that name. Start it with --allow-host NAME if it should.",
    ))
}

/// Whether somebody may listen for changes: only a page of this server.
pub fn may_listen(headers: &HeaderMap) -> Result<(), Refusal> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let own = match headers.get(ORIGIN) {
        None => true,
        Some(origin) => {
            let origin = origin.to_str().ok().and_then(|o| o.split_once("://"));
            origin.is_some_and(|(_, host)| text("host").is_some_and(|own| own.eq_ignore_ascii_case(host)))
        }
    };
    let site = text("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"));
    if own && site { Ok(()) } else { Err(Refusal(StatusCode::FORBIDDEN, "Only a page of this preview may listen.")) }
}

/// The name in a Host header, without the port.
fn name(host: &str) -> Option<&str> {
    let (name, port) = match host.rfind(']') {
        Some(end) if host.starts_with('[') => host.split_at(end + 1),
        Some(_) => return None,
        None => host.find(':').map_or((host, ""), |at| host.split_at(at)),
    };
    let port = port.strip_prefix(':').unwrap_or(port);
    let sound = !name.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) && !name.contains(['/', '@', ' ', '\\']);
    sound.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(host: &str) -> Option<u16> {
        let hosts = Hosts::new(["desk.example".to_string()]);
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().expect("a value"));
        may_ask(&hosts, &headers, &Uri::from_static("/")).err().map(|r| r.0.as_u16())
    }

    #[test]
    fn addresses_and_known_names_may_ask() {
        for host in
            ["localhost", "LOCALHOST:8300", "127.0.0.1:80", "[::1]:8300", "192.168.1.5", "a.localhost", "desk.example"]
        {
            assert_eq!(asked(host), None, "{host}");
        }
    }

    #[test]
    fn other_names_may_not() {
        for host in
            ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8300", "notlocalhost", "xlocalhost"]
        {
            assert_eq!(asked(host), Some(403), "{host}");
        }
        for host in ["", "a:b", "a@localhost", "[::1", "::1", "local/host", "localhost:80:80"] {
            assert!(matches!(asked(host), Some(400 | 403)), "{host}");
        }
    }
}
