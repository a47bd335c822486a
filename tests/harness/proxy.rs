//! A proxy between a client and a real server: it hands requests on as they are, with their `Host` and all else that may be
//! signed, and lets the way there fail as it is told. Each connection is for one request, so that a cut cuts one.

use super::http::PATIENCE;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How a request goes wrong.
#[derive(Clone)]
pub enum Fault {
    /// The server never hears of it, and this is the answer.
    Instead(String),
    /// The server does it, and this is the answer all the same.
    Though(String),
    /// The connection is cut before the server hears of it.
    Cut,
    /// The connection is cut after the server has done it.
    CutAfter,
    /// The connection is cut when the server has heard half of it.
    CutInside,
    /// The server never hears of it, and no answer comes.
    Stall,
    /// The server does it, and the answer ends in its middle.
    Truncated,
    /// The server does it, then this happens, then the connection is cut.
    Then(Arc<dyn Fn() + Send + Sync>),
}

type Script = Box<dyn FnMut(usize, &str) -> Option<Fault> + Send>;

#[derive(Default)]
struct State {
    asked: usize,
    script: Option<Script>,
}

/// The proxy.
#[derive(Clone)]
pub struct Proxy {
    /// Where it answers.
    pub address: SocketAddr,
    server: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// An answer as it goes over the wire: status, more header lines, body.
pub fn answer(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}", body.len())
}

impl Proxy {
    /// Starts one before a server.
    pub fn before(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let proxy = Self { address, server, state: Arc::default() };
        let listening = proxy.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let proxy = listening.clone();
                std::thread::spawn(move || proxy.relay(stream));
            }
        });
        proxy
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets requests go wrong: told the number of the request since now, from 0, and its first line. What it does itself
    /// is done before the request is handed on.
    pub fn fail(&self, script: impl FnMut(usize, &str) -> Option<Fault> + Send + 'static) {
        *self.state() = State { asked: 0, script: Some(Box::new(script)) };
    }

    /// Lets everything go well again; how many requests there were since the last word.
    pub fn heal(&self) -> usize {
        std::mem::take(&mut *self.state()).asked
    }

    fn relay(&self, client: TcpStream) -> Option<()> {
        client.set_read_timeout(Some(PATIENCE)).ok()?;
        let mut input = BufReader::new(client);
        let mut head = String::new();
        let mut length = 0;
        loop {
            let before = head.len();
            input.read_line(&mut head).ok().filter(|n| *n > 0)?;
            let line = head[before..].trim_end().to_ascii_lowercase();
            match line.split_once(':') {
                Some(("content-length", value)) => length = value.trim().parse().ok()?,
                // One request for each connection, at both ends.
                Some(("connection", _)) => head.truncate(before),
                _ if line.is_empty() => break,
                _ => {}
            }
        }
        head.insert_str(head.len() - 2, "Connection: close\r\n");
        let mut request = head.clone().into_bytes();
        let start = request.len();
        request.resize(start + length, 0);
        input.read_exact(&mut request[start..]).ok()?;
        let fault = {
            let mut state = self.state();
            let number = state.asked;
            state.asked += 1;
            let line = head.lines().next().unwrap_or("").to_string();
            state.script.as_mut().and_then(|script| script(number, &line))
        };
        let mut client = input.into_inner();
        let done = |client: &mut TcpStream, bytes: &[u8]| {
            let _ = client.write_all(bytes);
            let _ = client.shutdown(Shutdown::Both);
        };
        match fault {
            None => done(&mut client, &self.ask(&request)?),
            Some(Fault::Instead(answer)) => done(&mut client, answer.as_bytes()),
            Some(Fault::Though(answer)) => {
                self.ask(&request)?;
                done(&mut client, answer.as_bytes());
            }
            Some(Fault::Cut) => {}
            Some(Fault::CutAfter) => drop(self.ask(&request)?),
            Some(Fault::CutInside) => {
                // Where there is no body, in the middle of its head.
                let half = if length > 0 { start + length / 2 } else { start / 2 };
                TcpStream::connect(self.server).ok()?.write_all(&request[..half]).ok()?;
            }
            Some(Fault::Stall) => {
                // Until nobody waits any longer.
                client.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
                let _ = client.read(&mut [0]);
            }
            Some(Fault::Truncated) => {
                let answer = self.ask(&request)?;
                let body = answer.windows(4).position(|w| w == b"\r\n\r\n").map_or(0, |at| at + 4);
                let end = if answer.len() > body { body + (answer.len() - body) / 2 } else { body / 2 };
                done(&mut client, &answer[..end]);
            }
            Some(Fault::Then(what)) => {
                self.ask(&request)?;
                what();
            }
        }
        Some(())
    }

    /// What the server answers, all of it.
    fn ask(&self, request: &[u8]) -> Option<Vec<u8>> {
        let mut server = TcpStream::connect(self.server).ok()?;
        server.set_read_timeout(Some(PATIENCE)).ok()?;
        server.write_all(request).ok()?;
        let mut answer = Vec::new();
        server.read_to_end(&mut answer).ok()?;
        Some(answer)
    }
}
