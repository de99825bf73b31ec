//! [`Store`]: where drafts live. Implemented by whoever embeds the core: a folder, memory, a browser's database.

use crate::docker::drafts::draft::{Entry, file_name};
use crate::error::Result;

/// Keeps drafts, each under the canonical reference of its list.
#[allow(async_fn_in_trait)] // One thread, as in `http::Transport`.
pub trait Store {
    /// The references of all drafts.
    async fn list(&self) -> Result<Vec<String>>;

    /// The images of a draft; none when there is no such draft.
    async fn read(&self, list: &str) -> Result<Option<Vec<Entry>>>;

    /// Replaces a draft whole: after a failure it is as before.
    async fn write(&self, list: &str, entries: &[Entry]) -> Result<()>;

    /// Removes a draft; whether there was one.
    async fn remove(&self, list: &str) -> Result<bool>;

    /// One image of a draft. A store that can read it by itself lets a damaged neighbour not matter.
    async fn read_entry(&self, list: &str, reference: &str) -> Result<Option<Entry>> {
        let entries = self.read(list).await?.unwrap_or_default();
        Ok(entries.into_iter().find(|entry| entry.reference == reference))
    }

    /// Replaces one image of a draft.
    async fn write_entry(&self, list: &str, entry: &Entry) -> Result<()> {
        let mut entries = self.read(list).await?.unwrap_or_default();
        entries.retain(|known| known.reference != entry.reference);
        entries.push(entry.clone());
        self.write(list, &in_order(entries)).await
    }

    /// Waits until nobody else changes the draft.
    async fn lock(&self, list: &str) -> Result<()>;

    /// Lets others change it again.
    async fn unlock(&self, list: &str) -> Result<()>;
}

/// Docker's order: bytewise by file name.
pub(super) fn in_order(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_unstable_by_key(|entry| file_name(&entry.reference));
    entries
}

/// The images of a draft in docker's order, whatever order the store gives them in.
pub(super) async fn read_sorted<S: Store>(store: &S, list: &str) -> Result<Option<Vec<Entry>>> {
    Ok(store.read(list).await?.map(in_order))
}

/// Runs `work` while nobody else changes the draft.
pub(super) async fn locked<S: Store, T>(
    store: &S,
    list: &str,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    store.lock(list).await?;
    let result = work.await;
    let unlocked = store.unlock(list).await;
    let value = result?;
    unlocked.map(|()| value)
}
