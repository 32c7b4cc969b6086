//! Where credentials come from, and which of them win.

use std::path::PathBuf;

use serde_json::json;

use crate::support::{self, Account, Ctadmin, Fault};

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
    let account = support::account_of_all_regions();
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
        .says("hint: the caller needs sts:GetCallerIdentity; `ctadmin iam-policy` prints all that a command needs")
        .says("(request ");
}

/// The part of a run's stderr that says what to do.
fn hints(ran: &support::Ran) -> Vec<&str> {
    let lines = ran.stderr.lines();
    lines
        .filter_map(|line| line.strip_prefix("hint: "))
        .collect()
}

#[test]
fn a_console_login_is_read_from_its_cache() {
    // The file is called by the SHA-256 of the session.
    const SESSION: &str = "arn:aws:iam::123456789012:user/Admin";
    const FILE: &str = "10cabd19777b6651ac57333b55c7c10a1242b1c2337f40e674926d7324698347.json";
    let account = support::account();
    let config = format!("[profile console]\nregion = us-west-2\nlogin_session = {SESSION}\n");
    let files = Files::new(&config, "");
    let show = || {
        files
            .ctadmin(&account, "show -o json --profile console")
            .env("HOME", &files.path(""))
    };
    let ran = show().exits(2);
    assert_eq!(hints(&ran), ["log in with `aws login --profile console`"]);

    let cache = files.folder.path().join(".aws/login/cache");
    std::fs::create_dir_all(&cache).expect("a folder");
    let token = json!({
        "accessToken": {
            "accessKeyId": format!("AKIATEST{}", account.id()),
            "secretAccessKey": "secret",
            "sessionToken": "token",
            "accountId": account.id(),
            "expiresAt": "2099-01-01T00:00:00Z",
        },
        "tokenType": "aws_sigv4",
        "clientId": "arn:aws:signin:::devtools/same-device",
        "refreshToken": "refresh",
        "dpopKey": "key",
    });
    std::fs::write(cache.join(FILE), token.to_string()).expect("written");
    assert_eq!(show().exits(0).json()["account"], account.id());
}

#[test]
fn a_missing_or_expired_sso_session_hints_at_the_profile_to_log_in_with() {
    let account = support::account();
    let sso = "sso_session = corp\nsso_account_id = 123456789012\nsso_role_name = audit\n";
    let config = format!(
        "[default]\n{sso}[profile lab]\n{sso}[profile admin]\nsource_profile = lab\nrole_arn = arn:aws:iam::123456789012:role/admin
[sso-session corp]\nsso_region = us-east-1\nsso_start_url = https://example.com/start\n"
    );
    let files = Files::new(&config, "");
    let cache = files.folder.path().join(".aws/sso/cache");
    // The file is called by the SHA-1 of the session's name.
    let token = cache.join("ee0bfd2552fbd840c02cc48b6e823320543c450f.json");
    let expired = json!({"accessToken": "token", "expiresAt": "2020-01-01T00:00:00Z"});
    for (option, variable, profile) in [
        ("--profile lab", "", "lab"),
        ("--profile admin", "", "lab"),
        ("", "lab", "lab"),
        ("", "default", "default"),
        ("", "", "default"),
    ] {
        let mut run = files
            .ctadmin(&account, &format!("show {option}"))
            .env("HOME", &files.path(""));
        if !variable.is_empty() {
            run = run.env("AWS_PROFILE", variable);
        }
        let ran = run.exits(2);
        // From the second run on there is a session, but an old one.
        std::fs::create_dir_all(&cache).expect("a folder");
        std::fs::write(&token, expired.to_string()).expect("written");
        assert_eq!(
            hints(&ran),
            [format!("log in with `aws sso login --profile {profile}`")],
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn a_profile_with_mfa_is_named_with_the_way_around() {
    let account = support::account();
    let target = account.sibling();
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"AWS": format!("arn:aws:iam::{}:root", account.id())},
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]});
    target.seed(
        "iam",
        "CreateRole",
        "us-east-1",
        json!({"RoleName": "admin", "AssumeRolePolicyDocument": trust.to_string()}),
    );
    let config = format!(
        "[profile admin]\nsource_profile = base\nrole_arn = arn:aws:iam::{}:role/admin\nmfa_serial = arn:aws:iam::{}:mfa/me\n",
        target.id(),
        account.id()
    );
    let files = Files::new(&config, &keys("base", &account));
    let ran = files.ctadmin(&account, "show --profile admin").exits(2);
    let hints = hints(&ran).join("\n");
    for words in [
        "the profile admin has mfa_serial",
        "aws configure export-credentials --profile admin --format env",
        "credential_process = aws configure export-credentials --profile admin --format process",
    ] {
        assert!(hints.contains(words), "{}", ran.stderr);
    }
}

#[test]
fn a_missing_source_profile_is_named() {
    let account = support::account();
    let role = "role_arn = arn:aws:iam::123456789012:role/admin\n";
    let config = format!(
        "[profile admin]\nsource_profile = base\n{role}[profile base]\nsource_profile = gone\n{role}"
    );
    let files = Files::new(&config, "");
    let ran = files.ctadmin(&account, "show --profile admin").exits(2);
    ran.says(
        "error: the profile base takes its credentials from the profile gone, which does not exist",
    )
    .says("there are: admin, base");
    // What nobody uses needs not be right.
    let environment = files
        .ctadmin(&account, "show")
        .env("AWS_PROFILE", "admin")
        .env("AWS_ACCESS_KEY_ID", &format!("AKIATEST{}", account.id()))
        .env("AWS_SECRET_ACCESS_KEY", "secret");
    environment.exits(0);
}

#[test]
fn an_empty_region_is_named() {
    let account = support::account();
    let files = Files::new("[profile lab]\nregion =\n", &keys("lab", &account));
    files
        .ctadmin(&account, "show --profile lab")
        .exits(2)
        .says("error: the region of the profile lab is empty");
    files
        .ctadmin(&account, "show --profile lab -r us-west-2")
        .exits(0);
    files
        .ctadmin(&account, "show --profile lab")
        .env("AWS_REGION", "us-west-2")
        .exits(0);
}

#[test]
fn a_session_refused_in_an_opt_in_region_does_not_hide_the_home() {
    let account = support::account();
    account.settings(json!({
        "regions": {"us-east-1": "ENABLED_BY_DEFAULT", "us-west-2": "ENABLED_BY_DEFAULT", "ap-east-1": "ENABLED"},
        "token_refused_regions": ["ap-east-1"],
    }));
    let create = || Ctadmin::on(&account, "create --yes").env("AWS_REGION", "us-west-2");
    let ran = create().exits(1);
    ran.says("cloudtrail DescribeTrails in ap-east-1: UnrecognizedClientException")
        .says("AWS_STS_REGIONAL_ENDPOINTS=regional")
        .says("--global-endpoint-token-version v2Token");
    let trails = account.snapshot()["cloudtrail"].clone();
    let regions: Vec<&String> = trails.as_object().expect("trails").keys().collect();
    assert_eq!(regions, ["us-east-1", "us-west-2"]);
    // A region that every account has is another matter.
    let other = support::account();
    other.settings(json!({"token_refused_regions": ["eu-west-1"]}));
    Ctadmin::on(&other, "create --yes")
        .env("AWS_REGION", "us-west-2")
        .exits(1)
        .says("the queue may be in eu-west-1");
}

#[test]
fn a_region_of_another_partition_is_named_as_such() {
    let account = support::account();
    for arguments in ["show -r cn-north-1", "create -n -r cn-north-1"] {
        Ctadmin::on(&account, arguments)
            .exits(1)
            .says("InvalidClientTokenId")
            .says("hint: cn-north-1 belongs to the partition aws-cn");
    }
    Ctadmin::on(
        &account,
        "create -n -r us-west-2 --regions us-west-2,us-gov-west-1",
    )
    .exits(1)
    .says(
        "error: the region us-gov-west-1 belongs to the partition aws-us-gov, this account to aws",
    )
    .says("hint: use credentials of an account in aws-us-gov");
    account.settings(json!({"partition": "aws-cn"}));
    Ctadmin::on(&account, "show -r us-east-1")
        .exits(1)
        .says("another partition (China, GovCloud)");
}

/// GovCloud has no endpoint of AWS Account Management.
#[test]
fn regions_that_nothing_lists_are_those_of_the_partition() {
    let account = support::account();
    let regions =
        json!({"us-gov-west-1": "ENABLED_BY_DEFAULT", "us-gov-east-1": "ENABLED_BY_DEFAULT"});
    account.settings(json!({"partition": "aws-us-gov", "regions": regions}));
    let run = |arguments: &str| {
        Ctadmin::on(&account, arguments)
            .env("AWS_ENDPOINT_URL_ACCOUNT", "http://127.0.0.1:9")
            .env("AWS_REGION", "us-gov-west-1")
    };
    let plan = run("create -n -o json").exits(0).json();
    assert_eq!(plan["regions"], json!(["us-gov-east-1", "us-gov-west-1"]));
    assert_eq!(plan["partition"], "aws-us-gov");
    run("create --yes").exits(0);
    assert_eq!(run("create -n -o json").exits(0).json()["steps"], json!([]));
    run("create -n --regions us-gov-west-1").exits(0);
    // A proxy may answer in its place.
    account.faults([Fault::unavailable().operation("ListRegions").forever()]);
    Ctadmin::on(&account, "show")
        .env("AWS_REGION", "us-gov-west-1")
        .exits(0);
    // Elsewhere it is the network.
    let elsewhere = support::account();
    Ctadmin::on(&elsewhere, "show")
        .env("AWS_ENDPOINT_URL_ACCOUNT", "http://127.0.0.1:9")
        .exits(1)
        .says("account ListRegions in us-east-1: no answer");
}
