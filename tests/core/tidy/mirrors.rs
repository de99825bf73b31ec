//! Tests stand in the folders that what they test stands in.

use std::collections::BTreeSet;

use super::tree::{File, files};

/// Where tests are, and where what they test is.
const MIRRORS: [(&str, &str); 2] = [("tests/core/", "src/"), ("tests/pkg/", "pkg/")];

/// Folders of the tests of the core that test all of it, or serve the tests.
const OWN: [&str; 3] = ["tests/core/conversations", "tests/core/support", "tests/core/tidy"];

/// Every folder that has a file, with those above it.
fn folders(files: &[File]) -> BTreeSet<&str> {
    let above =
        |path| std::iter::successors(Some(path), |path: &&str| path.rsplit_once('/').map(|(up, _)| up));
    files.iter().flat_map(|file| above(file.path.as_str()).skip(1)).collect()
}

/// Folders of tests without a folder, or a module of one file, of the same name.
fn strays(files: &[File]) -> Vec<String> {
    let all = folders(files);
    let is_file = |path: &str| files.iter().any(|file| file.path == path);
    let mut strays = Vec::new();
    for (tests, tested) in MIRRORS {
        for folder in all.iter().filter(|folder| !OWN.iter().any(|own| folder.starts_with(own))) {
            let Some(inside) = folder.strip_prefix(tests) else { continue };
            let like = format!("{tested}{inside}");
            if !all.contains(like.as_str()) && !is_file(&format!("{like}.rs")) {
                strays.push(format!("{folder} tests no {like}"));
            }
        }
    }
    strays
}

#[test]
fn tests_stand_where_what_they_test_does() {
    let files = files();
    assert!(MIRRORS.iter().all(|(tests, _)| files.iter().any(|file| file.path.starts_with(tests))));
    assert_eq!(strays(&files), [""; 0]);
}

#[test]
fn strays_are_seen() {
    let paths = [
        "src/a/b.rs",
        "tests/core/a/c.rs",
        "tests/core/d/e.rs",
        "tests/core/support/host.rs",
        "pkg/x/y/z.js",
    ];
    let mut files: Vec<File> = paths.iter().map(|path| File::new(path, "")).collect();
    files.extend(["tests/pkg/x/y/z.test.mjs", "tests/pkg/y/z.test.mjs"].map(|path| File::new(path, "")));
    assert_eq!(strays(&files), ["tests/core/d tests no src/d", "tests/pkg/y tests no pkg/y"]);
}
