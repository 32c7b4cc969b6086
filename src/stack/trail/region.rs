//! What one region holds of the trail stack.

use crate::aws::Reader;
use crate::aws::read::TrailDescription;
use crate::error::CallError;
use crate::resource::{queue, topic, trail};
use crate::stack::Scheme;

/// What one region holds.
#[derive(Clone, Debug, Default)]
pub struct RegionFound {
    /// Every trail that logs the region, shadows included.
    pub trails: Vec<TrailDescription>,
    /// The scheme's own trail.
    pub trail: Option<trail::Found>,
    /// The scheme's topic.
    pub topic: Option<topic::Found>,
    /// The scheme's queue.
    pub queue: Option<queue::Found>,
    /// The scheme's dead letter queue.
    pub dead_letters: Option<queue::Found>,
}

/// A look at one region, each part of which may have failed.
#[derive(Clone, Debug)]
pub struct RegionLook {
    /// Every trail that logs the region, and the scheme's own.
    pub trails: Result<(Vec<TrailDescription>, Option<trail::Found>), CallError>,
    /// The scheme's topic.
    pub topic: Result<Option<topic::Found>, CallError>,
    /// The scheme's queue.
    pub queue: Result<Option<queue::Found>, CallError>,
    /// The scheme's dead letter queue.
    pub dead_letters: Result<Option<queue::Found>, CallError>,
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
        let (topic, queue) = (scheme.topic_arn(region), scheme.queue_url(region));
        let dead_letters = scheme.dead_letter_queue_url(region);
        let (trails, topic, queue, dead_letters) = tokio::join!(
            trail::read(reader, region, &name, &arn, details),
            topic::read(reader, region, &topic, details.tags),
            queue::read(reader, region, &queue, details.tags),
            queue::read(reader, region, &dead_letters, details.tags),
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
    pub fn found(self) -> Result<RegionFound, CallError> {
        let (trails, trail) = self.trails?;
        Ok(RegionFound {
            trails,
            trail,
            topic: self.topic?,
            queue: self.queue?,
            dead_letters: self.dead_letters?,
        })
    }

    /// As much of it as could be read.
    pub fn known(&self) -> RegionFound {
        let part = |look: &Result<Option<queue::Found>, CallError>| look.clone().ok().flatten();
        let (trails, trail) = self.trails.clone().unwrap_or_default();
        RegionFound {
            trails,
            trail,
            topic: self.topic.clone().ok().flatten(),
            queue: part(&self.queue),
            dead_letters: part(&self.dead_letters),
        }
    }
}
