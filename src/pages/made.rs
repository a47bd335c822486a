//! What many pages show, made once: of each its fingerprint, for good, and of the values as many as there is room for.
//!
//! Pages are rendered in the order of their addresses, and what stands near in one of them mostly stands near in the next.
//! So a value that has gone is seldom wanted again soon, and making it anew gives the same.

use crate::fingerprint::Fingerprint;
use crate::theme::value::Value;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Values that are kept at the most. A card takes some two kilobytes: of a large archive all of them would take more than
/// the archive.
const MOST: usize = 1 << 14;

/// Things of one sort, by number.
pub(super) struct Made {
    fingerprints: Vec<OnceLock<Fingerprint>>,
    /// By number as far as there is room; each with its number.
    values: Vec<Mutex<Option<(u32, Value)>>>,
}

impl Made {
    /// Room for so many.
    pub fn room(count: usize) -> Self {
        Self {
            fingerprints: std::iter::repeat_with(OnceLock::new).take(count).collect(),
            values: std::iter::repeat_with(Mutex::default).take(count.min(MOST)).collect(),
        }
    }

    /// The fingerprint of one, made if it is not known.
    pub fn fingerprint(&self, number: u32, make: impl FnOnce() -> Fingerprint) -> Fingerprint {
        *self.fingerprints[number as usize].get_or_init(make)
    }

    /// The value of one, made if it is not there.
    pub fn value<E>(&self, number: u32, make: impl FnOnce() -> Result<Value, E>) -> Result<Value, E> {
        let place = &self.values[number as usize % self.values.len()];
        let lock = || place.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = lock().as_ref().filter(|(kept, _)| *kept == number) {
            return Ok(value.clone());
        }
        let value = make()?;
        // What was there is let go of after the lock.
        let _gone = lock().replace((number, value.clone()));
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Made};
    use crate::fingerprint::Fingerprint;
    use crate::theme::value::Value;
    use std::convert::Infallible;

    #[test]
    fn a_value_is_that_of_its_number_and_made_once_while_there_is_room() {
        let made = Made::room(MOST + 1);
        let count = std::cell::Cell::new(0);
        let text = |n: u32| {
            let make = || {
                count.set(count.get() + 1);
                Ok::<_, Infallible>(Value::text(&n.to_string()))
            };
            let Ok(value) = made.value(n, make);
            value.as_text().map(str::to_string)
        };
        let last = MOST as u32;
        for (n, made_by_then) in [(0, 1), (7, 2), (0, 2), (last, 3), (last, 3), (7, 3), (0, 4), (0, 4)] {
            assert_eq!(text(n), Some(n.to_string()));
            assert_eq!(count.get(), made_by_then, "{n}");
        }
        let known = made.fingerprint(0, || Fingerprint::of(b"a"));
        assert_eq!(made.fingerprint(0, || unreachable!("it is known")), known);
    }
}
