//! A host that has a proxy always: the core of the inspector's first view does what every core does with `via`.

use std::cell::RefCell;

use multiarch::error::{Code, Error, Result};
use multiarch::http::{Request, Response};
use multiarch::reference::Reference;
use multiarch::registry::trust::registry_entry;
use multiarch::registry::{Client, Credentials, Options};
use multiarch::verbs;

use crate::support::clock::{Time, block_on};
use crate::support::host::{Body, Host, Server, answer};

const INDEX: &str =
    r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;

/// A proxy that gives every request the same answer.
struct Proxy<const IS_PROXIED: bool> {
    time: Time,
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    asked: RefCell<Vec<(String, bool)>>,
}

impl<const IS_PROXIED: bool> Server for Proxy<IS_PROXIED> {
    const IS_PROXIED: bool = IS_PROXIED;

    fn time(&self) -> &Time {
        &self.time
    }

    async fn answer(&self, request: Request) -> Result<Response<Body>> {
        let has_secret = request.headers.iter().any(|(name, _)| *name == "authorization");
        self.asked.borrow_mut().push((request.url, has_secret));
        Ok(answer(self.status, &self.headers, INDEX))
    }

    async fn credentials(&self, _: &str, _: Option<&str>, _: &[&str]) -> Result<Option<Credentials>> {
        panic!("a proxy gets no credentials");
    }
}

/// What comes of asking for a tag, and which requests were made.
fn ask<const IS_PROXIED: bool>(
    options: Options,
    status: u16,
    headers: &[(&'static str, &'static str)],
) -> (Result<String>, Vec<(String, bool)>) {
    let (time, headers) = (Time::at(0), headers.to_vec());
    let host = Host(Proxy::<IS_PROXIED> { time, status, headers, asked: RefCell::default() });
    let client = Client::new(options);
    let reference = Reference::parse("registry.example/app:1.0").unwrap();
    let found = block_on(verbs::document(client.on(&host), &reference));
    (found.map(|document| document.digest().to_string()), host.0.asked.into_inner())
}

fn through(via: &str) -> Options {
    Options { via: Some(via.to_owned()), ..Options::default() }
}

fn code_of<T>(found: &Result<T>) -> Option<Code> {
    found.as_ref().err().map(Error::code)
}

#[test]
fn what_the_proxy_gives_and_refuses_is_what_every_core_has_of_it() {
    let json = ("content-type", "application/vnd.oci.image.index.v1+json");
    let wants_token = ("www-authenticate", "Bearer realm=\"https://tokens.example/\"");
    let via = || through("https://proxy.example/registry");
    for (status, header, code) in [
        (200, json, None),
        (200, ("content-type", "text/html"), Some(Code::NotARegistry)),
        (401, wants_token, Some(Code::Unauthorized)),
        (403, json, Some(Code::Denied)),
        (404, json, Some(Code::ManifestUnknown)),
    ] {
        let (found, asked) = ask::<true>(via(), status, &[header]);
        assert_eq!(code_of(&found), code, "{status}");
        let url = "https://proxy.example/registry/registry.example/v2/app/manifests/1.0".to_owned();
        assert_eq!(asked, [(url, false)], "{status}");
        assert_eq!((found, asked), ask::<false>(via(), status, &[header]), "{status}");
    }
    let (refused, _) = ask::<true>(via(), 401, &[wants_token]);
    assert!(refused.unwrap_err().hint().starts_with("A proxy gets no credentials"));
}

#[test]
fn a_redirect_of_the_proxy_is_not_followed() {
    let location = ("location", "https://elsewhere.example/");
    let (found, asked) = ask::<true>(through("https://proxy.example"), 307, &[location]);
    assert_eq!((code_of(&found), asked.len()), (Some(Code::ResponseInvalid), 1));
    let (found, asked) = ask::<false>(through("https://proxy.example"), 307, &[location]);
    assert!(found.is_err() && asked.len() > 1, "where redirects are followed, another request is made");
}

#[test]
fn without_a_proxy_and_for_registries_that_may_not_be_asked_nothing_is_sent() {
    let others = vec![registry_entry("other.example").unwrap()];
    for (options, code) in [
        (Options::default(), Code::OptionInvalid),
        (through("proxy.example"), Code::OptionInvalid),
        (Options { registries: Some(others), ..through("https://proxy.example") }, Code::RegistryRefused),
    ] {
        let (found, asked) = ask::<true>(options, 200, &[]);
        assert_eq!((code_of(&found), asked), (Some(code), Vec::new()));
    }
}
