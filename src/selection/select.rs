//! Choosing among the entries of one index, and checking one platform, by any policy.

use std::borrow::Cow;

use crate::descriptor::{Descriptor, Listed};
use crate::media_type::Family;
use crate::platform::Platform;
use crate::selection::policy::Policy;
use crate::selection::reasons::{LAST, Verdict, no_image};
use crate::selection::{compatible, first, podman};
use crate::text::printable::shown;

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

    /// Whether a platform of that os, architecture and variant can match, whatever else it states. It costs nothing
    /// beside [`Judge::platform`].
    fn may_match(&self, [os, architecture, variant]: [&str; 3]) -> bool {
        let is = |wanted: &str, stated: &str| wanted == stated;
        match self {
            Judge::Compatible(matcher) => matcher.may_match(os, architecture, variant),
            Judge::First(wanted) => {
                (wanted.os.is_empty() || is(&wanted.os, os))
                    && (wanted.architecture.is_empty() || is(&wanted.architecture, architecture))
            }
            Judge::Podman(wanted) => wanted.may_match(os, architecture),
        }
    }

    /// The order that [`Judge::entry`] gives, where the entry's platform alone decides; `None` where it does not.
    fn order(&self, platform: &Platform) -> Option<Option<(usize, usize)>> {
        match self {
            Judge::Compatible(matcher) => Some(matcher.order(platform).ok()),
            Judge::First(_) | Judge::Podman(_) => None,
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
    matching.sort_by_cached_key(|(order, _)| *order);
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

/// The entries of an index, of which choosing reads those that can match.
pub trait Entries {
    /// How many there are.
    fn count(&self) -> usize;

    /// Os, architecture and variant that the entry at that position states, where they are known without reading it.
    fn machine(&self, at: usize) -> Option<[&str; 3]>;

    /// The platform that the entry at that position states, where it is known without reading the rest.
    fn platform(&self, at: usize) -> Option<Platform>;

    /// The entry at that position.
    fn entry(&self, at: usize) -> Option<Cow<'_, Listed>>;
}

/// The position of the entry that [`select`] chooses, without the reasons.
pub fn choose(entries: &impl Entries, wanted: &Platform, options: &Options<'_>) -> Option<usize> {
    let judge = Judge::new(wanted, options);
    let order = |at: usize| {
        if entries.machine(at).is_some_and(|machine| !judge.may_match(machine)) {
            return None;
        }
        if let Some(order) = entries.platform(at).and_then(|platform| judge.order(&platform)) {
            return Some((order?, at));
        }
        let entry = entries.entry(at)?;
        Some((judge.entry(entry.sound()?, options.docker_list).order?, at))
    };
    (0..entries.count()).filter_map(order).min().map(|(_, at)| at)
}

/// Whether an image whose config states the platform `config` is one for `wanted`: for a single image, and for
/// a chosen entry that carries no platform.
pub fn accepts(wanted: &Platform, config: &Platform, options: &Options<'_>) -> bool {
    Judge::new(wanted, options).platform(config).order.is_some()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(super) mod tests {
    use super::*;
    use crate::descriptor::Annotations;
    use crate::digest::{Algorithm, Digest};
    use crate::media_type::{MediaType, OCI_MANIFEST};

    pub(in crate::selection) fn platform(specifier: &str) -> Platform {
        Platform::parse(specifier, None).unwrap()
    }

    pub(in crate::selection) fn entry(specifier: &str) -> Descriptor {
        let digest = Digest::of(Algorithm::Sha256, specifier.as_bytes());
        let mut entry = Descriptor::new(MediaType::parse(OCI_MANIFEST).unwrap(), digest, 1);
        entry.platform = (!specifier.is_empty()).then(|| platform(specifier));
        entry
    }

    pub(in crate::selection) fn entries(specifiers: &[&str]) -> Vec<Listed> {
        specifiers.iter().map(|specifier| Listed::Sound(entry(specifier))).collect()
    }

    fn reasons(policy: Policy, wanted: &str, specifiers: &[&str]) -> Vec<String> {
        let options = Options { policy, ..Options::default() };
        let selection = select(&entries(specifiers), &platform(wanted), &options);
        let shown = |candidate: Candidate| format!("{} {}", candidate.index, candidate.reason);
        selection.candidates.into_iter().map(shown).collect()
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
