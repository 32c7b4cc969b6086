//! Dashboards of CloudWatch.

use serde_json::Value;

use super::Operations;
use crate::call::cloudwatch::{CloudWatch, DeleteDashboards, PutDashboard};
use crate::plan::Step;

/// What reading, making and deleting dashboards takes.
pub const OPERATIONS: Operations = Operations {
    service: "cloudwatch",
    reads: &["GetDashboard"],
    tag_reads: &[],
    changes: &["PutDashboard"],
    removals: &["DeleteDashboards"],
};

const KIND: &str = "dashboard";

/// A dashboard as it should be.
#[derive(Clone, Debug)]
pub struct Dashboard {
    /// The dashboard's name.
    pub name: String,
    /// The region that requests go to; dashboards are one for all regions.
    pub region: String,
    /// Its widgets.
    pub body: Value,
}

impl Dashboard {
    /// The steps that make the dashboard as it should be, given the body found.
    pub fn changes(&self, found: Option<&str>) -> Vec<Step> {
        let reason = match found.map(|body| serde_json::from_str::<Value>(body).ok()) {
            None => "dashboard is missing",
            Some(body) if body.as_ref() == Some(&self.body) => return Vec::new(),
            Some(_) => "dashboard shows something else",
        };
        let call = CloudWatch::PutDashboard(PutDashboard {
            dashboard_name: self.name.clone(),
            dashboard_body: self.body.to_string(),
        });
        vec![Step::new(KIND, &self.name, &self.region, call, reason)]
    }
}

/// The steps that delete a dashboard.
pub fn removal(name: &str, region: &str, reason: &str) -> Vec<Step> {
    let call = CloudWatch::DeleteDashboards(DeleteDashboards {
        dashboard_names: vec![name.to_owned()],
    });
    vec![Step::new(KIND, name, region, call, reason)]
}
