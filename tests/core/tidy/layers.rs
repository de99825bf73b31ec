//! The stack inside `src/registry`: data at the bottom, endpoints at the top, and every call goes down. Waits are made in
//! one layer of it.

use super::paths::rust_arrows;
use super::tree::{File, files};

/// From the ground up. The modules of one layer may name each other.
const LAYERS: [&[&str]; 7] = [
    &["challenge", "credentials", "host", "options", "scope", "token"],
    &["answer", "memory", "trust"],
    &["client"],
    &["send"],
    &["auth"],
    &["endpoints"],
    &["mod"],
];

/// `send/` from the bottom to the top: one call, its attempts, its redirects, the scheme of its host; what an answer comes
/// to, and when a whole step is repeated, stand beside them.
const SEND: [&[&str]; 5] =
    [&["call"], &["attempts", "outcome"], &["redirects", "retries"], &["scheme"], &["mod"]];

fn height(layers: &[&[&str]], folder: &str, path: &str) -> Option<usize> {
    let module = path.strip_prefix(folder)?.split(['/', '.']).next()?;
    layers.iter().position(|layer| layer.contains(&module))
}

/// Complains about each file of `folder` that names one above it, or that is in no layer.
fn calls_upward(sources: &[File], folder: &str, layers: &[&[&str]]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (file, named) in rust_arrows(sources).iter().filter(|(file, _)| file.starts_with(folder)) {
        let Some(own) = height(layers, folder, file) else {
            complaints.push(format!("give {file} a layer in tests/core/tidy/layers.rs"));
            continue;
        };
        let above =
            named.iter().filter(|other| height(layers, folder, other).is_some_and(|other| other > own));
        complaints.extend(above.map(|other| format!("{file} must not name {other}")));
    }
    complaints
}

#[test]
fn the_registry_is_a_stack() {
    let mut sources = files();
    sources.retain(File::is_rust_source);
    let mut complaints = calls_upward(&sources, "src/registry/", &LAYERS);
    complaints.extend(calls_upward(&sources, "src/registry/send/", &SEND));
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// A type called `Client` whose methods stand in several files of a room calls itself where no import shows
/// it. The bindings' client is a class of JavaScript: its one call stands with the table of calls, above its constructor.
fn sliced_clients(sources: &[File]) -> Vec<String> {
    let mut slices: Vec<(&str, &str)> = Vec::new();
    for file in sources.iter().filter(|file| !file.path.starts_with("src/bindings/")) {
        let room = file.path.split(['/', '.']).nth(1).unwrap_or_default();
        let is_impl = |line: &str| {
            line.starts_with("impl Client") || line.starts_with("impl<") && line.contains("> Client")
        };
        if file.code().any(|(_, line)| is_impl(line)) {
            slices.push((room, &file.path));
        }
    }
    let sliced = slices
        .iter()
        .enumerate()
        .filter(|(at, (room, _))| slices[..*at].iter().any(|(first, _)| first == room));
    sliced
        .map(|(_, (room, path))| format!("{path}: the methods of `{room}`'s client stand in one file"))
        .collect()
}

#[test]
fn a_client_stands_in_one_file() {
    let mut sources = files();
    sources.retain(File::is_rust_source);
    let complaints = sliced_clients(&sources);
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// What the rooms above name of the registry's stack past its endpoints. `retries` begins several requests again, which is
/// theirs to decide; `scheme` says where a registry is, for messages.
fn past_the_endpoints(sources: &[File]) -> Vec<String> {
    const HIDDEN: [&str; 3] = ["src/registry/auth/", "src/registry/memory/", "src/registry/send/"];
    const NAMED: [&str; 2] = ["src/registry/send/retries.rs", "src/registry/send/scheme.rs"];
    let arrows = rust_arrows(sources);
    let above = arrows
        .iter()
        .filter(|(file, _)| ["src/verbs/", "src/docker/"].iter().any(|room| file.starts_with(room)));
    let mut complaints = Vec::new();
    for (file, named) in above {
        let hidden = named.iter().filter(|other| HIDDEN.iter().any(|folder| other.starts_with(folder)));
        let hidden = hidden.filter(|other| !NAMED.contains(&other.as_str()));
        complaints.extend(hidden.map(|other| format!("{file} must not name {other}: ask an endpoint")));
    }
    complaints
}

#[test]
fn verbs_ask_endpoints() {
    let mut sources = files();
    sources.retain(File::is_rust_source);
    let complaints = past_the_endpoints(&sources);
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Waits outside of `send/`, where the table of retries and the pace say how long.
fn waits(file: &File) -> Vec<String> {
    let waiting = file.code().filter(|(_, line)| line.contains(".sleep("));
    waiting
        .map(|(number, _)| format!("line {number} waits: use Retries or Looks of send/retries.rs"))
        .collect()
}

#[test]
fn only_send_waits() {
    let sources = files();
    let others = sources.iter().filter(|file| {
        file.is_rust_source()
            && !["src/registry/send/", "src/bindings/"].iter().any(|room| file.path.starts_with(room))
    });
    super::enforce(others, waits);
    assert_eq!(waits(&File::new("src/verbs/a.rs", "session.host.sleep(ms).await?;\n// .sleep(")).len(), 1);
}

#[test]
fn calls_upward_are_seen() {
    let sample = [
        File::new("src/lib.rs", "mod registry;"),
        File::new("src/registry/mod.rs", "mod client;\nmod send;\npub use client::Client;"),
        File::new("src/registry/client.rs", "use super::send::attempts;\npub struct Client;\nimpl Client {}"),
        File::new("src/registry/send/mod.rs", "mod attempts;\nmod call;"),
        File::new(
            "src/registry/send/attempts.rs",
            "use super::call::Call;\nuse crate::registry::Client;\nimpl Client {}",
        ),
        File::new("src/registry/send/call.rs", "pub struct Call;\nuse super::attempts::send;"),
        File::new("src/registry/porch.rs", ""),
    ];
    let upward = [
        "src/registry/client.rs must not name src/registry/send/attempts.rs",
        "give src/registry/porch.rs a layer in tests/core/tidy/layers.rs",
    ];
    assert_eq!(calls_upward(&sample, "src/registry/", &LAYERS), upward);
    let in_send = ["src/registry/send/call.rs must not name src/registry/send/attempts.rs"];
    assert_eq!(calls_upward(&sample, "src/registry/send/", &SEND), in_send);
    let verbs = [
        File::new("src/lib.rs", "mod registry;\nmod verbs;"),
        File::new("src/registry/mod.rs", "mod endpoints;\nmod send;"),
        File::new("src/registry/endpoints/mod.rs", "pub fn tags() {}"),
        File::new("src/registry/send/mod.rs", "mod call;\nmod retries;"),
        File::new("src/registry/send/call.rs", "pub struct Call;"),
        File::new("src/registry/send/retries.rs", "pub struct Retries;"),
        File::new(
            "src/verbs/mod.rs",
            "use crate::registry::endpoints::tags;\nuse crate::registry::send::retries::Retries;\n\
             use crate::registry::send::call::Call;",
        ),
    ];
    let asked = ["src/verbs/mod.rs must not name src/registry/send/call.rs: ask an endpoint"];
    assert_eq!(past_the_endpoints(&verbs), asked);
    assert_eq!(sliced_clients(&sample).len(), 1);
    assert_eq!(sliced_clients(&sample[..4]).len(), 0);
}
