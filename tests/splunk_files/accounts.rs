//! `ctadmin splunk aws-conf` and `account-names`: accounts, their keys and their names.

use insta::assert_snapshot;
use serde_json::json;

use super::{Files, OFFLINE};
use crate::support::{self, Ctadmin, Fault};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

#[test]
fn keys_appear_where_they_are_asked_for_and_nowhere_else() {
    let credentials = format!(
        "[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = {SECRET}\n[b]\nrubbish {SECRET}\n"
    );
    let accounts = format!("account,key,secret\n1234,AKIAEXAMPLE,{SECRET}\n");
    let good = credentials.split("[b]").next().expect("a part");
    let files = Files::new(&[
        ("good.ini", good.as_bytes()),
        ("bad.ini", credentials.as_bytes()),
        ("accounts.csv", accounts.as_bytes()),
    ]);
    let header = "[script://$SPLUNK_HOME/bin/cloudtrail.py]";
    let legacy = format!("-vv {OFFLINE} legacy --stanza {header} --credentials");
    let ran = files.ctadmin(&legacy, "good.ini").exits(0);
    assert!(ran.stdout.starts_with(&format!("{header}\n")));
    let wanted = format!("\nkey_id = AKIAEXAMPLE\nsecret_key = {SECRET}\n");
    assert!(ran.stdout.contains(&wanted) && !ran.stderr.contains(SECRET));
    for ran in [
        files.ctadmin(&legacy, "bad.ini").exits(1),
        files
            .ctadmin(&format!("{OFFLINE} sqs-s3 --credentials"), "good.ini")
            .exits(2),
        files
            .ctadmin("-vv splunk aws-conf --accounts", "accounts.csv")
            .exits(1),
    ] {
        assert!(ran.stdout.is_empty() && ran.stderr.starts_with("error: "));
        assert!(!ran.stderr.contains(SECRET) && !ran.stderr.contains("AKIA"));
        assert!(ran.stderr.contains("\nhint: "), "{}", ran.stderr);
    }
    files
        .ctadmin("splunk aws-conf --accounts", "accounts.csv")
        .exits(1)
        .says("accounts.csv: line 2, account: an account id has 12 digits");
    files
        .ctadmin("splunk aws-conf --accounts", "nowhere.csv")
        .exits(1)
        .says("nowhere.csv: it cannot be read: ");
}

#[test]
fn aws_conf_lists_accounts_regions_and_bills() {
    let files = Files::new(&[(
        "accounts.json",
        br#"[{"account": "222222222222", "name": "Dev  & Test; 100%", "key": "AKIA2", "secret": "s2", "limit": 100000},
             {"account": "111111111111", "name": "Big Co", "key": "AKIA1", "secret": "s1", "limit": 200000, "payer": true},
             {"account": "333333333333", "name": "Lab", "key": "''", "limit": 100000},
             {"account": "444444444444"}]"#,
    )]);
    let options =
        "splunk aws-conf --regions eu-west-1,us-east-1 --billing-bucket big-bills --accounts";
    assert_snapshot!(files.ctadmin(options, "accounts.json").exits(0).stdout, @"
    [keys]
    111111111111 = Big_Co AKIA1 s1 200000
    222222222222 = Dev_&_Test_100%% AKIA2 s2 100000
    333333333333 = Lab '' '' 100000
    444444444444 = 444444444444 <access-key-id> <secret-access-key> 0

    [regions]
    rgn1 = eu-west-1
    rgn2 = us-east-1

    [misc]
    corpkey = Big_Co AKIA1 s1
    acno = 111111111111
    s3bucket = big-bills
    ");
    let bare = Ctadmin::alone("splunk aws-conf -o json").exits(0).json();
    let words = "<account-name> <access-key-id> <secret-access-key>";
    let keys = json!({"<account-id>": format!("{words} <monthly-limit>")});
    assert_eq!(bare[0], json!({"stanza": "keys", "settings": keys}));
    assert_eq!(bare[2]["settings"]["corpkey"], words);
    assert_eq!(bare[2]["settings"]["acno"], "<account-id>");
    assert_eq!(
        bare[1]["settings"].as_object().map(|regions| regions.len()),
        Some(17)
    );
    assert_eq!(bare[2]["settings"]["s3bucket"], "<billing-bucket>");
}

#[test]
fn aws_conf_takes_what_account_names_prints() {
    let report = "LinkedAccountId,LinkedAccountName\n111111111111,Big Co\n222222222222,Lab\n";
    let files = Files::new(&[("report.csv", report.as_bytes())]);
    let confs = ["", "-o json "].map(|output| {
        let names = format!("{output}splunk account-names --from-report");
        let printed = files.ctadmin(&names, "report.csv").exits(0).stdout;
        let tables = Files::new(&[("accounts", printed.as_bytes())]);
        let conf = "splunk aws-conf --regions eu-west-1 --accounts";
        tables.ctadmin(conf, "accounts").exits(0).stdout
    });
    assert_eq!(confs[0], confs[1]);
    assert_snapshot!(confs[0], @"
    [keys]
    111111111111 = Big_Co <access-key-id> <secret-access-key> 0
    222222222222 = Lab <access-key-id> <secret-access-key> 0

    [regions]
    rgn1 = eu-west-1

    [misc]
    corpkey = Big_Co <access-key-id> <secret-access-key>
    acno = 111111111111
    s3bucket = <billing-bucket>
    ");
}

#[test]
fn an_organization_names_its_accounts_page_by_page() {
    let account = support::account();
    let names = "splunk account-names";
    Ctadmin::on(&account, names)
        .exits(1)
        .says("error: organizations ListAccounts in us-east-1: AWSOrganizationsNotInUseException: ")
        .says("hint: this account is in no organization; --from-report takes the names from");
    let organizations =
        |operation: &str, params| account.seed("organizations", operation, "us-east-1", params);
    organizations("CreateOrganization", json!({"FeatureSet": "ALL"}));
    for name in ["Dev, Test", "Lab", "Üben", "\"Quoted\""] {
        let params = json!({"AccountName": name, "Email": "nobody@example.com"});
        organizations("CreateAccount", params);
    }
    account.settings(json!({"accounts_page": 2}));
    account.forget_requests();
    let text = Ctadmin::on(&account, names).exits(0).stdout;
    let pages = account.requests();
    assert_eq!(pages.len(), 3, "{pages:?}");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("accountId,accountName"));
    let (ids, found): (Vec<&str>, Vec<&str>) = lines
        .map(|line| line.split_once(',').expect("a comma"))
        .unzip();
    assert!(ids.is_sorted() && ids.contains(&account.id()));
    for name in ["\"Dev, Test\"", "Lab", "Üben", "\"\"\"Quoted\"\"\""] {
        assert!(found.contains(&name), "{name} is in\n{text}");
    }
    let json = Ctadmin::on(&account, &format!("{names} -o json"))
        .exits(0)
        .json();
    assert_eq!(json.as_array().map(Vec::len), Some(5));
    account.faults([Fault::deny().operation("ListAccounts").forever()]);
    let ran = Ctadmin::on(&account, names).exits(1);
    ran.says("the caller needs organizations:ListAccounts");
    assert!(!ran.stderr.contains("iam-policy"), "{}", ran.stderr);
}
