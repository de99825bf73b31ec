//! What is wrong with a text that is not a reference.

use crate::error::{Code, Error};

/// Why a text is not a reference. `reason` and `text` are distribution/reference's class and sentence; `part`
/// says more than they do.
pub(super) struct Fault {
    reason: &'static str,
    text: String,
    part: String,
}

impl Fault {
    fn new(reason: &'static str, text: &str, part: String) -> Fault {
        Fault { reason, text: text.to_owned(), part }
    }

    fn format(part: String) -> Fault {
        Fault::new("reference-invalid-format", "invalid reference format", part)
    }

    pub(super) fn component(component: &str) -> Fault {
        Fault::format(if component.is_empty() {
            "a part of the path between slashes is empty".to_owned()
        } else {
            format!(
                "the part \"{component}\" has to be a-z and 0-9, with single `.`, one or two `_`, or `-` in between"
            )
        })
    }

    pub(super) fn tag(tag: &str) -> Fault {
        Fault::format(format!(
            "the tag \"{tag}\" has to be 1 to 128 of A-Z a-z 0-9 _ . -, not starting with . or -"
        ))
    }

    pub(super) fn digest_form(digest: &str) -> Fault {
        Fault::format(format!("the digest \"{digest}\" has to be algorithm:encoded"))
    }

    pub(super) fn empty() -> Fault {
        Fault::new("name-empty", "repository name must have at least one component", String::new())
    }

    pub(super) fn uppercase() -> Fault {
        Fault::new("name-contains-uppercase", "repository name must be lowercase", String::new())
    }

    pub(super) fn uppercase_name(name: &str) -> Fault {
        Fault {
            reason: "repository-name-must-be-lowercase",
            text: format!("invalid reference format: repository name ({name}) must be lowercase"),
            part: String::new(),
        }
    }

    pub(super) fn identifier(text: &str) -> Fault {
        Fault {
            reason: "name-is-identifier-64-hex",
            text: format!("invalid repository name ({text}), cannot specify 64-byte hexadecimal strings"),
            part: String::new(),
        }
    }

    pub(super) fn too_long(length: usize) -> Fault {
        let text = "repository name must not be more than 255 characters";
        Fault::new("name-too-long", text, format!("the path has {length} bytes"))
    }

    pub(super) fn digest_format(part: &str) -> Fault {
        let part = format!("\"{part}\" has to be in lower case");
        Fault::new("digest-invalid-format", "invalid checksum digest format", part)
    }

    pub(super) fn digest_length(algorithm: &str, length: usize) -> Fault {
        let part = format!("{length} digits do not make a {algorithm} digest");
        Fault::new("digest-invalid-length", "invalid checksum digest length", part)
    }

    pub(super) fn digest_unsupported(algorithm: &str) -> Fault {
        let part = format!("\"{algorithm}\" is not sha256, sha384 or sha512");
        Fault::new("digest-unsupported", "unsupported digest algorithm", part)
    }

    pub(super) fn into_error(self, input: &str) -> Error {
        let mut message = format!("\"{input}\" is not a reference: {}", self.text);
        if !self.part.is_empty() {
            message.push_str(": ");
            message.push_str(&self.part);
        }
        let error = Error::new(Code::ReferenceInvalid, message)
            .with_detail("reference", input)
            .with_detail("reason", self.reason);
        match hint(input, self.reason) {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

/// What is usually meant by the commonest mistakes.
fn hint(input: &str, reason: &str) -> Option<String> {
    if let Some((_, rest)) = input.split_once("://") {
        return Some(format!("Leave the scheme out: write {rest}."));
    }
    if input.trim() != input {
        return Some("Remove the space around it.".to_owned());
    }
    match reason {
        "name-contains-uppercase" | "repository-name-must-be-lowercase" => {
            Some("Write domain and path in lower case; only a tag may have capitals.".to_owned())
        }
        "name-is-identifier-64-hex" => Some(format!("Write name@sha256:{input} for an image by its digest.")),
        _ => None,
    }
}
