//! The organization: its accounts and their names.

use std::collections::BTreeMap;

use super::Reader;
use crate::aws::error::Request;
use crate::error::{CallError, tame};

impl Reader {
    /// `organizations:ListAccounts`, every page: the names of all accounts by their ids, closed ones included.
    ///
    /// # Errors
    /// When there is no organization, the caller may not list it, or AWS does not answer.
    pub async fn organization_accounts(&self) -> Result<BTreeMap<String, String>, CallError> {
        let request = Request {
            service: "organizations",
            operation: "ListAccounts",
            region: self.clients.region(),
            resource: "",
        };
        let _permit = self.clients.permit(&request).await;
        let list = self.clients.organizations().list_accounts();
        let mut pages = list.into_paginator().send();
        let mut names = BTreeMap::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| request.failed(error))?;
            for account in page.accounts.unwrap_or_default() {
                let id = account.id.unwrap_or_default();
                if id.len() != 12 || !id.bytes().all(|digit| digit.is_ascii_digit()) {
                    return Err(request.unusable(format!("the answer names the account {id:?}")));
                }
                names.insert(id, tame(&account.name.unwrap_or_default()));
            }
        }
        Ok(names)
    }
}
