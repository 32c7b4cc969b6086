//! Who made a request, as its record identifies them.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::fields::{Text, fields, text};

/// Who made the request:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html>.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity<'a> {
    /// `Root`, `IAMUser`, `AssumedRole`, `AWSService`, …
    pub sort: Text<'a>,
    /// `userName`.
    pub user: Text<'a>,
    /// `arn`.
    pub arn: Text<'a>,
    /// `principalId`; of a role `<id>:<session>`.
    pub principal: Text<'a>,
    /// `accountId`.
    pub account: Text<'a>,
    /// `accessKeyId`.
    pub access_key: Text<'a>,
    /// `invokedBy`: the service that asked on behalf of the identity.
    pub invoked_by: Text<'a>,
    /// `sessionContext.sessionIssuer.userName`: the role of a session.
    pub role: Text<'a>,
}

impl<'a> Identity<'a> {
    pub(super) fn of(identity: &'a RawValue) -> Self {
        let [
            sort,
            user,
            arn,
            principal,
            account,
            access_key,
            invoked_by,
            session,
        ] = fields(
            identity,
            [
                "type",
                "userName",
                "arn",
                "principalId",
                "accountId",
                "accessKeyId",
                "invokedBy",
                "sessionContext",
            ],
        );
        let [issuer] = session.map_or([None], |session| fields(session, ["sessionIssuer"]));
        let [role] = issuer.map_or([None], |issuer| fields(issuer, ["userName"]));
        Self {
            sort: text(sort),
            user: text(user),
            arn: text(arn),
            principal: text(principal),
            account: text(account),
            access_key: text(access_key),
            invoked_by: text(invoked_by),
            role: text(role),
        }
    }

    /// The shortest name that identifies who it was: a user's name, `role/session`, a service, …
    pub fn who(&self) -> Option<Cow<'_, str>> {
        if self.sort.as_deref() == Some("Root") {
            return Some("root".into());
        }
        if let (Some(role), Some(session)) = (self.role_name(), self.session()) {
            return Some(format!("{role}/{session}").into());
        }
        let named = self.user.as_deref().or(self.invoked_by.as_deref());
        let named = named.or_else(|| self.arn.as_deref().map(resource));
        let named = named
            .or(self.principal.as_deref())
            .or(self.account.as_deref());
        named.or(self.sort.as_deref()).map(Cow::from)
    }

    /// Every name by which this identity may be searched, without what [`who`](Self::who) says.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = [&self.user, &self.arn, &self.principal, &self.invoked_by];
        let names = names.into_iter().filter_map(|name| name.as_deref());
        names.chain(self.role_name()).chain(self.session())
    }

    /// The role of a session, where this is one.
    fn role_name(&self) -> Option<&str> {
        let from_arn = self.of_session().map(|(role, _)| role);
        from_arn.or(self.role.as_deref())
    }

    fn session(&self) -> Option<&str> {
        let (_, from_principal) = self
            .principal
            .as_deref()
            .unwrap_or_default()
            .split_once(':')
            .unzip();
        let from_arn = self.of_session().map(|(_, session)| session);
        from_arn.or(from_principal)
    }

    fn of_session(&self) -> Option<(&str, &str)> {
        let (_, session) = self.arn.as_deref()?.split_once(":assumed-role/")?;
        session.split_once('/')
    }
}

/// What an ARN says behind the account.
pub(super) fn resource(arn: &str) -> &str {
    arn.splitn(6, ':').nth(5).unwrap_or(arn)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::events::event::Event;

    fn who(identity: serde_json::Value) -> String {
        let record = json!({ "userIdentity": identity }).to_string();
        let record = serde_json::value::RawValue::from_string(record).expect("JSON");
        Event::of(&record)
            .identity
            .who()
            .unwrap_or("-".into())
            .into_owned()
    }

    #[test]
    fn everybody_has_a_name() {
        let arn = "arn:aws:sts::123456789012:assumed-role/admin/alice@example.com";
        assert_eq!(who(json!({"type": "Root", "userName": "alias"})), "root");
        assert_eq!(
            who(json!({"type": "AssumedRole", "arn": arn, "userName": "x"})),
            "admin/alice@example.com"
        );
        assert_eq!(
            who(
                json!({"type": "AssumedRole", "principalId": "AROA:s", "sessionContext": {"sessionIssuer": {"userName": "admin"}}})
            ),
            "admin/s"
        );
        assert_eq!(
            who(json!({"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"})),
            "cloudtrail.amazonaws.com"
        );
        assert_eq!(
            who(
                json!({"type": "FederatedUser", "arn": "arn:aws:sts::123456789012:federated-user/bob"})
            ),
            "federated-user/bob"
        );
        assert_eq!(
            who(json!({"type": "AWSAccount", "principalId": "AIDA", "accountId": "1"})),
            "AIDA"
        );
        assert_eq!(
            who(json!({"type": "AWSAccount", "accountId": "123456789012"})),
            "123456789012"
        );
        assert_eq!(who(json!({"type": "Unknown"})), "Unknown");
        assert_eq!(who(json!({})), "-");
    }
}
