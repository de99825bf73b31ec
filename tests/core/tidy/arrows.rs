//! Rooms of the core and who may know whom: arrows point from a room to itself or to earlier ones.

use super::enforce;
use super::tree::{File, files};

/// From the ground up. Rooms on one floor may know each other.
const FLOORS: [&[&str]; 11] = [
    &["error", "guard", "limits", "text"],
    &["json", "reader"],
    &["digest"],
    &["descriptor", "media_type", "platform", "reference"],
    &["selection"],
    &["manifest"],
    &["http"],
    &["archive", "registry"],
    &["verbs"],
    &["docker"],
    &["bindings"],
];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn room(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap();
    inside.split(['/', '.']).next().unwrap()
}

fn upward_arrows(file: &File) -> Vec<String> {
    let own = room(&file.path);
    // These are crates of their own, which cannot know a room of this one.
    if ["lib", "reader", "zstd"].contains(&own) {
        return Vec::new();
    }
    let Some(own_floor) = floor(own) else {
        return vec![format!("give the room `{own}` a floor in tests/core/tidy/arrows.rs")];
    };
    let code: Vec<&str> = file.code().map(|(_, line)| line).collect();
    let code = code.join("\n");
    rooms_named(&code)
        .into_iter()
        .filter(|other| floor(other).is_none_or(|floor| floor > own_floor))
        .map(|other| format!("`{own}` must not know `{other}`"))
        .collect()
}

/// The first segments of all paths that begin at the crate's root, groups included.
fn rooms_named(code: &str) -> Vec<&str> {
    let mut rooms = Vec::new();
    for (at, prefix) in code.match_indices("crate::") {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            None => rooms.push(first_word(rest)),
            Some(group) => rooms.extend(group_members(group)),
        }
    }
    rooms
}

fn group_members(group: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut members = vec![first_word(group.trim_start())];
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => members.push(first_word(group[at + 1..].trim_start())),
            _ => {}
        }
    }
    members.retain(|member| !member.is_empty());
    members
}

fn first_word(text: &str) -> &str {
    let end = text.find(|character: char| !character.is_alphanumeric() && character != '_');
    &text[..end.unwrap_or(text.len())]
}

#[test]
fn rooms_know_only_the_rooms_below_them() {
    enforce(files().iter().filter(|file| file.is_rust_source()), upward_arrows);
}

#[test]
fn every_room_is_on_the_map() {
    let map = super::tree::file("src/lib.rs");
    let absent: Vec<_> = map
        .code()
        .filter_map(|(_, line)| line.trim().trim_start_matches("pub ").strip_prefix("mod "))
        .map(|line| line.trim_end_matches(';'))
        .filter(|room| floor(room).is_none())
        .collect();
    assert!(absent.is_empty(), "rooms without a floor: {absent:?}");
}

#[test]
fn an_upward_arrow_is_seen() {
    let complaints = |path, text| upward_arrows(&File::new(path, text)).len();
    assert_eq!(complaints("src/digest/mod.rs", "use crate::registry::Client;"), 1);
    assert_eq!(complaints("src/digest/mod.rs", "use crate::{error::{Error, Result}, manifest::Kind};"), 1);
    assert_eq!(complaints("src/manifest/index.rs", "fn f(c: &crate::bindings::Host) {}"), 1);
    assert_eq!(complaints("src/rucksack.rs", ""), 1);
    assert_eq!(complaints("src/registry/auth.rs", "use crate::{error::Error, manifest::Document};"), 0);
    assert_eq!(complaints("src/digest/mod.rs", "// as crate::registry does"), 0);
}
