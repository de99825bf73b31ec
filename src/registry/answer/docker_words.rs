//! What distribution's client, and docker with it, would say about a refusal.
//!
//! The registry's list of errors decides: an error that says no more than its code becomes the code alone,
//! `manifest unknown`; any other `code: message`. An OAuth error in the challenge comes first. Statuses from
//! 500 and below 400 have no sentence here; only their number is shown.

use crate::http::message::Headers;
use crate::json::{self, Value, go, quote};
use crate::limits::ERROR_SHOWN;
use crate::registry::challenge;

/// Codes with the message that distribution gives them.
const CODES: &[(&str, &str)] = &[
    ("UNKNOWN", "unknown error"),
    ("UNSUPPORTED", "The operation is unsupported."),
    ("UNAUTHORIZED", "authentication required"),
    ("DENIED", "requested access to the resource is denied"),
    ("UNAVAILABLE", "service unavailable"),
    ("TOOMANYREQUESTS", "too many requests"),
    ("DIGEST_INVALID", "provided digest did not match uploaded content"),
    ("SIZE_INVALID", "provided length did not match content length"),
    ("NAME_INVALID", "invalid repository name"),
    ("TAG_INVALID", "manifest tag did not match URI"),
    ("NAME_UNKNOWN", "repository name not known to registry"),
    ("MANIFEST_UNKNOWN", "manifest unknown"),
    ("MANIFEST_INVALID", "manifest invalid"),
    ("MANIFEST_UNVERIFIED", "manifest failed signature verification"),
    ("MANIFEST_BLOB_UNKNOWN", "blob unknown to registry"),
    ("BLOB_UNKNOWN", "blob unknown to registry"),
    ("BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry"),
    ("BLOB_UPLOAD_INVALID", "blob upload invalid"),
    ("PAGINATION_NUMBER_INVALID", "invalid number of results requested"),
];

/// One sentence for each error of the answer; none for a status that is not from 400 to 499.
pub(crate) fn of(status: u16, headers: &Headers, body: &[u8]) -> Vec<String> {
    if !(400..500).contains(&status) {
        return Vec::new();
    }
    let mut sentences: Vec<String> = challenged(status, headers).into_iter().collect();
    match parsed(status, headers, body) {
        Parsed::Sentences(list) => sentences.extend(list),
        Parsed::Nothing(_) if status == 401 && sentences.is_empty() => {
            sentences.push("unauthorized: authentication required".to_owned());
        }
        Parsed::Nothing(why) => sentences
            .push(format!("error parsing HTTP {status} response body: {why}: {}", quote(&text(body)))),
    }
    sentences
}

/// What the body of an answer says.
enum Parsed {
    Sentences(Vec<String>),
    /// JSON in which no error can be found, and why.
    Nothing(String),
}

fn parsed(status: u16, headers: &Headers, body: &[u8]) -> Parsed {
    let kind = headers.get("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    let by_status = |message: &str| {
        let code = match status {
            401 => "unauthorized",
            403 => "denied",
            429 => "toomanyrequests",
            _ => "unknown",
        };
        Parsed::Sentences(vec![format!("{code}: {message}")])
    };
    if kind != "application/json" && kind != "application/vnd.api+json" {
        return by_status(&text(body));
    }
    let root = match json::parse(body) {
        Ok(root) => root,
        Err(error) => {
            return Parsed::Nothing(go::error(body).unwrap_or_else(|| error.message().to_owned()));
        }
    };
    if let Some(details) = string(root, "details") {
        return by_status(&text(details.as_bytes()));
    }
    let errors: Vec<String> =
        root.stated("errors").into_iter().flat_map(Value::elements).map(sentence).collect();
    match errors.is_empty() {
        true => Parsed::Nothing("no error details found in HTTP response body".to_owned()),
        false => Parsed::Sentences(errors),
    }
}

fn sentence(error: Value<'_>) -> String {
    let stated = string(error, "code").unwrap_or_default();
    let known = CODES.iter().find(|(code, _)| *code == stated);
    let (code, usual) = known.copied().unwrap_or(("UNKNOWN", "unknown error"));
    let words = code.to_ascii_lowercase().replace('_', " ");
    let message = string(error, "message").unwrap_or_default();
    let is_bare = error.stated("detail").is_none() && (message.is_empty() || message == usual);
    if is_bare { words } else { format!("{words}: {}", text(message.as_bytes())) }
}

/// RFC 6750 section 3.1: why a token was not taken.
fn challenged(status: u16, headers: &Headers) -> Option<String> {
    if status != 401 {
        return None;
    }
    let challenges = challenge::parse(headers.get("www-authenticate")?).ok()?;
    let bearer = challenges.iter().filter(|challenge| challenge.scheme == "bearer");
    bearer.into_iter().find_map(|challenge| {
        let (code, usual) = match challenge.param("error")? {
            "invalid_token" => ("unauthorized", "authentication required"),
            "insufficient_scope" => ("denied", "requested access to the resource is denied"),
            _ => return None,
        };
        Some(format!("{code}: {}", challenge.param("error_description").unwrap_or(usual)))
    })
}

fn string(object: Value<'_>, name: &str) -> Option<String> {
    object.stated(name)?.string().map(std::borrow::Cow::into_owned).filter(|text| !text.is_empty())
}

/// What is shown of a body.
fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..ERROR_SHOWN).unwrap_or(body)).into_owned()
}
