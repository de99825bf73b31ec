//! Which Windows builds run which Windows images.
//!
//! Source: containerd/platforms 1.0.0-rc.5; the rule is Microsoft's: process isolation needs the same build
//! before Server 2022, and from there on runs every build back to the long-term release before the newest
//! one that the host has reached.

/// Builds of the long-term releases that newer hosts stay compatible with, oldest first: Server 2022, 2025.
const LONG_TERM: [u16; 2] = [20348, 26100];

/// The three leading fields of an os version. The zero value means "none".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Version {
    major: u8,
    minor: u8,
    build: u16,
}

impl Version {
    /// Reads `major.minor.build`, whatever follows a third dot. Anything else is the zero value.
    pub(super) fn read(text: &str) -> Version {
        let mut fields = text.splitn(4, '.');
        let fields =
            (fields.next().and_then(number), fields.next().and_then(number), fields.next().and_then(number));
        let (Some(major), Some(minor), Some(build)) = fields else {
            return Version::default();
        };
        match (u8::try_from(major), u8::try_from(minor)) {
            (Ok(major), Ok(minor)) => Version { major, minor, build },
            _ => Version::default(),
        }
    }

    /// Whether a host of this version runs an image of that os version. A host without a version runs
    /// everything, an image without one runs everywhere; one with an unreadable version nowhere.
    pub(super) fn runs(self, image: &str) -> bool {
        if self == Version::default() || image.is_empty() {
            return true;
        }
        let image = Version::read(image);
        if (self.major, self.minor) != (image.major, image.minor) {
            return false;
        }
        if self.build < LONG_TERM[0] {
            return self.build == image.build;
        }
        (oldest(self.build)..=self.build).contains(&image.build)
    }
}

/// The oldest build that a host build of Server 2022 or later runs.
fn oldest(host: u16) -> u16 {
    let mut reached = LONG_TERM.iter().rev().filter(|build| **build <= host);
    reached.nth(1).copied().unwrap_or(LONG_TERM[0])
}

/// Decimal digits only: `str::parse` alone would take a plus sign.
fn number(text: &str) -> Option<u16> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_decimal_fields_are_a_version() {
        let read = Version { major: 10, minor: 0, build: 17763 };
        for text in ["10.0.17763", "10.0.17763.", "10.0.17763.2114", "10.0.17763.x.y", "010.00.017763"] {
            assert_eq!(Version::read(text), read, "{text}");
        }
        for text in [
            "",
            "10",
            "10.0",
            "10.0.",
            "..",
            "10.0.x",
            "256.0.1",
            "10.0.65536",
            "10.0.+1",
            "+10.0.1",
            " 10.0.1",
        ] {
            assert_eq!(Version::read(text), Version::default(), "{text}");
        }
    }

    #[test]
    fn the_oldest_build_lags_one_long_term_release_behind() {
        assert_eq!([20348, 26099, 26100, 26200, u16::MAX].map(oldest), [20348; 5]);
    }
}
