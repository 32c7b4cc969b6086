//! `inputs.conf`: which queue Splunk polls, in the formats of its add-on for AWS and of the app that preceded it.
//!
//! The names of the settings and their legal values are those of the add-on's own `inputs.conf.spec`, version 7.

use clap::ValueEnum;

use super::{Credentials, KEY_ID, SECRET, Stanza};
use crate::error::{Error, Result};

/// The input that reads the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The Splunk Add-on for AWS, input SQS-based S3
    SqsS3,
    /// The Splunk Add-on for AWS, input CloudTrail
    #[value(name = "cloudtrail")]
    CloudTrail,
    /// SplunkAppForAWS, which the add-on replaced
    Legacy,
}

/// The queue to poll.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its URL.
    pub url: String,
    /// Whether it has a dead-letter queue.
    pub dead_letters: bool,
}

/// What the options say about the file.
#[derive(Clone, Default)]
pub struct InputOptions {
    /// The input's name; the queue's unless given.
    pub name: Option<String>,
    /// The header of the stanza, in place of what the name would make it.
    pub stanza: Option<String>,
    /// The index for the events.
    pub index: Option<String>,
    /// What the add-on calls the AWS account, or the key, that it reads with.
    pub aws_account: Option<String>,
    /// What the add-on calls the role that it assumes.
    pub aws_iam_role: Option<String>,
    /// The key that the app reads with.
    pub credentials: Option<Credentials>,
    /// Settings that have the last word, in order.
    pub settings: Vec<(String, String)>,
}

/// The add-on's name for the key unless it is given: the name of the user that is created for Splunk.
const AWS_ACCOUNT: &str = "cloudtrail-splunkapp";

/// The index that every Splunk has.
const INDEX: &str = "main";

/// The index of the app.
const LEGACY_INDEX: &str = "aws-cloudtrail";

/// The add-on's own default: events that only read.
const READ_ONLY: &str = "^(?:Describe|List|Get)";

/// What the pattern is for.
const BLACKLIST: &str = "blacklist counts only where exclude_describe_events is 1, and then leaves out the events that match it";

/// Runs of the app's script. Its default of 2048 ends the input after a day; `relaunch` is the other value it knows.
const ITERATIONS: &str = "1000000";

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::SqsS3 => "sqs-s3",
            Self::CloudTrail => "cloudtrail",
            Self::Legacy => "legacy",
        }
    }
}

impl Format {
    /// Refuses a key in a file that has no place for one.
    ///
    /// # Errors
    /// When the format is not the one that holds a key.
    pub fn check_credentials(self) -> Result<()> {
        if self == Self::Legacy {
            return Ok(());
        }
        let name = self.name();
        Err(Error::usage(format!("--credentials has no place in the format {name}"))
            .hint("the add-on keeps the key itself: add it there as an account, whose name --aws-account gives here")
            .hint("--format legacy is the file that holds a key"))
    }
}

impl InputOptions {
    /// Refuses what the format has no place for, and settings that cannot be written.
    ///
    /// # Errors
    /// When there is such a thing.
    pub fn check(&self, format: Format) -> Result<()> {
        let legacy = format == Format::Legacy;
        let misplaced = [
            ("--aws-account", self.aws_account.is_some() && legacy),
            (
                "--aws-iam-role",
                self.aws_iam_role.is_some() && format != Format::SqsS3,
            ),
            ("--stanza", self.stanza.is_some() && !legacy),
        ];
        if let Some((option, _)) = misplaced.iter().find(|(_, misplaced)| *misplaced) {
            let format = format.name();
            return Err(
                Error::usage(format!("{option} has no place in the format {format}"))
                    .hint("--set key=value adds any setting"),
            );
        }
        for (place, (key, _)) in self.settings.iter().enumerate() {
            if self.settings[..place].iter().any(|(known, _)| known == key) {
                return Err(Error::usage(format!("the setting {key} is given twice")));
            }
        }
        let nowhere = Queue {
            name: "queue".to_owned(),
            region: String::new(),
            url: String::new(),
            dead_letters: false,
        };
        self.stanza(format, &nowhere).map(drop)
    }

    /// The stanza that makes Splunk poll this queue.
    ///
    /// # Errors
    /// When a setting cannot be written.
    pub fn stanza(&self, format: Format, queue: &Queue) -> Result<Stanza> {
        let name = self.name.as_ref().unwrap_or(&queue.name);
        let mut stanza = match format {
            Format::SqsS3 => self.sqs_s3(name, queue),
            Format::CloudTrail => self.cloudtrail(name, queue),
            Format::Legacy => self.legacy(name, queue),
        }?;
        for (key, value) in &self.settings {
            stanza.set(key, value)?;
        }
        Ok(stanza)
    }

    fn sqs_s3(&self, name: &str, queue: &Queue) -> Result<Stanza> {
        let mut stanza = Stanza::new(&format!("aws_sqs_based_s3://{name}"))?
            .with("aws_account", self.aws_account())?;
        if let Some(role) = &self.aws_iam_role {
            stanza.set("aws_iam_role", role)?;
        }
        stanza
            .with("using_dlq", if queue.dead_letters { "1" } else { "0" })?
            .with("sqs_queue_url", &queue.url)?
            .with("sqs_queue_region", &queue.region)?
            .with("sqs_batch_size", "10")?
            .with("s3_file_decoder", "CloudTrail")?
            .with("sourcetype", "aws:cloudtrail")?
            .with("interval", "300")?
            .with("index", self.index.as_deref().unwrap_or(INDEX))
    }

    /// Every event is kept, as no option asks to leave out the reading ones; the pattern says what `exclude_describe_events`
    /// would leave out.
    fn cloudtrail(&self, name: &str, queue: &Queue) -> Result<Stanza> {
        Stanza::new(&format!("aws_cloudtrail://{name}"))?
            .with_comment(BLACKLIST)
            .with("aws_account", self.aws_account())?
            .with("aws_region", &queue.region)?
            .with("sqs_queue", &queue.name)?
            .with("exclude_describe_events", "0")?
            .with("remove_files_when_done", "0")?
            .with("blacklist", READ_ONLY)?
            .with("sourcetype", "aws:cloudtrail")?
            .with("interval", "30")?
            .with("index", self.index.as_deref().unwrap_or(INDEX))
    }

    fn legacy(&self, name: &str, queue: &Queue) -> Result<Stanza> {
        let header = match &self.stanza {
            Some(header) => bare(header).to_owned(),
            None => format!("aws-cloudtrail://{name}"),
        };
        let credentials = self.credentials.as_ref();
        let key_id = credentials.map_or(KEY_ID, |credentials| &credentials.key_id);
        let secret = credentials.map_or(SECRET, |credentials| &credentials.secret);
        Stanza::new(&header)?
            .with("exclude_describe_events", "0")?
            .with("index", self.index.as_deref().unwrap_or(LEGACY_INDEX))?
            .with("interval", "30")?
            .with("remove_files_when_done", "0")?
            .with("key_id", key_id)?
            .with("secret_key", secret)?
            .with("sqs_queue", &queue.name)?
            .with("sqs_queue_region", &queue.region)?
            .with("sourcetype", "aws-cloudtrail")?
            .with("script_iterations", ITERATIONS)
    }

    fn aws_account(&self) -> &str {
        self.aws_account.as_deref().unwrap_or(AWS_ACCOUNT)
    }
}

/// A header without the brackets that it may be given in.
fn bare(header: &str) -> &str {
    let inner = header
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner.unwrap_or(header)
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    fn queue(dead_letters: bool) -> Queue {
        Queue {
            name: "123456789012-cloudtrail".to_owned(),
            region: "eu-west-1".to_owned(),
            url: "https://sqs.eu-west-1.amazonaws.com/123456789012/123456789012-cloudtrail"
                .to_owned(),
            dead_letters,
        }
    }

    fn text(format: Format, options: &InputOptions) -> String {
        options.check(format).expect("options that fit");
        let stanza = options
            .stanza(format, &queue(true))
            .map(|stanza| stanza.to_string());
        stanza.expect("a stanza")
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn the_add_on_polls_any_queue_that_tells_of_s3() {
        assert_snapshot!(text(Format::SqsS3, &InputOptions::default()), @"
        [aws_sqs_based_s3://123456789012-cloudtrail]
        aws_account = cloudtrail-splunkapp
        using_dlq = 1
        sqs_queue_url = https://sqs.eu-west-1.amazonaws.com/123456789012/123456789012-cloudtrail
        sqs_queue_region = eu-west-1
        sqs_batch_size = 10
        s3_file_decoder = CloudTrail
        sourcetype = aws:cloudtrail
        interval = 300
        index = main
        ");
        let bare = InputOptions::default().stanza(Format::SqsS3, &queue(false));
        let bare = bare.map(|stanza| stanza.to_string()).expect("a stanza");
        assert!(bare.contains("\nusing_dlq = 0\n"));
    }

    #[test]
    fn the_add_on_has_an_input_for_cloudtrail_alone() {
        assert_snapshot!(text(Format::CloudTrail, &InputOptions::default()), @"
        [aws_cloudtrail://123456789012-cloudtrail]
        # blacklist counts only where exclude_describe_events is 1, and then leaves out the events that match it
        aws_account = cloudtrail-splunkapp
        aws_region = eu-west-1
        sqs_queue = 123456789012-cloudtrail
        exclude_describe_events = 0
        remove_files_when_done = 0
        blacklist = ^(?:Describe|List|Get)
        sourcetype = aws:cloudtrail
        interval = 30
        index = main
        ");
    }

    #[test]
    fn the_app_wants_its_settings_in_its_order() {
        assert_snapshot!(text(Format::Legacy, &InputOptions::default()), @"
        [aws-cloudtrail://123456789012-cloudtrail]
        exclude_describe_events = 0
        index = aws-cloudtrail
        interval = 30
        remove_files_when_done = 0
        key_id = <access-key-id>
        secret_key = <secret-access-key>
        sqs_queue = 123456789012-cloudtrail
        sqs_queue_region = eu-west-1
        sourcetype = aws-cloudtrail
        script_iterations = 1000000
        ");
    }

    #[test]
    fn names_and_settings_have_the_last_word() {
        let options = InputOptions {
            name: some("trail"),
            index: some("audit"),
            aws_account: some("prod"),
            aws_iam_role: some("reader"),
            settings: vec![
                ("interval".to_owned(), "60".to_owned()),
                ("disabled".to_owned(), "0".to_owned()),
                ("index".to_owned(), "audit2".to_owned()),
            ],
            ..InputOptions::default()
        };
        assert_snapshot!(text(Format::SqsS3, &options), @"
        [aws_sqs_based_s3://trail]
        aws_account = prod
        aws_iam_role = reader
        using_dlq = 1
        sqs_queue_url = https://sqs.eu-west-1.amazonaws.com/123456789012/123456789012-cloudtrail
        sqs_queue_region = eu-west-1
        sqs_batch_size = 10
        s3_file_decoder = CloudTrail
        sourcetype = aws:cloudtrail
        interval = 60
        index = audit2
        disabled = 0
        ");
    }

    #[test]
    fn the_apps_header_and_key_can_be_given() {
        let options = InputOptions {
            stanza: some("[script://$SPLUNK_HOME/etc/apps/SplunkAppforAWS/bin/cloudtrail.py]"),
            credentials: Some(Credentials {
                key_id: "AKIA".to_owned(),
                secret: "se+cret".to_owned(),
            }),
            ..InputOptions::default()
        };
        let text = text(Format::Legacy, &options);
        assert!(
            text.starts_with(
                "[script://$SPLUNK_HOME/etc/apps/SplunkAppforAWS/bin/cloudtrail.py]\n"
            )
        );
        assert!(text.contains("\nkey_id = AKIA\nsecret_key = se+cret\n"));
    }

    #[test]
    fn what_a_format_has_no_place_for_is_refused() {
        let role = InputOptions {
            aws_iam_role: some("reader"),
            ..InputOptions::default()
        };
        let error = role.check(Format::CloudTrail).expect_err("a refusal");
        assert_eq!(
            error.message,
            "--aws-iam-role has no place in the format cloudtrail"
        );
        let stanza = InputOptions {
            stanza: some("x"),
            ..InputOptions::default()
        };
        assert!(stanza.check(Format::SqsS3).is_err());
        let twice = InputOptions {
            settings: vec![("a".to_owned(), "1".to_owned()); 2],
            ..InputOptions::default()
        };
        let error = twice.check(Format::SqsS3).expect_err("a refusal");
        assert_eq!(error.message, "the setting a is given twice");
    }
}
