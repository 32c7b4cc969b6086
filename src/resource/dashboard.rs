//! Dashboards of CloudWatch.

use serde_json::Value;

use super::{Change, Id, Removal, Resource, alarm};
use crate::aws::Reader;
use crate::call::Kind;
use crate::call::cloudwatch::{CloudWatch, DeleteDashboards, PutDashboard};
use crate::error::CallError;

/// Dashboards.
pub static KIND: Kind = Kind {
    reads: &["GetDashboard"],
    changes: &["PutDashboard"],
    removals: &["DeleteDashboards"],
    passing: alarm::PASSING,
    settled: alarm::SETTLED,
    ..Kind::new("dashboard", "cloudwatch")
};

/// A dashboard.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// The dashboard's name.
    pub name: String,
    /// The region that requests go to; dashboards are one for all regions.
    pub region: String,
    /// The dashboard's ARN.
    pub arn: String,
    /// Its widgets.
    pub body: Value,
}

impl Resource for Dashboard {
    /// The body as it was put.
    type Observed = String;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<String>, CallError> {
        reader.dashboard(&self.region, &self.name).await
    }

    fn changes(&self, observed: Option<&String>) -> Vec<Change> {
        let reason = match observed.map(|body| serde_json::from_str::<Value>(body).ok()) {
            None => "dashboard is missing",
            Some(body) if body.as_ref() == Some(&self.body) => return Vec::new(),
            Some(_) => "dashboard differs from what it should be",
        };
        let call = CloudWatch::PutDashboard(PutDashboard {
            dashboard_name: self.name.clone(),
            dashboard_body: self.body.to_string(),
        });
        vec![Change::new(call, reason)]
    }

    fn removal(&self, _: &String) -> Removal {
        Removal::by(CloudWatch::DeleteDashboards(DeleteDashboards {
            dashboard_names: vec![self.name.clone()],
        }))
    }
}
