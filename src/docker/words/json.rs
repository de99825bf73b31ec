//! Go's sentences for a JSON value that does not fit the struct it is read into.

use crate::json::{Type, Value};

/// A value that is not of `go_type`.
pub(crate) fn misfit(value: Value<'_>, go_type: &str) -> String {
    format!("json: cannot unmarshal {} into Go value of type {go_type}", kind(value))
}

/// A member that is not of `go_type`; `owner` is what Go calls the place of the field.
pub(crate) fn member_misfit(value: Value<'_>, owner: &str, name: &str, go_type: &str) -> String {
    format!("json: cannot unmarshal {} into Go struct field {owner}.{name} of type {go_type}", kind(value))
}

/// What Go calls a value.
fn kind(value: Value<'_>) -> &'static str {
    match value.kind() {
        Type::Null => "null",
        Type::Boolean => "bool",
        Type::Number => "number",
        Type::String => "string",
        Type::Array => "array",
        Type::Object => "object",
    }
}
