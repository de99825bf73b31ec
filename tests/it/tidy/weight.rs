//! What the binary is too small for. Each of these compiles into kilobytes of WebAssembly: the search of one text in
//! another comes with the panics of text slices and Unicode's tables to print them, and sorts and collections are
//! compiled anew for every type. `src/text.rs` and `src/order.rs` have what there is instead.

use super::enforce;
use super::tree::{File, files};

/// What to write instead, and what not to.
const HEAVY: [(&str, &[&str]); 4] = [
    ("crate::text", &[".contains('", ".contains(\"", ".find(\"", ".rfind(\"", ".split(\"", ".split_once(\""]),
    ("crate::text", &[".matches(\"", ".replace(\"", ".replace('", ".replacen(", ".join(\"", ".concat()"]),
    (
        "crate::order",
        &[".sort(", ".sort_", "BTreeMap", "BTreeSet", "HashMap", "HashSet", "BinaryHeap", "VecDeque"],
    ),
    ("Display: only programmers read Debug", &[":?}", ":#?}"]),
];

fn heavy(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    for (number, line) in file.code() {
        for (instead, names) in HEAVY {
            let found = names.iter().filter(|name| line.contains(**name));
            complaints.extend(found.map(|name| format!("line {number} has {name}; there is {instead}")));
        }
    }
    complaints
}

#[test]
fn nothing_heavy_is_compiled_in() {
    enforce(files().iter().filter(|file| file.is_rust_source()), heavy);
}

#[test]
fn what_is_heavy_is_seen() {
    let found = |text| heavy(&File::new("src/a.rs", text)).len();
    assert_eq!(found("if a.contains('b') && c.contains(\"d\") {}\nlet e = f.join(\", \");"), 3);
    assert_eq!(found("names.sort();\nnames.sort_by(f);\nuse std::collections::BTreeSet;"), 3);
    assert_eq!(found("format!(\"{a:?} and {:?}\", b)"), 1);
    assert_eq!(found("url.join(target)?;\nb\"_-\".contains(&byte);\nsorted(2, &f); // .sort("), 0);
}
