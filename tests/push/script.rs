//! The dry run of `create push` and `delete push` as a script for the AWS CLI.

use serde_json::{Map, json};

use super::{HOME, PUSH};
use crate::script::snapshot;
use crate::support::scenario::planned;
use crate::support::{AwsCli, Ctadmin, twins};

/// Version 2 is tested elsewhere: that of Debian is older than the parameters of Firehose for secrets and buffering.
#[test]
fn the_script_makes_what_the_tool_makes() {
    let cli = AwsCli::version_1();
    let (by_tool, by_script) = twins();
    for account in [&by_tool, &by_script] {
        let regions = Map::from_iter([(HOME.to_owned(), "ENABLED_BY_DEFAULT".into())]);
        account.settings(json!({ "regions": regions }));
    }
    let both = |arguments: &str| {
        Ctadmin::on(&by_tool, &format!("{arguments} --yes")).exits(0);
        let script = cli.script(&by_script, arguments);
        cli.run(&by_script, &script);
        assert_eq!(snapshot(&by_script), snapshot(&by_tool), "{arguments}");
    };
    let create = format!("{PUSH} --multi-region --region us-west-2 --tag team=sec");
    both(&create);
    assert_eq!(planned(&by_script, &create)["steps"], json!([]));
    let folder = tempfile::tempdir().expect("a folder");
    let token = folder.path().join("token");
    std::fs::write(&token, "11111111-2222-3333-4444-555555555555\n").expect("written");
    let tuning = "--retry 60 --backup-days 7 --filter-pattern ERROR";
    both(&format!(
        "create push --hec-token-file {} {tuning}",
        token.display()
    ));
    both("create push --transform lambda --endpoint-type event --lambda-concurrency 5 --tag a=b");
    both("create push --endpoint-type raw");
    both("delete push");
}
