//! Log streams of CloudWatch Logs, for services that write to one but do not create it.

use super::log_group::{self, LogGroup};
use super::{Change, Id, Resource};
use crate::aws::Reader;
use crate::call::Kind;
use crate::call::logs::{CreateLogStream, Logs};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::error::CallError;

/// Log streams. They are deleted with their group.
pub static KIND: Kind = Kind {
    reads: &["DescribeLogStreams"],
    changes: &["CreateLogStream"],
    passing: log_group::PASSING,
    settled: &[Rule::of(
        &["CreateLogStream"],
        &["ResourceAlreadyExistsException"],
        Proof::Done,
    )],
    ..Kind::new("log-stream", "logs")
};

/// A log stream.
#[derive(Clone, Debug)]
pub struct LogStream {
    /// `<group>/<stream>`.
    pub name: String,
    /// The group.
    pub group: String,
    /// The stream's name in its group.
    pub stream: String,
    /// The group's ARN, without `:*`.
    pub group_arn: String,
    /// The group's region.
    pub region: String,
}

impl LogStream {
    /// The stream of this name in a group.
    pub fn of(group: &LogGroup, stream: &str) -> Self {
        Self {
            name: format!("{}/{stream}", group.name),
            group: group.name.clone(),
            stream: stream.to_owned(),
            group_arn: group.arn.clone(),
            region: group.region.clone(),
        }
    }
}

impl Resource for LogStream {
    type Observed = ();

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.group_arn.clone(), format!("{}:*", self.group_arn)]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<()>, CallError> {
        let streams = reader.log_streams(&self.region, &self.group, &self.stream);
        let exists = streams.await?.contains(&self.stream);
        Ok(exists.then_some(()))
    }

    fn changes(&self, observed: Option<&()>) -> Vec<Change> {
        if observed.is_some() {
            return Vec::new();
        }
        let call = Logs::CreateLogStream(CreateLogStream {
            log_group_name: self.group.clone(),
            log_stream_name: self.stream.clone(),
        });
        vec![Change::new(call, "log stream is missing")]
    }
}
