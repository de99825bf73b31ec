//! Virtual time, and what runs futures in it.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// A clock that goes on when every call waits, or, where calls come one after the other, at once.
pub(crate) struct Time {
    /// Milliseconds since 1970.
    pub(crate) now: Cell<u64>,
    /// Every wait of the client, in milliseconds.
    pub(crate) slept: RefCell<Vec<u64>>,
    goes_on_at_once: bool,
    timers: RefCell<Vec<(u64, Waker)>>,
}

impl Time {
    /// For calls side by side: a wait ends when time has come to its end.
    pub(crate) fn new() -> Time {
        Time {
            now: Cell::new(1_700_000_000_000),
            slept: RefCell::default(),
            goes_on_at_once: false,
            timers: RefCell::default(),
        }
    }

    /// For one call at a time: a wait moves the time and ends.
    pub(crate) fn at(now: u64) -> Time {
        Time { now: Cell::new(now), goes_on_at_once: true, ..Time::new() }
    }

    pub(crate) async fn wait(&self, ms: u64) {
        let until = self.now.get() + ms;
        if self.goes_on_at_once {
            self.now.set(until);
            return;
        }
        poll_fn(|context| {
            if self.now.get() >= until {
                return Poll::Ready(());
            }
            self.timers.borrow_mut().push((until, context.waker().clone()));
            Poll::Pending
        })
        .await;
    }

    /// Lets time go on to the next timer. False when there is none.
    pub(crate) fn advance(&self) -> bool {
        let mut timers = self.timers.borrow_mut();
        let Some(next) = timers.iter().map(|(at, _)| *at).min() else { return false };
        self.now.set(next.max(self.now.get()));
        let now = self.now.get();
        let (due, later): (Vec<_>, Vec<_>) = timers.drain(..).partition(|(at, _)| *at <= now);
        *timers = later;
        drop(timers);
        due.into_iter().for_each(|(_, waker)| waker.wake());
        true
    }

    /// Lets go of the wakers of calls that have ended.
    #[allow(dead_code)] // Only schedules end with calls that still wait.
    pub(crate) fn forget(&self) {
        self.timers.borrow_mut().clear();
    }
}

/// Whether a call has been woken.
pub(crate) struct Flag(pub(crate) AtomicBool);

impl Flag {
    pub(crate) fn raised() -> Arc<Flag> {
        Arc::new(Flag(AtomicBool::new(true)))
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Flag>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// A future of one thread.
pub(crate) type Call<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Runs all calls to their end; gives what they gave, in their order.
pub(crate) fn run_all<T>(time: &Time, calls: Vec<Call<'_, T>>) -> Vec<T> {
    let mut tasks: Vec<_> = calls.into_iter().map(|call| (Some(call), Flag::raised(), None)).collect();
    loop {
        let mut is_idle = true;
        for (call, flag, result) in &mut tasks {
            let Some(pending) = call else { continue };
            if !flag.0.swap(false, Ordering::Relaxed) {
                continue;
            }
            is_idle = false;
            let waker = Waker::from(Arc::clone(flag));
            if let Poll::Ready(value) = pending.as_mut().poll(&mut Context::from_waker(&waker)) {
                (*call, *result) = (None, Some(value));
            }
        }
        if tasks.iter().all(|(_, _, result)| result.is_some()) {
            return tasks.into_iter().map(|(_, _, result)| result.unwrap()).collect();
        }
        assert!(!is_idle || time.advance(), "every call waits for another one");
    }
}

/// Runs a future that waits for no other one.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..1_000_000 {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("a future did not end");
}

/// The next number of a sequence that is the same in every run. (Knuth's multiplier, by way of Numerical Recipes.)
pub(crate) fn random(seed: &Cell<u32>) -> u32 {
    seed.set(seed.get().wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    seed.get()
}
