//! One client per service and region, created when it is first needed, all on one HTTP client; and the limit on
//! requests in flight, which every request passes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_config::retry::RetryConfig;
use aws_config::{Region, SdkConfig};
use aws_sdk_sts::error::SdkError;
use aws_types::service_config::ServiceConfigKey;
use futures::future::BoxFuture;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::error::{Request, ServiceError};
use crate::error::CallResult;
use crate::region::{lists_regions, partition_of};

/// How often the first requests of a run are sent: a wrong endpoint or a missing network should show soon.
const FIRST_ATTEMPTS: u32 = 3;

/// The clients of a session.
#[derive(Debug)]
pub(super) struct Clients {
    config: SdkConfig,
    in_flight: Semaphore,
    athena: PerRegion<aws_sdk_athena::Client>,
    cloudcontrol: PerRegion<aws_sdk_cloudcontrol::Client>,
    cloudtrail: PerRegion<aws_sdk_cloudtrail::Client>,
    cloudwatch: PerRegion<aws_sdk_cloudwatch::Client>,
    events: PerRegion<aws_sdk_eventbridge::Client>,
    firehose: PerRegion<aws_sdk_firehose::Client>,
    glue: PerRegion<aws_sdk_glue::Client>,
    guardduty: PerRegion<aws_sdk_guardduty::Client>,
    iam: PerRegion<aws_sdk_iam::Client>,
    kinesis: PerRegion<aws_sdk_kinesis::Client>,
    lambda: PerRegion<aws_sdk_lambda::Client>,
    logs: PerRegion<aws_sdk_cloudwatchlogs::Client>,
    opensearch: PerRegion<aws_sdk_opensearch::Client>,
    s3: PerRegion<aws_sdk_s3::Client>,
    secrets: PerRegion<aws_sdk_secretsmanager::Client>,
    sns: PerRegion<aws_sdk_sns::Client>,
    sqs: PerRegion<aws_sdk_sqs::Client>,
}

impl Clients {
    pub(super) fn new(config: SdkConfig, jobs: usize) -> Self {
        Self {
            config,
            in_flight: Semaphore::new(jobs),
            athena: PerRegion::default(),
            cloudcontrol: PerRegion::default(),
            cloudtrail: PerRegion::default(),
            cloudwatch: PerRegion::default(),
            events: PerRegion::default(),
            firehose: PerRegion::default(),
            glue: PerRegion::default(),
            guardduty: PerRegion::default(),
            iam: PerRegion::default(),
            kinesis: PerRegion::default(),
            lambda: PerRegion::default(),
            logs: PerRegion::default(),
            opensearch: PerRegion::default(),
            s3: PerRegion::default(),
            secrets: PerRegion::default(),
            sns: PerRegion::default(),
            sqs: PerRegion::default(),
        }
    }

    /// Sends a request as soon as few enough are in flight.
    pub(super) fn send<'a, T: 'a, E: ServiceError>(
        &'a self,
        request: Request<'a>,
        sending: impl Future<Output = Result<T, SdkError<E>>> + Send + 'a,
    ) -> impl Future<Output = CallResult<T>> {
        let answer = self.answer(request, sending);
        async move { answer.await.map_err(|error| request.failed(error)) }
    }

    /// The same, with the SDK's error.
    ///
    /// The future is boxed, because those of the SDK are large and deeply nested.
    pub(super) fn answer<'a, T: 'a, E: ServiceError>(
        &'a self,
        request: Request<'a>,
        sending: impl Future<Output = Result<T, SdkError<E>>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, SdkError<E>>> {
        Box::pin(async move {
            let _permit = self.permit(&request).await;
            sending.await
        })
    }

    /// Waits until few enough requests are in flight; this one is, as long as the permit is held.
    pub(super) async fn permit(&self, request: &Request<'_>) -> SemaphorePermit<'_> {
        let permit = self.in_flight.acquire().await;
        let Request {
            service,
            operation,
            region,
            resource,
        } = request;
        tracing::debug!("{service} {operation} {resource} in {region}");
        permit.expect("the semaphore is never closed")
    }

    pub(super) fn sts(&self) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::new(&self.with_attempts(FIRST_ATTEMPTS))
    }

    pub(super) fn account(&self) -> aws_sdk_account::Client {
        // Where the partition is not known to have this endpoint, there is nothing to wait for.
        let attempts = match lists_regions(partition_of(self.region())) {
            true => FIRST_ATTEMPTS,
            false => 1,
        };
        aws_sdk_account::Client::new(&self.with_attempts(attempts))
    }

    pub(super) fn organizations(&self) -> aws_sdk_organizations::Client {
        aws_sdk_organizations::Client::new(&self.config)
    }

    fn with_attempts(&self, attempts: u32) -> SdkConfig {
        let retries = RetryConfig::standard().with_max_attempts(attempts);
        self.config.to_builder().retry_config(retries).build()
    }

    pub(super) fn athena(&self, region: &str) -> aws_sdk_athena::Client {
        self.athena
            .get(&self.config, region, aws_sdk_athena::Client::new)
    }

    pub(super) fn cloudcontrol(&self, region: &str) -> aws_sdk_cloudcontrol::Client {
        self.cloudcontrol
            .get(&self.config, region, aws_sdk_cloudcontrol::Client::new)
    }

    pub(super) fn cloudtrail(&self, region: &str) -> aws_sdk_cloudtrail::Client {
        self.cloudtrail
            .get(&self.config, region, aws_sdk_cloudtrail::Client::new)
    }

    pub(super) fn cloudwatch(&self, region: &str) -> aws_sdk_cloudwatch::Client {
        self.cloudwatch
            .get(&self.config, region, aws_sdk_cloudwatch::Client::new)
    }

    pub(super) fn logs(&self, region: &str) -> aws_sdk_cloudwatchlogs::Client {
        self.logs
            .get(&self.config, region, aws_sdk_cloudwatchlogs::Client::new)
    }

    pub(super) fn events(&self, region: &str) -> aws_sdk_eventbridge::Client {
        self.events
            .get(&self.config, region, aws_sdk_eventbridge::Client::new)
    }

    pub(super) fn firehose(&self, region: &str) -> aws_sdk_firehose::Client {
        self.firehose
            .get(&self.config, region, aws_sdk_firehose::Client::new)
    }

    pub(super) fn glue(&self, region: &str) -> aws_sdk_glue::Client {
        self.glue
            .get(&self.config, region, aws_sdk_glue::Client::new)
    }

    pub(super) fn guardduty(&self, region: &str) -> aws_sdk_guardduty::Client {
        self.guardduty
            .get(&self.config, region, aws_sdk_guardduty::Client::new)
    }

    pub(super) fn iam(&self, region: &str) -> aws_sdk_iam::Client {
        self.iam.get(&self.config, region, aws_sdk_iam::Client::new)
    }

    pub(super) fn kinesis(&self, region: &str) -> aws_sdk_kinesis::Client {
        self.kinesis
            .get(&self.config, region, aws_sdk_kinesis::Client::new)
    }

    pub(super) fn lambda(&self, region: &str) -> aws_sdk_lambda::Client {
        self.lambda
            .get(&self.config, region, aws_sdk_lambda::Client::new)
    }

    pub(super) fn opensearch(&self, region: &str) -> aws_sdk_opensearch::Client {
        self.opensearch
            .get(&self.config, region, aws_sdk_opensearch::Client::new)
    }

    pub(super) fn s3(&self, region: &str) -> aws_sdk_s3::Client {
        // A host in place of S3 seldom answers to `<bucket>.<host>`.
        let path_style = self.endpoint("S3").is_some();
        self.s3.get(&self.config, region, |config| {
            let config = aws_sdk_s3::config::Builder::from(config).force_path_style(path_style);
            aws_sdk_s3::Client::from_conf(config.build())
        })
    }

    pub(super) fn secrets(&self, region: &str) -> aws_sdk_secretsmanager::Client {
        self.secrets
            .get(&self.config, region, aws_sdk_secretsmanager::Client::new)
    }

    pub(super) fn sns(&self, region: &str) -> aws_sdk_sns::Client {
        self.sns.get(&self.config, region, aws_sdk_sns::Client::new)
    }

    pub(super) fn sqs(&self, region: &str) -> aws_sdk_sqs::Client {
        self.sqs.get(&self.config, region, aws_sdk_sqs::Client::new)
    }

    /// The region that was configured.
    pub(super) fn region(&self) -> &str {
        self.config.region().map_or("", Region::as_ref)
    }

    /// The endpoint that takes a service's place: `--endpoint-url`, else the service's own setting in environment
    /// and profile, else the general one.
    pub(super) fn endpoint(&self, service: &str) -> Option<String> {
        let general = self.config.endpoint_url().map(str::to_owned);
        if self.config.get_origin("endpoint_url").is_client_config() {
            return general;
        }
        let key = ServiceConfigKey::builder()
            .service_id(service)
            .env("AWS_ENDPOINT_URL")
            .profile("endpoint_url")
            .build();
        let own = match (self.config.service_config(), key) {
            (Some(settings), Ok(key)) => settings.load_config(key),
            _ => None,
        };
        own.or(general)
    }
}

#[derive(Debug)]
struct PerRegion<C>(Mutex<HashMap<String, C>>);

impl<C> Default for PerRegion<C> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<C: Clone> PerRegion<C> {
    /// The client of a region, created from the configuration when it is first needed.
    fn get(&self, config: &SdkConfig, region: &str, new: impl FnOnce(&SdkConfig) -> C) -> C {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let client = clients.entry(region.to_owned()).or_insert_with(|| {
            let config = config.to_builder().region(Region::new(region.to_owned()));
            new(&config.build())
        });
        client.clone()
    }
}
