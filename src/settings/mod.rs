//! Arguments, environment and profile, resolved once into what the commands work with.
//!
//! Usage and configuration errors are found here, before any request to AWS.

mod activity;
pub mod alerts;
pub mod athena;
mod catalogue;
pub mod central;
mod check;
mod events;
mod hardening;
pub mod log_delivery;
pub mod member;
pub mod push;
pub mod replay;
pub mod splunk;
mod splunk_files;
pub mod trail;

pub use activity::{Activity, CountedBy, Queried};
pub use catalogue::{AlertsList, AlertsTest};
pub use events::{Events, FromQueue, Source, Wanted};
pub use replay::{FailedEvents, PushFailed, PushReplay};
pub use splunk_files::{Inputs, Management, aws_conf};

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
    pub connection: Connection,
    /// The configuration file that options come from.
    pub config: Option<String>,
    /// The options that this file gives.
    pub added: cli::Added,
    pub json: bool,
    /// Print a page instead, where the command has one.
    pub html: bool,
    pub names: Names,
    pub regions: Regions,
}

/// Names of the scheme, as far as given.
#[derive(Clone, Debug)]
pub struct Names {
    pub prefix: Option<String>,
    pub bucket: Option<String>,
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
    pub settings: Settings,
    pub apply: Apply,
    pub options: Options,
}

impl<Options> Change<Options> {
    /// Resolves the arguments of `create`: those of all stacks, then with them those of one.
    fn create(
        global: &cli::Global,
        args: cli::CreateArgs,
        options: impl FnOnce(&Settings, &Apply) -> Result<Options>,
    ) -> Result<Self> {
        let settings = Settings::new(global, args.scope)?;
        let apply = Apply::new(&args.apply, args.offline.account())?;
        Ok(Self {
            options: options(&settings, &apply)?,
            settings,
            apply,
        })
    }

    fn delete(
        global: &cli::Global,
        args: cli::DeleteArgs,
        options: impl FnOnce(&Settings) -> Result<Options>,
    ) -> Result<Self> {
        let settings = Settings::new(global, args.scope)?;
        Ok(Self {
            apply: Apply::new(&args.apply, None)?,
            options: options(&settings)?,
            settings,
        })
    }
}

impl Settings {
    pub fn new(global: &cli::Global, scope: cli::ScopeArgs) -> Result<Self> {
        let jobs = scope.regions.jobs;
        let (names, regions) = (Names::new(scope.scheme)?, Regions::new(scope.regions)?);
        Self::of(global, names, regions, jobs)
    }

    fn of(global: &cli::Global, names: Names, regions: Regions, jobs: u16) -> Result<Self> {
        let config = global.config.as_ref();
        Ok(Self {
            connection: connection(global, jobs)?,
            config: config.map(|file| file.display().to_string()),
            added: global.added.clone(),
            json: global.output == cli::Output::Json,
            html: global.output == cli::Output::Html,
            names,
            regions,
        })
    }

    /// The trail stack that another stack, or a command, is about.
    pub fn trail(&self) -> stack::trail::Options {
        stack::trail::Options {
            home: self.connection.region.clone(),
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
    pub fn new(scheme: cli::SchemeArgs) -> Result<Self> {
        let cli::SchemeArgs {
            prefix,
            bucket,
            queue,
        } = scheme;
        if let Some(prefix) = &prefix {
            check::prefix(prefix)?;
        }
        let derived = prefix.as_ref().map(|prefix| format!("{prefix}-cloudtrail"));
        match (&bucket, &derived) {
            (Some(name), _) => check::bucket(name)?,
            (None, Some(name)) => check::bucket(name)
                .map_err(|error| error.hint("or give another name with --bucket"))?,
            (None, None) => {}
        }
        match (&queue, &derived) {
            (Some(name), _) => check::queue(name)?,
            (None, Some(name)) => check::queue(name)
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
    /// Resolves how to apply a plan, which is made for this account without reading it if one is given.
    pub fn new(args: &cli::ApplyArgs, offline: Option<&str>) -> Result<Self> {
        let apply = Self {
            dry_run: args.dry_run || offline.is_some(),
            yes: args.yes,
            detailed_exitcode: args.detailed_exitcode,
            offline: offline.map(str::to_owned),
        };
        if apply.detailed_exitcode && !apply.dry_run {
            let error = Error::usage("--detailed-exitcode can only be used with --dry-run");
            return Err(error.hint("add --dry-run"));
        }
        let is_terminal = std::io::IsTerminal::is_terminal(&std::io::stdin());
        if apply.dry_run || apply.yes > 0 || is_terminal {
            return Ok(apply);
        }
        Err(Error::usage("there is no terminal to ask for confirmation")
            .hint("give --yes to apply without confirmation, or --dry-run to print the calls"))
    }
}

pub fn access_log_bucket(name: Option<&str>) -> Result<()> {
    name.map_or(Ok(()), check::bucket)
}

pub fn connection(global: &cli::Global, jobs: u16) -> Result<Connection> {
    let connection = Connection {
        profile: global.profile.clone(),
        region: global.region.clone(),
        endpoint_url: global.endpoint_url.clone(),
        jobs: usize::from(jobs),
    };
    endpoint::check(&connection)?;
    connection
        .region
        .iter()
        .try_for_each(|region| check::region(region))?;
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
