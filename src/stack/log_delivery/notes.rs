//! What the user should know of the log group, the role and the trail, whichever stack reads them.

use super::LogDelivery;

impl LogDelivery<'_> {
    /// The notes of `create`: what is not changed.
    pub fn notes_of_create(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let group = &self.group;
        if self.source().is_some() {
            notes.push(format!(
                "the log group {group} is not changed; a subscription filter is created there"
            ));
        } else if self.is_others_group() {
            notes.push(format!(
                "the trail already sends to the log group {group}, which is not changed; the filters are created there"
            ));
        }
        let role = self.others_role().into_iter();
        notes.extend(role.map(|role| format!("CloudTrail continues to write as {role}")));
        notes
    }

    /// The notes of `delete`: what is kept, and for whom. `users` are the filters that stay.
    pub fn notes_of_delete(&self, users: &[String]) -> Vec<String> {
        let mut notes = Vec::new();
        if self.source().is_some() {
            return notes;
        }
        let group = &self.group;
        let exists = self.group_state().is_some();
        if !users.is_empty() {
            let (role, users) = (self.role().name, users.join(", "));
            notes.push(format!(
                "the log group {group} is kept, and the trail sends to it as the role {role}: it is read by {users}"
            ));
        } else if let (Some(why), true) = (self.why_logs_stay(), exists) {
            notes.push(format!(
                "the log group {group} is kept, with its events: {why}"
            ));
        }
        notes.extend(self.still_sending().map(|trail| {
            let name = &trail.name;
            format!("the trail {name} continues to send to {group}, as others configured it")
        }));
        notes
    }

    /// The warnings of `show`: why no event arrives.
    pub fn warnings(&self) -> Vec<String> {
        let (stack, group) = (self.stack, &self.group);
        if self.source().is_some() {
            let missing = self.group_state().is_none();
            let missing = missing.then(|| format!("the log group {group} is missing"));
            return missing.into_iter().collect();
        }
        let missing = self.trail.is_none();
        let missing = missing
            .then(|| format!("no multi-region trail: `ctadmin create {stack} --multi-region`"));
        missing.into_iter().chain(self.problems()).collect()
    }

    /// Why the trail does not deliver.
    pub fn problems(&self) -> Vec<String> {
        let Some(status) = self.status() else {
            return Vec::new();
        };
        let mut problems = Vec::new();
        if !status.logging && !self.options.with_trail {
            problems.push("the trail does not log: `ctadmin create` starts it".to_owned());
        }
        let error = status.logs_error.as_ref();
        problems.extend(error.map(|error| format!("CloudWatch Logs answers {error} to the trail")));
        problems
    }
}
