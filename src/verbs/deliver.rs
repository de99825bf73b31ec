//! A document with everything below it, put in another repository: what is there already is not sent.

use crate::error::Result;
use crate::manifest::Document;
use crate::reference::Reference;
use crate::registry::answer::problem::about;
use crate::registry::endpoints::put::Target;
use crate::registry::{Host, Session};
use crate::verbs::graph::Level;
use crate::verbs::publish::{self, Blob, Blobs, Failure, Looks, Part, Payload, Plan};
use crate::verbs::transfer::Broken;

/// Publishes a document and the levels below it in another repository, or in the same one.
pub(crate) async fn put_all<H: Host>(
    session: Session<'_, H>,
    (from, repository): (&Reference, &Reference),
    root: &Document,
    levels: &[Level],
    name: &str,
) -> Result<()> {
    let sources = match from.domain() == repository.domain() && from.path() != repository.path() {
        true => vec![from.path().to_owned()],
        false => Vec::new(),
    };
    let target = &Target { repository, sources: &sources };
    let is_same = from.name() == repository.name();
    let plan = Plan {
        root: Part { payload: Payload::Document(root), blobs: Blobs::Of(from) },
        names: vec![name],
        levels: levels.iter().map(|level| parts(from, level)).collect(),
        loose: levels.iter().flat_map(|level| &level.blobs).map(|blob| Blob::of(from, blob)).collect(),
        looks: if is_same { Looks::Nothing } else { Looks::All },
        phrase: &|failure: Failure<'_>| match failure.broken {
            Broken::Source(error, _) => about(from, error),
            Broken::Target(error) => error,
        },
    };
    publish::execute(session, target, &plan).await
}

fn parts<'a>(from: &'a Reference, level: &'a Level) -> Vec<Part<'a>> {
    let part = |document: &'a Document| Part { payload: Payload::Document(document), blobs: Blobs::Of(from) };
    level.documents.iter().map(part).collect()
}
