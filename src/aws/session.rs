//! A session: credentials, configuration and clients, opened once per run.

use std::sync::Arc;
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use tokio::sync::watch;

use super::clients::Clients;
use super::read::Identity;
use super::{Consumer, Marks, Queries, Reader, Recheck, Sender, chain, http, profile};
use crate::error::{Cause, Error, Result};
use crate::key_file::KeyFile;

/// How to reach AWS, as the command line says it.
#[derive(Clone, Debug)]
pub struct Connection {
    /// `--profile`.
    pub profile: Option<String>,
    /// `--region`; with it, no other region has to be configured.
    pub region: Option<String>,
    /// `--endpoint-url`.
    pub endpoint_url: Option<String>,
    /// How many requests may be in flight at once.
    pub jobs: usize,
}

/// Credentials, configuration and clients.
#[derive(Clone, Debug)]
pub struct Session {
    clients: Arc<Clients>,
    connection: Connection,
}

impl Session {
    /// Opens a session, without a request to AWS. Global resources are read in `region`.
    pub async fn open(connection: &Connection, region: &str) -> Result<Self> {
        profile::configured_region(connection).await?;
        chain::check(connection).await?;
        let http_client = http::client()?;
        let region = Region::new(region.to_owned());
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .region(region.clone())
            .http_client(http_client.clone())
            .retry_config(RetryConfig::standard().with_max_attempts(6))
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(Duration::from_secs(10))
                    .operation_attempt_timeout(Duration::from_secs(30))
                    .build(),
            );
        if let Some(name) = &connection.profile {
            // The default chain would use the environment first, but `--profile` takes precedence over it. Without
            // credentials in the profile, those of the container or the instance are used.
            let provider_config = ProviderConfig::without_region()
                .with_region(Some(region))
                .with_http_client(http_client);
            let profile = ProfileFileCredentialsProvider::builder()
                .configure(&provider_config)
                .profile_name(name)
                .build();
            let container = EcsCredentialsProvider::builder()
                .configure(&provider_config)
                .build();
            let instance = ImdsCredentialsProvider::builder()
                .configure(&provider_config)
                .build();
            let credentials = CredentialsProviderChain::first_try("Profile", profile)
                .or_else("EcsContainer", container)
                .or_else("Ec2InstanceMetadata", instance);
            loader = loader.profile_name(name).credentials_provider(credentials);
        }
        if let Some(url) = &connection.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        let config: SdkConfig = loader.load().await;
        Ok(Self {
            clients: Arc::new(Clients::new(config, connection.jobs)),
            connection: connection.clone(),
        })
    }

    /// The caller's account. Where there are no credentials, the hints depend on the profile.
    pub async fn identity(&self) -> Result<Identity> {
        let error = match self.reader().identity().await {
            Ok(identity) => return Ok(identity),
            Err(error) => error,
        };
        let advice = match error.cause {
            Cause::NoCredentials => chain::advice(&self.connection).await,
            _ => Vec::new(),
        };
        let mut error = Error::from(error);
        if !advice.is_empty() {
            error.hints = advice;
        }
        Err(error)
    }

    /// Reads the account.
    pub fn reader(&self) -> Reader {
        Reader::new(self.clients.clone())
    }

    /// Changes the account. Once `stop` is true, it no longer retries or waits. New access keys are written to the
    /// file.
    pub fn sender(
        &self,
        stop: watch::Receiver<bool>,
        keys: Option<Arc<KeyFile>>,
        recheck: Arc<dyn Recheck>,
    ) -> Sender {
        Sender {
            clients: self.clients.clone(),
            recheck,
            stop,
            keys,
            outputs: Arc::default(),
        }
    }

    /// Receives messages from the queue with this URL.
    pub fn consumer(&self, region: &str, url: &str) -> Consumer {
        Consumer {
            clients: self.clients.clone(),
            region: region.to_owned(),
            url: url.to_owned(),
        }
    }

    /// Reads and writes marks in a bucket, which is in this region.
    pub fn marks(&self, region: &str, bucket: &str) -> Marks {
        Marks {
            clients: self.clients.clone(),
            region: region.to_owned(),
            bucket: bucket.to_owned(),
        }
    }

    /// Queries a database with Athena, in a work group of this region.
    pub fn queries(&self, region: &str, work_group: &str, database: &str) -> Queries {
        Queries {
            clients: self.clients.clone(),
            region: region.to_owned(),
            work_group: work_group.to_owned(),
            database: database.to_owned(),
        }
    }

    /// The endpoint that takes the place of SQS, if any; queue URLs begin with it.
    pub fn sqs_endpoint(&self) -> Option<String> {
        self.clients.endpoint("SQS")
    }
}
