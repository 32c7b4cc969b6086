//! The language as a whole: AWS's own examples, and what is refused and where.

use serde_json::{Value, json};

use super::{LONGEST, Pattern, Verdict};

fn fits(pattern: &str, event: &Value) -> bool {
    let read = Pattern::parse(pattern).unwrap_or_else(|wrong| panic!("{pattern}: {wrong}"));
    let verdict = matches!(read.judge(event), Verdict::Fits(_));
    assert_eq!(read.fits(event), verdict, "{pattern}");
    verdict
}

#[track_caller]
fn table(event: &Value, table: &[(&str, bool)]) {
    for (pattern, expected) in table {
        assert_eq!(fits(pattern, event), *expected, "{pattern}");
    }
}

/// The first example event of the documentation, with what an older edition of it has besides.
fn event() -> Value {
    json!({
        "eventType": "UpdateTrail",
        "sourceIPAddress": "111.111.111.111",
        "arrayKey": ["value", "another value"],
        "objectList": [{"name": "a", "id": 1}, {"name": "b", "id": 2}],
        "SomeObject": null,
        "ThisFlag": true,
        "cluster.name": "c"
    })
}

#[test]
fn single_comparisons_do_what_the_documentation_says() {
    table(
        &event(),
        &[
            (r#"{ $.eventType = "UpdateTrail" }"#, true),
            ("{ $.sourceIPAddress != 123.123.* }", true),
            (r#"{ $.arrayKey[0] = "value" }"#, true),
            ("{ $.eventType = %Trail% }", true),
            ("{ $.arrayKey[*] = %val.{2}% }", true),
            (r"{ $.* = %111\.111\.111\.1[0-9]{1,2}% }", true),
            ("{ $.['cluster.name'] = \"c\" }", true),
            ("{ $.objectList[1].id = 2 }", true),
            ("{ $.SomeObject IS NULL }", true),
            ("{ $.SomeOtherObject NOT EXISTS }", true),
            ("{ $.ThisFlag IS TRUE }", true),
            ("{ $.ThisFlag IS FALSE }", false),
            ("{ $.SomeObject NOT EXISTS }", false),
            ("{ $.SomeOtherObject IS NULL }", false),
            ("{ $.eventType[0] = \"value\" }", false),
            ("{ $.objectList[1].missing = 2 }", false),
            ("{ $.sourceIPAddress = 111.111.* }", true),
        ],
    );
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
    table(
        &event,
        &[
            (
                r#"{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }"#,
                true,
            ),
            (
                r#"{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch" && $.actions[2] = "nonmatch" }"#,
                true,
            ),
            (
                r#"{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = "nonmatch") && $.actions[2] = "nonmatch" }"#,
                false,
            ),
            (
                r#"{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }"#,
                false,
            ),
        ],
    );
}

#[test]
fn numbers_are_compared_as_the_documentation_says() {
    let numbers = json!({"bandwidth": 76, "latency": 49.5, "refreshRate": 60, "responseTime": 5,
        "errorCode": 400, "number": [1000, 0.001], "below": -1});
    table(
        &numbers,
        &[
            ("{ $.bandwidth > 75 }", true),
            ("{ $.latency < 50 }", true),
            ("{ $.refreshRate >= 60 }", true),
            ("{ $.responseTime <= 5 }", true),
            ("{ $.errorCode = 400}", true),
            ("{ $.errorCode != 500 }", true),
            ("{ $.number[0] = 1e+3 }", true),
            ("{ $.number[1] != 1e-3 }", false),
            ("{ $.number[0] < 10e3 }", true),
            ("{ $.number[0] > +1000 }", false),
            ("{ $.below < -0.5 }", true),
            ("{ $.errorCode = 4* }", true),
            ("{ $.errorCode = 5* }", false),
        ],
    );
}

#[test]
fn neither_a_comparison_nor_its_opposite_holds_without_a_string_or_number() {
    let event = json!({"list": [1, 2], "object": {"a": 1}, "null": null, "flag": false});
    for selector in [
        "$.list",
        "$.object",
        "$.null",
        "$.flag",
        "$.missing",
        "$.list.a",
        "$.object[0]",
    ] {
        for operator in ["=", "!="] {
            for operand in ["1", "false", "\"*\"", "%.%"] {
                let pattern = format!("{{ {selector} {operator} {operand} }}");
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
    table(
        &event,
        &[
            ("{ $.text = 404 }", true),
            ("{ $.text = 404.0 }", false),
            ("{ $.text > 403 }", false),
            ("{ $.number = \"404\" }", true),
            ("{ $.number = 404.0 }", true),
            ("{ $.number = %^4% }", true),
            ("{ $.float = \"1.5\" }", true),
            ("{ $.case = root }", false),
            ("{ $.case = Root }", true),
            ("{ $.case != R*t }", false),
        ],
    );
}

#[test]
fn wildcards_find_any_and_precedence_can_be_changed() {
    let event =
        json!({"list": [{"a": 1}, {"a": 2}], "object": {"x": "1", "y": "2"}, "q": "a\"b\\c"});
    table(
        &event,
        &[
            ("{ $.list[*].a = 2 }", true),
            ("{ $.list[*].a != 2 }", true),
            ("{ $.list[*].b NOT EXISTS }", true),
            ("{ $.list[*].a NOT EXISTS }", false),
            ("{ $.object.* = 2 }", true),
            ("{ $.object.* = 3 }", false),
            (r#"{ $.q = "a\"b\\c" }"#, true),
            (r#"{ $.q = "a\"b\c" }"#, true),
            ("{$.q=*&&$.object.x=1||$.object.x=2}", true),
            ("{\n  $.object.x = 2\n  || $.object.y = 2\n}", true),
        ],
    );
}

#[test]
fn what_cannot_be_read_is_pointed_at() {
    for (pattern, expected) in [
        ("", "column 1: a pattern for JSON begins with {"),
        ("ERROR", "column 1: a pattern for JSON begins with {"),
        ("[ip, user]", "column 1: a pattern for JSON begins with {"),
        (
            "{ }",
            "column 3: expected a selector like $.eventName, or (",
        ),
        ("{ $.a = b", "column 10: expected &&, || or the closing }"),
        (
            "{ $.a = b } x",
            "column 13: nothing may follow the closing }",
        ),
        (
            "{ $.a = b c }",
            "column 11: expected &&, || or the closing }",
        ),
        ("{ ($.a = b }", "column 3: this ( is not closed"),
        ("{ ($.a = b $.c = d) }", "column 12: expected &&, || or )"),
        ("{ $.a = b & $.c = d }", "column 11: & is written twice: &&"),
        ("{ $.a = b | $.c = d }", "column 11: | is written twice: ||"),
        (
            "{ $.a = b && }",
            "column 14: expected a selector like $.eventName, or (",
        ),
        (
            "{ !($.a = b) }",
            "column 3: there is no ! for \"not\", only != and NOT EXISTS",
        ),
        ("{ $.a ! b }", "column 7: expected = after !"),
        ("{ $.a == b }", "column 8: = is written once"),
        ("{ $.a = }", "column 9: expected a text or a number"),
        (
            "{ $.a = \"b }",
            "column 9: these double quotes are not closed",
        ),
        (
            "{ $.a = b/c }",
            "column 9: only letters, digits and _ - . * need no double quotes",
        ),
        (
            "{ $.a = 5:3 }",
            "column 9: only letters, digits and _ - . * need no double quotes",
        ),
        (
            "{ $.a = a+b }",
            "column 9: only letters, digits and _ - . * need no double quotes",
        ),
        (
            "{ $.a = ä }",
            "column 9: only letters, digits and _ - . * need no double quotes",
        ),
        ("{ $.a > b }", "column 9: > compares with a number only"),
        (
            "{ $.a <= \"5\" }",
            "column 10: <= compares with a number only",
        ),
        ("{ $.a > %5% }", "column 9: > compares with a number only"),
        (
            "{ $.a like b }",
            "column 7: expected =, !=, <, <=, >, >=, IS or NOT EXISTS",
        ),
        (
            "{ $.a is NULL }",
            "column 7: expected =, !=, <, <=, >, >=, IS or NOT EXISTS",
        ),
        (
            "{ $.a IS null }",
            "column 10: expected NULL, TRUE or FALSE after IS",
        ),
        ("{ $.a IS NOT NULL }", "column 10: CloudWatch has no IS NOT"),
        (
            "{ $.a EXISTS }",
            "column 7: CloudWatch has no EXISTS; = * finds the strings and numbers that exist",
        ),
        ("{ $.a NOT NULL }", "column 11: expected EXISTS after NOT"),
        (
            "{ $.a = null }",
            "column 9: CloudWatch refuses null without double quotes; null is found by IS NULL",
        ),
        (
            "{ $ = b }",
            "column 4: a selector goes on with a dot: $.name",
        ),
        (
            "{ $[0] = b }",
            "column 4: a dot is missing between $ and [: $.['a name'], $.name[0]",
        ),
        (
            "{ $['a'] = b }",
            "column 4: a dot is missing between $ and [: $.['a name'], $.name[0]",
        ),
        (
            "{ $.[\"a\"] = b }",
            "column 5: a name in brackets has single quotes: ['a name']",
        ),
        (
            "{ $.a['b'] = c }",
            "column 7: expected [0], [1], … or [*]; a name is written .['name']",
        ),
        (
            "{ $.a[-1] = c }",
            "column 7: expected [0], [1], … or [*]; a name is written .['name']",
        ),
        (
            "{ $.a[99999999999999999999] = c }",
            "column 7: expected [0], [1], … or [*]; a name is written .['name']",
        ),
        (
            "{ $.a[] = c }",
            "column 7: expected [0], [1], … or [*]; a name is written .['name']",
        ),
        (
            "{ $.a..b = c }",
            "column 7: expected a name: letters, digits, - and _, or ['any name']",
        ),
        ("{ $.['a = c }", "column 14: expected '] after the name"),
        (
            "{ $.[''] = c }",
            "column 7: expected a name between the quotes",
        ),
        (
            "{ $.a* = c }",
            "column 6: a wildcard stands for a whole name",
        ),
        (
            "{ $.*.b[*] = c }",
            "column 3: a selector may have one wildcard",
        ),
        (
            "{ $.* = c && $.a[*] = c && $.* = c && $.* = c }",
            "column 39: a pattern may have 3 selectors with wildcards",
        ),
        (
            "{ $.a = %b% && $.a = %c% && $.a = %d% }",
            "column 35: a pattern may have 2 regular expressions",
        ),
        ("{ $.a = %b }", "column 9: this % is not closed"),
        (
            "{ $.a = %b!% }",
            "column 11: '!' is not supported; \\x21 stands for it",
        ),
        (
            "{\n  $.a = b &&\n  $b = c }",
            "line 3, column 4: a selector goes on with a dot: $.name",
        ),
    ] {
        let wrong = Pattern::parse(pattern).expect_err(pattern);
        assert_eq!(wrong.to_string(), expected, "{pattern}");
    }
}

#[test]
fn patterns_have_their_limits() {
    let filler = "ä".repeat(LONGEST - "{ $.a = \"\" }".len());
    let longest = format!("{{ $.a = \"{filler}\" }}");
    assert!(Pattern::parse(&longest).is_ok());
    let wrong = Pattern::parse(&format!("{longest} ")).expect_err("too long");
    assert_eq!(
        wrong.to_string(),
        "column 1025: 1025 characters are more than 1024"
    );
    let nested = |depth| format!("{{{}$.a=1{}}}", "(".repeat(depth), ")".repeat(depth));
    assert!(fits(&nested(100), &json!({"a": 1})));
    let wrong = Pattern::parse(&nested(101)).expect_err("too deep");
    assert_eq!(
        wrong.to_string(),
        "column 102: parentheses are nested deeper than 100"
    );
    let chain = format!(
        "{{{}$.a=1{}}}",
        "$.a=3||($.a=1&&(".repeat(50),
        "))".repeat(50)
    );
    assert!(fits(&chain, &json!({"a": 1})));
}

#[test]
fn verdicts_name_what_held_or_what_failed_first() {
    let pattern = "{ ($.source = iam) && (($.name = A) || ($.name = B*) || ($.name = *C)) && $.x.y NOT EXISTS }";
    let pattern = Pattern::parse(pattern).expect("a pattern");
    let verdict = |event: Value| match pattern.judge(&event) {
        Verdict::Fits(held) => held
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("; "),
        Verdict::Fails(failure) => format!(
            "{} of {}: {:?}",
            failure.comparison, failure.alternatives, failure.found
        ),
    };
    assert_eq!(
        verdict(json!({"source": "iam", "name": "BC"})),
        r#"$.source = "iam"; $.name = "B*"; $.name = "*C"; $.x.y NOT EXISTS"#
    );
    assert_eq!(
        verdict(json!({"source": "s3"})),
        r#"$.source = "iam" of 1: [String("s3")]"#
    );
    assert_eq!(
        verdict(json!({"source": "iam"})),
        r#"$.name = "A" of 3: []"#
    );
    assert_eq!(
        verdict(json!({"source": "iam", "name": "A", "x": {"y": 7}})),
        "$.x.y NOT EXISTS of 1: [Number(7)]"
    );
}
