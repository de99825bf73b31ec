//! The error for a platform that an index does not have: what it has instead, and what may be meant.

use std::collections::BTreeSet;

use crate::descriptor::Listed;
use crate::error::{Code, Error};
use crate::limits::PLATFORMS_SHOWN;
use crate::platform::Platform;
use crate::selection::select::Selection;
use crate::text::printable::cut;

/// How many platforms the message names; the detail `available` has more.
const NAMED: usize = 8;

/// The error for a selection that chose nothing, or whose choice turned out not to be for `wanted`:
/// `PLATFORM_NOT_FOUND`, details `platform`, `policy` and `available` (specifiers without duplicates and
/// without entries that are no image, the first [`PLATFORMS_SHOWN`] of them).
pub fn not_found(entries: &[Listed], wanted: &Platform, selection: &Selection) -> Error {
    let platforms = entries.iter().filter_map(Listed::sound).filter_map(|entry| entry.platform.as_ref());
    let mut known = BTreeSet::new();
    let mut images: Vec<(&Platform, String)> = Vec::new();
    for platform in platforms.filter(|platform| !platform.is_unknown()) {
        let shown = platform.to_string();
        if known.insert(shown.clone()) {
            images.push((platform, shown));
        }
    }
    let total = images.len();
    let available: Vec<String> =
        images.iter().take(PLATFORMS_SHOWN).map(|(_, shown)| cut(shown).into_owned()).collect();
    let mut message = format!("no entry of the index is for {wanted}");
    if let Some(names) = named(&available, total) {
        message.push_str("; it has ");
        message.push_str(&names);
    } else if entries.is_empty() {
        message.push_str("; it has no entries at all");
    } else {
        message.push_str("; no entry states a platform");
    }
    let error = Error::new(Code::PlatformNotFound, message)
        .with_detail("platform", wanted.to_string())
        .with_detail("policy", selection.policy.as_str())
        .with_detail("available", available);
    match near_miss(&images, wanted) {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

/// `a, b and 3 more`: the first ones of `total`.
fn named(first: &[String], total: usize) -> Option<String> {
    let shown = first.get(..NAMED).unwrap_or(first);
    match (shown.split_last(), total - shown.len()) {
        (None, _) => None,
        (Some((only, [])), 0) => Some(only.clone()),
        (Some((last, others)), 0) => Some(format!("{} and {last}", others.join(", "))),
        (_, more) => Some(format!("{} and {more} more", shown.join(", "))),
    }
}

/// What is close to the platform asked for, and why it is not taken.
fn near_miss(images: &[(&Platform, String)], wanted: &Platform) -> Option<String> {
    let wanted_plainly = wanted.normalize("");
    let of = |condition: &dyn Fn(&Platform) -> bool| -> Option<String> {
        let same = |platform: &Platform| condition(&platform.normalize(""));
        let mut close = images.iter().filter(|(platform, _)| same(platform)).map(|(_, shown)| shown);
        let names: Vec<String> = close.by_ref().take(NAMED).map(|shown| cut(shown).into_owned()).collect();
        named(&names, names.len() + close.count())
    };
    let same_machine = of(&|platform| {
        platform.os == wanted_plainly.os && platform.architecture == wanted_plainly.architecture
    });
    if let Some(names) = same_machine {
        return Some(if wanted_plainly.os == "windows" {
            format!(
                "For the same architecture there is {names}. A Windows machine runs only some builds: ask for one that yours runs."
            )
        } else {
            format!(
                "For the same architecture there is {names}: ask for it if your machine runs that variant and has the os features."
            )
        });
    }
    let names =
        of(&|platform| platform.os == "linux" && platform.architecture == wanted_plainly.architecture)?;
    Some(format!("There is {names}: ask for it if your containers run in a Linux machine."))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::error::Detail;
    use crate::limits::SHOWN;
    use crate::selection::select::tests::{entries, entry, platform};
    use crate::selection::select::{Options, select};

    fn error(wanted: &str, specifiers: &[&str]) -> Error {
        let (entries, wanted) = (entries(specifiers), platform(wanted));
        not_found(&entries, &wanted, &select(&entries, &wanted, &Options::default()))
    }

    #[test]
    fn lists_what_exists_once_and_without_attestations() {
        let error = error("linux/s390x", &["linux/amd64", "unknown/unknown", "linux/arm64", "linux/amd64"]);
        assert_eq!(error.code(), Code::PlatformNotFound);
        assert_eq!(
            error.message(),
            "no entry of the index is for linux/s390x; it has linux/amd64 and linux/arm64"
        );
        assert_eq!(error.hint(), Code::PlatformNotFound.hint());
        let available = vec!["linux/amd64".to_owned(), "linux/arm64".to_owned()];
        assert_eq!(error.detail("available"), Some(&Detail::List(available)));
    }

    #[test]
    fn names_a_few_and_counts_the_rest() {
        let many: Vec<String> = (0..10).map(|number| format!("linux/x{number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(error("linux/s390x", &many).message().ends_with("linux/x6, linux/x7 and 2 more"));
    }

    fn entries_for(count: usize, prefix: &str) -> Vec<Listed> {
        let for_number = |number: usize| {
            let mut entry = entry("linux/amd64");
            entry.platform.as_mut().unwrap().architecture = format!("{prefix}{number}");
            Listed::Sound(entry)
        };
        (0..count).map(for_number).collect()
    }

    #[test]
    fn many_platforms_take_no_time() {
        // Ten times as many as an index may have: comparing each with all before would take minutes.
        let (entries, wanted) = (entries_for(100_000, "x"), platform("linux/s390x"));
        let nothing = select(&[], &wanted, &Options::default());
        let started = std::time::Instant::now();
        let error = not_found(&entries, &wanted, &nothing);
        assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
        assert!(error.message().ends_with("linux/x6, linux/x7 and 99992 more"), "{}", error.message());
        let Some(Detail::List(available)) = error.detail("available") else { panic!("nothing is available") };
        assert_eq!(available.len(), PLATFORMS_SHOWN);
    }

    #[test]
    fn long_platforms_take_little_room() {
        let (entries, wanted) = (entries_for(400, &"\u{7f}".repeat(6_000)), platform("linux/s390x"));
        let selection = select(&entries, &wanted, &Options::default());
        assert!(selection.candidates.iter().all(|candidate| candidate.reason.len() <= SHOWN));
        let error = not_found(&entries, &wanted, &selection);
        assert!(error.message().len() <= SHOWN);
        assert!(error.message().ends_with("and 392 more"), "{}", error.message());
        let Some(Detail::List(available)) = error.detail("available") else { panic!("nothing is available") };
        assert!(available.iter().all(|shown| shown.len() <= SHOWN));
    }

    #[test]
    fn says_when_there_is_nothing() {
        assert_eq!(
            error("linux/amd64", &[]).message(),
            "no entry of the index is for linux/amd64; it has no entries at all"
        );
        let error = error("linux/amd64", &["unknown/unknown", ""]);
        assert_eq!(error.message(), "no entry of the index is for linux/amd64; no entry states a platform");
    }

    #[test]
    fn points_to_what_is_close() {
        for (wanted, specifier, hint) in [
            ("linux/arm/v6", "linux/arm/v7", "For the same architecture there is linux/arm/v7: "),
            (
                "windows(10.0.17763)/amd64",
                "windows(10.0.26100)/amd64",
                "For the same architecture there is windows(10.0.26100)/amd64. ",
            ),
            (
                "darwin/arm64",
                "linux/arm64",
                "There is linux/arm64: ask for it if your containers run in a Linux machine.",
            ),
        ] {
            let error = error(wanted, &[specifier]);
            assert!(error.hint().starts_with(hint), "{}", error.hint());
        }
    }
}
