//! Authenticates one call: on 401 it gets credentials or a token, and sends the call once more.
//!
//! | state | what is known | what happens | next |
//! |---|---|---|---|
//! | `Start` | the call | the scope needs no token, or this call is the first that finds out | `Plain` |
//! | | | the scope needs one | `Authorized` |
//! | `Plain` | it may need no token | it is sent without one: any answer but 401 | `Done` |
//! | | | 401 | `Unauthorized` |
//! | `Authorized` | it needs a token or a password | it is sent with the one in hand or a renewed one: any answer but 401 | `Done` |
//! | | | 401 | `Unauthorized` |
//! | `Unauthorized` | a 401 | the challenge is read; one that is missing is asked for at the registry's root | `Challenged` |
//! | `Challenged` | what the registry wants | the host gives the credentials, unless the token service gets none | `Identified` |
//! | `Identified` | who asks | another call has got what is wanted meanwhile, or it is got now | `Granted` |
//! | `Granted` | a token or a password | the call is sent once more: any answer but 401 | `Done` |
//! | | | 401 | error |
//!
//! A proxy (`via`) gets no credentials, so there every call begins with `Plain` and a 401 is an error. `login` begins
//! with `Plain`, and neither uses nor keeps what is known of the registry: see [`crate::registry::auth::login`].
//!
//! Where the token service that a registry names gets no credentials, the host is not asked for any: a credential
//! helper that is missing must not keep a caller from what is public. Only where the anonymous token is refused
//! is the host asked, to tell whether a login was held back.
//!
//! Calls wait for each other twice (single flight). In `Start` one call finds out whether the scope needs a token at
//! all; the host is not asked for credentials before that, so that public repositories need no credential helper. Then
//! each call finds out whose credentials it has, and those with the same ones wait for one token.

use crate::error::{Code, Error, Result};
use crate::guard::{Guard, stands};
use crate::http::url::Url;
use crate::registry::auth::single_flight::{Joined, join};
use crate::registry::auth::states::{
    Asker, HINT_PROXY, Leads, Purpose, State, is_challenge, is_refusal, reported,
};
use crate::registry::auth::token_service::{self, Challenged, Grant, rejected, withheld};
use crate::registry::challenge;
use crate::registry::client::Session;
use crate::registry::credentials::Credentials;
use crate::registry::host::Host;
use crate::registry::memory::flights::Lead;
use crate::registry::memory::tokens::Tokens;
use crate::registry::scope::Scope;
use crate::registry::send::call::{Answer, Call, ROOT};
use crate::registry::send::{outcome, scheme};
use crate::registry::trust::may_ask;

/// One call that is authenticated.
struct Authentication<'a, H> {
    session: Session<'a, H>,
    call: &'a Call<'a>,
    purpose: Purpose,
    /// What it needs a token for; without an identity, since what is known of it concerns all callers alike.
    scope: Scope,
    /// The credentials that the host gave for it.
    found: Option<Credentials>,
}

/// Sends a call and answers a 401 once, and once more where the host finds newer credentials then. What comes
/// back is any answer but 401; see [`outcome::succeed`].
///
/// Fails with `REGISTRY_REFUSED`, `UNAUTHORIZED`, `REALM_REFUSED`, `CHALLENGE_INVALID`, `CHALLENGE_UNSUPPORTED`, `TOKEN_INVALID`, and with the
/// codes of the host's credentials, the network and the rules for URLs.
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
    let purpose = Purpose::Answer;
    let mut authentication = Authentication { session, call, purpose, scope, found: None };
    let answer = authentication.run(State::Start).await;
    let distrusted = session.client.memory.tokens.distrusted(&authentication.scope);
    if let Some(origin) = distrusted.filter(|_| is_refusal(&answer)) {
        return authentication.refused_anonymously(&origin, answer).await;
    }
    let is_refused = answer.as_ref().is_err_and(|error| error.code() == Code::Unauthorized);
    if is_refused && authentication.has_newer().await? {
        return authentication.run(State::Start).await;
    }
    answer
}

/// Sends a call about the registry as a whole with the host's credentials, where it asks for some: whatever is known of
/// the registry is not used, and nothing is kept. Gives any answer but 401; its `authorization` says whether
/// credentials were sent.
///
/// Fails with `UNAUTHORIZED` for credentials that are absent or not taken, with `REALM_REFUSED` when they were kept from
/// a token service that is not known to belong to the registry, and as [`send`] does.
pub(crate) async fn log_in<H: Host>(session: Session<'_, H>, call: &Call<'_>) -> Result<Answer<H::Body>> {
    let scope = Scope {
        registry: call.repository.domain().to_owned(),
        repository: String::new(),
        actions: &[],
        sources: Vec::new(),
        identity: String::new(),
    };
    let purpose = Purpose::Login;
    let mut authentication = Authentication { session, call, purpose, scope, found: None };
    authentication.run(State::Plain { need: None }).await
}

impl<'a, H: Host> Authentication<'a, H> {
    /// Goes from state to state until there is an answer: every request of a registry begins here.
    async fn run(&mut self, mut state: State<'a, H::Body>) -> Result<Answer<H::Body>> {
        may_ask(&self.session.client.options, self.session.host, &self.scope.registry).await?;
        loop {
            state = match state {
                State::Start => self.start().await?,
                State::Plain { need } => self.send_plain(need).await?,
                State::Authorized => self.send_authorized().await?,
                State::Unauthorized { asker, answer, leads } => {
                    self.read_challenge(asker, answer, leads).await?
                }
                State::Challenged { asker, challenged, leads } => {
                    self.identify(asker, challenged, leads).await?
                }
                State::Identified { asker, challenged, leads } => match self.purpose {
                    Purpose::Answer => self.obtain(asker, challenged, leads).await?,
                    Purpose::Login => self.obtain_anew(asker, challenged).await?,
                },
                State::Granted { base, scope, grant, leads } => {
                    self.send_granted(base, scope, grant, leads).await?
                }
                State::Done(answer) => return Ok(answer),
            };
        }
    }

    /// Waits until it is known whether the scope needs a token, or leads to find out.
    async fn start(&self) -> Result<State<'a, H::Body>> {
        let Session { client, .. } = self.session;
        let is_known = || {
            let needs = client.memory.tokens.needs(&self.scope);
            (needs.is_some() || client.options.via.is_some()).then_some(None)
        };
        let need = match is_known() {
            Some(_) => None,
            None => match join(self.session, &client.memory.flights, self.scope.clone(), &is_known).await? {
                Joined::Leads(lead) => Some(lead),
                Joined::Known(_) | Joined::Alone => None,
            },
        };
        let needs = client.memory.tokens.needs(&self.scope);
        Ok(match needs == Some(true) && client.options.via.is_none() {
            true => State::Authorized,
            false => State::Plain { need },
        })
    }

    /// Sends the call without a token.
    async fn send_plain(&self, need: Option<Lead<'a, Scope>>) -> Result<State<'a, H::Body>> {
        let answer = reported(scheme::open(self.session, self.call, None).await, need.as_ref())?;
        if is_challenge(&answer) {
            let leads = Leads { need, token: None };
            return Ok(State::Unauthorized { asker: Asker::Unknown, answer, leads });
        }
        if need.is_some() {
            self.tokens().learn_need(&self.scope, false);
        }
        Ok(State::Done(answer))
    }

    /// Sends the call with the token or the password in hand, or with a renewed token.
    async fn send_authorized(&mut self) -> Result<State<'a, H::Body>> {
        let Session { client, host } = self.session;
        let tokens = self.tokens();
        let asker = match tokens.distrusted(&self.scope) {
            Some(_) => Asker::Anonymous,
            None => Asker::of(self.credentials().await?),
        };
        let scope = self.scope.of(asker.credentials());
        let registry = &scope.registry;
        let basic = asker.credentials().and_then(Credentials::basic);
        let in_hand = || match tokens.token(&scope, host.now()) {
            Some(token) => Some(Some(token)),
            None => tokens.wants_basic(registry).then(|| basic.clone()),
        };
        let (mut known, mut lead) =
            match join(self.session, &client.memory.flights, scope.clone(), &in_hand).await? {
                Joined::Known(known) => (known, None),
                Joined::Alone => (None, None),
                Joined::Leads(lead) => (None, Some(lead)),
            };
        if let Some(value) = known.as_ref().or(basic.as_ref())
            && tokens.refuses_basic(registry, value, host.now())
        {
            let message = format!("{registry} has refused this user name and password a moment ago");
            return Err(rejected(Error::new(Code::Unauthorized, message).with_status(401)));
        }
        if lead.is_some()
            && let Some(base) = scheme::bases(client, registry)?.into_iter().next()
        {
            known = token_service::renewed(self.session, &base, &scope, asker.credentials().cloned()).await?;
        }
        if known.is_some() {
            lead = None;
        }
        let answer = reported(scheme::open(self.session, self.call, known).await, lead.as_ref())?;
        if is_challenge(&answer) {
            return Ok(State::Unauthorized { asker, answer, leads: Leads { need: None, token: lead } });
        }
        match &answer.authorization {
            Some(value) => self.learn_accepted(value, answer.response.status),
            None if lead.is_some() => tokens.learn_need(&self.scope, false),
            None => {}
        }
        Ok(State::Done(answer))
    }

    /// Reads the challenge of a 401. A missing one is asked for at the registry's root, unless that is what has
    /// answered.
    async fn read_challenge(
        &self,
        asker: Asker,
        answer: Answer<H::Body>,
        leads: Leads<'a>,
    ) -> Result<State<'a, H::Body>> {
        let refused = answer.authorization.clone();
        match &asker {
            // A call that comes now waits with the others where one leads.
            Asker::Unknown if leads.need.is_none() && self.purpose == Purpose::Answer => {
                self.tokens().learn_need(&self.scope, true);
            }
            Asker::Unknown => {}
            _ => self.tokens().forget(&self.scope.of(asker.credentials()), refused.as_deref()),
        }
        let base = answer.base().clone();
        let mut challenges =
            challenge::parse(answer.response.headers.get("www-authenticate").unwrap_or_default())?;
        let refusal = outcome::refusal(self.session, self.call.subject(), answer).await?;
        if self.session.client.options.via.is_some() && stands(Guard::ProxySecret) {
            return Err(refusal.with_hint(HINT_PROXY));
        }
        if challenges.is_empty() && self.call.tail != ROOT {
            challenges = token_service::ping(self.session, &base).await?;
        }
        if challenges.is_empty() {
            return Err(refusal);
        }
        let challenged = Challenged { base, challenges, refusal, refused };
        Ok(State::Challenged { asker, challenged, leads })
    }

    /// Finds out who asks. Where the token service gets no credentials, the host is not asked for any.
    async fn identify(
        &mut self,
        asker: Asker,
        challenged: Challenged,
        leads: Leads<'a>,
    ) -> Result<State<'a, H::Body>> {
        let distrusted = match self.purpose {
            Purpose::Answer => challenged.distrusted(self.session.client),
            // The credentials are what a login is about.
            Purpose::Login => None,
        };
        let asker = match (asker, distrusted) {
            (Asker::Unknown, Some(origin)) => {
                self.tokens().distrust(&self.scope, origin);
                Asker::Anonymous
            }
            (Asker::Unknown, None) => Asker::of(self.credentials().await?),
            (known, _) => known,
        };
        Ok(State::Identified { asker, challenged, leads })
    }

    /// Gets what the registry wants: what another call has got meanwhile, or a new token or the password.
    async fn obtain(
        &self,
        asker: Asker,
        challenged: Challenged,
        mut leads: Leads<'a>,
    ) -> Result<State<'a, H::Body>> {
        let scope = self.scope.of(asker.credentials());
        // Calls that were refused at the same time ask once for all, and not at all where that was of no use.
        if let Some(refusal) = self.tokens().refusal(&scope, challenged.refused.as_deref()) {
            return Err(refusal);
        }
        let basic = asker.credentials().filter(|_| challenged.is_basic()).and_then(Credentials::basic);
        let mut known = None;
        if leads.token.is_none() || basic.is_some() {
            match self.join_obtaining(&scope, basic.as_ref(), &challenged).await? {
                Joined::Known(newer) => known = newer,
                Joined::Alone => {}
                Joined::Leads(lead) => leads.token = Some(lead),
            }
        }
        self.tokens().learn_need(&self.scope, true);
        // Calls that wait to know whether a token is needed may have the same password: first it has to be known whether
        // that is any good.
        leads.need = leads.need.filter(|_| basic.is_some());
        let grant = match known {
            Some(authorization) => Grant { anonymous: basic.is_none(), authorization, distrusted: None },
            None => {
                let who = asker.credentials().cloned();
                let grant = token_service::authorize(self.session, &challenged, &scope, who).await;
                if let (Err(error), Some(lead)) = (&grant, &leads.token) {
                    lead.fail(error);
                    if error.code() == Code::Unauthorized {
                        lead.refuse(error);
                    }
                }
                grant?
            }
        };
        let Challenged { base, refusal, refused, .. } = challenged;
        if let Some(value) = basic.filter(|_| stands(Guard::WrongOnce)) {
            self.check_password(&value, refused.as_ref(), refusal, leads.token.as_ref())?;
        }
        // Credentials that their token service took are good. Whether the registry takes a password, or grants an
        // anonymous token what the call needs, its answer says.
        if !grant.anonymous && !grant.authorization.starts_with("Basic ") {
            leads.token = None;
        }
        Ok(State::Granted { base, scope, grant, leads })
    }

    /// Waits while another call with the same credentials gets what is wanted. A password is as good for one repository
    /// as for another, so there one call tries it for all.
    async fn join_obtaining(
        &self,
        scope: &Scope,
        basic: Option<&String>,
        challenged: &Challenged,
    ) -> Result<Joined<'a, Scope>> {
        let Session { client, host } = self.session;
        let tokens = &client.memory.tokens;
        let key = if basic.is_some() { scope.of_registry() } else { scope.clone() };
        let newer = || match basic {
            Some(value) => tokens.accepts_basic(&scope.registry, value).then(|| Some(value.clone())),
            None => {
                let token = tokens.token(scope, host.now());
                token.filter(|token| Some(token) != challenged.refused.as_ref()).map(Some)
            }
        };
        join(self.session, &client.memory.flights, key, &newer).await
    }

    /// Fails for a password that the registry has just refused, or has refused a moment ago.
    fn check_password(
        &self,
        value: &str,
        refused: Option<&String>,
        refusal: Error,
        lead: Option<&Lead<'_, Scope>>,
    ) -> Result<()> {
        let (registry, now) = (&self.scope.registry, self.session.host.now());
        let is_again = refused.is_some_and(|refused| refused == value);
        if !is_again && !self.tokens().refuses_basic(registry, value, now) {
            return Ok(());
        }
        let error = rejected(refusal);
        if let Some(lead) = lead {
            lead.refuse(&error);
        }
        if is_again {
            self.tokens().refuse_basic(registry, value, now);
        }
        Err(error)
    }

    /// For a login: gets a new token or the password, whatever is known.
    async fn obtain_anew(&self, asker: Asker, challenged: Challenged) -> Result<State<'a, H::Body>> {
        let scope = self.scope.clone();
        let who = asker.credentials().cloned();
        let grant = token_service::authorize(self.session, &challenged, &scope, who).await?;
        let Challenged { base, refusal, .. } = challenged;
        if let Some(origin) = grant.distrusted {
            let message = format!(
                "{} wants the credentials sent to {origin}, which is not known to belong to it",
                scope.registry
            );
            return Err(Error::new(Code::RealmRefused, message));
        }
        if grant.anonymous {
            return Err(refusal);
        }
        Ok(State::Granted { base, scope, grant, leads: Leads::default() })
    }

    /// Sends the call once more, with what was got for it. The flights that it leads end with this.
    async fn send_granted(
        &self,
        base: Url,
        scope: Scope,
        grant: Grant,
        leads: Leads<'a>,
    ) -> Result<State<'a, H::Body>> {
        let answer = scheme::send(self.session, self.call, &base, Some(grant.authorization.clone())).await;
        let answer = reported(answer, leads.token.as_ref())?;
        let keeps = self.purpose == Purpose::Answer;
        if !is_challenge(&answer) {
            if keeps {
                self.learn_accepted(&grant.authorization, answer.response.status);
            }
            return Ok(State::Done(answer));
        }
        if keeps {
            self.tokens().forget(&scope, Some(&grant.authorization));
        }
        let refusal = outcome::refusal(self.session, self.call.subject(), answer).await?;
        let error = match (grant.anonymous, grant.distrusted) {
            (true, Some(origin)) => withheld(refusal, &origin),
            (true, None) => refusal,
            (false, _) => rejected(refusal),
        };
        if let Some(lead) = &leads.token {
            lead.refuse(&error);
        }
        if keeps {
            let now = self.session.host.now();
            self.tokens().refuse_basic(&scope.registry, &grant.authorization, now);
            self.tokens().refuse(&scope, &grant.authorization, error.clone());
        }
        Err(error)
    }

    /// The call was refused, and the token service gets no credentials. A registry's own token does not go there; any
    /// other login was held back, which is what has to be said.
    async fn refused_anonymously(
        &mut self,
        origin: &str,
        answer: Result<Answer<H::Body>>,
    ) -> Result<Answer<H::Body>> {
        match self.credentials().await? {
            None => answer,
            Some(Credentials::RegistryToken(_)) => {
                self.tokens().ask_again(&self.scope);
                self.run(State::Start).await
            }
            Some(_) => {
                let refusal = match answer {
                    Ok(answer) => outcome::refusal(self.session, self.call.subject(), answer).await?,
                    Err(refusal) => refusal,
                };
                Err(withheld(refusal, origin))
            }
        }
    }

    /// What the host has for the registry.
    async fn credentials(&mut self) -> Result<Option<Credentials>> {
        let (registry, repository, actions) = self.wanted();
        let found = self.session.host.credentials(registry, repository, actions).await?;
        self.found = found.clone();
        Ok(found)
    }

    /// Whether the host has other credentials by now than those that were refused: tokens of credential helpers are
    /// short-lived, and kept for a while.
    async fn has_newer(&mut self) -> Result<bool> {
        let Some(refused) = self.found.take() else { return Ok(false) };
        let (registry, repository, actions) = self.wanted();
        let newer = self.session.host.newer_credentials(registry, repository, actions).await?;
        Ok(newer.is_some_and(|newer| newer != refused))
    }

    /// What the host is asked for credentials for: the registry, the repository, and the actions.
    fn wanted(&self) -> (&str, Option<&str>, &'static [&'static str]) {
        let repository = Some(self.scope.repository.as_str()).filter(|path| !path.is_empty());
        (&self.scope.registry, repository, self.scope.actions)
    }

    /// Remembers a password that was taken.
    fn learn_accepted(&self, authorization: &str, status: u16) {
        if authorization.starts_with("Basic ") && status < 500 && status != 429 {
            self.tokens().accept_basic(&self.scope.registry, authorization);
        }
    }

    fn tokens(&self) -> &'a Tokens {
        &self.session.client.memory.tokens
    }
}
