//! Many calls of one client to a repository that wants a token: how many tokens they ask for.

use std::cell::{Cell, RefCell};
use std::pin::Pin;

use multiarch::error::{Error, Result};
use multiarch::http::{Request, Response, Retry, network_error};
use multiarch::limits::REMEMBERED;
use multiarch::reference::Reference;
use multiarch::registry::{self, Client, Credentials, Options};

use crate::support::clock::{Time, random, run_all};
use crate::support::host::{Body, Host, Server, answer};

const CHALLENGE: &str = "Bearer realm=\"https://registry.example/token\",service=\"s\"";
const DIGEST: &str = "sha256:f73bdca1c25a57e8244cc1afe21aae66fddbbe136898b5d2ecf73e64b670ee13";

/// A registry whose token service gives a new token every time.
struct Issuer {
    time: Time,
    seed: Cell<u32>,
    /// Whether the registry accepts any token.
    is_private: bool,
    /// Whether no server answers.
    is_down: bool,
    /// Whether the host lets no call wait for another one, as edge hosts do.
    waits_alone: bool,
    /// The password of all callers, at a registry that asks for one.
    password: Option<&'static str>,
    /// How long a request takes, by its number: neighbours differ, so that answers overtake each other.
    sent: Cell<u64>,
    tokens: Cell<u64>,
    refusals: Cell<u64>,
    open: Cell<u64>,
    most: Cell<u64>,
    /// The tokens that came along, in order.
    seen: RefCell<Vec<String>>,
}

type Registry = Host<Issuer>;

impl Issuer {
    fn new(is_private: bool) -> Issuer {
        Issuer {
            time: Time::new(),
            seed: Cell::new(1),
            is_private,
            is_down: false,
            waits_alone: false,
            password: None,
            sent: Cell::new(0),
            tokens: Cell::new(0),
            refusals: Cell::new(0),
            open: Cell::new(0),
            most: Cell::new(0),
            seen: RefCell::default(),
        }
    }
}

impl Registry {
    /// Makes `count` calls at once.
    fn crowd(&self, client: &Client, count: usize) -> Vec<Result<()>> {
        let calls = (0..count).map(|at| {
            let call = async move {
                let reference = Reference::parse(&format!("registry.example/a/b:{at}"))?;
                registry::head(client.on(self), &reference).await.map(drop)
            };
            Box::pin(call) as Pin<Box<dyn Future<Output = _>>>
        });
        run_all(&self.time, calls.collect())
    }
}

impl Issuer {
    fn response(&self, request: &Request) -> Response<Body> {
        if request.url.starts_with("https://registry.example/token") {
            self.tokens.set(self.tokens.get() + 1);
            let body = format!("{{\"token\":\"t{}\",\"expires_in\":100}}", self.tokens.get());
            return answer(200, &[], body);
        }
        let shown = request.headers.iter().find(|(name, _)| *name == "authorization");
        if let Some((_, token)) = shown {
            self.seen.borrow_mut().push(token.clone());
        }
        if shown.is_none() || self.is_private {
            self.refusals.set(self.refusals.get() + 1);
            let challenge = if self.password.is_some() { "Basic realm=\"r\"" } else { CHALLENGE };
            return answer(401, &[("www-authenticate", challenge)], "");
        }
        let kind = ("content-type", "application/vnd.oci.image.index.v1+json");
        answer(200, &[("docker-content-digest", DIGEST), kind, ("content-length", "247")], "")
    }
}

impl Server for Issuer {
    fn time(&self) -> &Time {
        &self.time
    }

    async fn answer(&self, request: Request) -> Result<Response<Body>> {
        self.sent.set(self.sent.get() + 1);
        if self.is_down {
            self.time.wait(100).await;
            return Err(network_error("Error", "ECONNRESET", "read ECONNRESET"));
        }
        self.open.set(self.open.get() + 1);
        self.most.set(self.most.get().max(self.open.get()));
        self.time.wait(5 + self.sent.get() * 7 % 11).await;
        let response = self.response(&request);
        self.time.wait(5 + self.sent.get() * 5 % 13).await;
        self.open.set(self.open.get() - 1);
        Ok(response)
    }

    fn random(&self) -> u32 {
        random(&self.seed)
    }

    fn waits_alone(&self) -> bool {
        self.waits_alone
    }

    async fn credentials(&self, _: &str, _: Option<&str>, _: &[&str]) -> Result<Option<Credentials>> {
        Credentials::from_parts(
            self.password.map(|_| "user".into()),
            self.password.map(Into::into),
            None,
            None,
        )
    }
}

fn client() -> Client {
    Client::new(Options { concurrency: Some(32), ..Options::default() })
}

/// The tests of this file, for `mutants`: some have to fail without a guard.
#[cfg(feature = "mutants")]
pub(crate) const TESTS: [fn(); 7] = [
    cold_calls_take_one_token_and_go_side_by_side,
    a_token_that_has_ended_is_renewed_once_and_without_a_refusal,
    a_private_repository_refuses_everybody_with_one_token,
    calls_that_come_while_a_token_is_refused_ask_for_no_other,
    a_registry_that_is_down_keeps_nobody_waiting_in_line,
    a_password_is_tried_once_for_many_repositories,
    a_registry_of_many_repositories_fills_no_memory,
];

#[test]
fn cold_calls_take_one_token_and_go_side_by_side() {
    let registry = Host(Issuer::new(false));
    let results = registry.crowd(&client(), 40);
    assert!(results.iter().all(Result::is_ok), "{:?}", results.iter().find(|result| result.is_err()));
    assert_eq!((registry.tokens.get(), registry.refusals.get()), (1, 1));
    assert!(registry.most.get() > 1, "they went one by one");
}

#[test]
fn where_no_call_may_wait_for_another_each_asks_for_itself_and_all_share_what_was_learned() {
    let registry = Host(Issuer { waits_alone: true, ..Issuer::new(false) });
    let client = Client::new(Options { concurrency: Some(4), ..Options::default() });
    assert!(registry.crowd(&client, 40).iter().all(Result::is_ok));
    assert_eq!((registry.tokens.get(), registry.refusals.get()), (40, 40));
    assert!(registry.most.get() > 4, "a call waited for a place");
    assert!(registry.crowd(&client, 40).iter().all(Result::is_ok));
    assert_eq!((registry.tokens.get(), registry.refusals.get()), (40, 40));
}

#[test]
fn a_token_that_has_ended_is_renewed_once_and_without_a_refusal() {
    let (registry, client) = (Host(Issuer::new(false)), client());
    assert!(registry.crowd(&client, 1).iter().all(Result::is_ok));
    let start = registry.time.now.get();
    // A tenth of the hundred seconds is not used.
    registry.time.now.set(start + 89_900);
    assert!(registry.crowd(&client, 20).iter().all(Result::is_ok));
    assert_eq!((registry.tokens.get(), registry.refusals.get()), (1, 1));
    registry.time.now.set(start + 90_000);
    assert!(registry.crowd(&client, 20).iter().all(Result::is_ok));
    assert_eq!((registry.tokens.get(), registry.refusals.get()), (2, 1));
    let seen = registry.seen.borrow();
    assert_eq!(seen.iter().filter(|token| *token == "Bearer t1").count(), 21);
}

fn all_refused(results: &[Result<()>]) -> bool {
    let code = |result: &Result<()>| result.as_ref().err().map(Error::code);
    results.iter().all(|result| code(result) == Some(multiarch::error::Code::Unauthorized))
}

#[test]
fn a_private_repository_refuses_everybody_with_one_token() {
    let (registry, client) = (Host(Issuer::new(true)), client());
    assert!(all_refused(&registry.crowd(&client, 40)));
    assert_eq!((registry.tokens.get(), registry.seen.borrow().len()), (1, 1));
    // A later call tries for itself: the credentials may have been granted access since.
    assert!(all_refused(&registry.crowd(&client, 1)));
    assert_eq!(registry.tokens.get(), 2);
}

#[test]
fn calls_that_come_while_a_token_is_refused_ask_for_no_other() {
    let (registry, client) = (Host(Issuer::new(true)), client());
    let late = |at: u64| {
        let (registry, client) = (&registry, &client);
        let call = async move {
            registry.time.wait(at).await;
            let reference = Reference::parse("registry.example/a/b:1")?;
            registry::head(client.on(registry), &reference).await.map(drop)
        };
        Box::pin(call) as Pin<Box<dyn Future<Output = Result<()>>>>
    };
    // The token is there after two requests, and is refused after the third.
    let results = run_all(&registry.time, (0..60).map(late).collect());
    assert!(all_refused(&results));
    let (tokens, used) = (registry.tokens.get(), registry.seen.borrow().len());
    assert!(used > 1, "nobody came while the token was known");
    assert_eq!(tokens, 1, "tokens for {used} requests");
}

#[test]
fn a_registry_that_is_down_keeps_nobody_waiting_in_line() {
    let registry = Host(Issuer { is_down: true, ..Issuer::new(false) });
    let retry = Retry { attempts: 1, ..Retry::default() };
    let client = Client::new(Options { concurrency: Some(32), retry, ..Options::default() });
    let start = registry.time.now.get();
    assert!(registry.crowd(&client, 20).iter().all(Result::is_err));
    assert_eq!(registry.sent.get(), 20);
    // The first one alone, then the others as wide as a client begins: 8 at a time.
    assert_eq!(registry.time.now.get() - start, 400);
}

#[test]
fn a_password_is_tried_once_for_many_repositories() {
    for (is_private, tried) in [(true, 1), (false, 20)] {
        let registry = Host(Issuer { password: Some("wrong"), ..Issuer::new(is_private) });
        let client = client();
        let call = |at: usize| {
            let (registry, client) = (&registry, &client);
            let call = async move {
                let reference = Reference::parse(&format!("registry.example/a/b{at}:1"))?;
                registry::head(client.on(registry), &reference).await.map(drop)
            };
            Box::pin(call) as Pin<Box<dyn Future<Output = Result<()>>>>
        };
        let results = run_all(&registry.time, (0..20).map(call).collect());
        assert_eq!(all_refused(&results), is_private);
        assert_eq!(registry.seen.borrow().len(), tried);
    }
}

#[test]
fn a_registry_of_many_repositories_fills_no_memory() {
    let (registry, client) = (Host(Issuer::new(false)), client());
    let ask = |number: usize| {
        let reference = Reference::parse(&format!("registry.example/a/b{number}:1")).unwrap();
        let (registry, client) = (&registry, &client);
        let call = async move { registry::head(client.on(registry), &reference).await.map(drop) };
        let call = Box::pin(call) as Pin<Box<dyn Future<Output = Result<()>>>>;
        let answered: Vec<Result<()>> = run_all(&registry.time, vec![call]);
        assert!(answered.iter().all(Result::is_ok));
        registry.tokens.get()
    };
    for number in 0..=REMEMBERED {
        assert_eq!(ask(number), number as u64 + 1);
    }
    let all = REMEMBERED as u64 + 1;
    assert_eq!(ask(REMEMBERED), all, "the latest token is kept");
    assert_eq!(ask(0), all + 1, "the oldest token has made way");
    assert_eq!(ask(0), all + 1);
}
