//! A registry that holds what it was given.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::mem;
use std::task::Poll;

use multiarch::digest::{Algorithm, Digest};
use multiarch::error::Result;
use multiarch::http::{Request, Response};

use super::clock::Time;
use super::host::{Body, Server, answer};

/// Content by its path (`/v2/…`), and the paths that were asked for. Every request and every body waits once.
pub(crate) struct Registry {
    time: Time,
    content: BTreeMap<String, (String, Vec<u8>)>,
    pub(crate) asked: RefCell<Vec<String>>,
}

impl Default for Registry {
    fn default() -> Registry {
        Registry { time: Time::at(0), content: BTreeMap::new(), asked: RefCell::default() }
    }
}

impl Registry {
    pub(crate) fn hold(&mut self, path: String, media_type: &str, bytes: &[u8]) {
        self.content.insert(path, (media_type.to_owned(), bytes.to_vec()));
    }

    /// Adds a manifest under its digest and `tag`.
    pub(crate) fn manifest(&mut self, repository: &str, tag: Option<&str>, media_type: &str, bytes: &[u8]) {
        let digest = Digest::of(Algorithm::Sha256, bytes);
        for name in tag.into_iter().chain([digest.as_str()]) {
            self.hold(format!("/v2/{repository}/manifests/{name}"), media_type, bytes);
        }
    }

    pub(crate) fn blob(&mut self, repository: &str, bytes: &[u8]) {
        let digest = Digest::of(Algorithm::Sha256, bytes);
        self.hold(format!("/v2/{repository}/blobs/{digest}"), "application/octet-stream", bytes);
    }

    pub(crate) fn lose(&mut self, path: &str) {
        self.content.remove(path);
    }

    pub(crate) fn holds(&self, path: &str) -> bool {
        self.content.contains_key(path)
    }
}

async fn wait_once() {
    let mut has_waited = false;
    std::future::poll_fn(|context| {
        context.waker().wake_by_ref();
        if mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

impl Server for Registry {
    fn time(&self) -> &Time {
        &self.time
    }

    async fn answer(&self, request: Request) -> Result<Response<Body>> {
        wait_once().await;
        let start = request.url.find("/v2/").expect("a path of a registry");
        let path = &request.url[start..];
        self.asked.borrow_mut().push(path.to_owned());
        Ok(match self.content.get(path) {
            Some((media_type, bytes)) => answer(200, &[("content-type", media_type)], bytes.clone()),
            None => answer(404, &[], ""),
        })
    }

    async fn before_body(&self, _: &Body) {
        wait_once().await;
    }
}
