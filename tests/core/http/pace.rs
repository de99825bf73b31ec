//! A registry that allows so many requests a second, and a client with hundreds of calls, in virtual time.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use multiarch::error::{Code, Error, Result};
use multiarch::http::{Request, Response, Retry};
use multiarch::reference::Reference;
use multiarch::registry::{self, Client, Options};

use crate::support::clock::{Time, random, run_all};
use crate::support::host::{Body, Host, Server, answer};

const DIGEST: &str = "sha256:f73bdca1c25a57e8244cc1afe21aae66fddbbe136898b5d2ecf73e64b670ee13";
const LATENCY: u64 = 10;

/// When a request is allowed, by the times of those that were: how limiters differ.
pub(crate) type Limiter = fn(&[u64], u64) -> bool;

/// Ten in every second of the clock.
fn fixed_window(allowed: &[u64], now: u64) -> bool {
    allowed.iter().filter(|at| **at / 1000 == now / 1000).count() < 10
}

/// Ten in any 1,000 milliseconds.
fn sliding_window(allowed: &[u64], now: u64) -> bool {
    allowed.iter().filter(|at| **at + 1000 > now).count() < 10
}

/// A bucket of ten that fills by one every 100 milliseconds.
fn bucket(allowed: &[u64], now: u64) -> bool {
    let (mut level, mut last) = (10_000, 0);
    for at in allowed {
        level = (level + (at - last) * 10).min(10_000) - 1_000;
        last = *at;
    }
    (level + (now - last) * 10).min(10_000) >= 1_000
}

/// A registry that allows what its limiter allows.
pub(crate) struct Limited {
    time: Time,
    limiter: Limiter,
    status: u16,
    retry_after: Option<&'static str>,
    allowed: RefCell<Vec<u64>>,
    sent: Cell<u64>,
    /// What the client has been asked to wait for.
    deadline: Cell<u64>,
    early: Cell<u64>,
    open: Cell<u64>,
    most: Cell<u64>,
    seed: Cell<u32>,
}

type World = Host<Limited>;

impl World {
    fn new(limiter: Limiter, status: u16, retry_after: Option<&'static str>) -> World {
        Host(Limited {
            time: Time::new(),
            limiter,
            status,
            retry_after,
            allowed: RefCell::default(),
            sent: Cell::new(0),
            deadline: Cell::new(0),
            early: Cell::new(0),
            open: Cell::new(0),
            most: Cell::new(0),
            seed: Cell::new(1),
        })
    }
}

impl Server for Limited {
    fn time(&self) -> &Time {
        &self.time
    }

    async fn answer(&self, _: Request) -> Result<Response<Body>> {
        self.sent.set(self.sent.get() + 1);
        self.early.set(self.early.get() + u64::from(self.time.now.get() < self.deadline.get()));
        self.open.set(self.open.get() + 1);
        self.most.set(self.most.get().max(self.open.get()));
        self.time.wait(LATENCY / 2).await;
        let now = self.time.now.get();
        let is_allowed = (self.limiter)(&self.allowed.borrow(), now);
        if is_allowed {
            self.allowed.borrow_mut().push(now);
        }
        self.time.wait(LATENCY / 2).await;
        self.open.set(self.open.get() - 1);
        if is_allowed {
            let headers = [
                ("docker-content-digest", DIGEST),
                ("content-type", "application/vnd.oci.image.index.v1+json"),
                ("content-length", "247"),
            ];
            return Ok(answer(200, &headers, ""));
        }
        if let Some(seconds) = self.retry_after {
            let wait = seconds.parse::<u64>().unwrap() * 1000;
            self.deadline.set(self.deadline.get().max(self.time.now.get() + wait));
        }
        let headers: Vec<_> = self.retry_after.into_iter().map(|after| ("retry-after", after)).collect();
        Ok(answer(self.status, &headers, ""))
    }

    fn random(&self) -> u32 {
        random(&self.seed)
    }
}

fn client(attempts: u32) -> Client {
    let retry = Retry { attempts, ..Retry::default() };
    Client::new(Options { concurrency: Some(32), retry, ..Options::default() })
}

fn resolve_all(world: &World, client: &Client, count: usize) -> Vec<Result<(), Error>> {
    let references: Vec<Rc<Reference>> = (0..count)
        .map(|at| Rc::new(Reference::parse(&format!("registry.example/a/b:{at}")).unwrap()))
        .collect();
    let calls = references.into_iter().map(|reference| {
        let call = async move { registry::head(client.on(world), &reference).await.map(drop) };
        Box::pin(call) as Pin<Box<dyn Future<Output = _>>>
    });
    run_all(&world.time, calls.collect())
}

/// The tests of this file, for `mutants`: some have to fail without a guard.
#[cfg(feature = "mutants")]
pub(crate) const TESTS: [fn(); 4] = [
    three_hundred_calls_to_a_registry_of_ten_a_second_all_succeed,
    a_registry_without_limits_gets_as_much_as_was_asked_for,
    after_a_refusal_one_more_request_at_a_time_takes_twenty_answers,
    a_registry_that_is_down_is_asked_a_fifth_more_at_most,
];

#[test]
fn three_hundred_calls_to_a_registry_of_ten_a_second_all_succeed() {
    let limiters: [(&str, Limiter); 3] =
        [("fixed window", fixed_window), ("sliding window", sliding_window), ("bucket", bucket)];
    for (name, limiter) in limiters {
        for status in [429, 503] {
            let world = World::new(limiter, status, Some("1"));
            let start = world.time.now.get();
            let results = resolve_all(&world, &client(6), 300);
            let failed: Vec<&Error> = results.iter().filter_map(|result| result.as_ref().err()).collect();
            assert!(failed.is_empty(), "{name}: {} failed: {}", failed.len(), failed[0]);
            let extra = world.sent.get() - 300;
            let seconds = (world.time.now.get() - start) / 1000;
            println!("{name} {status}: {extra} extra requests, {seconds} s, {} at once", world.most.get());
            assert!(extra <= 60, "{name}: {extra} extra requests");
            assert_eq!(world.early.get(), 0, "{name}: requests were sent before they were due");
            assert!(seconds <= 60, "{name}: {seconds} s for what takes 30");
        }
    }
}

#[test]
fn a_registry_without_limits_gets_as_much_as_was_asked_for() {
    let world = World::new(|_, _| true, 429, None);
    let start = world.time.now.get();
    assert!(resolve_all(&world, &client(6), 2000).iter().all(Result::is_ok));
    assert_eq!((world.sent.get(), world.most.get()), (2000, 32));
    // 8 requests at a time, then 16, then 32. Where one more takes 20 answers from the start, it is 78 rounds.
    let rounds = (world.time.now.get() - start) / LATENCY;
    assert!(rounds <= 66, "{rounds} rounds for what takes 64");
}

#[test]
fn after_a_refusal_one_more_request_at_a_time_takes_twenty_answers() {
    // The first request goes alone and is refused: four at a time from then on, and one more after 20, 40, 60 and 80.
    let world = World::new(|_, now| now > 1_700_000_000_000 + LATENCY, 503, None);
    assert!(resolve_all(&world, &client(6), 100).iter().all(Result::is_ok));
    assert_eq!((world.sent.get(), world.most.get()), (101, 8));
}

#[test]
fn a_registry_that_is_down_is_asked_a_fifth_more_at_most() {
    for status in [429, 503, 502] {
        let world = World::new(|_, _| false, status, None);
        let start = world.time.now.get();
        let results = resolve_all(&world, &client(6), 200);
        assert!(results.iter().all(Result::is_err));
        let extra = world.sent.get() - 200;
        // Ten to begin with and after every quiet minute, one for five calls besides.
        let minutes = (world.time.now.get() - start) / 60_000;
        assert!(extra <= 10 + 40 + 10 * minutes, "{status}: {extra} extra requests in {minutes} minutes");
        assert!(minutes <= 3, "{status}: {minutes} minutes");
    }
}

#[test]
fn calls_that_are_given_up_leave_no_gap_in_the_line() {
    let world = World::new(fixed_window, 429, Some("1"));
    let client = client(6);
    let references: Vec<Reference> =
        (0..60).map(|at| Reference::parse(&format!("registry.example/a/b:{at}")).unwrap()).collect();
    let calls = references.iter().enumerate().map(|(at, reference)| {
        let (world, client) = (&world, &client);
        let call = async move {
            let mut call = Box::pin(registry::head(client.on(world), reference));
            let mut limit = Box::pin(world.time.wait(at as u64 * 37));
            poll_fn(|context| {
                // Every second call is dropped somewhere on its way.
                if at % 2 == 1 && limit.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Err(Error::new(Code::Aborted, "given up")));
                }
                call.as_mut().poll(context).map(|result| result.map(drop))
            })
            .await
        };
        Box::pin(call) as Pin<Box<dyn Future<Output = _>>>
    });
    let results: Vec<Result<()>> = run_all(&world.time, calls.collect());
    let kept = results.iter().step_by(2).filter(|result| result.is_ok()).count();
    assert_eq!(kept, 30, "{:?}", results.iter().step_by(2).find(|result| result.is_err()));
}
