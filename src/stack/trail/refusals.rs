//! What `create` refuses after looking at the account, before anything is changed.

use super::Layout;
use super::survey::Survey;
use super::wish::Wish;
use crate::call::{Call, s3::S3, sqs::Sqs};
use crate::error::{Error, Result};
use crate::plan::Step;
use crate::resource::{bucket, queue};
use crate::stack::Scheme;

/// CloudTrail's limit on trails in a region, shadows included, which cannot be raised.
const TRAILS_PER_REGION: usize = 5;

/// Refuses what makes the wish impossible.
pub fn before_reading_steps(scheme: &Scheme, survey: &Survey, wish: &Wish) -> Result<()> {
    if wish.bucket.is_some() {
        check_bucket(survey)?;
    }
    check_home_is_walked(survey, wish)?;
    check_room(scheme, survey, wish)
}

fn check_bucket(survey: &Survey) -> Result<()> {
    match &survey.bucket {
        Some((_, Err(error))) => Err(error.clone().into()),
        Some((name, Ok(bucket::Found::Forbidden))) => {
            let message = format!(
                "the bucket {name} answers 403: it belongs to another account, or the caller lacks s3:ListBucket"
            );
            Err(Error::failed(message)
                .hint("if it is a central logging bucket, give --bucket-owner ACCOUNT; it is then not touched")
                .hint("otherwise choose another name with --bucket"))
        }
        _ => Ok(()),
    }
}

fn check_home_is_walked(survey: &Survey, wish: &Wish) -> Result<()> {
    let walked = |home: &String| {
        survey
            .scope
            .regions
            .iter()
            .any(|region| region.name == *home)
    };
    match (&wish.layout, &wish.home) {
        (Layout::MultiRegion, Some(home)) if !walked(home) => {
            let message = format!(
                "the multi-region trail belongs to the home region {home}, which is left out"
            );
            Err(Error::failed(message).hint(format!("add {home} to --regions")))
        }
        _ => Ok(()),
    }
}

/// A new trail needs room in its region, a new multi-region trail in every region.
fn check_room(scheme: &Scheme, survey: &Survey, wish: &Wish) -> Result<()> {
    let mut full = Vec::new();
    for (region, found) in &survey.regions {
        let own = found.trails.iter().any(|trail| match wish.layout {
            Layout::Regional => trail.arn == scheme.trail_arn(region),
            Layout::MultiRegion => wish
                .home
                .as_ref()
                .is_some_and(|home| trail.arn == scheme.trail_arn(home)),
        });
        let adds = match wish.layout {
            Layout::Regional => wish.regions.contains_key(region),
            Layout::MultiRegion => true,
        };
        if adds && !own && found.trails.len() >= TRAILS_PER_REGION {
            let names: Vec<&str> = found
                .trails
                .iter()
                .map(|trail| trail.name.as_str())
                .collect();
            full.push(format!("{region} ({})", names.join(", ")));
        }
    }
    if full.is_empty() {
        return Ok(());
    }
    let message = format!(
        "no room for another trail, {TRAILS_PER_REGION} are the limit: {}",
        full.join("; ")
    );
    let error = Error::failed(message)
        .hint("delete a trail there; shadows of multi-region trails count too");
    Err(match wish.layout {
        Layout::Regional => error.hint("or leave the region out with --exclude-regions"),
        Layout::MultiRegion => error.hint("a multi-region trail needs room in every region"),
    })
}

/// Refuses policies that AWS would not take.
pub fn of_steps(steps: &[Step]) -> Result<()> {
    for step in steps {
        let (policy, limit) = match &step.call {
            Call::S3(S3::PutBucketPolicy(call)) => (Some(&call.policy), bucket::POLICY_LIMIT),
            Call::Sqs(Sqs::SetQueueAttributes(call)) => {
                (call.attributes.get("Policy"), queue::POLICY_LIMIT)
            }
            _ => continue,
        };
        let size = policy.map_or(0, String::len);
        if size > limit {
            let (kind, name) = (step.kind, &step.name);
            let message = format!(
                "the policy of the {kind} {name} would have {size} bytes; {limit} are the limit"
            );
            return Err(Error::failed(message).hint("remove statements that are no longer needed"));
        }
    }
    Ok(())
}
