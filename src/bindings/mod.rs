//! The JavaScript boundary: the only room that names `wasm_bindgen`, `js_sys`, `gloo_net` and
//! `serde_wasm_bindgen`. One file per exported noun.
//!
//! What crosses is narrow. Options and platforms come in as objects, flat nouns go out as objects; documents
//! come in and go out as bytes and as JSON text, which keeps a key such as `__proto__` an ordinary key and costs
//! no more than a graph of objects. An error goes out as a thrown text: the JSON of [`Error`], from which
//! `pkg/core/errors.js` makes a `MultiarchError`. Whatever a host's function throws stays inside of a `Result`;
//! nothing here unwraps.
//!
//! What waits is started by [`dispatch`]: it takes `&self`, and its promise holds a handle of its own, so no borrow
//! lasts while one waits, and any number of calls may run at once on one client.
//!
//! From the ground up: [`objects`] (properties of JavaScript's values), [`thrown`] (errors, out and in), [`options`]
//! (objects that a caller passed), [`slots`], [`tasks`] and [`waits`] (values by numbers, what runs calls, and what these wait for), [`host`], [`transport`] and [`store`] (the host's functions as the core's traits),
//! the nouns, [`call`] (what one call was given), [`reads`], [`more_reads`] or [`proxied_reads`], [`writes`], [`create`] and [`lists`] (one function for each call),
//! and [`dispatch`] (the table of their names).
//!
//! The crate is bound three times: with the features `archives`, `direct` and `writes`, which is the whole; with `direct`
//! alone, which is the core of `multiarch/reader`; and without them, for the inspector's first view. What a binding does not
//! lead to, the linker leaves out, so no other room has these features.

// The attribute macros expand to unsafe code; nothing else here is. What they export need not be reachable
// from Rust.
#![allow(unsafe_code, unreachable_pub)]
// Helpers that only the left-out files use are left out by the compiler.
#![cfg_attr(not(all(feature = "archives", feature = "direct", feature = "writes")), allow(dead_code))]

#[cfg(feature = "direct")]
mod addresses;
#[cfg(feature = "archives")]
mod archive;
mod call;
mod client;
mod config;
#[cfg(feature = "writes")]
mod create;
mod digest;
mod dispatch;
mod document;
#[cfg(feature = "writes")]
mod drafts;
#[cfg(feature = "writes")]
mod edit;
mod host;
#[cfg(feature = "archives")]
mod layer;
#[cfg(feature = "writes")]
mod lists;
#[cfg(feature = "direct")]
mod more_reads;
mod objects;
mod options;
mod panics;
mod platform;
mod printable;
#[cfg(not(feature = "direct"))]
mod proxied_reads;
mod reads;
mod reference;
mod slots;
#[cfg(feature = "writes")]
mod store;
mod tasks;
mod thrown;
mod transport;
mod waits;
#[cfg(feature = "writes")]
mod writes;
