//! A resource tag.

use serde::Serialize;

/// A tag as CloudTrail, SNS and S3 take it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tag {
    /// 1–128 characters, not beginning with `aws:`.
    pub key: String,
    /// 0–256 characters.
    pub value: String,
}
