//! What a client remembers: a map that never grows beyond its bound.
//!
//! A registry chooses how many repositories, realms and origins a client hears of, and a client may run for months.
//! So everything that is remembered of registries is kept here: where there is no room left, what has not been used for
//! the longest time makes way.

use std::cell::Cell;

use crate::guard::{Guard, stands};
use crate::limits::REMEMBERED;

/// At most [`REMEMBERED`] values under their keys. So few are found by looking at all of them in less time than a request
/// takes by thousands; a tree for each kind of key would be ten times the code.
pub(crate) struct Bounded<K, V> {
    entries: Vec<Entry<K, V>>,
    /// Counts uses.
    uses: Cell<u64>,
}

struct Entry<K, V> {
    key: K,
    value: V,
    /// The count at the latest use.
    used: Cell<u64>,
}

impl<K, V> Default for Bounded<K, V> {
    fn default() -> Bounded<K, V> {
        Bounded { entries: Vec::new(), uses: Cell::new(0) }
    }
}

impl<K: PartialEq, V> Bounded<K, V> {
    /// The value of `key`. Asking for it is a use.
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let entry = self.entries.iter().find(|entry| entry.key == *key)?;
        entry.used.set(self.next_use());
        Some(&entry.value)
    }

    /// Keeps `value` in place of an older one of the same key.
    pub(crate) fn keep(&mut self, key: K, value: V) {
        self.take(&key);
        if self.entries.len() >= REMEMBERED && stands(Guard::Remembered) {
            let entries = self.entries.iter().enumerate();
            let oldest = entries.min_by_key(|(_, entry)| entry.used.get()).map(|(at, _)| at);
            oldest.map(|at| self.entries.swap_remove(at));
        }
        let used = Cell::new(self.next_use());
        self.entries.push(Entry { key, value, used });
    }

    /// Takes the value of `key` out.
    pub(crate) fn take(&mut self, key: &K) -> Option<V> {
        let at = self.entries.iter().position(|entry| entry.key == *key)?;
        Some(self.entries.swap_remove(at).value)
    }

    /// Drops every value that `is_good` does not hold for.
    pub(crate) fn retain(&mut self, mut is_good: impl FnMut(&V) -> bool) {
        self.entries.retain(|entry| is_good(&entry.value));
    }

    /// How many values there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    fn next_use(&self) -> u64 {
        self.uses.set(self.uses.get() + 1);
        self.uses.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_the_longest_time_makes_way() {
        let mut map = Bounded::default();
        for number in 0..REMEMBERED {
            map.keep(number, number);
        }
        assert_eq!(map.get(&0), Some(&0));
        for number in REMEMBERED..2 * REMEMBERED - 1 {
            map.keep(number, number);
        }
        assert_eq!(map.len(), REMEMBERED);
        assert_eq!(map.get(&0), Some(&0), "it was used after all of those that made way");
        assert_eq!(map.get(&1), None);
        map.keep(0, 7);
        assert_eq!((map.len(), map.get(&0)), (REMEMBERED, Some(&7)));
        assert_eq!(map.take(&0), Some(7));
        map.retain(|value| value % 2 == 0);
        assert_eq!(map.len(), REMEMBERED / 2);
    }
}
