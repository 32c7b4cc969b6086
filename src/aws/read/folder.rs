//! Buckets as folders: the folders and objects directly below a prefix.

use super::Reader;
use crate::aws::error::Request;
use crate::error::CallResult;

/// The folders and objects directly below a prefix that ends in a slash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// Longer prefixes, each ending in a slash, in order.
    pub folders: Vec<String>,
    /// Objects, in order of key.
    pub objects: Vec<Entry>,
}

/// An object in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its key.
    pub key: String,
    /// When it was written, in seconds since 1970.
    pub written: i64,
    /// In bytes.
    pub size: u64,
}

impl Entry {
    /// An object of a listing; S3 always names its key.
    pub(super) fn of(object: aws_sdk_s3::types::Object) -> Option<Self> {
        let size = object.size.unwrap_or_default();
        Some(Self {
            key: object.key?,
            written: object.last_modified.map_or(0, |time| time.secs()),
            size: u64::try_from(size).unwrap_or(0),
        })
    }
}

impl Reader {
    /// All folders and objects directly below a prefix.
    pub async fn folder(&self, region: &str, bucket: &str, prefix: &str) -> CallResult<Folder> {
        let request = Request::new("s3", "ListObjectsV2", region, bucket);
        let _permit = self.clients.permit(&request).await;
        let list = self.clients.s3(region).list_objects_v2();
        let list = list.bucket(bucket).prefix(prefix).delimiter("/");
        let mut pages = list.into_paginator().send();
        let mut folder = Folder::default();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| request.failed(error))?;
            let folders = page.common_prefixes.unwrap_or_default().into_iter();
            folder
                .folders
                .extend(folders.filter_map(|folder| folder.prefix));
            let objects = page.contents.unwrap_or_default().into_iter();
            folder.objects.extend(objects.filter_map(Entry::of));
        }
        Ok(folder)
    }
}
