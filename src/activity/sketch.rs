//! How many different things there were, about: a HyperLogLog, for when not all of them can be remembered.
//!
//! After Flajolet et al., "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm" (2007): of many
//! hashes, the longest run of leading zeros tells how many different ones there were; 4,096 registers make the
//! standard error 1.6 %.

use std::hash::{DefaultHasher, Hash, Hasher};

const BITS: u32 = 12;
const REGISTERS: usize = 1 << BITS;

#[derive(Clone, Debug)]
pub(super) struct Sketch(Vec<u8>);

impl Default for Sketch {
    fn default() -> Self {
        Self(vec![0; REGISTERS])
    }
}

impl Sketch {
    pub(super) fn add(&mut self, thing: impl Hash) {
        let mut hasher = DefaultHasher::new();
        thing.hash(&mut hasher);
        let hash = hasher.finish();
        let register = (hash >> (64 - BITS)) as usize;
        // The bit behind the others ends a run of nothing but zeros.
        let run = ((hash << BITS) | (1 << (BITS - 1))).leading_zeros() as u8 + 1;
        self.0[register] = self.0[register].max(run);
    }

    /// How many different things were added.
    pub(super) fn count(&self) -> u64 {
        let registers = REGISTERS as f64;
        let sum: f64 = self.0.iter().map(|run| 0.5_f64.powi(i32::from(*run))).sum();
        let estimate = 0.7213 / (1.0 + 1.079 / registers) * registers * registers / sum;
        let empty = self.0.iter().filter(|run| **run == 0).count();
        let count = match empty {
            0 => estimate,
            // Few things are counted better by the registers that none of them has hit.
            _ if estimate <= 2.5 * registers => registers * (registers / empty as f64).ln(),
            _ => estimate,
        };
        count.round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_off_by_a_few_percent_at_most() {
        let mut sketch = Sketch::default();
        assert_eq!(sketch.count(), 0);
        for number in 1..=300_000_u64 {
            sketch.add(number);
            sketch.add(number);
            if [10, 1_000, 20_000, 300_000].contains(&number) {
                let off = sketch.count() as f64 / number as f64 - 1.0;
                assert!(off.abs() < 0.05, "{number}: {off}");
            }
        }
    }
}
