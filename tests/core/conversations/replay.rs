//! A server that replays one recorded conversation, and watches where secrets go.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use multiarch::digest::Digest;
use multiarch::error::{Code, Error, Result};
use multiarch::http::url::Url;
use multiarch::http::{Headers, Request, Response, network_error};
use multiarch::registry::Credentials;
use serde_json::Value;

use crate::support::clock::Time;
use crate::support::host::{Body, Server};

pub(crate) struct Replay<'a> {
    /// What is left of the conversation: `{expect, answer}` or `{expect, fail}`.
    pub(crate) exchanges: RefCell<VecDeque<&'a Value>>,
    /// domain -> credentials as JavaScript gives them.
    pub(crate) credentials: &'a Value,
    /// secret -> origins that may see it.
    pub(crate) canaries: &'a Value,
    pub(crate) time: Time,
    /// How often a secret was looked for.
    pub(crate) searched: Cell<usize>,
    /// Every step of a transfer: `digest done/total`.
    pub(crate) heard: RefCell<Vec<String>>,
}

impl Replay<'_> {
    /// Fails when a secret stands in a request to an origin that may not see it.
    fn watch(&self, request: &Request) {
        let origin = Url::parse(&request.url).map(|url| url.origin()).unwrap_or_default();
        let mut sent = request.url.clone();
        for (name, value) in &request.headers {
            sent.push_str(&format!("\n{name}: {value}"));
            if let Some(encoded) = value.strip_prefix("Basic ") {
                sent.push_str(&format!("\n{}", decode_base64(encoded)));
            }
        }
        if let Some(body) = &request.body {
            sent.push_str(&format!("\n{}", String::from_utf8_lossy(body)));
        }
        for (secret, origins) in self.canaries.as_object().into_iter().flatten() {
            self.searched.set(self.searched.get() + 1);
            let allowed = origins.as_array().unwrap().iter().any(|allowed| allowed == origin.as_str());
            assert!(allowed || !sent.contains(secret.as_str()), "{secret} was sent to {origin}");
        }
        for secret in secrets(&sent) {
            let known = self.canaries.as_object().is_some_and(|canaries| canaries.contains_key(&secret));
            assert!(known, "{secret} is sent, but no origin is allowed to see it");
        }
    }

    /// Takes the next exchange, which the request must be the beginning of.
    fn play(&self, request: Request) -> Result<Response<Body>> {
        self.watch(&request);
        let line = format!("{} {}", request.method.as_str(), request.url);
        let Some(exchange) = self.exchanges.borrow_mut().pop_front() else {
            panic!("unexpected request: {line}")
        };
        let expect = &exchange["expect"];
        assert_eq!(
            line,
            format!("{} {}", expect["method"].as_str().unwrap(), expect["url"].as_str().unwrap())
        );
        let header =
            |name: &str| request.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        for (name, value) in expect["headers"].as_object().into_iter().flatten() {
            assert_eq!(header(name).map(String::as_str), value.as_str(), "{name} of {line}");
        }
        if let Some(body) = expect["body"].as_str() {
            let sent = request.body.as_deref().map(String::from_utf8_lossy);
            assert_eq!(sent.as_deref(), Some(body), "body of {line}");
        }
        if let Some(length) = expect["length"].as_u64() {
            assert_eq!(request.body.as_ref().map(|body| body.len() as u64), Some(length), "length of {line}");
        }
        if let Some(named_by) = expect["namedBy"].as_str() {
            assert_eq!(request.named_by.as_deref(), Some(named_by), "who named {line}");
        }
        // A secret that is not expected is a mistake, whatever else a transcript leaves open.
        let wanted = expect["headers"]["authorization"].as_str();
        assert_eq!(header("authorization").map(String::as_str), wanted, "authorization of {line}");
        if let Some(fail) = exchange.get("fail") {
            let text = |name: &str| fail[name].as_str().unwrap_or_default();
            return Err(network_error(text("name"), text("code"), text("message")));
        }
        let answer = &exchange["answer"];
        let mut headers = Headers::new();
        for (name, value) in answer["headers"].as_object().into_iter().flatten() {
            match value {
                Value::Array(lines) => {
                    lines.iter().for_each(|line| headers.append(name, line.as_str().unwrap()))
                }
                line => headers.append(name, line.as_str().unwrap()),
            }
        }
        let body = match (&answer["body"], &answer["fill"]) {
            // Behind a text, blanks: what is too long and yet whole as far as it is read.
            (Value::String(text), Value::Number(count)) => {
                format!("{text}{}", " ".repeat(count.as_u64().unwrap() as usize)).into_bytes()
            }
            (Value::String(text), Value::Null) => text.clone().into_bytes(),
            (Value::Null, Value::Number(count)) => vec![b' '; count.as_u64().unwrap() as usize],
            (Value::Null, Value::Null) => Vec::new(),
            (body, _) => body.to_string().into_bytes(),
        };
        let cut = answer.get("cut").and_then(Value::as_str);
        let breaks_off = cut.map(|code| network_error("", code, "the answer was cut short"));
        let body = Body { bytes: body, breaks_off };
        Ok(Response { status: answer["status"].as_u64().unwrap() as u16, headers, body })
    }

    /// Fails when a secret stands in what a user or a log would see.
    pub(crate) fn search(&self, shown: &str) {
        self.searched.set(self.searched.get() + 1);
        assert!(secrets(shown).is_empty(), "a secret is shown: {shown}");
    }
}

/// Every word that starts with `canary-`.
fn secrets(text: &str) -> Vec<String> {
    text.match_indices("canary-")
        .map(|(at, _)| text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect())
        .collect()
}

fn decode_base64(text: &str) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        let bits = (0..4).fold(0_u32, |bits, at| {
            bits << 6 | group.get(at).map_or(0, |letter| alphabet.find(char::from(*letter)).unwrap() as u32)
        });
        bytes.extend_from_slice(&bits.to_be_bytes()[1..group.len()]);
    }
    String::from_utf8(bytes).unwrap()
}

impl Server for Replay<'_> {
    fn time(&self) -> &Time {
        &self.time
    }

    async fn answer(&self, request: Request) -> Result<Response<Body>> {
        self.play(request)
    }

    fn forgotten(&self, request: Request) {
        // What a failed case drops on its way out is not compared: a second panic would end the process.
        if !std::thread::panicking() {
            let _ = self.play(request);
        }
    }

    fn progress(&self, digest: &Digest, done: u64, total: u64) {
        self.heard.borrow_mut().push(format!("{} {done}/{total}", &digest.encoded()[..8]));
    }

    async fn credentials(
        &self,
        registry: &str,
        repository: Option<&str>,
        actions: &[&str],
    ) -> Result<Option<Credentials>> {
        let known = [&["pull"][..], &["pull", "push"], &["*"]];
        // A login alone is about the registry as a whole.
        assert!(if repository.is_some() { known.contains(&actions) } else { actions.is_empty() });
        let given = &self.credentials[registry];
        if let Some(name) = given["helper"].as_str() {
            return Err(Error::new(Code::HelperMissing, format!("{name} is not there")));
        }
        let text = |name: &str| given[name].as_str().map(str::to_owned);
        Credentials::from_parts(
            text("username"),
            text("password"),
            text("identityToken"),
            text("registryToken"),
        )
    }
}
