//! Docker's sentences for a registry that refuses, or that cannot be reached.
//!
//! docker reads a tag from one endpoint after the other and drops an error on the way, which is why a registry's
//! refusal so often is `no such manifest`.

use crate::docker::words::documents;
use crate::error::{Code, Detail, Error};
use crate::http::url::{Machine, Scheme, Url};
use crate::reference::Reference;
use crate::registry::{Client, origin_of};

/// Puts words before the message.
pub(crate) fn prefixed(prefix: &str, error: Error) -> Error {
    let message = format!("{prefix}{}", error.message());
    error.with_message(&message)
}

/// Words a failure to read something of `reference`.
pub(crate) fn read(client: &Client, reference: &Reference, error: Error) -> Error {
    if let Some(message) = connection(client, reference, &error, true) {
        return error.with_message(&message);
    }
    if error.code() == Code::NotARegistry && error.status() == Some(200) {
        return error.with_message(&documents::unsupported("text/html"));
    }
    let Some(message) = answer(client, reference, "Get", &error) else { return error };
    if is_passed_over(&error, &message) {
        return missing(reference, error);
    }
    error.with_message(&message)
}

/// Words a failure to read a config.
pub(crate) fn read_config(client: &Client, reference: &Reference, error: Error) -> Error {
    match (error.code(), error.status(), error.detail("expected")) {
        (_, Some(404), _) => error.with_message("unknown blob"),
        (Code::DigestMismatch, _, Some(Detail::Text(expected))) => {
            let message = documents::config_mismatch(expected);
            error.with_message(&message)
        }
        _ => read(client, reference, error),
    }
}

/// What docker says when the registry has no such thing, or gives no reason.
fn missing(reference: &Reference, error: Error) -> Error {
    let message = format!("no such manifest: {}", reference.canonical());
    error.with_message(&message)
}

/// Words a failure to write; `prefix` says what docker was about to do, `verb` is Go's name of the request.
pub(crate) fn write(client: &Client, reference: &Reference, prefix: &str, verb: &str, error: Error) -> Error {
    if let Some(message) = connection(client, reference, &error, false) {
        return error.with_message(&message);
    }
    match answer(client, reference, verb, &error) {
        Some(message) => error.with_message(&format!("{prefix}{message}")),
        None => prefixed(prefix, error),
    }
}

/// The registry could not be spoken to at all. Only the first words can be docker's: the rest are Go's.
fn connection(client: &Client, reference: &Reference, error: &Error, reads: bool) -> Option<String> {
    let domain = reference.domain();
    if error.detail("cut").is_some() && error.code() == Code::Network {
        return Some("unexpected EOF".to_owned());
    }
    let tail = match error.code() {
        Code::PlainHttp if reads => return Some(format!("no such manifest: {}", reference.canonical())),
        Code::PlainHttp => "http: server gave HTTP response to HTTPS client".to_owned(),
        Code::ConnectionRefused if is_literal(domain) => {
            format!("dial tcp {domain}: connect: connection refused")
        }
        Code::ConnectionRefused
        | Code::HostNotFound
        | Code::TlsFailed
        | Code::CertificateInvalid
        | Code::ProxyRefused
        | Code::Timeout
        | Code::Network
            if error.status().is_none() =>
        {
            error.message().to_owned()
        }
        _ => return None,
    };
    if let Some(Detail::Text(origin)) = error.detail("origin") {
        let tail = error.message().strip_prefix(&format!("{origin}: ")).unwrap_or(&tail);
        return Some(format!("Get \"{origin}\": {tail}"));
    }
    // docker pushes to its own machine without asking for TLS.
    let is_local = Url::parse(&format!("https://{domain}/")).is_ok_and(|url| url.machine().is_loopback());
    let scheme = if is_local && !reads { Scheme::Http } else { Scheme::Https };
    let origin = origin_of(client, domain, scheme);
    Some(format!("failed to configure transport: error pinging v2 registry: Get \"{origin}/v2/\": {tail}"))
}

/// Whether Go dials the domain as it is written: an address and a port.
fn is_literal(domain: &str) -> bool {
    let Some((host, port)) = domain.rsplit_once(':') else { return false };
    port.parse::<u16>().is_ok()
        && match Machine::parse(host) {
            // Go takes addresses of four plain numbers only; others it looks up as names.
            Ok(Machine::Literal(address)) => host.starts_with('[') || address.to_string() == host,
            _ => false,
        }
}

/// What the registry, or its token service, answered.
fn answer(client: &Client, reference: &Reference, verb: &str, error: &Error) -> Option<String> {
    let url = || {
        let name = reference.digest().map(|digest| digest.as_str()).or(reference.tag()).unwrap_or("latest");
        format!(
            "{}/v2/{}/manifests/{name}",
            origin_of(client, reference.domain(), Scheme::Https),
            reference.path()
        )
    };
    if error.code() == Code::TokenInvalid && error.status().is_none() {
        let message = "authorization server did not include a token in the response";
        return Some(format!("{verb} \"{}\": {message}", url()));
    }
    let status = error.status()?;
    if error.detail("credentials") == Some(&Detail::Text("none".to_owned())) {
        return Some(format!("{verb} \"{}\": no basic auth credentials", url()));
    }
    let message = match error.detail("registryErrors") {
        Some(Detail::List(list)) => match list.as_slice() {
            [one] => one.clone(),
            several => several.iter().fold("errors:\n".to_owned(), |text, one| text + one + "\n"),
        },
        _ if status >= 500 => format!("received unexpected HTTP status: {status}{}", phrase(status)),
        _ => return None,
    };
    Some(if error.detail("tokenService").is_some() {
        format!("{verb} \"{}\": {message}", url())
    } else {
        message
    })
}

/// Whether docker goes on to its next endpoint, of which there is none: an error that says more than its code,
/// about authentication or about something that does not exist; and JSON without any error.
fn is_passed_over(error: &Error, message: &str) -> bool {
    let Some(Detail::List(list)) = error.detail("registryErrors") else { return false };
    let first = list.first().map(String::as_str).unwrap_or_default();
    let open = ["unauthorized: ", "manifest unknown: ", "name unknown: ", "error parsing HTTP "];
    // The words of a token service come wrapped, and a wrapped error stops docker.
    !message.starts_with("Get ") && open.iter().any(|start| first.starts_with(start))
}

/// The reason phrase that goes with a status.
fn phrase(status: u16) -> &'static str {
    match status {
        500 => " Internal Server Error",
        501 => " Not Implemented",
        502 => " Bad Gateway",
        503 => " Service Unavailable",
        504 => " Gateway Timeout",
        505 => " HTTP Version Not Supported",
        507 => " Insufficient Storage",
        508 => " Loop Detected",
        511 => " Network Authentication Required",
        _ => " ",
    }
}
