//! No two files need each other, by imports or by calls: within a room, too, one is above the other.

use super::paths::{circles, javascript_arrows, rust_arrows, with_calls};
use super::tree::{File, files};

#[test]
fn files_do_not_need_each_other() {
    let mut sources = files();
    let scripts: Vec<File> =
        sources.extract_if(.., |file| file.has_extension(&["js", "jsx", "mjs"])).collect();
    let others: Vec<Vec<File>> = CRATES.iter().map(|root| crate_at(root, &mut sources)).collect();
    sources.retain(File::is_rust_source);
    assert!(!scripts.is_empty() && !sources.is_empty() && others.iter().all(|files| !files.is_empty()));
    let mut arrows = vec![with_calls(rust_arrows(&sources), &sources), javascript_arrows(&scripts)];
    arrows.extend(others.iter().map(|files| with_calls(rust_arrows(files), files)));
    let circles: Vec<_> = arrows.iter().flat_map(circles).collect();
    assert_eq!(circles, [[""; 0]; 0]);
}

/// Crates beside the core, by their folders.
const CRATES: [&str; 6] =
    ["src/reader/", "src/zstd/", "xtask/src/", "tests/core/", "tests/fuzz/", "tests/schedules/"];

/// Takes the files of a crate out of `sources`; its root stands where that of the core does.
fn crate_at(root: &str, sources: &mut Vec<File>) -> Vec<File> {
    let own = sources.extract_if(.., |file| file.path.starts_with(root) && file.has_extension(&["rs"]));
    own.map(|file| {
        let path = file.path.replacen(root, "src/", 1).replace("src/main.rs", "src/lib.rs");
        File::new(&path, &file.text)
    })
    .collect()
}
