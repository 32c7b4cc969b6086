//! Waiting: reads a resource that a step changed until it can be used.

use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::Reader;
use crate::aws::error::Request;
use crate::aws::request::Outputs;
use crate::call::Read;
use crate::error::{CallError, CallResult};
use crate::plan::Ready;
use crate::plan::apply::Progress;
use crate::plan::ready::{PAUSE, State, span};

/// The first pause; each is twice as long as the one before, up to [`PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// How waiting ended.
#[derive(Debug)]
pub enum Waited {
    /// The thing is ready.
    Ready,
    /// `stop` became true before.
    Stopped,
    /// It will not be ready.
    Failed(CallError),
}

impl Reader {
    /// Reads a resource until it is ready or will never be.
    ///
    /// # Errors
    /// When it cannot be read, or takes too long.
    pub async fn wait(
        &self,
        region: &str,
        resource: &str,
        ready: &Ready,
        progress: &dyn Fn(Progress),
        mut stop: watch::Receiver<bool>,
    ) -> CallResult<Waited> {
        let request = Request {
            service: ready.read.service(),
            operation: ready.read.operation(),
            region,
            resource,
        };
        let begun = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let answer = self.outputs(&request, &ready.read).await?;
            let (limit, state) = match ready.judge(&answer) {
                State::Ready(words) => {
                    progress(Progress::Ready(words));
                    return Ok(Waited::Ready);
                }
                State::Failed(code, why) => {
                    return Ok(Waited::Failed(request.refused(&code, &why)));
                }
                State::Pending(words) => {
                    progress(Progress::Pending(words.clone()));
                    (ready.within, words)
                }
                State::Hidden => (ready.shown_within, "AWS does not show it yet".to_owned()),
            };
            if begun.elapsed() + pause > limit {
                let limit = span(limit);
                return Err(request.refused("NotReady", &format!("after {limit}: {state}")));
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                _ = stop.wait_for(|stop| *stop) => return Ok(Waited::Stopped),
            }
            pause = (pause * 2).min(PAUSE);
        }
    }

    async fn outputs(&self, request: &Request<'_>, read: &Read) -> CallResult<Outputs> {
        match read.clone() {
            Read::CloudControlRead(read) => cloudcontrol::send(&self.clients, request, read).await,
            Read::FirehoseRead(read) => firehose::send(&self.clients, request, read).await,
            Read::KinesisRead(read) => kinesis::send(&self.clients, request, read).await,
            Read::LambdaRead(read) => lambda::send(&self.clients, request, read).await,
            Read::OpenSearchRead(read) => opensearch::send(&self.clients, request, read).await,
            Read::SqsRead(read) => sqs::send(&self.clients, request, read).await,
        }
    }
}

mod cloudcontrol {
    use crate::aws::request::send;
    use crate::call::cloudcontrol::*;

    cloudcontrol_read!(send);
}

mod firehose {
    use crate::aws::request::send;
    use crate::call::firehose::*;

    firehose_read!(send);
}

mod kinesis {
    use crate::aws::request::send;
    use crate::call::kinesis::*;

    kinesis_read!(send);
}

mod lambda {
    use crate::aws::request::send;
    use crate::call::lambda::*;

    lambda_read!(send);
}

mod opensearch {
    use crate::aws::request::send;
    use crate::call::opensearch::*;

    opensearch_read!(send);
}

mod sqs {
    use crate::aws::request::send;
    use crate::call::sqs::*;

    sqs_read!(send);
}
