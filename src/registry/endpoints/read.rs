//! Bodies that are read at once: documents, listings, configs, and what stands in a refusal.

use crate::error::Result;
use crate::http::message::{Headers, Read, Response};
use crate::http::retry::Work;
use crate::http::url::Url;
use crate::registry::auth::route;
use crate::registry::client::Session;
use crate::registry::host::Host;
use crate::registry::send::call::Call;
use crate::registry::send::outcome;
use crate::registry::send::retries::Retries;

/// The headers of the answer to a call that reads, its URL, and the first `limit` bytes of its body. A body that
/// breaks off is asked for again, as a request without an answer is.
///
/// Fails with the codes of the registry, the network and the rules for URLs; where the body broke off, the
/// detail `cut` says so.
pub(crate) async fn read_body<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    limit: usize,
) -> Result<(Headers, Url, Read)> {
    let mut retries = Retries::of(session, Work::Body, call.method);
    loop {
        let answer = route::send(session, call).await?;
        let (Response { headers, body, .. }, url) = outcome::succeed(session, call, answer).await?;
        match session.host.read(body, limit).await {
            Ok(read) => return Ok((headers, url, read)),
            Err(error) => {
                let error = error.with_detail("cut", call.tail);
                retries.again(&url, error).await?;
            }
        }
    }
}
