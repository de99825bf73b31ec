//! Runs futures in an order that a seed decides, in virtual time, and drops some of them on their way.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Waker};

use super::random::Random;
use super::support::clock::{Call, Flag, Time};

/// A schedule that takes more polls than this does not end.
const POLLS: usize = 100_000;

struct Task<'a> {
    call: Option<Call<'a, ()>>,
    flag: Arc<Flag>,
}

/// How a schedule is disturbed: one poll in so many drops a call, and one in so many lets minutes pass. 0 for never.
#[derive(Clone, Copy)]
pub(super) struct Disturbed {
    pub(super) drops: usize,
    pub(super) jumps: usize,
}

/// What has disturbed a schedule.
pub(super) enum Disturbance {
    Drop,
    Jump,
}

/// Runs all calls to their end; calls `on_disturbance` for each thing that disturbs them.
pub(super) fn run(
    random: &RefCell<Random>,
    time: &Time,
    calls: Vec<Call<'_, ()>>,
    disturbed: Disturbed,
    on_disturbance: &dyn Fn(Disturbance),
) {
    let start = |call| Task { call: Some(call), flag: Flag::raised() };
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
            on_disturbance(Disturbance::Jump);
        }
        if happens(disturbed.drops) {
            let at = left[below(left.len())];
            tasks[at].call = None;
            on_disturbance(Disturbance::Drop);
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
    time.forget();
    for task in &tasks {
        assert_eq!(Arc::strong_count(&task.flag), 1, "the waker of a call that has ended is kept");
    }
}
