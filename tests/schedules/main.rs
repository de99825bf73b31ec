//! Ten thousand schedules: calls of several users on one client, in an order that a seed decides. Calls are dropped on
//! their way, tokens end and are revoked, requests fail, minutes pass.
//!
//! Whatever happens, every call ends; its answer is right, or its error is one that what went wrong explains; no secret
//! of one user is in the request of another; one call asks for a token while others wait; no origin has more requests at a
//! time than the client may make; and the client keeps nothing of calls that have ended.
//!
//! `MULTIARCH_SCHEDULE=SEED cargo test --test schedules` repeats one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

mod executor;
mod model;
#[path = "../fuzz/random.rs"]
mod random;
#[allow(dead_code)] // Of what the tests share, a part.
#[path = "../core/support/mod.rs"]
mod support;

use std::cell::{Cell, RefCell};
use std::pin::Pin;

use multiarch::digest::Digest;
use multiarch::error::{Code, Error, Result};
use multiarch::manifest::Document;
use multiarch::platform::Platform;
use multiarch::reference::Reference;
use multiarch::registry::{self, Client, Options, Target};
use multiarch::selection::Wanted;
use multiarch::verbs::{self, Expect};

use executor::{Disturbance, Disturbed, run};
use model::{DOMAINS, Model, REPOSITORIES, Seen, User, may};
use random::Random;
use support::host::Host;

const SCHEDULES: u64 = 10_000;

/// What a call does, decided before it starts.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Head,
    Manifest,
    Resolve,
    Config,
    Tags,
    Referrers,
    Blob,
    Upload,
    Push,
    PushNew,
}

const DEEDS: [Deed; 10] = [
    Deed::Head,
    Deed::Manifest,
    Deed::Resolve,
    Deed::Config,
    Deed::Tags,
    Deed::Referrers,
    Deed::Blob,
    Deed::Upload,
    Deed::Push,
    Deed::PushNew,
];

/// One call.
struct Plan {
    deed: Deed,
    user: User,
    domain: &'static str,
    repository: &'static str,
    delay: u64,
    number: usize,
}

impl Plan {
    fn drawn(random: &mut Random, number: usize, domains: &[&'static str]) -> Plan {
        Plan {
            deed: *random.pick(&DEEDS),
            user: *random.pick(&[User::Nobody, User::Ada, User::Ada, User::Eve]),
            domain: domains[random.below(domains.len())],
            repository: REPOSITORIES[random.below(2)],
            delay: if random.chance(2) { 0 } else { random.below(150) as u64 },
            number,
        }
    }

    fn writes(&self) -> bool {
        matches!(self.deed, Deed::Upload | Deed::Push | Deed::PushNew)
    }

    /// The tag that this call alone writes.
    fn own_tag(&self) -> String {
        format!("pushed-{}", self.number)
    }

    fn reference(&self, tag: &str) -> Reference {
        Reference::parse(&format!("{}/{}:{tag}", self.domain, self.repository)).unwrap()
    }

    /// What the latest document under a tag is.
    fn latest(&self, model: &Model, tag: &str) -> Option<String> {
        let history = model.history.borrow();
        history
            .get(&format!("{}/{}:{tag}", self.domain, self.repository))
            .and_then(|known| known.last())
            .cloned()
    }

    /// Makes the call and checks what it gives.
    async fn make(&self, model: &Model, client: &Client) -> Result<()> {
        let host = &Host(Seen { model, user: self.user });
        let (index, image) = (self.reference("1"), self.reference("2"));
        let is_latest = |tag: &str, digest: &Digest| {
            assert_eq!(self.latest(model, tag).as_deref(), Some(digest.as_str()), "another document");
        };
        let wanted =
            || Wanted { platform: Platform::parse("linux/arm64", None).unwrap(), ..Wanted::default() };
        match self.deed {
            Deed::Head => is_latest("1", &registry::head(client.on(host), &index).await?.digest),
            Deed::Manifest => is_latest("2", verbs::manifest(client.on(host), &image, None).await?.digest()),
            Deed::Resolve => is_latest(
                "2",
                &verbs::resolve(client.on(host), &index, Some(&wanted())).await?.descriptor.digest,
            ),
            Deed::Config => {
                let config = verbs::config(client.on(host), &image, None).await?;
                assert_eq!(config.platform().architecture, "arm64");
            }
            Deed::Tags => {
                let first = registry::tags(client.on(host), &index, None).await?;
                let next = first.next.expect("a second page");
                let second = registry::tags(client.on(host), &index, Some(&next)).await?;
                assert_eq!([first.tags, second.tags].concat(), ["1", "2"]);
            }
            Deed::Referrers => {
                assert!(registry::referrers(client.on(host), &index, None, None).await?.referrers.is_empty());
            }
            Deed::Blob => {
                let digest = registry::head(client.on(host), &image).await?.digest;
                assert_eq!(registry::blob(client.on(host), &image, &digest).await?.status, 200);
            }
            Deed::Upload => {
                let repository = index.to_repository();
                let target = Target { repository: &repository, sources: &[] };
                // Dropped at once: the upload is cancelled.
                drop(registry::open_upload(client.on(host), &target).await?);
            }
            Deed::Push | Deed::PushNew => {
                let text = format!(
                    "{{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{{\"n\":\"{}\"}}}}",
                    self.number
                );
                let document = Document::parse(text.into_bytes(), None, None).unwrap();
                let expect = if matches!(self.deed, Deed::Push) { Expect::Anything } else { Expect::Nothing };
                let references = [self.reference(&self.own_tag())];
                let pushed = verbs::push(client.on(host), &document, &references, &expect, false).await?;
                is_latest(&self.own_tag(), &pushed.digest);
            }
        }
        Ok(())
    }

    /// Whether a result is one that may be, after so many things went wrong while the call was under way.
    fn judge(&self, result: &Result<()>, wrong: usize) {
        let may = may(self.user, self.domain, self.repository, self.writes());
        let Err(error) = result else {
            assert!(may, "{:?} was let in: {:?} {}/{}", self.user, self.deed, self.domain, self.repository);
            return;
        };
        let is_refusal = matches!(error.code(), Code::Unauthorized | Code::Denied);
        let is_passing = matches!(
            error.code(),
            Code::Network | Code::TooManyRequests | Code::RegistryUnavailable | Code::TokenInvalid
        );
        // A write that went through although its answer was lost is found by the second one.
        let is_own = matches!(self.deed, Deed::PushNew) && error.code() == Code::PreconditionFailed;
        let is_right = match (may, wrong) {
            (true, 0) => false,
            (true, _) => is_refusal || is_passing || is_own,
            (false, 0) => is_refusal,
            (false, _) => is_refusal || is_passing,
        };
        let who = format!("{:?} {:?} at {}/{}", self.user, self.deed, self.domain, self.repository);
        assert!(is_right, "{who}, {wrong} things wrong: {} {error}", error.code().as_str());
    }
}

/// Says which schedule fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("schedule {0} fails; MULTIARCH_SCHEDULE={0} repeats it", self.0);
        }
    }
}

/// What schedules did together, so that it shows whether they did anything.
#[derive(Default, Debug)]
struct Sum {
    done: usize,
    failed: usize,
    dropped: usize,
    jumps: usize,
    wrong: usize,
    tokens: usize,
}

fn schedule(seed: u64, sum: &mut Sum) {
    let seed = Seed(seed);
    let mut random = Random::new(seed.0);
    // A third of the schedules is calm: a call that fails there is a defect.
    let faults = [0, 25, 8][random.below(3)];
    let disturbed = Disturbed {
        drops: [0, 60, 15][random.below(3)],
        jumps: if faults == 0 { 0 } else { [0, 200][random.below(2)] },
    };
    let concurrency = [1, 2, 4, 16][random.below(4)];
    let count = 2 + random.below(10);
    let domains = if random.chance(2) { &DOMAINS[..] } else { &DOMAINS[2..] };
    let plans: Vec<Plan> = (0..count).map(|number| Plan::drawn(&mut random, number, domains)).collect();

    let model = Model::new(random.next(), faults, concurrency);
    let client = Client::new(Options { concurrency: Some(concurrency), ..Options::default() });
    let results: RefCell<Vec<Option<Result<(), Error>>>> = RefCell::new((0..count).map(|_| None).collect());
    let calls = plans.iter().map(|plan| {
        let (model, client, results) = (&model, &client, &results);
        let call = async move {
            model.time.wait(plan.delay).await;
            let before = model.wrong.get();
            let result = plan.make(model, client).await;
            plan.judge(&result, model.wrong.get() - before);
            results.borrow_mut()[plan.number] = Some(result);
        };
        Box::pin(call) as Pin<Box<dyn Future<Output = ()> + '_>>
    });
    let (drops, jumps) = (Cell::new(0), Cell::new(0));
    let on_disturbance = |disturbance| match disturbance {
        Disturbance::Drop => drops.set(drops.get() + 1),
        Disturbance::Jump => {
            jumps.set(jumps.get() + 1);
            model.wrong.set(model.wrong.get() + 1);
        }
    };
    run(&model.random, &model.time, calls.collect(), disturbed, &on_disturbance);

    // One call asks for all, and another one only when that was dropped, or of no use.
    let excuses = drops.get() + model.wrong.get();
    for ((user, scope), asked) in model.asked.borrow().iter() {
        let [_, repository, actions] = scope.split(':').collect::<Vec<_>>()[..] else { panic!("{scope}") };
        let is_let_in = may(*user, "bearer.example", repository, actions.contains("push"));
        let most = if is_let_in { 1 + excuses } else { 1 + excuses + 2 * count };
        assert!(*asked <= most, "{asked} tokens for {user:?} and {scope}, with {excuses} excuses");
    }
    after(&model, &client, domains);

    let results = results.into_inner();
    sum.done += results.iter().flatten().filter(|result| result.is_ok()).count();
    sum.failed += results.iter().flatten().filter(|result| result.is_err()).count();
    sum.dropped += drops.get();
    sum.jumps += jumps.get();
    sum.wrong += model.wrong.get();
    sum.tokens += model.asked.borrow().values().sum::<usize>();
}

/// Once all is over the client is as good as a new one.
fn after(model: &Model, client: &Client, domains: &[&'static str]) {
    let calm = Disturbed { drops: 0, jumps: 0 };
    // Whatever a registry asked for is over after this.
    model.time.now.set(model.time.now.get() + 300_000);
    let calls = domains.iter().map(|domain| {
        let plan = Plan {
            deed: Deed::Head,
            user: User::Ada,
            domain,
            repository: REPOSITORIES[1],
            delay: 0,
            number: 0,
        };
        let call = async move {
            let mut result = plan.make(model, client).await;
            // Faults go on: one of a few calls gets through.
            for _ in 0..20 {
                if result.is_ok() {
                    return;
                }
                model.time.wait(61_000).await;
                result = plan.make(model, client).await;
            }
            panic!("{domain} cannot be asked any more: {result:?}");
        };
        Box::pin(call) as Pin<Box<dyn Future<Output = ()> + '_>>
    });
    run(&model.random, &model.time, calls.collect(), calm, &|_| ());
}

#[test]
fn ten_thousand_schedules_end_well() {
    let mut sum = Sum::default();
    if let Ok(seed) = std::env::var("MULTIARCH_SCHEDULE") {
        schedule(seed.parse().expect("a number"), &mut sum);
        println!("{sum:?}");
        return;
    }
    let threads = 2;
    let sums = std::thread::scope(|scope| {
        let work = |first: u64| {
            let mut sum = Sum::default();
            (first..SCHEDULES).step_by(threads).for_each(|seed| schedule(seed, &mut sum));
            sum
        };
        let handles: Vec<_> = (0..threads as u64).map(|first| scope.spawn(move || work(first))).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect::<Vec<_>>()
    });
    println!("{sums:?}");
    for sum in sums {
        assert!(sum.done > 10_000 && sum.failed > 1_000 && sum.dropped > 1_000 && sum.jumps > 100, "{sum:?}");
        assert!(sum.wrong > 1_000 && sum.tokens > 1_000, "{sum:?}");
    }
}
