//! Where the server can be reached.

use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr, TcpListener, ToSocketAddrs};

/// How many ports are tried after the one that was asked for.
const NEXT: u16 = 30;

/// Listens at every address of a host, at the first port from `port` on that is free.
pub fn at(host: &str, port: u16) -> io::Result<(Vec<TcpListener>, u16)> {
    let mut last = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for port in (0..=NEXT).filter_map(|n| port.checked_add(n)) {
        match bind(host, port) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => last = error,
            other => return other,
        }
    }
    Err(last)
}

fn bind(host: &str, port: u16) -> io::Result<(Vec<TcpListener>, u16)> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let mut addresses: Vec<SocketAddr> = (host, port).to_socket_addrs()?.collect();
    if host == "localhost" {
        // Browsers try both.
        addresses = vec![([127, 0, 0, 1], port).into(), (Ipv6Addr::LOCALHOST, port).into()];
    }
    let mut addresses = addresses.into_iter();
    let first = addresses.next().ok_or(io::ErrorKind::AddrNotAvailable)?;
    let listener = TcpListener::bind(first)?;
    let port = listener.local_addr()?.port();
    let mut listeners = vec![listener];
    for mut address in addresses {
        address.set_port(port);
        match TcpListener::bind(address) {
            Ok(listener) => listeners.push(listener),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Err(error),
            // A machine without IPv6.
            Err(_) => {}
        }
    }
    Ok((listeners, port))
}

/// A host as a link to it is written.
pub fn shown(host: &str) -> String {
    match host.parse::<IpAddr>() {
        Ok(ip) if ip.is_unspecified() => "localhost".to_string(),
        Ok(IpAddr::V6(ip)) => format!("[{ip}]"),
        _ => host.to_string(),
    }
}
