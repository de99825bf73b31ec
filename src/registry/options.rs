//! How a client goes about its calls.

use crate::http::retry::Retry;

/// Which registries may be spoken to in plain http. Loopback ones always may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Insecure {
    /// No other.
    #[default]
    None,
    /// All of them.
    All,
    /// These domains, written as in a reference, with their port.
    Domains(Vec<String>),
}

impl Insecure {
    pub(crate) fn covers(&self, domain: &str) -> bool {
        match self {
            Insecure::None => false,
            Insecure::All => true,
            Insecure::Domains(domains) => domains.iter().any(|known| known.eq_ignore_ascii_case(domain)),
        }
    }
}

/// Whether registries in private networks may be asked, and what leads there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PrivateAddresses {
    /// All.
    #[default]
    Any,
    /// Those that [`Options::registries`] names, and realms that [`Options::trusted_realms`] names.
    Listed,
    /// None.
    None,
}

/// How a client goes about its calls.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which registries may be spoken to in plain http.
    pub insecure: Insecure,
    /// The registries that may be asked, as [`crate::registry::trust::registry_entry`] gives them; all where it is absent.
    pub registries: Option<Vec<String>>,
    /// Whether private networks may be asked.
    pub private: PrivateAddresses,
    /// Further token services that may see credentials: `domain`, `domain:port` or an origin with its scheme.
    pub trusted_realms: Vec<String>,
    /// Further origins that a registry may have the content of uploads sent to, without any secret; written as
    /// realms are.
    pub upload_origins: Vec<String>,
    /// The `User-Agent`; the host's own where it is absent.
    pub user_agent: Option<String>,
    /// The URL of a proxy that speaks for every registry below `<via>/<domain>/v2/`. It gets no credentials.
    pub via: Option<String>,
    /// How often a request is sent, and how long a registry may make it wait.
    pub retry: Retry,
    /// How many requests to one origin are under way at most, 16 where nothing is said.
    pub concurrency: Option<u32>,
}
