//! What the Cloud Control API does to an account in memory.

use ctadmin::aws::read::Listed;
use ctadmin::call::cloudcontrol::CloudControl;
use serde_json::Value;

use super::memory::{Memory, place};

impl Memory {
    pub(super) fn apply_cloudcontrol(&mut self, region: &str, call: &CloudControl) {
        let json = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        match call {
            CloudControl::CreateResource(call) => {
                let all = self.listed(region, &call.type_name);
                let is_free = |id: &String| all.iter().all(|other| other.identifier != *id);
                let mut ids = (1..).map(|number| format!("fl-{number}"));
                let identifier = ids.find(is_free).expect("there are more numbers");
                let properties = json(&call.desired_state);
                all.push(Listed {
                    identifier,
                    properties,
                });
            }
            CloudControl::UpdateResource(call) => {
                let all = self.listed(region, &call.type_name);
                let mut all = all.iter_mut();
                let found = all.find(|found| found.identifier == call.identifier);
                let found = found.expect("the resource exists");
                for patch in json(&call.patch_document).as_array().expect("patches") {
                    let name = patch["path"].as_str().expect("a path");
                    found.properties[&name[1..]] = patch["value"].clone();
                }
            }
            CloudControl::DeleteResource(call) => {
                let all = self.listed(region, &call.type_name);
                let before = all.len();
                all.retain(|found| found.identifier != call.identifier);
                assert_eq!(all.len() + 1, before, "the resource exists");
            }
        }
    }

    fn listed(&mut self, region: &str, type_name: &str) -> &mut Vec<Listed> {
        let at = place(region, type_name);
        self.resources.entry(at).or_default()
    }
}
