//! Who made a request, as its record identifies them.

use std::borrow::Cow;

use super::fields::{Fields, Text};

/// Who made the request:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity<'a> {
    /// `Root`, `IAMUser`, `AssumedRole`, `AWSService`, …
    pub sort: Text<'a>,
    pub user: Text<'a>,
    pub arn: Text<'a>,
    /// `principalId`; of a role `<id>:<session>`.
    pub principal: Text<'a>,
    pub account: Text<'a>,
    pub access_key: Text<'a>,
    /// `invokedBy`: the service that asked on behalf of the identity.
    pub invoked_by: Text<'a>,
    /// `sessionContext.sessionIssuer.userName`: the role of a session.
    pub role: Text<'a>,
}

impl<'a> Identity<'a> {
    pub(super) fn of(identity: &Fields<'a>) -> Self {
        let issuer = identity.inner("sessionContext").inner("sessionIssuer");
        Self {
            sort: identity.text("type"),
            user: identity.text("userName"),
            arn: identity.text("arn"),
            principal: identity.text("principalId"),
            account: identity.text("accountId"),
            access_key: identity.text("accessKeyId"),
            invoked_by: identity.text("invokedBy"),
            role: issuer.text("userName"),
        }
    }

    /// The shortest name that identifies who it was: a user's name, `role/session`, a service, …
    pub fn who(&self) -> Option<Cow<'_, str>> {
        if self.sort.as_deref() == Some("Root") {
            return Some("root".into());
        }
        if let (Some(role), Some(session)) = self.session() {
            return Some(format!("{role}/{session}").into());
        }
        let named = self.user.as_deref().or(self.invoked_by.as_deref());
        let named = named.or_else(|| self.arn.as_deref().map(resource));
        let others = [&self.principal, &self.account, &self.sort].into_iter();
        let named = named.or_else(|| others.flatten().next().map(|name| &**name));
        named.map(Cow::from)
    }

    /// Every name by which this identity may be searched, without what [`who`](Self::who) says.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = [&self.user, &self.arn, &self.principal, &self.invoked_by];
        let names = names.into_iter().filter_map(|name| name.as_deref());
        let (role, session) = self.session();
        names.chain(role).chain(session)
    }

    /// The role and the name of a session, as far as this is one.
    fn session(&self) -> (Option<&str>, Option<&str>) {
        let arn = self.arn.as_deref().unwrap_or_default();
        let assumed = arn.split_once(":assumed-role/").map(|(_, role)| role);
        if let Some((role, session)) = assumed.and_then(|role| role.split_once('/')) {
            return (Some(role), Some(session));
        }
        let principal = self.principal.as_deref().unwrap_or_default();
        let session = principal.split_once(':').map(|(_, session)| session);
        (self.role.as_deref(), session)
    }
}

/// What an ARN says behind the account.
pub(super) fn resource(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use crate::events::event::Event;

    #[test]
    fn everybody_has_a_name() {
        for (identity, who) in [
            (r#""type":"Root","userName":"alias""#, "root"),
            (
                r#""arn":"arn:aws:sts::123456789012:assumed-role/admin/alice@example.com","userName":"x""#,
                "admin/alice@example.com",
            ),
            (
                r#""principalId":"AROA:s","sessionContext":{"sessionIssuer":{"userName":"admin"}}"#,
                "admin/s",
            ),
            (
                r#""type":"AWSService","invokedBy":"cloudtrail.amazonaws.com""#,
                "cloudtrail.amazonaws.com",
            ),
            (
                r#""arn":"arn:aws:sts::123456789012:federated-user/bob""#,
                "federated-user/bob",
            ),
            (r#""principalId":"AIDA","accountId":"1""#, "AIDA"),
            (
                r#""type":"AWSAccount","accountId":"123456789012""#,
                "123456789012",
            ),
            (r#""arn":true,"sessionContext":7"#, "true"),
            (r#""type":"Unknown""#, "Unknown"),
            ("", "-"),
        ] {
            let record = format!(r#"{{"userIdentity":{{{identity}}}}}"#);
            let record = serde_json::value::RawValue::from_string(record).expect("JSON");
            let event = Event::of(&record);
            assert_eq!(event.identity.who().as_deref().unwrap_or("-"), who);
        }
    }
}
