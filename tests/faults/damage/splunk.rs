//! What becomes of the readers of the Splunk stack.

use serde_json::{Value, json};

use super::{Choice, Damage, Parts, also_trusting, another, gone, theirs};

const USERS: [&str; 3] = ["cloudtrail-splunkapp", "billing-splunkapp", "ec2-splunkapp"];
const POLICY: &str = "ACCOUNT-cloudtrail";
const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

/// The users.
pub fn users(_: &Value) -> Parts {
    Parts {
        damages: USERS.map(|user| (user, damages("User", user))).into(),
        choices: USERS.iter().flat_map(|user| user_choices(user)).collect(),
    }
}

/// The role.
pub fn role(whole: &Value) -> Parts {
    let role = "reader";
    let trust = &whole["iam"]["roles"][role]["trust"];
    let untrusting = trust.to_string().replace("210987654321", "111111111111");
    let update = |document: String| json!({"RoleName": role, "PolicyDocument": document});
    let mut damages = damages("Role", role);
    damages.push(Damage {
        calls: vec![("iam", "UpdateAssumeRolePolicy", update(untrusting))],
        // Written in one piece, with what others let in.
        all: true,
    });
    let mut choices = choices("Role", role);
    let also = update(also_trusting(trust));
    choices.push((role, vec![("iam", "UpdateAssumeRolePolicy", also)]));
    Parts {
        damages: vec![(role, damages)],
        choices,
    }
}

fn damages(kind: &str, name: &'static str) -> Vec<Damage> {
    let [delete_policy, put_policy, delete] = match kind {
        "User" => ["DeleteUserPolicy", "PutUserPolicy", "DeleteUser"],
        _ => ["DeleteRolePolicy", "PutRolePolicy", "DeleteRole"],
    };
    let key = format!("{kind}Name");
    let policy = json!({&key: name, "PolicyName": POLICY});
    let mut wider = policy.clone();
    wider["PolicyDocument"] = theirs("s3:*").into();
    vec![
        gone([
            ("iam", delete_policy, policy.clone()),
            ("iam", delete, json!({&key: name})),
        ]),
        another("iam", delete_policy, policy),
        another("iam", put_policy, wider),
    ]
}

fn user_choices(user: &'static str) -> Vec<Choice> {
    let group = json!({"GroupName": format!("people-of-{user}")});
    let mut member = group.clone();
    member["UserName"] = user.into();
    let joins = vec![
        ("iam", "CreateGroup", group),
        ("iam", "AddUserToGroup", member),
    ];
    let key = vec![("iam", "CreateAccessKey", json!({"UserName": user}))];
    let mut all = choices("User", user);
    all.extend([(user, joins), (user, key)]);
    all
}

fn choices(kind: &str, name: &'static str) -> Vec<Choice> {
    let [attach, put_policy, tag] = match kind {
        "User" => ["AttachUserPolicy", "PutUserPolicy", "TagUser"],
        _ => ["AttachRolePolicy", "PutRolePolicy", "TagRole"],
    };
    let key = format!("{kind}Name");
    let attached = json!({&key: name, "PolicyArn": READ_ONLY});
    let inline = json!({&key: name, "PolicyName": "theirs", "PolicyDocument": theirs("ec2:*")});
    let tagged = json!({&key: name, "Tags": [{"Key": "team", "Value": "security"}]});
    [(attach, attached), (put_policy, inline), (tag, tagged)]
        .map(|(operation, params)| (name, vec![("iam", operation, params)]))
        .into()
}
