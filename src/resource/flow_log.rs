//! Flow logs of VPCs, by the AWS Cloud Control API.
//!
//! Only the tags of a flow log can change, so that another takes the place of one that differs. Requests take a moment, and their status says how they end.
//!
//! <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html>,
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-flowlog.html>

use std::time::Duration;

use serde_json::{Value, json};

use super::{Change, Fact, Id, Removal, Resource, chained, lacking};
use crate::aws::Reader;
use crate::aws::read::Listed;
use crate::call::cloudcontrol::{
    CloudControl, CloudControlRead, CreateResource, DeleteResource, GetResourceRequestStatus,
    UpdateResource,
};
use crate::call::passing::{MINUTE, NONE, SHORT, Wait, Write::Anywhere, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag, Text};
use crate::error::CallError;
use crate::plan::Ready;

/// Flow logs.
pub static KIND: Kind = Kind {
    reads: &["ListResources"],
    changes: &[
        "CreateResource",
        "UpdateResource",
        "DeleteResource",
        "GetResourceRequestStatus",
    ],
    removals: &["DeleteResource", "GetResourceRequestStatus"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("flow-log", "cloudcontrol")
};

/// A new role cannot be assumed at once: `InvalidRequest`, `Unable to assume given IAM role`.
#[rustfmt::skip]
const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["CreateResource"], &["InvalidRequest"],
        after(Duration::from_secs(120), NONE, &[Anywhere("iam:CreateRole"), Anywhere("iam:UpdateAssumeRolePolicy")])),
    Rule::of(&[], &["ConcurrentOperationException", "ResourceConflict", "ResourceConflictException"],
        always(SHORT)),
    Rule::of(&[], &["ServiceInternalError", "ServiceInternalErrorException", "NetworkFailure",
        "NetworkFailureException", "HandlerInternalFailureException", "NotStabilized", "NotStabilizedException"],
        always(MINUTE)),
];

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    // One with the same VPC, traffic, log group and format.
    Rule::of(&["CreateResource"], &["AlreadyExists"], Proof::Done),
    Rule::of(&["DeleteResource"], &["NotFound", "ResourceNotFoundException"], Proof::Done),
];

/// The type of flow logs.
pub const TYPE: &str = "AWS::EC2::FlowLog";

/// A VPC's flow log to a log group.
#[derive(Clone, Debug)]
pub struct FlowLog {
    /// The VPC's ID.
    pub vpc: String,
    /// Its region.
    pub region: String,
    /// The log group's name.
    pub group: String,
    /// The role that the service writes as.
    pub role_arn: String,
    /// `ALL`, `ACCEPT` or `REJECT`, when an option states it; `ALL` if new.
    pub traffic: Option<String>,
    /// Tags it must have, among others.
    pub tags: Vec<Tag>,
}

/// A flow log as it exists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlowLogState {
    /// Its ID, which AWS invents.
    pub id: String,
    /// The VPC's ID.
    pub vpc: String,
    /// The log group's name.
    pub group: String,
    /// The role that the service writes as.
    pub role_arn: String,
    /// `ALL`, `ACCEPT` or `REJECT`.
    pub traffic: String,
    /// Its tags.
    pub tags: Vec<Tag>,
}

impl FlowLogState {
    /// A flow log to a log group, as AWS lists it; nothing if it is another one.
    pub fn of(listed: &Listed) -> Option<Self> {
        let text = |name: &str| listed.properties[name].as_str().map(str::to_owned);
        let by_arn = || {
            let arn = text("LogDestination")?;
            let (_, name) = arn.split_once(":log-group:")?;
            Some(name.trim_end_matches(":*").to_owned())
        };
        let tags = listed.properties["Tags"].as_array();
        let tags = tags.into_iter().flatten().filter_map(|tag| {
            Some(Tag {
                key: tag["Key"].as_str()?.to_owned(),
                value: tag["Value"].as_str()?.to_owned(),
            })
        });
        Some(Self {
            id: listed.identifier.clone(),
            // Those of subnets and network interfaces are of others.
            vpc: text("ResourceId").filter(|id| id.starts_with("vpc-"))?,
            group: text("LogGroupName").or_else(by_arn)?,
            role_arn: text("DeliverLogsPermissionArn").unwrap_or_default(),
            traffic: text("TrafficType").unwrap_or_default(),
            tags: tags.collect(),
        })
    }
}

/// All resources of a type in a region: a data source.
#[derive(Clone, Debug)]
pub struct Resources {
    /// For example `AWS::EC2::VPC`.
    pub type_name: &'static str,
    /// The region.
    pub region: String,
}

static LIST: Kind = Kind {
    reads: KIND.reads,
    ..Kind::new("resources", "cloudcontrol")
};

impl Resource for Resources {
    type Observed = Vec<Listed>;

    fn id(&self) -> Id<'_> {
        Id::new(&LIST, &self.region, self.type_name)
    }

    fn arns(&self) -> Vec<String> {
        vec!["*".to_owned()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Vec<Listed>>, CallError> {
        let found = reader.resources(&self.region, self.type_name).await;
        found.map(Some)
    }
}

impl Resource for FlowLog {
    type Observed = FlowLogState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.vpc)
    }

    fn arns(&self) -> Vec<String> {
        vec!["*".to_owned()]
    }

    fn passed_role(&self) -> Option<(String, &'static str)> {
        Some((self.role_arn.clone(), "vpc-flow-logs.amazonaws.com"))
    }

    async fn read(&self, reader: &Reader) -> Result<Option<FlowLogState>, CallError> {
        let listed = reader.resources(&self.region, TYPE).await?;
        let mut found = listed.iter().filter_map(FlowLogState::of);
        Ok(found.find(|found| found.vpc == self.vpc && found.group == self.group))
    }

    fn changes(&self, observed: Option<&FlowLogState>) -> Vec<Change> {
        let Some(found) = observed else {
            let creation = self.creation(&FlowLogState::default());
            return vec![awaited(creation, "flow log is missing")];
        };
        let traffic = self.traffic.as_ref();
        if traffic.is_some_and(|traffic| *traffic != found.traffic) {
            let differs = "traffic differs";
            return chained(vec![
                awaited(self.creation(found), differs),
                awaited(deletion(found), differs),
            ]);
        }
        if found.role_arn != self.role_arn {
            // EC2 may take one that differs in nothing else for the same.
            let differs = "role differs";
            return chained(vec![
                awaited(deletion(found), differs),
                awaited(self.creation(found), differs),
            ]);
        }
        self.tagging(found)
    }

    fn removal(&self, observed: &FlowLogState) -> Removal {
        Removal {
            changes: vec![awaited(deletion(observed), "")],
            kept: None,
        }
    }

    fn facts(&self, observed: &FlowLogState) -> Vec<Fact> {
        vec![
            ("traffic", json!(observed.traffic)),
            ("log group", json!(observed.group)),
        ]
    }
}

impl FlowLog {
    /// A new one, with the traffic and the tags of one that it takes the place of.
    fn creation(&self, old: &FlowLogState) -> CloudControl {
        let current = Some(&old.traffic).filter(|traffic| !traffic.is_empty());
        let traffic = self.traffic.as_ref().or(current);
        let mut state = json!({
            "ResourceType": "VPC",
            "ResourceId": self.vpc,
            "TrafficType": traffic.map_or("ALL", String::as_str),
            "LogDestinationType": "cloud-watch-logs",
            "LogGroupName": self.group,
            "DeliverLogsPermissionArn": self.role_arn,
        });
        let tags = merged(&old.tags, &self.tags);
        if !tags.is_empty() {
            state["Tags"] = listed(&tags);
        }
        CloudControl::CreateResource(CreateResource {
            type_name: TYPE.to_owned(),
            desired_state: state.to_string(),
        })
    }

    /// The tags that are missing, with those that exist: a patch replaces all.
    fn tagging(&self, found: &FlowLogState) -> Vec<Change> {
        let Some((tags, reason)) = lacking(&self.tags, &found.tags) else {
            return Vec::new();
        };
        let all = merged(&found.tags, &tags);
        let patch = json!([{ "op": "add", "path": "/Tags", "value": listed(&all) }]);
        let call = CloudControl::UpdateResource(UpdateResource {
            type_name: TYPE.to_owned(),
            identifier: found.id.clone(),
            patch_document: patch.to_string(),
        });
        vec![awaited(call, reason).aside()]
    }
}

fn deletion(found: &FlowLogState) -> CloudControl {
    CloudControl::DeleteResource(DeleteResource {
        type_name: TYPE.to_owned(),
        identifier: found.id.clone(),
    })
}

/// All tags, the new ones in the place of those with the same keys.
fn merged(old: &[Tag], new: &[Tag]) -> Vec<Tag> {
    let kept = old.iter();
    let kept = kept.filter(|old| new.iter().all(|new| new.key != old.key));
    kept.chain(new).cloned().collect()
}

fn listed(tags: &[Tag]) -> Value {
    let tags = tags.iter();
    tags.map(|tag| json!({ "Key": tag.key, "Value": tag.value }))
        .collect()
}

/// A change that is done once the status of its request says so.
fn awaited(call: CloudControl, reason: &str) -> Change {
    let ready = Ready {
        read: CloudControlRead::GetResourceRequestStatus(GetResourceRequestStatus {
            request_token: Text::own("ProgressEvent.RequestToken"),
        })
        .into(),
        state: "ProgressEvent.OperationStatus",
        ready: &["SUCCESS"],
        failed: &["FAILED", "CANCEL_COMPLETE"],
        code: Some("ProgressEvent.ErrorCode"),
        reason: Some("ProgressEvent.StatusMessage"),
        before: None,
        progress: "request {ProgressEvent.OperationStatus}",
        done: "request SUCCESS".to_owned(),
        shown_within: MINUTE,
        within: Duration::from_secs(600),
    };
    Change {
        ready: Some(ready),
        ..Change::new(call, reason)
    }
}
