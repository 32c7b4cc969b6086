//! The accounts that a run may find: any part of the scheme, intact or not, among things of other people.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// The home region of the runs.
pub const HOME: &str = "us-west-2";
/// The regions that the runs walk; the home region is the first.
pub const REGIONS: [&str; 3] = [HOME, "us-east-1", "eu-west-1"];

/// An account.
#[derive(Clone, Debug)]
pub struct Start {
    /// The scheme's bucket.
    pub bucket: Option<Bucket>,
    /// A bucket of another name, which trails may write to.
    pub other_bucket: Bucket,
    /// The scheme's queue in the home region.
    pub queue: Option<Queue>,
    /// The scheme's topics, in the order of [`REGIONS`].
    pub topics: Vec<Option<Topic>>,
    /// The scheme's trails, in the order of [`REGIONS`].
    pub trails: Vec<Option<Trail>>,
    /// Whether the trail of the home region, if there is one, logs every region.
    pub multi_region: bool,
    /// Where there are a trail and a topic whose names only begin like those of the scheme.
    pub neighbours: Vec<&'static str>,
    /// Whether somebody has a multi-region trail.
    pub foreign_multi_region: bool,
}

/// A policy: what has become of our statements, and which of other people's stand where.
#[derive(Clone, Debug)]
pub struct Policy {
    pub ours: Ours,
    /// Indices of [`super::furnish::foreign_statements`].
    pub foreign: Vec<usize>,
    pub foreign_first: bool,
    /// Whether the text has line breaks.
    pub pretty: bool,
}

/// What has become of our statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ours {
    Intact,
    /// They mean the same in other words.
    Rewritten,
    /// They are no longer limited.
    Unlimited,
    /// The last one is missing.
    Fewer,
    Missing,
}

#[derive(Clone, Debug)]
pub struct Bucket {
    pub region: &'static str,
    pub policy: Option<Policy>,
    /// The switches against public access: none ever set, or all or half of them on.
    pub blocked: Option<bool>,
    /// Whether it has tags, versions, encryption and an object.
    pub lived_in: bool,
}

/// Where the queue's dead letters go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DeadLetters {
    Nowhere,
    /// Nowhere, though the scheme's queue for them exists.
    Unused,
    Own,
    /// To a neighbour's queue, after a number of receives of its own.
    Other,
}

#[derive(Clone, Debug)]
pub struct Queue {
    pub policy: Option<Policy>,
    pub dead_letters: DeadLetters,
    pub visibility: u32,
    pub tagged: bool,
}

#[derive(Clone, Debug)]
pub struct Topic {
    /// Without one, SNS gives the topic its own.
    pub policy: Option<Policy>,
    pub subscribed: bool,
    pub others_subscribed: bool,
    pub tagged: bool,
}

#[derive(Clone, Debug)]
pub struct Trail {
    pub logging: bool,
    pub global_events: bool,
    pub validation: bool,
    /// Whether it writes to the other bucket.
    pub other_bucket: bool,
    /// The scheme's topic, the neighbour's or none.
    pub topic: Option<bool>,
    pub key_prefix: Option<&'static str>,
    /// Whether it has a key, a log group, selectors and tags.
    pub lived_in: bool,
}

/// Any account.
pub fn any() -> impl Strategy<Value = Start> {
    (
        weighted(0.7, bucket()),
        bucket(),
        weighted(0.6, queue()),
        vec(weighted(0.7, topic()), REGIONS.len()),
        vec(weighted(0.7, trail()), REGIONS.len()),
        prop::bool::weighted(0.2),
        subsequence(REGIONS.to_vec(), 0..=REGIONS.len()),
        prop::bool::weighted(0.3),
    )
        .prop_map(
            |(
                bucket,
                other_bucket,
                queue,
                topics,
                trails,
                multi_region,
                neighbours,
                foreign_multi_region,
            )| Start {
                bucket,
                other_bucket,
                queue,
                topics,
                trails,
                multi_region,
                neighbours,
                foreign_multi_region,
            },
        )
}

fn policy() -> impl Strategy<Value = Policy> {
    let ours = prop_oneof![
        3 => Just(Ours::Intact),
        1 => Just(Ours::Rewritten),
        1 => Just(Ours::Unlimited),
        1 => Just(Ours::Fewer),
        1 => Just(Ours::Missing),
    ];
    let foreign = subsequence((0..super::furnish::FOREIGN).collect::<Vec<_>>(), 0..=3);
    let policy = (ours, foreign, prop::bool::ANY, prop::bool::ANY);
    policy.prop_map(|(ours, foreign, foreign_first, pretty)| Policy {
        ours,
        foreign,
        foreign_first,
        pretty,
    })
}

fn bucket() -> impl Strategy<Value = Bucket> {
    let region = prop_oneof![2 => Just(HOME), 1 => select(&REGIONS[1..])];
    let bucket = (
        region,
        weighted(0.8, policy()),
        weighted(0.7, prop::bool::weighted(0.7)),
        prop::bool::ANY,
    );
    bucket.prop_map(|(region, policy, blocked, lived_in)| Bucket {
        region,
        policy,
        blocked,
        lived_in,
    })
}

fn queue() -> impl Strategy<Value = Queue> {
    use DeadLetters::{Nowhere, Other, Own, Unused};
    let queue = (
        weighted(0.8, policy()),
        select(&[Nowhere, Unused, Own, Other][..]),
        select(&[30, 300][..]),
        prop::bool::ANY,
    );
    queue.prop_map(|(policy, dead_letters, visibility, tagged)| Queue {
        policy,
        dead_letters,
        visibility,
        tagged,
    })
}

fn topic() -> impl Strategy<Value = Topic> {
    let topic = (
        weighted(0.8, policy()),
        prop::bool::weighted(0.7),
        prop::bool::ANY,
        prop::bool::ANY,
    );
    topic.prop_map(|(policy, subscribed, others_subscribed, tagged)| Topic {
        policy,
        subscribed,
        others_subscribed,
        tagged,
    })
}

fn trail() -> impl Strategy<Value = Trail> {
    (
        prop::bool::weighted(0.7),
        prop::bool::ANY,
        prop::bool::weighted(0.7),
        prop::bool::weighted(0.3),
        weighted(0.8, prop::bool::weighted(0.8)),
        weighted(0.2, select(&["audit", "a/b"][..])),
        prop::bool::weighted(0.3),
    )
        .prop_map(
            |(logging, global_events, validation, other_bucket, topic, key_prefix, lived_in)| {
                Trail {
                    logging,
                    global_events,
                    validation,
                    other_bucket,
                    topic,
                    key_prefix,
                    lived_in,
                }
            },
        )
}
