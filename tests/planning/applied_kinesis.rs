//! What calls of Kinesis, and those about destinations of CloudWatch Logs, do to the account in memory.

use ctadmin::aws::read::{DataStream, Destination};
use ctadmin::call::kinesis::Kinesis;
use ctadmin::call::logs::Logs;
use ctadmin::resource::data_stream::DataStreamState;

use super::applied::policy;
use super::memory::{Memory, Place};

impl Memory {
    pub(super) fn apply_kinesis(&mut self, call: &Kinesis, at: Place) {
        if let Kinesis::CreateStream(call) = call {
            let mode = call.stream_mode_details.clone().unwrap_or_default();
            let description = DataStream {
                status: "ACTIVE".to_owned(),
                mode: mode.stream_mode,
                shards: call.shard_count.unwrap_or(4),
                retention_hours: 24,
                key: None,
            };
            let tags = call.tags.clone();
            let state = DataStreamState { description, tags };
            let old = self.data_streams.insert(at, state);
            assert!(old.is_none(), "the name is in use");
            return;
        }
        let state = self.data_streams.get_mut(&at).expect("the stream exists");
        let stream = &mut state.description;
        match call {
            Kinesis::CreateStream(_) => {}
            Kinesis::IncreaseStreamRetentionPeriod(call) => {
                assert!(call.retention_period_hours > stream.retention_hours);
                stream.retention_hours = call.retention_period_hours;
            }
            Kinesis::DecreaseStreamRetentionPeriod(call) => {
                assert!(call.retention_period_hours < stream.retention_hours);
                stream.retention_hours = call.retention_period_hours;
            }
            Kinesis::StartStreamEncryption(call) => stream.key = Some(call.key_id.clone()),
            Kinesis::UpdateStreamMode(call) => {
                stream
                    .mode
                    .clone_from(&call.stream_mode_details.stream_mode);
            }
            Kinesis::UpdateShardCount(call) => stream.shards = call.target_shard_count,
            Kinesis::AddTagsToStream(call) => state.tags.extend(call.tags.clone()),
            Kinesis::DeleteStream(_) => drop(self.data_streams.remove(&at)),
        }
    }

    pub(super) fn apply_destination(&mut self, call: &Logs, at: &Place) {
        match call {
            Logs::PutDestination(call) => {
                let stream = call.target_arn.rsplit('/').next().unwrap_or_default();
                let mut streams = self.data_streams.keys();
                assert!(
                    streams.any(|(_, name)| name == stream),
                    "{stream} is missing"
                );
                let destination = self.destinations.entry(at.clone()).or_default();
                destination.description = Destination {
                    target_arn: call.target_arn.clone(),
                    role_arn: call.role_arn.clone(),
                    policy: None,
                };
            }
            Logs::PutDestinationPolicy(call) => {
                let destination = self.destinations.get_mut(at).expect("it exists");
                destination.policy = policy(&call.access_policy);
            }
            Logs::DeleteDestination(_) => drop(self.destinations.remove(at)),
            call => panic!("{call:?} is about no destination"),
        }
    }
}
