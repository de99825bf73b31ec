//! A guard switched off is noticed: for each of them, some conversation goes another way than recorded, or a test of many
//! calls at once fails.
//!
//! Run by `cargo xtask test mutants`, which alone enables the feature that switches guards off.

use std::panic;

use multiarch::guard::{Guard, send_away};
use serde_json::Value;

use crate::conversations;
use crate::http::pace;
use crate::registry::single_flight;

#[test]
fn every_guard_is_missed() {
    let cases = conversations::cases();
    // A mutant is caught by a panic, and there are hundreds: their messages are not printed.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let fails = |case: &Value| panic::catch_unwind(|| conversations::play(case)).is_err();
    let (broken, sound): (Vec<_>, Vec<_>) = cases.iter().partition(|(_, case)| fails(case));
    // What only shows where calls run side by side.
    let side_by_side: Vec<fn()> = single_flight::TESTS.into_iter().chain(pace::TESTS).collect();
    let survives = |guard: Guard| {
        send_away(Some(guard));
        let survives = !sound.iter().any(|(_, case)| fails(case))
            && !side_by_side.iter().any(|test| panic::catch_unwind(test).is_err());
        send_away(None);
        survives
    };
    let survivors: Vec<_> = Guard::ALL.iter().filter(|guard| survives(**guard)).collect();
    panic::set_hook(hook);
    let all = Guard::ALL.len();
    println!("mutants: {} of {all} caught", all - survivors.len());
    assert!(survivors.is_empty(), "nobody misses {survivors:?}");
    let broken: Vec<_> = broken.iter().map(|(name, _)| name).collect();
    assert!(broken.is_empty(), "fail while every guard is in its place: {broken:?}");
    assert!(all >= 20, "only {all} guards have a name");
}
