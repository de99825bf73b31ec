//! The image of a draft that an argument names.

use crate::docker::drafts::draft::Entry;
use crate::docker::drafts::naming::bare_digest;
use crate::docker::drafts::store::{Store, read_sorted};
use crate::error::{Code, Error, Result};
use crate::platform::Platform;
use crate::reference::Reference;
use crate::selection::{Options, Policy, accepts};

/// How many images a message names.
const NAMED: usize = 8;

/// The image of the draft `list` that `text` names, which was read as `image`: by its own reference, as docker finds it;
/// else by its digest, by the index that it came from, or by its platform, where that is one image. None for nothing
/// of the kind.
///
/// Fails with `DRAFT_UNKNOWN` where it is several, naming them.
pub(super) async fn entry<S: Store>(
    store: &S,
    list: &Reference,
    text: &str,
    image: &Reference,
) -> Result<Option<Entry>> {
    let (list, name) = (list.canonical(), image.canonical());
    if let Some(entry) = store.read_entry(&list, &name).await? {
        return Ok(Some(entry));
    }
    // A damaged neighbour is no reason to say something else than that the image is not there.
    let Ok(Some(entries)) = read_sorted(store, &list).await else { return Ok(None) };
    let digest = bare_digest(text);
    let wanted = Platform::parse(text, None).ok();
    let options = Options { policy: Policy::Strict, ..Options::default() };
    let is_image = |entry: &Entry| !entry.descriptor.is_attestation();
    let is_from = |entry: &Entry| is_image(entry) && entry.listing.as_ref().is_some_and(|it| it.is_of(&name));
    let is_for = |entry: &Entry| {
        let both = wanted.as_ref().zip(entry.descriptor.platform.as_ref());
        is_image(entry) && both.is_some_and(|(wanted, own)| accepts(wanted, own, &options))
    };
    let ways: [&dyn Fn(&Entry) -> bool; 3] =
        [&|entry| digest.as_ref() == Some(&entry.descriptor.digest), &is_from, &is_for];
    for is_meant in ways {
        let mut found: Vec<&Entry> = entries.iter().filter(|entry| is_meant(entry)).collect();
        match (found.pop(), found.is_empty()) {
            (None, _) => {}
            (Some(only), true) => return Ok(Some(only.clone())),
            (Some(last), false) => {
                found.push(last);
                return Err(several(text, &list, &found));
            }
        }
    }
    Ok(None)
}

/// The error for an argument that stands for several images.
fn several(text: &str, list: &str, found: &[&Entry]) -> Error {
    let names: Vec<String> = found
        .iter()
        .map(|entry| {
            let platform = entry.descriptor.platform.clone().unwrap_or_default();
            format!("{} ({platform})", entry.reference)
        })
        .collect();
    let shown = names.get(..NAMED).unwrap_or(&names).join(", ");
    let more = names.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Error::new(Code::DraftUnknown, format!("{text} is {} images in {list}: {shown}{more}", names.len()))
        .with_hint("Name one of them, or its digest.")
        .with_reference(list)
        .with_detail("entries", found.iter().map(|entry| entry.reference.clone()).collect::<Vec<_>>())
}
