//! The core of `multiarch`: everything `docker manifest` does, without Docker, anywhere JavaScript runs.
//!
//! This page is the map. A *manifest* describes one image; an *index* (Docker: manifest list) names one
//! manifest per platform, so that one tag serves them all. The core parses both, chooses an entry for a
//! platform, computes digests and speaks the registry protocol. It has no socket, file, clock or environment
//! of its own: its embedder passes those in. Natively that is a test; in WebAssembly it is `bindings`,
//! which gives it the host's `fetch`.
//!
//! # Rooms
//!
//! Each knows only the rooms above it in this table; `tests/core/tidy` reads the `use` lines and the calls of methods.
//!
//! | room | what it holds |
//! |---|---|
//! | [`error`], [`limits`], [`text`] | one error with stable codes; every cap of size and count; text made safe to print |
//! | [`json`] | JSON text: checked, read in place, changed |
//! | [`digest`], [`media_type`], [`mod@reference`], [`platform`], [`descriptor`] | the nouns, each valid by construction |
//! | [`selection`] | which entry of an index a platform gets, by four policies, and why |
//! | [`manifest`] | documents: the bytes first, a view of them second |
//! | [`http`] | requests as data, URLs, retries and pacing, and the host that sends them; no registry |
//! | [`archive`] | tar headers, the images of an archive, the entries of a layer |
//! | [`registry`] | the distribution protocol over one trait, and every rule about where a request may go |
//! | [`verbs`] | resolve, read, push, create, copy, delete, on any place that answers the protocol |
//! | [`docker`] | `docker manifest`: its commands, its sentences and its layout |
//! | `bindings` | the JavaScript boundary; compiled for wasm32 only |
//!
//! # Invariants
//!
//! 1. Bytes are the truth. Nothing is encoded again in order to be hashed or forwarded.
//! 2. No JavaScript, clock, environment or host platform above `bindings`.
//! 3. Every document read from a registry is verified against the digest that was asked for, or computed.
//! 4. Credentials never leave the origin they belong to; no secret is in an error, a log line or a URL.
//! 5. Parsers are total: an error has a stable [`error::Code`], names the offending part and gives a hint.
//!    No input from outside makes the crate panic.
//! 6. A rule lives once: one table for media types, for architectures, for error codes, for retries, for host names.
//!
//! # A first look
//!
//! ```
//! use multiarch::manifest::Document;
//! use multiarch::platform::Platform;
//! use multiarch::selection::{Options, Policy, select};
//!
//! let index = br#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
//!   {"mediaType":"application/vnd.oci.image.manifest.v1+json","size":2,
//!    "digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
//!    "platform":{"os":"linux","architecture":"arm64","variant":"v8"}}]}"#;
//! let index = Document::parse(index.to_vec(), None, None)?;
//! let arm = Platform::parse("linux/arm64", None)?;
//! let selection = select(index.manifests(), &arm, &Options { policy: Policy::Containerd, ..Options::default() });
//! assert_eq!(selection.chosen, Some(0));
//! # Ok::<(), multiarch::error::Error>(())
//! ```

pub mod archive;
#[cfg(target_arch = "wasm32")]
pub mod bindings;
pub mod descriptor;
pub mod digest;
pub mod docker;
pub mod error;
#[cfg(feature = "mutants")]
pub mod guard;
#[cfg(not(feature = "mutants"))]
mod guard;
pub mod http;
pub mod json;
pub mod limits;
pub mod manifest;
pub mod media_type;
pub mod platform;
pub mod reference;
pub mod registry;
pub mod selection;
pub mod text;
pub mod verbs;
