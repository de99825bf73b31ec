//! The policy `first`.
//!
//! Source: go-containerregistry `Platform.Satisfies`, which oras shares. Nothing is normalised.

use crate::platform::Platform;
use crate::selection::reasons::{Verdict, differs};

/// Every field that was given has to be there: equal texts, and every os feature.
pub(super) fn judge(wanted: &Platform, platform: &Platform) -> Verdict {
    let fields = [
        ("os", &platform.os, &wanted.os),
        ("architecture", &platform.architecture, &wanted.architecture),
        ("variant", &platform.variant, &wanted.variant),
        ("os version", &platform.os_version, &wanted.os_version),
    ];
    if let Some((field, have, want)) = fields.iter().find(|(_, have, want)| !want.is_empty() && have != want)
    {
        return Verdict::fails(differs(field, have, want));
    }
    if let Some(feature) = wanted.os_features.iter().find(|feature| !platform.os_features.contains(feature)) {
        return Verdict::fails(format!("lacks the os feature {feature}"));
    }
    let reason = if platform == wanted {
        format!("{platform} is the platform asked for")
    } else {
        format!("{platform} has everything asked for with {wanted}")
    };
    Verdict::matches((0, 0), reason)
}

/// An entry without a platform counts as `linux/amd64`.
pub(super) fn judge_absent(wanted: &Platform) -> Verdict {
    let assumed =
        Platform { os: "linux".to_owned(), architecture: "amd64".to_owned(), ..Platform::default() };
    let mut verdict = judge(wanted, &assumed);
    verdict.reason = match verdict.order {
        Some(_) => "carries no platform, which counts as linux/amd64".to_owned(),
        None => format!("carries no platform, which counts as linux/amd64: {}", verdict.reason),
    };
    verdict
}
