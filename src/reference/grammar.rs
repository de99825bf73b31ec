//! The grammar of references.
//!
//! ```text
//! reference = name [ ":" tag ] [ "@" digest ]
//! name      = [ domain "/" ] path
//! domain    = host [ ":" 1*DIGIT ]
//! host      = label *( "." label ) | "[" 1*( HEX | ":" ) "]"
//! label     = ALNUM [ *( ALNUM | "-" ) ALNUM ]
//! path      = component *( "/" component )                                       at most 255 bytes
//! component = 1*LOWER *( separator 1*LOWER )                                     LOWER = a-z 0-9
//! separator = "." | "_" | "__" | 1*"-"
//! tag       = ( ALNUM | "_" ) *127( ALNUM | "_" | "." | "-" )
//! digest    = algorithm ":" 32*HEX                                               then as in `digest`
//! algorithm = ALPHA *ALNUM *( ( "+" | "." | "_" | "-" ) ALPHA *ALNUM )
//! ```

use crate::digest::{Algorithm, Digest};
use crate::limits;
use crate::reference::fault::Fault;
use crate::text::lowercase::lowercase;

/// What a reference says, without a normalisation.
pub(super) struct Parsed {
    pub(super) domain: String,
    pub(super) path: String,
    pub(super) tag: Option<String>,
    pub(super) digest: Option<Digest>,
}

/// Parses by the grammar. Of several faults the one that distribution/reference reports wins: form, then length, then
/// digest.
pub(super) fn parse(text: &str) -> Result<Parsed, Fault> {
    if text.is_empty() {
        return Err(Fault::empty());
    }
    let parts = split(text)
        .map_err(|fault| if split(&lowercase(text)).is_ok() { Fault::uppercase() } else { fault })?;
    if parts.path.len() > limits::PATH_BYTES {
        return Err(Fault::too_long(parts.path.len()));
    }
    Ok(Parsed {
        domain: parts.domain.to_owned(),
        path: parts.path.to_owned(),
        tag: parts.tag.map(str::to_owned),
        digest: parts.digest.map(check_digest).transpose()?,
    })
}

struct Parts<'a> {
    domain: &'a str,
    path: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

/// Splits by form alone. No separator is ambiguous: `@` stands before the digest only, and a colon behind the
/// last slash of the rest before the tag only.
fn split(text: &str) -> Result<Parts<'_>, Fault> {
    let (rest, digest) = match text.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (text, None),
    };
    let last = rest.rfind('/').map_or(0, |slash| slash + 1);
    let colon = rest.get(last..).and_then(|component| component.find(':')).map(|colon| last + colon);
    let (name, tag) = match colon.and_then(|colon| rest.split_at_checked(colon)) {
        Some((name, tag)) => (name, tag.strip_prefix(':')),
        None => (rest, None),
    };
    let (domain, path) = match name.split_once('/') {
        Some((first, path)) if is_domain(first) => (first, path),
        _ => ("", name),
    };
    if let Some(component) = path.split('/').find(|component| !is_component(component)) {
        return Err(Fault::component(component));
    }
    tag.map(check_tag).transpose()?;
    if digest.is_some_and(|digest| !is_digest_form(digest)) {
        return Err(Fault::digest_form(digest.unwrap_or_default()));
    }
    Ok(Parts { domain, path, tag, digest })
}

fn is_domain(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((address, port)) => {
                let valid = !address.is_empty()
                    && address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
                return valid && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
            }
            None => return false,
        },
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    host.split('.').all(is_label) && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

fn is_component(text: &str) -> bool {
    let is_lower = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9');
    let is_separator = |separator: &[u8]| {
        matches!(separator, b"." | b"_" | b"__") || separator.iter().all(|byte| *byte == b'-')
    };
    let bytes = text.as_bytes();
    bytes.first().copied().is_some_and(is_lower)
        && bytes.last().copied().is_some_and(is_lower)
        && bytes.split(|byte| is_lower(*byte)).all(is_separator)
}

pub(super) fn check_tag(tag: &str) -> Result<(), Fault> {
    let first = tag.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let rest = tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    if first && rest && tag.len() <= limits::TAG_CHARS { Ok(()) } else { Err(Fault::tag(tag)) }
}

/// The loose form: what is a digest by it may still fail [`check_digest`].
fn is_digest_form(text: &str) -> bool {
    let Some((algorithm, encoded)) = text.split_once(':') else {
        return false;
    };
    let is_part = |part: &str| {
        part.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    algorithm.split(['+', '.', '_', '-']).all(is_part)
        && encoded.len() >= 32
        && encoded.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// References name content to fetch, so their digest has to be of an algorithm that can be verified.
fn check_digest(text: &str) -> Result<Digest, Fault> {
    let (algorithm, encoded) = text.split_once(':').unwrap_or_default();
    if Algorithm::parse(algorithm).is_err() {
        // A registered algorithm is lower case, and so has an unknown one to be.
        let upper = algorithm.bytes().any(|byte| byte.is_ascii_uppercase());
        return Err(if upper {
            Fault::digest_format(algorithm)
        } else {
            Fault::digest_unsupported(algorithm)
        });
    }
    Digest::parse(text).map_err(|error| {
        if error.detail("reason") == Some(&"digest-invalid-length".into()) {
            Fault::digest_length(algorithm, encoded.len())
        } else {
            Fault::digest_format(encoded)
        }
    })
}
