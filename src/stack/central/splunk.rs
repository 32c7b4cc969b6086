//! Delivery to Splunk: a second delivery stream that reads the data stream, with the function of the push stack.
//!
//! The function writes for the collector's Event endpoint, because each event needs the time, the source and the source
//! type of its own log group. It never writes back into the data stream, from which every delivery stream would read the
//! record again: what does not fit into its response goes to the archive bucket as failed, from where it can be replayed.

use std::collections::BTreeMap;

use serde_json::json;

use super::context::{Context, is_name};
use crate::error::{Error, Result};
use crate::policy::Statement;
use crate::resource::delivery_stream::{
    DeliveryStream, DeliveryStreamState, LATEST, LOG_STREAMS, Token, Tuning,
};
use crate::resource::log_group::LogGroup;
use crate::resource::log_stream::LogStream;
use crate::resource::principal::Principal;
use crate::resource::secret::Secret;
use crate::stack::function::{Function, function_arn, log_group_name, role};
use crate::stack::graph::{At, Graph, Intent, Node};
use crate::stack::log_delivery::{firehose_log_group, firehose_writes, service_role};
use crate::stack::push::function::{ENDPOINT_TYPE, program};
use crate::stack::push::notes::of_token;
use crate::stack::push::resources::{invokes, reads_token};
use crate::stack::{Purpose, Scheme};

/// What is asked of the delivery to Splunk.
#[derive(Clone, Debug, Default)]
pub struct ToSplunk {
    /// The collector, `https://<host>:<port>`.
    pub endpoint: Option<String>,
    /// The collector's token.
    pub token: Option<Token>,
    /// How the stream delivers.
    pub tuning: Tuning,
    /// How many invocations are reserved for the function, when an option states it.
    pub concurrency: Option<i32>,
}

/// The type of the collector's endpoint.
const EVENT: &str = "Event";

/// The source type of findings, by which the Splunk Add-on for AWS knows them.
const FINDINGS: &str = "aws:cloudwatch:guardduty";

/// The name of the delivery stream to Splunk.
fn splunk_name(scheme: &Scheme) -> String {
    format!("{}-to-splunk", scheme.central())
}

/// The role that Firehose works as, by its name alone, to be read.
pub(super) fn firehose_role(scheme: &Scheme) -> Principal {
    let name = format!("{}-firehose", splunk_name(scheme));
    let trust = ("FirehoseDelivers", "firehose.amazonaws.com");
    service_role(scheme, name, trust, Vec::new())
}

impl<'a> Context<'a> {
    /// The name of the delivery stream to Splunk.
    pub fn splunk_name(&self) -> String {
        splunk_name(self.scheme)
    }

    /// That delivery stream as it exists.
    pub fn splunk_state(&self) -> Option<&'a DeliveryStreamState> {
        self.observed.of(&self.splunk_stream())
    }

    /// Whether the stack delivers to Splunk: an option says so, or it does already. What a run that failed has left is
    /// shown, too.
    pub fn has_splunk(&self) -> bool {
        let found = self.splunk_state();
        let exists = found.is_some_and(|found| found.description.status != "DELETING");
        let role = firehose_role(self.scheme);
        let is_shown = self.purpose == Purpose::Show && self.observed.of(&role).is_some();
        self.options.splunk.is_some() || exists || is_shown
    }

    fn asked(&self) -> ToSplunk {
        self.options.splunk.clone().unwrap_or_default()
    }

    /// The delivery stream to Splunk.
    pub fn splunk_stream(&self) -> DeliveryStream {
        let name = self.splunk_name();
        let asked = self.asked();
        let function = function_arn(self.scheme, &self.home, &self.splunk_function_name());
        DeliveryStream {
            arn: self.arn("firehose", &format!("deliverystream/{name}")),
            log_group: firehose_log_group(&name),
            region: self.home.clone(),
            source_arn: Some(self.stream().arn),
            endpoint: asked.endpoint,
            endpoint_type: EVENT.to_owned(),
            function_arn: Some(format!("{function}{LATEST}")),
            token: asked.token,
            tuning: asked.tuning,
            role_arn: self.splunk_role(Vec::new()).arn,
            bucket_arn: self.archive().arn,
            replace: self.options.replace,
            tags: self.options.tags.clone(),
            name,
        }
    }

    fn splunk_log_group(&self) -> LogGroup {
        self.log_group_of(firehose_log_group(&self.splunk_name()))
    }

    /// The role that Firehose works as, with what AWS's page lists.
    ///
    /// <https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-splunk>
    fn splunk_firehose_role(&self) -> Principal {
        let function = function_arn(self.scheme, &self.home, &self.splunk_function_name());
        let (bucket, group) = (self.archive().arn, self.splunk_log_group().arn);
        let mut statements = vec![self.reads_stream()];
        statements.extend(firehose_writes("WriteBackup", bucket, &group));
        statements.push(invokes(&function));
        statements.extend(self.secret().map(reads_token));
        self.splunk_role(statements)
    }

    fn splunk_role(&self, statements: Vec<Statement>) -> Principal {
        self.with(firehose_role(self.scheme), statements)
    }

    /// ARN of the secret that holds the token: the one given, else the one in use.
    fn secret(&self) -> Option<String> {
        match self.asked().token {
            Some(Token::Secret(arn)) => Some(arn),
            Some(Token::Given(..)) => None,
            None => {
                let found = self.splunk_state()?.description.splunk.as_ref();
                found?.secret.clone()
            }
        }
    }

    /// The secret that an option names, if it is one of this account: of another account's, a caller seldom may know.
    fn named_secret(&self) -> Option<Secret> {
        let Some(Token::Secret(arn)) = self.asked().token else {
            return None;
        };
        let secret = Some(Secret::of(&arn));
        secret.filter(|secret| secret.account() == self.scheme.account)
    }

    /// The name of the function, the longest of all.
    fn splunk_function_name(&self) -> String {
        format!("{}-transform", self.splunk_name())
    }

    /// The function that unpacks the records.
    fn splunk_function(&self) -> Function {
        let name = self.splunk_function_name();
        let log_group = self.log_group_of(log_group_name(&name));
        let role = role(
            self.scheme,
            &name,
            "LambdaTransforms",
            &log_group,
            Vec::new(),
        );
        let rules = json!({ "/aws/events/*": { "sourcetype": FINDINGS } });
        let variables = [
            (ENDPOINT_TYPE, EVENT.to_owned()),
            ("HEC_RULES", rules.to_string()),
            ("REINGEST", "off".to_owned()),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value));
        let function = |variables| {
            let program = program(variables, self.asked().concurrency);
            Function::new(self.scheme, program, role.clone(), log_group.clone())
        };
        // Variables of others stay, also where it is created again.
        let found = self.observed.of(&function(BTreeMap::new()).function);
        let found = found.map(|found| found.variables.clone());
        function(
            found
                .unwrap_or_default()
                .into_iter()
                .chain(variables)
                .collect(),
        )
    }

    /// Adds what delivers to Splunk, given the data stream and the archive; when it is deleted, before `last`. Returns the
    /// delivery stream, if it is kept.
    pub fn fill_splunk(
        &self,
        graph: &mut Graph,
        intent: Intent,
        [stream, archive]: [At; 2],
        last: Option<At>,
    ) -> Option<At> {
        if !is_name(&self.splunk_function_name()) {
            return None;
        }
        let (role, delivery) = (self.splunk_firehose_role(), self.splunk_stream());
        let is_wanted = self.purpose == Purpose::Delete || self.has_splunk();
        // Once the role is found, all else is read together, so that it need not be after the delivery stream is found.
        if !is_wanted && self.observed.of(&role).is_none() {
            graph.add(Node::read(role));
            graph.add(Node::read(delivery));
            return None;
        }
        let intent = match is_wanted {
            true => intent,
            false => Intent::Read,
        };
        if let Some(secret) = self.named_secret() {
            graph.add(Node::read(secret));
        }
        let group = graph.add(Node::new(self.splunk_log_group(), intent));
        let logs = LOG_STREAMS.map(|name| LogStream::of(&self.splunk_log_group(), name));
        let logs = logs.map(|log| graph.add(Node::new(log, intent).needs([group])));
        let role = graph.add(Node::new(role, intent).needs(last));
        let function = self.splunk_function();
        let function = match self.purpose {
            Purpose::Delete => function.delete(graph, last),
            Purpose::Create | Purpose::Show => {
                let is_locked = function.is_locked(self.purpose, self.observed);
                function.keep(graph, intent, is_locked)
            }
        };
        let delivery = match self.is_left_behind(&delivery) {
            true => delivery.replacing(self.splunk_state()),
            false => delivery,
        };
        let delivery = self.reader(delivery, intent);
        Some(
            graph.add(
                delivery
                    .needs(logs)
                    .needs([archive, role, function, stream]),
            ),
        )
    }

    /// Checks what the options name.
    ///
    /// # Errors
    /// When Firehose could not use it.
    pub fn check_splunk(&self) -> Result<()> {
        let Some(Token::Secret(arn)) = self.asked().token else {
            return Ok(());
        };
        let region = arn.split(':').nth(3).unwrap_or_default();
        if region != self.home {
            let home = &self.home;
            let message =
                format!("the secret is in {region}, but the delivery stream is in {home}");
            return Err(Error::failed(message).hint(format!("name a secret in {home}")));
        }
        let named = self.named_secret();
        let named = named.filter(|secret| self.observed.has_read(secret));
        named.map_or(Ok(()), |secret| {
            secret.check(self.observed.of(&secret).copied())
        })
    }

    /// What the user should know of the token before agreeing to a plan.
    pub fn notes_of_splunk(&self) -> Vec<String> {
        let asked = self.asked();
        let secret = self.named_secret();
        let secret = secret.and_then(|secret| self.observed.of(&secret));
        of_token(asked.token.as_ref(), secret)
    }

    /// Where the stack delivers to, in words.
    pub fn summary_of_splunk(&self) -> Option<String> {
        let found = self.splunk_state();
        let found = found.and_then(|found| found.description.splunk.as_ref());
        let found = found.map(|splunk| splunk.endpoint.clone());
        let endpoint = self.asked().endpoint.or(found)?;
        Some(format!("{} to {endpoint}", self.splunk_name()))
    }
}
