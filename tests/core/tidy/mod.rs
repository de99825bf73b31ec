//! The house rules, as tests: who may know whom, which names belong into which room, and what no
//! file may hold. Each rule is a function from text to complaints, so that it can be shown a bad
//! sample first.

mod tree;

mod arrows;
mod circles;
mod facts;
mod functions;
mod layers;
mod manifests;
mod names;
mod page;
mod paths;
mod texts;
mod words;

use tree::File;

/// Applies `rule` to each of `files`, of which there have to be some, and lists every complaint.
fn enforce<'a>(files: impl IntoIterator<Item = &'a File>, rule: impl Fn(&File) -> Vec<String>) {
    let mut seen = 0;
    let mut complaints = Vec::new();
    for file in files {
        seen += 1;
        complaints.extend(rule(file).into_iter().map(|complaint| format!("{}: {complaint}", file.path)));
    }
    assert!(seen > 0, "no file to look at: the rule has lost its subject");
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}
