//! How many tests passed, failed and were skipped, over all suites.

/// How many tests passed, failed and were skipped.
#[derive(Default, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Reads a closing line.
    pub(crate) fn parse(line: &str) -> Option<Counts> {
        let mut figures = line.split(", ");
        let mut figure = |name| figures.next()?.strip_suffix(name)?.strip_suffix(' ')?.parse().ok();
        Some(Counts { passed: figure("passed")?, failed: figure("failed")?, skipped: figure("skipped")? })
    }

    /// The closing line of a run.
    pub(crate) fn line(self) -> String {
        format!("{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closing_line_is_read_as_it_is_written() {
        let counts = Counts { passed: 3, failed: 0, skipped: 1 };
        assert_eq!(counts.line(), "3 passed, 0 failed, 1 skipped");
        assert_eq!(Counts::parse(&counts.line()), Some(counts));
        for other in ["  core: 3 passed, 0 failed, 1 skipped in 2.0 s", "3 passed, 0 failed", "3 passed"] {
            assert_eq!(Counts::parse(other), None, "{other}");
        }
    }
}
