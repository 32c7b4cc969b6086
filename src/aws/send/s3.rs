//! Calls to S3.

use aws_sdk_s3::{Client, types};

use super::bucket_settings;
use crate::aws::clients::Clients;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::call::s3::{
    CreateBucket, CreateBucketConfiguration, PublicAccessBlockConfiguration, PutBucketPolicy,
    PutBucketTagging, PutPublicAccessBlock, S3, Tagging,
};
use crate::error::CallError;

pub(super) async fn send(
    clients: &Clients,
    request: &Request<'_>,
    call: S3,
) -> Result<(), CallError> {
    let client = clients.s3(request.region);
    match call {
        S3::CreateBucket(call) => create_bucket(client, request, call).await,
        S3::PutBucketPolicy(call) => put_bucket_policy(client, request, call).await,
        S3::PutPublicAccessBlock(call) => put_public_access_block(client, request, call).await,
        S3::PutBucketTagging(call) => put_bucket_tagging(client, request, call).await,
        S3::PutBucketVersioning(call) => {
            bucket_settings::put_versioning(client, request, call).await
        }
        S3::PutBucketLifecycleConfiguration(call) => {
            bucket_settings::put_lifecycle(client, request, call).await
        }
        S3::PutObjectLockConfiguration(call) => {
            bucket_settings::put_object_lock(client, request, call).await
        }
        S3::PutBucketLogging(call) => bucket_settings::put_logging(client, request, call).await,
    }
}

async fn create_bucket(
    client: Client,
    request: &Request<'_>,
    call: CreateBucket,
) -> Result<(), CallError> {
    let CreateBucket {
        bucket,
        create_bucket_configuration,
        object_lock_enabled_for_bucket,
    } = call;
    let sent = client
        .create_bucket()
        .bucket(bucket)
        .set_create_bucket_configuration(create_bucket_configuration.map(location))
        .set_object_lock_enabled_for_bucket(object_lock_enabled_for_bucket)
        .send();
    request.done(sent.await)
}

async fn put_bucket_policy(
    client: Client,
    request: &Request<'_>,
    call: PutBucketPolicy,
) -> Result<(), CallError> {
    let PutBucketPolicy {
        bucket,
        policy,
        expected_bucket_owner,
    } = call;
    let sent = client
        .put_bucket_policy()
        .bucket(bucket)
        .policy(policy)
        .expected_bucket_owner(expected_bucket_owner)
        .send();
    request.done(sent.await)
}

async fn put_public_access_block(
    client: Client,
    request: &Request<'_>,
    call: PutPublicAccessBlock,
) -> Result<(), CallError> {
    let PutPublicAccessBlock {
        bucket,
        public_access_block_configuration,
        expected_bucket_owner,
    } = call;
    let sent = client
        .put_public_access_block()
        .bucket(bucket)
        .public_access_block_configuration(switches(public_access_block_configuration))
        .expected_bucket_owner(expected_bucket_owner)
        .send();
    request.done(sent.await)
}

async fn put_bucket_tagging(
    client: Client,
    request: &Request<'_>,
    call: PutBucketTagging,
) -> Result<(), CallError> {
    let PutBucketTagging {
        bucket,
        tagging,
        expected_bucket_owner,
    } = call;
    let sent = client
        .put_bucket_tagging()
        .bucket(bucket)
        .tagging(tags(request, tagging)?)
        .expected_bucket_owner(expected_bucket_owner)
        .send();
    request.done(sent.await)
}

fn location(configuration: CreateBucketConfiguration) -> types::CreateBucketConfiguration {
    let CreateBucketConfiguration {
        location_constraint,
    } = configuration;
    types::CreateBucketConfiguration::builder()
        .location_constraint(types::BucketLocationConstraint::from(
            location_constraint.as_str(),
        ))
        .build()
}

fn switches(switches: PublicAccessBlockConfiguration) -> types::PublicAccessBlockConfiguration {
    let PublicAccessBlockConfiguration {
        block_public_acls,
        ignore_public_acls,
        block_public_policy,
        restrict_public_buckets,
    } = switches;
    types::PublicAccessBlockConfiguration::builder()
        .block_public_acls(block_public_acls)
        .ignore_public_acls(ignore_public_acls)
        .block_public_policy(block_public_policy)
        .restrict_public_buckets(restrict_public_buckets)
        .build()
}

fn tags(request: &Request<'_>, Tagging { tag_set }: Tagging) -> Result<types::Tagging, CallError> {
    let mut tagging = types::Tagging::builder();
    for Tag { key, value } in tag_set {
        let tag = types::Tag::builder().key(key).value(value).build();
        tagging = tagging.tag_set(tag.map_err(|error| request.unsendable(error))?);
    }
    tagging.build().map_err(|error| request.unsendable(error))
}
