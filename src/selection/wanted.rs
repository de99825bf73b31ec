//! [`Wanted`]: what a caller asks an index for.

use crate::platform::Platform;
use crate::selection::policy::Policy;

/// The platform that is asked for, and how to choose for it.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The platform.
    pub platform: Platform,
    /// How entries are chosen.
    pub policy: Policy,
    /// The machine that asks; its os stands in where an entry leaves the os empty.
    pub host: Option<Platform>,
}
