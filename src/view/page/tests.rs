use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// The hash that a browser computes of the only element of this name.
fn hash(html: &str, open: &str, close: &str) -> String {
    let (_, rest) = html.split_once(open).expect("the element");
    let (content, _) = rest.split_once(close).expect("its end");
    format!(
        "'sha256-{}'",
        BASE64_STANDARD.encode(Sha256::digest(content))
    )
}

#[test]
fn the_policy_names_what_is_in_the_file() {
    let page = Page {
        title: "A & B",
        styles: &["a { color: red }", "b { color: blue }"],
        body: "<p>text</p>".to_owned(),
        data: Some("{}".to_owned()),
        scripts: &["let a = 1;", "let b = 2;"],
    };
    let html = page.html();
    let policy = format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(&html, "<style>", "</style>"),
        hash(&html, "\n<script>", "</script>")
    );
    assert!(html.contains(&policy), "{html}");
    let still = Page {
        scripts: &[],
        ..page
    };
    assert!(still.html().contains("script-src 'none'"));
}

#[test]
fn a_page_without_data_and_script_is_short() {
    let page = Page {
        title: "<trail>",
        styles: &["p{}"],
        body: "<p>text</p>".to_owned(),
        ..Page::default()
    };
    let html = page.html();
    let (_, after) = html.split_once("<title>").expect("a title");
    insta::assert_snapshot!(after, @"
    &lt;trail&gt;</title>
    <style>p{}</style>
    </head>
    <body>
    <p>text</p>
    </body>
    </html>
    ");
}

#[test]
fn what_cannot_be_seen_becomes_visible() {
    insta::assert_snapshot!(escape("a\u{1b}[31m\u{202e}b\u{200b}\u{0}\nc\u{85}"), @r"a\u001b[31m\u202eb\u200b\u0000 c\u0085");
    insta::assert_snapshot!(escape("<a href='x' title=\"&amp;\">"), @"&lt;a href=&#39;x&#39; title=&quot;&amp;amp;&quot;&gt;");
}

/// What a browser shows of what `escape` returned.
fn shown(html: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ];
    let mut text = html.to_owned();
    for (name, character) in named {
        text = text.replace(name, character);
    }
    text
}

proptest! {
    #[test]
    fn no_text_breaks_out(text in any::<String>()) {
        let escaped = escape(&text);
        let marks = ['<', '>', '"', '\''];
        prop_assert!(!escaped.contains(marks), "{escaped}");
        prop_assert!(!escaped.chars().any(char::is_control), "{escaped}");
        let is_written_out = |c: char| c != '\\' && escape(&c.to_string()).starts_with('\\');
        let plain = |c: char| !c.is_control() && !is_written_out(c);
        if text.chars().all(plain) {
            prop_assert_eq!(shown(&escaped), text);
        }
    }

    #[test]
    fn data_stays_what_it_is(text in "(<!--|</script>|<script|[<>&\u{2028}]|\\PC){0,20}") {
        let data = Value::from(vec![text]).to_string();
        let embedded = embedded(&data);
        let marks = ['<', '>', '&', '\u{2028}', '\u{2029}'];
        prop_assert!(!embedded.contains(marks), "{embedded}");
        prop_assert_eq!(serde_json::from_str::<Value>(&embedded).ok(), serde_json::from_str(&data).ok());
    }
}
