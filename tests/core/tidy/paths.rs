//! Which file names which: the arrows of a room, from the paths that its code writes.
//!
//! A path stands for the file that defines what it names: one that leads through a re-export is followed to its end,
//! and the re-export itself is no arrow. `mod` lines are none either.

use std::collections::{BTreeMap, BTreeSet};

use super::tree::File;

/// Every arrow between files, each once: who names, and who is named.
pub(super) type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The arrows of the core.
pub(super) fn rust_arrows(files: &[File]) -> Arrows {
    let modules: BTreeMap<Vec<String>, &File> = files.iter().map(|file| (module(&file.path), file)).collect();
    let exports = modules.iter().map(|(module, file)| (module.clone(), exports(module, file))).collect();
    let core = Core { modules, exports };
    let mut arrows = Arrows::new();
    for (module, file) in &core.modules {
        let named = arrows.entry(file.path.clone()).or_default();
        for path in paths(module, file).into_iter().filter(|path| !path.is_export) {
            if let Some(other) = core.defining(&path.segments, 0).filter(|other| *other != file.path) {
                named.insert(other.to_owned());
            }
        }
    }
    arrows
}

/// `src/a/b.rs` and `src/a/b/mod.rs` are `crate::a::b`.
fn module(path: &str) -> Vec<String> {
    let inside = path.trim_start_matches("src/").trim_end_matches(".rs");
    let segments = inside.split('/').filter(|segment| !matches!(*segment, "mod" | "lib"));
    segments.map(str::to_owned).collect()
}

struct Core<'a> {
    modules: BTreeMap<Vec<String>, &'a File>,
    exports: BTreeMap<Vec<String>, Vec<(String, Vec<String>)>>,
}

impl Core<'_> {
    /// The path of the file that defines what a path names; none outside of the crate.
    fn defining(&self, path: &[String], depth: usize) -> Option<&str> {
        let length = (0..=path.len()).rev().find(|length| self.modules.contains_key(&path[..*length]))?;
        let module = &path[..length];
        let exported = path.get(length).filter(|_| depth < 8).and_then(|name| {
            let (_, target) =
                self.exports[module].iter().find(|(exported, _)| exported == name || exported == "*")?;
            let mut target = target.clone();
            target.extend_from_slice(&path[length + 1..]);
            self.defining(&target, depth + 1)
        });
        // What is only a folder of others defines nothing.
        exported.or_else(|| (length > 0).then(|| self.modules[module].path.as_str()))
    }
}

struct Named {
    segments: Vec<String>,
    is_export: bool,
}

fn exports(module: &[String], file: &File) -> Vec<(String, Vec<String>)> {
    let exported = paths(module, file).into_iter().filter(|path| path.is_export);
    exported.filter_map(|path| Some((path.segments.last()?.clone(), path.segments))).collect()
}

/// The paths of a file's code from the crate's root on: of `use` lines, and of those that stand in the code.
fn paths(module: &[String], file: &File) -> Vec<Named> {
    let code: Vec<&str> = file.code().map(|(_, line)| line).collect();
    let code = code.join("\n");
    let mut named = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let line_start = code[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let before = code[line_start..at].trim();
        if !(before.is_empty() || before.starts_with("pub")) {
            continue;
        }
        let tree = code[at + 4..].split(';').next().unwrap_or_default();
        for path in expanded("", tree) {
            named.extend(
                rooted(module, &path).map(|segments| Named { segments, is_export: !before.is_empty() }),
            );
        }
    }
    for root in ["crate::", "super::"] {
        for (at, _) in code.match_indices(root) {
            let end = code[at..]
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
                .unwrap_or(code.len() - at);
            let is_whole = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
            let path = code[at..at + end].trim_end_matches(':');
            let line_start = code[..at].rfind('\n').map_or(0, |newline| newline + 1);
            let is_use = code[line_start..at].contains("use ");
            if is_whole && !is_use {
                named.extend(rooted(module, path).map(|segments| Named { segments, is_export: false }));
            }
        }
    }
    named
}

/// `a::{b, c::{d, self}}` as `a::b`, `a::c::d`, `a::c`.
fn expanded(prefix: &str, tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((path, group)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or_default().trim();
        let path =
            if name == "self" { prefix.trim_end_matches("::").to_owned() } else { format!("{prefix}{name}") };
        return if path.is_empty() { Vec::new() } else { vec![path] };
    };
    let prefix = format!("{prefix}{}", path.trim());
    let mut depth = 0;
    let mut start = 0;
    let mut found = Vec::new();
    for (at, character) in group.char_indices() {
        let ends = match character {
            '{' => {
                depth += 1;
                false
            }
            '}' if depth == 0 => true,
            '}' => {
                depth -= 1;
                false
            }
            ',' => depth == 0,
            _ => false,
        };
        if ends {
            found.extend(expanded(&prefix, &group[start..at]));
            start = at + 1;
            if character == '}' {
                break;
            }
        }
    }
    found
}

/// A path from the crate's root on. One of another crate reads as if that were a module of the file: no file has it.
fn rooted(module: &[String], path: &str) -> Option<Vec<String>> {
    let mut segments = path.split("::").map(str::to_owned).peekable();
    let mut rooted = match segments.peek()?.as_str() {
        "crate" => Vec::new(),
        _ => module.to_vec(),
    };
    while let Some(first) = segments.next_if(|segment| matches!(segment.as_str(), "crate" | "super" | "self"))
    {
        if first == "super" {
            rooted.pop();
        }
    }
    rooted.extend(segments);
    Some(rooted)
}

/// Methods of the standard library: a call of one says nothing about a method of that name here.
const STANDARD: [&str; 42] = [
    "append", "clear", "clone", "close", "contains", "digest", "end", "entry", "extend", "find", "finish",
    "first", "get", "insert", "into", "is_empty", "iter", "join", "kind", "last", "len", "lock", "map",
    "name", "next", "now", "of", "open", "parse", "path", "pop", "position", "push", "read", "remove",
    "replace", "send", "size", "sleep", "split", "take", "wait",
];

/// The arrows with the calls of methods, which no path shows: a file that calls a method needs the file that defines it,
/// where a single file defines a method of that name.
pub(super) fn with_calls(mut arrows: Arrows, files: &[File]) -> Arrows {
    let mut defining: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for file in files {
        for name in methods(file) {
            defining.entry(name).or_default().insert(&file.path);
        }
    }
    for file in files {
        for called in calls(file) {
            if let Some(Some(other)) = defining.get(&called).map(|files| single(files))
                && other != file.path
                && !STANDARD.contains(&called.as_str())
            {
                arrows.entry(file.path.clone()).or_default().insert(other.to_owned());
            }
        }
    }
    arrows
}

fn single<'a>(files: &BTreeSet<&'a str>) -> Option<&'a str> {
    files.first().copied().filter(|_| files.len() == 1)
}

fn code_of(file: &File) -> String {
    file.code().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

fn name_at(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The names of functions whose first parameter is `self`.
fn methods(file: &File) -> Vec<String> {
    let code = code_of(file);
    let starts = code.match_indices("fn ").map(|(at, _)| &code[at + 3..]);
    let taking_self = starts.filter(|rest| {
        let parameters = rest.split_once('(').map_or("", |(_, inside)| inside.trim_start());
        let first = parameters.split([',', ')']).next().unwrap_or_default();
        first
            .split(['&', ' ', ':'])
            .filter(|word| !word.is_empty() && !word.starts_with('\''))
            .find(|word| *word != "mut")
            == Some("self")
    });
    taking_self.map(name_at).collect()
}

/// The names behind a dot and before a parenthesis.
fn calls(file: &File) -> Vec<String> {
    let code = code_of(file);
    let dots = code.match_indices('.').map(|(at, _)| &code[at + 1..]);
    let named = dots.map(|rest| (name_at(rest), rest));
    let called = named.filter(|(name, rest)| {
        rest[name.len()..].starts_with(['(']) || rest[name.len()..].starts_with("::<")
    });
    called.map(|(name, _)| name).collect()
}

/// The arrows of JavaScript modules: `import`, `export … from` and `import()` of relative paths.
pub(super) fn javascript_arrows(files: &[File]) -> Arrows {
    let mut arrows = Arrows::new();
    for file in files {
        let named = arrows.entry(file.path.clone()).or_default();
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (_, line) in file.code() {
            for marker in ["from \"", "import(\"", "import \""] {
                let specifier = line.split_once(marker).and_then(|(_, rest)| rest.split('"').next());
                if let Some(relative) = specifier.filter(|specifier| specifier.starts_with('.')) {
                    named.insert(joined(folder, relative));
                }
            }
        }
        named.remove(&file.path);
    }
    arrows
}

fn joined(folder: &str, relative: &str) -> String {
    let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in relative.split('/') {
        match segment {
            "." => {}
            ".." => drop(segments.pop()),
            name => segments.push(name),
        }
    }
    segments.join("/")
}

/// The circles, each as its files in order; one file alone is none. (Tarjan 1972, as reachability both ways: rooms are small.)
pub(super) fn circles(arrows: &Arrows) -> Vec<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        arrows.keys().map(|file| (file, reachable(arrows, file))).collect();
    let mut seen = BTreeSet::new();
    let mut circles = Vec::new();
    for (file, others) in &reached {
        if !others.contains(file) || seen.contains(file) {
            continue;
        }
        let circle: Vec<&String> = others
            .iter()
            .copied()
            .filter(|other| reached.get(other).is_some_and(|back| back.contains(file)))
            .collect();
        seen.extend(circle.iter().copied());
        circles.push(circle.into_iter().cloned().collect());
    }
    circles
}

/// Every file that one leads to.
pub(super) fn reachable<'a>(arrows: &'a Arrows, from: &String) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = arrows.get(from).into_iter().flatten().collect();
    while let Some(file) = open.pop() {
        if reached.insert(file) {
            open.extend(arrows.get(file).into_iter().flatten());
        }
    }
    reached
}

#[test]
fn paths_are_followed_to_the_file_that_defines_them() {
    let files = [
        File::new("src/lib.rs", "pub mod a;\npub mod b;\n"),
        File::new(
            "src/a/mod.rs",
            "mod one;\nmod two;\npub use one::{One, Other as Third};\npub use two::Two;\n",
        ),
        File::new("src/a/one.rs", "use super::two::{self, Two};\n// crate::b\nfn f(x: crate::b::B) {}\n"),
        File::new("src/a/two.rs", "use crate::a::One;\n"),
        File::new(
            "src/b.rs",
            "use std::fmt;\nuse crate::{a::{One, Two}};\npub struct B;\n#[cfg(test)]\nmod tests { use crate::a::two; }\n",
        ),
    ];
    let arrows = rust_arrows(&files);
    let of = |path: &str| arrows[path].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(of("src/a/one.rs"), ["src/a/two.rs", "src/b.rs"]);
    assert_eq!(of("src/a/two.rs"), ["src/a/one.rs"]);
    assert_eq!(of("src/b.rs"), ["src/a/one.rs", "src/a/two.rs"]);
    assert_eq!(of("src/a/mod.rs"), [""; 0]);
    assert_eq!(circles(&arrows), [["src/a/one.rs", "src/a/two.rs", "src/b.rs"]]);
}

#[test]
fn calls_of_methods_are_followed() {
    let files = [
        File::new("src/lib.rs", "mod a;\nmod b;\n"),
        File::new(
            "src/a.rs",
            "pub struct A;\nimpl A {\n    fn one(&self) {\n        self.two();\n    }\n}\n",
        ),
        File::new("src/b.rs", "use crate::a::A;\nimpl A {\n    pub(crate) fn two(&mut self, n: u8) {}\n}\n"),
    ];
    assert_eq!(circles(&rust_arrows(&files)), [[""; 0]; 0]);
    assert_eq!(circles(&with_calls(rust_arrows(&files), &files)), [["src/a.rs", "src/b.rs"]]);
}

#[test]
fn imports_are_followed() {
    let files = [
        File::new("pkg/a.js", "import { b } from \"./x/b.js\";\nimport \"node:fs\";\n"),
        File::new("pkg/x/b.js", "export const c = () => import(\"../a.js\");\n"),
    ];
    assert_eq!(circles(&javascript_arrows(&files)), [["pkg/a.js", "pkg/x/b.js"]]);
}
