//! [`Policy`]: the four ways to choose, by name.

use crate::error::{Code, Error, Result};

/// How an entry is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// containerd's `Only`, as in Docker, Kubernetes and BuildKit: the best of everything that the platform
    /// runs, `arm/v6` on `arm/v7` for instance. An entry without a platform is the last resort.
    #[default]
    Containerd,
    /// containerd's `OnlyStrict`: equality after normalisation. An entry without a platform is the last resort.
    Strict,
    /// crane and oras: the first entry that satisfies every field that was given, nothing normalised. An
    /// entry without a platform counts as `linux/amd64`.
    First,
    /// containers/image, as in Podman and Skopeo: the best of a list of variants, zstd before gzip. An entry
    /// without a platform is the last resort in an OCI index.
    Podman,
}

const POLICIES: &[(&str, Policy)] = &[
    ("containerd", Policy::Containerd),
    ("strict", Policy::Strict),
    ("first", Policy::First),
    ("podman", Policy::Podman),
];

impl Policy {
    /// Every policy, the default first.
    pub const ALL: &[Policy] = &[Policy::Containerd, Policy::Strict, Policy::First, Policy::Podman];

    /// The policy of that name: `containerd`, `strict`, `first` or `podman`. Fails with `OPTION_INVALID`.
    pub fn parse(name: &str) -> Result<Policy> {
        POLICIES.iter().find(|(known, _)| *known == name).map(|(_, policy)| *policy).ok_or_else(|| {
            Error::new(Code::OptionInvalid, format!("\"{name}\" is not a selection policy"))
                .with_hint("Use containerd, strict, first or podman.")
                .with_detail("policy", name)
        })
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        POLICIES.iter().find(|(_, policy)| *policy == self).map_or("", |(name, _)| name)
    }

    /// Whether a chosen entry without a platform stands only if [`accepts`](crate::selection::accepts) takes the platform in its config.
    pub fn checks_config(self) -> bool {
        matches!(self, Policy::Containerd | Policy::Strict)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn policies_have_names() {
        for (name, policy) in POLICIES {
            assert_eq!(Policy::parse(name).unwrap(), *policy);
            assert_eq!(policy.as_str(), *name);
        }
        assert_eq!(Policy::parse("docker").unwrap_err().code(), Code::OptionInvalid);
    }
}
