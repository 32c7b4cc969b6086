//! What an error code means, by operation: the form of a kind's tables of errors that [pass](super::passing) and of
//! errors that say that the work is [done](super::settled).

/// What some codes mean in the answers to some operations.
#[derive(Debug)]
pub struct Rule<M: 'static> {
    /// Operations as AWS spells them; none for all of the kind.
    operations: &'static [&'static str],
    /// AWS's error codes.
    pub codes: &'static [&'static str],
    /// What they mean.
    pub meaning: M,
}

impl<M> Rule<M> {
    /// The rule for these operations.
    pub const fn of(
        operations: &'static [&'static str],
        codes: &'static [&'static str],
        meaning: M,
    ) -> Self {
        Self {
            operations,
            codes,
            meaning,
        }
    }

    /// Whether the rule is about this operation.
    pub fn is_for(&self, operation: &str) -> bool {
        self.operations.is_empty() || self.operations.contains(&operation)
    }

    /// Whether a code of an operation has a meaning in both rules.
    #[cfg(test)]
    pub fn contradicts(&self, other: &Self) -> bool {
        let all = self.operations.is_empty() || other.operations.is_empty();
        let mut operations = self.operations.iter();
        let mut codes = self.codes.iter();
        codes.any(|code| other.codes.contains(code))
            && (all || operations.any(|operation| other.operations.contains(operation)))
    }
}
