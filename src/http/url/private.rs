//! Names that exist only inside of a network.

/// Zones that the public DNS does not hold, each with who says so.
const ZONES: &[&str] = &[
    "localhost",   // RFC 6761 section 6.3
    "test",        // RFC 6761 section 6.2
    "local",       // RFC 6762 section 3
    "home.arpa",   // RFC 8375
    "internal",    // reserved by ICANN's board on 2024-07-29; RFC 6762 appendix G
    "corp",        // never given out, by ICANN's board on 2018-02-04; RFC 6762 appendix G
    "home",        // the same two
    "intranet",    // RFC 6762 appendix G
    "lan",         // RFC 6762 appendix G
    "private",     // RFC 6762 appendix G
    "localdomain", // draft-chapin-additional-reserved-tlds; what many systems call their own domain
];

/// Zones like these whose names have many owners: Kubernetes' services, which a cluster finds below its search domains.
const SHARED: &[&str] = &["svc"];

/// Whether only a private network can know a name.
pub(crate) fn is_private(name: &str) -> bool {
    zone_of(name).is_some() || SHARED.iter().any(|zone| is_below(name, zone))
}

/// The zone of a name that only a private network can know: one of the list, or for a name without a dot the empty one.
/// None for a name that the internet may know.
pub(crate) fn zone_of(name: &str) -> Option<&'static str> {
    match name.contains('.') {
        true => ZONES.iter().find(|zone| is_below(name, zone)).copied(),
        false => Some(""),
    }
}

/// Whether a name lies below a suffix: `a.example` below `example`.
pub(crate) fn is_below(name: &str, suffix: &str) -> bool {
    name.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'))
}
