//! What `splunk` needs to write files for Splunk.

use std::path::PathBuf;

use super::{Settings, check, listed, text};
use crate::aws::read::Hidden;
use crate::aws::read_secret;
use crate::call::Source;
use crate::cli;
use crate::error::{Error, Result};
use crate::hec::{Endpoint, Trust};
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

/// How `splunk hec` creates a token in Splunk.
pub struct Management {
    pub endpoint: Endpoint,
    pub trust: Trust,
    pub user: String,
    pub password: Hidden,
    /// The file for the token.
    pub file: PathBuf,
}

impl Management {
    /// Reads the password from its file, or asks for it with `ask`; nothing if the stanzas are only printed.
    pub fn new(
        args: cli::ManagementArgs,
        ask: impl FnOnce() -> Result<String>,
    ) -> Result<Option<Self>> {
        let (Some(url), Some(user), Some(file)) =
            (args.splunk_url, args.splunk_user, args.token_file)
        else {
            return Ok(None);
        };
        let endpoint = Endpoint::parse(&url).ok_or_else(|| {
            Error::usage(format!(
                "--splunk-url is not the address of a management API: {url}"
            ))
            .hint("the format is https://HOST:PORT, without a path; the port is usually 8089")
        })?;
        if user.is_empty() || user.contains(':') || user.contains(char::is_control) {
            return Err(Error::usage(
                "--splunk-user is empty, or has a colon or a line break",
            ));
        }
        let trust = match &args.splunk_ca {
            Some(path) => Trust::of_file(path)?,
            None => Trust::read()?,
        };
        let password = match args.splunk_password_file {
            Some(path) => read_secret(&Source::File(path)).map_err(Error::usage)?,
            None => ask()?,
        };
        Ok(Some(Self {
            endpoint,
            trust,
            user,
            password: Hidden(password),
            file,
        }))
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
