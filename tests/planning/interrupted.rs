//! Properties of every stack: a run that is interrupted, or of which a step fails, is completed by the same command;
//! and a plan for an empty account is the plan that needs no credentials.

use std::collections::BTreeSet;

use ctadmin::alerts::{Catalogue, Choice};
use ctadmin::plan::{Plan, Step};
use ctadmin::stack::alerts::Wanted;
use ctadmin::stack::engine::Run;
use ctadmin::stack::{Purpose, alerts, central, trail};
use insta::assert_snapshot;

use super::alerts::{two_with, with_trail};
use super::central_opensearch::to_opensearch;
use super::central_splunk::to_splunk;
use super::member::{member, with_vpc};
use super::memory::Memory;
use super::push::push;
use super::push_lambda::by_lambda;
use super::splunk::{reader, with_trails};
use super::trail::multi_region;
use super::{Tested, account, create, created, listed, plan};

/// The steps that are carried out when one fails: all but those that wait for it, directly or not.
fn without(plan: &Plan, failed: &Step) -> Vec<Step> {
    let mut left_out = BTreeSet::from([failed.id.clone()]);
    let mut steps = plan.steps.clone();
    steps.retain(|step| {
        let waits = step.after.iter().any(|id| left_out.contains(id));
        if waits {
            left_out.insert(step.id.clone());
        }
        !left_out.contains(&step.id)
    });
    steps
}

/// Interrupts a command after each of its steps, and lets each of them fail; the same command must complete it.
fn interrupt<S: Tested>(stack: &S, purpose: Purpose, before: &Memory) {
    let whole = plan(stack, purpose, before).expect("nothing is refused");
    let mut uninterrupted = before.clone();
    uninterrupted.apply(&whole);
    let failing = whole.steps.iter().map(|step| without(&whole, step));
    let cut = (1..whole.steps.len()).map(|count| whole.steps[..count].to_vec());
    for steps in failing.chain(cut) {
        let mut memory = before.clone();
        memory.apply_steps(&steps);
        let rest = plan(stack, purpose, &memory);
        let shown = listed(&rest);
        memory.apply(&rest.unwrap_or_else(|_| panic!("refused after {steps:#?}: {shown}")));
        let left = listed(&plan(stack, purpose, &memory));
        assert_eq!(left, "", "is left to do after {shown}");
        assert_eq!(memory.names(), uninterrupted.names(), "after {shown}");
    }
}

fn interrupt_both<S: Tested>(stack: &S, before: &Memory) {
    interrupt(stack, Purpose::Create, before);
    let mut memory = before.clone();
    create(stack, &mut memory);
    interrupt(stack, Purpose::Delete, &memory);
}

#[test]
fn trails_in_both_layouts() {
    interrupt_both(&trail::Options::default(), &Memory::default());
    interrupt_both(&multi_region(), &Memory::default());
}

#[test]
fn trails_between_layouts() {
    let mut memory = Memory::default();
    create(&trail::Options::default(), &mut memory);
    let options = trail::Options {
        prune: true,
        ..multi_region()
    };
    interrupt(&options, Purpose::Create, &memory);
    create(&options, &mut memory);
    let regional = trail::Options {
        layout: Some(trail::Layout::Regional),
        ..trail::Options::default()
    };
    interrupt(&regional, Purpose::Create, &memory);
}

#[test]
fn readers_of_the_logs() {
    let options = ctadmin::stack::splunk::Options {
        billing_bucket: Some("bills".to_owned()),
        ec2: true,
        ..reader()
    };
    interrupt_both(&options, &with_trails());
}

#[test]
fn all_alerts_of_a_catalogue() {
    let mut known = Catalogue::built_in();
    known.alerts.truncate(3);
    let options = alerts::Options {
        catalogue: Wanted::new(known, Choice::default()).expect("no choice"),
        ..alerts::Options::default()
    };
    interrupt_both(&options, &with_trail());
}

#[test]
fn two_alerts_with_their_logs() {
    let options = two_with(|delivery| delivery.with_logs = true);
    interrupt_both(&options, &with_trail());
}

#[test]
fn alerts_with_their_trail() {
    let options = two_with(|delivery| delivery.with_trail = true);
    interrupt_both(&options, &Memory::default());
}

#[test]
fn deliveries_to_splunk() {
    interrupt_both(&push(), &with_trail());
    interrupt_both(&by_lambda(), &with_trail());
}

#[test]
fn central_accounts() {
    let accounts = central::Options {
        no_guardduty: false,
        ..super::central::central()
    };
    interrupt_both(&accounts, &Memory::default());
    let organization = central::OrganizationId::Known("o-a1b2c3d4e5".to_owned());
    let organization = central::Options {
        organization: Some(organization),
        members: None,
        ..accounts.clone()
    };
    interrupt_both(&organization, &Memory::default());
    let mut memory = Memory::default();
    create(&organization, &mut memory);
    interrupt(&accounts, Purpose::Create, &memory);
    interrupt_both(&to_splunk(|_| ()), &Memory::default());
    interrupt_both(&to_opensearch(|_| ()), &Memory::default());
}

#[test]
fn members_of_a_central_account() {
    interrupt_both(&member(), &with_vpc());
}

/// The plan of an account of which nothing was read.
fn offline<S: Tested>(stack: &S) -> String {
    let run = Run::new(stack.clone(), Purpose::Create);
    let planned = run.plan(&account(), &run.nothing(&account()));
    listed(&planned.map(|planned| planned.plan))
}

#[test]
fn a_plan_without_credentials_is_that_of_an_empty_account() {
    let empty = Memory::default();
    for stack in [trail::Options::default(), multi_region()] {
        assert_eq!(offline(&stack), created(&stack, &empty));
    }
    let stack = two_with(|delivery| delivery.with_trail = true);
    assert_eq!(offline(&stack), created(&stack, &empty));
    assert_snapshot!(offline(&reader()), @"
    1 CreateUser global cloudtrail-splunkapp: user is missing
    2 PutUserPolicy global cloudtrail-splunkapp: attach the inline policy [after 1]
    ");
}
