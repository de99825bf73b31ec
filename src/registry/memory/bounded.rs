//! A map that never grows beyond its bound, with the most recently used value first.
//!
//! A registry chooses how many repositories, realms and origins a client learns of, and a client may run for months.
//! So everything that is remembered of registries is kept here: where there is no room left, what has not been used for
//! the longest time makes way.
//!
//! No reference to a value leaves the map, so no borrow of it lives across an await.

use std::borrow::Borrow;
use std::cell::RefCell;

use crate::guard::{Guard, stands};
use crate::limits::REMEMBERED;

/// At most [`REMEMBERED`] values under their keys. So few are found by looking at all of them in less time than a
/// request takes by thousands.
pub(crate) struct Bounded<K, V>(RefCell<Vec<(K, V)>>);

impl<K, V> Default for Bounded<K, V> {
    fn default() -> Bounded<K, V> {
        Bounded(RefCell::default())
    }
}

impl<K: PartialEq, V> Bounded<K, V> {
    /// What `read` makes of the value of `key`. Asking for it is a use.
    pub(crate) fn read<T, Q>(&self, key: &Q, read: impl FnOnce(&V) -> T) -> Option<T>
    where
        K: Borrow<Q>,
        Q: PartialEq + ?Sized,
    {
        let entries = &mut *self.0.borrow_mut();
        let at = entries.iter().position(|(known, _)| known.borrow() == key)?;
        entries.get_mut(..=at)?.rotate_right(1);
        entries.first().map(|(_, value)| read(value))
    }

    /// The value of `key`. Asking for it is a use.
    pub(crate) fn get<Q>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
        Q: PartialEq + ?Sized,
        V: Clone,
    {
        self.read(key, V::clone)
    }

    /// Whether there is a value of `key`. Asking for it is a use.
    pub(crate) fn has<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: PartialEq + ?Sized,
    {
        self.read(key, |_| ()).is_some()
    }

    /// Keeps `value` in place of an older one of the same key.
    pub(crate) fn keep(&self, key: K, value: V) {
        let entries = &mut *self.0.borrow_mut();
        entries.retain(|(known, _)| *known != key);
        if stands(Guard::Remembered) {
            entries.truncate(REMEMBERED - 1);
        }
        entries.insert(0, (key, value));
    }

    /// The value of `key`, or a new one, in place of the one of which `rank` gives the lowest number. A value without
    /// a rank is in use and stays, so that there are more of them for a while.
    pub(crate) fn get_or_make(&self, key: &K, rank: impl Fn(&V) -> Option<u64>, make: impl FnOnce() -> V) -> V
    where
        K: Clone,
        V: Clone,
    {
        if let Some(known) = self.get(key) {
            return known;
        }
        let entries = &mut *self.0.borrow_mut();
        if entries.len() >= REMEMBERED {
            let ranked =
                entries.iter().enumerate().rev().filter_map(|(at, (_, value))| Some((at, rank(value)?)));
            let lowest = ranked.min_by_key(|(_, rank)| *rank);
            lowest.map(|(at, _)| entries.remove(at));
        }
        let value = make();
        entries.insert(0, (key.clone(), value.clone()));
        value
    }

    /// Takes the value of `key` out.
    pub(crate) fn take(&self, key: &K) -> Option<V> {
        let entries = &mut *self.0.borrow_mut();
        let at = entries.iter().position(|(known, _)| known == key)?;
        Some(entries.remove(at).1)
    }

    /// Drops every value that `is_good` does not hold for.
    pub(crate) fn retain(&self, is_good: impl Fn(&V) -> bool) {
        self.0.borrow_mut().retain(|(_, value)| is_good(value));
    }

    /// How many values there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_the_longest_time_makes_way() {
        let map = Bounded::default();
        for number in 0..REMEMBERED {
            map.keep(number, number);
        }
        assert_eq!(map.get(&0), Some(0));
        for number in REMEMBERED..2 * REMEMBERED - 1 {
            map.keep(number, number);
        }
        assert_eq!(map.len(), REMEMBERED);
        assert_eq!(map.get(&0), Some(0), "it was used after all of those that made way");
        assert_eq!(map.get(&1), None);
        map.keep(0, 7);
        assert_eq!((map.len(), map.get(&0)), (REMEMBERED, Some(7)));
        assert_eq!(map.take(&0), Some(7));
        map.retain(|value| value % 2 == 0);
        assert_eq!(map.len(), REMEMBERED / 2);
    }

    #[test]
    fn what_is_in_use_stays_although_there_is_no_room() {
        let map: Bounded<usize, usize> = Bounded::default();
        for number in 0..2 * REMEMBERED {
            let rank = |value: &usize| value.is_multiple_of(2).then_some(0);
            map.get_or_make(&number, rank, || number);
        }
        let odd = (0..2 * REMEMBERED).filter(|number| number % 2 == 1);
        assert!(odd.into_iter().all(|number| map.has(&number)));
    }
}
