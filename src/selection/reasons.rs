//! What a policy makes of one entry, and the sentences that say why.

use crate::descriptor::Descriptor;

/// What a policy makes of one entry: where it stands among those that match (smaller is better, equal keeps
/// the order of the index), or `None`; and why.
pub(super) struct Verdict {
    pub(super) order: Option<(usize, usize)>,
    pub(super) reason: String,
}

impl Verdict {
    pub(super) fn matches(order: (usize, usize), reason: String) -> Verdict {
        Verdict { order: Some(order), reason }
    }

    pub(super) fn fails(reason: String) -> Verdict {
        Verdict { order: None, reason }
    }
}

/// The order of an entry without a platform: behind everything that has one.
pub(super) const LAST: usize = usize::MAX;

/// Builders mark what belongs to an image without being one as `unknown/unknown`; BuildKit says what it is.
pub(super) fn no_image(entry: &Descriptor) -> String {
    match entry.is_attestation() {
        true => "an attestation: unknown/unknown".to_owned(),
        false => "marked as no image: unknown/unknown".to_owned(),
    }
}

/// Says how one field differs; an empty text stands for "none".
pub(super) fn differs(field: &str, have: &str, want: &str) -> String {
    match (have, want) {
        ("", want) => format!("has no {field}, not {want}"),
        (have, "") => format!("{field} is {have}, not none"),
        (have, want) => format!("{field} is {have}, not {want}"),
    }
}

/// `arm/v7`, or `arm` where there is no variant.
pub(super) fn machine(architecture: &str, variant: &str) -> String {
    if variant.is_empty() { architecture.to_owned() } else { format!("{architecture}/{variant}") }
}
