//! Arguments, environment and profile, resolved once into what the commands work with.
//!
//! Usage and configuration errors are found here, before any request to AWS.

pub mod alerts;
mod catalogue;
mod check;
mod events;
mod hardening;
pub mod splunk;
mod splunk_files;
pub mod trail;

pub use catalogue::{AlertsList, AlertsTest, ListFormat};
pub use events::{Events, FromQueue, Source, Wanted};
pub use splunk_files::{Inputs, aws_conf};

use std::path::Path;

use crate::aws::{Connection, endpoint};
use crate::cli;
use crate::error::{Error, Result};
use crate::plan::Origin;
use crate::stack;

/// Keys by their ARNs, as `--kms-key-id` takes them.
pub fn kms_keys(arns: Vec<String>) -> Result<Vec<String>> {
    for arn in &arns {
        check::kms_key("--kms-key-id", arn)?;
    }
    Ok(arns)
}

/// What every command needs that reads an account.
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
    /// Which regions.
    pub regions: Regions,
}

/// Names of the scheme, as far as given.
#[derive(Clone, Debug)]
pub struct Names {
    /// The prefix of all names.
    pub prefix: Option<String>,
    /// The bucket.
    pub bucket: Option<String>,
    /// The queue.
    pub queue: Option<String>,
}

/// Which regions a command is about.
#[derive(Clone, Debug, Default)]
pub struct Regions {
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
    /// How many confirmations are given in advance.
    pub yes: u8,
    /// Exit 3 from a dry run when changes are pending.
    pub detailed_exitcode: bool,
    /// The account to plan for without reading it.
    pub offline: Option<String>,
}

/// What a command needs that changes a stack with these options.
#[derive(Clone, Debug)]
pub struct Change<Options> {
    /// What every command needs that reads an account.
    pub settings: Settings,
    /// How to apply the plan.
    pub apply: Apply,
    /// What is asked of the stack.
    pub options: Options,
}

impl<Options> Change<Options> {
    /// Resolves the arguments of `create`: those of all stacks, then with them those of one.
    fn create(
        global: &cli::Global,
        args: cli::CreateArgs,
        options: impl FnOnce(&Settings, &Apply) -> Result<Options>,
    ) -> Result<Self> {
        let settings = Settings::new(global, args.scheme, args.regions)?;
        let apply = Apply::or_offline(&args.apply, &args.offline)?;
        Ok(Self {
            options: options(&settings, &apply)?,
            settings,
            apply,
        })
    }

    /// Resolves the arguments of `delete`.
    fn delete(
        global: &cli::Global,
        args: cli::DeleteArgs,
        options: impl FnOnce(&Settings) -> Result<Options>,
    ) -> Result<Self> {
        let settings = Settings::new(global, args.scheme, args.regions)?;
        Ok(Self {
            apply: Apply::new(&args.apply)?,
            options: options(&settings)?,
            settings,
        })
    }
}

impl Settings {
    /// Resolves what every command needs that reads an account.
    pub fn new(
        global: &cli::Global,
        scheme: cli::SchemeArgs,
        regions: cli::RegionArgs,
    ) -> Result<Self> {
        let jobs = regions.jobs;
        Self::of(global, Names::new(scheme)?, Regions::new(regions)?, jobs)
    }

    fn of(global: &cli::Global, names: Names, regions: Regions, jobs: u16) -> Result<Self> {
        let config = global.config.as_ref();
        Ok(Self {
            connection: connection(global, jobs)?,
            region: region(global)?,
            config: config.map(|file| file.display().to_string()),
            added: global.added.clone(),
            json: global.output == cli::Output::Json,
            names,
            regions,
        })
    }

    /// The trail stack that another stack, or a command, is about.
    pub fn trail(&self) -> stack::trail::Options {
        stack::trail::Options {
            home: self.region.clone(),
            bucket: self.names.bucket.clone(),
            ..stack::trail::Options::default()
        }
    }

    /// What a plan says of where it comes from.
    pub fn origin(&self) -> Origin {
        Origin {
            config: self.config.clone(),
            profile: self.connection.profile.clone(),
        }
    }

    /// The options given that are not kept in the account, so that the next command must have them as well.
    pub fn in_each_run(&self) -> Vec<String> {
        let only = self.regions.only.as_ref().map(|regions| regions.join(","));
        let except = Some(self.regions.except.join(",")).filter(|regions| !regions.is_empty());
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
pub fn region(global: &cli::Global) -> Result<Option<String>> {
    global
        .region
        .iter()
        .try_for_each(|region| check::region(region))?;
    Ok(global.region.clone())
}

impl Regions {
    fn new(args: cli::RegionArgs) -> Result<Self> {
        let (only, except) = (listed(args.regions), listed(args.exclude_regions));
        let all = only.iter().any(|region| region == "all");
        let named = only.iter().filter(|_| !all).chain(&except);
        named.map(String::as_str).try_for_each(check::region)?;
        if only.is_empty() || (all && only.len() > 1) {
            return Err(Error::usage("--regions takes `all` or a list of regions"));
        }
        Ok(Self {
            only: (!all).then_some(only),
            except,
        })
    }
}

impl Names {
    /// Resolves the names.
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
                .map_err(|error| error.hint("or give another name with --bucket"))?,
            (None, None) => {}
        }
        match (&queue, &prefix) {
            (Some(queue), _) => check::queue(queue)?,
            (None, Some(prefix)) => check::queue(&format!("{prefix}-cloudtrail"))
                .map_err(|error| error.hint("or give another name with --queue"))?,
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
    pub fn new(args: &cli::ApplyArgs) -> Result<Self> {
        let apply = Self {
            dry_run: args.dry_run,
            yes: args.yes,
            detailed_exitcode: args.detailed_exitcode,
            offline: None,
        };
        apply.checked()
    }

    /// Resolves how to apply a plan that can be made without reading the account.
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
            return Err(
                Error::usage("--detailed-exitcode can only be used with --dry-run")
                    .hint("add --dry-run"),
            );
        }
        let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stdin());
        if self.dry_run || self.yes > 0 || is_terminal {
            return Ok(self);
        }
        Err(Error::usage("there is no terminal to ask for confirmation")
            .hint("give --yes to apply without confirmation, or --dry-run to print the calls"))
    }
}

/// Checks the name of the bucket for access logs.
pub fn access_log_bucket(name: Option<&str>) -> Result<()> {
    name.map_or(Ok(()), check::bucket)
}

/// How to reach AWS.
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
