//! What a host's failure to send means.
//!
//! Every host words it differently: Node has codes (`ECONNREFUSED` in the cause of a "fetch failed"), Bun has
//! its own, Deno and workerd have sentences from their TLS and socket layers, browsers tell nothing. One
//! table reads all of them; what no row knows is `NETWORK`.

use crate::error::{Code, Error};

/// Codes are compared whole; a trailing `*` stands for any rest. First match wins.
const CODES: &[(&str, Code)] = &[
    ("ABORT_ERR", Code::Aborted),
    ("UND_ERR_ABORTED", Code::Aborted),
    ("ECONNREFUSED", Code::ConnectionRefused),
    ("ConnectionRefused", Code::ConnectionRefused), // Bun
    ("ENOTFOUND", Code::HostNotFound),
    ("EAI_*", Code::HostNotFound),
    ("FailedToOpenSocket", Code::HostNotFound), // Bun
    ("DNS*", Code::HostNotFound),
    ("ERR_SSL_WRONG_VERSION_NUMBER", Code::PlainHttp),
    ("ERR_SSL_PACKET_LENGTH_TOO_LONG", Code::PlainHttp),
    ("ERR_SSL_HTTP_REQUEST", Code::PlainHttp),
    ("ERR_SSL_*", Code::TlsFailed),
    ("ERR_TLS_*", Code::TlsFailed),
    ("CERT_*", Code::TlsFailed),
    ("CRL_*", Code::TlsFailed),
    ("DEPTH_ZERO_SELF_SIGNED_CERT", Code::TlsFailed),
    ("SELF_SIGNED_CERT_IN_CHAIN", Code::TlsFailed),
    ("UNABLE_TO_*", Code::TlsFailed),
    ("HOSTNAME_MISMATCH", Code::TlsFailed),
    ("INVALID_CA", Code::TlsFailed),
    ("INVALID_PURPOSE", Code::TlsFailed),
    ("ETIMEDOUT", Code::Timeout),
    ("ESOCKETTIMEDOUT", Code::Timeout),
    ("ConnectionTimeout", Code::Timeout), // Bun
    ("UND_ERR_*_TIMEOUT", Code::Timeout),
    ("TIMEOUT_ERR", Code::Timeout),
    // This package's own fetch for Node.
    ("ERR_ADDRESS_REFUSED", Code::AddressRefused),
    ("ERR_CERTIFICATE_FILE", Code::CertificateInvalid),
    ("ERR_CONTENT_CODING", Code::ResponseInvalid),
    ("ERR_PROXY_TUNNEL", Code::ProxyRefused),
];

/// OpenSSL's code for the alert of a server that was shown no certificate (RFC 8446 section 6.2).
const NO_CERTIFICATE: &str = "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED";

/// Parts of a message in lower case. First match wins: the plain-http rows are special cases of TLS failures.
const PHRASES: &[(&str, Code)] = &[
    ("connection refused", Code::ConnectionRefused),
    ("err_connection_refused", Code::ConnectionRefused),
    ("econnrefused", Code::ConnectionRefused),
    ("actively refused it", Code::ConnectionRefused), // Windows
    ("unable to connect. is the computer able to access the url", Code::ConnectionRefused), // Bun
    ("enotfound", Code::HostNotFound),
    ("dns error", Code::HostNotFound),         // Deno
    ("dns lookup failed", Code::HostNotFound), // workerd
    ("failed to lookup address", Code::HostNotFound),
    ("name or service not known", Code::HostNotFound),
    ("nodename nor servname", Code::HostNotFound),
    ("err_name_not_resolved", Code::HostNotFound),
    ("wrong version number", Code::PlainHttp),
    ("packet length too long", Code::PlainHttp),
    ("invalidcontenttype", Code::PlainHttp),     // Deno
    ("err_ssl_protocol_error", Code::PlainHttp), // Chromium where it tells
    ("certificate", Code::TlsFailed),
    ("unknownissuer", Code::TlsFailed),
    ("tls handshake", Code::TlsFailed),
    ("ssl routines", Code::TlsFailed),
    ("timed out", Code::Timeout),
    ("operation was aborted", Code::Aborted),
];

/// How hosts without codes word a connection that broke: parts of a message in lower case.
const BROKEN: &[&str] = &[
    "connection reset",
    "connection closed", // Deno
    "connection error",  // Deno
    "broken pipe",
    "unexpected end of file",
    "network connection lost",          // workerd
    "the socket connection was closed", // Bun
];

/// What only hosts say that are no browsers, where they do not say what broke.
const NO_BROWSER: &[&str] = &[
    "internal error; reference", // workerd
    "error sending request",     // Deno
];

/// For hosts without rules about origins: the hint of [`Code::Network`] is about those, as a browser does not say more.
const HINT_BROKEN: &str =
    "The connection broke: try again. If that lasts, look at what lies between (a proxy, a firewall).";

/// Classifies a rejection of the host: `name` of the error, `code` of it or of its innermost cause, and all
/// messages of the chain. Each may be empty. The message is quoted without queries, which may hold signatures.
pub fn network_error(name: &str, code: &str, message: &str) -> Error {
    let lower = message.to_ascii_lowercase();
    let kind = match name {
        "AbortError" => Code::Aborted,
        "TimeoutError" => Code::Timeout,
        _ => CODES
            .iter()
            .find(|(pattern, _)| matches(pattern, code))
            .or_else(|| PHRASES.iter().find(|(phrase, _)| lower.contains(phrase)))
            .map_or(Code::Network, |(_, kind)| *kind),
    };
    let what = match kind {
        Code::Aborted => "the call was aborted",
        Code::Timeout => "the registry did not answer in time",
        Code::ConnectionRefused => "the connection was refused",
        Code::HostNotFound => "the domain has no address",
        Code::PlainHttp => "the registry does not speak TLS",
        Code::TlsFailed if code == NO_CERTIFICATE => "the registry wants a client certificate",
        Code::TlsFailed => "no trusted TLS connection could be made",
        Code::AddressRefused => "the registry names a place that must not be asked",
        Code::CertificateInvalid => "a certificate that is kept for the registry cannot be used",
        Code::ProxyRefused => "the proxy does not carry the request",
        Code::ResponseInvalid => "the answer cannot be decoded",
        _ => "the request did not get through",
    };
    let said = without_queries(message);
    let mut text = what.to_owned();
    if !said.is_empty() && kind != Code::Aborted {
        text.push_str(": ");
        text.extend(said.chars().take(200));
    }
    let mut error = Error::new(kind, text);
    if code == NO_CERTIFICATE {
        error = error.with_hint(
            "Give nodeFetch the client certificate and its key (cert, key), or keep both in docker's certs.d.",
        );
    }
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
    let is_broken = code.is_empty() && says(BROKEN);
    if kind == Code::Network && (!code.is_empty() || is_broken || says(NO_BROWSER)) {
        error = error.with_hint(HINT_BROKEN);
    }
    match code {
        "" if is_broken => error.with_detail("cause", "ECONNRESET"),
        "" => error,
        code => error.with_detail("cause", code),
    }
}

fn matches(pattern: &str, code: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => {
            code.len() >= start.len() + end.len() && code.starts_with(start) && code.ends_with(end)
        }
        None => pattern == code,
    }
}

/// Drops everything from a question mark to the end of that word.
fn without_queries(message: &str) -> String {
    let mut inside = false;
    message
        .chars()
        .filter(|character| {
            inside = match character {
                '?' => true,
                ' ' | ')' | '"' | '\'' | '>' | '\n' => false,
                _ => inside,
            };
            !inside
        })
        .collect()
}
