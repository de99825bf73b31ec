//! Who is let in: whether a call needs a permission, whose it is, and a 401 answered once.
//!
//! Where the token service that a registry names gets no credentials, the host is not asked for any: a credential
//! helper that is missing keeps nobody from what everybody may read. Only where nobody is let in it is asked, to tell
//! whether a login was held back.
//!
//! Two lines form before a repository. At the door one call finds out whether a permission is needed at all; the
//! host is not asked for credentials before that, so that what everybody may read needs no credential helper. Then
//! everybody finds out who they are, and those with the same credentials wait for one permission.

use crate::registry::auth::token_service;
use crate::registry::send::outcome;
use crate::registry::send::scheme;
use crate::registry::session::Session;
use std::cell::RefCell;
use std::ops::Deref;

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::registry::auth::single_flight::{Joined, join};
use crate::registry::auth::token_service::{Permit, credentials, rejected, withheld};
use crate::registry::challenge;
use crate::registry::client::Client;
use crate::registry::credentials::Credentials;
use crate::registry::host::Host;
use crate::registry::memory::flights::Lead;
use crate::registry::scope::Scope;
use crate::registry::send::call::{Answer, Call};

/// What a call needs, and whose credentials were found for it.
struct Door {
    scope: Scope,
    found: RefCell<Option<Credentials>>,
}

impl Deref for Door {
    type Target = Scope;

    fn deref(&self) -> &Scope {
        &self.scope
    }
}

impl Door {
    async fn credentials<H: Host>(&self, host: &H) -> Result<Option<Credentials>> {
        let found = credentials(host, self).await?;
        *self.found.borrow_mut() = found.clone();
        Ok(found)
    }

    /// Whether the host has other credentials by now than those that were refused: tokens of credential helpers are
    /// short-lived, and kept for a while.
    async fn has_newer<H: Host>(&self, host: &H) -> Result<bool> {
        let Some(refused) = self.found.take() else { return Ok(false) };
        let repository = Some(self.repository.as_str()).filter(|path| !path.is_empty());
        let newer = host.newer_credentials(&self.registry, repository, self.actions).await?;
        Ok(newer.is_some_and(|newer| newer != refused))
    }
}

/// Sends a call and answers a 401 once, and once more where the host finds newer credentials then. What comes
/// back is any answer but 401; see [`succeed`].
pub(crate) async fn send<H: Host>(session: Session<'_, H>, call: &Call<'_>) -> Result<Answer<H::Body>> {
    let scope = Scope {
        registry: call.repository.domain().to_owned(),
        repository: call.repository.path().to_owned(),
        // Some token services know no action to delete with, and some grant nothing when it is among others
        // that they know; all know this one.
        actions: match (call.removes, call.sources) {
            (true, _) => &["*"],
            (_, Some(_)) => &["pull", "push"],
            (_, None) => &["pull"],
        },
        sources: call.sources.unwrap_or_default().to_vec(),
        identity: String::new(),
    };
    let door = &Door { scope, found: RefCell::default() };
    let answer = admitted(session, call, door).await;
    let distrusted = session.client.memory.tokens.distrusted(door);
    if let Some(origin) = distrusted.filter(|_| is_refusal(&answer)) {
        return kept_out(session, call, door, &origin, answer).await;
    }
    let is_refused = answer.as_ref().is_err_and(|error| error.code() == Code::Unauthorized);
    if is_refused && door.has_newer(session.host).await? {
        return admitted(session, call, door).await;
    }
    answer
}

/// Nobody was let in, and the token service gets no credentials. A registry's own token does not go there; any
/// other login was held back, which is what has to be said.
async fn kept_out<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    door: &Door,
    origin: &str,
    answer: Result<Answer<H::Body>>,
) -> Result<Answer<H::Body>> {
    match door.credentials(session.host).await? {
        None => answer,
        Some(Credentials::RegistryToken(_)) => {
            session.client.memory.tokens.ask_again(door);
            admitted(session, call, door).await
        }
        Some(_) => {
            let refusal = match answer {
                Ok(answer) => outcome::refusal(session, call.subject(), None, answer.response).await?.1,
                Err(refusal) => refusal,
            };
            Err(withheld(refusal, origin))
        }
    }
}

async fn admitted<H: Host>(session: Session<'_, H>, call: &Call<'_>, door: &Door) -> Result<Answer<H::Body>> {
    let is_known = || {
        let needs = session.client.memory.tokens.needs(door);
        needs.or(session.client.options.via.is_some().then_some(false))
    };
    let turn = match join(session, &session.client.memory.flights, &door.scope, is_known).await? {
        Joined::Leads(turn) => Some(turn),
        _ => None,
    };
    let needs = session.client.memory.tokens.needs(door);
    if needs == Some(true) && session.client.options.via.is_none() {
        return permitted(session, call, door).await;
    }
    let answer = told(scheme::open(session, call, None).await, turn.as_ref())?;
    if !is_challenge(&answer) {
        if turn.is_some() {
            session.client.memory.tokens.learn_need(door, false);
        }
        return Ok(answer);
    }
    challenged(session, call, door, None, answer, turn).await
}

/// A call that needs a permission: with the one in hand, or with a new one.
async fn permitted<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    door: &Door,
) -> Result<Answer<H::Body>> {
    let is_distrusted = session.client.memory.tokens.distrusted(door).is_some();
    let who = if is_distrusted { None } else { door.credentials(session.host).await? };
    let scope = &door.of(who.as_ref());
    let registry = &scope.registry;
    let basic = who.as_ref().and_then(Credentials::basic);
    let in_hand = || {
        let wants_basic = session.client.memory.tokens.wants_basic(registry);
        session
            .client
            .memory
            .tokens
            .token(scope, session.host.now())
            .map(Some)
            .or_else(|| wants_basic.then(|| basic.clone()))
    };
    let (mut known, mut turn) = match join(session, &session.client.memory.flights, scope, in_hand).await? {
        Joined::Known(known) => (known, None),
        Joined::Alone => (None, None),
        Joined::Leads(turn) => (None, Some(turn)),
    };
    if let Some(value) = known.as_ref().or(basic.as_ref())
        && session.client.memory.tokens.refuses_basic(registry, value, session.host.now())
    {
        let message = format!("{registry} has refused this user name and password a moment ago");
        return Err(rejected(Error::new(Code::Unauthorized, message).with_status(401)));
    }
    if turn.is_some()
        && let Some(base) = scheme::bases(session.client, registry)?.into_iter().next()
    {
        known = token_service::renewed(session, &base, scope, who.clone()).await?;
    }
    if known.is_some() {
        turn = None;
    }
    let answer = told(scheme::open(session, call, known).await, turn.as_ref())?;
    if is_challenge(&answer) {
        return challenged(session, call, door, Some(who), answer, turn).await;
    }
    match &answer.authorization {
        Some(value) => accepted(session.client, registry, value, answer.response.status),
        None if turn.is_some() => session.client.memory.tokens.learn_need(door, false),
        None => {}
    }
    Ok(answer)
}

/// Answers a 401. `who` asked, where that is known already; `turn` is theirs, or else the one at the door.
async fn challenged<H: Host>(
    session: Session<'_, H>,
    call: &Call<'_>,
    door: &Door,
    who: Option<Option<Credentials>>,
    answer: Answer<H::Body>,
    turn: Option<Lead<'_, Scope>>,
) -> Result<Answer<H::Body>> {
    let refused = answer.authorization.clone();
    match &who {
        Some(who) => {
            session.client.memory.tokens.forget(&door.of(who.as_ref()), refused.as_deref());
        }
        // Whoever comes now waits with the others at the door, if anybody stands there.
        None if turn.is_none() => session.client.memory.tokens.learn_need(door, true),
        None => {}
    }
    let base = answer.base().clone();
    let challenges = challenge::parse(answer.response.headers.get("www-authenticate").unwrap_or_default())?;
    let (_, refusal) = outcome::refusal(session, call.subject(), refused.as_deref(), answer.response).await?;
    if session.client.options.via.is_some() && stands(Guard::ProxySecret) {
        return Err(refusal.with_hint(
            "A proxy gets no credentials: it has no access to this repository itself, or there is none.",
        ));
    }
    let challenges = match challenges.is_empty() {
        true => token_service::ping(session, &base).await?,
        false => challenges,
    };
    if challenges.is_empty() {
        return Err(refusal);
    }
    let (at_door, who, own) = match who {
        Some(who) => (None, who, turn),
        None => match token_service::distrusted(session.client, &base, &challenges) {
            Some(origin) => {
                session.client.memory.tokens.distrust(door, origin);
                (turn, None, None)
            }
            None => (turn, door.credentials(session.host).await?, None),
        },
    };
    let scope = door.of(who.as_ref());
    let registry = &scope.registry;
    // Whoever was refused at the same time asks once for all, and not at all where that was of no use.
    let in_vain = session.client.memory.tokens.refusal(&scope, refused.as_deref());
    if let Some(refusal) = in_vain {
        return Err(refusal);
    }
    let has_realm = |one: &challenge::Challenge| one.scheme == "bearer" && one.param("realm").is_some();
    let is_basic = challenges.iter().any(|one| one.scheme == "basic") && !challenges.iter().any(has_realm);
    let basic = who.as_ref().filter(|_| is_basic).and_then(Credentials::basic);
    // A password is as good for one repository as for another: one call tries it for all.
    let line = match &basic {
        Some(_) => scope.of_registry(),
        None => scope.clone(),
    };
    let newer = || match &basic {
        Some(value) => session.client.memory.tokens.accepts_basic(registry, value).then(|| value.clone()),
        None => {
            let token = session.client.memory.tokens.token(&scope, session.host.now());
            token.filter(|token| Some(token) != refused.as_ref())
        }
    };
    let (mut turn, mut known) = (own, None);
    if turn.is_none() || basic.is_some() {
        match join(session, &session.client.memory.flights, &line, newer).await? {
            Joined::Known(newer) => known = Some(newer),
            Joined::Alone => known = None,
            Joined::Leads(first) => turn = Some(first),
        }
    }
    session.client.memory.tokens.learn_need(door, true);
    // Whoever waits at the door may have the same password: it is better known first whether that is any good.
    let _at_door = at_door.filter(|_| basic.is_some());
    let permit = match known {
        Some(authorization) => Permit { anonymous: basic.is_none(), authorization, distrusted: None },
        None => {
            let permit =
                token_service::authorize(session, &base, &challenges, &scope, who, refusal.clone()).await;
            if let (Err(error), Some(turn)) = (&permit, &turn) {
                turn.fail(error);
                if error.code() == Code::Unauthorized {
                    turn.refuse(error);
                }
            }
            permit?
        }
    };
    if let Some(value) = basic.as_ref().filter(|_| stands(Guard::WrongOnce)) {
        let wallet = &session.client.memory.tokens;
        let is_again = refused.as_ref() == Some(value);
        if is_again || wallet.refuses_basic(registry, value, session.host.now()) {
            let error = rejected(refusal);
            if let Some(turn) = &turn {
                turn.refuse(&error);
            }
            if is_again {
                wallet.refuse_basic(registry, value, session.host.now());
            }
            return Err(error);
        }
    }
    // Who has credentials that their service took is let in. What a password alone or nobody's token is good
    // for, the answer says.
    if !permit.anonymous && !permit.authorization.starts_with("Basic ") {
        turn = None;
    }
    let answer = scheme::send(session, call, &base, Some(permit.authorization)).await;
    let answer = told(answer, turn.as_ref())?;
    let shown = answer.authorization.clone().unwrap_or_default();
    if !is_challenge(&answer) {
        accepted(session.client, registry, &shown, answer.response.status);
        return Ok(answer);
    }
    session.client.memory.tokens.forget(&scope, Some(&shown));
    let (_, refusal) = outcome::refusal(session, call.subject(), Some(&shown), answer.response).await?;
    let error = match (permit.anonymous, permit.distrusted) {
        (true, Some(origin)) => withheld(refusal, &origin),
        (true, None) => refusal,
        (false, _) => rejected(refusal),
    };
    if let Some(turn) = &turn {
        turn.refuse(&error);
    }
    let wallet = &session.client.memory.tokens;
    wallet.refuse_basic(registry, &shown, session.host.now());
    wallet.refuse(&scope, &shown, error.clone());
    Err(error)
}

/// Remembers a Basic value that was let in.
fn accepted(client: &Client, registry: &str, authorization: &str, status: u16) {
    if authorization.starts_with("Basic ") && status < 500 && status != 429 {
        client.memory.tokens.accept_basic(registry, authorization);
    }
}

/// Whether an answer is the registry's own 401. One from wherever the registry sent us is that place's answer, not a
/// challenge: answering it would hand credentials to whoever the registry names (CVE-2020-15157).
fn is_challenge<B>(answer: &Answer<B>) -> bool {
    answer.response.status == 401 && (answer.is_from_registry() || !stands(Guard::ForeignChallenge))
}

/// Whether the registry or its token service has let nobody in.
fn is_refusal<B>(answer: &Result<Answer<B>>) -> bool {
    match answer {
        Ok(answer) => matches!(answer.response.status, 401 | 403) && answer.is_from_registry(),
        Err(error) => matches!(error.code(), Code::Unauthorized | Code::Denied),
    }
}

/// Tells those who wait for `turn` where a call did not get through.
fn told<B>(answer: Result<Answer<B>>, turn: Option<&Lead<'_, Scope>>) -> Result<Answer<B>> {
    if let (Err(error), Some(turn)) = (&answer, turn) {
        turn.fail(error);
    }
    answer
}
