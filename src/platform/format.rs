//! The text form of a platform, which [`Platform::parse`] reads.
//!
//! Source: containerd/platforms `FormatAll`. It joins the parts like a path and resolves `.`, `..` and empty parts, and
//! leaves most characters as they are, so a document can state a platform that is shown as another one. Here each
//! part is shown for itself: what would end a part or begin another one is percent-encoded.

use std::fmt::Write;

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
    let mut out = String::new();
    part(&platform.os, &mut out);
    if !platform.os_version.is_empty() || !features.is_empty() {
        out.push('(');
        option(&platform.os_version, &mut out);
        for feature in features {
            out.push('+');
            option(feature, &mut out);
        }
        out.push(')');
    }
    if !platform.architecture.is_empty() || !platform.variant.is_empty() {
        out.push('/');
        part(&platform.architecture, &mut out);
    }
    if !platform.variant.is_empty() {
        out.push('/');
        part(&platform.variant, &mut out);
    }
    out
}

/// An os, architecture or variant: a document may carry any text as one.
fn part(text: &str, out: &mut String) {
    encode(text, |character| "%+()/:,".contains(character), out);
}

/// A version or a feature: in what the parser reads back.
fn option(text: &str, out: &mut String) {
    encode(text, |character| !(character.is_ascii_alphanumeric() || "_-.".contains(character)), out);
}

fn encode(text: &str, is_special: impl Fn(char) -> bool, out: &mut String) {
    let mut bytes = [0; 4];
    for character in text.chars() {
        if !is_special(character) {
            out.push(character);
            continue;
        }
        for byte in character.encode_utf8(&mut bytes).bytes() {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn shown(os: &str, architecture: &str, variant: &str) -> String {
        let text = str::to_owned;
        let platform = Platform {
            os: text(os),
            architecture: text(architecture),
            variant: text(variant),
            ..Platform::default()
        };
        platform.to_string()
    }

    #[test]
    fn no_text_is_shown_as_another_platform() {
        for (os, architecture, variant, expected) in [
            ("windows", "../linux/amd64", "", "windows/..%2Flinux%2Famd64"),
            ("linux/amd64", "", "", "linux%2Famd64"),
            ("linux", "", "v7", "linux//v7"),
            ("linux", "..", "", "linux/.."),
            ("linux", "amd64", ".", "linux/amd64/."),
            ("linux(1)", "amd64", "", "linux%281%29/amd64"),
            ("linux", "amd64:10", "", "linux/amd64%3A10"),
        ] {
            let shown = shown(os, architecture, variant);
            assert_eq!(shown, expected);
            assert!(Platform::parse(&shown, None).is_err(), "{shown}");
        }
    }

    #[test]
    fn what_is_parsed_is_written_so_that_it_parses() {
        let mut accepted = 0;
        for os in [
            "linux",
            "Windows",
            "win32",
            "a",
            "-",
            "linux(1.0)",
            "linux(%20+%2f+a%C3%A9)",
            "linux(+%00)",
            "l(%2B+..)",
        ] {
            for architecture in ["amd64", ".", "..", "...", "a.b", "x86_64", "arm", "-"] {
                for variant in ["", "/v7", "/.", "/..", "/v8", "/...", ":1.0+b", ",osver=.."] {
                    let specifier = format!("{os}/{architecture}{variant}");
                    let Ok(platform) = Platform::parse(&specifier, None) else { continue };
                    let shown = platform.to_string();
                    let again = Platform::parse(&shown, None);
                    let again =
                        again.unwrap_or_else(|error| panic!("{specifier} is shown as {shown}: {error}"));
                    assert_eq!(again.to_string(), shown, "{specifier}");
                    assert!(![".", ".."].contains(&platform.architecture.as_str()), "{specifier}");
                    assert!(![".", ".."].contains(&platform.variant.as_str()), "{specifier}");
                    accepted += 1;
                }
            }
        }
        assert!(accepted > 100, "only {accepted} specifiers are accepted");
    }
}
