//! Where the options and the name of the stack may be given.

use super::OFFLINE;
use crate::support::Ctadmin;

#[test]
fn options_stand_before_or_after_the_verb() {
    let after = Ctadmin::alone(&format!("{OFFLINE} -o json"))
        .exits(0)
        .stdout;
    let before = OFFLINE.replacen("create", "-o json -r us-west-2 create", 1);
    let before = before.replace("--region us-west-2", "");
    assert_eq!(Ctadmin::alone(&before).exits(0).stdout, after);
}

#[test]
fn the_stack_stands_anywhere_among_the_options() {
    let plan = |arguments: &str| {
        let options = "--offline --account-id 123456789012 -r us-west-2 -o json";
        let ran = Ctadmin::alone(&arguments.replace("OFFLINE", options));
        ran.exits(0).json()
    };
    for [first, others @ ..] in [
        [
            "create alerts OFFLINE --multi-region --email a@example.com",
            "create --multi-region OFFLINE --email a@example.com alerts",
            "-o json -r us-west-2 create --email=a@example.com alerts --multi-region --offline --account-id 123456789012",
            "create OFFLINE --multi-region --email a@example.com -- alerts",
        ],
        [
            "create splunk OFFLINE -n --user splunk --prefix splunk",
            "create -n OFFLINE --prefix splunk splunk --user splunk",
            "-q create --user splunk OFFLINE --prefix splunk splunk",
            "create -nq --user splunk --prefix splunk splunk OFFLINE",
        ],
        [
            "create OFFLINE --no-dlq",
            "create trail OFFLINE --no-dlq",
            "create --no-dlq OFFLINE trail",
            "create --no-dlq trail OFFLINE",
        ],
    ] {
        let first = plan(first);
        for other in others {
            assert_eq!(plan(other), first, "{other}");
        }
    }
}

#[test]
fn an_option_of_another_stack_is_named_with_the_stack_that_has_it() {
    for (wrong, why, hint) in [
        (
            "create -n --email a@example.com",
            "--email is not an option of the stack trail",
            "`ctadmin create alerts`, `ctadmin create central`",
        ),
        (
            "create --prune -n splunk",
            "--prune is not an option of the stack splunk",
            "`ctadmin create trail`",
        ),
        (
            "show --role=r alerts",
            "--role is not an option of the stack alerts",
            "`ctadmin show splunk`",
        ),
        (
            "create splunk --kms-key-id k",
            "--kms-key-id is not an option of the stack splunk",
            "`ctadmin create trail`, `ctadmin create alerts`, `ctadmin create push`, `ctadmin create member`, `ctadmin create athena`",
        ),
    ] {
        let ran = Ctadmin::alone(wrong).exits(2);
        ran.says(&format!("error: {why}"))
            .says(&format!("hint: it is an option of {hint}\n"));
        assert_eq!(ran.stdout, "");
    }
    Ctadmin::alone("create -n alert")
        .exits(2)
        .says("'alert'")
        .says("trail, splunk, alerts, push");
    Ctadmin::alone("create alerts splunk -n").exits(2);
}
