//! Trust: where a registry may send its clients, and what goes along.

mod owner;
mod suffixes;
mod vet;

pub use vet::{Channel, Trust, UNNAMED, check_origin, is_trusted, vet};
