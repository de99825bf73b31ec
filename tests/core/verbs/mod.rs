//! What a client does with the content of a registry.

mod resolve;
