//! A file for access keys, and what a test wants to know of it.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;

use super::READER;
use crate::support::{Account, AwsCli, Ctadmin, Ran, Running, Venv};

/// `create splunk` for all three users.
pub const ALL: &str = "--billing-bucket my-reports --ec2";

/// The name of a file for access keys, in a folder of its own.
#[derive(Debug)]
pub struct KeyFile {
    folder: TempDir,
}

impl KeyFile {
    /// A file that is not there yet.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("key.ini")
    }

    /// The arguments of `create splunk` with these options, and keys to this file.
    pub fn create(&self, options: &str) -> String {
        let path = self.path();
        let path = path.to_str().expect("UTF-8");
        format!("create splunk {options} --access-key {path}")
    }

    /// The run of it that applies the plan and says all that there is to say.
    pub fn ctadmin(&self, account: &Account, options: &str) -> Ctadmin {
        Ctadmin::on(account, &format!("{} --yes -vv", self.create(options)))
    }

    /// The run of it with so many bytes left on the disk. What a write past them brings about is said in Python's words:
    /// with SIG_IGN it fails, with SIG_DFL it kills.
    pub fn on_a_disk_with(
        &self,
        bytes: usize,
        signal: &str,
        account: &Account,
        options: &str,
    ) -> Ctadmin {
        let code = format!(
            "import os, resource, signal, sys\n\
             signal.signal(signal.SIGXFSZ, signal.{signal})\n\
             resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes}, {bytes}))\n\
             os.execv(sys.argv[1], sys.argv[1:])"
        );
        let run = self.ctadmin(account, options);
        run.through(Venv::get().python(), &["-c", &code])
    }

    /// Runs it, which must have this exit code and must not tell any secret.
    #[track_caller]
    pub fn exits(&self, account: &Account, options: &str, code: i32) -> Ran {
        assert_discreet(account, self.ctadmin(account, options).exits(code))
    }

    /// Starts it.
    pub fn start(&self, account: &Account, options: &str) -> Running {
        Running::start(self.ctadmin(account, options))
    }

    /// What is in the folder: nothing but the file itself, if that.
    pub fn is_there(&self) -> bool {
        let entries = self.folder.path().read_dir().expect("the folder is there");
        let names: Vec<_> = entries
            .map(|entry| entry.expect("an entry").file_name())
            .collect();
        assert!(names.iter().all(|name| name == "key.ini"), "{names:?}");
        !names.is_empty()
    }

    #[track_caller]
    pub fn text(&self) -> String {
        std::fs::read_to_string(self.path()).expect("the file is there, and text")
    }

    #[track_caller]
    pub fn mode(&self) -> u32 {
        let about = self.path().symlink_metadata().expect("the file is there");
        about.permissions().mode() & 0o7777
    }

    /// Id, secret and region by profile. Each profile stands in the file once.
    #[track_caller]
    fn profiles(&self) -> BTreeMap<String, [String; 3]> {
        let text = self.text();
        let mut profiles = BTreeMap::new();
        for section in text.split("\n[").skip(usize::from(text.starts_with('#'))) {
            let (profile, lines) = section
                .trim_start_matches('[')
                .split_once("]\n")
                .expect("a section");
            let value = |name: &str| {
                let prefix = format!("{name} = ");
                let mut lines = lines.lines().filter_map(|line| line.strip_prefix(&prefix));
                lines.next().expect("each section has all three").to_owned()
            };
            let values = ["aws_access_key_id", "aws_secret_access_key", "region"].map(value);
            let before = profiles.insert(profile.to_owned(), values);
            assert_eq!(before, None, "{profile} stands in the file twice");
        }
        profiles
    }

    /// The id of the key that stands in the file for a user.
    #[track_caller]
    pub fn id(&self, user: &str) -> String {
        let profile = if user == READER { "default" } else { user };
        self.profiles()[profile][0].clone()
    }

    /// The file is its owner's alone, and holds the only key of each of these users, and no other.
    #[track_caller]
    pub fn holds_the_only_keys(&self, account: &Account, users: &[&str]) {
        self.holds_keys(account, users);
        for user in users {
            assert_eq!(
                keys(account, user),
                [self.id(user)],
                "{user} has another key"
            );
        }
    }

    /// As [`KeyFile::holds_the_only_keys`], though the users may have others beside them.
    #[track_caller]
    pub fn holds_keys(&self, account: &Account, users: &[&str]) {
        assert_eq!(self.mode(), 0o600);
        let profiles = self.profiles();
        assert_eq!(profiles.len(), users.len(), "{:?}", profiles.keys());
        let secrets = account.secrets();
        for (profile, [id, secret, region]) in &profiles {
            assert_eq!(secrets.get(id), Some(secret), "the key of {profile}");
            assert_eq!(region, "us-west-2");
        }
        for user in users {
            assert!(keys(account, user).contains(&self.id(user)), "{user}");
        }
    }

    /// The AWS CLI with this key and no other. What it prints, or the error that it ends with.
    #[track_caller]
    pub fn aws(&self, account: &Account, command: &str) -> Result<String, String> {
        let mut aws = Ctadmin::alone("")
            .env(
                "AWS_SHARED_CREDENTIALS_FILE",
                self.path().to_str().expect("UTF-8"),
            )
            .env("AWS_PAGER", "")
            .into_command();
        let mut alone = std::process::Command::new(AwsCli::version_1().program());
        for (name, value) in aws.get_envs() {
            match value {
                Some(value) => alone.env(name, value),
                None => alone.env_remove(name),
            };
        }
        aws = alone;
        aws.args(["--endpoint-url", account.endpoint()])
            .args(command.split_whitespace());
        let ran = Ran::from(aws.output().expect("the AWS CLI is there"));
        if ran.code == 0 {
            Ok(ran.stdout)
        } else {
            Err(ran.stderr)
        }
    }
}

/// The ids of a user's keys.
#[track_caller]
pub fn keys(account: &Account, user: &str) -> Vec<String> {
    let listed = account.seed(
        "iam",
        "ListAccessKeys",
        "us-east-1",
        json!({"UserName": user}),
    );
    let keys = listed["AccessKeyMetadata"]
        .as_array()
        .expect("a list")
        .iter();
    keys.map(|key| super::text(&key["AccessKeyId"])).collect()
}

/// Makes a key for a user as somebody else would. Its id and its secret.
#[track_caller]
pub fn make_key(account: &Account, user: &str) -> (String, String) {
    let made = account.seed(
        "iam",
        "CreateAccessKey",
        "us-east-1",
        json!({"UserName": user}),
    );
    let key = &made["AccessKey"];
    (
        super::text(&key["AccessKeyId"]),
        super::text(&key["SecretAccessKey"]),
    )
}

/// The run told no secret: none of those that there are, and nothing that looks like one that is gone by now.
#[track_caller]
pub fn assert_discreet(account: &Account, ran: Ran) -> Ran {
    let told = format!("{}\n{}", ran.stdout, ran.stderr);
    for secret in account.secrets().values() {
        assert!(!told.contains(secret), "a secret is told");
    }
    let is_of_secrets = |letter: char| letter.is_ascii_alphanumeric() || "+/".contains(letter);
    let words = told.split(|letter| !is_of_secrets(letter));
    let digit = |letter: char| letter.is_ascii_digit();
    for word in words.filter(|word| word.len() >= 40 && word.contains(digit)) {
        // The id of a step names user and key.
        assert!(
            word.ends_with("/DeleteAccessKey"),
            "{word} looks like a secret"
        );
    }
    for (at, name) in told.match_indices("aws_secret_access_key = ") {
        let value = &told[at + name.len()..];
        assert!(value.starts_with("%s"), "a secret is told");
    }
    ran
}
