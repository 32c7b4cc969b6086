//! The built-in patterns against those who look for them: AWS Security Hub letter by letter, prowler by regular
//! expressions, and the benchmark by the names of events.

use serde_json::json;

use crate::alerts::pattern::Regex;
use crate::alerts::{Alert, Catalogue};

/// The CIS number, the alert, the source of its events if the pattern names it, and their names: in the order of
/// Security Hub's page, and of prowler's check where Security Hub has none.
const TABLE: [(&str, &str, Option<&str>, &[&str]); 12] = [
    (
        "4.4",
        "iam-policy-changes",
        Some("iam.amazonaws.com"),
        &[
            "DeleteGroupPolicy",
            "DeleteRolePolicy",
            "DeleteUserPolicy",
            "PutGroupPolicy",
            "PutRolePolicy",
            "PutUserPolicy",
            "CreatePolicy",
            "DeletePolicy",
            "CreatePolicyVersion",
            "DeletePolicyVersion",
            "AttachRolePolicy",
            "DetachRolePolicy",
            "AttachUserPolicy",
            "DetachUserPolicy",
            "AttachGroupPolicy",
            "DetachGroupPolicy",
        ],
    ),
    (
        "4.5",
        "cloudtrail-changes",
        None,
        &[
            "CreateTrail",
            "UpdateTrail",
            "DeleteTrail",
            "StartLogging",
            "StopLogging",
        ],
    ),
    (
        "4.7",
        "kms-key-deletion",
        Some("kms.amazonaws.com"),
        &["DisableKey", "ScheduleKeyDeletion"],
    ),
    (
        "4.8",
        "s3-bucket-policy-changes",
        Some("s3.amazonaws.com"),
        &[
            "PutBucketAcl",
            "PutBucketPolicy",
            "PutBucketCors",
            "PutBucketLifecycle",
            "PutBucketReplication",
            "DeleteBucketPolicy",
            "DeleteBucketCors",
            "DeleteBucketLifecycle",
            "DeleteBucketReplication",
        ],
    ),
    (
        "4.9",
        "config-changes",
        Some("config.amazonaws.com"),
        &[
            "StopConfigurationRecorder",
            "DeleteDeliveryChannel",
            "PutDeliveryChannel",
            "PutConfigurationRecorder",
        ],
    ),
    (
        "4.10",
        "security-group-changes",
        None,
        &[
            "AuthorizeSecurityGroupIngress",
            "AuthorizeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
            "RevokeSecurityGroupEgress",
            "CreateSecurityGroup",
            "DeleteSecurityGroup",
        ],
    ),
    (
        "4.11",
        "network-acl-changes",
        None,
        &[
            "CreateNetworkAcl",
            "CreateNetworkAclEntry",
            "DeleteNetworkAcl",
            "DeleteNetworkAclEntry",
            "ReplaceNetworkAclEntry",
            "ReplaceNetworkAclAssociation",
        ],
    ),
    (
        "4.12",
        "gateway-changes",
        None,
        &[
            "CreateCustomerGateway",
            "DeleteCustomerGateway",
            "AttachInternetGateway",
            "CreateInternetGateway",
            "DeleteInternetGateway",
            "DetachInternetGateway",
        ],
    ),
    (
        "4.13",
        "route-table-changes",
        Some("ec2.amazonaws.com"),
        &[
            "CreateRoute",
            "CreateRouteTable",
            "ReplaceRoute",
            "ReplaceRouteTableAssociation",
            "DeleteRouteTable",
            "DeleteRoute",
            "DisassociateRouteTable",
        ],
    ),
    (
        "4.14",
        "vpc-changes",
        None,
        &[
            "CreateVpc",
            "DeleteVpc",
            "ModifyVpcAttribute",
            "AcceptVpcPeeringConnection",
            "CreateVpcPeeringConnection",
            "DeleteVpcPeeringConnection",
            "RejectVpcPeeringConnection",
            "AttachClassicLinkVpc",
            "DetachClassicLinkVpc",
            "DisableVpcClassicLink",
            "EnableVpcClassicLink",
        ],
    ),
    (
        "4.15",
        "organizations-changes",
        Some("organizations.amazonaws.com"),
        &[
            "AcceptHandshake",
            "AttachPolicy",
            "CancelHandshake",
            "CreateAccount",
            "CreateOrganization",
            "CreateOrganizationalUnit",
            "CreatePolicy",
            "DeclineHandshake",
            "DeleteOrganization",
            "DeleteOrganizationalUnit",
            "DeletePolicy",
            "EnableAllFeatures",
            "EnablePolicyType",
            "InviteAccountToOrganization",
            "LeaveOrganization",
            "DetachPolicy",
            "DisablePolicyType",
            "MoveAccount",
            "RemoveAccountFromOrganization",
            "UpdateOrganizationalUnit",
            "UpdatePolicy",
        ],
    ),
    (
        "",
        "ec2-instance-changes",
        None,
        &[
            "RunInstances",
            "RebootInstances",
            "StartInstances",
            "StopInstances",
            "TerminateInstances",
        ],
    ),
];

fn alert<'c>(catalogue: &'c Catalogue, name: &str) -> &'c Alert {
    let mut alerts = catalogue.alerts.iter();
    alerts.find(|alert| alert.name == name).expect(name)
}

fn is_found(regex: &str, alert: &Alert) {
    // An exclamation mark must be written as its code between AWS's own percent signs.
    let read = Regex::parse(&regex.replace('!', r"\x21"));
    let read = read.unwrap_or_else(|wrong| panic!("{regex}: {wrong:?}"));
    assert!(
        read.is_found_in(alert.pattern.text()),
        "{}: {regex}",
        alert.name
    );
}

#[test]
fn there_are_sixteen_alerts_in_the_order_of_the_benchmark() {
    let catalogue = Catalogue::built_in();
    let cis: Vec<String> = catalogue
        .alerts
        .iter()
        .filter_map(|alert| alert.cis.clone())
        .collect();
    let all: Vec<String> = (1..=15).map(|number| format!("4.{number}")).collect();
    assert_eq!((catalogue.alerts.len(), cis), (16, all));
    for alert in &catalogue.alerts {
        assert_eq!(alert.check(), Ok(()), "{}", alert.name);
        assert!(!alert.hint.is_empty(), "{}", alert.name);
        let (threshold, period) = match alert.name.as_str() {
            "console-signin-failures" => (3, 300),
            _ => (1, 300),
        };
        assert_eq!((alert.threshold, alert.period), (threshold, period));
    }
    let longest_prefix = "a".repeat(96);
    let base = format!("{longest_prefix}-cloudtrail");
    assert!(catalogue.check_names(&base).is_ok());
    for (cis, name, ..) in TABLE {
        assert_eq!(
            alert(&catalogue, name).cis.as_deref().unwrap_or_default(),
            cis
        );
    }
}

#[test]
fn security_hub_finds_its_patterns_letter_by_letter() {
    let catalogue = Catalogue::built_in();
    for (_, name, source, events) in TABLE {
        let events: Vec<String> = events
            .iter()
            .map(|event| format!("($.eventName={event})"))
            .collect();
        let events = events.join(" || ");
        let expected = match source {
            Some(source) => format!("{{($.eventSource={source}) && ({events})}}"),
            None => format!("{{{events}}}"),
        };
        assert_eq!(alert(&catalogue, name).pattern.text(), expected);
    }
    for (name, pattern) in [
        (
            "unauthorized-api-calls",
            r#"{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}"#,
        ),
        (
            "console-signin-without-mfa",
            r#"{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }"#,
        ),
        (
            "root-usage",
            r#"{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}"#,
        ),
        (
            "console-signin-failures",
            r#"{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}"#,
        ),
    ] {
        assert_eq!(alert(&catalogue, name).pattern.text(), pattern);
    }
    let mut controls: Vec<&str> = catalogue
        .alerts
        .iter()
        .filter_map(|alert| alert.security_hub.as_deref())
        .collect();
    controls.sort_by_key(|control| control.len());
    let all: Vec<String> = (1..=14).map(|n| format!("CloudWatch.{n}")).collect();
    let mut all: Vec<&str> = all.iter().map(String::as_str).collect();
    all.sort_by_key(|control| control.len());
    controls[..9].sort_unstable();
    controls[9..].sort_unstable();
    assert_eq!(controls, all);
}

/// The expressions of prowler's older releases ask for the names in their order, those of the newer ones for each name
/// anywhere and as a whole.
#[test]
fn prowler_recognizes_every_pattern() {
    let catalogue = Catalogue::built_in();
    let wide = alert(&catalogue, "iam-policy-changes").sets["wide"].clone();
    for (_, name, source, events) in TABLE {
        let alert = alert(&catalogue, name);
        let equals = |field: &str, value: &str| format!(r"\$\.{field}\s*=\s*.?{value}");
        let source = source.map(|source| equals("eventSource", source));
        let names = events.iter().map(|event| equals("eventName", event));
        let ordered: Vec<String> = source.clone().into_iter().chain(names.clone()).collect();
        is_found(&format!("{}.?", ordered.join(".+")), alert);
        for clause in source.iter().cloned().chain(names.map(|name| name + r"\W")) {
            is_found(&clause, alert);
        }
        if name == "iam-policy-changes" {
            let widened = Alert {
                pattern: wide.clone(),
                ..alert.clone()
            };
            is_found(&format!("{}.?", ordered.join(".+")), &widened);
        }
    }
    for (name, regex) in [
        (
            "unauthorized-api-calls",
            r"\$\.errorCode\s*=\s*.?\*UnauthorizedOperation.+\$\.errorCode\s*=\s*.?AccessDenied\*.?",
        ),
        (
            "console-signin-without-mfa",
            r"\$\.eventName\s*=\s*.?ConsoleLogin.+\$\.additionalEventData\.MFAUsed\s*!=\s*.?Yes.?",
        ),
        (
            "root-usage",
            r"\$\.userIdentity\.type\s*=\s*.?Root.+\$\.userIdentity\.invokedBy NOT EXISTS.+\$\.eventType\s*!=\s*.?AwsServiceEvent.?",
        ),
        (
            "console-signin-failures",
            r"\$\.eventName\s*=\s*.?ConsoleLogin.+\$\.errorMessage\s*=\s*.?Failed authentication.?",
        ),
    ] {
        let alert = alert(&catalogue, name);
        is_found(regex, alert);
        for pattern in alert.sets.values() {
            let other = Alert {
                pattern: pattern.clone(),
                ..alert.clone()
            };
            is_found(regex, &other);
        }
    }
}

#[test]
fn each_pattern_covers_its_events_and_no_others() {
    let catalogue = Catalogue::built_in();
    let source_of = |source: Option<&str>| source.unwrap_or("ec2.amazonaws.com").to_owned();
    let all = TABLE.iter().flat_map(|(_, _, source, events)| {
        events.iter().map(move |event| (source_of(*source), *event))
    });
    for (source, event) in all {
        let record = json!({"eventSource": source, "eventName": event, "eventType": "AwsApiCall",
            "userIdentity": {"type": "IAMUser"}});
        for (_, name, wanted, events) in TABLE {
            let covered = events.contains(&event) && wanted.is_none_or(|wanted| wanted == source);
            let alert = alert(&catalogue, name);
            assert_eq!(alert.pattern.fits(&record), covered, "{name}: {event}");
        }
    }
    let wide = &alert(&catalogue, "iam-policy-changes").sets["wide"];
    for event in [
        "CreateUser",
        "DeleteUser",
        "AddUserToGroup",
        "UpdateGroup",
        "UpdateUser",
        "PutUserPolicy",
    ] {
        let record = json!({"eventSource": "iam.amazonaws.com", "eventName": event});
        assert!(wide.fits(&record), "{event}");
    }
}
