//! Resources that ctadmin does not manage but that matter to the scheme: trails that record the same events, and those
//! who use its topics. What is alike in many regions is one note.

use std::collections::{BTreeMap, BTreeSet};

use super::region::RegionState;
use super::survey::Survey;
use crate::aws::read::TrailDescription;
use crate::region::global_region;
use crate::words::counted;

/// Trails of one owner that are named alike, but for their regions.
#[derive(Default)]
struct Neighbours<'a> {
    trails: BTreeMap<&'a str, &'a TrailDescription>,
    /// The walked regions that they log.
    regions: BTreeSet<&'a str>,
}

impl Neighbours<'_> {
    /// The trail by its ARN, or the trails by the pattern of their names.
    fn title(&self) -> String {
        match self.trails.values().collect::<Vec<_>>().as_slice() {
            [trail] => format!("the {} {}", sort(trail), trail.arn),
            several => {
                let (count, pattern) = (several.len(), pattern(several[0]));
                format!("{count} {}s named {pattern}", sort(several[0]))
            }
        }
    }
}

fn sort(trail: &TrailDescription) -> &'static str {
    match (trail.organization, trail.multi_region) {
        _ if trail.name.starts_with("aws-controltower") => "Control Tower trail",
        (true, _) => "organization trail",
        (false, true) => "multi-region trail",
        (false, false) => "trail",
    }
}

/// The name of a trail without its own region.
fn pattern(trail: &TrailDescription) -> String {
    trail.name.replace(&trail.home_region, "REGION")
}

/// Every trail that logs a walked region and is not the scheme's.
fn neighbours(survey: &Survey) -> Vec<Neighbours<'_>> {
    let mut groups: BTreeMap<(&str, &str, String), Neighbours<'_>> = BTreeMap::new();
    for (region, found) in survey.walked() {
        let own =
            |trail: &&TrailDescription| trail.arn == survey.scheme().trail_arn(&trail.home_region);
        for trail in found.trails.iter().filter(|trail| !own(trail)) {
            let owner = trail.arn.split(':').nth(4).unwrap_or_default();
            let group = groups.entry((owner, sort(trail), pattern(trail)));
            let group = group.or_default();
            group.trails.insert(&trail.arn, trail);
            group.regions.insert(region);
        }
    }
    groups.into_values().collect()
}

/// Regions by name, or by number where they are all that are walked.
fn place<'a>(survey: &Survey, regions: impl IntoIterator<Item = &'a str>) -> String {
    let regions: Vec<&str> = regions.into_iter().collect();
    match regions.len() {
        count if count > 1 && count >= survey.scope.account.regions.len() => {
            counted(count, "region")
        }
        _ => regions.join(", "),
    }
}

/// Every trail that is not the scheme's costs money together with it.
pub fn trails(survey: &Survey) -> Vec<String> {
    let notes = neighbours(survey).into_iter().map(|others| {
        let deliver = match others.trails.len() {
            1 => "delivers",
            _ => "deliver",
        };
        let (title, place) = (others.title(), place(survey, others.regions));
        format!(
            "{title} already {deliver} in {place}; AWS bills a further copy of management events"
        )
    });
    notes.collect()
}

/// What is no longer recorded once the scheme's trails are deleted, and which other trails are there.
pub fn logging_stops(survey: &Survey) -> Option<String> {
    let mut stopped: BTreeSet<&str> = BTreeSet::new();
    let trails = survey
        .walked()
        .filter_map(|(region, found)| Some((region, found.trail.as_ref()?)));
    for (region, trail) in trails.filter(|(_, trail)| trail.status.logging) {
        stopped.insert(region);
        if trail.description.multi_region {
            let enabled = survey.scope.account.enabled.iter();
            stopped.extend(enabled.map(|region| region.name.as_str()));
        }
    }
    if stopped.is_empty() {
        return None;
    }
    let global = match stopped.contains(global_region(&survey.scheme().partition)) {
        true => ", with those of IAM, STS and CloudFront",
        false => "",
    };
    let mut covered = BTreeSet::new();
    let mut others = Vec::new();
    let kept = survey.multi_region_trail();
    if let Some(trail) = kept.filter(|trail| !survey.scope.walks(&trail.home_region)) {
        others.push(format!("the multi-region trail {} is kept", trail.name));
        covered.clone_from(&stopped);
    }
    for neighbours in neighbours(survey) {
        let regions: BTreeSet<&str> = &neighbours.regions & &stopped;
        if !regions.is_empty() {
            covered.extend(&regions);
            let (title, place) = (neighbours.title(), place(survey, regions));
            others.push(format!("{title} in {place}"));
        }
    }
    let left: Vec<&str> = stopped.difference(&covered).copied().collect();
    let others = match (others.join("; "), left.join(", ")) {
        (others, _) if others.is_empty() => "there is no other trail".to_owned(),
        (others, left) => {
            let none = match left.as_str() {
                "" => String::new(),
                left => format!("; none in {left}"),
            };
            format!("other trails, whose logging was not checked: {others}{none}")
        }
    };
    Some(format!(
        "logging stops in {}: this stack no longer records their management events{global}; {others}",
        place(survey, stopped)
    ))
}

/// Those who are subscribed to topics that are deleted, beside the scheme's queue.
pub fn subscribers<'a>(
    survey: &Survey,
    topics: impl Iterator<Item = (&'a str, &'a RegionState)>,
) -> Vec<String> {
    let topics = topics.map(|(region, found)| {
        let others = found.topic.iter().flat_map(|topic| &topic.subscriptions);
        let is_own = |endpoint| survey.scheme().region_of_queue(endpoint).is_some();
        let others = others.filter(|found| !is_own(&found.endpoint));
        let others = others.map(|other| format!("{} {}", other.protocol, other.endpoint));
        (region, others.collect())
    });
    let words = "other subscribers, which are deleted with it";
    users(survey, topics, words)
}

/// The trails of others that publish to topics that are deleted.
pub fn publishers<'a>(
    survey: &Survey,
    topics: impl Iterator<Item = (&'a str, &'a RegionState)>,
) -> Vec<String> {
    let scheme = survey.scheme();
    let topics = topics.map(|(region, found)| {
        let (own, topic) = (scheme.trail_arn(region), scheme.topic_arn(region));
        let others = found.trails.iter().filter(|_| found.topic.is_some());
        let others = others.filter(|trail| trail.arn != own);
        let others = others.filter(|trail| trail.topic_arn.as_ref() == Some(&topic));
        (region, others.map(pattern).collect())
    });
    users(survey, topics, "other publishers")
}

/// A note on the users of topics, by region; those that several topics have are in one.
fn users<'a>(
    survey: &Survey,
    topics: impl Iterator<Item = (&'a str, Vec<String>)>,
    words: &str,
) -> Vec<String> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (region, users) in topics.filter(|(_, users)| !users.is_empty()) {
        groups.entry(users.join(", ")).or_default().push(region);
    }
    let notes = groups.into_iter().map(|(users, regions)| {
        let topics = match regions.as_slice() {
            [region] => format!("the topic {} has", survey.scheme().topic_name(region)),
            _ => format!("the topics in {} have", place(survey, regions)),
        };
        format!("{topics} {words}: {users}")
    });
    notes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::{topic::TopicState, trail::TrailState};

    const REGIONS: [&str; 4] = ["ap-south-1", "eu-west-1", "eu-west-2", "us-east-1"];

    /// An account with a stack of its own in each region, and trails of others in some.
    fn survey(others: &[&str], of: impl Fn(&str) -> TrailDescription) -> Survey {
        let mut survey = Survey::example(&REGIONS);
        let scheme = survey.scheme().clone();
        for (region, found) in &mut survey.regions {
            let own = described(&scheme.trail_name(region), region);
            let trail = found.trail.insert(TrailState::default());
            trail.description = own.clone();
            trail.status.logging = true;
            found.trails.push(own);
            let others = others.iter().filter(|other| *other == region);
            found.trails.extend(others.map(|region| of(region)));
            found.topic = Some(TopicState::default());
        }
        survey
    }

    fn described(name: &str, region: &str) -> TrailDescription {
        TrailDescription {
            name: name.to_owned(),
            arn: format!("arn:aws:cloudtrail:{region}:123456789012:trail/{name}"),
            home_region: region.to_owned(),
            ..TrailDescription::default()
        }
    }

    #[test]
    fn one_stack_of_others_is_one_note() {
        let mut survey = survey(&REGIONS, |region| {
            described(&format!("team-{region}-logs"), region)
        });
        for region in &REGIONS[1..] {
            let found = survey.regions.get_mut(*region).expect("a region");
            found.trails.push(TrailDescription {
                organization: true,
                multi_region: true,
                ..described("all", "us-east-1")
            });
        }
        insta::assert_snapshot!(trails(&survey).join("\n"), @r"
        the organization trail arn:aws:cloudtrail:us-east-1:123456789012:trail/all already delivers in eu-west-1, eu-west-2, us-east-1; AWS bills a further copy of management events
        4 trails named team-REGION-logs already deliver in 4 regions; AWS bills a further copy of management events
        ");
    }

    #[test]
    fn it_is_said_what_is_no_longer_recorded() {
        let theirs = |region: &str| described("theirs", region);
        let note = |survey: &Survey| logging_stops(survey).unwrap_or_default();
        let mut alone = survey(&[], theirs);
        insta::assert_snapshot!(note(&alone), @"logging stops in 4 regions: this stack no longer records their management events, with those of IAM, STS and CloudFront; there is no other trail");
        insta::assert_snapshot!(note(&survey(&REGIONS[..1], theirs)), @"logging stops in 4 regions: this stack no longer records their management events, with those of IAM, STS and CloudFront; other trails, whose logging was not checked: the trail arn:aws:cloudtrail:ap-south-1:123456789012:trail/theirs in ap-south-1; none in eu-west-1, eu-west-2, us-east-1");
        for found in alone.regions.values_mut() {
            found.trail = None;
        }
        assert_eq!(note(&alone), "");
    }

    #[test]
    fn those_who_use_all_topics_are_one_note() {
        let mut survey = survey(&REGIONS, |region| TrailDescription {
            topic_arn: Some(crate::stack::Scheme::example().topic_arn(region)),
            ..described(&format!("team-{region}"), region)
        });
        for topic in survey
            .regions
            .values_mut()
            .flat_map(|found| &mut found.topic)
        {
            topic.subscriptions.push(crate::aws::read::Subscription {
                protocol: "email".to_owned(),
                endpoint: "a@example.com".to_owned(),
                arn: "PendingConfirmation".to_owned(),
            });
        }
        let notes = [
            subscribers(&survey, survey.walked()),
            publishers(&survey, survey.walked()),
        ];
        insta::assert_snapshot!(notes.concat().join("\n"), @r"
        the topics in 4 regions have other subscribers, which are deleted with it: email a@example.com
        the topics in 4 regions have other publishers: team-REGION
        ");
    }
}
