//! What `splunk` needs to write files for Splunk.

use super::{Settings, check, listed, text};
use crate::cli;
use crate::error::Result;
use crate::region::ENABLED_BY_DEFAULT;
use crate::splunk::inputs::InputOptions;
use crate::splunk::{Credentials, Stanza, accounts, aws_conf};

/// What `splunk inputs` needs. It may hold a key, so it has no `Debug`.
pub struct Inputs {
    pub settings: Settings,
    /// The options of the file.
    pub file: InputOptions,
    /// The key that the file gets.
    pub key: Option<Credentials>,
    /// The account whose names to derive without reading it.
    pub offline: Option<String>,
}

impl Inputs {
    pub async fn new(global: &cli::Global, args: cli::Inputs) -> Result<Self> {
        let offline = args.account_id.filter(|_| args.offline);
        let scheme = cli::SchemeArgs {
            prefix: args.prefix,
            bucket: None,
            queue: args.queue,
        };
        let regions = args.regions;
        let settings = Settings::new(global, cli::ScopeArgs { scheme, regions })?;
        let file = args.file;
        file.check()?;
        let key = match &file.credentials {
            Some(path) => {
                let (name, profile) = (path.display().to_string(), &file.credentials_profile);
                Some(Credentials::parse(&name, &text(path)?, profile.as_deref()).await?)
            }
            None => None,
        };
        Ok(Self {
            settings,
            file,
            key,
            offline,
        })
    }
}

/// The stanzas of `splunk aws-conf`, with the accounts of a table.
pub fn aws_conf(args: cli::AwsConf) -> Result<[Stanza; 3]> {
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
    aws_conf::stanzas(&accounts, &regions, args.billing_bucket.as_deref())
}
