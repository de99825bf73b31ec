//! No two files need each other: within a room, too, one is above the other.

use super::paths::{circles, javascript_arrows, rust_arrows};
use super::tree::{File, files};

#[test]
fn files_do_not_need_each_other() {
    let mut sources = files();
    let scripts: Vec<File> = sources
        .extract_if(.., |file| !file.path.starts_with("tests/") && file.has_extension(&["js", "mjs"]))
        .collect();
    let xtask: Vec<File> = sources
        .extract_if(.., |file| file.path.starts_with("xtask/src/"))
        .map(|file| as_core(&file))
        .collect();
    sources.retain(File::is_rust_source);
    assert!(!scripts.is_empty() && !xtask.is_empty() && !sources.is_empty());
    let arrows = [rust_arrows(&sources), rust_arrows(&xtask), javascript_arrows(&scripts)];
    let circles: Vec<_> = arrows.iter().flat_map(circles).collect();
    assert_eq!(circles, [[""; 0]; 0]);
}

/// The driver is a crate of its own, with its root elsewhere.
fn as_core(file: &File) -> File {
    File::new(&file.path.replace("xtask/src/main.rs", "src/lib.rs").replace("xtask/src/", "src/"), &file.text)
}
