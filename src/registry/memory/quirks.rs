//! Quirks: how registries differ from the specification, where knowing it saves a request that is bound to fail.

use crate::registry::memory::bounded::Bounded;

/// How a registry differs from the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quirk {
    /// It takes no blob in one piece.
    Chunked,
    /// It does not answer to `?tag=`.
    OneTag,
    /// It refuses HEAD for a manifest that it gives to a GET.
    NoHead,
}

/// Quirks by the registry's domain.
#[derive(Default)]
pub(crate) struct Quirks(Bounded<(String, Quirk), ()>);

impl Quirks {
    /// Whether a registry is known to have this quirk.
    pub(crate) fn has(&self, domain: &str, quirk: Quirk) -> bool {
        self.0.has(&(domain.to_owned(), quirk))
    }

    /// Remembers that a registry has this quirk.
    pub(crate) fn remember(&self, domain: &str, quirk: Quirk) {
        self.0.keep((domain.to_owned(), quirk), ());
    }
}
