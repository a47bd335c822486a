//! What is not sent, whoever asks: dot-files, things that look like keys, more deletions than somebody meant.

use super::failure::Failure;
use super::plan::{Action, Plan};

/// Files of which a deploy may always delete as many.
const FEW: usize = 20;

/// Dot-files that hosts read.
const DOT_FILES: &[&str] = &[".nojekyll", ".htaccess", ".well-known"];

const NAMES: &[&str] = &["id_rsa", "id_dsa", "id_ecdsa", "id_ed25519", "credentials", "htpasswd"];
const ENDINGS: &[&str] = &["pem", "key", "p12", "pfx", "ppk", "jks", "keystore", "kdbx", "env", "tfstate"];

/// Why a file of that name should not be sent, if it should not.
pub fn by_name(path: &str) -> Option<&'static str> {
    let dotted = path.split('/').enumerate().any(|(depth, part)| {
        let known = depth == 0 && DOT_FILES.contains(&part);
        part.starts_with('.') && !known
    });
    if dotted {
        return Some("is a dot-file");
    }
    if path.contains(char::is_control) {
        return Some("has a control character in its name");
    }
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let key = NAMES.contains(&name.as_str()) || ending.is_some_and(|e| ENDINGS.contains(&e));
    key.then_some("has the name of a key or of credentials")
}

/// Why a file with that content should not be sent, if it should not. A page about keys may show the first line of one;
/// what follows it in a real one does not occur in prose.
pub fn by_content(bytes: &[u8]) -> Option<&'static str> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    const END: &[u8] = b"PRIVATE KEY-----";
    /// Characters of Base64: no key has fewer.
    const BODY: usize = 64;
    let mut rest = bytes;
    while let Some(at) = find(rest, BEGIN) {
        rest = &rest[at + BEGIN.len()..];
        let Some(end) = find(&rest[..rest.len().min(60)], END) else { continue };
        let body = rest[end + END.len()..].iter().filter(|b| !b.is_ascii_whitespace());
        if body.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')).count() >= BODY {
            return Some("holds a private key");
        }
    }
    let mut rest = bytes;
    while let Some(at) = find(rest, b"aws_secret_access_key") {
        rest = &rest[at + 21..];
        let value = rest.iter().skip_while(|b| matches!(b, b' ' | b'=' | b':' | b'"' | b'\''));
        if value.take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/')).count() >= 40 {
            return Some("holds a secret key of AWS");
        }
    }
    None
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    // One comparison per byte: pages are small, and most have no such letter sequence at all.
    bytes.windows(what.len()).position(|window| window == what)
}

/// What is wrong with sending these files, all at once.
pub fn files<'a>(found: impl Iterator<Item = (&'a str, &'static str)>) -> Result<(), Failure> {
    const SHOWN: usize = 10;
    let found: Vec<String> = found.map(|(path, why)| format!("{path} {why}")).collect();
    if found.is_empty() {
        return Ok(());
    }
    let what = if found.len() == 1 { "a file".to_string() } else { format!("{} files", found.len()) };
    let help = "take it out of the site, or name its path in `allow` of the target, in site.toml";
    let failure = Failure::refused(format!("nothing was sent: {what} of the output should not be public"), help);
    let failure = found.iter().take(SHOWN).fold(failure, |f, line| f.note(line.clone()));
    Err(match found.len().saturating_sub(SHOWN) {
        0 => failure,
        more => failure.note(format!("and {more} more")),
    })
}

/// Whether a plan deletes more than a share of what is there.
pub fn deletions(plan: &Plan, there: usize, share: f64) -> Result<(), Failure> {
    let removed = plan.of(Action::Remove).count();
    if removed <= FEW || removed as f64 <= there as f64 * share {
        return Ok(());
    }
    let percent = share * 100.0;
    let message =
        format!("nothing was sent: {removed} of the target's {there} files would be deleted, more than {percent:.0} %");
    let help = "look at them with --dry-run; if they are to go, deploy with --allow-deletes";
    Err(Failure::refused(message, help))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for path in [".env", "a/.git/config", "a/.htaccess", "x/.well-known/y", "server.pem", "deep/ID_RSA", "prod.env"]
        {
            assert!(by_name(path).is_some(), "{path}");
        }
        for path in
            ["index.html", ".nojekyll", ".htaccess", ".well-known/security.txt", "monkey/index.html", "a.b/c.key.html"]
        {
            assert_eq!(by_name(path), None, "{path}");
        }
    }

    #[test]
    fn contents() {
        let body = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ\nC7VJTUt9Us8cKjMzEfYyji\n";
        let key = format!("text\n-----BEGIN RSA PRIVATE KEY-----\n{body}");
        assert!(by_content(key.as_bytes()).is_some());
        assert_eq!(by_content(b"<p>A file with -----BEGIN PRIVATE KEY----- in it was found.</p>"), None);
        assert_eq!(by_content(format!("-----BEGIN CERTIFICATE-----\n{body}").as_bytes()), None);
        let secret = format!("aws_secret_access_key = {}", "x".repeat(40));
        assert!(by_content(secret.as_bytes()).is_some());
        assert_eq!(by_content(b"set aws_secret_access_key in the environment"), None);
    }
}
