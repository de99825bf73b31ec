//! What the manifests of the packages promise: what is depended on, and in which version.

use serde_json::Value;

use super::tree::{file, files};

fn json(path: &str) -> Value {
    serde_json::from_str(&file(path).text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Keys of a package.json that make an install fetch or run something.
fn burdens(manifest: &Value) -> Vec<String> {
    let fetching = [
        "dependencies",
        "optionalDependencies",
        "peerDependencies",
        "bundleDependencies",
        "bundledDependencies",
    ];
    let running = [
        "preinstall",
        "install",
        "postinstall",
        "prepare",
        "preprepare",
        "postprepare",
        "prepublish",
        "prepublishOnly",
        "prepack",
        "postpack",
    ];
    let fetched = fetching.iter().filter(|key| !manifest[**key].is_null());
    let run = running.iter().filter(|key| !manifest["scripts"][**key].is_null());
    fetched.chain(run).map(|key| (*key).to_owned()).collect()
}

#[test]
fn the_package_is_all_there_is() {
    assert_eq!(burdens(&json("pkg/package.json")), Vec::<String>::new());
    assert_eq!(burdens(&serde_json::json!({"dependencies": {}, "scripts": {"postinstall": "x"}})).len(), 2);
}

#[test]
fn both_packages_have_one_version() {
    let Some(version) = toml_value(&file("Cargo.toml").text, "version") else {
        panic!("no version in Cargo.toml")
    };
    assert_eq!(json("pkg/package.json")["version"], version);
}

fn toml_value(text: &str, key: &str) -> Option<String> {
    let line = text.lines().find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='))?;
    Some(line.trim().trim_matches('"').to_owned())
}

/// A nested ignore file silently empties the npm tarball.
#[test]
fn nothing_hides_files_from_the_package() {
    let files = files();
    let hiding = files.iter().map(|file| file.path.as_str());
    let hiding: Vec<_> = hiding
        .filter(|path| {
            path.starts_with("pkg/") && (path.ends_with(".gitignore") || path.ends_with(".npmignore"))
        })
        .collect();
    assert!(hiding.is_empty(), "{hiding:?}");
}

/// wasm-bindgen's macro and its post-processor speak a private format: one version, exactly.
#[test]
fn wasm_bindgen_is_pinned_on_both_sides() {
    let lock = file("Cargo.lock").text;
    let library = locked(&lock, "wasm-bindgen");
    assert!(library.is_some());
    assert_eq!(library, locked(&lock, "wasm-bindgen-cli-support"));
    let pin = format!("\"={}\"", library.unwrap());
    for (path, name) in [("Cargo.toml", "wasm-bindgen"), ("xtask/Cargo.toml", "wasm-bindgen-cli-support")] {
        let manifest = file(path).text;
        let line = manifest.lines().find(|line| line.split(' ').next() == Some(name)).unwrap();
        assert!(line.contains(&pin), "{path}: {line} is not pinned to {pin}");
    }
}

fn locked(lock: &str, name: &str) -> Option<String> {
    let (_, entry) = lock.split_once(&format!("name = \"{name}\"\n"))?;
    toml_value(entry, "version")
}

const MANIFESTS: [&str; 5] = [
    "pkg/package.json",
    "tests/package.json",
    "tests/bundlers/package.json",
    "tests/bundlers/next/15/package.json",
    "tests/bundlers/next/16/package.json",
];

#[test]
fn development_tools_are_pinned() {
    for path in MANIFESTS {
        let manifest = json(path);
        let tools = ["devDependencies", "optionalDependencies"].map(|key| manifest[key].as_object());
        for (name, version) in tools.into_iter().flatten().flatten() {
            assert!(is_exact(version.as_str().unwrap()), "{path}: {name} {version} may change by itself");
        }
    }
    assert!(is_exact("1.2.3") && is_exact("npm:other@1.2.3") && is_exact("file:../pkg"));
    assert!(is_exact("1.2.3-alpha.6") && !is_exact("1.2.3-alpha.x || 2") && !is_exact("1.2.x-alpha.1"));
    assert!(!is_exact("^1.2.3") && !is_exact("1.x") && !is_exact("latest") && !is_exact("npm:other@~1.2.3"));
}

fn is_exact(version: &str) -> bool {
    let bare = match version.strip_prefix("npm:") {
        Some(alias) => alias.rsplit('@').next().unwrap(),
        None => version,
    };
    let (release, suffix) = bare.split_once('-').unwrap_or((bare, "alpha.1"));
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '.';
    version.starts_with("file:")
        || release.split('.').count() == 3
            && release.split('.').all(|part| part.parse::<u32>().is_ok())
            && suffix.chars().all(is_plain)
}

/// A lock file that names where it was made works nowhere else.
#[test]
fn lock_files_name_no_registry() {
    for path in ["pkg/package-lock.json", "tests/package-lock.json", "tests/bundlers/package-lock.json"] {
        assert_eq!(resolved_elsewhere(&json(path)), Vec::<String>::new(), "{path}");
    }
    let sample =
        serde_json::json!({"packages": {"node_modules/a": {"resolved": "https://example.com/a.tgz"}}});
    assert_eq!(resolved_elsewhere(&sample), ["node_modules/a"]);
}

fn resolved_elsewhere(lock: &Value) -> Vec<String> {
    let packages = lock["packages"].as_object().unwrap();
    let elsewhere =
        packages.iter().filter(|(_, entry)| entry["resolved"].as_str().is_some_and(|at| at.contains("://")));
    elsewhere.map(|(name, _)| name.clone()).collect()
}

#[test]
fn unattended_runs_are_the_same_as_attended_ones() {
    let script = file(".ci/run").text;
    let commands: Vec<_> = script.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(commands, ["exec cargo xtask test"]);
}
