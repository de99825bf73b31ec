//! Reads tar: V7, ustar, star, GNU and pax, as a state machine over bytes that does no I/O.
//!
//! [`Reader::feed`] takes bytes and gives one [`Event`] at a time; [`Reader::skip`] passes over content that need not be
//! read. Sources: POSIX.1-2017 `pax`, GNU tar's manual "Basic Tar Format" and `tar.h`, and what Go's `archive/tar`, by
//! which container engines read layers, makes of them.
//!
//! Where those tools take one archive in two ways, so that an entry is hidden from one of them (CVE-2025-62518), it is
//! refused with `ARCHIVE_AMBIGUOUS`.
//!
//! ```text
//!           two empty blocks
//! header ───────────────────▶ end          header of an entry ─▶ [sparse map] ─▶ content ─▶ padding ─▶ header
//!    └── long name, pax records ─▶ extension ─▶ padding ─▶ header of the entry that they are about
//! ```

mod entry;
mod extension;
mod header;
mod number;
mod reader;

pub use entry::{Entry, Kind, Sparse};
pub use reader::{Event, Reader, Step};

#[cfg(test)]
mod tests;
