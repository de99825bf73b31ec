//! A store of drafts in memory.

use std::cell::RefCell;
use std::collections::BTreeMap;

use multiarch::descriptor::Descriptor;
use multiarch::digest::{Algorithm, Digest};
use multiarch::docker::drafts::Store;
use multiarch::docker::drafts::draft::Entry;
use multiarch::error::Result;
use multiarch::media_type::MediaType;
use multiarch::platform::Platform;
use serde_json::Value;

/// Drafts by their list.
#[derive(Default)]
pub(crate) struct Memory(pub(crate) RefCell<BTreeMap<String, Vec<Entry>>>);

impl Store for Memory {
    async fn list(&self) -> Result<Vec<String>> {
        Ok(self.0.borrow().keys().cloned().collect())
    }

    async fn read(&self, list: &str) -> Result<Option<Vec<Entry>>> {
        Ok(self.0.borrow().get(list).cloned())
    }

    async fn write(&self, list: &str, entries: &[Entry]) -> Result<()> {
        self.0.borrow_mut().insert(list.to_owned(), entries.to_vec());
        Ok(())
    }

    async fn remove(&self, list: &str) -> Result<bool> {
        Ok(self.0.borrow_mut().remove(list).is_some())
    }

    async fn lock(&self, _list: &str) -> Result<()> {
        Ok(())
    }

    async fn unlock(&self, _list: &str) -> Result<()> {
        Ok(())
    }
}

/// `{ref, mediaType, architecture, raw, digest?}` as an entry for linux.
pub(crate) fn entry(value: &Value) -> Entry {
    let text = |name: &str| value[name].as_str().unwrap().to_owned();
    let raw = text("raw").into_bytes();
    let digest = value["digest"].as_str().map(|digest| Digest::parse(digest).unwrap());
    let digest = digest.unwrap_or_else(|| Digest::of(Algorithm::Sha256, &raw));
    let mut descriptor =
        Descriptor::new(MediaType::parse(&text("mediaType")).unwrap(), digest, raw.len() as u64);
    descriptor.platform =
        Some(Platform { os: "linux".to_owned(), architecture: text("architecture"), ..Platform::default() });
    Entry { reference: text("ref"), descriptor, raw, manifest: None, listing: None }
}
