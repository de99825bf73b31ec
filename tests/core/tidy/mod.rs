//! The house rules, as tests. Each rule is a function from text to complaints, and is shown a bad sample first.
//!
//! | file | rules |
//! |---|---|
//! | `arrows` | a room of the core knows only the rooms below it, and every room has a floor |
//! | `circles` | no two files need each other, by imports or by calls: core, package, page, driver, tests |
//! | `layers` | `registry/` and `registry/send/` are stacks, asked through `endpoints/`; a client's methods stand in one file; only `send/` waits |
//! | `functions` | at most 60 lines and 5 parameters, tests aside |
//! | `words` | the field's words in names, comments and names of tests; a file begins with a sentence; no function is `whole` |
//! | `facts` | hints, policies, limits and media types are generated from Rust; every command has a row in the table of flags |
//! | `names` | JavaScript, clocks, panics, `fetch`, Node and the DOM are named in their rooms only; no empty names |
//! | `texts` | at most 500 lines; no banners, addresses of machines, issue numbers, deceiving characters |
//! | `mirrors` | tests stand in folders of the same names as what they test |
//! | `manifests` | no dependencies, one version, pinned tools, lock files that name no registry |
//! | `page` | foreign text and links get onto the page through one component |
//!
//! `tree` reads the files, `paths` the arrows between them.

mod tree;

mod arrows;
mod circles;
mod facts;
mod functions;
mod layers;
mod manifests;
mod mirrors;
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
