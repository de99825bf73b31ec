//! URLs: the only place that builds, escapes, parses and vets them.
//!
//! A [`Url`] exists only in a form that every host reads alike: what `fetch` would rewrite (backslashes,
//! tabs, odd spellings of an address) or read differently (userinfo, escapes in the authority) is refused
//! here, and what is sent is written out from the parsed parts, never passed through.
//!
//! ```text
//! url       = ( "http" / "https" ) "://" authority [ path ] [ "?" query ]      a fragment is dropped
//! authority = ( name / IPv4 / "[" IPv6 "]" ) [ ":" port ]                      no userinfo
//! ```

mod address;
mod metadata;
pub(crate) mod private;

use crate::guard::{Guard, stands};
use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

pub use address::Address;

/// Plain or encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// `http`
    Http,
    /// `https`
    Https,
}

impl Scheme {
    /// The text before `://`.
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Scheme::Http => 80,
            Scheme::Https => 443,
        }
    }
}

/// Who a URL speaks to: the machine by name or by address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Machine {
    /// A name in lower case.
    Name(String),
    /// A literal address, whatever its spelling was.
    Literal(Address),
}

impl Machine {
    /// Parses what stands between `//` and the port. Fails with the reason.
    pub fn parse(text: &str) -> Result<Machine, &'static str> {
        if let Some(literal) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return address::parse_v6(literal).map(Machine::Literal).ok_or("its IPv6 address is not valid");
        }
        let name = text.to_ascii_lowercase();
        if name.is_empty() || name.len() > 253 {
            return Err("its domain is missing or too long");
        }
        if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) {
            return Err("its domain holds a character that is not allowed");
        }
        if name.split('.').any(str::is_empty) {
            return Err("its domain has an empty part");
        }
        if address::looks_like_v4(&name) {
            return address::parse_v4(&name).map(Machine::Literal).ok_or("its IPv4 address is not valid");
        }
        Ok(Machine::Name(name))
    }

    /// As it is written in a URL.
    fn text(&self) -> Cow<'_, str> {
        match self {
            Machine::Name(name) => Cow::Borrowed(name),
            Machine::Literal(address) => Cow::Owned(address.to_string()),
        }
    }

    /// Whether this is the machine that asks: `localhost` or a loopback address. Names below `localhost` are
    /// private, but not every resolver keeps them here.
    pub fn is_loopback(&self) -> bool {
        match self {
            Machine::Name(name) => name == "localhost",
            Machine::Literal(address) => address.is_loopback(),
        }
    }

    /// Whether only a private network can know it: loopback, an address that is not public, a name without
    /// a dot or in a zone that the public DNS does not hold; and every metadata service, which means something only to
    /// the machine that asks.
    pub fn is_private(&self) -> bool {
        match self {
            Machine::Name(name) => private::is_private(name) || metadata::is_name(name),
            Machine::Literal(address) => !address.is_public() || address.is_metadata(),
        }
    }

    /// See [`Address::is_metadata`].
    pub fn is_metadata(&self) -> bool {
        match self {
            Machine::Name(name) => metadata::is_name(name),
            Machine::Literal(address) => address.is_metadata(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

/// An absolute http or https URL. Its clones share it: a call, its requests and its answers each keep theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url(Rc<Parts>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    scheme: Scheme,
    machine: Machine,
    port: u16,
    /// Starts with `/`; printable ASCII.
    path: String,
    query: Option<String>,
}

impl Url {
    /// Parses an absolute URL. Fails with the reason, which quotes nothing of the text.
    pub fn parse(text: &str) -> Result<Url, &'static str> {
        let text = &*escaped(text)?;
        let (scheme, rest) = text.split_once("://").ok_or("it is not absolute")?;
        let scheme = [Scheme::Http, Scheme::Https]
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(scheme))
            .ok_or("its scheme is neither http nor https")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let (machine, port) = parse_authority(authority, scheme)?;
        let mut parts = Parts { scheme, machine, port, path: "/".to_owned(), query: None };
        parts.set_tail(tail);
        Ok(Url(Rc::new(parts)))
    }

    /// Resolves a reference (RFC 3986 section 4.2) against this URL: absolute, `//authority/path`, `/path` or
    /// `?query`. A path without a leading slash replaces the last segment. Fails with the reason.
    pub fn join(&self, reference: &str) -> Result<Url, &'static str> {
        let reference = &*escaped(reference)?;
        let reference = reference.split('#').next().unwrap_or_default();
        if reference.is_empty() {
            return Ok(self.clone());
        }
        if reference.starts_with("//") {
            return Url::parse(&format!("{}:{reference}", self.0.scheme.as_str()));
        }
        let before_path = reference.find(['/', '?']).unwrap_or(reference.len());
        if reference.get(..before_path).unwrap_or_default().contains(':') {
            return Url::parse(reference);
        }
        let path = &*self.0.path;
        let mut parts = (*self.0).clone();
        if reference.starts_with('/') {
            parts.set_tail(reference);
        } else if reference.starts_with('?') {
            parts.set_tail(&format!("{path}{reference}"));
        } else {
            let folder = path.rfind('/').and_then(|slash| path.get(..=slash)).unwrap_or("/");
            parts.set_tail(&format!("{folder}{reference}"));
        }
        Ok(Url(Rc::new(parts)))
    }

    /// A query of escaped parameters.
    pub fn query_of(params: &[(&str, &str)]) -> String {
        let mut query = String::new();
        for (name, value) in params {
            if !query.is_empty() {
                query.push('&');
            }
            query.push_str(name);
            query.push('=');
            escape_into(&mut query, value);
        }
        query
    }

    /// Adds a parameter to the query, escaped.
    pub fn push_param(&mut self, name: &str, value: &str) {
        let query = Rc::make_mut(&mut self.0).query.get_or_insert_default();
        if !query.is_empty() && !query.ends_with('&') {
            query.push('&');
        }
        query.push_str(name);
        query.push('=');
        escape_into(query, value);
    }

    /// The same place with another path below this one and no query. `tail` is made of references' parts,
    /// whose grammars leave nothing to escape but are escaped all the same.
    pub fn below(&self, tail: &str) -> Url {
        let mut path = self.0.path.trim_end_matches('/').to_owned();
        for segment in tail.split('/') {
            path.push('/');
            escape_into(&mut path, segment);
        }
        Url(Rc::new(Parts { path, query: None, ..(*self.0).clone() }))
    }

    /// The same place with another query, which was vetted as part of a URL before.
    pub fn with_query(mut self, query: &str) -> Url {
        Rc::make_mut(&mut self.0).query = Some(query.to_owned());
        self
    }

    /// The same place under the other scheme; the port stays.
    pub fn with_scheme(mut self, scheme: Scheme) -> Url {
        let parts = Rc::make_mut(&mut self.0);
        if parts.port == parts.scheme.default_port() {
            parts.port = scheme.default_port();
        }
        parts.scheme = scheme;
        self
    }

    /// The same path and query at another origin.
    pub fn at_origin_of(&self, other: &Url) -> Url {
        let Parts { path, query, .. } = (*self.0).clone();
        Url(Rc::new(Parts { path, query, ..(*other.0).clone() }))
    }

    /// Plain or encrypted.
    pub fn scheme(&self) -> Scheme {
        self.0.scheme
    }

    /// Who it speaks to.
    pub fn machine(&self) -> &Machine {
        &self.0.machine
    }

    /// The path, starting with a slash.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The query without its question mark.
    pub fn query(&self) -> Option<&str> {
        self.0.query.as_deref()
    }

    /// Whether scheme, machine and port are the same: secrets are sent to the same origin only. GHSA-vh4v-2xq2-g5cg
    /// compared names alone, so that another port of the machine was given the secret.
    pub fn same_origin(&self, other: &Url) -> bool {
        let (one, other) = (&self.0, &other.0);
        one.scheme == other.scheme && one.machine == other.machine && one.port == other.port
    }

    /// `machine[:port]`, as a registry's domain is written.
    pub fn authority(&self) -> String {
        let Parts { scheme, machine, port, .. } = &*self.0;
        let machine = machine.text();
        match *port == scheme.default_port() {
            true => machine.into_owned(),
            false => format!("{machine}:{port}"),
        }
    }

    /// `scheme://machine[:port]`: what an error may show. Paths and queries can carry signatures.
    pub fn origin(&self) -> String {
        [self.0.scheme.as_str(), "://", &self.authority()].concat()
    }
}

impl Parts {
    /// Takes path and query from what follows the authority.
    fn set_tail(&mut self, tail: &str) {
        let tail = tail.split('#').next().unwrap_or_default();
        let (path, query) = match tail.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (tail, None),
        };
        self.path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        self.query = query.map(str::to_owned);
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin())?;
        f.write_str(&self.0.path)?;
        if let Some(query) = &self.0.query {
            write!(f, "?{query}")?;
        }
        Ok(())
    }
}

/// The text with what RFC 3986 has no place for percent-encoded, as every client sends it: registries write
/// `realm="https://auth.example/token?service=Docker Registry"`. Refused is what a host would read differently than a
/// check does: hosts drop tabs and newlines, and read a backslash as a slash. No escape passes in an authority.
fn escaped(text: &str) -> Result<Cow<'_, str>, &'static str> {
    if text.bytes().any(|byte| byte.is_ascii_control() || byte == b'\\' || !byte.is_ascii()) {
        return Err("it holds a character that is not allowed in a URL");
    }
    if text.bytes().all(is_plain) {
        return Ok(Cow::Borrowed(text));
    }
    let mut escaped = String::new();
    for byte in text.bytes() {
        match is_plain(byte) {
            true => escaped.push(char::from(byte)),
            false => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    Ok(Cow::Owned(escaped))
}

/// Whether a character may stand somewhere in a URL as it is.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\\\"<>^`{|}".contains(&byte)
}

/// Whether a text can stand as a query as it is.
pub fn is_query(text: &str) -> bool {
    text.bytes().all(|byte| is_plain(byte) && byte != b'#')
}

fn parse_authority(authority: &str, scheme: Scheme) -> Result<(Machine, u16), &'static str> {
    if authority.contains('@') && stands(Guard::RealmUserinfo) {
        return Err("it carries a user name");
    }
    let colon =
        authority.rfind(':').filter(|colon| authority.rfind(']').is_none_or(|bracket| bracket < *colon));
    let (machine, port) = match colon {
        Some(colon) => {
            (authority.get(..colon).unwrap_or_default(), authority.get(colon + 1..).unwrap_or_default())
        }
        None => (authority, ""),
    };
    let port = match port {
        "" => scheme.default_port(),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok().filter(|port| *port != 0).ok_or("its port is not valid")?
        }
        _ => return Err("its port is not valid"),
    };
    Ok((Machine::parse(machine)?, port))
}

/// Percent-encodes everything but RFC 3986's unreserved characters, and `:` which digests contain.
fn escape_into(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                out.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0').to_ascii_uppercase());
            }
        }
    }
}
