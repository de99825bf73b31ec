//! Scopes: what a token is for, and what a token service is asked for.
//!
//! Source: distribution's token authentication (docs/spec/auth/token, scope).

use crate::guard::{Guard, stands};
use crate::registry::credentials::Credentials;

/// What a token is for. Two calls share a token only when all of it is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    /// The registry's domain.
    pub(crate) registry: String,
    /// The repository's path; empty for the registry as a whole.
    pub(crate) repository: String,
    /// `pull`, …
    pub(crate) actions: &'static [&'static str],
    /// Further repositories that are read from.
    pub(crate) sources: Vec<String>,
    /// Whose it is: a digest of the credentials; empty for what concerns all callers alike.
    pub(crate) identity: String,
}

impl Scope {
    /// The same for who has these credentials. One client may serve many users.
    pub(crate) fn of(&self, credentials: Option<&Credentials>) -> Scope {
        let known = credentials.filter(|_| stands(Guard::OwnToken));
        let identity = known.map_or_else(|| "nobody".to_owned(), Credentials::identity);
        Scope { identity, ..self.clone() }
    }

    /// The same without a repository: a password is good or bad for all of them.
    pub(crate) fn of_registry(&self) -> Scope {
        Scope { repository: String::new(), actions: &[], sources: Vec::new(), ..self.clone() }
    }

    /// `repository:path:pull`.
    fn text(&self) -> String {
        format!("repository:{}:{}", self.repository, self.actions.join(","))
    }
}

/// The least that serves: the repositories that the challenge names (a registry may know ours under another
/// path), each with no action but those that this call needs. A registry that asks for more than a read
/// needs does not get it. Without any, the scope that the protocol defines.
pub(crate) fn scopes(asked: Option<&str>, scope: &Scope) -> Vec<String> {
    let mut wanted = Vec::new();
    for text in asked.unwrap_or_default().split(' ') {
        let Some((name, actions)) = text.strip_prefix("repository:").and_then(|rest| rest.rsplit_once(':'))
        else {
            continue;
        };
        let some =
            scope.actions.iter().any(|needed| actions.split(',').any(|one| one == *needed || one == "*"));
        if scope.sources.iter().any(|source| source == name) {
            continue;
        }
        let least = format!("repository:{name}:{}", scope.actions.join(","));
        if some && !name.is_empty() && !wanted.contains(&least) && wanted.len() < 4 {
            wanted.push(least);
        }
    }
    if wanted.is_empty() && !scope.repository.is_empty() {
        wanted.push(scope.text());
    }
    wanted.extend(scope.sources.iter().map(|source| format!("repository:{source}:pull")));
    wanted
}
