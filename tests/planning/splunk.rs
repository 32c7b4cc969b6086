//! The Splunk stack: users and roles, and what each drift of them needs.

use ctadmin::policy::Policy;
use ctadmin::resource::principal::PrincipalState;
use ctadmin::stack::splunk::{Identity, Options, READER, Trust};
use ctadmin::stack::trail;
use insta::assert_snapshot;

use super::memory::Memory;
use super::{create, created, deleted, policy_of_others, tag};

/// The user that reads the logs.
pub fn reader() -> Options {
    Options::of(Identity::User(READER.to_owned()))
}

fn role(trusted: Option<&str>) -> Options {
    let trust = trusted.map(|account| Trust {
        account: account.to_owned(),
        external_id: None,
    });
    let name = "splunk".to_owned();
    Options::of(Identity::Role { name, trust })
}

/// The trail stack.
pub fn with_trails() -> Memory {
    let mut memory = Memory::default();
    create(&trail::Options::default(), &mut memory);
    memory
}

fn with(options: &Options) -> Memory {
    let mut memory = with_trails();
    create(options, &mut memory);
    memory
}

/// The steps that fix what a change leaves of a created stack.
fn fixed(options: &Options, change: impl FnOnce(&mut Memory)) -> String {
    let mut memory = with(options);
    change(&mut memory);
    create(options, &mut memory)
}

#[test]
fn a_reader_is_created_with_its_policy() {
    assert_snapshot!(create(&reader(), &mut with_trails()), @"
    1 CreateUser global cloudtrail-splunkapp: user is missing
    2 PutUserPolicy global cloudtrail-splunkapp: attach the inline policy [after 1]
    ");
}

#[test]
fn without_a_queue_there_is_nothing_to_read() {
    assert_snapshot!(created(&reader(), &Memory::default()), @"
    the queue lab-cloudtrail is missing
    `ctadmin create` creates it
    ");
}

#[test]
fn users_of_options_are_created_beside_the_reader() {
    let options = Options {
        billing_bucket: Some("bills".to_owned()),
        ec2: true,
        tags: vec![tag("team", "audit")],
        ..reader()
    };
    assert_snapshot!(create(&options, &mut with_trails()), @"
    1 CreateUser global cloudtrail-splunkapp: user is missing
    2 PutUserPolicy global cloudtrail-splunkapp: attach the inline policy [after 1]
    3 CreateUser global billing-splunkapp: user is missing
    4 PutUserPolicy global billing-splunkapp: attach the inline policy [after 3]
    5 CreateUser global ec2-splunkapp: user is missing
    6 PutUserPolicy global ec2-splunkapp: attach the inline policy [after 5]
    ");
}

#[test]
fn an_option_not_given_leaves_a_user_as_it_is() {
    let options = Options {
        billing_bucket: Some("bills".to_owned()),
        ..reader()
    };
    let mut memory = with(&options);
    memory.user("billing-splunkapp").policy = None;
    assert_eq!(created(&reader(), &memory), "");
}

#[test]
fn another_billing_bucket_is_drift() {
    let mut memory = with(&Options {
        billing_bucket: Some("bills".to_owned()),
        ..reader()
    });
    let other = Options {
        billing_bucket: Some("invoices".to_owned()),
        ..reader()
    };
    assert_snapshot!(create(&other, &mut memory), @"1 PutUserPolicy global billing-splunkapp: inline policy differs from what it should be");
}

#[test]
fn a_missing_policy_is_attached() {
    let missing = |memory: &mut Memory| memory.user(READER).policy = None;
    assert_snapshot!(fixed(&reader(), missing), @"1 PutUserPolicy global cloudtrail-splunkapp: inline policy is missing");
}

#[test]
fn a_policy_that_differs_is_replaced() {
    let widened = |memory: &mut Memory| memory.user(READER).policy = Some(policy_of_others(9));
    assert_snapshot!(fixed(&reader(), widened), @"1 PutUserPolicy global cloudtrail-splunkapp: inline policy differs from what it should be");
}

#[test]
fn a_key_prefix_of_a_trail_widens_the_policy() {
    let prefixed = |memory: &mut Memory| {
        memory.trail("us-east-1").description.key_prefix = Some("east".to_owned());
    };
    assert_snapshot!(fixed(&reader(), prefixed), @"1 PutUserPolicy global cloudtrail-splunkapp: inline policy differs from what it should be");
}

#[test]
fn a_key_of_a_trail_widens_the_policy() {
    let key = "arn:aws:kms:us-west-2:123456789012:key/1234";
    let encrypted = |memory: &mut Memory| {
        memory.trail("us-west-2").description.kms_key_id = Some(key.to_owned());
    };
    assert_snapshot!(fixed(&reader(), encrypted), @"1 PutUserPolicy global cloudtrail-splunkapp: inline policy differs from what it should be");
}

#[test]
fn missing_tags_are_added_to_a_user_and_a_role() {
    let tags = vec![tag("team", "audit")];
    let mut memory = with(&reader());
    let tagged = Options {
        tags: tags.clone(),
        ..reader()
    };
    assert_snapshot!(create(&tagged, &mut memory), @"1 TagUser global cloudtrail-splunkapp: tags are missing");
    let mut memory = with(&role(Some("111122223333")));
    let tagged = Options { tags, ..role(None) };
    assert_snapshot!(create(&tagged, &mut memory), @"1 TagRole global splunk: tags are missing");
}

#[test]
fn a_deleted_user_is_created_again() {
    let gone = |memory: &mut Memory| drop(memory.users.remove(READER));
    assert_snapshot!(fixed(&reader(), gone), @"
    1 CreateUser global cloudtrail-splunkapp: user is missing
    2 PutUserPolicy global cloudtrail-splunkapp: attach the inline policy [after 1]
    ");
}

#[test]
fn a_role_is_created_with_its_trust() {
    let options = role(Some("111122223333"));
    assert_snapshot!(create(&options, &mut with_trails()), @"
    1 CreateRole global splunk: role is missing
    2 PutRolePolicy global splunk: attach the inline policy [after 1]
    ");
}

#[test]
fn a_new_role_must_be_trusted_to_somebody() {
    assert_snapshot!(created(&role(None), &with_trails()), @"
    the role splunk is missing, and no option says who may assume it
    give --trust ACCOUNT
    ");
}

#[test]
fn a_role_trusts_whom_an_option_names() {
    let mut memory = with(&role(Some("111122223333")));
    assert_eq!(created(&role(None), &memory), "");
    assert_snapshot!(create(&role(Some("444455556666")), &mut memory), @"1 UpdateAssumeRolePolicy global splunk: trust policy does not allow 444455556666");
}

#[test]
fn a_trust_policy_that_names_a_deleted_principal_is_refused() {
    let options = role(Some("111122223333"));
    let mut memory = with(&options);
    let text = r#"{"Statement": [{"Sid": "Theirs", "Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": "AIDA1234567890EXAMPLE"}}]}"#;
    memory.role("splunk").trust = Policy::parse(text).ok();
    assert_snapshot!(created(&options, &memory), @"
    the policy of the role splunk names principals that were deleted: AIDA1234567890EXAMPLE (statement Theirs)
    AWS rejects a policy that names one: remove these statements, or replace the principals in them
    `aws iam get-role --role-name splunk --query Role.AssumeRolePolicyDocument` reads the policy
    ");
}

#[test]
fn inline_policies_of_others_count_towards_the_limit() {
    let mut memory = with_trails();
    let beside = PrincipalState {
        inline_beside: 1_900,
        ..PrincipalState::default()
    };
    memory.users.insert(READER.to_owned(), beside);
    assert_snapshot!(created(&reader(), &memory), @"
    the inline policies of cloudtrail-splunkapp would have 2816 characters; the limit is 2048, and policies of others have 1900
    replace the others by managed policies, or name another user or role
    ");
}

#[test]
fn a_policy_of_a_user_that_would_be_too_long_is_refused() {
    let options = Options {
        billing_bucket: Some("b".repeat(1_900)),
        ..reader()
    };
    assert_snapshot!(created(&options, &with_trails()), @"
    the policy of billing-splunkapp would have 4045 characters; the limit is 2048
    use shorter names for queue and bucket
    ");
}

#[test]
fn deleting_takes_the_policy_before_the_user() {
    let mut memory = with(&Options {
        ec2: true,
        ..reader()
    });
    assert_snapshot!(deleted(&reader(), &mut memory), @"
    1 DeleteUserPolicy global cloudtrail-splunkapp
    2 DeleteUser global cloudtrail-splunkapp [after 1]
    3 DeleteUserPolicy global ec2-splunkapp
    4 DeleteUser global ec2-splunkapp [after 3]
    ");
    assert!(memory.users.is_empty());
}

#[test]
fn deleting_takes_the_policy_before_the_role() {
    let mut memory = with(&role(Some("111122223333")));
    assert_snapshot!(deleted(&role(None), &mut memory), @"
    1 DeleteRolePolicy global splunk
    2 DeleteRole global splunk [after 1]
    ");
    assert!(memory.roles.is_empty());
}

#[test]
fn a_user_of_others_gets_the_policy_and_loses_only_that() {
    let mut memory = with_trails();
    memory
        .users
        .insert(READER.to_owned(), PrincipalState::default());
    assert_snapshot!(create(&reader(), &mut memory), @"1 PutUserPolicy global cloudtrail-splunkapp: inline policy is missing");
    assert_snapshot!(deleted(&reader(), &mut memory), @"
    1 DeleteUserPolicy global cloudtrail-splunkapp
    (the user cloudtrail-splunkapp is kept, without the inline policy lab-cloudtrail: this scheme did not create it)
    ");
    assert_eq!(memory.users.len(), 1);
}

#[test]
fn a_user_that_others_added_to_is_kept() {
    let mut memory = with(&reader());
    memory.user(READER).others.push("group auditors".to_owned());
    assert_snapshot!(deleted(&reader(), &mut memory), @"
    1 DeleteUserPolicy global cloudtrail-splunkapp
    (the user cloudtrail-splunkapp is kept, without the inline policy lab-cloudtrail: others added group auditors)
    ");
    assert_eq!(memory.users.len(), 1);
}

#[test]
fn a_role_that_others_may_assume_is_kept() {
    let mut memory = with(&role(Some("111122223333")));
    memory.role("splunk").trust = Some(policy_of_others(9));
    assert_snapshot!(deleted(&role(None), &mut memory), @"
    1 DeleteRolePolicy global splunk
    (the role splunk is kept, without the inline policy lab-cloudtrail: others added the trust statement TheirsOnly)
    ");
    assert_eq!(memory.roles.len(), 1);
}
