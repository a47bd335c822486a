//! HTTP as bytes on a socket: what a test wants to send may be no HTTP at all.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long an answer may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status, 0 if the connection was closed without one.
    pub status: u16,
    /// Names in small letters, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A connection to a server.
pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect_timeout(&address, PATIENCE).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
    stream
}

/// Sends bytes and reads one answer.
pub fn send(address: SocketAddr, request: &[u8]) -> Answer {
    let mut stream = connect(address);
    // The server may have hung up before all of a bad request was sent.
    let _ = stream.write_all(request);
    read(&mut BufReader::new(stream), request.starts_with(b"HEAD"))
}

/// Asks for a path, with more header lines.
pub fn ask(address: SocketAddr, method: &str, path: &str, headers: &[&str]) -> Answer {
    let more: String = headers.iter().map(|h| format!("{h}\r\n")).collect();
    let host = if headers.iter().any(|h| h.starts_with("Host:")) { "" } else { "Host: localhost\r\n" };
    send(address, format!("{method} {path} HTTP/1.1\r\n{host}Connection: close\r\n{more}\r\n").as_bytes())
}

/// Asks for a path.
pub fn get(address: SocketAddr, path: &str) -> Answer {
    ask(address, "GET", path, &[])
}

/// Posts JSON and reads JSON: what a WebDriver speaks.
pub fn json(
    address: SocketAddr,
    method: &str,
    path: &str,
    body: &serde_json::Value,
) -> Result<serde_json::Value, String> {
    let body = if method == "POST" { body.to_string() } else { String::new() };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let answer = send(address, request.as_bytes());
    let value: serde_json::Value =
        serde_json::from_slice(&answer.body).map_err(|e| format!("{e}: {}", answer.text()))?;
    if answer.status == 200 { Ok(value["value"].clone()) } else { Err(value["value"]["message"].to_string()) }
}

/// Reads one answer; `head` if it has no body whatever it says.
pub fn read(stream: &mut BufReader<TcpStream>, head: bool) -> Answer {
    let mut answer = Answer { status: 0, headers: Vec::new(), body: Vec::new() };
    let mut line = String::new();
    if stream.read_line(&mut line).unwrap_or(0) == 0 {
        return answer;
    }
    answer.status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    loop {
        line.clear();
        if stream.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            answer.headers.push((name.to_ascii_lowercase(), value.trim().to_string()));
        }
    }
    let length = answer.header("content-length").and_then(|l| l.parse::<u64>().ok());
    match length {
        _ if head || answer.status == 304 => {}
        Some(length) => drop(stream.take(length).read_to_end(&mut answer.body)),
        None => drop(stream.read_to_end(&mut answer.body)),
    }
    answer
}
