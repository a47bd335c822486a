//! Programs of this machine that deploys are done with: started, fed, and what they say made sense of.

use super::failure::Failure;
use std::io::{Read, Write};
use std::process::{Command, ExitStatus, Stdio};

/// What a program said.
pub struct Said {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output.
    pub out: Vec<u8>,
    /// The last lines of its standard error, for people.
    pub err: String,
    /// All lines of it.
    pub errors: Vec<String>,
}

/// Runs a program to its end, with these bytes as its standard input.
pub fn run(command: &mut Command, input: &[u8]) -> Result<Said, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let spawned = command
        // What it says is looked at, so it must say it in one language.
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let failed = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::NotFound => {
            Failure::new(format!("the program `{name}` is not installed"), format!("install {name}, then deploy again"))
        }
        _ => Failure::new(format!("the program `{name}` cannot be run: {e}"), "check that it works by itself"),
    };
    let mut child = spawned.map_err(failed)?;
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    let mut out = Vec::new();
    let mut err = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            if let Some(mut stdin) = stdin {
                // A program that ends early says why itself.
                let _ = stdin.write_all(input);
            }
        });
        scope.spawn(|| stderr.map(|mut stderr| stderr.read_to_end(&mut err)));
        child.stdout.take().map(|mut stdout| stdout.read_to_end(&mut out))
    });
    let status = child.wait().map_err(failed)?;
    let text = String::from_utf8_lossy(&err);
    Ok(Said { status, out, err: last_lines(&text), errors: text.lines().map(str::to_string).collect() })
}

/// What a program says in the end is what matters; passwords in addresses do not belong into a report.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let last: Vec<String> = lines[lines.len().saturating_sub(4)..].iter().map(|line| without_password(line)).collect();
    last.join("; ")
}

fn without_password(line: &str) -> String {
    let words = line.split(' ').map(|word| match word.contains("://") {
        true => without_user(word),
        false => word.chars().filter(|c| !c.is_control()).collect(),
    });
    words.collect::<Vec<String>>().join(" ")
}

/// An address without the user and the password before its host. An `@` further on is a part of its path.
pub fn without_user(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return address.to_string() };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    format!("{scheme}://{}{path}", host.rsplit('@').next().unwrap_or(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_left_out() {
        let said = "fatal: could not read from 'x'\nremote: https://me:secret@git.example/news.git is no repository\n";
        let shown = last_lines(said);
        assert!(!shown.contains("secret") && shown.contains("https://git.example/news.git"), "{shown}");
    }

    #[test]
    fn only_what_stands_before_the_host_is_a_user() {
        for (address, shown) in [
            ("https://me:se@cret@git.example/a@b/news.git", "https://git.example/a@b/news.git"),
            ("https://git.example/@me/news", "https://git.example/@me/news"),
            ("git@git.example:me/news", "git@git.example:me/news"),
            ("'https://me:secret@git.example'", "'https://git.example'"),
        ] {
            assert_eq!(without_user(address), shown);
        }
    }
}
