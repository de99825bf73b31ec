//! Every row of `platforms.json` about specifiers, normalisation and matching that concerns what exists here.
//!
//! Not run, because there is no such function: containerd's `NewMatcher`, `Ordered`, `Any` and `OnlyOS` (the
//! policies are `Only` and `OnlyStrict`), `Format` (the text form is `FormatAll`), the comparer that
//! `Default()` returns on Windows, and the variant from `uname` (the host's platform is an argument);
//! regclient's own matching and text form; crane's text form and equality; moby's rows without a platform
//! asked for (there is always one); containers/image with gzip preferred (no such option).

use multiarch::error::Code;
use multiarch::platform::Platform;
use multiarch::selection::{Options, Policy, accepts, select};
use serde_json::Value;

use crate::support::vectors::{any_platform, entries, entry, listed, platform, read, rows, text};

/// Specifiers that containerd refuses and that are read here, with what they mean and whose they are.
const EXTENSIONS: &[(&str, &str, &str)] = &[
    ("armv5l", "linux/arm/v5", "uname -m"),
    ("armv6l", "linux/arm/v6", "uname -m"),
    ("armv7l", "linux/arm", "uname -m"),
    ("armv8l", "linux/arm/v8", "uname -m"),
    ("i486", "linux/386", "uname -m"),
    ("i586", "linux/386", "uname -m"),
    ("i686", "linux/386", "uname -m"),
    ("loongarch64", "linux/loong64", "uname -m"),
    ("mips64el", "linux/mips64le", "uname -m"),
    ("mipsel", "linux/mipsle", "process.arch of Node"),
    ("ia32", "linux/386", "process.arch of Node"),
    ("x64", "linux/amd64", "process.arch of Node"),
    ("linux/amd64:10.0", "linux(10.0)/amd64", "crane"),
    ("windows/amd64:10.0.17763", "windows(10.0.17763)/amd64", "crane"),
    ("windows/amd64,osver=10.0.17763", "windows(10.0.17763)/amd64", "regctl"),
];

/// Texts of containerd's formatter that do not parse or show another platform, and what is written here.
#[rustfmt::skip]
const REWRITTEN: &[(&str, &str)] = &[
    ("linux(+ )/amd64", "linux(+%20)/amd64"),
    ("windows(10.0 beta)/amd64", "windows(10.0%20beta)/amd64"),
    ("linux/x", "linux/amd64/..%2Fx"),
    ("linux/a/b", "linux/a%2Fb"),
];

/// What is written where containerd writes `theirs`. It shows a variant without an architecture as an architecture.
fn written(platform: &Platform, theirs: &str) -> String {
    if platform.architecture.is_empty() && !platform.variant.is_empty() {
        return theirs.replacen('/', "//", 1);
    }
    REWRITTEN.iter().find(|(known, _)| *known == theirs).map_or(theirs, |(_, ours)| ours).to_owned()
}

fn linux() -> Platform {
    Platform { os: "linux".to_owned(), architecture: "amd64".to_owned(), ..Platform::default() }
}

/// The vectors were computed on Linux: an empty os is linux.
fn options(policy: Policy, host: &Platform) -> Options<'_> {
    Options { policy, host: Some(host), ..Options::default() }
}

/// The positions that `policy` takes, best first.
fn ranked(policy: Policy, wanted: &Platform, platforms: &[Platform]) -> Vec<usize> {
    let entries: Vec<_> = platforms.iter().map(|platform| entry(Some(platform.clone()))).collect();
    let host = linux();
    let selection = select(&listed(&entries), wanted, &options(policy, &host));
    assert_eq!(selection.candidates.len(), entries.len());
    let matching = selection.candidates.iter().filter(|candidate| candidate.rank.is_some());
    let ranked: Vec<usize> = matching.map(|candidate| candidate.index).collect();
    assert_eq!(selection.chosen, ranked.first().copied());
    for (index, platform) in platforms.iter().enumerate() {
        assert_eq!(accepts(wanted, platform, &options(policy, &host)), ranked.contains(&index), "{platform}");
    }
    ranked
}

fn positions(value: &Value) -> Vec<usize> {
    rows(value).iter().map(|position| usize::try_from(position.as_u64().unwrap()).unwrap()).collect()
}

fn policy(name: &str) -> Option<Policy> {
    match name {
        "Only" => Some(Policy::Containerd),
        "OnlyStrict" => Some(Policy::Strict),
        _ => None,
    }
}

#[test]
fn specifiers_parse_as_in_containerd() {
    let vectors = read("platforms");
    let mut extended = 0;
    for row in rows(&vectors["containerd"]["parse"]["cases"]) {
        let (input, host) = (text(row, "input"), platform(&row["env"]));
        let parsed = Platform::parse(input, Some(&host));
        if let Some((_, meaning, _)) = EXTENSIONS.iter().find(|(known, _, _)| *known == input) {
            assert!(!row["ok"].as_bool().unwrap(), "{row}: containerd reads it, so this is no extension");
            assert_eq!(parsed.unwrap().to_string(), *meaning, "{row}");
            extended += 1;
            continue;
        }
        if !row["ok"].as_bool().unwrap() {
            assert_eq!(parsed.map_err(|error| error.code()), Err(Code::PlatformInvalid), "{row}");
            continue;
        }
        let parsed = parsed.unwrap_or_else(|error| panic!("{row}: {error}"));
        assert_eq!(parsed, platform(&row["platform"]), "{row}");
        assert_eq!(parsed.to_string(), written(&parsed, text(row, "format_all")), "{row}");
        assert_eq!(parsed.normalize("linux"), platform(&row["normalized"]), "{row}");
        let normal = parsed.normalize("linux");
        assert_eq!(normal.to_string(), written(&normal, text(row, "format_all_normalized")), "{row}");
        let stable = Platform::parse(&parsed.to_string(), Some(&host))
            .is_ok_and(|again| again.to_string() == parsed.to_string());
        assert!(stable, "{row}");
    }
    assert!(extended >= 5, "extensions met: {extended}");
}

#[test]
fn specifiers_of_the_upstream_tests() {
    let tests = &read("platforms")["containerd"]["upstream_tests"];
    for row in rows(&tests["parse_selector"]) {
        let parsed = Platform::parse(text(row, "input"), Some(&linux()));
        if row["skipped_upstream"].as_bool().unwrap() {
            // Wildcards: skipped there, refused here and there.
            assert_eq!(parsed.unwrap_err().code(), Code::PlatformInvalid, "{row}");
            continue;
        }
        let parsed = parsed.unwrap();
        assert_eq!(parsed, platform(&row["platform"]), "{row}");
        for candidate in rows(&row["matches"]) {
            assert!(accepts(&parsed, &platform(candidate), &options(Policy::Strict, &linux())), "{row}");
        }
        if text(row, "formatter") == "FormatAll"
            || parsed.os_version.is_empty() && parsed.os_features.is_empty()
        {
            assert_eq!(parsed.to_string(), text(row, "formatted"), "{row}");
        }
    }
    for row in rows(&tests["parse_selector_invalid"]) {
        assert!(Platform::parse(text(row, "input"), Some(&linux())).is_err(), "{row}");
    }
    for name in ["format_all_encoding", "format_all_skips_empty_features"] {
        for row in rows(&tests[name]) {
            assert_eq!(platform(&row["platform"]).to_string(), text(row, "format_all"), "{row}");
        }
    }
}

#[test]
fn versions_are_read_as_in_crane_and_regctl() {
    let vectors = read("platforms");
    let mut versions = 0;
    for (tool, separator) in [("crane", ':'), ("regclient", ',')] {
        for row in rows(&vectors[tool]["parse"]) {
            let Some((head, _)) = text(row, "input").split_once(separator) else {
                continue;
            };
            let parsed = Platform::parse(text(row, "input"), None);
            // A bracket before the colon: crane takes `linux(a` for the os.
            if !row["ok"].as_bool().unwrap() || head.contains('(') {
                assert!(parsed.is_err(), "{row}");
                continue;
            }
            assert_eq!(parsed.unwrap(), platform(&row["platform"]), "{row}");
            versions += 1;
        }
    }
    assert!(versions >= 2, "versions met: {versions}");
}

#[test]
fn spellings_are_normalised_as_in_containerd() {
    for row in rows(&read("platforms")["containerd"]["normalize"]["cases"]) {
        let given = platform(&row["input"]);
        let normalized = given.normalize("linux");
        assert_eq!(normalized, platform(&row["normalized"]), "{row}");
        assert_eq!(normalized.normalize("linux"), normalized, "{row}");
        assert_eq!(normalized.to_string(), written(&normalized, text(row, "format_all")), "{row}");
        assert_eq!(given.to_string(), written(&given, text(row, "format_all_input")), "{row}");
    }
}

#[test]
fn policies_match_and_rank_as_in_containerd() {
    let vectors = read("platforms");
    let candidates: Vec<Platform> = rows(&vectors["containerd"]["candidates"]).iter().map(platform).collect();
    let mut run = 0;
    for row in rows(&vectors["containerd"]["match_matrix"]["cases"]) {
        let Some(policy) = policy(text(row, "matcher")) else {
            continue;
        };
        let mut found = ranked(policy, &platform(&row["host"]), &candidates);
        if let Some(best_first) = row.get("ranked_best_first") {
            assert_eq!(found, positions(best_first), "{row}");
        }
        found.sort_unstable();
        assert_eq!(found, positions(&row["matches"]), "{row}");
        run += 1;
    }
    assert!(run >= 80, "rows run: {run}");
}

#[test]
fn policies_sort_as_in_containerd() {
    let mut run = 0;
    for row in rows(&read("platforms")["containerd"]["sort"]["cases"]) {
        let Some(policy) = policy(text(row, "comparer")) else {
            continue;
        };
        let input: Vec<Platform> = rows(&row["input"]).iter().map(any_platform).collect();
        let found: Vec<Platform> = ranked(policy, &any_platform(&row["host"]), &input)
            .into_iter()
            .map(|index| input[index].clone())
            .collect();
        // The order of what does not match is not compared here.
        let sorted = rows(&row["sorted"]).iter().map(any_platform).zip(rows(&row["match"]));
        let expected: Vec<Platform> =
            sorted.filter(|(_, matches)| matches.as_bool().unwrap()).map(|(platform, _)| platform).collect();
        assert_eq!(found, expected, "{row}");
        run += 1;
    }
    assert!(run >= 30, "rows run: {run}");
}

#[test]
fn what_a_platform_runs_is_what_only_lists() {
    for row in rows(&read("platforms")["containerd"]["only_vectors"]["cases"]) {
        let (wanted, listed) =
            (platform(&row["host"]), row["vector"].as_array().cloned().unwrap_or_default());
        // Worst first, so that the order has to come from the ranks.
        let vector: Vec<Platform> = listed.iter().rev().map(platform).collect();
        let expected: Vec<usize> = (0..vector.len()).rev().collect();
        assert_eq!(ranked(Policy::Containerd, &wanted, &vector), expected, "{row}");
        if listed.is_empty() {
            assert!(!accepts(&wanted, &wanted, &options(Policy::Containerd, &linux())), "{row}");
        }
    }
}

#[test]
fn matching_of_the_upstream_tests() {
    let tests = &read("platforms")["containerd"]["upstream_tests"];
    for (name, policy) in [("only", Policy::Containerd), ("only_strict", Policy::Strict)] {
        for row in rows(&tests[name]) {
            for (column, expected) in [("match", true), ("no_match", false)] {
                for candidate in rows(&row[column]) {
                    let found = accepts(
                        &any_platform(&row["host"]),
                        &any_platform(candidate),
                        &options(policy, &linux()),
                    );
                    assert_eq!(found, expected, "{row} {candidate}");
                }
            }
        }
    }
    let only = |name: &&str| matches!(*name, "Only" | "OnlyStrict");
    for row in rows(&tests["os_features_order"]) {
        for comparer in rows(&row["comparers"]).iter().filter_map(Value::as_str).filter(only) {
            let input: Vec<Platform> = rows(&row["input"]).iter().map(any_platform).collect();
            let found = ranked(policy(comparer).unwrap(), &any_platform(&row["host"]), &input);
            let expected: Vec<Platform> = rows(&row["sorted"]).iter().map(any_platform).collect();
            let found: Vec<&Platform> = found.into_iter().map(|index| &input[index]).collect();
            assert_eq!(found, expected.iter().take(found.len()).collect::<Vec<_>>(), "{row} {comparer}");
        }
    }
}

fn windows(version: &str) -> Platform {
    Platform { os: "windows".to_owned(), os_version: version.to_owned(), ..linux() }
}

fn windows_runs(host: &str, image: &str) -> bool {
    let runs = |policy| accepts(&windows(host), &windows(image), &options(policy, &linux()));
    assert_eq!(runs(Policy::Containerd), runs(Policy::Strict), "{host} {image}");
    runs(Policy::Strict)
}

#[test]
fn windows_versions_as_in_containerd() {
    let containerd = &read("platforms")["containerd"];
    for rows_of in [&containerd["windows_compat"], &containerd["upstream_tests"]["windows_build_compat"]] {
        for row in rows(rows_of) {
            let (host, image) =
                (format!("10.0.{}", row["host_build"]), format!("10.0.{}", row["container_build"]));
            assert_eq!(windows_runs(&host, &image), row["compatible"].as_bool().unwrap(), "{row}");
        }
    }
    for row in rows(&containerd["windows_version_match"]) {
        let found = windows_runs(text(row, "host"), text(row, "candidate"));
        assert_eq!(found, row["match"].as_bool().unwrap(), "{row}");
    }
    for row in rows(&containerd["windows_version_parse"]) {
        let input = text(row, "input");
        if row["empty"].as_bool().unwrap() {
            // No version: runs everything.
            assert!(windows_runs(input, "1.2.3") && windows_runs(input, "255.255.65535"), "{row}");
            continue;
        }
        let (major, build) = (row["major"].as_u64().unwrap(), row["build"].as_u64().unwrap());
        assert!(windows_runs(input, &format!("{major}.{}.{build}", row["minor"])), "{row}");
        assert!(!windows_runs(input, &format!("{major}.{}.{}", row["minor"], build + 1)), "{row}");
        assert!(!windows_runs(input, &format!("{}.{}.{build}", major + 1, row["minor"])), "{row}");
    }
    for row in rows(&containerd["upstream_tests"]["windows_abi_match"]) {
        let found = accepts(
            &platform(&row["host"]),
            &platform(&row["candidate"]),
            &options(Policy::Strict, &linux()),
        );
        assert_eq!(found, row["match"].as_bool().unwrap(), "{row}");
    }
}

/// Docker's list has CPU `features` beside the os features; nothing writes them and no platform here has them.
fn cpu_features_decide(required: &Value, given: &Value) -> bool {
    let list = |value: &Value| value.get("features").map_or(Vec::new(), |features| rows(features).to_vec());
    let given = list(given);
    list(required).iter().any(|feature| !given.contains(feature))
}

#[test]
fn first_is_what_satisfies_crane_and_oras() {
    let vectors = read("platforms");
    let tables = [
        (&vectors["crane"]["upstream_satisfies"], "spec", "have", "satisfies"),
        (&vectors["crane"]["upstream_matches_platform"], "required", "given", "match"),
        (&vectors["oras"]["upstream_match"], "want", "got", "match"),
    ];
    for (table, required, given, verdict) in tables {
        let mut run = 0;
        for row in rows(table) {
            if cpu_features_decide(&row[required], &row[given]) {
                assert!(!row[verdict].as_bool().unwrap(), "{row}");
                continue;
            }
            let (wanted, have) = (platform(&row[required]), platform(&row[given]));
            let found = accepts(&wanted, &have, &options(Policy::First, &linux()));
            assert_eq!(found, row[verdict].as_bool().unwrap(), "{row}");
            run += 1;
        }
        assert!(run >= 9, "rows run: {run}");
    }
}

#[test]
fn podman_wants_what_containers_image_wants() {
    for row in rows(&read("platforms")["containers_image"]["wanted_platforms"]) {
        let wanted = Platform {
            os: text(row, "os").to_owned(),
            architecture: text(row, "arch").to_owned(),
            variant: text(row, "variant").to_owned(),
            ..Platform::default()
        };
        let listed = rows(&row["wanted"]).iter().rev().map(|specifier| {
            let mut parts = specifier.as_str().unwrap().split('/').map(str::to_owned);
            let mut part = || parts.next().unwrap_or_default();
            Platform { os: part(), architecture: part(), variant: part(), ..Platform::default() }
        });
        let listed: Vec<Platform> = listed.collect();
        let expected: Vec<usize> = (0..listed.len()).rev().collect();
        assert_eq!(ranked(Policy::Podman, &wanted, &listed), expected, "{row}");
    }
}

#[test]
fn podman_chooses_what_containers_image_chooses() {
    let mut run = 0;
    for row in rows(&read("platforms")["containers_image"]["choose_instance"]) {
        let docker_list = text(&row["index"], "mediaType").starts_with("application/vnd.docker.");
        let entries = entries(&row["index"]);
        let choose = |architecture: &str, variant: &str| {
            let wanted =
                Platform { architecture: architecture.to_owned(), variant: variant.to_owned(), ..linux() };
            let options = Options { policy: Policy::Podman, docker_list, ..Options::default() };
            select(&listed(&entries), &wanted, &options).chosen.map(|index| entries[index].digest.to_string())
        };
        for case in rows(&row["matches"]) {
            if case.get("prefer_gzip").and_then(Value::as_bool) == Some(true) {
                continue;
            }
            let found = choose(text(case, "arch"), text(case, "variant"));
            assert_eq!(found.as_deref(), Some(text(case, "digest")), "{} {case}", text(row, "index_file"));
            run += 1;
        }
        for architecture in rows(&row["unmatched_arch"]) {
            assert_eq!(choose(architecture.as_str().unwrap(), ""), None, "{}", text(row, "index_file"));
        }
    }
    assert!(run >= 20, "rows run: {run}");
}

#[test]
fn moby_asks_containerd() {
    let mut run = 0;
    for case in rows(&read("platforms")["moby"]["cases"]) {
        let index: Vec<Platform> = rows(&case["index"]).iter().map(any_platform).collect();
        for row in rows(&case["rows"]).iter().filter(|row| !row["requested"].is_null()) {
            let strict = row.get("strict").and_then(Value::as_bool);
            for (policy, when) in [(Policy::Strict, true), (Policy::Containerd, false)] {
                if strict.is_some_and(|strict| strict != when) {
                    continue;
                }
                let first = ranked(policy, &any_platform(&row["requested"]), &index)
                    .first()
                    .map(|at| index[*at].to_string());
                assert_eq!(first.as_deref(), row["first"].as_str(), "{case} {row}");
                run += 1;
            }
        }
    }
    assert!(run >= 10, "rows run: {run}");
}
