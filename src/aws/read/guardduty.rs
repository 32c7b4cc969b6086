//! Detectors of Amazon GuardDuty.

use std::collections::BTreeMap;

use super::Reader;
use crate::aws::error::Request;
use crate::error::CallResult;

/// A detector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detector {
    /// Its id, which AWS invents.
    pub id: String,
    /// `ENABLED` or `DISABLED`.
    pub status: String,
    /// `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`: how often repeated findings are published.
    pub frequency: String,
    /// The features that are on, the basic data sources among them.
    pub features: Vec<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

impl Reader {
    /// The detector of a region, if there is one: an account has one at most.
    pub async fn detector(&self, region: &str, name: &str) -> CallResult<Option<Detector>> {
        let request = Request::new("guardduty", "ListDetectors", region, name);
        let list = self.clients.guardduty(region).list_detectors().send();
        let listed = self.clients.send(request, list).await?.detector_ids;
        let Some(id) = listed.unwrap_or_default().into_iter().next() else {
            return Ok(None);
        };
        let request = Request::new("guardduty", "GetDetector", region, &id);
        let get = self.clients.guardduty(region).get_detector();
        let found = self.clients.send(request, get.detector_id(&id).send());
        let found = found.await?;
        let features = found.features.unwrap_or_default().into_iter();
        let on = features.filter(|feature| {
            let status = feature.status.as_ref();
            status.is_some_and(|status| status.as_str() == "ENABLED")
        });
        let names = on.filter_map(|feature| Some(feature.name?.as_str().to_owned()));
        Ok(Some(Detector {
            features: names.collect(),
            status: found
                .status
                .map_or_else(String::new, |status| status.as_str().to_owned()),
            frequency: found
                .finding_publishing_frequency
                .map_or_else(String::new, |frequency| frequency.as_str().to_owned()),
            tags: found.tags.unwrap_or_default().into_iter().collect(),
            id,
        }))
    }
}
