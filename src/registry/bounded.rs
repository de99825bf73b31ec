//! What a client remembers: a map that never grows beyond its bound.
//!
//! A registry chooses how many repositories, realms and origins a client hears of, and a client may run for months.
//! So everything that is remembered of registries is kept here: where there is no room left, what has not been used for
//! the longest time makes way.

use std::cell::Cell;
use std::collections::BTreeMap;

use crate::guard::{Guard, stands};
use crate::limits::REMEMBERED;

/// At most [`REMEMBERED`] values under their keys.
pub(super) struct Bounded<K, V> {
    entries: BTreeMap<K, Entry<V>>,
    /// Counts uses.
    uses: Cell<u64>,
}

struct Entry<V> {
    value: V,
    /// The count at the latest use.
    used: Cell<u64>,
}

impl<K, V> Default for Bounded<K, V> {
    fn default() -> Bounded<K, V> {
        Bounded { entries: BTreeMap::new(), uses: Cell::new(0) }
    }
}

impl<K: Ord + Clone, V> Bounded<K, V> {
    /// The value of `key`. Asking for it is a use.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        let entry = self.entries.get(key)?;
        entry.used.set(self.next_use());
        Some(&entry.value)
    }

    /// Keeps `value` in place of an older one of the same key.
    pub(super) fn keep(&mut self, key: K, value: V) {
        let is_full = self.entries.len() >= REMEMBERED && stands(Guard::Remembered);
        if is_full && !self.entries.contains_key(&key) {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used.get());
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.entries.remove(&oldest);
            }
        }
        let used = Cell::new(self.next_use());
        self.entries.insert(key, Entry { value, used });
    }

    /// Takes the value of `key` out.
    pub(super) fn take(&mut self, key: &K) -> Option<V> {
        self.entries.remove(key).map(|entry| entry.value)
    }

    /// Drops every value that `is_good` does not hold for.
    pub(super) fn retain(&mut self, mut is_good: impl FnMut(&V) -> bool) {
        self.entries.retain(|_, entry| is_good(&entry.value));
    }

    /// How many values there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
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
