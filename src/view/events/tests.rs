//! What programs and terminals get to see of events.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use super::columns::shortened;
use super::*;
use serde_json::json;
use serde_json::value::RawValue;

fn records() -> Vec<Box<RawValue>> {
    let event = |name: &str, user: &str, from: &str| {
        json!({"eventTime": "2026-01-31T12:00:00Z", "awsRegion": "eu-west-1", "eventSource": "iam.amazonaws.com",
            "eventName": name, "sourceIPAddress": from, "userIdentity": {"type": "IAMUser", "userName": user}})
    };
    let mut denied = event("CreateUser", "bob\u{1b}[2J\tx", "203.0.113.7");
    denied["errorCode"] = json!("AccessDenied");
    denied["errorMessage"] = json!("User: arn:aws:iam::123456789012:user/bob is not authorized");
    let mut far = event(
        "ListServerCertificatesOfAllSorts",
        "somebody-with-a-long-name",
        "2001:db8:85a3::8a2e:370:7334",
    );
    far["awsRegion"] = json!("ap-southeast-2");
    let records = [
        event("GetUser", "alice", "cloudtrail.amazonaws.com"),
        denied,
        far,
        json!({}),
    ];
    let raw = |json: serde_json::Value| RawValue::from_string(json.to_string()).expect("JSON");
    records.into_iter().map(raw).collect()
}

fn shown(terminal: Option<usize>) -> String {
    let mut lines = Lines::new(terminal, true);
    let records = records();
    let added = records.iter().map(|record| lines.add(&Event::of(record)));
    let mut shown: Vec<String> = added.flatten().collect();
    shown.extend(lines.rest());
    anstream::adapter::strip_str(&(shown.join("\n") + "\n")).to_string()
}

#[test]
fn programs_get_full_fields_with_tabs_between_them() {
    let shown = shown(None);
    assert!(
        shown.lines().all(|line| line.split('\t').count() == 6),
        "{shown}"
    );
    insta::assert_snapshot!(shown.replace('\t', " | "), @r"
    2026-01-31T12:00:00Z | eu-west-1 | alice | iam:GetUser | cloudtrail.amazonaws.com | -
    2026-01-31T12:00:00Z | eu-west-1 | bob [2J x | iam:CreateUser | 203.0.113.7 | AccessDenied: User: arn:aws:iam::123456789012:user/bob is not authorized
    2026-01-31T12:00:00Z | ap-southeast-2 | somebody-with-a-long-name | iam:ListServerCertificatesOfAllSorts | 2001:db8:85a3::8a2e:370:7334 | -
    - | - | - | - | - | -
    ");
}

#[test]
fn terminals_get_columns() {
    insta::assert_snapshot!(shown(Some(80)), @r"
    TIME (UTC)           REGION          WHO         EVENT           FROM
    2026-01-31 12:00:00  eu-west-1       alice       iam:GetUser     cloudtrail
    2026-01-31 12:00:00  eu-west-1       bob [2J x   iam:CreateUser  203.0.113.7
                         AccessDenied: User: arn:aws:iam::123456789012:user/bob is
                         not authorized
    2026-01-31 12:00:00  ap-southeast-2  somebody-…  iam:ListServerCertificatesOfAllSorts
                         2001:db8:85a3::8a2e:370:7334
    -                    -               -           -               -
    ");
    insta::assert_snapshot!(shown(Some(160)), @r"
    TIME (UTC)           REGION          WHO                        EVENT                                 FROM
    2026-01-31 12:00:00  eu-west-1       alice                      iam:GetUser                           cloudtrail
    2026-01-31 12:00:00  eu-west-1       bob [2J x                  iam:CreateUser                        203.0.113.7
                         AccessDenied: User: arn:aws:iam::123456789012:user/bob is not authorized
    2026-01-31 12:00:00  ap-southeast-2  somebody-with-a-long-name  iam:ListServerCertificatesOfAllSorts  2001:db8:85a3::8a2e:370:7334
    -                    -               -                          -                                     -
    ");
}

#[test]
fn nothing_that_matters_is_cut_however_narrow_the_terminal() {
    for width in 0..200 {
        let shown = shown(Some(width));
        for whole in [
            "2026-01-31 12:00:00",
            "iam:ListServerCertificatesOfAllSorts",
            "2001:db8:85a3::8a2e:370:7334",
            "ap-southeast-2",
        ] {
            assert!(shown.contains(whole), "{width}: {whole}: {shown}");
        }
        let words: Vec<&str> = shown.split_whitespace().collect();
        let error = "AccessDenied: User: arn:aws:iam::123456789012:user/bob is not authorized";
        assert!(words.join(" ").contains(error), "{width}: {shown}");
        for line in shown.lines().filter(|_| width >= 90) {
            assert!(line.width() <= width, "{width}: {line}");
            assert_eq!(line, line.trim_end());
        }
    }
}

#[test]
fn columns_only_grow() {
    let records = records();
    let mut lines = Lines::new(Some(200), true);
    let first = lines.line(&Event::of(&records[0]));
    lines.line(&Event::of(&records[2]));
    let again = lines.line(&Event::of(&records[0]));
    assert!(again.len() > first.len(), "{first}\n{again}");
}

#[test]
fn the_session_is_cut_last() {
    for (who, width, cell) in [
        ("alice", 5, "alice"),
        ("mallory", 5, "mall…"),
        ("Administrators/alice", 14, "Adminis…/alice"),
        ("Administrators/alice", 8, "A…/alice"),
        ("Administrators/alice", 6, "Admin…"),
        ("川上弘", 5, "川上…"),
        ("bob", 0, ""),
    ] {
        assert_eq!(shortened(who, width), cell, "{who} {width}");
    }
}

#[test]
fn only_errors_are_colored() {
    let colored = |is_colored| {
        let mut lines = Lines::new(None, is_colored);
        let records = records();
        let lines = records.iter().map(|record| lines.line(&Event::of(record)));
        lines.map(|line| line.contains('\u{1b}')).collect()
    };
    let lines: Vec<bool> = colored(true);
    assert_eq!(lines, [false, true, false, false]);
    let lines: Vec<bool> = colored(false);
    assert_eq!(lines, [false; 4]);
}

#[test]
fn records_keep_their_text_and_get_one_line_that_is_harmless() {
    let short = r#"{"a": 1.50, "b":"x é川"}"#;
    assert!(matches!(one_line(short), Cow::Borrowed(text) if text == short));
    assert!(matches!(visible(short), Cow::Borrowed(text) if text == short));
    let long = "{\r\n  \"a b\": 1.50E+2,\n\t\"c\": \"\\\" d \\\\\", \"e\": [ true, \"\\n\" ]\n}";
    assert_eq!(
        one_line(long),
        r#"{"a b":1.50E+2,"c":"\" d \\","e":[true,"\n"]}"#
    );
    assert_eq!(visible("\"\u{202e}\u{9b}2J\""), r#""\u202e\u009b2J""#);
}
