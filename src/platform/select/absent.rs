//! The error for a platform that an index does not have: what it has instead, and what may be meant.

use super::Selection;
use crate::descriptor::Descriptor;
use crate::error::{Code, Error};
use crate::platform::Platform;

/// How many platforms the message names; the detail `available` has all.
const NAMED: usize = 8;

/// The error for a selection that chose nothing, or whose choice turned out not to be for `wanted`:
/// `PLATFORM_NOT_FOUND`, details `platform`, `policy` and `available` (specifiers without duplicates and
/// without entries that are no image).
pub fn not_found(entries: &[Descriptor], wanted: &Platform, selection: &Selection) -> Error {
    let mut images: Vec<(&Platform, String)> = Vec::new();
    for platform in entries.iter().filter_map(|entry| entry.platform.as_ref()) {
        let shown = platform.to_string();
        if !platform.is_unknown() && !images.iter().any(|(_, known)| *known == shown) {
            images.push((platform, shown));
        }
    }
    let available: Vec<String> = images.iter().map(|(_, shown)| shown.clone()).collect();
    let mut message = format!("no entry of the index is for {wanted}");
    if let Some(names) = named(&available) {
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

/// `a, b and 3 more`.
fn named(available: &[String]) -> Option<String> {
    let shown = available.get(..NAMED).unwrap_or(available);
    let more = available.len() - shown.len();
    match (shown.split_last(), more) {
        (None, _) => None,
        (Some((only, [])), _) => Some(only.clone()),
        (Some((last, others)), 0) => Some(format!("{} and {last}", others.join(", "))),
        (_, more) => Some(format!("{} and {more} more", shown.join(", "))),
    }
}

/// What is close to the platform asked for, and why it is not taken.
fn near_miss(images: &[(&Platform, String)], wanted: &Platform) -> Option<String> {
    let wanted_plainly = wanted.normalize("");
    let of = |condition: &dyn Fn(&Platform) -> bool| -> Option<String> {
        let same = |platform: &Platform| condition(&platform.normalize(""));
        let names: Vec<String> =
            images.iter().filter(|(platform, _)| same(platform)).map(|(_, shown)| shown.clone()).collect();
        named(&names)
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
mod tests {
    use super::super::tests::{entries, platform};
    use super::super::{Options, select};
    use super::*;
    use crate::error::Detail;

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
