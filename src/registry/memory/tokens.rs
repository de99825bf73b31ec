//! Tokens in hand, and what else a client knows about authentication.

use crate::digest::{Algorithm, Digest};
use crate::error::Error;
use crate::guard::{Guard, stands};
use crate::registry::challenge::Challenge;
use crate::registry::memory::bounded::Bounded;
use crate::registry::scope::Scope;
use crate::registry::token::Token;

/// How long a Basic value counts as refused, in milliseconds: one minute. Services lock accounts for which wrong passwords
/// are tried again.
const REFUSED_MS: u64 = 60_000;

/// An `Authorization` value and when it stops being used.
#[derive(Clone)]
struct Kept {
    authorization: String,
    until: u64,
}

/// Tokens in hand, and what else is known about authentication.
#[derive(Default)]
pub(crate) struct Tokens {
    tokens: Bounded<Scope, Kept>,
    /// Scopes that have been asked for without a token, and whether one was needed.
    needed: Bounded<Scope, bool>,
    /// Registries that have accepted a Basic value, and the latest one.
    basic: Bounded<String, String>,
    /// Basic values that a registry has not taken, and since when.
    wrong: Bounded<(String, String), u64>,
    /// What an identity token has become: by registry, origin of the service, and digest of the one that was given.
    rotated: Bounded<(String, String), Rotated>,
    /// What was asked for the latest token of a scope.
    challenges: Bounded<Scope, Challenge>,
    /// Token services that are not known to belong to the registry that names them: they are asked anonymously.
    foreign: Bounded<Scope, String>,
    /// Tokens, as digests, that were refused as soon as they had been granted, and the registry's words.
    refused: Bounded<Scope, (Digest, Error)>,
}

/// An identity token that its service has replaced.
#[derive(Clone)]
struct Rotated {
    given: Digest,
    current: String,
}

impl Tokens {
    /// The token for exactly this scope, if it is still good at `now`.
    pub(crate) fn token(&self, scope: &Scope, now: u64) -> Option<String> {
        self.tokens.get(scope).filter(|kept| now < kept.until).map(|kept| kept.authorization)
    }

    /// Keeps a token in place of an older one, and drops those that have ended.
    pub(crate) fn keep(&self, scope: Scope, token: &Token, now: u64) {
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
    pub(crate) fn forget(&self, scope: &Scope, authorization: Option<&str>) {
        self.challenges.take(scope);
        if self.tokens.get(scope).map(|kept| kept.authorization).as_deref() == authorization {
            self.tokens.take(scope);
        }
    }

    /// Whether a token is needed for this scope, once that is known: a registry that has taken a password wants it for
    /// everything.
    pub(crate) fn needs(&self, scope: &Scope) -> Option<bool> {
        match self.wants_basic(&scope.registry) {
            true => Some(true),
            false => self.needed.get(scope),
        }
    }

    /// Remembers whether a token is needed for this scope.
    pub(crate) fn learn_need(&self, scope: &Scope, is_needed: bool) {
        self.needed.keep(scope.clone(), is_needed);
    }

    /// Remembers the challenge that a token was got for, so that the next one costs no 401.
    pub(crate) fn learn(&self, scope: &Scope, challenge: &Challenge) {
        self.challenges.keep(scope.clone(), challenge.clone());
    }

    /// Takes the challenge of a scope, if one is remembered.
    pub(crate) fn recall(&self, scope: &Scope) -> Option<Challenge> {
        self.challenges.take(scope)
    }

    /// Remembers the origin of a token service that gets no credentials.
    pub(crate) fn distrust(&self, scope: &Scope, origin: String) {
        self.foreign.keep(scope.clone(), origin);
    }

    /// The origin of the token service of a scope, where it gets no credentials.
    pub(crate) fn distrusted(&self, scope: &Scope) -> Option<String> {
        self.foreign.get(scope)
    }

    /// Forgets that a scope's token service gets no credentials: there are some that it need not see.
    pub(crate) fn ask_again(&self, scope: &Scope) {
        self.foreign.take(scope);
    }

    /// Remembers that a token was refused although it was new: another one would be no better.
    pub(crate) fn refuse(&self, scope: &Scope, authorization: &str, refusal: Error) {
        self.refused.keep(scope.clone(), (fingerprint(authorization), refusal));
    }

    /// Why a token of a scope is of no use, if it was refused when it was new.
    pub(crate) fn refusal(&self, scope: &Scope, authorization: Option<&str>) -> Option<Error> {
        let (token, refusal) = self.refused.get(scope).filter(|_| stands(Guard::OneIsRefused))?;
        (token == fingerprint(authorization?)).then_some(refusal)
    }

    /// What an identity token of this registry has become at the service of that origin. It is sent nowhere else.
    pub(crate) fn current(&self, registry: &str, service: &str, given: &str) -> String {
        let known = self.rotated.get(&(registry.to_owned(), service.to_owned()));
        let same = known.filter(|known| known.given == fingerprint(given));
        same.map_or_else(|| given.to_owned(), |known| known.current)
    }

    /// Remembers what an identity token was replaced by: the old one may be good no more.
    pub(crate) fn rotate(&self, registry: &str, service: &str, given: &str, current: String) {
        let key = (registry.to_owned(), service.to_owned());
        self.rotated.keep(key, Rotated { given: fingerprint(given), current });
    }

    /// Remembers that a registry has accepted a Basic value: from now on passwords are sent at once.
    pub(crate) fn accept_basic(&self, registry: &str, authorization: &str) {
        self.basic.keep(registry.to_owned(), authorization.to_owned());
    }

    /// Whether the registry has accepted this very value, and no other since.
    pub(crate) fn accepts_basic(&self, registry: &str, authorization: &str) -> bool {
        self.basic.get(registry).is_some_and(|value| value == authorization)
    }

    /// Whether the registry has accepted a Basic value before.
    pub(crate) fn wants_basic(&self, registry: &str) -> bool {
        self.basic.has(registry)
    }

    /// Remembers that a registry has not taken a Basic value. One that it took elsewhere is good, and not for this.
    pub(crate) fn refuse_basic(&self, registry: &str, authorization: &str, now: u64) {
        if authorization.starts_with("Basic ") && !self.accepts_basic(registry, authorization) {
            self.wrong.keep((registry.to_owned(), authorization.to_owned()), now);
        }
    }

    /// Whether a registry has refused a Basic value a moment ago: accounts are locked for passwords that are tried
    /// again and again.
    pub(crate) fn refuses_basic(&self, registry: &str, authorization: &str, now: u64) -> bool {
        let since = self.wrong.get(&(registry.to_owned(), authorization.to_owned()));
        since.is_some_and(|since| now.saturating_sub(since) < REFUSED_MS && stands(Guard::WrongOnce))
    }
}

/// Tells a secret from others without holding it.
fn fingerprint(secret: &str) -> Digest {
    Digest::of(Algorithm::Sha256, secret.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::REMEMBERED;

    #[test]
    fn what_is_known_of_scopes_does_not_grow_for_ever() {
        let scope = |number: usize| Scope {
            registry: "registry.example".to_owned(),
            repository: number.to_string(),
            actions: &["pull"],
            sources: Vec::new(),
            identity: String::new(),
        };
        let tokens = Tokens::default();
        for number in 0..3 * REMEMBERED {
            tokens.learn_need(&scope(number), number % 2 == 0);
        }
        assert_eq!(tokens.needed.len(), REMEMBERED);
        let latest = 3 * REMEMBERED - 1;
        assert_eq!(tokens.needs(&scope(latest)), Some(false));
        assert_eq!(tokens.needs(&scope(latest - 1)), Some(true));
        tokens.learn_need(&scope(latest), true);
        assert_eq!(tokens.needs(&scope(latest)), Some(true));
        assert_eq!(tokens.needs(&scope(0)), None);
    }
}
