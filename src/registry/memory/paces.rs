//! How fast each origin is asked.

use std::cell::RefCell;
use std::rc::Rc;

use crate::http::pace::Pace;
use crate::registry::memory::bounded::Bounded;

/// The pace of an origin, shared by the requests to it. Borrowed for a moment, never across an await.
pub(crate) type SharedPace = Rc<RefCell<Pace>>;

/// Paces by origin.
#[derive(Default)]
pub(crate) struct Paces(Bounded<String, SharedPace>);

impl Paces {
    /// The pace of an origin; `most` requests are under way at a time at most. A request keeps its pace while it
    /// waits or is under way, so only a pace without any makes way for another origin.
    pub(crate) fn of(&self, origin: String, most: u32) -> SharedPace {
        let rank = |pace: &SharedPace| {
            let pace = pace.borrow();
            pace.is_idle().then(|| pace.last())
        };
        self.0.get_or_make(&origin, rank, || Rc::new(RefCell::new(Pace::new(most))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::REMEMBERED;

    #[test]
    fn paces_without_requests_make_way_for_other_origins() {
        let paces = Paces::default();
        let of = |origin: &str| paces.of(origin.to_owned(), 16);
        let busy = of("https://busy.example");
        assert!(busy.borrow_mut().enter());
        for number in 0..3 * REMEMBERED {
            let pace = of(&format!("https://r{number}.example"));
            pace.borrow_mut().cool_down(number as u64);
        }
        assert!(Rc::ptr_eq(&of("https://busy.example"), &busy));
        assert_eq!(paces.0.len(), REMEMBERED);
        assert!(paces.0.has(&format!("https://r{}.example", 3 * REMEMBERED - 1)));
    }
}
