//! What `splunk` needs to write files for Splunk.

use std::path::Path;

use super::{Settings, check, listed, text};
use crate::cli;
use crate::error::Result;
use crate::region::ENABLED_BY_DEFAULT;
use crate::splunk::accounts::{self, Account};
use crate::splunk::inputs::{Format, InputOptions};
use crate::splunk::{Credentials, aws_conf};

/// What `splunk inputs` needs. It may hold a key, so it has no `Debug`.
pub struct Inputs {
    /// What every command needs that reads an account.
    pub settings: Settings,
    /// The reader of the file.
    pub format: Format,
    /// What the options say about the file.
    pub options: InputOptions,
    /// The account whose names to derive without reading it.
    pub offline: Option<String>,
}

/// What `splunk aws-conf` needs. It may hold keys, so it has no `Debug`.
pub struct AwsConf {
    /// The accounts, the payer first.
    pub accounts: Vec<Account>,
    /// The regions, in the order given.
    pub regions: Vec<String>,
    /// The bucket with the billing reports.
    pub bucket: Option<String>,
}

impl Inputs {
    /// Resolves the arguments, and reads the credentials file.
    pub async fn new(global: &cli::Global, args: cli::Inputs) -> Result<Self> {
        let offline = args.account_id.filter(|_| args.offline);
        let scheme = cli::SchemeArgs {
            prefix: args.prefix,
            bucket: None,
            queue: args.queue,
        };
        let settings = Settings::new(global, scheme, args.regions)?;
        let format = args.format;
        if args.credentials.is_some() {
            format.check_credentials()?;
        }
        let credentials = match &args.credentials {
            Some(path) => Some(credentials_in(path, args.credentials_profile.as_deref()).await?),
            None => None,
        };
        let options = InputOptions {
            name: args.name,
            stanza: args.stanza,
            index: args.index,
            aws_account: args.aws_account,
            aws_iam_role: args.aws_iam_role,
            credentials,
            settings: args.settings,
        };
        options.check(format)?;
        Ok(Self {
            settings,
            format,
            options,
            offline,
        })
    }
}

impl AwsConf {
    /// Resolves the arguments, and reads the table of accounts.
    pub fn new(args: cli::AwsConf) -> Result<Self> {
        let mut regions = listed(args.regions);
        regions
            .iter()
            .try_for_each(|region| check::region(region))?;
        if regions.is_empty() {
            regions = ENABLED_BY_DEFAULT.map(str::to_owned).to_vec();
        }
        if let Some(bucket) = &args.billing_bucket {
            check::bucket(bucket)?;
        }
        let accounts = match &args.accounts {
            Some(path) => accounts::parse(&path.display().to_string(), &text(path)?)?,
            None => Vec::new(),
        };
        Ok(Self {
            accounts,
            regions,
            bucket: args.billing_bucket,
        })
    }

    /// The file's stanzas.
    pub fn stanzas(&self) -> Result<[crate::splunk::Stanza; 3]> {
        aws_conf::stanzas(&self.accounts, &self.regions, self.bucket.as_deref())
    }
}

async fn credentials_in(path: &Path, profile: Option<&str>) -> Result<Credentials> {
    Credentials::parse(&path.display().to_string(), &text(path)?, profile).await
}
