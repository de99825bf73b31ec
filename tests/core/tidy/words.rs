//! The field's words: a picture has to be translated by whoever reads it, and a pronoun names no party.

use super::enforce;
use super::tree::{File, files};

/// Pictures, in names and in comments. The word of the field: authenticate, single flight, concurrency or pacing,
/// tokens, redirects, permission, quirk, stated, transfer.
const PICTURES: [&str; 19] = [
    "door", "doors", "lane", "lanes", "wallet", "travel", "travels", "trip", "trips", "permit", "permits",
    "admit", "admits", "admitted", "habit", "habits", "told", "bring", "brings",
];

/// In comments: the caller, the registry, the host, another process.
const PRONOUNS: [&str; 5] = ["whoever", "somebody", "nobody", "everybody", "anybody"];

fn pictures(file: &File) -> Vec<String> {
    let mut complaints = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        let plain = line.replace("ound trip", "").replace("ound-trip", "");
        let start = plain.trim_start();
        let is_comment = ["//", "/*", "* "].iter().any(|mark| start.starts_with(mark));
        let comment =
            if is_comment { start } else { plain.split_once(" // ").map_or("", |(_, comment)| comment) };
        let code = if is_comment { "" } else { &without_texts(plain.split(" // ").next().unwrap()) };
        let found = words(comment)
            .into_iter()
            .filter(|word| is_one_of(word, &PICTURES) || is_one_of(word, &PRONOUNS));
        let named = words(code).into_iter().filter(|word| is_one_of(word, &PICTURES));
        complaints.extend(found.chain(named).map(|word| format!("line {} says `{word}`", at + 1)));
    }
    complaints
}

fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.contains(&word)
}

/// Code without what stands between quotes: messages are the users', and data is data.
fn without_texts(code: &str) -> String {
    code.split('"').step_by(2).collect::<Vec<_>>().join(" ")
}

/// The words of a text, those of `snake_case` and `camelCase` names each by itself.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for character in text.chars() {
        let begins = character.is_uppercase() && before.is_lowercase();
        if !character.is_alphabetic() || begins {
            words.push(String::new());
        }
        if character.is_alphabetic() {
            words.last_mut().unwrap().extend(character.to_lowercase());
        }
        before = character;
    }
    words
}

#[test]
fn names_and_comments_use_the_words_of_the_field() {
    let mut files = files();
    files.retain(|file| {
        ["src/", "pkg/", "www/", "xtask/"].iter().any(|room| file.path.starts_with(room)) && file.is_code()
    });
    enforce(&files, pictures);
}

/// What a module is, in a sentence that ends.
fn nameless_modules(file: &File) -> Vec<String> {
    let comment: Vec<&str> = match file.has_extension(&["rs"]) {
        true => file.text.lines().map_while(|line| line.strip_prefix("//!")).collect(),
        false if file.text.starts_with("//") => {
            file.text.lines().map_while(|line| line.strip_prefix("//")).collect()
        }
        false => {
            let text = file.text.strip_prefix("/**").and_then(|rest| rest.split("*/").next());
            text.map(|text| text.lines().collect()).unwrap_or_default()
        }
    };
    let text: Vec<&str> = comment.iter().map(|line| line.trim_start_matches([' ', '*']).trim()).collect();
    let first =
        text.split(|line| line.is_empty()).find(|lines| !lines.is_empty()).map(|lines| lines.join(" "));
    match first {
        None => vec!["has no sentence at its top that says what it is".to_owned()],
        Some(text) if !text.ends_with(['.', ':', '`', '?']) => {
            vec![format!("its first sentence does not end: {text}")]
        }
        Some(_) => Vec::new(),
    }
}

#[test]
fn modules_say_what_they_are() {
    let mut files = files();
    files.retain(|file| {
        ["src/", "pkg/", "www/", "xtask/src/"].iter().any(|room| file.path.starts_with(room))
            && file.has_extension(&["rs", "js", "jsx"])
    });
    enforce(&files, nameless_modules);
}

#[test]
fn pictures_are_seen() {
    let found = |text| pictures(&File::new("src/a.rs", text)).len();
    assert_eq!(
        found(
            "let door = a_lane(); // somebody waits\n/// Whoever comes, at the Wallet.\nlet isAdmitted = 1;"
        ),
        6
    );
    assert_eq!(
        found("fail(\"somebody told\"); // one round trip\nlet outdoors = everybody;\n/// an admission"),
        0
    );
    assert_eq!(nameless_modules(&File::new("src/a.rs", "use a;\n")).len(), 1);
    assert_eq!(nameless_modules(&File::new("src/a.rs", "//! Things\nuse a;\n")).len(), 1);
    assert_eq!(
        nameless_modules(&File::new("pkg/a.js", "/**\n * Things that\n * end.\n *\n * More\n */\n")).len(),
        0
    );
}
