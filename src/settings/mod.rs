//! Arguments, environment and profile, resolved once into what the commands work with.
//!
//! Whatever is wrong by the arguments alone is refused here, before anything is asked of AWS.

pub mod alerts;
mod catalogue;
mod check;
mod events;
mod hardening;
pub mod splunk;
mod splunk_files;
mod trail;

pub use catalogue::{AlertsList, AlertsTest, ListFormat};
pub use events::{Events, FromBucket, FromQueue, Redrive, Source, Wanted};
pub use splunk_files::{AwsConf, Inputs};
pub use trail::CreateTrail;

use std::path::Path;

use crate::aws::{Connection, endpoint};
use crate::cli;
use crate::error::{Error, Result};
use crate::plan::Origin;

/// Keys by their ARNs, as `--kms-key-id` takes them.
///
/// # Errors
/// When one is no ARN of a key.
pub fn kms_keys(arns: Vec<String>) -> Result<Vec<String>> {
    for arn in &arns {
        check::kms_key("--kms-key-id", arn)?;
    }
    Ok(arns)
}

/// What every verb that looks at an account needs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How to reach AWS.
    pub connection: Connection,
    /// The region given with `--region`.
    pub region: Option<String>,
    /// The configuration file that options come from.
    pub config: Option<String>,
    /// The options that this file gives.
    pub added: cli::Added,
    /// Print JSON.
    pub json: bool,
    /// Names of the scheme, as far as given.
    pub names: Names,
    /// Which regions to walk.
    pub walk: Walk,
}

/// Names of the scheme, as far as given.
#[derive(Clone, Debug)]
pub struct Names {
    /// What all names begin with.
    pub prefix: Option<String>,
    /// The bucket.
    pub bucket: Option<String>,
    /// The queue.
    pub queue: Option<String>,
}

/// Which regions to walk.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// These; `None` for all.
    pub only: Option<Vec<String>>,
    /// Not these.
    pub except: Vec<String>,
}

/// How to apply a plan.
#[derive(Clone, Debug)]
pub struct Apply {
    /// Print the plan and change nothing.
    pub dry_run: bool,
    /// How many questions are answered with yes beforehand.
    pub yes: u8,
    /// Exit 3 from a dry run when changes are pending.
    pub detailed_exitcode: bool,
    /// The account to plan for without looking at it.
    pub offline: Option<String>,
}

impl Settings {
    /// Resolves what every verb needs.
    ///
    /// # Errors
    /// When a name or a region cannot be one.
    pub fn new(global: &cli::Global, scheme: cli::SchemeArgs, walk: cli::WalkArgs) -> Result<Self> {
        let names = Names::new(scheme)?;
        let (regions, except) = (listed(walk.regions), listed(walk.exclude_regions));
        let all = regions.iter().any(|region| region == "all");
        let named = regions.iter().filter(|_| !all);
        for region in named.chain(&except) {
            check::region(region)?;
        }
        if regions.is_empty() || (all && regions.len() > 1) {
            return Err(Error::usage("--regions takes `all` or a list of regions"));
        }
        Ok(Self {
            connection: connection(global, walk.jobs)?,
            region: region(global)?,
            config: global
                .config
                .as_ref()
                .map(|file| file.display().to_string()),
            added: global.added.clone(),
            json: global.output == cli::Output::Json,
            names,
            walk: Walk {
                only: (!all).then_some(regions),
                except,
            },
        })
    }
}

impl Settings {
    /// What a plan says of where it comes from.
    pub fn origin(&self) -> Origin {
        Origin {
            config: self.config.clone(),
            profile: self.connection.profile.clone(),
        }
    }

    /// The options given that the account does not remember, so that the next command must have them as well.
    pub fn in_each_run(&self) -> Vec<String> {
        let only = self.walk.only.as_ref().map(|regions| regions.join(","));
        let except = Some(self.walk.except.join(",")).filter(|regions| !regions.is_empty());
        let options = [
            ("--config", self.added.named()),
            ("--profile", self.connection.profile.clone()),
            ("--endpoint-url", self.connection.endpoint_url.clone()),
            ("--prefix", self.names.prefix.clone()),
            ("--queue", self.names.queue.clone()),
            ("--regions", only),
            ("--exclude-regions", except),
        ];
        // Those of a file come from there again.
        let options = options.into_iter();
        let options = options.filter(|(option, _)| !self.added.gives(option));
        let given = options.filter_map(|(option, value)| Some([option.to_owned(), value?]));
        given.flatten().collect()
    }
}

/// The region given with `--region`.
///
/// # Errors
/// When it cannot be one.
pub fn region(global: &cli::Global) -> Result<Option<String>> {
    global
        .region
        .iter()
        .try_for_each(|region| check::region(region))?;
    Ok(global.region.clone())
}

impl Names {
    /// Resolves the names.
    ///
    /// # Errors
    /// When one cannot be a name of what it is to name.
    pub fn new(scheme: cli::SchemeArgs) -> Result<Self> {
        let cli::SchemeArgs {
            prefix,
            bucket,
            queue,
        } = scheme;
        if let Some(prefix) = &prefix {
            check::prefix(prefix)?;
        }
        match (&bucket, &prefix) {
            (Some(bucket), _) => check::bucket(bucket)?,
            (None, Some(prefix)) => check::bucket(&format!("{prefix}-cloudtrail"))
                .map_err(|error| error.hint("or name another bucket with --bucket"))?,
            (None, None) => {}
        }
        match (&queue, &prefix) {
            (Some(queue), _) => check::queue(queue)?,
            (None, Some(prefix)) => check::queue(&format!("{prefix}-cloudtrail"))
                .map_err(|error| error.hint("or name another queue with --queue"))?,
            (None, None) => {}
        }
        Ok(Self {
            prefix,
            bucket,
            queue,
        })
    }
}

impl Apply {
    /// Resolves how to apply.
    ///
    /// # Errors
    /// When a question would have to be asked and nobody is there to answer, or an option of dry runs is given for
    /// another.
    pub fn new(args: &cli::ApplyArgs) -> Result<Self> {
        let apply = Self {
            dry_run: args.dry_run,
            yes: args.yes,
            detailed_exitcode: args.detailed_exitcode,
            offline: None,
        };
        apply.checked()
    }

    /// Resolves how to apply a plan that may be made without looking at the account.
    ///
    /// # Errors
    /// See [`Apply::new`].
    pub fn or_offline(args: &cli::ApplyArgs, offline: &cli::OfflineArgs) -> Result<Self> {
        let apply = Self {
            dry_run: args.dry_run || offline.offline,
            yes: args.yes,
            detailed_exitcode: args.detailed_exitcode,
            offline: offline.account().map(str::to_owned),
        };
        apply.checked()
    }

    fn checked(self) -> Result<Self> {
        if self.detailed_exitcode && !self.dry_run {
            return Err(Error::usage(
                "--detailed-exitcode tells what a dry run found, and this is none",
            )
            .hint("give --dry-run, too"));
        }
        let somebody_is_there = std::io::IsTerminal::is_terminal(&std::io::stdin());
        if self.dry_run || self.yes > 0 || somebody_is_there {
            return Ok(self);
        }
        Err(Error::usage("there is no terminal to ask for confirmation")
            .hint("give --yes to apply without asking, or --dry-run to see the calls"))
    }
}

/// Checks the name of the bucket that is to get access logs.
///
/// # Errors
/// When it cannot be one.
pub fn access_log_bucket(name: Option<&str>) -> Result<()> {
    name.map_or(Ok(()), check::bucket)
}

/// How to reach AWS.
///
/// # Errors
/// When an endpoint is not a URL.
pub fn connection(global: &cli::Global, jobs: u16) -> Result<Connection> {
    let connection = Connection {
        profile: global.profile.clone(),
        region: global.region.clone(),
        endpoint_url: global.endpoint_url.clone(),
        jobs: usize::from(jobs),
    };
    endpoint::check(&connection)?;
    Ok(connection)
}

/// The text of a file that the user names.
fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| Error::unreadable(path, &error))
}

/// The items of a list, without spaces and without those that an empty variable leaves behind.
fn listed(items: Vec<String>) -> Vec<String> {
    let items = items.iter().map(|item| item.trim().to_owned());
    items.filter(|item| !item.is_empty()).collect()
}
