//! Runs futures in an order that a seed decides, in virtual time, and drops some of them on their way.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::random::Random;

/// A schedule that takes more polls than this does not end.
const POLLS: usize = 100_000;

/// A clock that goes on when nobody has anything to do.
pub(super) struct Time {
    pub(super) now: Cell<u64>,
    timers: RefCell<Vec<(u64, Waker)>>,
}

impl Time {
    pub(super) fn new() -> Time {
        Time { now: Cell::new(1_700_000_000_000), timers: RefCell::default() }
    }

    pub(super) async fn wait(&self, ms: u64) {
        let until = self.now.get() + ms;
        poll_fn(|context| {
            if self.now.get() >= until {
                return Poll::Ready(());
            }
            self.timers.borrow_mut().push((until, context.waker().clone()));
            Poll::Pending
        })
        .await;
    }

    /// Goes on to the next timer. False when there is none.
    fn advance(&self) -> bool {
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
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Flag>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

type Call<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

struct Task<'a> {
    call: Option<Call<'a>>,
    flag: Arc<Flag>,
}

/// How a schedule is disturbed: one poll in so many drops a call, and one in so many lets minutes pass. 0 for never.
#[derive(Clone, Copy)]
pub(super) struct Disturbed {
    pub(super) drops: usize,
    pub(super) jumps: usize,
}

/// Runs all calls to their end. `on_drop` and `on_jump` hear of what disturbs them.
pub(super) fn run(
    random: &RefCell<Random>,
    time: &Time,
    calls: Vec<Call<'_>>,
    disturbed: Disturbed,
    on_drop: &dyn Fn(usize),
    on_jump: &dyn Fn(),
) {
    let start = |call| Task { call: Some(call), flag: Arc::new(Flag(AtomicBool::new(true))) };
    let mut tasks: Vec<Task<'_>> = calls.into_iter().map(start).collect();
    let below = |end| random.borrow_mut().below(end);
    let happens = |in_all| in_all > 0 && random.borrow_mut().chance(in_all);
    for polls in 0.. {
        assert!(polls < POLLS, "the calls do not end");
        let left: Vec<usize> = (0..tasks.len()).filter(|at| tasks[*at].call.is_some()).collect();
        if left.is_empty() {
            break;
        }
        if happens(disturbed.jumps) {
            time.now.set(time.now.get() + 20_000 + 1_000 * below(300) as u64);
            on_jump();
        }
        if happens(disturbed.drops) {
            let at = left[below(left.len())];
            tasks[at].call = None;
            on_drop(at);
            continue;
        }
        let is_woken = |at: &usize| tasks[*at].flag.0.load(Ordering::Relaxed);
        let woken: Vec<usize> = left.iter().copied().filter(is_woken).collect();
        // A future may be polled without having been woken.
        let among = if woken.is_empty() || happens(40) { &left } else { &woken };
        if woken.is_empty() && time.advance() {
            continue;
        }
        assert!(!woken.is_empty(), "{} calls wait for each other, and nothing wakes them", left.len());
        let task = &mut tasks[among[below(among.len())]];
        task.flag.0.store(false, Ordering::Relaxed);
        let waker = Waker::from(Arc::clone(&task.flag));
        let Some(call) = &mut task.call else { continue };
        if call.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            task.call = None;
        }
    }
    time.timers.borrow_mut().clear();
    for task in &tasks {
        assert_eq!(Arc::strong_count(&task.flag), 1, "somebody keeps the waker of a call that has ended");
    }
}
