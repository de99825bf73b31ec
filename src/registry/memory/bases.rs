//! The base URL of each registry, with the scheme that it turned out to speak.

use crate::http::url::Url;
use crate::registry::memory::bounded::Bounded;

/// Base URLs by the registry's domain.
#[derive(Default)]
pub(crate) struct Bases(Bounded<String, Url>);

impl Bases {
    /// The base URL of a registry, once it has answered there.
    pub(crate) fn get(&self, domain: &str) -> Option<Url> {
        self.0.get(domain)
    }

    /// Remembers the base URL of a registry; the first one found stays.
    pub(crate) fn remember(&self, domain: &str, base: &Url) {
        if !self.0.has(domain) {
            self.0.keep(domain.to_owned(), base.clone());
        }
    }
}
