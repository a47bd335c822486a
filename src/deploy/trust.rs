//! Whose word is believed that a server is who it says: the authorities that browsers know, or those of a file that the user
//! names in `SSL_CERT_FILE`, as with other programs, for a network or a store with an authority of its own.

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// The variable that names the file.
pub const VARIABLE: &str = "SSL_CERT_FILE";

/// The settings for TLS; `file` is what the variable says.
///
/// Errors: a file that cannot be read, or without a certificate in it.
pub fn tls(file: Option<&str>) -> Result<TlsConfig, String> {
    let Some(file) = file else { return Ok(TlsConfig::default()) };
    let text = std::fs::read(file).map_err(|e| format!("{file}, which {VARIABLE} names, cannot be read: {e}"))?;
    let certificates: Vec<Certificate<'static>> = parse_pem(&text)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    match certificates.is_empty() {
        true => Err(format!("{file}, which {VARIABLE} names, has no certificate in it")),
        false => Ok(TlsConfig::builder().root_certs(RootCerts::new_with_certs(&certificates)).build()),
    }
}
