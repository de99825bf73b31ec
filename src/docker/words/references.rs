//! Docker's sentences for an argument that is no reference.

use crate::error::{Detail, Error};
use crate::reference::Reference;

/// Docker's sentence for a text that is not a reference.
pub fn reference(error: &Error) -> String {
    let message = error.message();
    let Some(Detail::Text(input)) = error.detail("reference") else { return message.to_owned() };
    let reason = match error.detail("reason") {
        Some(Detail::Text(reason)) => reason.as_str(),
        _ => return message.to_owned(),
    };
    match reason {
        "reference-invalid-format" => "invalid reference format".to_owned(),
        "name-is-identifier-64-hex" => {
            format!("invalid repository name ({input}), cannot specify 64-byte hexadecimal strings")
        }
        "repository-name-must-be-lowercase" => {
            let known = message.rfind("invalid reference format: repository name");
            known.and_then(|at| message.get(at..)).unwrap_or(message).to_owned()
        }
        "name-contains-uppercase" => "repository name must be lowercase".to_owned(),
        "name-empty" => "repository name must have at least one component".to_owned(),
        "name-too-long" => "repository name must not be more than 255 characters".to_owned(),
        "digest-invalid-format" => "invalid checksum digest format".to_owned(),
        "digest-invalid-length" => "invalid checksum digest length".to_owned(),
        "digest-unsupported" => "unsupported digest algorithm".to_owned(),
        _ => message.to_owned(),
    }
}

/// Parses an argument as docker does: normalised, with `:latest` where it has neither tag nor digest.
pub(crate) fn argument(text: &str) -> Result<Reference, Error> {
    Reference::parse(text)
        .map(|reference| reference.with_default_tag())
        .map_err(|error| error.clone().with_message(&self::reference(&error)))
}
