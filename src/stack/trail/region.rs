//! The resources of the trail stack in one region.

use super::desired::{dead_letter_queue_in, queue_in};
use crate::aws::Reader;
use crate::aws::read::TrailDescription;
use crate::call::Tag;
use crate::error::CallError;
use crate::resource::Resource;
use crate::resource::queue::{Queue, QueueState};
use crate::resource::topic::{Topic, TopicState};
use crate::resource::trail::{self, TrailState};
use crate::stack::Scheme;

/// What one region holds.
#[derive(Clone, Debug, Default)]
pub struct RegionState {
    /// Every trail that logs the region, shadows included.
    pub trails: Vec<TrailDescription>,
    /// The scheme's own trail.
    pub trail: Option<TrailState>,
    /// The scheme's topic.
    pub topic: Option<TopicState>,
    /// The scheme's queue.
    pub queue: Option<QueueState>,
    /// The scheme's dead-letter queue.
    pub dead_letters: Option<QueueState>,
}

/// The reads of one region, each of which may have failed.
#[derive(Clone, Debug)]
pub struct RegionLook {
    /// Every trail that logs the region, and the scheme's own.
    pub trails: Result<(Vec<TrailDescription>, Option<TrailState>), CallError>,
    /// The scheme's topic.
    pub topic: Result<Option<TopicState>, CallError>,
    /// The scheme's queue.
    pub queue: Result<Option<QueueState>, CallError>,
    /// The scheme's dead-letter queue.
    pub dead_letters: Result<Option<QueueState>, CallError>,
}

impl RegionLook {
    /// Looks at everything at once.
    pub async fn read(
        reader: &Reader,
        scheme: &Scheme,
        region: &str,
        details: trail::Details,
    ) -> Self {
        let (name, arn) = (scheme.trail_name(region), scheme.trail_arn(region));
        // With one tag wanted, tags are read.
        let tags = match details.tags {
            true => vec![Tag::default()],
            false => Vec::new(),
        };
        let topic = Topic {
            tags: tags.clone(),
            ..Topic::of(scheme.topic_name(region), scheme.topic_arn(region), region)
        };
        let queue = Queue {
            tags: tags.clone(),
            ..queue_in(scheme, region)
        };
        let dead_letters = Queue {
            tags,
            ..dead_letter_queue_in(scheme, region)
        };
        let (trails, topic, queue, dead_letters) = tokio::join!(
            trail::read(reader, region, &name, &arn, details),
            topic.read(reader),
            queue.read(reader),
            dead_letters.read(reader),
        );
        Self {
            trails,
            topic,
            queue,
            dead_letters,
        }
    }

    /// What was found.
    ///
    /// # Errors
    /// When any part could not be read; the same one in every run.
    pub fn found(self) -> Result<RegionState, CallError> {
        let (trails, trail) = self.trails?;
        Ok(RegionState {
            trails,
            trail,
            topic: self.topic?,
            queue: self.queue?,
            dead_letters: self.dead_letters?,
        })
    }

    /// As much of it as could be read.
    pub fn known(&self) -> RegionState {
        let look = self.clone();
        let (trails, trail) = look.trails.unwrap_or_default();
        RegionState {
            trails,
            trail,
            topic: look.topic.unwrap_or_default(),
            queue: look.queue.unwrap_or_default(),
            dead_letters: look.dead_letters.unwrap_or_default(),
        }
    }
}
