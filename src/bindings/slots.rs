//! Values by numbers, for what lives across steps of JavaScript.

/// Bits of a number that say where its value is. The others tell it from what was there before.
const PLACE: u32 = 20;

/// Values, each under a number that soon means no other one.
pub(super) struct Slots<T> {
    /// For each place how often it was taken, and its value.
    places: Vec<(u32, Option<T>)>,
    free: Vec<usize>,
}

impl<T> Default for Slots<T> {
    fn default() -> Slots<T> {
        Slots { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slots<T> {
    /// Keeps a value. Gives its number.
    pub(super) fn insert(&mut self, value: T) -> u32 {
        let at = self.free.pop().unwrap_or(self.places.len());
        match self.places.get_mut(at) {
            Some(place) => *place = (place.0.wrapping_add(1), Some(value)),
            None => self.places.push((0, Some(value))),
        }
        self.number(at)
    }

    /// The value of a number.
    pub(super) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        let at = place(number);
        if self.number(at) != number {
            return None;
        }
        self.places.get_mut(at)?.1.as_mut()
    }

    /// Takes a value out, whose number means nothing from then on.
    pub(super) fn remove(&mut self, number: u32) -> Option<T> {
        let at = place(number);
        if self.number(at) != number {
            return None;
        }
        let value = self.places.get_mut(at)?.1.take();
        if value.is_some() {
            self.free.push(at);
        }
        value
    }

    fn number(&self, at: usize) -> u32 {
        let uses = self.places.get(at).map_or(0, |place| place.0);
        uses << PLACE | at as u32
    }
}

fn place(number: u32) -> usize {
    (number & ((1 << PLACE) - 1)) as usize
}
