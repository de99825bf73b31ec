//! What an answer that is no success means.
//!
//! Source: distribution-spec "Error Codes". Registries stray from it: bodies are HTML pages, JSON escaped as
//! HTML, empty, or say `{"message"}`, `{"details"}`, `{"error"}`. So the status decides first, and the body
//! adds the registry's own words.

use crate::error::{Code, Error};
use crate::guard::{Guard, stands};
use crate::http::message::Headers;
use crate::json::{self, Value};
use crate::limits::ERROR_SHOWN;
use crate::reference::Reference;
use crate::registry::answer::docker_words;
use crate::text::base64;
use crate::text::printable::printable;

/// How the codes of `multiarch/proxy` begin, when it refuses by itself: the registry was not asked, or its answer was not
/// passed on. No registry has such a code.
const OF_PROXY: &str = "PROXY_";

/// What was asked, for the message and for a 404.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'a> {
    /// Who answered.
    pub(crate) registry: &'a str,
    /// What was asked for, `manifest latest` for instance.
    pub(crate) what: &'a str,
    /// What a 404 means.
    pub(crate) missing: Code,
}

/// An answer that is no success.
pub(crate) struct Refusal<'a> {
    /// Its status.
    pub(crate) status: u16,
    /// Its headers.
    pub(crate) headers: &'a Headers,
    /// What could be read of its body.
    pub(crate) body: &'a [u8],
    /// The secret that the request carried.
    pub(crate) authorization: Option<&'a str>,
    /// How often the request was sent.
    pub(crate) attempts: u32,
    /// How long the registry asks to get no request, in milliseconds.
    pub(crate) retry_after_ms: Option<u64>,
}

/// The registry's own words, safe to print and cut to size.
#[derive(Default)]
pub(crate) struct Words {
    code: Option<String>,
    message: Option<String>,
}

/// Whether this is a page for people: by its type, or by how it starts.
pub(crate) fn is_page(headers: &Headers, body: &[u8]) -> bool {
    let kind = headers.get("content-type").unwrap_or_default().trim_start();
    let begins = |with: &str| kind.get(..with.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(with));
    begins("text/html")
        || begins("application/xhtml")
        || body.iter().find(|byte| !byte.is_ascii_whitespace() && !b"\xef\xbb\xbf".contains(byte))
            == Some(&b'<')
}

/// Whether an answer says that it is JSON, as a registry's own refusals do.
pub(crate) fn is_json(headers: &Headers) -> bool {
    let kind = headers.get("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    kind == "application/json" || kind.ends_with("+json")
}

/// The error for a page where a registry was expected.
pub(crate) fn page(subject: Subject<'_>, status: u16) -> Error {
    let message = format!("{} answered with a web page instead of {}", subject.registry, subject.what);
    Error::new(Code::NotARegistry, message).with_status(status)
}

/// The error that an answer stands for that is no success.
pub(crate) fn error(subject: Subject<'_>, refusal: &Refusal<'_>) -> Error {
    let Refusal { status, headers, body, authorization, .. } = *refusal;
    let page = is_page(headers, body);
    let words = if page { Words::default() } else { words(body, &secrets(authorization)) };
    let by_proxy = words.code.as_deref().is_some_and(|code| code.starts_with(OF_PROXY));
    let code = match status {
        _ if by_proxy => Code::ViaRefused,
        401 => Code::Unauthorized,
        403 => Code::Denied,
        429 => Code::TooManyRequests,
        408 | 425 | 500..=599 => Code::RegistryUnavailable,
        _ if page => Code::NotARegistry,
        404 if words.code.as_deref() == Some("NAME_UNKNOWN") => Code::NameUnknown,
        404 => subject.missing,
        _ => match words.code.as_deref() {
            Some("UNAUTHORIZED") => Code::Unauthorized,
            Some("DENIED") => Code::Denied,
            Some("TOOMANYREQUESTS") => Code::TooManyRequests,
            _ => Code::RegistryError,
        },
    };
    let mut message = match by_proxy {
        true => {
            format!("the proxy answered {status} and did not give {} of {}", subject.what, subject.registry)
        }
        false => format!("{} answered {status} when asked for {}", subject.registry, subject.what),
    };
    for part in [&words.code, &words.message].into_iter().flatten() {
        message.push_str(": ");
        message.push_str(part);
    }
    let mut error = Error::new(code, message).with_status(status);
    if let Some(code) = words.code {
        error = error.with_detail("registryCode", code);
    }
    if let Some(message) = words.message {
        error = error.with_detail("registryMessage", message);
    }
    let secrets = secrets(authorization);
    let sentences: Vec<String> = docker_words::of(status, headers, body)
        .into_iter()
        .map(|text| secrets.iter().fold(text, |text, secret| text.replace(secret, "[redacted]")))
        .collect();
    if !sentences.is_empty() {
        error = error.with_detail("registryErrors", sentences);
    }
    if refusal.attempts > 1 {
        error = error.with_detail("attempts", u64::from(refusal.attempts));
    }
    match refusal.retry_after_ms {
        Some(wait) => error.with_detail("retryAfterMs", wait),
        None => error,
    }
}

/// Whether an answer says that the registry does not do what it was asked to do, rather than that it may not be done.
/// "Not supported" has many spellings, and 400, 404 and 406 say it about what the specification lets a registry leave
/// out only: an answer to any other request must not be taken for it.
pub(crate) fn is_unsupported(error: &Error) -> bool {
    matches!(error.status(), Some(400 | 404 | 405 | 406 | 410 | 411 | 415 | 422)) || is_not_implemented(error)
}

/// Whether an answer says so in a way that can mean nothing else.
pub(crate) fn is_not_implemented(error: &Error) -> bool {
    error.status() == Some(501) || error.detail("registryCode") == Some(&"UNSUPPORTED".into())
}

/// Says which reference an error is about, unless it knows already.
pub(crate) fn about(reference: &Reference, error: Error) -> Error {
    error.with_registry(reference.domain()).with_reference(&reference.canonical())
}

fn words(body: &[u8], secrets: &[String]) -> Words {
    let shown = |text: &str| shown(text, secrets);
    let unescaped;
    let root = match json::parse(body) {
        Ok(root) => root,
        Err(_) => {
            // Nexus escapes its JSON as if it stood in a page.
            let text = String::from_utf8_lossy(body);
            unescaped = text.replace("&#34;", "\"").replace("&quot;", "\"").replace("&amp;", "&");
            match json::parse(unescaped.as_bytes()) {
                Ok(root) => root,
                Err(_) => return Words { code: None, message: plain_text(&text).and_then(shown) },
            }
        }
    };
    let first = root.stated("errors").and_then(|errors| errors.elements().next());
    let problem = first.unwrap_or(root);
    let error = problem.stated("error");
    let text =
        |value: Option<Value<'_>>| value.and_then(|value| value.string()).and_then(|text| shown(&text));
    Words {
        code: text(problem.stated("code")).or_else(|| text(error.and_then(|error| error.stated("code")))),
        message: text(problem.stated("message"))
            .or_else(|| text(error.and_then(|error| error.stated("message"))))
            .or_else(|| text(error))
            .or_else(|| text(problem.stated("details")))
            .or_else(|| text(problem.stated("detail")))
            .or_else(|| problem.stated("details").and_then(|details| shown(details.text()))),
    }
}

/// A short line of plain text is worth showing; anything else is noise.
fn plain_text(text: &str) -> Option<&str> {
    let is_line = !text.contains("\u{fffd}") && !text.trim_start().starts_with(['{', '[']);
    (text.len() <= ERROR_SHOWN && is_line).then_some(text)
}

/// What an `Authorization` value gives away: its token, and the password inside of Basic. A registry may echo it as a
/// text, as it stands in JSON, without the blanks around it, or line by line.
fn secrets(authorization: Option<&str>) -> Vec<String> {
    let Some((scheme, token)) = authorization.and_then(|value| value.split_once(' ')) else {
        return Vec::new();
    };
    let pair =
        base64::decode(token).filter(|_| scheme == "Basic").and_then(|pair| String::from_utf8(pair).ok());
    let password = pair.as_deref().and_then(|pair| pair.split_once(':')).map(|(_, password)| password);
    let mut secrets = Vec::new();
    for secret in [Some(token), password].into_iter().flatten() {
        for part in [secret, secret.trim()].into_iter().chain(secret.lines().map(str::trim)) {
            let quoted = json::quote(part);
            let inside = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            secrets.extend([Some(part), inside].into_iter().flatten().map(str::to_owned));
        }
    }
    // Shorter ones stand in any text by chance.
    secrets.retain(|secret| secret.len() >= 4 && stands(Guard::Echo));
    secrets.dedup();
    secrets
}

/// Without the secrets that the answer may echo, cleaned, and cut last, so that a cut never splits what an
/// escape became or leaves half a secret.
fn shown(text: &str, secrets: &[String]) -> Option<String> {
    let text = secrets.iter().fold(text.trim().to_owned(), |text, secret| text.replace(secret, "[redacted]"));
    let text = if stands(Guard::Printable) { printable(&text) } else { text.as_str().into() };
    let end = text
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take_while(|end| *end <= ERROR_SHOWN || !stands(Guard::ErrorSize))
        .last()?;
    let mut cut = text.get(..end)?.to_owned();
    if end < text.len() {
        cut.push('…');
    }
    Some(cut)
}
