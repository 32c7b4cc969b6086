//! Which alerts are wanted, and how much of that an option states.

use std::sync::LazyLock;

use crate::alerts::{Alert, Catalogue, Choice, PLAIN};
use crate::error::Result;

/// Which alerts are wanted, and how much of that an option states.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// All alerts that are known.
    pub known: Catalogue,
    /// Those that are wanted, as they are wanted.
    pub chosen: Catalogue,
    /// What options state.
    pub choice: Choice,
}

impl Wanted {
    /// What is wanted of a catalogue.
    ///
    /// # Errors
    /// When the choice does not fit the catalogue.
    pub fn new(known: Catalogue, choice: Choice) -> Result<Self> {
        let chosen = known.clone().chosen(&choice)?;
        Ok(Self {
            known,
            chosen,
            choice,
        })
    }

    /// Whether an option or a catalogue of the user states the threshold.
    pub fn is_threshold_given(&self, alert: &Alert) -> bool {
        let mut given = self.choice.thresholds.iter();
        given.any(|(name, _)| *name == alert.name)
            || built_in(alert).is_none_or(|own| own.threshold != alert.threshold)
    }

    /// Whether an option or a catalogue of the user states the period.
    pub fn is_period_given(&self, alert: &Alert) -> bool {
        let mut given = self.choice.periods.iter();
        given.any(|(name, _)| *name == alert.name)
            || built_in(alert).is_none_or(|own| own.period != alert.period)
    }

    /// The patterns that will do, the one for a new filter first. A variant that exists stays, unless an option
    /// names one of this alert.
    pub fn patterns(&self, alert: &Alert) -> Vec<String> {
        let mut sets = self.choice.sets.iter();
        let asked = sets.any(|set| set == PLAIN || alert.sets.contains_key(set));
        let variants = alert.sets.values().filter(|_| !asked);
        let all = std::iter::once(&alert.pattern).chain(variants);
        all.map(|pattern| pattern.text().to_owned()).collect()
    }
}

/// The alert of the same name in the built-in catalogue.
pub fn built_in(alert: &Alert) -> Option<&'static Alert> {
    // Each alert is looked up several times, and parsing the catalogue takes longer than the rest of a plan.
    static BUILT_IN: LazyLock<Catalogue> = LazyLock::new(Catalogue::built_in);
    let mut own = BUILT_IN.alerts.iter();
    own.find(|own| own.name == alert.name)
}
