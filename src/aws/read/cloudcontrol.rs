//! Resources that the AWS Cloud Control API lists.

use serde_json::Value;

use super::Reader;
use crate::aws::error::Request;
use crate::error::CallResult;

/// A resource: its identifier, and its properties by their names in the schema of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What identifies it among those of its type.
    pub identifier: String,
    /// Its properties; null where AWS returned none that can be read.
    pub properties: Value,
}

impl Reader {
    /// All resources of a type in a region, for example of `AWS::EC2::VPC`.
    pub async fn resources(&self, region: &str, type_name: &str) -> CallResult<Vec<Listed>> {
        let request = Request::new("cloudcontrol", "ListResources", region, type_name);
        let list = self.clients.cloudcontrol(region).list_resources();
        let list = list.type_name(type_name).into_paginator().items().send();
        let found = self.list(request, list.try_collect(), &[]).await?;
        let listed = found.into_iter().map(|found| Listed {
            identifier: found.identifier.unwrap_or_default(),
            properties: found
                .properties
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default(),
        });
        Ok(listed.collect())
    }
}
