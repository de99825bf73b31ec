//! One sort for everything that is sorted here.
//!
//! The standard library compiles its sorts anew for every type, four kilobytes of WebAssembly each; this one
//! sorts positions and exists once.

/// The positions `0..count` in order: a stable merge sort, `before(a, b)` says that the element at `a` has to
/// stand before the one at `b`.
pub(crate) fn sorted(count: usize, before: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut merged = Vec::with_capacity(count);
    let mut width = 1;
    while width < count {
        for run in order.chunks(2 * width) {
            let (mut left, mut right) = run.split_at(width.min(run.len()));
            while let (Some((first, others)), Some((second, rest))) =
                (left.split_first(), right.split_first())
            {
                // Equals keep their order: the right one goes first only if it has to.
                if before(*second, *first) {
                    merged.push(*second);
                    right = rest;
                } else {
                    merged.push(*first);
                    left = others;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut order, &mut merged);
        merged.clear();
        width *= 2;
    }
    order
}

/// `items` in the order of `keys`, one for each; equals keep their order.
pub(crate) fn arranged<T>(items: Vec<T>, keys: &[String]) -> Vec<T> {
    let order = sorted(keys.len(), &|a, b| keys.get(a) < keys.get(b));
    let mut slots: Vec<Option<T>> = items.into_iter().map(Some).collect();
    order.iter().filter_map(|position| slots.get_mut(*position)?.take()).collect()
}

/// `texts` in byte order, each once.
pub(crate) fn sorted_texts<'a>(texts: &[&'a str]) -> Vec<&'a str> {
    let order = sorted(texts.len(), &|a, b| texts.get(a) < texts.get(b));
    let mut sorted: Vec<&str> = order.iter().filter_map(|position| texts.get(*position).copied()).collect();
    sorted.dedup();
    sorted
}

/// Texts that were met. The standard library's sets are trees, sixteen kilobytes of WebAssembly for one; this one is
/// a sorted list.
#[derive(Default)]
pub(crate) struct Seen(Vec<String>);

impl Seen {
    /// Whether `text` was met.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.0.binary_search_by(|known| known.as_str().cmp(text)).is_ok()
    }

    /// Takes `text` down; whether it was not met before.
    pub(crate) fn insert(&mut self, text: &str) -> bool {
        match self.0.binary_search_by(|known| known.as_str().cmp(text)) {
            Ok(_) => false,
            Err(at) => {
                self.0.insert(at, text.to_owned());
                true
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn it_sorts_and_keeps_equals_in_order() {
        // A fixed scramble of every length up to 200, with many equals.
        for count in 0..200usize {
            let keys: Vec<usize> = (0..count).map(|at| at * 7919 % 31).collect();
            let order = sorted(count, &|a, b| keys[a] < keys[b]);
            let mut expected: Vec<usize> = (0..count).collect();
            expected.sort_by_key(|at| keys[*at]);
            assert_eq!(order, expected);
        }
    }

    #[test]
    fn what_was_met_is_known() {
        let mut seen = Seen::default();
        for text in ["b", "a", "c", "ab"] {
            assert!(!seen.has(text));
            assert!(seen.insert(text));
            assert!(!seen.insert(text));
        }
        assert!(["a", "ab", "b", "c"].into_iter().all(|text| seen.has(text)));
        assert!(!seen.has(""));
    }

    #[test]
    fn texts_stand_once() {
        assert_eq!(sorted_texts(&["b", "", "a", "b", "a"]), ["", "a", "b"]);
    }
}
