//! Three registries and what is right there: one is open, one wants a password, one wants tokens of a token service.
//!
//! It watches over what every request carries: no secret of one user in a request of another, none where it does not
//! belong, and no more requests at a time than the client may have.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use multiarch::digest::Digest;
use multiarch::error::Result;
use multiarch::http::url::Url;
use multiarch::http::{Method, Request, Response, network_error};
use multiarch::registry::Credentials;
use serde_json::json;

use super::random::Random;
use super::support::clock::Time;
use super::support::host::{Body, Server, answer};

/// Ada may do everything, Eve may read what is public, and the anonymous user has no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum User {
    Nobody,
    Ada,
    Eve,
}

const BASIC: [(User, &str); 2] = [(User::Ada, "Basic YWRhOmFkYQ=="), (User::Eve, "Basic ZXZlOmV2ZQ==")];

pub(super) const DOMAINS: [&str; 3] = ["open.example", "basic.example", "bearer.example"];
pub(super) const REPOSITORIES: [&str; 2] = ["team/public", "team/private"];

/// Whether a user may write to a repository, or read it.
pub(super) fn may(user: User, domain: &str, repository: &str, writes: bool) -> bool {
    match (domain, user) {
        ("open.example", _) | (_, User::Ada) => true,
        ("basic.example", User::Nobody) => false,
        _ => !writes && repository == "team/public",
    }
}

struct Token {
    user: User,
    repository: String,
    actions: String,
    until: u64,
    is_revoked: bool,
}

pub(super) struct Model {
    pub(super) time: Time,
    pub(super) random: RefCell<Random>,
    /// One request in so many fails; 0 for none.
    pub(super) faults: usize,
    pub(super) most: u32,
    /// How often anything went wrong, as the client has seen it.
    pub(super) wrong: Cell<usize>,
    tokens: RefCell<Vec<Token>>,
    open: RefCell<HashMap<String, u32>>,
    asking: RefCell<HashMap<String, u32>>,
    /// How often each token was asked for, by user and scope.
    pub(super) asked: RefCell<HashMap<(User, String), usize>>,
    /// Every document that a tag has pointed at, by `domain/repository:tag`, the latest one last.
    pub(super) history: RefCell<HashMap<String, Vec<String>>>,
    /// By digest: the type and the bytes.
    pub(super) content: RefCell<HashMap<String, (&'static str, Vec<u8>)>>,
}

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";

impl Model {
    pub(super) fn new(seed: u64, faults: usize, most: u32) -> Model {
        let model = Model {
            time: Time::new(),
            random: RefCell::new(Random::new(seed)),
            faults,
            most,
            wrong: Cell::new(0),
            tokens: RefCell::default(),
            open: RefCell::default(),
            asking: RefCell::default(),
            asked: RefCell::default(),
            history: RefCell::default(),
            content: RefCell::default(),
        };
        let config =
            json!({"os": "linux", "architecture": "arm64", "rootfs": {"type": "layers", "diff_ids": []}});
        let config = model.keep(CONFIG, &config);
        let image = model.keep(
            MANIFEST,
            &json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": []}),
        );
        let mut entry = image.clone();
        entry["platform"] = json!({"os": "linux", "architecture": "arm64"});
        let index = model.keep(INDEX, &json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}));
        for domain in DOMAINS {
            for repository in REPOSITORIES {
                for (tag, document) in [("1", &index), ("2", &image)] {
                    let digest = document["digest"].as_str().unwrap();
                    model.point(&format!("{domain}/{repository}:{tag}"), digest);
                }
            }
        }
        model
    }

    /// Keeps content; gives its descriptor.
    fn keep(&self, media_type: &'static str, content: &serde_json::Value) -> serde_json::Value {
        let bytes = content.to_string().into_bytes();
        let digest = Digest::of(Default::default(), &bytes).to_string();
        let descriptor = json!({"mediaType": media_type, "digest": digest, "size": bytes.len()});
        self.content.borrow_mut().insert(digest, (media_type, bytes));
        descriptor
    }

    fn point(&self, name: &str, digest: &str) {
        self.history.borrow_mut().entry(name.to_owned()).or_default().push(digest.to_owned());
    }

    pub(super) fn below(&self, end: usize) -> usize {
        self.random.borrow_mut().below(end)
    }

    fn happens(&self, in_all: usize) -> bool {
        in_all > 0 && self.random.borrow_mut().chance(in_all)
    }

    fn went_wrong(&self) {
        self.wrong.set(self.wrong.get() + 1);
    }

    /// A failure of the network, or an answer that says that something passing is wrong.
    fn fault(&self, method: Method) -> Result<Answer> {
        self.went_wrong();
        match self.below(if method == Method::Get { 5 } else { 4 }) {
            0 => Err(network_error("Error", "ECONNRESET", "read ECONNRESET")),
            1 => Ok(answer(429, &[("retry-after", "2")], "")),
            2 => Ok(answer(503, &[], "")),
            3 => Ok(answer(502, &[], "bad gateway")),
            _ => {
                let breaks_off = Some(network_error("Error", "ECONNRESET", "aborted"));
                Ok(Response { body: Body { bytes: Vec::new(), breaks_off }, ..answer(200, &[], "") })
            }
        }
    }

    fn answer(&self, caller: User, request: &Request) -> Answer {
        let url = Url::parse(&request.url).unwrap();
        let domain = url.machine().to_string();
        let header = request.headers.iter().find(|(name, _)| *name == "authorization");
        let shown = header.map(|(_, value)| value.as_str());
        if domain == "auth.bearer.example" {
            return self.token(caller, shown, url.query().unwrap_or_default());
        }
        let path = url.path().strip_prefix("/v2/").unwrap();
        let repository = REPOSITORIES.iter().find(|known| path.starts_with(**known)).unwrap();
        let tail = &path[repository.len() + 1..];
        let writes = !matches!(request.method, Method::Get | Method::Head);
        let refusal = match domain.as_str() {
            "open.example" => {
                assert_eq!(shown, None, "a secret for a registry that asks for none");
                None
            }
            "basic.example" => password(caller, shown, repository, writes),
            _ => self.bearer(caller, shown, repository, writes),
        };
        refusal.unwrap_or_else(|| self.serve(&format!("{domain}/{repository}"), tail, request))
    }

    fn bearer(&self, caller: User, shown: Option<&str>, repository: &str, writes: bool) -> Option<Answer> {
        let action = if writes { "push" } else { "pull" };
        let challenge = format!(
            "Bearer realm=\"https://auth.bearer.example/token\",service=\"s\",scope=\"repository:{repository}:{action}\""
        );
        let refusal = answer(401, &[("www-authenticate", &challenge)], "");
        let Some(shown) = shown else { return Some(refusal) };
        let number =
            shown.strip_prefix("Bearer t").expect("no password goes to a registry that takes tokens");
        let mut tokens = self.tokens.borrow_mut();
        let token = &mut tokens[number.parse::<usize>().unwrap()];
        assert_eq!(token.user, caller, "the token of one user in a request of another");
        assert_eq!(token.repository, repository, "a token for another repository");
        if self.faults > 0 && self.happens(60) {
            token.is_revoked = true;
        }
        let is_over = token.is_revoked || token.until <= self.time.now.get();
        if is_over {
            self.went_wrong();
        }
        (is_over || !token.actions.split(',').any(|known| known == action)).then_some(refusal)
    }

    fn token(&self, caller: User, shown: Option<&str>, query: &str) -> Answer {
        let user = match shown {
            None => User::Nobody,
            Some(shown) => BASIC.iter().find(|(_, known)| *known == shown).expect("a password").0,
        };
        assert_eq!(user, caller, "the password of one user in a request of another");
        let scope = query
            .split('&')
            .find_map(|param| param.strip_prefix("scope="))
            .unwrap()
            .replace("%2F", "/")
            .replace("%2C", ",");
        let (repository, actions) =
            scope.strip_prefix("repository:").and_then(|rest| rest.rsplit_once(':')).unwrap();
        *self.asked.borrow_mut().entry((user, scope.clone())).or_default() += 1;
        let granted =
            actions.split(',').filter(|action| may(user, "bearer.example", repository, *action == "push"));
        let lifetime = [20, 60, 300][self.below(3)];
        let token = Token {
            user,
            repository: repository.to_owned(),
            actions: granted.collect::<Vec<_>>().join(","),
            until: self.time.now.get() + 1_000 * lifetime,
            is_revoked: false,
        };
        let mut tokens = self.tokens.borrow_mut();
        tokens.push(token);
        answer(
            200,
            &[],
            json!({"token": format!("t{}", tokens.len() - 1), "expires_in": lifetime}).to_string(),
        )
    }

    fn serve(&self, repository: &str, tail: &str, request: &Request) -> Answer {
        let (kind, name) = tail.split_once('/').unwrap();
        let name = name.split('?').next().unwrap();
        let content = self.content.borrow();
        let found = |digest: &str| {
            content.get(digest).map(|(media_type, bytes)| {
                let length = bytes.len().to_string();
                let headers = [
                    ("content-type", *media_type),
                    ("content-length", &length),
                    ("docker-content-digest", digest),
                ];
                let body =
                    if request.method == Method::Head { "" } else { std::str::from_utf8(bytes).unwrap() };
                answer(200, &headers, body)
            })
        };
        match (request.method, kind) {
            (Method::Get, "tags") if request.url.contains("last=") => answer(200, &[], "{\"tags\":[\"2\"]}"),
            (Method::Get, "tags") => answer(200, &[("link", "<?last=1>; rel=next")], "{\"tags\":[\"1\"]}"),
            (Method::Get, "referrers") => answer(
                200,
                &[("content-type", INDEX)],
                json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": []}).to_string(),
            ),
            (Method::Get | Method::Head, "manifests" | "blobs") => {
                let history = self.history.borrow();
                let latest = history.get(&format!("{repository}:{name}")).and_then(|known| known.last());
                found(latest.map_or(name, String::as_str)).unwrap_or_else(|| answer(404, &[], ""))
            }
            (Method::Put, "manifests") => {
                drop(content);
                let bytes = request.body.clone().unwrap();
                let digest = Digest::of(Default::default(), &bytes).to_string();
                self.content.borrow_mut().insert(digest.clone(), (INDEX, bytes));
                self.point(&format!("{repository}:{name}"), &digest);
                answer(201, &[("docker-content-digest", &digest)], "")
            }
            (Method::Post, "blobs") => answer(202, &[("location", "uploads/1")], ""),
            other => panic!("nothing asks for {other:?} {tail}"),
        }
    }
}

/// What is wrong with a password, if anything is.
fn password(caller: User, shown: Option<&str>, repository: &str, writes: bool) -> Option<Answer> {
    let refusal = answer(401, &[("www-authenticate", "Basic realm=\"r\"")], "");
    let Some(shown) = shown else { return Some(refusal) };
    let user = BASIC.iter().find(|(_, known)| *known == shown).expect("a password").0;
    assert_eq!(user, caller, "the password of one user in a request of another");
    (!may(user, "basic.example", repository, writes)).then(|| answer(403, &[], ""))
}

type Answer = Response<Body>;

/// Counts a request that is under way, until it is dropped.
struct UnderWay<'a>(&'a RefCell<HashMap<String, u32>>, String);

impl<'a> UnderWay<'a> {
    fn new(counts: &'a RefCell<HashMap<String, u32>>, what: String, most: u32) -> UnderWay<'a> {
        let mut known = counts.borrow_mut();
        let count = known.entry(what.clone()).or_default();
        *count += 1;
        assert!(*count <= most, "{count} requests at a time: {what}");
        drop(known);
        UnderWay(counts, what)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        *self.0.borrow_mut().get_mut(&self.1).unwrap() -= 1;
    }
}

/// The model as one user's calls see it.
pub(super) struct Seen<'a> {
    pub(super) model: &'a Model,
    pub(super) user: User,
}

impl Server for Seen<'_> {
    fn time(&self) -> &Time {
        &self.model.time
    }

    async fn answer(&self, request: Request) -> Result<Answer> {
        let model = self.model;
        let origin = Url::parse(&request.url).unwrap().origin();
        // Calls that find the network broken ask side by side.
        let alone = if model.wrong.get() == 0 { 1 } else { u32::MAX };
        let is_token = origin == "https://auth.bearer.example";
        let _asking =
            is_token.then(|| UnderWay::new(&model.asking, format!("{:?} {}", self.user, request.url), alone));
        let _open = UnderWay::new(&model.open, origin, model.most);
        model.time.wait(model.below(30) as u64).await;
        // A write happens whether its answer arrives or not.
        let fault = if model.happens(model.faults) { Some(model.fault(request.method)) } else { None };
        let is_lost = fault.is_some() && model.happens(2);
        let result = match fault {
            Some(fault) if !is_lost => fault,
            fault => {
                let answer = model.answer(self.user, &request);
                fault.unwrap_or(Ok(answer))
            }
        };
        model.time.wait(model.below(30) as u64).await;
        if result.as_ref().is_ok_and(|answer| answer.status >= 429 || answer.body.breaks_off.is_some())
            || result.is_err()
        {
            model.went_wrong();
        }
        result
    }

    async fn before_body(&self, body: &Body) {
        self.model.time.wait(self.model.below(3) as u64).await;
        if body.breaks_off.is_some() {
            self.model.went_wrong();
        }
    }

    fn forgotten(&self, request: Request) {
        assert_eq!(request.method, Method::Delete, "an upload is cancelled, and nothing else");
    }

    fn random(&self) -> u32 {
        self.model.random.borrow_mut().next() as u32
    }

    async fn credentials(&self, _: &str, _: Option<&str>, _: &[&str]) -> Result<Option<Credentials>> {
        self.model.time.wait(self.model.below(5) as u64).await;
        let name = match self.user {
            User::Nobody => None,
            User::Ada => Some("ada".to_owned()),
            User::Eve => Some("eve".to_owned()),
        };
        Credentials::from_parts(name.clone(), name, None, None)
    }
}
