//! The language as a whole: AWS's own examples, and what is refused and where.

use serde_json::{Value, json};

use super::expression::Number;
use super::{LONGEST, Pattern, Verdict};
use crate::alerts::tests::{self, cases};

fn fits(pattern: &str, event: &Value) -> bool {
    let read = Pattern::parse(pattern).unwrap_or_else(|wrong| panic!("{pattern}: {wrong}"));
    tests::fits(&read, event)
}

/// Matches an event with patterns, a line each: those that it fits, and those that it does not.
#[track_caller]
fn assert_fits(event: &Value, fitting: &str, failing: &str) {
    for (patterns, expected) in [(fitting, true), (failing, false)] {
        for pattern in patterns.trim().lines() {
            assert_eq!(fits(pattern, event), expected, "{pattern}");
        }
    }
}

/// The first example event of the documentation, with what an older edition of it has besides.
#[test]
fn single_comparisons_do_what_the_documentation_says() {
    let event = json!({
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": null,
        "ThisFlag": true,
        "cluster.name": "c"
    });
    let fitting = r#"
        { $.eventType = "UpdateTrail" }
        { $.sourceIPAddress != 123.123.* }
        { $.sourceIPAddress = 111.111.* }
        { $.arrayKey[0] = "value" }
        { $.eventType = %Trail% }
        { $.arrayKey[*] = %val.{2}% }
        { $.* = %111\.111\.111\.1[0-9]{1,2}% }
        { $.['cluster.name'] = "c" }
        { $.objectList[1].id = 2 }
        { $.SomeObject IS NULL }
        { $.SomeOtherObject NOT EXISTS }
        { $.ThisFlag IS TRUE }
    "#;
    let failing = r#"
        { $.ThisFlag IS FALSE }
        { $.SomeObject NOT EXISTS }
        { $.SomeOtherObject IS NULL }
        { $.eventType[0] = "value" }
        { $.objectList[1].missing = 2 }
    "#;
    assert_fits(&event, fitting, failing);
}

#[test]
fn compound_expressions_do_what_the_documentation_says() {
    let event = json!({
        "user": {"id": 1, "email": "John.Stiles@example.com"},
        "users": [
            {"id": 2, "email": "John.Doe@example.com"},
            {"id": 3, "email": "Jane.Doe@example.com"}
        ],
        "actions": ["GET", "PUT", "DELETE"],
        "coordinates": [[0, 1, 2], [4, 5, 6], [7, 8, 9]]
    });
    let fitting = r#"
        { ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }
        { $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }
    "#;
    let failing = r#"
        { ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }
        { ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }
    "#;
    assert_fits(&event, fitting, failing);
}

#[test]
fn numbers_are_compared_as_the_documentation_says() {
    let numbers = json!({"bandwidth": 76, "latency": 49.5, "refreshRate": 60, "responseTime": 5,
        "errorCode": 400, "number": [1000, 0.001], "below": -1});
    let fitting = "
        { $.bandwidth > 75 }
        { $.latency < 50 }
        { $.refreshRate >= 60 }
        { $.responseTime <= 5 }
        { $.errorCode = 400}
        { $.errorCode != 500 }
        { $.errorCode = 4* }
        { $.number[0] = 1e+3 }
        { $.number[0] < 10e3 }
        { $.below < -0.5 }
    ";
    let failing = "
        { $.errorCode = 5* }
        { $.number[1] != 1e-3 }
        { $.number[0] > +1000 }
    ";
    assert_fits(&numbers, fitting, failing);
}

#[test]
fn neither_a_comparison_nor_its_opposite_holds_without_a_string_or_number() {
    let event = json!({"list": [1, 2], "object": {"a": 1}, "null": null, "flag": false});
    for selector in "list object null flag missing list.a object[0]".split(' ') {
        for operator in ["=", "!="] {
            for operand in ["1", "false", "\"*\"", "%.%"] {
                let pattern = format!("{{ $.{selector} {operator} {operand} }}");
                assert!(!fits(&pattern, &event), "{pattern}");
            }
        }
    }
    // AWS's own tester answered so to DataBiosphere/azul, with this pattern and event.
    let pattern = r#"{($.errorCode = "AccessDenied") && ($.userIdentity.invokedBy != "cloudfront.amazonaws.com")}"#;
    let event = json!({"errorCode": "AccessDenied", "userIdentity": {"accountId": "anonymous"}});
    assert!(!fits(pattern, &event));
}

#[test]
fn strings_and_numbers_compare_as_they_are_written() {
    let event = json!({"text": "404", "number": 404, "float": 1.5, "case": "Root"});
    let fitting = r#"
        { $.text = 404 }
        { $.number = "404" }
        { $.number = 404.0 }
        { $.number = %^4% }
        { $.float = "1.5" }
        { $.case = Root }
    "#;
    let failing = "
        { $.text = 404.0 }
        { $.text > 403 }
        { $.case = root }
        { $.case != R*t }
    ";
    assert_fits(&event, fitting, failing);
}

#[test]
fn wildcards_find_any_and_precedence_can_be_changed() {
    let event =
        json!({"list": [{"a": 1}, {"a": 2}], "object": {"x": "1", "y": "2"}, "q": "a\"b\\c"});
    let fitting = r#"
        { $.list[*].a = 2 }
        { $.list[*].a != 2 }
        { $.list[*].b NOT EXISTS }
        { $.object.* = 2 }
        { $.q = "a\"b\\c" }
        { $.q = "a\"b\c" }
        {$.q=*&&$.object.x=1||$.object.x=2}
    "#;
    let failing = "
        { $.list[*].a NOT EXISTS }
        { $.object.* = 3 }
    ";
    assert_fits(&event, fitting, failing);
    let lines = "{\n  $.object.x = 2\n  || $.object.y = 2\n}";
    assert!(fits(lines, &event));
}

#[test]
fn numbers_are_what_reads_like_one_from_end_to_end() {
    for text in ["7", "+1000", "-0.5", "1e3", "10e-3", "1e+3"] {
        let number = Number::parse(text).expect(text);
        assert_eq!((&*number.text, Ok(number.value)), (text, text.parse()));
    }
    for text in "+ - 5. .5 1.2.3 e5 inf NaN 1e400 1_0 0x1".split(' ') {
        assert!(Number::parse(text).is_none(), "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_pointed_at() {
    let table = r#"
        => column 1: a pattern for JSON begins with {
        ERROR => column 1: a pattern for JSON begins with {
        [ip, user] => column 1: a pattern for JSON begins with {
        { } => column 3: expected a selector like $.eventName, or (
        { $.a = b => column 10: expected &&, || or the closing }
        { $.a = b } x => column 13: nothing may follow the closing }
        { $.a = b c } => column 11: expected &&, || or the closing }
        { ($.a = b } => column 3: this ( is not closed
        { ($.a = b $.c = d) } => column 12: expected &&, || or )
        { $.a = b & $.c = d } => column 11: & is written twice: &&
        { $.a = b | $.c = d } => column 11: | is written twice: ||
        { $.a = b && } => column 14: expected a selector like $.eventName, or (
        { !($.a = b) } => column 3: there is no ! for "not", only != and NOT EXISTS
        { $.a ! b } => column 7: expected = after !
        { $.a == b } => column 8: = is written once
        { $.a = } => column 9: expected a text or a number
        { $.a = "b } => column 9: these double quotes are not closed
        { $.a = b/c } => column 9: only letters, digits and _ - . * need no double quotes
        { $.a = 5:3 } => column 9: only letters, digits and _ - . * need no double quotes
        { $.a = a+b } => column 9: only letters, digits and _ - . * need no double quotes
        { $.a = ä } => column 9: only letters, digits and _ - . * need no double quotes
        { $.a > b } => column 9: > compares with a number only
        { $.a <= "5" } => column 10: <= compares with a number only
        { $.a > %5% } => column 9: > compares with a number only
        { $.a like b } => column 7: expected =, !=, <, <=, >, >=, IS or NOT EXISTS
        { $.a is NULL } => column 7: expected =, !=, <, <=, >, >=, IS or NOT EXISTS
        { $.a IS null } => column 10: expected NULL, TRUE or FALSE after IS
        { $.a IS NOT NULL } => column 10: CloudWatch has no IS NOT
        { $.a EXISTS } => column 7: CloudWatch has no EXISTS; = * finds the strings and numbers that exist
        { $.a NOT NULL } => column 11: expected EXISTS after NOT
        { $.a = null } => column 9: CloudWatch refuses null without double quotes; null is found by IS NULL
        { $ = b } => column 4: a selector goes on with a dot: $.name
        { $[0] = b } => column 4: a dot is missing between $ and [: $.['a name'], $.name[0]
        { $['a'] = b } => column 4: a dot is missing between $ and [: $.['a name'], $.name[0]
        { $.["a"] = b } => column 5: a name in brackets has single quotes: ['a name']
        { $.a['b'] = c } => column 7: expected [0], [1], … or [*]; a name is written .['name']
        { $.a[-1] = c } => column 7: expected [0], [1], … or [*]; a name is written .['name']
        { $.a[99999999999999999999] = c } => column 7: expected [0], [1], … or [*]; a name is written .['name']
        { $.a[] = c } => column 7: expected [0], [1], … or [*]; a name is written .['name']
        { $.a..b = c } => column 7: expected a name: letters, digits, - and _, or ['any name']
        { $.['a = c } => column 14: expected '] after the name
        { $.[''] = c } => column 7: expected a name between the quotes
        { $.a* = c } => column 6: a wildcard stands for a whole name
        { $.*.b[*] = c } => column 3: a selector may have one wildcard
        { $.* = c && $.a[*] = c && $.* = c && $.* = c } => column 39: a pattern may have 3 selectors with wildcards
        { $.a = %b% && $.a = %c% && $.a = %d% } => column 35: a pattern may have 2 regular expressions
        { $.a = %b } => column 9: this % is not closed
        { $.a = %b!% } => column 11: '!' is not supported; \x21 stands for it
    "#;
    let lines = (
        "{\n  $.a = b &&\n  $b = c }",
        "line 3, column 4: a selector goes on with a dot: $.name",
    );
    for (pattern, expected) in cases(table).chain([lines]) {
        let wrong = Pattern::parse(pattern).expect_err(pattern);
        assert_eq!(wrong.to_string(), expected, "{pattern}");
    }
}

#[test]
fn patterns_have_their_limits() {
    let filler = "ä".repeat(LONGEST - "{ $.a = \"\" }".len());
    let longest = format!("{{ $.a = \"{filler}\" }}");
    let nested = |depth| format!("{{{}$.a=1{}}}", "(".repeat(depth), ")".repeat(depth));
    let (left, right) = ("$.a=3||($.a=1&&(".repeat(50), "))".repeat(50));
    assert!(Pattern::parse(&longest).is_ok());
    for pattern in [nested(100), format!("{{{left}$.a=1{right}}}")] {
        assert!(fits(&pattern, &json!({"a": 1})));
    }
    let (long, deep) = (format!("{longest} "), nested(101));
    for (pattern, expected) in [
        (long, "column 1025: 1025 characters are more than 1024"),
        (deep, "column 102: parentheses are nested deeper than 100"),
    ] {
        let wrong = Pattern::parse(&pattern).expect_err(expected);
        assert_eq!(wrong.to_string(), expected);
    }
}

#[test]
fn verdicts_name_what_held_or_what_failed_first() {
    let pattern = "{ ($.source = iam) && (($.name = A) || ($.name = B*) || ($.name = *C)) && $.x.y NOT EXISTS }";
    let pattern = Pattern::parse(pattern).expect("a pattern");
    let table = r#"
        {"source": "iam", "name": "BC"} => $.source = "iam"; $.name = "B*"; $.name = "*C"; $.x.y NOT EXISTS
        {"source": "s3"} => $.source = "iam" of 1: [String("s3")]
        {"source": "iam"} => $.name = "A" of 3: []
        {"source": "iam", "name": "A", "x": {"y": 7}} => $.x.y NOT EXISTS of 1: [Number(7)]
    "#;
    for (event, expected) in cases(table) {
        let event = serde_json::from_str(event).expect("an event");
        let verdict = match pattern.judge(&event) {
            Verdict::Fits(held) => {
                let held: Vec<String> = held.iter().map(ToString::to_string).collect();
                held.join("; ")
            }
            Verdict::Fails(failure) => format!(
                "{} of {}: {:?}",
                failure.comparison, failure.alternatives, failure.found
            ),
        };
        assert_eq!(verdict, expected);
    }
}
