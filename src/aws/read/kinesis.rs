//! Data streams of Amazon Kinesis.

use std::collections::BTreeMap;

use aws_sdk_kinesis::types::EncryptionType;

use super::Reader;
use crate::aws::error::Request;
use crate::error::CallResult;

const MISSING: [&str; 1] = ["ResourceNotFoundException"];

/// A data stream as AWS describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataStream {
    /// `CREATING`, `ACTIVE`, `UPDATING` or `DELETING`.
    pub status: String,
    /// `ON_DEMAND` or `PROVISIONED`.
    pub mode: String,
    /// How many shards take records.
    pub shards: i32,
    /// How many hours it keeps records.
    pub retention_hours: i32,
    /// The key that encrypts records, where one does: an ARN, an id or an alias.
    pub key: Option<String>,
}

impl Reader {
    /// A data stream; `None` where there is none of this name.
    pub async fn data_stream(&self, region: &str, name: &str) -> CallResult<Option<DataStream>> {
        let request = Request::new("kinesis", "DescribeStreamSummary", region, name);
        let describe = self.clients.kinesis(region).describe_stream_summary();
        let describe = describe.stream_name(name).send();
        let answer = self.find(request, describe, &MISSING).await?;
        let summary = answer.and_then(|answer| answer.stream_description_summary);
        Ok(summary.map(|found| DataStream {
            status: found.stream_status.as_str().to_owned(),
            mode: found
                .stream_mode_details
                .map_or_else(String::new, |mode| mode.stream_mode.as_str().to_owned()),
            shards: found.open_shard_count,
            retention_hours: found.retention_period_hours,
            key: found
                .key_id
                .filter(|_| found.encryption_type == Some(EncryptionType::Kms)),
        }))
    }

    /// The tags of a data stream, which has at most 50.
    pub async fn data_stream_tags(
        &self,
        region: &str,
        name: &str,
    ) -> CallResult<BTreeMap<String, String>> {
        let request = Request::new("kinesis", "ListTagsForStream", region, name);
        let list = self.clients.kinesis(region).list_tags_for_stream();
        let list = list.stream_name(name).limit(50).send();
        let answer = self.find(request, list, &MISSING).await?;
        let tags = answer
            .map_or_else(Vec::new, |answer| answer.tags)
            .into_iter();
        Ok(tags
            .map(|tag| (tag.key, tag.value.unwrap_or_default()))
            .collect())
    }
}
