//! [`Store`]: where drafts live. The host implements it: a folder, memory, a browser's database.

use crate::docker::drafts::draft::{Entry, file_name};
use crate::error::Result;

/// Keeps drafts, each under the canonical reference of its list.
#[allow(async_fn_in_trait)] // One thread, as in `http::Transport`.
pub trait Store {
    /// The references of all drafts.
    async fn list(&self) -> Result<Vec<String>>;

    /// The images of a draft; none when there is no such draft.
    async fn read(&self, list: &str) -> Result<Option<Vec<Entry>>>;

    /// Replaces all of a draft; after a failure it is as before.
    async fn write(&self, list: &str, entries: &[Entry]) -> Result<()>;

    /// Removes a draft; whether there was one.
    async fn remove(&self, list: &str) -> Result<bool>;

    /// One image of a draft. A store that can read it alone can do so although another image of the draft is damaged.
    async fn read_entry(&self, list: &str, reference: &str) -> Result<Option<Entry>> {
        read_one(self, list, reference).await
    }

    /// Replaces one image of a draft, or adds it.
    async fn write_entry(&self, list: &str, entry: &Entry) -> Result<()> {
        write_one(self, list, entry).await
    }

    /// Waits until no other caller and no other process changes the draft.
    async fn lock(&self, list: &str) -> Result<()>;

    /// Lets others change it again.
    async fn unlock(&self, list: &str) -> Result<()>;
}

/// [`Store::read_entry`] for a store that reads drafts as wholes only.
pub(crate) async fn read_one<S: Store + ?Sized>(
    store: &S,
    list: &str,
    reference: &str,
) -> Result<Option<Entry>> {
    let entries = store.read(list).await?.unwrap_or_default();
    Ok(entries.into_iter().find(|entry| entry.reference == reference))
}

/// [`Store::write_entry`] for a store that writes drafts as wholes only. Every other image stays where the store has
/// it: docker sorts what it reads, so the order in a store is the store's own.
pub(crate) async fn write_one<S: Store + ?Sized>(store: &S, list: &str, entry: &Entry) -> Result<()> {
    let mut entries = store.read(list).await?.unwrap_or_default();
    match entries.iter_mut().find(|known| known.reference == entry.reference) {
        Some(known) => known.clone_from(entry),
        None => entries.push(entry.clone()),
    }
    store.write(list, &entries).await
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

/// Runs `work` under the draft's lock.
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
