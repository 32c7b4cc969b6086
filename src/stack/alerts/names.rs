//! The names and ARNs of the alerts stack, in the home region of the multi-region trail. The log group, the namespace
//! of the metrics and the dashboard have the name that all names of the scheme begin with.

use super::context::Context;
use crate::aws::read::MetricFilter;

impl Context<'_> {
    /// The metric filter and the alarm of an alert.
    pub fn named(&self, alert: &str) -> String {
        format!("{}-{alert}", self.delivery.scheme.base())
    }

    /// Whether a filter is one of the scheme's: others may name theirs alike, but they count into a metric of their own.
    pub fn is_own(&self, filter: &MetricFilter) -> bool {
        let base = self.delivery.scheme.base();
        let mut made = filter.transformations.iter();
        filter.name.starts_with(&self.named("")) && made.any(|(_, namespace, _)| *namespace == base)
    }
}
