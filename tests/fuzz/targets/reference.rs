//! References: the canonical and the familiar text lead back to the same reference.

use multiarch::http::url::Url;
use multiarch::reference::{DOCKER_HUB, Reference};

use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] = &[
    "docker.io",
    "index.docker.io",
    "library",
    "localhost",
    ":5000",
    ":latest",
    "[::1]",
    "127.0.0.1",
    "registry.example",
    "@sha256:",
    "@sha512:",
    "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "__",
    "--",
    ".",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = seeds::texts("references", "input");
    seeds.truncate(1_500);
    seeds
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(input);
    let literal = Reference::parse_literal(&text);
    if let Ok(literal) = &literal {
        assert_eq!(literal.canonical(), text, "the grammar alone changes nothing");
    }
    let reference = match Reference::parse(&text) {
        Ok(reference) => reference,
        Err(error) => return kind_of(&error),
    };
    let canonical = reference.canonical();
    assert_eq!(Reference::parse(&canonical).as_ref(), Ok(&reference), "{canonical}");
    let familiar = reference.familiar();
    // Docker's own do not lead back either where a path of Docker Hub begins like a domain.
    let first = reference.path().split('/').next().unwrap();
    let is_like_domain = first.contains('.') || first == "localhost";
    if reference.domain() != DOCKER_HUB || !is_like_domain {
        assert_eq!(Reference::parse(&familiar).as_ref(), Ok(&reference), "{familiar}");
    }
    let tagged = reference.with_default_tag();
    assert!(tagged.tag().is_some() || tagged.digest().is_some());
    assert_eq!(reference.to_repository().canonical(), reference.name());
    if let Some(tag) = reference.tag() {
        assert_eq!(reference.to_repository().with_tag(tag).unwrap().tag(), Some(tag));
    }
    let has_domain = !reference.domain().is_empty();
    if has_domain && let Ok(url) = Url::parse(&format!("https://{}/", reference.domain())) {
        // What the registry's URL speaks to is what the reference names.
        let below = url.below(&format!("v2/{}/tags/list", reference.path()));
        assert_eq!(below.path(), format!("/v2/{}/tags/list", reference.path()));
    }
    let parts = [has_domain, reference.tag().is_some(), reference.digest().is_some(), literal.is_ok()];
    kind(&["reference", &format!("{parts:?}"), &reference.path().split('/').count().to_string()])
}
