//! The organization: its accounts and their names.

use std::collections::BTreeMap;

use super::Reader;
use crate::aws::error::Request;
use crate::error::{CallResult, tame};

impl Reader {
    /// `organizations:DescribeOrganization`: the ID of the account's organization, if it is in one.
    pub async fn organization(&self) -> CallResult<Option<String>> {
        let region = self.clients.region();
        let request = Request::new("organizations", "DescribeOrganization", region, "");
        let describe = self.clients.organizations().describe_organization();
        let absent = ["AWSOrganizationsNotInUseException"];
        let described = self.find(request, describe.send(), &absent).await?;
        let organization = described.and_then(|described| described.organization);
        Ok(organization.and_then(|organization| organization.id))
    }

    /// `organizations:ListAccounts`, every page: the names of all accounts by their ids, closed ones included.
    pub async fn organization_accounts(&self) -> CallResult<BTreeMap<String, String>> {
        let request = Request::new("organizations", "ListAccounts", self.clients.region(), "");
        let list = self.clients.organizations().list_accounts();
        let pages = list.into_paginator().send().try_collect();
        let pages = self.clients.send(request, pages).await?.into_iter();
        let mut names = BTreeMap::new();
        for account in pages.flat_map(|page| page.accounts.unwrap_or_default()) {
            let id = account.id.unwrap_or_default();
            if id.len() != 12 || !id.bytes().all(|digit| digit.is_ascii_digit()) {
                return Err(request.unusable(format!("the answer names the account {id:?}")));
            }
            names.insert(id, tame(&account.name.unwrap_or_default()));
        }
        Ok(names)
    }
}
