//! The arrows between the rooms: each module uses only those left of it.

use std::fs;
use std::path::{Path, PathBuf};

/// From left to right.
const ORDER: [&str; 22] = [
    "region", "policy", "call", "events", "reading", "alerts", "athena", "activity", "plan",
    "key_file", "aws", "hec", "resource", "stack", "doctor", "view", "billing", "splunk",
    "settings", "pull", "replay", "commands",
];

/// Modules seen by all, and modules at the edge, which see all they like.
const SEEN_BY_ALL: [&str; 3] = ["error", "time", "words"];
const EDGE: [&str; 5] = ["main", "lib", "cli", "printer", "trace"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The top-level module that a file belongs to.
fn module(path: &Path) -> String {
    let below = path.strip_prefix(root()).expect("below src");
    let first = below
        .components()
        .next()
        .expect("a component")
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The top-level modules that a file's `crate::…` paths name.
fn used(source: &str) -> Vec<String> {
    let mut used = Vec::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let inner = group.split('}').next().unwrap_or_default();
            used.extend(inner.split(',').map(|name| first_word(name.trim())));
        } else {
            used.push(first_word(rest));
        }
    }
    used
}

fn first_word(text: &str) -> String {
    text.chars()
        .take_while(|letter| letter.is_ascii_lowercase() || *letter == '_')
        .collect()
}

#[test]
fn each_module_uses_only_what_stands_left_of_it() {
    let place = |name: &str| ORDER.iter().position(|module| *module == name);
    let mut wrong = Vec::new();
    let mut checked = 0;
    for path in sources(&root()) {
        let own = module(&path);
        if EDGE.contains(&own.as_str()) || SEEN_BY_ALL.contains(&own.as_str()) {
            continue;
        }
        let own_place = place(&own).unwrap_or_else(|| panic!("{own} has no place in the order"));
        for name in used(&fs::read_to_string(&path).expect("a source is text")) {
            checked += 1;
            let allowed = match place(&name) {
                Some(place) => place <= own_place,
                // The edge is for the last rooms alone.
                None => {
                    let last = ["settings", "pull", "commands"];
                    SEEN_BY_ALL.contains(&name.as_str()) || last.contains(&own.as_str())
                }
            };
            if !allowed {
                wrong.push(format!("{} uses {name}", path.display()));
            }
        }
    }
    assert!(checked > 50, "the paths of the modules were found");
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn only_the_aws_room_names_the_sdk() {
    for path in sources(&root()) {
        let source = fs::read_to_string(&path).expect("a source is text");
        let names = [
            "aws_sdk_",
            "aws_smithy_",
            "aws_config",
            "aws_types",
            "aws_credential_types",
        ];
        let named: Vec<&str> = names
            .into_iter()
            .filter(|name| source.contains(name))
            .collect();
        assert!(
            module(&path) == "aws" || named.is_empty(),
            "{} names {named:?}",
            path.display()
        );
    }
}

#[test]
fn only_the_sender_sends() {
    let reads = sources(&root().join("aws/read"));
    assert!(!reads.is_empty());
    for path in reads {
        let source = fs::read_to_string(&path).expect("a source is text");
        // Something that was created has a date of that.
        let source = source.replace(".create_date", "");
        for verb in [
            "create_",
            "update_",
            "delete_",
            "put_",
            "set_topic",
            "set_queue",
            "start_logging",
            "stop_",
            "subscribe(",
            "tag_resource",
            "tag_queue",
            "add_tags",
        ] {
            assert!(
                !source.contains(&format!(".{verb}")),
                "{} calls {verb}",
                path.display()
            );
        }
    }
}

/// Receiving hides messages and counts against them, so it is for the one verb that takes care of that.
#[test]
fn only_events_consumes() {
    named_only_in(
        &["Consumer", ".consumer("],
        &["aws/", "pull/", "commands/events/"],
    );
}

/// Marks are written beside any plan, so they are for the one verb whose plan is what it marks.
#[test]
fn only_replays_mark() {
    named_only_in(
        &["Marks", ".marks("],
        &["aws/", "replay/", "commands/push/"],
    );
}

/// These words are in sources of these rooms, and of no others.
fn named_only_in(words: &[&str], rooms: &[&str]) {
    let mut named = Vec::new();
    for path in sources(&root()) {
        let source = fs::read_to_string(&path).expect("a source is text");
        if words.iter().any(|word| source.contains(word)) {
            let below = path.strip_prefix(root()).expect("below src");
            named.push(below.to_string_lossy().into_owned());
        }
    }
    let room = |path: &String| rooms.iter().any(|room| path.starts_with(room));
    assert!(named.len() > 2 && named.iter().all(room), "{named:?}");
}

/// The lines of a source.
fn lines(path: &Path) -> usize {
    fs::read_to_string(path)
        .expect("a source is text")
        .lines()
        .count()
}

#[test]
fn no_file_has_over_400_lines() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let all = [sources(&root()), sources(&tests)].concat();
    let long = all.iter().filter(|path| lines(path) > 400);
    let long: Vec<&PathBuf> = long.collect();
    assert_eq!(long, Vec::<&PathBuf>::new());
}

/// The table of what a kind costs has a row for each, and its figures are not off by more than a fifth.
#[test]
fn the_table_of_kinds_and_stacks_is_true() {
    let text = fs::read_to_string(root().join("stack/mod.rs")).expect("the module");
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | "));
    let rows: Vec<Vec<&str>> = rows
        .map(|row| row.trim_end_matches(" |").split(" | ").collect())
        .collect();
    let mut checked = 0;
    for row in &rows {
        let Some(stated) = row.get(2).and_then(|lines| lines.parse::<usize>().ok()) else {
            continue;
        };
        let names = row[1].split('`').skip(1).step_by(2);
        let counted: usize = names
            .flat_map(|name| match name.strip_suffix('/') {
                Some(stack) => sources(&root().join("stack").join(stack)),
                None => {
                    let file = root().join("resource").join(format!("{name}.rs"));
                    let folder = root().join("resource").join(name).join("mod.rs");
                    vec![if file.exists() { file } else { folder }]
                }
            })
            .map(|path| lines(&path))
            .sum();
        if counted > 0 {
            checked += 1;
            assert!(
                stated.abs_diff(counted) * 5 <= counted,
                "{}: {stated} stated, {counted} counted",
                row[0]
            );
        }
    }
    let stacks = [
        "alerts", "athena", "central", "member", "push", "splunk", "trail",
    ];
    let has_row = |stack: &&str| rows.iter().any(|row| row[0] == *stack);
    assert!(checked > 15 && stacks.iter().all(has_row));
}
