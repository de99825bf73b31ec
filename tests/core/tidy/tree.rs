//! The files of the work tree, as the rules see them.

use std::fs;
use std::path::Path;

/// Folders and files that are generated or belong to others.
const FOREIGN: [&str; 10] = [
    ".git",
    "target",
    "node_modules",
    "pkg/bin",
    "pkg/inspector",
    "pkg/reader",
    "pkg/vendor",
    "pkg/wasm",
    "pkg/README.md",
    ".tmp",
];

/// Data: recorded from other programs or copied in, with their words and paths.
const DATA: [&str; 7] = [
    "tests/data/vectors/",
    "tests/data/golden/",
    "tests/conversations/",
    "tests/data/documents/",
    "tests/data/tars/",
    "tests/fuzz/cases/",
    "Cargo.lock",
];

/// A text file: its path from the root, with `/`, and what it holds.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    pub(super) fn new(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: text.to_owned() }
    }

    pub(super) fn has_extension(&self, extensions: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
    }

    /// The name without its folder and everything from the first dot on.
    pub(super) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap();
        name.split('.').next().unwrap()
    }

    pub(super) fn is_rust_source(&self) -> bool {
        self.path.starts_with("src/") && self.has_extension(&["rs"]) && self.stem() != "tests"
    }

    /// JavaScript that ships in the npm package.
    pub(super) fn is_package_source(&self) -> bool {
        self.path.starts_with("pkg/") && self.has_extension(&["js"])
    }

    /// Written by hand, in a programming language.
    pub(super) fn is_code(&self) -> bool {
        self.has_extension(&["rs", "js", "jsx", "mjs", "ts", "css", "html"])
    }

    /// The rules themselves, which have to name what they forbid.
    fn is_rule(&self) -> bool {
        self.path.starts_with("tests/core/tidy")
    }

    /// The lines that ship, numbered from 1: no comments, and nothing from a test module on.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let numbered = self.text.lines().enumerate().map(|(at, line)| (at + 1, line));
        numbered.take_while(|(_, line)| line.trim_end() != "#[cfg(test)]").filter_map(|(number, line)| {
            let start = line.trim_start();
            let comment = ["//", "/*", "*/", "* "].iter().any(|mark| start.starts_with(mark)) || start == "*";
            (!comment).then(|| (number, line.split(" // ").next().unwrap()))
        })
    }
}

/// Every text file but the rules, in the order of their paths.
pub(super) fn files() -> Vec<File> {
    let mut files = Vec::new();
    collect(Path::new(env!("CARGO_MANIFEST_DIR")), "", &mut files);
    files.retain(|file| !file.is_rule());
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// [`files`] without data.
pub(super) fn written_files() -> Vec<File> {
    let mut files = files();
    files.retain(|file| !DATA.iter().any(|data| file.path.starts_with(data)));
    files
}

/// One file by its path.
pub(super) fn file(path: &str) -> File {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    File::new(path, &fs::read_to_string(&full).unwrap_or_else(|error| panic!("{path}: {error}")))
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{prefix}{name}");
        if FOREIGN.contains(&path.as_str()) || FOREIGN.contains(&name.as_str()) {
            continue;
        }
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files);
        } else if kind.is_file()
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            files.push(File { path, text });
        }
    }
}

#[test]
fn code_leaves_out_comments_and_tests() {
    let sample = File::new(
        "src/a.rs",
        "//! doc\nlet a = 1; // why\n/** doc\n * more\n */\nlet b;\n#[cfg(test)]\nmod tests {\nlet c;\n",
    );
    assert_eq!(sample.code().collect::<Vec<_>>(), [(2, "let a = 1;"), (6, "let b;")]);
}
