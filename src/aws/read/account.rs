//! Who is calling, and which regions the account has.

use aws_sdk_account::types::RegionOptStatus;

use super::Reader;
use crate::aws::error::Request;
use crate::error::CallError;
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
    ///
    /// # Errors
    /// When AWS does not know the credentials, or does not answer.
    pub async fn identity(&self) -> Result<Identity, CallError> {
        let request = Request {
            service: "sts",
            operation: "GetCallerIdentity",
            region: self.clients.region(),
            resource: "",
        };
        let _permit = self.clients.permit(&request).await;
        let answer = self.clients.sts().get_caller_identity().send().await;
        let answer = answer.map_err(|error| request.failed(error))?;
        let account = answer.account().unwrap_or_default();
        let partition = answer
            .arn()
            .and_then(|arn| arn.split(':').nth(1))
            .unwrap_or_default();
        // Both go into names and scripts, whoever answered.
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
    /// for this, and whose accounts have all regions, those that are known: what answers there, if anything, is no AWS.
    ///
    /// # Errors
    /// When the caller is denied, or AWS does not answer.
    pub async fn enabled_regions(&self) -> Result<Vec<Region>, CallError> {
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
    async fn listed_regions(&self) -> Result<Vec<Region>, CallError> {
        let request = Request {
            service: "account",
            operation: "ListRegions",
            region: self.clients.region(),
            resource: "",
        };
        let _permit = self.clients.permit(&request).await;
        let mut pages = self
            .clients
            .account()
            .list_regions()
            .region_opt_status_contains(RegionOptStatus::Enabled)
            .region_opt_status_contains(RegionOptStatus::EnabledByDefault)
            .max_results(50)
            .into_paginator()
            .items()
            .send();
        let mut regions = Vec::new();
        while let Some(region) = pages.next().await {
            let region = region.map_err(|error| request.failed(error))?;
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
