//! What the verbs do to the alerts stack, for the policy that allows it.

use super::Names;
use crate::resource::{
    Operations, alarm, dashboard, email, log_group, metric_filter, role, topic, trail_logs,
};
use crate::stack::permissions::{Grant, Verb};
use crate::stack::{Scheme, trail};

/// What a verb does. `bucket` is the bucket's name, `log_group` that of the log group when it is not the scheme's.
/// `create alerts --multi-region` also does what `create` does.
pub fn grants(scheme: &Scheme, verb: Verb, bucket: &str, log_group: Option<&str>) -> Vec<Grant> {
    let mut grants = match verb {
        Verb::Create => trail::permissions::grants(scheme, Verb::Create, bucket),
        Verb::Show | Verb::Delete => trail::permissions::grants(scheme, Verb::Show, bucket),
    };
    grants.retain(|grant| grant.service != "cloudwatch");
    if verb == Verb::Delete {
        grants.retain(|grant| grant.service != "s3");
    }
    let names = Names::new(scheme, "*");
    let own = names.log_group();
    let group = names.log_group_arn(log_group.unwrap_or(&own));
    let groups = vec![group.clone(), format!("{group}:*")];
    let role = vec![names.role_arn()];
    let dashboards = format!(
        "arn:{}:cloudwatch::{}:dashboard/{}",
        scheme.partition,
        scheme.account,
        names.namespace()
    );
    let alarms = vec![names.alarm_arn(&names.alert("*"))];
    let kinds = [
        (
            "TrailLogs",
            trail_logs::OPERATIONS,
            vec![scheme.trail_arns()],
        ),
        ("LogGroup", log_group::OPERATIONS, groups.clone()),
        ("MetricFilters", metric_filter::OPERATIONS, groups),
        ("Role", role::OPERATIONS, role.clone()),
        ("AlertsTopic", topic::OPERATIONS, vec![names.topic_arn()]),
        ("Emails", email::OPERATIONS, vec![names.topic_arn()]),
        ("Alarms", alarm::OPERATIONS, alarms),
        ("Dashboard", dashboard::OPERATIONS, vec![dashboards]),
    ];
    for (sid, kind, arns) in kinds {
        grants.push(Grant {
            sid,
            service: kind.service,
            operations: operations(verb, &kind),
            arns,
            passed_to: None,
        });
    }
    if verb == Verb::Create {
        // CloudTrail writes as the role.
        grants.push(Grant {
            sid: "PassRole",
            service: "iam",
            operations: vec!["PassRole"],
            arns: role,
            passed_to: Some("cloudtrail.amazonaws.com"),
        });
    }
    grants
}

fn operations(verb: Verb, kind: &Operations) -> Vec<&'static str> {
    match verb {
        Verb::Create => [kind.reads, kind.tag_reads, kind.changes].concat(),
        Verb::Show => kind.reads.to_vec(),
        Verb::Delete => [kind.reads, kind.removals].concat(),
    }
}
