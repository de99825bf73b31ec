//! Trust: which registries may be asked, where one may send its clients, and with what.

mod allowed;
mod owner;
mod suffixes;
mod vet;

pub use allowed::registry_entry;
pub(crate) use allowed::{is_public_only, may_ask, reworded, vet_for};
pub use vet::{Channel, Trust, UNNAMED, check_origin, is_trusted, vet};
