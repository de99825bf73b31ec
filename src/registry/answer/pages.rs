//! The next page of a listing: the `Link` header, and the opaque text that stands for a page.
//!
//! Source: RFC 8288 for the grammar, distribution-spec "Listing Tags" for its use. A next page differs from
//! the first in nothing but its query, so the query is all that is kept: `number;query`. It is asked for at the URL of
//! the listing, whatever scheme, port or path before `/v2/` a proxy has made of the link. That leaves no way
//! to another origin or repository even for a text that did not come from us.

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::url::{Url, is_query};
use crate::limits::{HEADER_BYTES, PAGES};
use crate::registry::trust::{Channel, vet};

/// One page of a listing, as the caller of `tags` holds it.
pub(crate) struct Page<'a> {
    number: usize,
    /// The query that asks for it.
    pub(crate) query: Option<&'a str>,
}

impl<'a> Page<'a> {
    /// Reads the text that stands for a page; `None` is the first one. Fails with `OPTION_INVALID`.
    pub(crate) fn parse(text: Option<&'a str>) -> Result<Page<'a>> {
        let Some(text) = text else { return Ok(Page { number: 1, query: None }) };
        let parsed = text.split_once(';').and_then(|(number, query)| Some((number.parse().ok()?, query)));
        let (number, query) = parsed
            .filter(|(number, query)| *number > 1 && *number <= PAGES && is_query(query))
            .ok_or_else(|| Error::new(Code::OptionInvalid, "the page is not one that a tag listing gave"))?;
        Ok(Page { number, query: Some(query) })
    }

    /// The page after this one, if the `Link` header of the answer from `url` names one. `listings` are the
    /// URLs under which the listing may continue. Fails with `LINK_REFUSED` or `PAGE_LIMIT`.
    pub(crate) fn next(&self, link: Option<&str>, url: &Url, listings: &[Url]) -> Result<Option<String>> {
        let Some(target) = link.map_or(Ok(None), next_target)? else { return Ok(None) };
        let target = url
            .join(target)
            .map_err(|reason| refused(&format!("the next page cannot be asked for: {reason}")))?;
        let mut verdict = Err(refused("the next page has no listing"));
        for page in listings {
            verdict = vet(Channel::Link { page }, page, &target);
            if verdict.is_ok() {
                break;
            }
        }
        verdict?;
        let query = target.query().unwrap_or_default();
        let ends = Some(query) != self.query && !query.is_empty() && self.number < PAGES;
        if !ends && stands(Guard::PageLoop) {
            let message =
                format!("the listing does not end: page {} leads to itself or one too many", self.number);
            return Err(Error::new(Code::PageLimit, message));
        }
        Ok(Some(format!("{};{query}", self.number + 1)))
    }
}

/// The target of the first link whose relation is `next`.
fn next_target(value: &str) -> Result<Option<&str>> {
    if value.len() > HEADER_BYTES {
        return Err(refused("the Link header is longer than 8 KiB"));
    }
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, params) =
            after.split_once('>').ok_or_else(|| refused("the Link header does not end"))?;
        let end = end_of_params(params);
        let (params, tail) = params.split_at_checked(end).unwrap_or((params, ""));
        if params.split(';').any(is_next) {
            return Ok(Some(target.trim()));
        }
        rest = tail;
    }
    Ok(None)
}

/// Where the parameters of one link end: at a comma that stands outside of quotes.
fn end_of_params(params: &str) -> usize {
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in params.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => return at,
            _ => {}
        }
    }
    params.len()
}

/// Whether a parameter says `rel=next`, alone or among other relations.
fn is_next(param: &str) -> bool {
    param.split_once('=').is_some_and(|(name, value)| {
        name.trim().eq_ignore_ascii_case("rel")
            && value.trim().trim_matches('"').split(' ').any(|relation| relation.eq_ignore_ascii_case("next"))
    })
}

fn refused(message: &str) -> Error {
    Error::new(Code::LinkRefused, message)
}
