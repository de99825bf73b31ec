//! Tokens in hand, and what else a client knows of the ways into registries.

use crate::digest::{Algorithm, Digest};
use crate::error::Error;
use crate::guard::{Guard, stands};
use crate::limits::FORGET_MS;
use crate::registry::challenge::Challenge;
use crate::registry::memory::bounded::Bounded;
use crate::registry::scope::Scope;
use crate::registry::token::Token;

/// An `Authorization` value and when it stops being used.
struct Kept {
    authorization: String,
    until: u64,
}

/// Tokens in hand, and what else is known of the ways into registries.
#[derive(Default)]
pub(crate) struct Wallet {
    tokens: Bounded<Scope, Kept>,
    /// Registries that have let in a Basic value, and the latest one.
    basic: Bounded<String, String>,
    /// Basic values that a registry has not taken, and since when.
    wrong: Bounded<(String, String), u64>,
    /// What an identity token has become: by registry, origin of the service, and digest of the one that was given.
    rotated: Bounded<(String, String), Rotated>,
    /// What was asked for the latest token of a scope.
    challenges: Bounded<Scope, Challenge>,
    /// Token services that are not known to belong to the registry that names them: those who ask there are nobody.
    foreign: Bounded<Scope, String>,
    /// Tokens, as digests, that were refused as soon as they had been granted, and the registry's words.
    refused: Bounded<Scope, (Digest, Error)>,
}

/// An identity token that its service has replaced.
struct Rotated {
    given: Digest,
    current: String,
}

impl Wallet {
    /// The token for exactly this scope, if it is still good at `now`.
    pub(crate) fn token(&self, scope: &Scope, now: u64) -> Option<String> {
        self.tokens.get(scope).filter(|kept| now < kept.until).map(|kept| kept.authorization.clone())
    }

    /// Keeps a token in place of an older one, and lets go of those that have ended.
    pub(crate) fn keep(&mut self, scope: Scope, token: &Token, now: u64) {
        self.tokens.retain(|kept| now < kept.until);
        self.refused.take(&scope);
        if now < token.until {
            let kept = Kept { authorization: token.authorization(), until: token.until };
            self.tokens.keep(scope, kept);
        } else {
            self.tokens.take(&scope);
        }
    }

    /// Drops a token that the registry did not take, and no newer one that another call got meanwhile; and what it
    /// was got for: the refusal says anew what is wanted.
    pub(crate) fn forget(&mut self, scope: &Scope, authorization: Option<&str>) {
        self.challenges.take(scope);
        if self.tokens.get(scope).map(|kept| kept.authorization.as_str()) == authorization {
            self.tokens.take(scope);
        }
    }

    /// Remembers the challenge that a token was got for, so that the next one costs no 401.
    pub(crate) fn learn(&mut self, scope: &Scope, challenge: &Challenge) {
        self.challenges.keep(scope.clone(), challenge.clone());
    }

    /// Takes the challenge of a scope, if one is remembered.
    pub(crate) fn recall(&mut self, scope: &Scope) -> Option<Challenge> {
        self.challenges.take(scope)
    }

    /// Remembers the origin of a token service that gets no credentials.
    pub(crate) fn distrust(&mut self, scope: &Scope, origin: String) {
        self.foreign.keep(scope.clone(), origin);
    }

    /// The origin of the token service of a scope, where it gets no credentials.
    pub(crate) fn distrusted(&self, scope: &Scope) -> Option<String> {
        self.foreign.get(scope).cloned()
    }

    /// Forgets that a scope's token service gets no credentials: there are some that it need not see.
    pub(crate) fn ask_again(&mut self, scope: &Scope) {
        self.foreign.take(scope);
    }

    /// Remembers that a token was refused although it was new: another one would be no better.
    pub(crate) fn refuse(&mut self, scope: &Scope, authorization: &str, refusal: Error) {
        self.refused.keep(scope.clone(), (fingerprint(authorization), refusal));
    }

    /// Why a token of a scope is of no use, if it was refused when it was new.
    pub(crate) fn refusal(&self, scope: &Scope, authorization: Option<&str>) -> Option<Error> {
        let (token, refusal) = self.refused.get(scope).filter(|_| stands(Guard::OneIsRefused))?;
        (*token == fingerprint(authorization?)).then(|| refusal.clone())
    }

    /// What an identity token of this registry has become at the service of that origin. It is sent nowhere else.
    pub(crate) fn current(&self, registry: &str, service: &str, given: &str) -> String {
        let known = self.rotated.get(&(registry.to_owned(), service.to_owned()));
        let same = known.filter(|known| known.given == fingerprint(given));
        same.map_or(given, |known| &known.current).to_owned()
    }

    /// Remembers what an identity token was replaced by: the old one may be good no more.
    pub(crate) fn rotate(&mut self, registry: &str, service: &str, given: &str, current: String) {
        let key = (registry.to_owned(), service.to_owned());
        self.rotated.keep(key, Rotated { given: fingerprint(given), current });
    }

    /// Remembers that a registry has let in a Basic value: from now on passwords go along at once.
    pub(crate) fn accept_basic(&mut self, registry: &str, authorization: &str) {
        self.basic.keep(registry.to_owned(), authorization.to_owned());
    }

    /// Whether the registry has let in this very value, and no other since.
    pub(crate) fn accepts_basic(&self, registry: &str, authorization: &str) -> bool {
        self.basic.get(&registry.to_owned()).is_some_and(|value| value == authorization)
    }

    /// Whether the registry has let in a Basic value before.
    pub(crate) fn wants_basic(&self, registry: &str) -> bool {
        self.basic.get(&registry.to_owned()).is_some()
    }

    /// Remembers that a registry has not taken a Basic value. One that it took elsewhere is good, and not for this.
    pub(crate) fn refuse_basic(&mut self, registry: &str, authorization: &str, now: u64) {
        if authorization.starts_with("Basic ") && !self.accepts_basic(registry, authorization) {
            self.wrong.keep((registry.to_owned(), authorization.to_owned()), now);
        }
    }

    /// Whether a registry has refused a Basic value a moment ago: accounts are locked for passwords that are tried
    /// again and again.
    pub(crate) fn refuses_basic(&self, registry: &str, authorization: &str, now: u64) -> bool {
        let since = self.wrong.get(&(registry.to_owned(), authorization.to_owned()));
        since.is_some_and(|since| now.saturating_sub(*since) < FORGET_MS && stands(Guard::WrongOnce))
    }
}

/// Tells a secret from others without holding it.
fn fingerprint(secret: &str) -> Digest {
    Digest::of(Algorithm::Sha256, secret.as_bytes())
}
