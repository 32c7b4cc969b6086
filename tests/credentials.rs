//! Where credentials come from, and which of them win.

use std::path::PathBuf;

use serde_json::json;

use crate::support::{self, Account, Ctadmin};

/// AWS configuration and credentials files in a folder of their own.
struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new(config: &str, credentials: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("config"), config).expect("written");
        std::fs::write(folder.path().join("credentials"), credentials).expect("written");
        Self { folder }
    }

    fn path(&self, name: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        path.to_str().expect("UTF-8").to_owned()
    }

    /// A run that sees these files, and the account's endpoint, and no credentials but those in the files.
    fn ctadmin(&self, account: &Account, arguments: &str) -> Ctadmin {
        Ctadmin::alone(arguments)
            .env("AWS_CONFIG_FILE", &self.path("config"))
            .env("AWS_SHARED_CREDENTIALS_FILE", &self.path("credentials"))
            .env("AWS_ENDPOINT_URL", account.endpoint())
    }
}

fn keys(profile: &str, account: &Account) -> String {
    format!(
        "[{profile}]\naws_access_key_id = AKIATEST{}\naws_secret_access_key = secret\n",
        account.id()
    )
}

#[test]
fn a_profile_wins_over_the_environment_only_when_it_is_an_option() {
    let account = support::account();
    let other = account.sibling();
    let files = Files::new(
        "[profile lab]\nregion = eu-west-1\n",
        &keys("lab", &account),
    );
    let with_environment = |arguments: &str| {
        files
            .ctadmin(&account, arguments)
            .env("AWS_ACCESS_KEY_ID", &format!("AKIATEST{}", other.id()))
            .env("AWS_SECRET_ACCESS_KEY", "secret")
    };
    let shown = with_environment("show -o json --profile lab")
        .exits(0)
        .json();
    assert_eq!(shown["account"], account.id());
    let shown = with_environment("show -o json")
        .env("AWS_PROFILE", "lab")
        .exits(0)
        .json();
    assert_eq!(shown["account"], other.id(), "as in the AWS CLI");
}

#[test]
fn the_home_region_comes_from_option_environment_and_profile_in_this_order() {
    let account = support::account();
    let files = Files::new(
        "[profile lab]\nregion = eu-west-1\n",
        &keys("lab", &account),
    );
    let home = |run: Ctadmin| run.exits(0).json()["home_region"].clone();
    let create = "create -n -o json --profile lab";
    assert_eq!(home(files.ctadmin(&account, create)), "eu-west-1");
    assert_eq!(
        home(
            files
                .ctadmin(&account, create)
                .env("AWS_DEFAULT_REGION", "us-east-2")
        ),
        "us-east-2"
    );
    let both = files
        .ctadmin(&account, create)
        .env("AWS_DEFAULT_REGION", "us-east-2")
        .env("AWS_REGION", "us-west-1");
    assert_eq!(home(both), "us-west-1");
    let option = files
        .ctadmin(&account, &format!("{create} --region us-west-2"))
        .env("AWS_REGION", "us-west-1");
    assert_eq!(home(option), "us-west-2");
}

#[test]
fn a_role_is_assumed_through_its_source_profile() {
    let account = support::account();
    let target = account.sibling();
    let config = format!(
        "[profile admin]\nregion = us-west-2\nsource_profile = base\nrole_arn = arn:aws:iam::{}:role/admin\n",
        target.id()
    );
    let files = Files::new(&config, &keys("base", &account));
    let shown = files
        .ctadmin(&account, "show -o json --profile admin")
        .exits(0)
        .json();
    assert_eq!(shown["account"], target.id());
    let assumed = account
        .requests()
        .into_iter()
        .filter(|request| request.operation == "AssumeRole");
    assert_eq!(assumed.count(), 1, "once for all regions");
}

#[test]
fn a_profile_that_does_not_exist_is_named() {
    let account = support::account();
    let files = Files::new("", &keys("lab", &account));
    files
        .ctadmin(&account, "show --profile nope")
        .exits(2)
        .says("no profile nope")
        .says("there are: lab");
    files
        .ctadmin(&account, "show")
        .env("AWS_PROFILE", "nope")
        .exits(2)
        .says("no profile nope");
}

#[test]
fn without_credentials_the_hint_says_where_they_could_come_from() {
    let account = support::account();
    let files = Files::new("", "");
    files
        .ctadmin(&account, "show")
        .exits(2)
        .says(": no credentials found in chain\n")
        .says("hint: name a profile");
}

#[test]
fn one_service_can_have_an_endpoint_of_its_own() {
    let account = support::account();
    let run = |variable: &str, arguments: &str| {
        Ctadmin::on(&account, arguments)
            .env(variable, "http://127.0.0.1:9")
            .env("AWS_REGION", "us-west-2")
    };
    let ran = run("AWS_ENDPOINT_URL_STS", "show -o json").exits(1);
    ran.says("sts GetCallerIdentity in us-west-2: no answer");
    let endpoint = format!("show -o json --endpoint-url {}", account.endpoint());
    run("AWS_ENDPOINT_URL_STS", &endpoint).exits(0);
}

#[test]
fn an_organization_that_denies_everything_is_told_by_aws_words() {
    let account = support::account();
    account.settings(json!({"denied_operations": ["sts:GetCallerIdentity"]}));
    let ran = Ctadmin::on(&account, "show").exits(1);
    ran.says("sts GetCallerIdentity")
        .says("hint: the caller needs sts:GetCallerIdentity; `ctadmin iam-policy VERB` prints all that a verb needs")
        .says("(request ");
}
