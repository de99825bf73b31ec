//! What a call waits for of its host, by numbers: answers and bytes.
//!
//! A promise that is awaited with wasm-bindgen-futures takes two closures, which JavaScript makes, registers and frees, and
//! calls as a microtask. Every request waits twice or more, so for these the facade is given a number instead, and calls the
//! function here that says what came. What seldom happens (credentials, waiting, a listener) is a promise.

use std::cell::RefCell;
use std::mem::replace;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;

use super::slots::Slots;
use super::tasks;

thread_local! {
    static WAITS: RefCell<Slots<State>> = RefCell::default();
}

enum State {
    Waiting(Option<Waker>),
    Over(Came),
}

/// What came of a wait.
pub(super) enum Came {
    /// An `Answer` of the facade's, its status, and its headers where they can be listed.
    Answer(JsValue, u16, Option<String>),
    /// Bytes, or none at the end of what is read in parts.
    Bytes(Option<Vec<u8>>),
    /// What was thrown instead, as plain values.
    Failure(JsValue),
}

/// A wait that the host ends by its number.
pub(super) struct Wait(u32);

impl Wait {
    pub(super) fn new() -> Wait {
        Wait(WAITS.with_borrow_mut(|waits| waits.insert(State::Waiting(None))))
    }

    pub(super) fn number(&self) -> u32 {
        self.0
    }
}

impl Future for Wait {
    type Output = Came;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Came> {
        WAITS.with_borrow_mut(|waits| {
            if let Some(State::Waiting(waker)) = waits.get_mut(self.0) {
                *waker = Some(context.waker().clone());
                return Poll::Pending;
            }
            match waits.remove(self.0) {
                Some(State::Over(came)) => Poll::Ready(came),
                _ => Poll::Pending,
            }
        })
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        // What comes too late is dropped where it comes.
        let _over = WAITS.with_borrow_mut(|waits| waits.remove(self.0));
    }
}

/// Ends a wait, and lets its call go on.
fn end(number: u32, came: Came) {
    let waker = WAITS.with_borrow_mut(|waits| match waits.get_mut(number) {
        Some(state) => match replace(state, State::Over(came)) {
            State::Waiting(waker) => waker,
            State::Over(_) => None,
        },
        None => None,
    });
    if let Some(waker) = waker {
        tasks::step(|| waker.wake());
    }
}

/// An answer has come: an `Answer` of `pkg/core/answer.js`, its status, and its headers where they can be listed.
#[wasm_bindgen]
pub fn answered(number: u32, answer: JsValue, status: u16, head: Option<String>) {
    end(number, Came::Answer(answer, status, head));
}

/// Bytes have come; undefined at the end of what is read in parts.
#[wasm_bindgen]
pub fn arrived(number: u32, bytes: Option<Vec<u8>>) {
    end(number, Came::Bytes(bytes));
}

/// What is waited for does not come, because of what was thrown, as plain values.
#[wasm_bindgen]
pub fn failed(number: u32, reason: JsValue) {
    end(number, Came::Failure(reason));
}
