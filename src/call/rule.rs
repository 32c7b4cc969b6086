//! What an error code means, by service and operation: the form of the tables in [`passing`](super::passing) and
//! [`settled`](super::settled).

/// What some codes mean in the answers to some operations of a service.
pub struct Rule<M> {
    /// The API's name; empty for every service.
    service: &'static str,
    /// Operations as AWS spells them; none for all of the service.
    operations: &'static [&'static str],
    /// AWS's error codes.
    pub codes: &'static [&'static str],
    /// What they mean.
    pub meaning: M,
}

impl<M> Rule<M> {
    /// The rule for these operations of a service.
    pub const fn of(
        service: &'static str,
        operations: &'static [&'static str],
        codes: &'static [&'static str],
        meaning: M,
    ) -> Self {
        Self {
            service,
            operations,
            codes,
            meaning,
        }
    }

    /// Whether the rule is about this operation.
    pub fn is_for(&self, service: &str, operation: &str) -> bool {
        (self.service.is_empty() || self.service == service)
            && (self.operations.is_empty() || self.operations.contains(&operation))
    }
}

/// Asserts that no code of an operation has two meanings.
#[cfg(test)]
pub fn assert_unambiguous<M>(rules: &[Rule<M>]) {
    for (at, rule) in rules.iter().enumerate() {
        for other in &rules[..at] {
            let code = rule.codes.iter().find(|code| other.codes.contains(code));
            let Some(code) = code else { continue };
            let all = rule.operations.is_empty() || other.operations.is_empty();
            let mut operations = rule.operations.iter();
            let meets = all || operations.any(|operation| other.operations.contains(operation));
            let services = [rule.service, other.service];
            let same = services[0] == services[1] || services.contains(&"");
            assert!(!(same && meets), "{code} of {services:?} has two meanings");
        }
    }
}
