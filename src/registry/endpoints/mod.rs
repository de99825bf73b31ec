//! The endpoints of a registry, one file for each chapter of the distribution specification.
//!
//! | chapter | files |
//! |---|---|
//! | pulling and checking manifests | `manifests`; `fetched` (a GET), `head` (a HEAD, and where one cannot be believed) |
//! | pulling blobs | `blobs`; `content` (a body that is verified while it is read, and resumed), `read` (one that is read at once) |
//! | pushing blobs, mounting | `uploads` |
//! | pushing manifests, tags | `put` |
//! | tags, referrers | `tags`, `referrers` |
//! | deleting | `deletion` |
//! | none: Docker Hub's own | `rate_limit` |

pub(crate) mod blobs;
pub(crate) mod content;
pub(crate) mod deletion;
pub(crate) mod fetched;
pub(crate) mod head;
pub(crate) mod manifests;
pub(crate) mod put;
pub(crate) mod rate_limit;
pub(crate) mod read;
pub(crate) mod referrers;
pub(crate) mod tags;
pub(crate) mod uploads;
