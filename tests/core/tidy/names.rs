//! Names that belong into one room, and names that belong nowhere.

use super::enforce;
use super::tree::{File, files, written_files};

/// Complains about each line of code that contains one of `names` as a whole word (or ends one that
/// begins or ends with punctuation).
fn mentions(file: &File, names: &[&str]) -> Vec<String> {
    let lines = file.code();
    lines
        .flat_map(|(number, line)| {
            let found = names.iter().filter(move |name| contains_word(line, name));
            found.map(move |name| format!("line {number} names {name}"))
        })
        .collect()
}

fn contains_word(line: &str, name: &str) -> bool {
    let is_word = |character: char| character.is_alphanumeric() || character == '_' || character == '$';
    line.match_indices(name).any(|(at, _)| {
        let before = line[..at].chars().next_back().filter(|_| name.starts_with(is_word));
        let after = line[at + name.len()..].chars().next().filter(|_| name.ends_with(is_word));
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

const BOUNDARY: [&str; 6] =
    ["wasm_bindgen", "wasm_bindgen_futures", "js_sys", "web_sys", "gloo_net", "serde_wasm_bindgen"];

#[test]
fn only_bindings_know_javascript() {
    let sources = files();
    let is_boundary = |file: &File| {
        ["src/bindings/", "src/zstd/bindings.rs"].iter().any(|path| file.path.starts_with(path))
    };
    let inner = sources.iter().filter(|file| file.is_rust_source() && !is_boundary(file));
    enforce(inner, |file| mentions(file, &BOUNDARY));
}

const SURROUNDINGS: [&str; 17] = [
    "std::time",
    "std::env",
    "std::fs",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "std::process",
    "std::thread",
    "std::io",
    "SystemTime",
    "Instant",
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "dbg!",
];

#[test]
fn the_core_has_no_surroundings() {
    enforce(files().iter().filter(|file| file.is_rust_source()), |file| mentions(file, &SURROUNDINGS));
}

const PANICS: [&str; 7] =
    [".unwrap()", ".unwrap_err()", ".expect(\"", "panic!", "todo!", "unimplemented!", "unreachable!"];

#[test]
fn the_core_does_not_panic() {
    enforce(files().iter().filter(|file| file.is_rust_source()), |file| mentions(file, &PANICS));
}

#[test]
fn unsafe_is_only_what_wasm_bindgen_expands_to() {
    enforce(files().iter().filter(|file| file.is_rust_source()), |file| {
        mentions(file, &["unsafe {", "unsafe fn", "unsafe impl"])
    });
}

fn may_use_node(path: &str) -> bool {
    ["pkg/node/", "pkg/cli/", "pkg/entry/node.js", "pkg/entry/command.js", "pkg/reading/node.js"]
        .iter()
        .any(|room| path.starts_with(room))
}

#[test]
fn only_the_node_rooms_know_node() {
    let sources = files();
    // The facts are texts for people, in which a process is a process.
    let neutral = sources.iter().filter(|file| {
        file.is_package_source() && !may_use_node(&file.path) && file.path != "pkg/core/facts.js"
    });
    enforce(neutral, |file| mentions(file, &["\"node:", "'node:", "process", "__dirname", "require"]));
}

/// Whether a file reaches for the host's `fetch` instead of one that it was given or made itself.
fn names_global_fetch(file: &File) -> bool {
    let code: Vec<&str> = file.code().map(|(_, line)| line).collect();
    let code = code.join("\n");
    let global = ["globalThis", "window", "self"].iter().any(|name| contains_word(&code, name));
    let own = [
        "function fetch(",
        "const fetch =",
        "(fetch,",
        "(fetch)",
        "{ fetch }",
        "{ fetch,",
        ", fetch }",
        ", fetch,",
    ];
    let called = code.match_indices("fetch(").any(|(at, _)| {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        !before.is_alphanumeric() && !['.', '_', '$', '#'].contains(&before)
    });
    code.contains("globalThis.fetch")
        || global && contains_word(&code, "fetch")
        || called && !own.iter().any(|own| code.contains(own))
}

#[test]
fn the_hosts_fetch_is_named_in_one_file() {
    let sources = files();
    let naming: Vec<_> = sources
        .iter()
        .filter(|file| file.is_package_source() && names_global_fetch(file))
        .map(|file| file.path.as_str())
        .collect();
    assert_eq!(naming, ["pkg/core/fetch.js"]);
}

#[test]
fn the_hosts_fetch_is_recognised() {
    let names = |text| names_global_fetch(&File::new("pkg/a.js", text));
    assert!(names("const { fetch } = globalThis;"));
    assert!(names("return globalThis.fetch(url);"));
    assert!(names("const response = await fetch(url);"));
    assert!(!names("export function open({ fetch }) {\n  return fetch(url);\n}"));
    assert!(!names("return options.fetch(url);"));
    assert!(!names("return nodeFetch(url);"));
}

/// `document` alone is one of our nouns; these are the browser's.
const DOM: [&str; 11] = [
    "window",
    "localStorage",
    "sessionStorage",
    "HTMLElement",
    "customElements",
    "document.querySelector",
    "document.getElementById",
    "document.createElement",
    "document.body",
    "document.documentElement",
    "globalThis.document",
];

#[test]
fn the_package_knows_no_page() {
    enforce(files().iter().filter(|file| file.is_package_source()), |file| mentions(file, &DOM));
}

const MARKUP: [&str; 9] = [
    "dangerouslySetInnerHTML",
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "createContextualFragment",
    "setHTMLUnsafe",
    "eval(",
    "Function(",
];

#[test]
fn text_never_becomes_markup_or_code() {
    let sources = files();
    let shipped =
        |file: &&File| file.has_extension(&["js", "jsx", "mjs", "html"]) && !file.path.starts_with("tests/");
    enforce(sources.iter().filter(shipped), |file| mentions(file, &MARKUP));
}

#[test]
fn the_package_loads_without_waiting() {
    enforce(files().iter().filter(|file| file.is_package_source()), top_level_awaits);
}

/// A top-level await takes `require()` away from everyone who imports the file.
fn top_level_awaits(file: &File) -> Vec<String> {
    let outside = file.code().filter(|(_, line)| !line.starts_with([' ', '\t']));
    let waiting = outside.filter(|(_, line)| contains_word(line, "await") && !line.contains("async "));
    waiting.map(|(number, _)| format!("line {number} awaits at the top level")).collect()
}

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 9] =
    ["utils", "util", "helpers", "helper", "common", "misc", "shared", "stuff", "functions"];

fn empty_names(file: &File) -> Vec<String> {
    let words = file.path.split(['/', '.']);
    words.filter(|word| EMPTY_NAMES.contains(word)).map(|word| format!("`{word}` says nothing")).collect()
}

#[test]
fn files_and_folders_have_telling_names() {
    enforce(&written_files(), empty_names);
}

#[test]
fn forbidden_names_are_seen() {
    let found = |text, names: &[&str]| mentions(&File::new("src/a.rs", text), names).len();
    assert_eq!(found("use js_sys::Date;", &BOUNDARY), 1);
    assert_eq!(found("use std::time::Duration;\nprintln!();", &SURROUNDINGS), 2);
    assert_eq!(found("let a = b.unwrap();\nlet c = d.expect(\"e\");\ntodo!()", &PANICS), 3);
    assert_eq!(found("let a = b.unwrap_or(1);\nself.expect(b',')?;", &PANICS), 0);
    assert_eq!(found("import fs from \"node:fs\";", &["\"node:"]), 1);
    assert_eq!(found("view.innerHTML = text;\nretrieval(text);", &MARKUP), 1);
    assert_eq!(found("document.body.append(a);\nconst { body } = document;", &DOM), 1);
    assert_eq!(top_level_awaits(&File::new("pkg/a.js", "const a = await b();\n  await c();")).len(), 1);
    assert_eq!(empty_names(&File::new("src/utils.rs", "")).len(), 1);
    assert_eq!(empty_names(&File::new("src/utility_bill.rs", "")).len(), 0);
}
