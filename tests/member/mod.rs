//! `ctadmin create|show|delete member`: an account that sends its logs to a central one.

mod doctor;
mod options;

use serde_json::json;

use crate::allowed::bound;
use crate::central::{HOME, OTHER, in_two_regions, lines};
use crate::script::snapshot;
use crate::support::scenario::{carried_out, planned, shown};
use crate::support::{self, Account, AwsCli, Ctadmin, twins};

/// A central account, and so many members of it.
fn accounts<const N: usize>() -> (Account, [Account; N]) {
    let central = support::account();
    in_two_regions(&central);
    let members = central.siblings::<N>();
    members.iter().for_each(with_vpcs);
    admit(&central, &members.each_ref());
    (central, members)
}

fn with_vpcs(account: &Account) {
    in_two_regions(account);
    account.settings(json!({ "vpcs": { HOME: ["vpc-1"], OTHER: ["vpc-2", "vpc-3"] } }));
}

fn admit(central: &Account, members: &[&Account]) {
    let ids: Vec<&str> = members.iter().map(|member| member.id()).collect();
    let create = format!("create central --members {} --region {HOME}", ids.join(","));
    Ctadmin::on(central, &format!("{create} --yes")).exits(0);
}

fn create(central: &Account) -> String {
    format!("create member --central {} --region {HOME}", central.id())
}

#[test]
fn what_members_log_arrives_in_the_central_account() {
    let (central, members) = accounts::<2>();
    for member in &members {
        carried_out(member, &create(&central));
        let picture = shown(member, "show member");
        assert_eq!(picture["home_region"], HOME);
        let (trail, flow) = (
            format!("{}-cloudtrail", member.id()),
            format!("{}-vpc-flow", member.id()),
        );
        member.put_events(HOME, &trail, &["an event"]);
        member.put_events(HOME, &flow, &["2 ACCEPT OK"]);
        member.put_events(OTHER, &flow, &["2 REJECT OK"]);
    }
    let lines = lines(&central);
    for member in &members {
        let own = lines.iter().filter(|line| line["owner"] == member.id());
        let data = own.filter(|line| line["messageType"] == "DATA_MESSAGE");
        let events = data.flat_map(|line| line["logEvents"].as_array().expect("events"));
        let mut messages: Vec<&str> = events.filter_map(|it| it["message"].as_str()).collect();
        messages.sort_unstable();
        assert_eq!(messages, ["2 ACCEPT OK", "2 REJECT OK", "an event"]);
    }
}

#[test]
fn it_can_be_created_before_the_central_account_knows_it() {
    let (central, [member, other]) = accounts::<2>();
    admit(&central, &[&other]);
    let create = format!("{} --yes", create(&central));
    let refused = Ctadmin::on(&member, &create).exits(1);
    refused.says("in the central account, `ctadmin create central` must admit this account");
    admit(&central, &[&other, &member]);
    Ctadmin::on(&member, &create).exits(0);
    assert_eq!(
        planned(&member, &self::create(&central))["steps"],
        json!([])
    );
}

#[test]
fn deletion_leaves_the_trail() {
    let (central, [member]) = accounts::<1>();
    let trail = format!(
        "create --multi-region --region {HOME} -b {id}-central-trails --bucket-owner {id} --yes",
        id = central.id()
    );
    Ctadmin::on(&member, &trail).exits(0);
    let before = member.snapshot();
    carried_out(&member, &create(&central));
    carried_out(&member, "delete member --with-logs");
    assert_eq!(member.snapshot(), before);
    Ctadmin::on(&member, "delete --yes").exits(0);
}

#[test]
fn the_policies_are_enough() {
    let (central, [member]) = accounts::<1>();
    let policy = format!("create member --central {}", central.id());
    let create = format!("{} --tag a=b --yes", create(&central));
    bound(&member, &policy, "maker", &create).exits(0);
    let change = format!(
        "{} --traffic reject --tag c=d --yes",
        self::create(&central)
    );
    bound(&member, &policy, "changer", &change).exits(0);
    bound(&member, "show member", "viewer", "show member").exits(0);
    let delete = "delete member --with-logs --yes";
    bound(&member, "delete member", "deleter", delete).exits(0);
}

#[test]
fn the_script_does_what_the_tool_does() {
    let cli = AwsCli::version_1();
    let (by_tool, by_script) = twins();
    for member in [&by_tool, &by_script] {
        with_vpcs(member);
        let central = member.sibling();
        in_two_regions(&central);
        admit(&central, &[member]);
    }
    let create = create(&by_tool.sibling());
    for arguments in [create.as_str(), "delete member --with-logs"] {
        Ctadmin::on(&by_tool, &format!("{arguments} --yes")).exits(0);
        let script = cli.script(&by_script, arguments);
        cli.run(&by_script, &script);
        assert_eq!(snapshot(&by_script), snapshot(&by_tool), "{arguments}");
    }
}
