//! Which records of an object the collector has acknowledged, and how that is written down.

use serde::{Deserialize, Serialize};

use super::batch::Batch;

/// The records of an object that were acknowledged, by their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Ranges, each by its first and its last number, in order and apart from each other.
    records: Vec<(u64, u64)>,
    /// A record of which only the first pieces were, and how many.
    partly: Option<(u64, u64)>,
}

impl Acknowledged {
    /// Whether all of a record was.
    pub fn contains(&self, record: u64) -> bool {
        let mut ranges = self.records.iter();
        ranges.any(|(first, last)| (*first..=*last).contains(&record))
    }

    /// How many pieces of a record were, if not all of them.
    pub fn pieces_of(&self, record: u64) -> u64 {
        match self.partly {
            Some((partly, pieces)) if partly == record => pieces,
            _ => 0,
        }
    }

    /// Notes that a batch was.
    pub(super) fn extend(&mut self, batch: &Batch) {
        batch.records.iter().for_each(|record| self.add(*record));
        // Batches come in order, so at most one record is open.
        if batch.partly.is_some() {
            self.partly = batch.partly;
        }
        self.partly = self.partly.filter(|(record, _)| !self.contains(*record));
    }

    fn add(&mut self, record: u64) {
        if self.contains(record) {
            return;
        }
        let at = self.records.partition_point(|(_, last)| *last < record);
        self.records.insert(at, (record, record));
        let all = std::mem::take(&mut self.records);
        for (first, last) in all {
            match self.records.last_mut() {
                Some((_, end)) if end.checked_add(1) == Some(first) => *end = last,
                _ => self.records.push((first, last)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(records: &[u64], partly: Option<(u64, u64)>) -> Batch {
        Batch {
            records: records.to_vec(),
            partly,
            ..Batch::default()
        }
    }

    #[test]
    fn numbers_are_kept_as_ranges_in_whatever_order_they_come() {
        let mut known = Acknowledged::default();
        for records in [&[0, 1, 2][..], &[7], &[9, 5], &[8, 8], &[6], &[4]] {
            known.extend(&batch(records, None));
        }
        assert_eq!(known.records, [(0, 2), (4, 9)]);
        assert!(known.contains(9) && !known.contains(3) && !known.contains(10));
        let text = serde_json::to_string(&known).expect("JSON");
        assert_eq!(text, r#"{"records":[[0,2],[4,9]],"partly":null}"#);
        assert_eq!(
            serde_json::from_str::<Acknowledged>(&text).ok(),
            Some(known)
        );
    }

    #[test]
    fn a_record_is_known_in_part_until_all_of_it_is() {
        let mut known = Acknowledged::default();
        known.extend(&batch(&[0], Some((1, 40))));
        assert_eq!((known.pieces_of(1), known.contains(1)), (40, false));
        known.extend(&batch(&[], Some((1, 80))));
        assert_eq!(known.pieces_of(1), 80);
        known.extend(&batch(&[1, 2], None));
        assert_eq!(known.partly, None);
        assert_eq!(known.records, [(0, 2)]);
    }
}
