//! What is wrong with an archive, without being a reason to refuse the rest of it.

use serde::Serialize;

use crate::digest::Digest;
use crate::text::printable::{cut, shown};

/// How many findings are kept: an archive may have as many as it has members.
const KEPT: usize = 100;

/// What kind of thing is wrong. The names are stable: programs branch on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A member's path is absolute, goes upwards, holds NUL or is no UTF-8.
    MemberPath,
    /// Two members have one path; the last one counts, as where the archive is unpacked.
    MemberDuplicate,
    /// A link points out of the archive, at nothing or in a circle.
    MemberLink,
    /// A member cannot be read: its kind is not supported, or its header contradicts itself.
    MemberUnreadable,
    /// The archive ends inside of a member.
    MemberCut,
    /// A name stands for two images; the last one counts.
    NameDuplicate,
    /// An entry of `index.json` or `manifest.json` cannot be used.
    EntryInvalid,
    /// `index.json` and `manifest.json` name different images; the former counts.
    ListsDiffer,
    /// What an image needs is not in the archive.
    BlobMissing,
    /// Content has another size than its descriptor states.
    BlobSize,
    /// Content has another digest than its name says.
    BlobDigest,
    /// The image has no manifest of its own; one was made from its config and layers.
    ManifestMade,
    /// There are more findings than are kept.
    More,
}

impl Problem {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Problem::MemberPath => "MEMBER_PATH",
            Problem::MemberDuplicate => "MEMBER_DUPLICATE",
            Problem::MemberLink => "MEMBER_LINK",
            Problem::MemberUnreadable => "MEMBER_UNREADABLE",
            Problem::MemberCut => "MEMBER_CUT",
            Problem::NameDuplicate => "NAME_DUPLICATE",
            Problem::EntryInvalid => "ENTRY_INVALID",
            Problem::ListsDiffer => "LISTS_DIFFER",
            Problem::BlobMissing => "BLOB_MISSING",
            Problem::BlobSize => "BLOB_SIZE",
            Problem::BlobDigest => "BLOB_DIGEST",
            Problem::ManifestMade => "MANIFEST_MADE",
            Problem::More => "MORE_FINDINGS",
        }
    }

    /// `error` for what makes an image unusable, `warning` for what tools read differently, `note` for the rest.
    pub fn severity(self) -> &'static str {
        match self {
            Problem::ManifestMade => "note",
            Problem::MemberPath
            | Problem::MemberDuplicate
            | Problem::NameDuplicate
            | Problem::ListsDiffer
            | Problem::More => "warning",
            _ => "error",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// [`Problem::as_str`]
    pub code: &'static str,
    /// [`Problem::severity`]
    pub severity: &'static str,
    /// What is wrong, safe to print.
    pub message: String,
    /// The path of the member that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The digest of the content that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
}

/// Findings in the order in which they were made, as many as are kept.
#[derive(Debug, Default)]
pub struct Findings {
    kept: Vec<Finding>,
    more: usize,
}

impl Findings {
    pub(super) fn about(&mut self, problem: Problem, path: &str, message: &str) {
        self.push(problem, message, Some(path), None);
    }

    pub(super) fn of(&mut self, problem: Problem, digest: &Digest, message: &str) {
        self.push(problem, message, None, Some(digest));
    }

    fn push(&mut self, problem: Problem, message: &str, path: Option<&str>, digest: Option<&Digest>) {
        if self.kept.len() >= KEPT {
            self.more += 1;
            return;
        }
        self.kept.push(Finding {
            code: problem.as_str(),
            severity: problem.severity(),
            message: shown(&cut(message)).into_owned(),
            path: path.map(|path| cut(path).into_owned()),
            digest: digest.cloned(),
        });
    }

    /// All that are kept, and one that counts the others.
    pub(super) fn into_list(mut self) -> Vec<Finding> {
        if self.more > 0 {
            let message = format!("{} more findings are not listed", self.more);
            let (code, severity) = (Problem::More.as_str(), Problem::More.severity());
            self.kept.push(Finding { code, severity, message, path: None, digest: None });
        }
        self.kept
    }
}
