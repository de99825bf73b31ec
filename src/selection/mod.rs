//! Choosing an entry of an index for a platform: four named policies, and the reason for every entry.
//!
//! Tools disagree about what a machine should pull from the same index, so each policy is a faithful copy of
//! one of them. A policy ranks the entries of one index by their descriptors. Two things need more than that and
//! are left to the caller that fetches: an index inside the index is selected from afterwards, and an entry
//! without a platform is checked by its config with [`accepts`], where [`Policy::checks_config`] says so.
//!
//! ```text
//! select      ranks all entries            absent      the error where none matches
//! policy      the four names               wanted      the platform asked for, and how to choose for it
//! compatible  containerd and strict        windows     which builds run which images
//! first       crane and oras               podman      Podman and Skopeo
//! reasons     why an entry ranks as it does
//! ```

mod absent;
mod compatible;
mod first;
mod podman;
mod policy;
mod reasons;
mod select;
mod wanted;
mod windows;

pub use absent::not_found;
pub use policy::Policy;
pub use select::{Candidate, Entries, Options, Selection, accepts, choose, select};
pub use wanted::Wanted;
