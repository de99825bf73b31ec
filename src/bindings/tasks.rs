//! Runs the calls that wait.
//!
//! With wasm-bindgen-futures alone each step of a call is a microtask of its own, which JavaScript is asked for and which calls
//! back. Here a step runs where the host says what a call has waited for ([`super::waits`]): the facade says so on an empty
//! stack. A call that is woken in any other way, by another call or by a promise, is queued with wasm-bindgen-futures.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::mem::replace;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use wasm_bindgen_futures::spawn_local;

use super::slots::Slots;

thread_local! {
    static TASKS: RefCell<Tasks> = RefCell::default();
}

/// The calls that wait, and which of them can go on.
#[derive(Default)]
struct Tasks {
    /// A task is not in its slot while it runs.
    slots: Slots<Option<Task>>,
    woken: VecDeque<u32>,
    is_running: bool,
    is_queued: bool,
}

struct Task {
    work: Pin<Box<dyn Future<Output = ()>>>,
    handle: Arc<Handle>,
    waker: Waker,
}

impl Task {
    fn new(number: u32, work: Pin<Box<dyn Future<Output = ()>>>) -> Task {
        let handle = Arc::new(Handle { number, is_woken: AtomicBool::new(false) });
        Task { work, waker: Waker::from(Arc::clone(&handle)), handle }
    }
}

impl Tasks {
    /// Puts a task into its slot, or takes it out. Gives what was there.
    fn put(&mut self, number: u32, task: Option<Task>) -> Option<Task> {
        self.slots.get_mut(number).and_then(|slot| replace(slot, task))
    }
}

/// What wakes a task: its number, because a waker has to be one that threads could share, and a task is not.
struct Handle {
    number: u32,
    is_woken: AtomicBool,
}

impl Wake for Handle {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.is_woken.swap(true, Ordering::Relaxed) {
            return;
        }
        let needs_queue = TASKS.with_borrow_mut(|tasks| {
            tasks.woken.push_back(self.number);
            !tasks.is_running && !replace(&mut tasks.is_queued, true)
        });
        if needs_queue {
            spawn_local(async {
                TASKS.with_borrow_mut(|tasks| tasks.is_queued = false);
                step(|| ());
            });
        }
    }
}

/// Runs `work` until it waits, and then whenever it is woken.
pub(super) fn run(work: impl Future<Output = ()> + 'static) {
    let work = Box::pin(work);
    step(|| {
        TASKS.with_borrow_mut(|tasks| {
            let number = tasks.slots.insert(None);
            tasks.put(number, Some(Task::new(number, work)));
            tasks.woken.push_back(number);
        });
    });
}

/// Does something that wakes tasks, and runs these. Inside of another step, that one runs them: a function of the caller's
/// may call the client again.
pub(super) fn step(work: impl FnOnce()) {
    let is_inside = TASKS.with_borrow_mut(|tasks| replace(&mut tasks.is_running, true));
    work();
    if is_inside {
        return;
    }
    while let Some(number) = TASKS.with_borrow_mut(|tasks| tasks.woken.pop_front()) {
        // What is done may still be woken.
        let Some(mut task) = TASKS.with_borrow_mut(|tasks| tasks.put(number, None)) else { continue };
        task.handle.is_woken.swap(false, Ordering::Relaxed);
        // Neither while it runs nor while it is dropped is anything borrowed: both wake others.
        match task.work.as_mut().poll(&mut Context::from_waker(&task.waker)) {
            Poll::Pending => drop(TASKS.with_borrow_mut(|tasks| tasks.put(number, Some(task)))),
            Poll::Ready(()) => drop(TASKS.with_borrow_mut(|tasks| tasks.slots.remove(number))),
        }
    }
    TASKS.with_borrow_mut(|tasks| tasks.is_running = false);
}
