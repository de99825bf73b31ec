//! The rules for a path in an archive: bytes of any kind, made into one relative path that leads nowhere else.

use super::Finding;
use crate::limits::{PATH_COMPONENT_BYTES, PATH_COMPONENTS, PATH_TOTAL_BYTES};

/// A path as it is used, and what was wrong with the one that was stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cleaned {
    /// Components between single slashes: no `.`, no `..`, no slash at either end. Empty for the root itself.
    pub path: Vec<u8>,
    /// See [`Cleaned::is_usable`].
    pub findings: Vec<Finding>,
}

impl Cleaned {
    /// Whether the path names one place for every tool. One that is absolute only does: all take it from the root.
    pub fn is_usable(&self) -> bool {
        self.findings.iter().all(|finding| *finding == Finding::PathAbsolute)
    }
}

/// Cleans a path lexically. `..` takes back the component before it and never leads above the root, as in Go's
/// `path.Clean("/" + path)`; that it was there is a finding.
pub fn clean(stated: &[u8]) -> Cleaned {
    let mut findings = Vec::new();
    let mut find = |finding: Finding, is_so: bool| {
        if is_so {
            findings.push(finding);
        }
    };
    let parts = || stated.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".");
    find(Finding::PathEmpty, stated.is_empty());
    find(Finding::PathAbsolute, stated.first() == Some(&b'/'));
    find(Finding::PathUpwards, parts().any(|part| part == b".."));
    find(Finding::PathNul, stated.contains(&0));
    let is_long = stated.len() > PATH_TOTAL_BYTES || parts().any(|part| part.len() > PATH_COMPONENT_BYTES);
    find(Finding::PathTooLong, is_long);
    find(Finding::PathTooDeep, parts().count() > PATH_COMPONENTS);
    let mut path = Vec::with_capacity(stated.len());
    for part in parts() {
        if part == b".." {
            let parent = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
            path.truncate(parent);
        } else {
            if !path.is_empty() {
                path.push(b'/');
            }
            path.extend_from_slice(part);
        }
    }
    Cleaned { path, findings }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn cleaned(stated: &str) -> (String, Vec<Finding>) {
        let cleaned = clean(stated.as_bytes());
        (String::from_utf8(cleaned.path).unwrap(), cleaned.findings)
    }

    #[test]
    fn what_tools_write_is_cleaned_without_a_finding() {
        for (stated, path) in [
            ("etc/passwd", "etc/passwd"),
            ("./etc/", "etc"),
            ("./", ""),
            (".", ""),
            ("a//b/./c", "a/b/c"),
            ("...", "..."),
        ] {
            assert_eq!(cleaned(stated), (path.to_owned(), vec![]), "{stated}");
        }
    }

    #[test]
    fn a_path_never_leads_above_the_root() {
        for (stated, path, finding) in [
            ("/etc/passwd", "etc/passwd", Finding::PathAbsolute),
            ("../../etc/passwd", "etc/passwd", Finding::PathUpwards),
            ("a/b/../../../c", "c", Finding::PathUpwards),
            ("a/b/..", "a", Finding::PathUpwards),
            ("a/..", "", Finding::PathUpwards),
            ("", "", Finding::PathEmpty),
            ("a\0b", "a\0b", Finding::PathNul),
        ] {
            assert_eq!(cleaned(stated), (path.to_owned(), vec![finding]), "{stated:?}");
        }
        assert_eq!(cleaned("/../a").1, [Finding::PathAbsolute, Finding::PathUpwards]);
    }

    #[test]
    fn paths_have_a_length_and_a_depth() {
        let long = "a/".repeat(PATH_COMPONENTS);
        assert_eq!(cleaned(&long).1, []);
        assert_eq!(cleaned(&format!("{long}b")).1, [Finding::PathTooDeep]);
        assert_eq!(cleaned(&"a".repeat(PATH_COMPONENT_BYTES)).1, []);
        assert_eq!(cleaned(&"a".repeat(PATH_COMPONENT_BYTES + 1)).1, [Finding::PathTooLong]);
        assert_eq!(
            cleaned(&"abcdefghi/".repeat(PATH_TOTAL_BYTES / 10 + 1)).1.first(),
            Some(&Finding::PathTooLong)
        );
    }

    #[test]
    fn only_an_absolute_path_is_used_all_the_same() {
        assert!(clean(b"/a").is_usable() && clean(b"a").is_usable() && clean(b"./").is_usable());
        assert!(!clean(b"a/../b").is_usable() && !clean(b"/a\0").is_usable() && !clean(b"").is_usable());
    }
}
