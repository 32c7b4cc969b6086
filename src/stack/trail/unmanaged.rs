//! Resources that ctadmin does not manage but that matter to the scheme: trails that record the same events, and those
//! who use its topics. What is alike in many regions is one note.

use std::collections::{BTreeMap, BTreeSet};

use super::region::RegionState;
use super::survey::Survey;
use crate::aws::read::TrailDescription;
use crate::region::global_region;
use crate::stack::Scheme;
use crate::words::counted;

/// Trails of one owner that are named alike, but for their regions.
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
fn neighbours<'a>(scheme: &Scheme, survey: &'a Survey) -> Vec<Neighbours<'a>> {
    let mut groups: BTreeMap<(&str, &str, String), Neighbours<'a>> = BTreeMap::new();
    for (region, found) in &survey.regions {
        let trails = found.trails.iter().filter(|_| survey.scope.walks(region));
        for trail in trails.filter(|trail| trail.arn != scheme.trail_arn(&trail.home_region)) {
            let owner = trail.arn.split(':').nth(4).unwrap_or_default();
            let group = groups
                .entry((owner, sort(trail), pattern(trail)))
                .or_insert_with(|| Neighbours {
                    trails: BTreeMap::new(),
                    regions: BTreeSet::new(),
                });
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
        count if count > 1 && count >= survey.scope.regions.len() => counted(count, "region"),
        _ => regions.join(", "),
    }
}

/// Every trail that is not the scheme's costs money together with it.
pub fn trails(scheme: &Scheme, survey: &Survey) -> Vec<String> {
    let notes = neighbours(scheme, survey).into_iter().map(|others| {
        let deliver = match others.trails.len() {
            1 => "delivers",
            _ => "deliver",
        };
        format!(
            "{} already {deliver} in {}; AWS bills a further copy of management events",
            others.title(),
            place(survey, others.regions.iter().copied())
        )
    });
    notes.collect()
}

/// What is no longer recorded once the scheme's trails are deleted, and which other trails are there.
pub fn logging_stops(scheme: &Scheme, survey: &Survey) -> Option<String> {
    let mut stopped: BTreeSet<&str> = BTreeSet::new();
    for region in &survey.scope.regions {
        let found = survey.regions.get(&region.name);
        let trail = found.and_then(|found| found.trail.as_ref());
        if let Some(trail) = trail.filter(|trail| trail.status.logging) {
            stopped.insert(&region.name);
            if trail.description.multi_region {
                let enabled = survey.scope.enabled.iter();
                stopped.extend(enabled.map(|region| region.name.as_str()));
            }
        }
    }
    if stopped.is_empty() {
        return None;
    }
    let global = match stopped.contains(global_region(&scheme.partition)) {
        true => ", with those of IAM, STS and CloudFront",
        false => "",
    };
    let kept = survey
        .multi_region_trail(scheme)
        .filter(|trail| !survey.scope.walks(&trail.home_region));
    let kept = kept.map(|trail| format!("the multi-region trail {} is kept", trail.name));
    let mut covered = match kept {
        Some(_) => stopped.clone(),
        None => BTreeSet::new(),
    };
    let mut others = Vec::from_iter(kept);
    for neighbours in neighbours(scheme, survey) {
        let regions: Vec<&str> = neighbours.regions.intersection(&stopped).copied().collect();
        if !regions.is_empty() {
            others.push(format!(
                "{} in {}",
                neighbours.title(),
                place(survey, regions.iter().copied())
            ));
            covered.extend(regions);
        }
    }
    let left: Vec<&str> = stopped.difference(&covered).copied().collect();
    let others = match (others.as_slice(), left.as_slice()) {
        ([], _) => "there is no other trail".to_owned(),
        (others, []) => format!(
            "other trails, whose logging was not checked: {}",
            others.join("; ")
        ),
        (others, left) => format!(
            "other trails, whose logging was not checked: {}; none in {}",
            others.join("; "),
            left.join(", ")
        ),
    };
    Some(format!(
        "logging stops in {}: this stack no longer records their management events{global}; {others}",
        place(survey, stopped)
    ))
}

/// Those who are subscribed to topics that are deleted, beside the scheme's queue.
pub fn subscribers<'a>(
    scheme: &Scheme,
    survey: &Survey,
    topics: impl IntoIterator<Item = (&'a str, &'a RegionState)>,
) -> Vec<String> {
    let topics = topics.into_iter().map(|(region, found)| {
        let others = found.topic.iter().flat_map(|topic| &topic.subscriptions);
        let others = others.filter(|found| scheme.region_of_queue(&found.endpoint).is_none());
        let others = others.map(|other| format!("{} {}", other.protocol, other.endpoint));
        (region, others.collect::<Vec<_>>().join(", "))
    });
    let groups = by_what(topics).into_iter();
    let notes = groups.map(|(others, regions)| {
        let topics = topics_in(scheme, survey, &regions);
        format!("{topics} other subscribers, which are deleted with it: {others}")
    });
    notes.collect()
}

/// The trails of others that publish to topics that are deleted.
pub fn publishers<'a>(
    scheme: &Scheme,
    survey: &Survey,
    topics: impl IntoIterator<Item = (&'a str, &'a RegionState)>,
) -> Vec<String> {
    let topics = topics.into_iter().map(|(region, found)| {
        let topic = scheme.topic_arn(region);
        let others = found.trails.iter().filter(|_| found.topic.is_some());
        let others = others.filter(|trail| trail.arn != scheme.trail_arn(region));
        let others = others.filter(|trail| trail.topic_arn.as_deref() == Some(&topic));
        (region, others.map(pattern).collect::<Vec<_>>().join(", "))
    });
    let groups = by_what(topics).into_iter();
    let notes = groups.map(|(others, regions)| {
        let topics = topics_in(scheme, survey, &regions);
        format!("{topics} other publishers: {others}")
    });
    notes.collect()
}

fn topics_in(scheme: &Scheme, survey: &Survey, regions: &[&str]) -> String {
    match regions {
        [region] => format!("the topic {} has", scheme.topic_name(region)),
        several => format!(
            "the topics in {} have",
            place(survey, several.iter().copied())
        ),
    }
}

/// The regions that have the same of something, by what they have; without those that have nothing.
fn by_what<'a>(regions: impl Iterator<Item = (&'a str, String)>) -> BTreeMap<String, Vec<&'a str>> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (region, what) in regions.filter(|(_, what)| !what.is_empty()) {
        groups.entry(what).or_default().push(region);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::Region;
    use crate::resource::{topic, trail};
    use crate::stack::Account;
    use crate::stack::trail::survey::{BucketScope, Scope};

    const REGIONS: [&str; 4] = ["ap-south-1", "eu-west-1", "eu-west-2", "us-east-1"];

    fn scheme() -> Scheme {
        Scheme {
            account: "123456789012".to_owned(),
            partition: "aws".to_owned(),
            prefix: "lab".to_owned(),
            queue: "lab-cloudtrail".to_owned(),
            sqs_endpoint: None,
        }
    }

    /// An account with a stack of its own in each region.
    fn survey() -> Survey {
        let scheme = scheme();
        let regions: Vec<Region> = REGIONS.map(Region::named).to_vec();
        let account = Account {
            scheme: scheme.clone(),
            enabled: regions.clone(),
            regions,
            except: Vec::new(),
            configured_region: None,
        };
        let mut survey = Survey::of_empty_account(Scope::new(&account, BucketScope::Nothing));
        for (region, found) in &mut survey.regions {
            let own = described(&scheme.trail_name(region), region);
            let mut trail = trail::TrailState {
                description: own.clone(),
                ..trail::TrailState::default()
            };
            trail.status.logging = true;
            found.trails.push(own);
            found.trail = Some(trail);
            found.topic = Some(topic::TopicState::default());
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

    fn with(mut survey: Survey, regions: &[&str], of: impl Fn(&str) -> TrailDescription) -> Survey {
        for region in regions {
            let found = survey.regions.get_mut(*region).expect("a region");
            found.trails.push(of(region));
        }
        survey
    }

    #[test]
    fn one_stack_of_others_is_one_note() {
        let survey = with(survey(), &REGIONS, |region| {
            described(&format!("team-{region}-logs"), region)
        });
        let organization = TrailDescription {
            organization: true,
            multi_region: true,
            ..described("all", "us-east-1")
        };
        let survey = with(survey, &REGIONS[1..], |_| organization.clone());
        insta::assert_snapshot!(trails(&scheme(), &survey).join("\n"), @r"
        the organization trail arn:aws:cloudtrail:us-east-1:123456789012:trail/all already delivers in eu-west-1, eu-west-2, us-east-1; AWS bills a further copy of management events
        4 trails named team-REGION-logs already deliver in 4 regions; AWS bills a further copy of management events
        ");
    }

    #[test]
    fn it_is_said_what_is_no_longer_recorded() {
        let note = |survey: &Survey| logging_stops(&scheme(), survey).unwrap_or_default();
        let mut alone = survey();
        assert_eq!(
            note(&alone),
            "logging stops in 4 regions: this stack no longer records their management events, with those of IAM, STS and CloudFront; there is no other trail"
        );
        let others = with(survey(), &REGIONS[..1], |region| {
            described("theirs", region)
        });
        assert_eq!(
            note(&others).split_once("; ").map(|(_, others)| others),
            Some(
                "other trails, whose logging was not checked: the trail arn:aws:cloudtrail:ap-south-1:123456789012:trail/theirs in ap-south-1; none in eu-west-1, eu-west-2, us-east-1"
            )
        );
        for found in alone.regions.values_mut() {
            found.trail = None;
        }
        assert_eq!(note(&alone), "");
    }

    #[test]
    fn those_who_use_all_topics_are_one_note() {
        let mut survey = with(survey(), &REGIONS, |region| TrailDescription {
            topic_arn: Some(scheme().topic_arn(region)),
            ..described(&format!("team-{region}"), region)
        });
        for found in survey.regions.values_mut() {
            let other = crate::aws::read::Subscription {
                protocol: "email".to_owned(),
                endpoint: "a@example.com".to_owned(),
                arn: "PendingConfirmation".to_owned(),
            };
            let topic = found.topic.iter_mut();
            topic.for_each(|topic| topic.subscriptions.push(other.clone()));
        }
        let regions = || {
            let regions = survey.regions.iter();
            regions.map(|(region, found)| (region.as_str(), found))
        };
        let notes = [
            subscribers(&scheme(), &survey, regions()),
            publishers(&scheme(), &survey, regions()),
        ];
        insta::assert_snapshot!(notes.concat().join("\n"), @r"
        the topics in 4 regions have other subscribers, which are deleted with it: email a@example.com
        the topics in 4 regions have other publishers: team-REGION
        ");
    }
}
