//! Whole answers of a registry: a status line of digits, headers, an empty line, a body. Every call that reads is made
//! on it; each ends, with a document or an error.

use multiarch::digest::Digest;
use multiarch::error::{Code, Error};
use multiarch::http::Headers;
use multiarch::platform::Platform;
use multiarch::reference::Reference;
use multiarch::registry::{self, Client};
use multiarch::selection::Wanted;
use multiarch::text::printable::printable;
use multiarch::verbs;

use crate::host::{Host, block_on};
use crate::run::{kind, kind_of};
use crate::seeds;

pub(crate) const WORDS: &[&str] = &[
    "200\n",
    "301\n",
    "307\n",
    "401\n",
    "403\n",
    "404\n",
    "429\n",
    "500\n",
    "503\n",
    "content-type: ",
    "content-length: ",
    "docker-content-digest: ",
    "www-authenticate: ",
    "location: ",
    "link: ",
    "retry-after: ",
    "ratelimit-limit: ",
    "ratelimit-remaining: ",
    "docker-ratelimit-source: ",
    "oci-subject: ",
    "oci-filters-applied: ",
    "content-encoding: gzip",
    "application/vnd.oci.image.index.v1+json",
    "text/html",
    "<html>",
    "{\"errors\":[{\"code\":\"DENIED\",\"message\":\"no\"}]}",
    "Bearer realm=\"https://auth.example/t\"",
    "https://registry.example/",
    "{\"token\":\"t\",\"expires_in\":60}",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = seeds::lines(&[
        "200\ncontent-type: application/json\nlink: <?last=b>; rel=\"next\"\n\n{\"name\":\"a/b\",\"tags\":[\"1\",\"2\"]}",
        "401\nwww-authenticate: Bearer realm=\"https://registry.example/t\",service=\"s\"\n\n{\"token\":\"t\",\"expires_in\":60}",
        "401\nwww-authenticate: Basic realm=\"x\"\n\n{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"log in\",\"detail\":[]}]}",
        "307\nlocation: https://cdn.example/blob?sig=1\n\n",
        "429\nretry-after: 3\nratelimit-limit: 100;w=21600\nratelimit-remaining: 0;w=21600\n\n{\"errors\":[{\"code\":\"TOOMANYREQUESTS\"}]}",
        "404\ncontent-type: text/html\n\n<!DOCTYPE html><html><title>404</title></html>",
        "200\ncontent-type: application/octet-stream\ncontent-length: 2\n\n{}",
        "503\nretry-after: Sun, 06 Nov 1994 08:50:07 GMT\n\n",
    ]);
    for body in seeds::files("data/golden/docker") {
        let head = format!(
            "200\ncontent-type: application/vnd.oci.image.index.v1+json\ncontent-length: {}\n\n",
            body.len()
        );
        seeds.push([head.as_bytes(), &body].concat());
    }
    seeds
}

fn host(input: &[u8]) -> Host {
    let end = input.windows(2).position(|two| two == b"\n\n").unwrap_or(input.len());
    let body = input.get(end + 2..).unwrap_or_default().to_vec();
    let head = String::from_utf8_lossy(&input[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.trim().parse().ok()).unwrap_or(200_u16);
    let headers: Headers = lines.filter_map(|line| line.split_once(": ")).collect();
    Host::new(status.clamp(200, 599), headers, body)
}

pub(crate) fn round(input: &[u8]) -> u64 {
    let host = host(input);
    let client = Client::default();
    let tagged = Reference::parse("registry.example/a/b:1").unwrap();
    let pinned = tagged.with_digest(&Digest::of(Default::default(), b"{}"));
    let wanted = Wanted { platform: Platform::parse("linux/amd64", None).unwrap(), ..Wanted::default() };
    let mut ends = Vec::new();
    let mut note = |result: Result<(), Error>| {
        if let Err(error) = &result {
            assert_ne!(error.code(), Code::Internal, "{error}");
            assert_eq!(printable(error.message()), error.message());
        }
        host.asked.borrow_mut().clear();
        ends.push(result.map_or_else(|error| kind_of(&error), |()| 1).to_string());
    };
    note(block_on(registry::head(client.on(&host), &tagged)).map(drop));
    note(block_on(verbs::manifest(client.on(&host), &pinned, None)).map(|document| {
        assert_eq!(
            Some(document.digest()),
            pinned.digest(),
            "another document than the one that was asked for"
        );
    }));
    note(block_on(verbs::resolve(client.on(&host), &tagged, Some(&wanted))).map(drop));
    note(block_on(verbs::config(client.on(&host), &tagged, None)).map(drop));
    note(block_on(registry::tags(client.on(&host), &tagged, None)).map(drop));
    note(block_on(registry::referrers(client.on(&host), &pinned, None, None)).map(drop));
    note(block_on(registry::rate_limit(client.on(&host), &tagged)).map(drop));
    let ends: Vec<&str> = ends.iter().map(String::as_str).collect();
    kind(&ends)
}
