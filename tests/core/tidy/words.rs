//! The field's words: a reader has to translate a picture, and a pronoun names no party.

use super::enforce;
use super::tree::{File, files};

/// Pictures, in names, comments and names of tests. The word of the field: authenticate, concurrency or pacing, single
/// flight, tokens, redirects, permission, quirk, stated or reported, transfer.
const PICTURES: [&str; 21] = [
    "door", "doors", "lane", "lanes", "turn", "turns", "wallet", "travel", "travels", "trip", "trips",
    "permit", "permits", "admit", "admits", "admitted", "habit", "habits", "told", "bring", "brings",
];

/// In comments and names of tests: the caller, the registry, the host, another process.
const PRONOUNS: [&str; 8] =
    ["whoever", "somebody", "nobody", "everybody", "anybody", "someone", "everyone", "anyone"];

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
        let title = title(start).filter(|_| file.path.starts_with("tests/")).unwrap_or_default();
        let titled =
            words(title).into_iter().filter(|word| is_one_of(word, &PICTURES) || is_one_of(word, &PRONOUNS));
        let named = words(code).into_iter().filter(|word| is_one_of(word, &PICTURES));
        complaints
            .extend(found.chain(titled).chain(named).map(|word| format!("line {} says `{word}`", at + 1)));
    }
    complaints
}

/// What a test or a group of tests of JavaScript is called.
fn title(line: &str) -> Option<&str> {
    let rest = ["test(", "describe("].iter().find_map(|call| line.strip_prefix(call))?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '`'))?;
    rest[1..].split(quote).next()
}

/// Functions that say of what they give only that it is all of something.
fn whole_functions(file: &File) -> Vec<String> {
    let starts = ["fn whole", "function whole", "const whole = (", "async whole("];
    let found = file.code().filter(|(_, line)| starts.iter().any(|start| line.contains(start)));
    found.map(|(number, _)| format!("line {number}: name what is read or made")).collect()
}

#[test]
fn functions_say_what_they_read_or_make() {
    let mut files = files();
    files.retain(|file| {
        ["src/", "pkg/", "xtask/", "tests/"].iter().any(|room| file.path.starts_with(room)) && file.is_code()
    });
    enforce(&files, whole_functions);
    let sample = File::new("src/a.rs", "fn whole() {}\n// fn whole\nlet whole = 1;\n");
    assert_eq!(whole_functions(&sample).len(), 1);
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
        ["src/", "pkg/", "www/", "xtask/", "tests/"].iter().any(|room| file.path.starts_with(room))
            && file.is_code()
    });
    enforce(&files, pictures);
}

/// Words that a page must not have; "take turns" and a wheel that turns are no pictures.
fn words_of_pages(file: &File) -> Vec<String> {
    let is_picture = |word: &str| is_one_of(word, &PICTURES) && !word.starts_with("turn");
    let lines = file.text.lines().map(|line| line.replace("ound trip", "").replace("ound-trip", ""));
    let mut complaints = Vec::new();
    for (at, line) in lines.enumerate() {
        let found = words(&line).into_iter().filter(|word| is_picture(word) || is_one_of(word, &PRONOUNS));
        complaints.extend(found.map(|word| format!("line {} says `{word}`", at + 1)));
    }
    complaints
}

#[test]
fn pages_use_the_words_of_the_field() {
    let mut files = files();
    files.retain(|file| file.path.starts_with("docs/") || file.path == "README.md");
    files.retain(|file| file.has_extension(&["md"]));
    enforce(&files, words_of_pages);
    let found = |text| words_of_pages(&File::new("docs/a.md", text)).len();
    assert_eq!(found("Whoever comes is admitted.\nSomebody travels.\n"), 4);
    assert_eq!(found("They take turns, in one round trip.\n"), 0);
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
        ["src/", "pkg/", "www/", "xtask/", "tests/"].iter().any(|room| file.path.starts_with(room))
            && !file.path.starts_with("tests/bundlers/")
            && file.has_extension(&["rs", "js", "jsx", "mjs"])
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
    let test = "test(\"a turn that nobody takes\", () => fail(\"told\"));\n";
    assert_eq!(pictures(&File::new("tests/a.mjs", test)).len(), 2);
    assert_eq!(pictures(&File::new("pkg/a.js", test)).len(), 0);
    assert_eq!(nameless_modules(&File::new("src/a.rs", "use a;\n")).len(), 1);
    assert_eq!(nameless_modules(&File::new("src/a.rs", "//! Things\nuse a;\n")).len(), 1);
    assert_eq!(
        nameless_modules(&File::new("pkg/a.js", "/**\n * Things that\n * end.\n *\n * More\n */\n")).len(),
        0
    );
}
