//! How many events each alert has counted, and whether that would raise its alarm.
//!
//! Events are counted by their own time, in periods that begin at whole multiples of their length; CloudWatch may see
//! an event later than it happened, and count it with others.

use std::collections::HashMap;

use super::{Alert, Catalogue};

/// What the alerts of a catalogue have counted.
#[derive(Clone, Debug)]
pub struct Tally<'c> {
    counts: Vec<Count<'c>>,
}

/// What one alert has counted.
#[derive(Clone, Debug)]
pub struct Count<'c> {
    /// Which alert.
    pub alert: &'c Alert,
    /// How many events fit.
    pub events: u64,
    /// The same by period; events without a time are in one of their own.
    periods: HashMap<Option<u64>, u64>,
}

impl<'c> Tally<'c> {
    /// Nothing counted yet.
    pub fn new(catalogue: &'c Catalogue) -> Self {
        let counts = catalogue.alerts.iter().map(|alert| Count {
            alert,
            events: 0,
            periods: HashMap::new(),
        });
        Self {
            counts: counts.collect(),
        }
    }

    /// Counts an event that fits an alert; `time` in seconds since 1970.
    pub fn count(&mut self, alert: &Alert, time: Option<u64>) {
        let mut counts = self.counts.iter_mut();
        if let Some(count) = counts.find(|count| count.alert.name == alert.name) {
            count.events += 1;
            let period = time.map(|time| time / u64::from(alert.period));
            *count.periods.entry(period).or_default() += 1;
        }
    }

    /// What each alert has counted, in the catalogue's order.
    pub fn counts(&self) -> &[Count<'c>] {
        &self.counts
    }
}

impl Count<'_> {
    /// The most events in one period.
    pub fn most(&self) -> u64 {
        self.periods.values().copied().max().unwrap_or_default()
    }

    /// Whether the alarm would be raised.
    pub fn alarms(&self) -> bool {
        self.most() >= u64::from(self.alert.threshold)
    }
}
