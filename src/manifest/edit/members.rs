//! Two changes of one JSON object, made into one: member by member, and inside of members that are objects.

use std::borrow::Cow;
use std::collections::HashMap;

use super::text::with_raw_member;
use crate::error::Result;
use crate::json::splice::with_member;
use crate::json::{self, Type, Value, compact};

/// How many members of one object may be changed: each change reads the text again.
const CHANGES: usize = 200;
/// How many characters of a member's value a conflict shows.
const SHOWN: usize = 80;

/// The text of the third object with the members of the second that are not as the first has them. `path` says in
/// conflicts where the objects stand; members that are `left_out` stay as they are.
pub(super) fn merged(
    path: &str,
    (base, ours, theirs): (Option<&str>, &str, &str),
    left_out: &[&str],
    conflicts: &mut Vec<String>,
) -> Result<String> {
    let base = base.map(|base| json::parse(base.as_bytes())).transpose()?;
    let before = base.map(members).unwrap_or_default();
    let here = members(json::parse(ours.as_bytes())?);
    let there = members(json::parse(theirs.as_bytes())?);
    let mut names: Vec<&str> = before.keys().chain(here.keys()).map(AsRef::as_ref).collect();
    names.sort_unstable();
    names.dedup();
    let mut text = theirs.to_owned();
    let mut changes = 0;
    for name in names.into_iter().filter(|name| !left_out.contains(name)) {
        let [before, here, there] = [&before, &here, &there].map(|members| members.get(name).copied());
        if same_or_none(here, before) || same_or_none(here, there) {
            continue;
        }
        changes += 1;
        if changes > CHANGES {
            conflicts.push(format!("{}: more than {CHANGES} members differ", path.trim_end()));
            break;
        }
        let root = json::parse(text.as_bytes())?;
        text = match (here, there) {
            // Inside of an object less is written anew, unless very much changes.
            _ if same_or_none(there, before) && !is_small_object(here, there) => {
                let value = here.map(|here| compact(here.text()));
                with_member(root, name, value.as_deref())
            }
            _ if [before, here, there].into_iter().all(|value| value.is_none_or(is_object)) => {
                let [here, other] = [here, there].map(|value| value.map_or("{}", Value::text));
                let texts = (before.map(Value::text), here, other);
                match merged(&format!("{path}{name} "), texts, &[], conflicts)?.as_str() {
                    "{}" => with_member(root, name, None),
                    inner if there.is_some() => with_raw_member(root, name, inner)?,
                    inner => with_member(root, name, Some(inner)),
                }
            }
            _ => {
                conflicts.push(format!("{path}{name}: {} here, {} there", shown(here), shown(there)));
                continue;
            }
        };
    }
    Ok(text)
}

/// Whether two texts mean the same.
pub(super) fn same_text(one: &str, other: &str) -> Result<bool> {
    Ok(one == other || same(json::parse(one.as_bytes())?, json::parse(other.as_bytes())?))
}

fn members(object: Value<'_>) -> HashMap<Cow<'_, str>, Value<'_>> {
    object.members().collect()
}

fn is_object(value: Value<'_>) -> bool {
    value.kind() == Type::Object
}

fn is_small_object(here: Option<Value<'_>>, there: Option<Value<'_>>) -> bool {
    let is_small = |value: Value<'_>| is_object(value) && value.members().nth(CHANGES / 2).is_none();
    here.is_some_and(is_small) && there.is_some_and(is_small)
}

fn shown(value: Option<Value<'_>>) -> String {
    let Some(value) = value else { return "none".to_owned() };
    let text = compact(value.text());
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

fn same_or_none(one: Option<Value<'_>>, other: Option<Value<'_>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => same(one, other),
        (None, None) => true,
        _ => false,
    }
}

/// Whether two values mean the same: layout, escapes and the order of members do not count.
fn same(one: Value<'_>, other: Value<'_>) -> bool {
    let kinds = (one.kind(), other.kind());
    if kinds.0 != kinds.1 {
        return false;
    }
    match kinds.0 {
        Type::Object => {
            let (one, other) = (members(one), members(other));
            one.len() == other.len()
                && one.iter().all(|(name, value)| other.get(name).is_some_and(|known| same(*value, *known)))
        }
        Type::Array => {
            let (one, other): (Vec<_>, Vec<_>) = (one.elements().collect(), other.elements().collect());
            one.len() == other.len() && one.into_iter().zip(other).all(|(one, other)| same(one, other))
        }
        Type::String => one.string() == other.string(),
        _ => one.text() == other.text(),
    }
}
