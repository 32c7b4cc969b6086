//! The caller's account, and the regions that it can use.

use aws_sdk_account::types::RegionOptStatus;

use super::Reader;
use crate::aws::error::Request;
use crate::error::CallResult;
use crate::region::{OptIn, Region, by_default, is_region_name, lists_regions, partition_of};

/// The caller's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// 12 digits.
    pub account: String,
    /// `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`.
    pub partition: String,
}

impl Reader {
    /// `sts:GetCallerIdentity`, which every identity may call.
    pub async fn identity(&self) -> CallResult<Identity> {
        let request = Request::new("sts", "GetCallerIdentity", self.clients.region(), "");
        let get = self.clients.sts().get_caller_identity();
        let answer = self.clients.send(request, get.send()).await?;
        let account = answer.account().unwrap_or_default();
        let partition = answer
            .arn()
            .and_then(|arn| arn.split(':').nth(1))
            .unwrap_or_default();
        // Both become part of names and scripts, so an answer of another service must not pass.
        if account.len() != 12 || !account.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(request.unusable(format!("the answer names the account {account:?}")));
        }
        if !partition.starts_with("aws")
            || partition.contains(|c: char| !(c.is_ascii_lowercase() || c == '-'))
        {
            return Err(request.unusable(format!("the answer names the partition {partition:?}")));
        }
        Ok(Identity {
            account: account.to_owned(),
            partition: partition.to_owned(),
        })
    }

    /// The regions that the account can use, in order of name: those that AWS lists. In a partition that has no endpoint
    /// for this, and whose accounts have all regions, those of the built-in list: what answers there, if anything, is
    /// not AWS.
    pub async fn enabled_regions(&self) -> CallResult<Vec<Region>> {
        let partition = partition_of(self.clients.region());
        match self.listed_regions().await {
            Err(error)
                if !lists_regions(partition) && error.code() != Some("AccessDeniedException") =>
            {
                tracing::info!("{error}: the regions of {partition} are those that are known");
                Ok(by_default(partition).map(Region::named).collect())
            }
            listed => listed,
        }
    }

    /// `account:ListRegions`, every page.
    async fn listed_regions(&self) -> CallResult<Vec<Region>> {
        let request = Request::new("account", "ListRegions", self.clients.region(), "");
        let client = self.clients.account();
        let list = client
            .list_regions()
            .region_opt_status_contains(RegionOptStatus::Enabled)
            .region_opt_status_contains(RegionOptStatus::EnabledByDefault)
            .max_results(50)
            .into_paginator()
            .items()
            .send();
        let mut regions = Vec::new();
        for region in self.clients.send(request, list.try_collect()).await? {
            let name = region.region_name.unwrap_or_default();
            if !is_region_name(&name) {
                return Err(request.unusable(format!("the answer names the region {name:?}")));
            }
            let opt_in = match region.region_opt_status {
                Some(RegionOptStatus::EnabledByDefault) => OptIn::No,
                Some(RegionOptStatus::Enabled) => OptIn::Yes,
                _ => OptIn::Unknown,
            };
            regions.push(Region { name, opt_in });
        }
        regions.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(regions)
    }
}
