//! The text form of a platform, which [`Platform::parse`] reads.
//!
//! Source: containerd/platforms `FormatAll`.

use crate::platform::Platform;

/// The text form; see the `Display` of [`Platform`].
pub(super) fn format(platform: &Platform) -> String {
    if platform.os.is_empty() {
        return "unknown".to_owned();
    }
    let mut features: Vec<&str> =
        platform.os_features.iter().map(String::as_str).filter(|feature| !feature.is_empty()).collect();
    features.sort_unstable();
    features.dedup();
    let mut out = platform.os.clone();
    if !platform.os_version.is_empty() || !features.is_empty() {
        out.push('(');
        encode(&platform.os_version, &mut out);
        for feature in features {
            out.push('+');
            encode(feature, &mut out);
        }
        out.push(')');
    }
    for part in [&platform.architecture, &platform.variant] {
        if !part.is_empty() {
            out.push('/');
            out.push_str(part);
        }
    }
    clean(&out)
}

/// Resolves empty, `.` and `..` parts, as Go's `path.Join` does: a document may carry any text as its os,
/// architecture or variant, and other tools show it this way.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            ("..", None) if rooted => {}
            _ => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

fn encode(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '%' => out.push_str("%25"),
            '+' => out.push_str("%2B"),
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '/' => out.push_str("%2F"),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_texts_are_shown_as_go_joins_paths() {
        for (path, expected) in
            [("a//b/", "a/b"), ("a/./b", "a/b"), ("a/../..", ".."), ("/..", "/"), ("a/..", ".")]
        {
            assert_eq!(clean(path), expected, "{path}");
        }
    }
}
