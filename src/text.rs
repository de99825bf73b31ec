//! Text searched and joined.
//!
//! The standard library's search is made for long texts and weighs accordingly, and its `join` is compiled anew for
//! every type; what is searched and joined here is a header or a message. Positions are those of whole characters, because a text that occurs in another starts and ends
//! at character boundaries.

/// Where `needle` first occurs in `text`, in bytes.
pub(crate) fn find(text: &str, needle: &str) -> Option<usize> {
    match needle.len() {
        0 => Some(0),
        length => text.as_bytes().windows(length).position(|window| window == needle.as_bytes()),
    }
}

/// Where `needle` last occurs in `text`, in bytes.
pub(crate) fn find_last(text: &str, needle: &str) -> Option<usize> {
    match needle.len() {
        0 => Some(text.len()),
        length => text.as_bytes().windows(length).rposition(|window| window == needle.as_bytes()),
    }
}

/// Whether `needle` occurs in `text`.
pub(crate) fn contains(text: &str, needle: &str) -> bool {
    find(text, needle).is_some()
}

/// What stands before and after the first `needle`.
pub(crate) fn cut<'a>(text: &'a str, needle: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, needle)?;
    Some((text.get(..at)?, text.get(at + needle.len()..)?))
}

/// `text` with every `needle` replaced. An empty needle changes nothing.
pub(crate) fn replace(text: &str, needle: &str, by: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = cut(rest, needle).filter(|_| !needle.is_empty()) {
        out.push_str(before);
        out.push_str(by);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// `parts` with `separator` in between.
pub(crate) fn join(parts: &mut dyn Iterator<Item = &str>, separator: &str) -> String {
    let mut out = String::new();
    for (at, part) in parts.enumerate() {
        if at > 0 {
            out.push_str(separator);
        }
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_what_the_standard_library_finds() {
        let texts = ["", "a", "abc", "aab", "://", "https://a://b", "ä://ö", "ababab", "a::b::c", "日本"];
        let needles = ["", "a", "ab", "aab", "://", "::", "ö", "本", "xyz"];
        for (text, needle) in texts.iter().flat_map(|text| needles.iter().map(move |needle| (*text, *needle)))
        {
            assert_eq!(find(text, needle), text.find(needle), "{needle:?} in {text:?}");
            assert_eq!(find_last(text, needle), text.rfind(needle));
            assert_eq!(contains(text, needle), text.contains(needle));
            assert_eq!(cut(text, needle), text.split_once(needle));
            if !needle.is_empty() {
                assert_eq!(replace(text, needle, "<>"), text.replace(needle, "<>"));
            }
        }
        assert_eq!(replace("abc", "", "-"), "abc");
    }

    #[test]
    fn it_joins_as_the_standard_library_joins() {
        for parts in [&[][..], &["a"], &["a", "", "b"]] {
            assert_eq!(join(&mut parts.iter().copied(), ", "), parts.join(", "));
        }
    }
}
