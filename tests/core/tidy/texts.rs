//! How files look, whatever they say.

use super::enforce;
use super::tree::{File, written_files};

/// The longest file.
const MAX_LINES: usize = 500;

fn too_long(file: &File) -> Vec<String> {
    let shipped = file.text.lines().take_while(|line| line.trim_end() != "#[cfg(test)]").count();
    if shipped <= MAX_LINES { Vec::new() } else { vec![format!("{shipped} lines; at most {MAX_LINES}")] }
}

#[test]
fn files_are_short() {
    let files = written_files();
    enforce(files.iter().filter(|file| file.is_code()), too_long);
}

fn banners(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        let text = line.trim_start();
        let marks = ["//", "/*", "*", "#", "<!--"];
        let is_comment = marks.iter().any(|mark| text.starts_with(mark));
        let content = text.trim_start_matches(['/', '*', '!', '<', ' ']);
        let is_underlined = is_comment
            && ["----", "====", "~~~~", "────", "━━━━"].iter().any(|rule| content.starts_with(rule));
        let is_framed = ["//////", "/*****", "######", "******"].iter().any(|frame| text.starts_with(frame));
        if is_underlined || is_framed {
            complaints.push(format!("line {} draws a banner", at + 1));
        }
        let header = ["SPDX-License", "Copyright", "All rights reserved"];
        if is_comment && header.iter().any(|words| text.contains(words)) {
            complaints.push(format!("line {} is a licence header", at + 1));
        }
    }
    complaints
}

#[test]
fn no_banners_and_no_licence_headers() {
    enforce(written_files().iter().filter(|file| file.is_code()), banners);
}

/// What only this machine, or only one network, would understand.
const FOREIGN_ADDRESSES: [&str; 9] = [
    "/work/",
    "/root/",
    "/home/",
    "/Users/",
    "registry.npmjs",
    "index.crates.io",
    "static.crates.io",
    "deb.debian.org",
    "pypi.org",
];

fn foreign_addresses(file: &File) -> Vec<String> {
    let found = FOREIGN_ADDRESSES.iter().filter(|address| file.text.contains(**address));
    found.map(|address| format!("names {address}")).collect()
}

#[test]
fn no_machine_paths_and_no_package_registries() {
    enforce(&written_files(), foreign_addresses);
}

/// `issue 7`, `fixes #7`, `(#7)`: a reader of the code alone cannot follow them.
fn issue_numbers(file: &File) -> Vec<String> {
    let lower = file.text.to_lowercase();
    let marks = ["issue ", "issue #", "issues/", "fixes #", "closes #", "gh-", "(#", "pull/"];
    let found = marks.iter().filter(|mark| {
        lower
            .match_indices(**mark)
            .any(|(at, _)| lower[at + mark.len()..].starts_with(|c: char| c.is_ascii_digit()))
    });
    found.map(|mark| format!("points at an issue: {mark}…")).collect()
}

#[test]
fn no_issue_numbers() {
    enforce(&written_files(), issue_numbers);
}

/// Characters that make a text look like another one.
fn deceiving_characters(file: &File) -> Vec<String> {
    let deceives = |character: char| {
        matches!(character, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
            || character.is_control() && !matches!(character, '\n' | '\t')
    };
    let found = file.text.chars().filter(|character| deceives(*character));
    found.map(|character| format!("write {character:?} as an escape")).collect()
}

#[test]
fn no_character_deceives() {
    enforce(&written_files(), deceiving_characters);
}

fn untidy_ends(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    if !file.text.is_empty() && (!file.text.ends_with('\n') || file.text.ends_with("\n\n")) {
        complaints.push("does not end with one newline".to_owned());
    }
    for (at, line) in file.text.lines().enumerate() {
        if line.ends_with([' ', '\t']) {
            complaints.push(format!("line {} ends with a blank", at + 1));
        }
    }
    complaints
}

#[test]
fn lines_and_files_end_cleanly() {
    enforce(written_files().iter().filter(|file| file.is_code()), untidy_ends);
}

#[test]
fn untidy_texts_are_seen() {
    let sample = |text: &str| File::new("src/a.rs", text);
    assert_eq!(too_long(&sample(&"let a;\n".repeat(501))).len(), 1);
    assert_eq!(too_long(&sample(&format!("let a;\n#[cfg(test)]\n{}", "let b;\n".repeat(900)))).len(), 0);
    assert_eq!(banners(&sample("// ------ parsing ------\n// Copyright 2026 Somebody\n")).len(), 2);
    assert_eq!(banners(&sample("// a -- b\nlet line = \"----\";\n")).len(), 0);
    assert_eq!(foreign_addresses(&sample("// see /work/x\n")).len(), 1);
    assert_eq!(issue_numbers(&sample("// Fixes #12\n")).len(), 1);
    assert_eq!(issue_numbers(&sample("// an issue worth two\ncolor: (#abc)\n")).len(), 0);
    assert_eq!(deceiving_characters(&sample("let a = \"\u{202E}\";\r\n")).len(), 2);
    assert_eq!(untidy_ends(&sample("let a; \nlet b;")).len(), 2);
}
