//! The scheme that each registry turned out to speak.

use crate::http::url::Scheme;
use crate::registry::memory::bounded::Bounded;

/// Schemes by the registry's domain.
#[derive(Default)]
pub(crate) struct Schemes(Bounded<String, Scheme>);

impl Schemes {
    /// The scheme of a registry, once it is known.
    pub(crate) fn get(&self, domain: &str) -> Option<Scheme> {
        self.0.get(&domain.to_owned())
    }

    /// Remembers the scheme of a registry; the first one found stays.
    pub(crate) fn remember(&self, domain: &str, scheme: Scheme) {
        if self.get(domain).is_none() {
            self.0.keep(domain.to_owned(), scheme);
        }
    }
}
