//! The states of an authentication, and what a call carries from one to the next.

use crate::error::{Code, Result};
use crate::guard::{Guard, stands};
use crate::http::url::Url;
use crate::registry::auth::token_service::{Challenged, Grant};
use crate::registry::credentials::Credentials;
use crate::registry::memory::flights::Lead;
use crate::registry::scope::Scope;
use crate::registry::send::call::Answer;

/// What a 401 means that comes through a proxy.
pub(crate) const HINT_PROXY: &str =
    "A proxy gets no credentials: it has no access to this repository itself, or there is none.";

/// Whose call it is, as far as that is known.
pub(crate) enum Asker {
    /// The host was not asked for credentials yet.
    Unknown,
    /// The host has none, or they are not for this token service.
    Anonymous,
    /// The owner of these.
    Known(Credentials),
}

impl Asker {
    /// Whose call it is that the host has found these for.
    pub(crate) fn of(found: Option<Credentials>) -> Asker {
        found.map_or(Asker::Anonymous, Asker::Known)
    }

    /// The credentials that there are.
    pub(crate) fn credentials(&self) -> Option<&Credentials> {
        match self {
            Asker::Known(credentials) => Some(credentials),
            Asker::Unknown | Asker::Anonymous => None,
        }
    }
}

/// What a call is authenticated for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To get its answer: with all that is known of the registry, which is kept for other calls.
    Answer,
    /// To see whether the registry takes the credentials: nothing is known before, and nothing is kept.
    Login,
}

/// The single flights that a call leads; other calls wait until they are dropped.
#[derive(Default)]
pub(crate) struct Leads<'a> {
    /// To find out whether the scope needs a token.
    pub(crate) need: Option<Lead<'a, Scope>>,
    /// To get the token, or to try the password.
    pub(crate) token: Option<Lead<'a, Scope>>,
}

/// How far the authentication of a call has come; see the table in [`super::authenticate`].
pub(crate) enum State<'a, B> {
    /// Nothing was sent.
    Start,
    /// It is sent without a token.
    Plain { need: Option<Lead<'a, Scope>> },
    /// It is sent with what is in hand.
    Authorized,
    /// The registry has answered 401.
    Unauthorized { asker: Asker, answer: Answer<B>, leads: Leads<'a> },
    /// What the registry wants was read.
    Challenged { asker: Asker, challenged: Challenged, leads: Leads<'a> },
    /// Whose call it is was found out.
    Identified { asker: Asker, challenged: Challenged, leads: Leads<'a> },
    /// What the registry wants was got.
    Granted { base: Url, scope: Scope, grant: Grant, leads: Leads<'a> },
    /// The registry has answered.
    Done(Answer<B>),
}

/// Whether an answer is the registry's own 401. One from wherever the registry sent us is that place's answer, not a
/// challenge: answering it would hand credentials to whatever place the registry names (CVE-2020-15157).
pub(crate) fn is_challenge<B>(answer: &Answer<B>) -> bool {
    answer.response.status == 401 && (answer.is_from_registry() || !stands(Guard::ForeignChallenge))
}

/// Whether the registry or its token service has refused the call.
pub(crate) fn is_refusal<B>(answer: &Result<Answer<B>>) -> bool {
    match answer {
        Ok(answer) => matches!(answer.response.status, 401 | 403) && answer.is_from_registry(),
        Err(error) => matches!(error.code(), Code::Unauthorized | Code::Denied),
    }
}

/// Tells the calls that wait for this one where it did not get through.
pub(crate) fn reported<B>(answer: Result<Answer<B>>, lead: Option<&Lead<'_, Scope>>) -> Result<Answer<B>> {
    if let (Err(error), Some(lead)) = (&answer, lead) {
        lead.fail(error);
    }
    answer
}
