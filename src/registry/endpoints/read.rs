//! Bodies that are read at once: documents, listings, configs, and what stands in a refusal.

use crate::error::{Code, Result};
use crate::http::message::{Headers, Read, Response};
use crate::http::url::Url;
use crate::limits::ERROR_BYTES;
use crate::registry::client::Client;
use crate::registry::host::Host;
use crate::registry::send::call::Call;

impl Client {
    /// The headers of the answer to a call that reads, its URL, and the first `limit` bytes of its body. A body that
    /// breaks off is asked for again, as a request without an answer is.
    ///
    /// Fails with the codes of the registry, the network and the rules for URLs; where the body broke off, the
    /// detail `cut` says so.
    pub(crate) async fn read_whole<H: Host>(
        &self,
        host: &H,
        call: &Call<'_>,
        limit: usize,
    ) -> Result<(Headers, Url, Read)> {
        let mut attempt = 1;
        loop {
            let answer = self.exchange(host, call).await?;
            let (Response { headers, body, .. }, url) = self.succeed(host, call, answer).await?;
            match host.read(body, limit).await {
                Ok(read) => return Ok((headers, url, read)),
                Err(error) => {
                    let error = error.with_detail("cut", call.tail);
                    self.again(host, call.method, &url, attempt, error).await?;
                }
            }
            attempt += 1;
        }
    }

    /// What a refusal says. One that breaks off is a refusal all the same.
    pub(crate) async fn refusal<H: Host>(&self, host: &H, body: H::Body) -> Result<Vec<u8>> {
        match host.read(body, ERROR_BYTES).await {
            Ok(read) => Ok(read.bytes),
            Err(error) if error.code() == Code::Aborted => Err(error),
            Err(_) => Ok(Vec::new()),
        }
    }
}
