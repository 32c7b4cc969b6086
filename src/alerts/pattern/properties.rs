//! What must hold for any expression, any text and any event.

use proptest::prelude::*;
use serde_json::Value;

use super::{
    Comparison, Constant, Expression, LONGEST, Number, Operand, Operator, Pattern, Regex, Segment,
    Selector, Test, Verdict,
};

fn segments() -> impl Strategy<Value = Vec<Segment>> {
    let field = prop_oneof!["[A-Za-z0-9_-]{1,4}", "[^']{1,4}"].prop_map(Segment::Field);
    let more = prop_oneof![field.clone(), (0_usize..30).prop_map(Segment::Element),];
    (field, proptest::collection::vec(more, 0..3)).prop_map(|(first, mut rest)| {
        rest.insert(0, first);
        rest
    })
}

fn test() -> impl Strategy<Value = Test> {
    use Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let number = prop_oneof![
        "[+-]?[0-9]{1,4}",
        "-?[0-9]{1,3}[.][0-9]{1,3}(e[+-]?[0-9]{1,2})?"
    ]
    .prop_map(|text| Number::parse(&text).expect("a number"));
    let operand = prop_oneof![
        any::<String>().prop_map(|text| Operand::Text(text.chars().take(9).collect())),
        number.clone().prop_map(Operand::Number),
    ];
    let equality = prop_oneof![Just(Equal), Just(NotEqual)];
    let order = prop_oneof![
        Just(Less),
        Just(LessOrEqual),
        Just(Greater),
        Just(GreaterOrEqual)
    ];
    prop_oneof![
        (equality, operand).prop_map(|(operator, operand)| Test::Compare(operator, operand)),
        (order, number.prop_map(Operand::Number))
            .prop_map(|(operator, operand)| Test::Compare(operator, operand)),
        prop_oneof![
            Just(Constant::Null),
            Just(Constant::True),
            Just(Constant::False)
        ]
        .prop_map(Test::Is),
        Just(Test::NotExists),
    ]
}

fn expressions() -> impl Strategy<Value = Expression> {
    let comparison = (segments(), test()).prop_map(|(segments, test)| {
        Expression::Comparison(Comparison {
            selector: Selector(segments),
            test,
        })
    });
    comparison.prop_recursive(3, 12, 3, |inner| {
        let parts = proptest::collection::vec(inner, 2..4);
        prop_oneof![
            parts.clone().prop_map(Expression::All),
            parts.prop_map(Expression::Any),
        ]
    })
}

fn events() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "[a-c*]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec(("[abc]", inner), 0..4)
                .prop_map(|fields| { Value::Object(fields.into_iter().collect()) }),
        ]
    })
}

/// Texts that look like patterns.
fn likely() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("{"),
        Just("}"),
        Just("("),
        Just(")"),
        Just("&&"),
        Just("||"),
        Just("&"),
        Just("$.a"),
        Just("$.b[0]"),
        Just("$.*"),
        Just("$.a[*].b"),
        Just("$.['c']"),
        Just("$"),
        Just(" = "),
        Just("!="),
        Just("<"),
        Just(">="),
        Just("IS"),
        Just(" NULL"),
        Just(" NOT EXISTS"),
        Just("TRUE"),
        Just("\"a*\""),
        Just("\""),
        Just("\\"),
        Just("%a.c%"),
        Just("%"),
        Just("1e3"),
        Just("b*"),
        Just(" "),
        Just("ä"),
        Just("\n"),
        Just("["),
        Just("]"),
        Just("'"),
    ];
    proptest::collection::vec(part, 0..14).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn what_is_printed_reads_as_the_same(expression in expressions()) {
        let text = format!("{{ {expression} }}");
        prop_assume!(text.chars().count() <= LONGEST);
        let read = Pattern::parse(&text);
        prop_assert_eq!(read.as_ref().map(Pattern::expression), Ok(&expression), "{}", text);
    }

    #[test]
    fn whatever_can_be_read_can_be_printed_and_matched_against_any_event(
        text in prop_oneof![likely(), likely().prop_map(|text| format!("{{{text}}}")), any::<String>()],
        event in events(),
    ) {
        if let Ok(pattern) = Pattern::parse(&text) {
            prop_assert_eq!(pattern.text(), &text);
            let printed = format!("{{ {} }}", pattern.expression());
            let again = Pattern::parse(&printed);
            prop_assert_eq!(again.as_ref().map(Pattern::expression), Ok(pattern.expression()));
            let verdict = matches!(pattern.judge(&event), Verdict::Fits(_));
            prop_assert_eq!(pattern.fits(&event), verdict);
        }
    }

    #[test]
    fn no_event_breaks_an_expression(expression in expressions(), event in events()) {
        let text = format!("{{ {expression} }}");
        if let Ok(pattern) = Pattern::parse(&text) {
            match pattern.judge(&event) {
                Verdict::Fits(held) => prop_assert!(held.iter().all(|comparison| comparison.holds(&event))),
                Verdict::Fails(failure) => prop_assert!(!failure.comparison.holds(&event)),
            }
        }
    }

    #[test]
    fn no_regular_expression_panics(
        text in "[a-c:^$?|*+.,{}\\[\\]\\\\dwx0-9-]{0,12}",
        subject in any::<String>(),
    ) {
        if let Ok(regex) = Regex::parse(&text) {
            regex.is_found_in(&subject);
        }
    }
}
