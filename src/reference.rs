//! [`Reference`]: the text that names an image: `alpine`, `ghcr.io/owner/app:1.2@sha256:…`.
//!
//! Source: distribution/reference 0.6. The grammar and its checks are in `grammar`, what an error says in
//! `fault`.
//!
//! A first component that could be either is the domain. [`Reference::parse`] first applies Docker Hub's
//! rules, which decide that from the text before the first slash.

mod fault;
mod grammar;

use std::fmt;

use crate::digest::Digest;
use crate::error::Result;
use crate::text::lowercase::is_lowercase;

use fault::Fault;
use grammar::{Parsed, check_tag};

/// The domain that stands for Docker Hub, and that a reference without a domain has.
pub const DOCKER_HUB: &str = "docker.io";

/// Where Docker Hub keeps the images that have no owner.
const LIBRARY: &str = "library/";

/// A name with an optional tag and an optional digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    domain: String,
    path: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

impl Reference {
    /// Parses by Docker's rules: `alpine` is `docker.io/library/alpine`. Adds no tag. The domain is empty for
    /// a text like `foo_bar.com/baz`, whose first component looks like a domain and cannot be one.
    ///
    /// Fails with `REFERENCE_INVALID`, details `reference` and `reason`: `reference-invalid-format`,
    /// `name-is-identifier-64-hex`, `repository-name-must-be-lowercase`, `name-contains-uppercase`,
    /// `name-empty`, `name-too-long`, `digest-invalid-format`, `digest-invalid-length` or
    /// `digest-unsupported`.
    pub fn parse(text: &str) -> Result<Reference> {
        normalizing(text).map_err(|fault| fault.into_error(text))
    }

    /// Parses by the grammar alone: `foo/bar` has the domain `foo`, `alpine` has none. Fails as
    /// [`Reference::parse`] does.
    pub fn parse_literal(text: &str) -> Result<Reference> {
        grammar::parse(text).map(Reference::from).map_err(|fault| fault.into_error(text))
    }

    /// The registry's domain, with its port: `docker.io`, `localhost:5000`.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The repository inside the registry: `library/alpine`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The tag, if there is one.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, if there is one.
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// Domain and path: `docker.io/library/alpine`.
    pub fn name(&self) -> String {
        if self.domain.is_empty() { self.path.clone() } else { [&self.domain, "/", &self.path].concat() }
    }

    /// The shortest text that means the same: `alpine:3.20`.
    pub fn familiar(&self) -> String {
        if self.domain != DOCKER_HUB {
            return self.canonical();
        }
        let path = match self.path.strip_prefix(LIBRARY) {
            Some(rest) if !rest.contains('/') => rest,
            _ => &self.path,
        };
        self.completed(path.to_owned())
    }

    /// The whole text: `docker.io/library/alpine:3.20@sha256:…`.
    pub fn canonical(&self) -> String {
        self.completed(self.name())
    }

    fn completed(&self, mut text: String) -> String {
        if let Some(tag) = &self.tag {
            text.push(':');
            text.push_str(tag);
        }
        if let Some(digest) = &self.digest {
            text.push('@');
            text.push_str(digest.as_str());
        }
        text
    }

    /// The same with the tag `latest`, if there is neither tag nor digest.
    #[must_use]
    pub fn with_default_tag(&self) -> Reference {
        let mut reference = self.clone();
        if reference.digest.is_none() {
            reference.tag.get_or_insert_with(|| "latest".to_owned());
        }
        reference
    }

    /// The same with that digest; a tag stays.
    #[must_use]
    pub fn with_digest(&self, digest: &Digest) -> Reference {
        Reference { tag: self.tag.clone(), digest: Some(digest.clone()), ..self.to_repository() }
    }

    /// The same with that tag; a digest stays. Fails with `REFERENCE_INVALID`.
    pub fn with_tag(&self, tag: &str) -> Result<Reference> {
        check_tag(tag).map_err(|fault| fault.into_error(&format!("{}:{tag}", self.name())))?;
        Ok(Reference { tag: Some(tag.to_owned()), ..self.clone() })
    }

    /// The name alone, without tag and digest.
    #[must_use]
    pub fn to_repository(&self) -> Reference {
        Reference { domain: self.domain.clone(), path: self.path.clone(), tag: None, digest: None }
    }
}

/// The canonical text.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.canonical())
    }
}

/// Docker Hub's rules, then the grammar.
fn normalizing(text: &str) -> Result<Reference, Fault> {
    if text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(Fault::identifier(text));
    }
    let (domain, mut rest) = match text.split_once('/') {
        Some(("index.docker.io", rest)) => (DOCKER_HUB, rest.to_owned()),
        Some((first, rest)) if first == "localhost" || first.contains(['.', ':']) || !is_lowercase(first) => {
            (first, rest.to_owned())
        }
        _ => (DOCKER_HUB, text.to_owned()),
    };
    if domain == DOCKER_HUB && !rest.contains('/') {
        rest.insert_str(0, LIBRARY);
    }
    let name = rest.split(':').next().unwrap_or_default();
    if !is_lowercase(name) {
        return Err(Fault::uppercase_name(name));
    }
    grammar::parse(&[domain, "/", &rest].concat()).map(Reference::from)
}

impl From<Parsed> for Reference {
    fn from(Parsed { domain, path, tag, digest }: Parsed) -> Reference {
        Reference { domain, path, tag, digest }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::digest::Algorithm;
    use crate::error::Code;

    fn message(text: &str) -> String {
        Reference::parse(text).unwrap_err().message().to_owned()
    }

    #[test]
    fn messages_name_the_part() {
        assert_eq!(
            message("foo:-x"),
            "\"foo:-x\" is not a reference: invalid reference format: the tag \"-x\" has to be 1 to 128 of A-Z a-z 0-9 _ . -, not starting with . or -"
        );
        assert!(message("foo/a..b").contains("the part \"a..b\" has to be"));
        assert!(message("foo//b").ends_with("a part of the path between slashes is empty"));
        assert!(message("foo@sha256:123").ends_with("the digest \"sha256:123\" has to be algorithm:encoded"));
        let short = format!("foo@sha256:{}", "a".repeat(40));
        assert!(
            message(&short)
                .ends_with("invalid checksum digest length: 40 digits do not make a sha256 digest")
        );
    }

    #[test]
    fn hints_know_the_common_mistakes() {
        let hint = |text: &str| Reference::parse(text).unwrap_err().hint().to_owned();
        assert_eq!(hint("https://ghcr.io/a/b"), "Leave the scheme out: write ghcr.io/a/b.");
        assert_eq!(hint("alpine "), "Remove the space around it.");
        assert!(hint("Alpine").starts_with("Write domain and path in lower case"));
        assert_eq!(hint("a..b"), Code::ReferenceInvalid.hint());
    }

    #[test]
    fn tag_and_digest_can_be_exchanged() {
        let digest = Digest::of(Algorithm::Sha256, b"");
        let plain = Reference::parse("alpine").unwrap();
        assert_eq!(plain.with_default_tag().canonical(), "docker.io/library/alpine:latest");
        let pinned = plain.with_tag("3.20").unwrap().with_digest(&digest);
        assert_eq!(pinned.familiar(), format!("alpine:3.20@{digest}"));
        assert_eq!(pinned.with_default_tag(), pinned);
        assert_eq!(plain.with_digest(&digest).with_default_tag().tag(), None);
        assert_eq!(pinned.to_repository(), plain);
        assert_eq!(plain.with_tag(".x").unwrap_err().code(), Code::ReferenceInvalid);
    }

    #[test]
    fn bracketed_hosts() {
        for good in ["[::1]/foo", "[::1]:5000/foo", "[:]/foo", "[1::2::3]:0/foo:tag"] {
            assert!(Reference::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "[::1]",
            "[]/foo",
            "[::1]:/foo",
            "[::1]x/foo",
            "[fe80::1%eth0]/foo",
            "[::ffff:1.2.3.4]/foo",
            "[::1/foo",
        ] {
            assert!(Reference::parse(bad).is_err(), "{bad}");
        }
    }
}
