//! A session: credentials, configuration and clients, made once a run.

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
use super::{Consumer, Reader, Recheck, Sender, chain, http, profile};
use crate::error::{Cause, Error, Result};
use crate::key_file::KeyFile;

/// How to reach AWS, as the user said it.
#[derive(Clone, Debug)]
pub struct Connection {
    /// `--profile`.
    pub profile: Option<String>,
    /// `--region`, beside which no other region has to be configured.
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
    /// Prepares a session; nothing is sent yet. `region` is asked for what is the same everywhere.
    ///
    /// # Errors
    /// When the profile does not exist, or files or environment hold something unusable.
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
            // The default chain would look at the environment first; `--profile` is meant to win over it. A profile
            // without credentials leaves the word to the machine.
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

    /// Who calls.
    ///
    /// # Errors
    /// When there are no credentials, with what to do about it as far as the profile shows it, or AWS refuses them.
    pub async fn identity(&self) -> Result<Identity> {
        let error = match self.reader().identity().await {
            Ok(identity) => return Ok(identity),
            Err(error) => error,
        };
        let advice = match error.cause {
            Cause::NoCredentials => chain::advice(&self.connection).await,
            _ => Vec::new(),
        };
        let error = Error::from(error);
        Err(match advice.is_empty() {
            true => error,
            false => Error {
                hints: advice,
                ..error
            },
        })
    }

    /// Reads the account.
    pub fn reader(&self) -> Reader {
        Reader::new(self.clients.clone())
    }

    /// Changes the account. Once `stop` is true it gives up waiting for AWS to catch up. New access keys go
    /// into the file.
    pub fn sender(
        &self,
        stop: watch::Receiver<bool>,
        keys: Option<Arc<KeyFile>>,
        recheck: Arc<dyn Recheck>,
    ) -> Sender {
        Sender::new(self.clients.clone(), recheck, stop, keys)
    }

    /// Receives messages from the queue with this URL.
    pub fn consumer(&self, region: &str, url: &str) -> Consumer {
        Consumer::new(self.clients.clone(), region.to_owned(), url.to_owned())
    }

    /// The endpoint that takes the place of SQS, if any; queue URLs begin with it.
    pub fn sqs_endpoint(&self) -> Option<String> {
        self.clients.endpoint("SQS")
    }
}
