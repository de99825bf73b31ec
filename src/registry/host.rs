//! What a client needs of its host: HTTP, a clock, an observer, credentials, and a hash.

use crate::digest::Digest;
use crate::error::Result;
use crate::http::host::{Clock, Observer, Transport};
use crate::registry::credentials::Credentials;

/// What the host's user decides about registries: whether one may be asked, and with which credentials.
#[allow(async_fn_in_trait)]
pub trait Keyring {
    /// Whether a client on this host has a proxy (`via`) always. Then nothing of the binary authenticates, follows redirects
    /// or finds out which scheme a registry speaks: the proxy does.
    const IS_PROXIED: bool = false;

    /// Whether the registry of a domain, in lower case, may be asked at all.
    async fn allows(&self, _domain: &str) -> Result<bool> {
        Ok(true)
    }

    /// The credentials for `registry` (a domain as in [`crate::reference::Reference::domain`], `docker.io`
    /// for Docker Hub), or none. `repository` and `actions` say what for.
    async fn credentials(
        &self,
        registry: &str,
        repository: Option<&str>,
        actions: &[&str],
    ) -> Result<Option<Credentials>>;

    /// The same after the registry has refused what was found, where the host may know newer ones by now; from then on
    /// it finds those. None, or the same again, where there are none.
    async fn newer_credentials(
        &self,
        _registry: &str,
        _repository: Option<&str>,
        _actions: &[&str],
    ) -> Result<Option<Credentials>> {
        Ok(None)
    }
}

/// Hashes, where the host does so faster than this crate.
pub trait Hasher {
    /// The SHA-256 of bytes; none where this crate has to compute it.
    fn sha256(&self, _bytes: &[u8]) -> Option<Digest> {
        None
    }
}

/// Everything that a client needs from its host.
pub trait Host: Transport + Clock + Keyring + Observer + Hasher {}

impl<T: Transport + Clock + Keyring + Observer + Hasher> Host for T {}
