//! What the verbs do to the Splunk stack, for the policy that allows it.

use super::{BILLING, EC2, Identity};
use crate::resource::{Operations, access_key, role, user};
use crate::stack::permissions::{Grant, Verb};
use crate::stack::{Scheme, trail};

/// What a verb does. `bucket` is the bucket's name.
pub fn grants(scheme: &Scheme, verb: Verb, bucket: &str, identity: &Identity) -> Vec<Grant> {
    let mut grants = match verb {
        Verb::Delete => Vec::new(),
        // Names and policies are those of the trail stack, which is looked at for them.
        Verb::Create | Verb::Show => trail::permissions::grants(scheme, Verb::Show, bucket),
    };
    grants.retain(|grant| !matches!(grant.service, "cloudwatch" | "s3"));
    let arn = |path: &str| format!("arn:{}:iam::{}:{path}", scheme.partition, scheme.account);
    let users = [identity.user(), Some(BILLING), Some(EC2)];
    let users: Vec<String> = users
        .into_iter()
        .flatten()
        .map(|name| arn(&format!("user/{name}")))
        .collect();
    grants.push(grant("Users", &user::OPERATIONS, verb, users.clone()));
    grants.push(grant(
        "AccessKeys",
        &access_key::OPERATIONS,
        verb,
        users.clone(),
    ));
    if verb != Verb::Delete {
        grants.push(Grant {
            sid: "LastUse",
            service: "iam",
            operations: vec!["GetAccessKeyLastUsed"],
            arns: users,
            passed_to: None,
        });
    }
    if let Some(name) = identity.role() {
        let role = vec![arn(&format!("role/{name}"))];
        grants.push(grant("Role", &role::OPERATIONS, verb, role));
    }
    grants
}

fn grant(sid: &'static str, kind: &Operations, verb: Verb, arns: Vec<String>) -> Grant {
    Grant {
        sid,
        service: kind.service,
        operations: match verb {
            Verb::Create => [kind.reads, kind.changes].concat(),
            Verb::Show => kind.reads.to_vec(),
            Verb::Delete => [kind.reads, kind.removals].concat(),
        },
        arns,
        passed_to: None,
    }
}
