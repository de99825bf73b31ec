//! [`Wanted`]: what a caller asks an index for.

use crate::media_type::{DOCKER_LIST, MediaType};
use crate::platform::Platform;
use crate::selection::policy::Policy;
use crate::selection::select::Options;

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

impl Wanted {
    /// How an index of that type is chosen from.
    pub fn options(&self, index: &MediaType) -> Options<'_> {
        let docker_list = index.as_str() == DOCKER_LIST;
        Options { policy: self.policy, host: self.host.as_ref(), docker_list }
    }
}
