//! The list of drift: what differs, each sentence once for all resources of a box that it is about.

use super::kinds::noun;
use super::model::{Drawn, Group};
use crate::words::counted;

/// Drift that some resources of a box share.
#[derive(Clone, Debug)]
pub struct Item {
    /// By number.
    pub resources: Vec<usize>,
    pub drift: Vec<String>,
    /// Which resources these are.
    pub subject: String,
}

/// The items, numbered from 1 in the picture.
pub fn items(drawn: &Drawn, groups: &[Group]) -> Vec<Item> {
    let mut items = Vec::new();
    for group in groups {
        let mut own: Vec<Item> = Vec::new();
        for at in group.members.iter().copied() {
            let drift = &drawn.resources[at].drift;
            match own.iter_mut().find(|item| item.drift == *drift) {
                _ if drift.is_empty() => {}
                Some(item) => item.resources.push(at),
                None => own.push(Item {
                    resources: vec![at],
                    drift: drift.clone(),
                    subject: String::new(),
                }),
            }
        }
        items.extend(own.into_iter().map(|item| Item {
            subject: subject(drawn, group, &item.resources),
            ..item
        }));
    }
    items
}

fn subject(drawn: &Drawn, group: &Group, resources: &[usize]) -> String {
    let names = resources.iter().map(|at| {
        let resource = &drawn.resources[*at];
        match (group.name.is_empty(), resource.region.as_str()) {
            (true, "") => resource.name.clone(),
            (true, region) if resources.len() == 1 => format!("{} in {region}", resource.name),
            (true, _) => resource.name.clone(),
            (false, region) => region.to_owned(),
        }
    });
    let names = names.collect::<Vec<_>>().join(", ");
    let noun = noun(&group.kind);
    match (group.name.is_empty(), resources.len()) {
        (true, 1) => format!("{noun} {names}"),
        (true, count) => format!("{}: {names}", counted(count, noun)),
        (false, 1) => format!("{noun} {} in {names}", group.name),
        (false, count) => format!("{} {} in {names}", counted(count, noun), group.name),
    }
}
