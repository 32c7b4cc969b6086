use serde_json::json;

use super::*;
use crate::stack::picture::{Picture, Shown};

fn shown(kind: &'static str, name: &str, needs: &[usize]) -> Shown {
    Shown {
        kind,
        name: name.to_owned(),
        region: "us-west-2".to_owned(),
        exists: true,
        is_wanted: true,
        facts: serde_json::Map::new(),
        drift: Vec::new(),
        needs: needs.to_vec(),
    }
}

fn missing(shown: Shown) -> Shown {
    Shown {
        exists: false,
        drift: vec![format!("{} is missing", shown.kind)],
        ..shown
    }
}

fn differing(shown: Shown) -> Shown {
    Shown {
        drift: vec!["threshold differs".to_owned()],
        ..shown
    }
}

/// Two alerts, of which one has no filter, and an address.
fn alerts() -> Picture {
    let arn = "arn:aws:sns:us-west-2:1:p-alerts";
    let subscriber = json!({"protocol": "email", "endpoint": "a@example.com", "pending": true});
    let facts = json!({"arn": arn, "subscribers": [subscriber]});
    let topic = Shown {
        facts: facts.as_object().cloned().unwrap_or_default(),
        ..shown("topic", "p-alerts", &[])
    };
    Picture {
        schema: 2,
        stack: "alerts",
        creation: "create alerts".to_owned(),
        account: "1".to_owned(),
        partition: "aws".to_owned(),
        prefix: "p".to_owned(),
        home_region: Some("us-west-2".to_owned()),
        resources: vec![
            shown("log-group", "p-cloudtrail", &[]),
            shown("role", "p-cloudtrail-logs", &[]),
            topic,
            missing(shown("metric-filter", "p-root", &[0])),
            differing(shown("alarm", "p-root", &[2])),
            shown("metric-filter", "p-kms", &[0]),
            shown("alarm", "p-kms", &[2]),
        ],
        warnings: Vec::new(),
        hints: Vec::new(),
    }
}

/// The values of these attributes, of each element in the picture that has them all.
fn attributes(html: &str, names: &[&str]) -> Vec<String> {
    let picture = html
        .split("<svg class=\"picture\"")
        .nth(1)
        .expect("a picture");
    let picture = picture.split("</svg>").next().unwrap_or_default();
    let values = |tag: &str| {
        let value = |name: &&str| {
            let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
            rest.split('"').next().map(str::to_owned)
        };
        let values: Option<Vec<String>> = names.iter().map(value).collect();
        values.map(|values| values.join(" | "))
    };
    let tags = picture
        .split('<')
        .map(|tag| tag.split('>').next().unwrap_or_default());
    tags.filter_map(values).collect()
}

const RESOURCE: [&str; 3] = ["data-kind", "data-name", "data-state"];

#[test]
fn a_picture_has_each_resource_with_its_state_and_the_flows_between_them() {
    let html = of_stack(&alerts(), &[]);
    insta::assert_debug_snapshot!(attributes(&html, &RESOURCE), @r#"
    [
        "log-group | p-cloudtrail | good",
        "topic | p-alerts | good",
        "metric-filter | p-root | missing",
        "metric-filter | p-kms | good",
        "alarm | p-root | differs",
        "alarm | p-kms | good",
        "topic-subscriber | a@example.com | outside",
        "role | p-cloudtrail-logs | good",
    ]
    "#);
    insta::assert_debug_snapshot!(attributes(&html, &["data-from", "data-to"]), @r#"
    [
        "alarm p-root | topic p-alerts",
        "log-group p-cloudtrail | metric-filter p-root",
        "metric-filter p-root | alarm p-root",
        "topic p-alerts | topic-subscriber a@example.com",
    ]
    "#);
}

#[test]
fn drift_is_listed_with_its_number_and_the_command_that_fixes_it() {
    let html = of_stack(&alerts(), &["--prefix".to_owned(), "p".to_owned()]);
    let (_, list) = html.split_once("<ol class=\"drift\">").expect("a list");
    let (list, _) = list.split_once("</ol>").expect("its end");
    insta::assert_snapshot!(list.trim(), @"
    <li><strong>metric-filter is missing</strong> <span>metric filter p-root in us-west-2</span></li>
    <li><strong>threshold differs</strong> <span>alarm p-root in us-west-2</span></li>
    ");
    assert!(html.contains("<code>ctadmin create alerts --prefix p</code>"));
    assert!(html.contains(">p-root [1]</text>") && html.contains(">p-root [2]</text>"));
}

#[test]
fn a_name_cannot_leave_its_place() {
    let name = "</text></svg><script>alert(1)</script>\u{202e}\" onload=\"x";
    let mut picture = alerts();
    for resource in &mut picture.resources {
        resource.name = name.to_owned();
        resource.facts.insert("note".to_owned(), name.into());
        resource.drift = vec![name.to_owned()];
    }
    picture.warnings = vec![name.to_owned()];
    let html = of_stack(&picture, &[]);
    assert!(!html.contains("<script>") && !html.contains('\u{202e}'));
    assert_eq!(html.matches("</script>").count(), 1, "that of the data");
    assert!(!html.contains(" onload=\""));
}

#[test]
fn copies_in_regions_are_one_box_and_flows_lead_out_of_the_stack() {
    let mut picture = alerts();
    let destination = |region: &str| Shown {
        region: region.to_owned(),
        ..shown("destination", "p-central", &[2])
    };
    let target = json!({"source": "arn:aws:kinesis:us-west-2:2:stream/other"});
    let delivery = Shown {
        facts: target.as_object().cloned().unwrap_or_default(),
        ..shown("delivery-stream", "p-to-s3", &[3])
    };
    picture.resources = vec![
        destination("us-east-1"),
        destination("us-west-2"),
        shown("data-stream", "p-central", &[]),
        shown("bucket", "p-logs", &[]),
        delivery,
    ];
    let html = of_stack(&picture, &[]);
    insta::assert_debug_snapshot!(attributes(&html, &["data-from", "data-to"]), @r#"
    [
        "delivery-stream p-to-s3 | bucket p-logs",
        "data-stream other | delivery-stream p-to-s3",
        "destination p-central | data-stream p-central",
    ]
    "#);
    assert!(html.contains(">2 destinations</text>"));
}

#[test]
fn an_empty_stack_has_no_picture() {
    let mut picture = alerts();
    picture.resources.clear();
    let html = of_stack(&picture, &[]);
    assert!(!html.contains("<figure>") && html.contains("give --region"));
}
