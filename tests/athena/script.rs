//! The dry run of `create athena` and `delete athena` as a script for the AWS CLI.

use serde_json::{Value, json};

use crate::script::snapshot;
use crate::support::scenario::planned;
use crate::support::{AwsCli, Ctadmin, twins};

#[test]
fn the_script_makes_what_the_tool_makes() {
    let cli = AwsCli::version_1();
    let (by_tool, by_script) = twins();
    for account in [&by_tool, &by_script] {
        account.settings(json!({ "regions": { "us-west-2": "ENABLED_BY_DEFAULT" } }));
        Ctadmin::on(account, "create --region us-west-2 --multi-region --yes").exits(0);
    }
    let both = |arguments: &str| {
        Ctadmin::on(&by_tool, &format!("{arguments} --yes")).exits(0);
        let script = cli.script(&by_script, arguments);
        cli.run(&by_script, &script);
        let (script, tool): (Value, Value) = (snapshot(&by_script), snapshot(&by_tool));
        assert_eq!(script, tool, "{arguments}");
    };
    both("create athena --organization=o-a1b2c3d4e5 --tag team=sec");
    assert_eq!(planned(&by_script, "create athena")["steps"], json!([]));
    both("create athena --account 111111111111 --scan-limit-gb 0.01 --tag a=b");
    both("delete athena");
}
