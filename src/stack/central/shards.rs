//! How many shards a data stream needs: what `--shards` should state.
//!
//! A shard takes 1 MB and 1,000 records per second, and all its consumers together read 2 MB and 2,000 records per
//! second: <https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html>. The page says MB, the reference
//! of PutRecords MiB: a number in MiB is right for shards of MiB.

/// What arrives in a data stream, and how many consumers read all of it.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Kilobytes that arrive per second.
    pub kilobytes: u64,
    /// Records that arrive per second.
    pub records: u64,
    /// How many consumers read all of it, the delivery stream to the archive among them.
    pub consumers: u64,
}

/// How much of one sort is needed, and what a shard provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// `data in`, `records out`.
    pub what: &'static str,
    /// What the numbers count.
    pub unit: &'static str,
    /// How much is needed.
    pub needed: u64,
    /// How much a shard provides.
    pub of_shard: u64,
}

impl Load {
    /// What is needed, sort by sort.
    pub fn uses(&self) -> [Use; 4] {
        let of = |what, unit, needed, of_shard| Use {
            what,
            unit,
            needed,
            of_shard,
        };
        let read = |arriving: u64| arriving.saturating_mul(self.consumers);
        [
            of("data in", "kB/s", self.kilobytes, 1_000),
            of("records in", "records/s", self.records, 1_000),
            of("data out", "kB/s", read(self.kilobytes), 2_000),
            of("records out", "records/s", read(self.records), 2_000),
        ]
    }

    /// The fewest shards that suffice, one at least.
    pub fn shards(&self) -> u64 {
        let shards = self.uses().map(|one| one.needed.div_ceil(one.of_shard));
        shards.into_iter().fold(1, u64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scarcest_decides() {
        for (kilobytes, records, consumers, shards) in [
            (0, 0, 1, 1),
            (1_000, 1_000, 2, 1),
            (1_001, 1_000, 1, 2),
            (10, 1_001, 1, 2),
            (10_000, 10, 2, 10),
            (10_000, 10, 3, 15),
            (10, 10_000, 5, 25),
            (u64::MAX, 0, 20, u64::MAX.div_ceil(1_000)),
        ] {
            let load = Load {
                kilobytes,
                records,
                consumers,
            };
            assert_eq!(load.shards(), shards, "{load:?}");
        }
    }
}
