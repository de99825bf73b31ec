//! Reading JSON as Go's decoder does, where docker's rules and not ours decide what a document says: a key
//! matches whatever its case, the last one counts, null is as good as absent.

use std::borrow::Cow;

use crate::docker::words::json::{member_misfit, misfit};
use crate::json::{Type, Value, is_variant};
use crate::platform::Platform;

/// What is wrong with a document, in Go's words.
pub(crate) type Wrong<T> = std::result::Result<T, String>;

/// The last member that Go would take for `name`, unless it is null.
pub(crate) fn member<'a>(object: Value<'a>, name: &str) -> Option<Value<'a>> {
    let named = |key: &str| key == name || is_variant(key, name);
    let found = object.members().filter(|(key, _)| named(key)).last().map(|(_, value)| value);
    found.filter(|value| value.kind() != Type::Null)
}

/// A string, empty when it is not there; `owner` is what Go calls the place of the field.
pub(crate) fn string(object: Value<'_>, owner: &str, name: &str) -> Wrong<String> {
    match member(object, name) {
        None => Ok(String::new()),
        Some(value) => {
            value.string().map(Cow::into_owned).ok_or_else(|| member_misfit(value, owner, name, "string"))
        }
    }
}

/// An array of strings, empty when it is not there.
pub(crate) fn strings(object: Value<'_>, owner: &str, name: &str) -> Wrong<Vec<String>> {
    match member(object, name) {
        None => Ok(Vec::new()),
        Some(list) if list.kind() == Type::Array => list
            .elements()
            .map(|value| match value.kind() {
                Type::Null => Ok(String::new()),
                _ => value
                    .string()
                    .map(Cow::into_owned)
                    .ok_or_else(|| member_misfit(value, owner, name, "string")),
            })
            .collect(),
        Some(value) => Err(member_misfit(value, owner, name, "[]string")),
    }
}

/// A platform, verbatim; `owner` is what Go calls the place of its fields.
pub(crate) fn platform(value: Value<'_>, owner: &str) -> Wrong<Platform> {
    if value.kind() != Type::Object {
        return Err(misfit(value, "v1.Platform"));
    }
    Ok(Platform {
        architecture: string(value, owner, "architecture")?,
        os: string(value, owner, "os")?,
        os_version: string(value, owner, "os.version")?,
        os_features: strings(value, owner, "os.features")?,
        variant: string(value, owner, "variant")?,
    })
}
