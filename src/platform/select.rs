//! Choosing an entry of an index for a platform: four named policies, and the reason for every entry.
//!
//! Tools disagree about what a machine should pull from the same index, so each policy is a faithful copy of
//! one of them. A policy here judges the entries of one index by their descriptors. Two things need more
//! than that and are left to whoever fetches: an index inside the index is selected from in its turn, and an
//! entry without a platform is judged by its config with [`accepts`], where [`Policy::checks_config`] says so.

mod absent;
mod compatible;
mod first;
mod podman;

use crate::descriptor::{Descriptor, Listed};
use crate::error::{Code, Error, Result};
use crate::media_type::Family;
use crate::platform::Platform;
use crate::printable::shown;

pub use absent::not_found;

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

    /// Whether a chosen entry without a platform stands only if [`accepts`] takes the platform in its config.
    pub fn checks_config(self) -> bool {
        matches!(self, Policy::Containerd | Policy::Strict)
    }
}

/// What a choice depends on besides the platform asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// How an entry is chosen.
    pub policy: Policy,
    /// The machine that asks. `containerd` and `strict` put its os where an entry leaves the os empty; without
    /// a host such an entry matches nothing.
    pub host: Option<&'a Platform>,
    /// Whether the entries come from a Docker manifest list. `podman` takes an entry without a platform, and
    /// looks at annotations, in an OCI index only.
    pub docker_list: bool,
}

/// One entry of the index and what the policy makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The entry's position in the index.
    pub index: usize,
    /// 0 for the best; `None` for an entry that does not match.
    pub rank: Option<usize>,
    /// Why, as a short sentence without an end mark, safe to print.
    pub reason: String,
}

/// What a policy makes of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The policy that chose.
    pub policy: Policy,
    /// The position of the entry of rank 0.
    pub chosen: Option<usize>,
    /// Every entry: the chosen one first, then by rank, then the rest in the order of the index.
    pub candidates: Vec<Candidate>,
}

/// What a policy makes of one entry: where it stands among those that match (smaller is better, equal keeps
/// the order of the index), or `None`; and why.
struct Verdict {
    order: Option<(usize, usize)>,
    reason: String,
}

impl Verdict {
    fn matches(order: (usize, usize), reason: String) -> Verdict {
        Verdict { order: Some(order), reason }
    }

    fn fails(reason: String) -> Verdict {
        Verdict { order: None, reason }
    }
}

/// The order of an entry without a platform: behind everything that has one.
const LAST: usize = usize::MAX;

/// What a policy prepares once from the platform asked for.
enum Judge<'a> {
    Compatible(compatible::Matcher),
    First(&'a Platform),
    Podman(podman::Wanted),
}

impl<'a> Judge<'a> {
    fn new(wanted: &'a Platform, options: &Options<'_>) -> Judge<'a> {
        match options.policy {
            Policy::Containerd => Judge::Compatible(compatible::Matcher::only(wanted, options.host)),
            Policy::Strict => Judge::Compatible(compatible::Matcher::strict(wanted, options.host)),
            Policy::First => Judge::First(wanted),
            Policy::Podman => Judge::Podman(podman::Wanted::new(wanted)),
        }
    }

    fn platform(&self, platform: &Platform) -> Verdict {
        match self {
            Judge::Compatible(matcher) => matcher.judge(platform),
            Judge::First(wanted) => first::judge(wanted, platform),
            Judge::Podman(wanted) => wanted.judge(platform),
        }
    }

    fn entry(&self, entry: &Descriptor, docker_list: bool) -> Verdict {
        let mut verdict = match (&entry.platform, self) {
            (Some(platform), _) => self.platform(platform),
            (None, Judge::Compatible(_)) => {
                let index = entry.media_type.family() == Family::Index;
                let what = if index { "its entries decide" } else { "its config decides" };
                Verdict::matches((LAST, 0), format!("carries no platform; {what}"))
            }
            (None, Judge::First(wanted)) => first::judge_absent(wanted),
            (None, Judge::Podman(_)) => podman::judge_absent(docker_list),
        };
        match (&entry.platform, &mut verdict.order) {
            (Some(platform), None) if platform.is_unknown() => verdict.reason = no_image(entry),
            (_, Some((_, place))) if !docker_list && matches!(self, Judge::Podman(_)) => {
                *place = podman::compression_order(entry);
            }
            _ => {}
        }
        verdict
    }
}

/// Chooses among `entries`, the entries of one index in its order.
///
/// An entry that is no usable descriptor is a candidate that does not match.
pub fn select(entries: &[Listed], wanted: &Platform, options: &Options<'_>) -> Selection {
    let judge = Judge::new(wanted, options);
    let (mut matching, mut rest) = (Vec::new(), Vec::new());
    for (index, entry) in entries.iter().enumerate() {
        let verdict = match entry {
            Listed::Sound(entry) => judge.entry(entry, options.docker_list),
            Listed::Odd(odd) => Verdict::fails(format!("cannot be used: {}", odd.problem)),
        };
        let reason = shown(&verdict.reason).into_owned();
        match verdict.order {
            Some(order) => matching.push((order, Candidate { index, rank: None, reason })),
            None => rest.push(Candidate { index, rank: None, reason }),
        }
    }
    // Equals keep the order of the index.
    matching.sort_unstable_by_key(|(order, candidate)| (*order, candidate.index));
    let best = matching.first().map(|(order, candidate)| (*order, candidate.index));
    let mut candidates = Vec::with_capacity(entries.len());
    for (rank, (order, candidate)) in matching.into_iter().enumerate() {
        let Candidate { index, reason, .. } = candidate;
        let reason = match best.filter(|_| rank > 0) {
            Some((first, best)) if order == first => {
                format!("{reason}, but entry {best} stands before it")
            }
            Some((_, best)) => format!("{reason}, but entry {best} fits better"),
            None => reason,
        };
        candidates.push(Candidate { index, rank: Some(rank), reason });
    }
    candidates.append(&mut rest);
    Selection { policy: options.policy, chosen: best.map(|(_, index)| index), candidates }
}

/// Whether an image whose config states the platform `config` is one for `wanted`: for a single image, and for
/// a chosen entry that carries no platform.
pub fn accepts(wanted: &Platform, config: &Platform, options: &Options<'_>) -> bool {
    Judge::new(wanted, options).platform(config).order.is_some()
}

/// Builders mark what belongs to an image without being one as `unknown/unknown`; BuildKit says what it is.
fn no_image(entry: &Descriptor) -> String {
    match entry.is_attestation() {
        true => "an attestation: unknown/unknown".to_owned(),
        false => "marked as no image: unknown/unknown".to_owned(),
    }
}

/// Says how one field differs; an empty text stands for "none".
fn differs(field: &str, have: &str, want: &str) -> String {
    match (have, want) {
        ("", want) => format!("has no {field}, not {want}"),
        (have, "") => format!("{field} is {have}, not none"),
        (have, want) => format!("{field} is {have}, not {want}"),
    }
}

/// `arm/v7`, or `arm` where there is no variant.
fn machine(architecture: &str, variant: &str) -> String {
    if variant.is_empty() { architecture.to_owned() } else { format!("{architecture}/{variant}") }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::descriptor::Annotations;
    use crate::digest::{Algorithm, Digest};
    use crate::media_type::{MediaType, OCI_MANIFEST};

    pub(super) fn platform(specifier: &str) -> Platform {
        Platform::parse(specifier, None).unwrap()
    }

    pub(super) fn entry(specifier: &str) -> Descriptor {
        let digest = Digest::of(Algorithm::Sha256, specifier.as_bytes());
        let mut entry = Descriptor::new(MediaType::parse(OCI_MANIFEST).unwrap(), digest, 1);
        entry.platform = (!specifier.is_empty()).then(|| platform(specifier));
        entry
    }

    pub(super) fn entries(specifiers: &[&str]) -> Vec<Listed> {
        specifiers.iter().map(|specifier| Listed::Sound(entry(specifier))).collect()
    }

    fn reasons(policy: Policy, wanted: &str, specifiers: &[&str]) -> Vec<String> {
        let options = Options { policy, ..Options::default() };
        let selection = select(&entries(specifiers), &platform(wanted), &options);
        let shown = |candidate: Candidate| format!("{} {}", candidate.index, candidate.reason);
        selection.candidates.into_iter().map(shown).collect()
    }

    #[test]
    fn policies_have_names() {
        for (name, policy) in POLICIES {
            assert_eq!(Policy::parse(name).unwrap(), *policy);
            assert_eq!(policy.as_str(), *name);
        }
        assert_eq!(Policy::parse("docker").unwrap_err().code(), Code::OptionInvalid);
    }

    #[test]
    fn containerd_explains_every_entry() {
        let specifiers = [
            "windows/arm64",
            "linux/amd64",
            "linux/arm/v6",
            "linux/arm64/v9",
            "linux/arm64",
            "linux(+gpu)/arm64",
            "linux/arm64",
            "",
            "unknown/unknown",
        ];
        let expected = [
            "4 linux/arm64 is the platform asked for",
            "6 linux/arm64 is the platform asked for, but entry 4 stands before it",
            "2 runs on linux/arm64 as arm/v6, but entry 4 fits better",
            "7 carries no platform; its config decides, but entry 4 fits better",
            "0 os is windows, not linux",
            "1 architecture is amd64, not arm64",
            "3 linux/arm64 does not run arm64/v9",
            "5 needs the os feature gpu, which linux/arm64 does not offer",
            "8 marked as no image: unknown/unknown",
        ];
        assert_eq!(reasons(Policy::Containerd, "linux/arm64", &specifiers), expected);
    }

    #[test]
    fn strict_explains_variants_and_windows_versions() {
        let expected = ["1 linux/arm is the platform asked for", "0 variant is v6, not v7"];
        assert_eq!(reasons(Policy::Strict, "linux/arm/v7", &["linux/arm/v6", "linux/arm"]), expected);
        let specifiers = ["windows(10.0.17763.1)/amd64", "windows(10.0.20348.7)/amd64"];
        let expected = [
            "1 windows(10.0.20348.7)/amd64 fits windows(10.0.20348)/amd64",
            "0 os version 10.0.17763.1 does not run on 10.0.20348",
        ];
        assert_eq!(reasons(Policy::Strict, "windows(10.0.20348)/amd64", &specifiers), expected);
    }

    #[test]
    fn first_and_podman_explain_every_entry() {
        let expected = [
            "1 linux/arm/v7 has everything asked for with linux/arm",
            "2 linux/arm/v6 has everything asked for with linux/arm, but entry 1 stands before it",
            "0 carries no platform, which counts as linux/amd64: architecture is amd64, not arm",
        ];
        assert_eq!(reasons(Policy::First, "linux/arm", &["", "linux/arm/v7", "linux/arm/v6"]), expected);
        let expected = [
            "2 linux/arm/v6 is the platform asked for",
            "1 runs on linux/arm/v6 as arm, but entry 2 fits better",
            "3 carries no platform and is taken when nothing else fits, but entry 2 fits better",
            "0 variant is v7, not v6, v5 or none",
        ];
        let specifiers = ["linux/arm/v7", "linux/arm", "linux/arm/v6", ""];
        assert_eq!(reasons(Policy::Podman, "linux/arm/v6", &specifiers), expected);
    }

    #[test]
    fn attestations_are_named() {
        let mut attestation = entry("unknown/unknown");
        let kind = ("vnd.docker.reference.type".to_owned(), "attestation-manifest".to_owned());
        attestation.annotations = Annotations::from_pairs(vec![kind]);
        let selection = select(&[attestation.into()], &platform("linux/amd64"), &Options::default());
        assert_eq!(selection.candidates.first().unwrap().reason, "an attestation: unknown/unknown");
        assert_eq!(selection.chosen, None);
    }

    #[test]
    fn an_empty_os_is_the_hosts_and_matches_nothing_without_one() {
        let mut nameless = entry("linux/amd64");
        nameless.platform.as_mut().unwrap().os.clear();
        let (entries, host) = ([nameless.into()], platform("linux/arm64"));
        let wanted = platform("linux/amd64");
        for policy in [Policy::Containerd, Policy::Strict] {
            let with = Options { policy, host: Some(&host), ..Options::default() };
            assert_eq!(select(&entries, &wanted, &with).chosen, Some(0));
            let without = Options { policy, ..Options::default() };
            assert_eq!(select(&entries, &wanted, &without).chosen, None);
            let nothing = Platform { os: String::new(), ..wanted.clone() };
            assert_eq!(select(&entries, &nothing, &without).chosen, None);
        }
    }

    #[test]
    fn reasons_are_safe_to_print() {
        let mut hostile = entry("linux/amd64");
        hostile.platform.as_mut().unwrap().os = "\u{1b}[2J".to_owned();
        let selection = select(&[hostile.into()], &platform("linux/amd64"), &Options::default());
        assert_eq!(selection.candidates.first().unwrap().reason, "os is \\u{1b}[2j, not linux");
    }
}
