//! The built-in patterns against those who look for them: AWS Security Hub letter by letter, prowler by regular
//! expressions, and the benchmark by the names of events.

use std::collections::BTreeSet;

use serde_json::json;

use super::{cases, fits};
use crate::alerts::pattern::{Pattern, regex::Regex};
use crate::alerts::{Alert, Catalogue};

/// The alerts that count events by their names: the alert, its CIS number, the source of its events if the pattern
/// names it, and below it their names, in the order of Security Hub's page, and of prowler's check where Security Hub
/// has none.
const TABLE: &str = "
iam-policy-changes 4.4 iam.amazonaws.com
    DeleteGroupPolicy DeleteRolePolicy DeleteUserPolicy PutGroupPolicy PutRolePolicy PutUserPolicy CreatePolicy
    DeletePolicy CreatePolicyVersion DeletePolicyVersion AttachRolePolicy DetachRolePolicy AttachUserPolicy
    DetachUserPolicy AttachGroupPolicy DetachGroupPolicy

cloudtrail-changes 4.5 any
    CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging

kms-key-deletion 4.7 kms.amazonaws.com
    DisableKey ScheduleKeyDeletion

s3-bucket-policy-changes 4.8 s3.amazonaws.com
    PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication DeleteBucketPolicy
    DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication

config-changes 4.9 config.amazonaws.com
    StopConfigurationRecorder DeleteDeliveryChannel PutDeliveryChannel PutConfigurationRecorder

security-group-changes 4.10 any
    AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress RevokeSecurityGroupIngress
    RevokeSecurityGroupEgress CreateSecurityGroup DeleteSecurityGroup

network-acl-changes 4.11 any
    CreateNetworkAcl CreateNetworkAclEntry DeleteNetworkAcl DeleteNetworkAclEntry ReplaceNetworkAclEntry
    ReplaceNetworkAclAssociation

gateway-changes 4.12 any
    CreateCustomerGateway DeleteCustomerGateway AttachInternetGateway CreateInternetGateway DeleteInternetGateway
    DetachInternetGateway

route-table-changes 4.13 ec2.amazonaws.com
    CreateRoute CreateRouteTable ReplaceRoute ReplaceRouteTableAssociation DeleteRouteTable DeleteRoute
    DisassociateRouteTable

vpc-changes 4.14 any
    CreateVpc DeleteVpc ModifyVpcAttribute AcceptVpcPeeringConnection CreateVpcPeeringConnection
    DeleteVpcPeeringConnection RejectVpcPeeringConnection AttachClassicLinkVpc DetachClassicLinkVpc
    DisableVpcClassicLink EnableVpcClassicLink

organizations-changes 4.15 organizations.amazonaws.com
    AcceptHandshake AttachPolicy CancelHandshake CreateAccount CreateOrganization CreateOrganizationalUnit
    CreatePolicy DeclineHandshake DeleteOrganization DeleteOrganizationalUnit DeletePolicy EnableAllFeatures
    EnablePolicyType InviteAccountToOrganization LeaveOrganization DetachPolicy DisablePolicyType MoveAccount
    RemoveAccountFromOrganization UpdateOrganizationalUnit UpdatePolicy

ec2-instance-changes - any
    RunInstances RebootInstances StartInstances StopInstances TerminateInstances
";

struct Row {
    name: &'static str,
    cis: Option<&'static str>,
    source: Option<&'static str>,
    events: Vec<&'static str>,
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.trim().split("\n\n").map(|row| {
        let mut words = row.split_whitespace();
        let mut next = || words.next().expect("a head of three words");
        let (name, cis, source) = (next(), next(), next());
        Row {
            name,
            cis: (cis != "-").then_some(cis),
            source: (source != "any").then_some(source),
            events: words.collect(),
        }
    })
}

fn alert<'c>(catalogue: &'c Catalogue, name: &str) -> &'c Alert {
    let mut alerts = catalogue.alerts.iter();
    alerts.find(|alert| alert.name == name).expect(name)
}

fn assert_found(regex: &str, pattern: &Pattern) {
    // An exclamation mark must be written as its code between AWS's own percent signs.
    let read = Regex::parse(&regex.replace('!', r"\x21")).expect(regex);
    assert!(read.is_found_in(pattern.text()), "{pattern:?}: {regex}");
}

#[test]
fn there_are_sixteen_alerts_in_the_order_of_the_benchmark() {
    let catalogue = Catalogue::built_in();
    let alerts = catalogue.alerts.iter();
    let cis: Vec<&str> = alerts.filter_map(|alert| alert.cis.as_deref()).collect();
    let all: Vec<String> = (1..=15).map(|number| format!("4.{number}")).collect();
    assert_eq!(cis, all);
    assert_eq!(catalogue.alerts.len(), 16);
    for alert in &catalogue.alerts {
        assert_eq!(alert.check(), Ok(()), "{}", alert.name);
        assert!(!alert.hint.is_empty(), "{}", alert.name);
        let threshold = match alert.name.as_str() {
            "console-signin-failures" => 3,
            _ => 1,
        };
        assert_eq!((alert.threshold, alert.period), (threshold, 300));
    }
    let base = format!("{}-cloudtrail", "a".repeat(96));
    assert!(catalogue.check_names(&base).is_ok());
    for row in rows() {
        assert_eq!(alert(&catalogue, row.name).cis.as_deref(), row.cis);
    }
}

#[test]
fn security_hub_finds_its_patterns_letter_by_letter() {
    let catalogue = Catalogue::built_in();
    for row in rows() {
        let events = row.events.iter();
        let events: Vec<String> = events.map(|e| format!("($.eventName={e})")).collect();
        let events = events.join(" || ");
        let expected = match row.source {
            Some(source) => format!("{{($.eventSource={source}) && ({events})}}"),
            None => format!("{{{events}}}"),
        };
        assert_eq!(alert(&catalogue, row.name).pattern.text(), expected);
    }
    let others = r#"
        unauthorized-api-calls => {($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}
        console-signin-without-mfa => { ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }
        root-usage => {$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}
        console-signin-failures => {($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}
    "#;
    for (name, pattern) in cases(others) {
        assert_eq!(alert(&catalogue, name).pattern.text(), pattern);
    }
    let alerts = catalogue.alerts.iter();
    let controls: BTreeSet<&str> = alerts.filter_map(|a| a.security_hub.as_deref()).collect();
    let all: BTreeSet<String> = (1..=14).map(|n| format!("CloudWatch.{n}")).collect();
    assert!(controls.iter().eq(&all), "{controls:?}");
}

/// The expressions of prowler's older releases ask for the names in their order, those of the newer ones for each name
/// anywhere and as a whole.
#[test]
fn prowler_recognizes_every_pattern() {
    let catalogue = Catalogue::built_in();
    for row in rows() {
        let alert = alert(&catalogue, row.name);
        let equals = |field: &str, value: &str| format!(r"\$\.{field}\s*=\s*.?{value}");
        let source = row.source.map(|source| equals("eventSource", source));
        let names = row.events.iter().map(|event| equals("eventName", event));
        for clause in source
            .iter()
            .cloned()
            .chain(names.clone().map(|name| name + r"\W"))
        {
            assert_found(&clause, &alert.pattern);
        }
        let ordered: Vec<String> = source.into_iter().chain(names).collect();
        for pattern in alert.sets.values().chain([&alert.pattern]) {
            assert_found(&format!("{}.?", ordered.join(".+")), pattern);
        }
    }
    let others = r"
        unauthorized-api-calls => \$\.errorCode\s*=\s*.?\*UnauthorizedOperation.+\$\.errorCode\s*=\s*.?AccessDenied\*.?
        console-signin-without-mfa => \$\.eventName\s*=\s*.?ConsoleLogin.+\$\.additionalEventData\.MFAUsed\s*!=\s*.?Yes.?
        root-usage => \$\.userIdentity\.type\s*=\s*.?Root.+\$\.userIdentity\.invokedBy NOT EXISTS.+\$\.eventType\s*!=\s*.?AwsServiceEvent.?
        console-signin-failures => \$\.eventName\s*=\s*.?ConsoleLogin.+\$\.errorMessage\s*=\s*.?Failed authentication.?
    ";
    for (name, regex) in cases(others) {
        let alert = alert(&catalogue, name);
        for pattern in alert.sets.values().chain([&alert.pattern]) {
            assert_found(regex, pattern);
        }
    }
}

#[test]
fn each_pattern_covers_its_events_and_no_others() {
    let catalogue = Catalogue::built_in();
    for Row { source, events, .. } in rows() {
        let source = source.unwrap_or("ec2.amazonaws.com");
        for event in events {
            let record = json!({"eventSource": source, "eventName": event, "eventType": "AwsApiCall",
                "userIdentity": {"type": "IAMUser"}});
            for row in rows() {
                let is_source = row.source.is_none_or(|wanted| wanted == source);
                let covered = row.events.contains(&event) && is_source;
                let pattern = &alert(&catalogue, row.name).pattern;
                assert_eq!(fits(pattern, &record), covered, "{}: {event}", row.name);
            }
        }
    }
    let wide = &alert(&catalogue, "iam-policy-changes").sets["wide"];
    let events = "CreateUser DeleteUser AddUserToGroup UpdateGroup UpdateUser PutUserPolicy";
    for event in events.split(' ') {
        let record = json!({"eventSource": "iam.amazonaws.com", "eventName": event});
        assert!(fits(wide, &record), "{event}");
    }
}
