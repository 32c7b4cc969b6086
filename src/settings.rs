//! Arguments, environment and profile, resolved once into what the commands work with.
//!
//! Whatever is wrong by the arguments alone is refused here, before anything is asked of AWS.

mod check;

use std::time::Duration;

use crate::aws::{Connection, endpoint};
use crate::call::Tag;
use crate::cli;
use crate::error::{Error, Result};
use crate::stack::trail::{Layout, Options};

/// What every verb that looks at an account needs.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How to reach AWS.
    pub connection: Connection,
    /// The region given with `--region`.
    pub region: Option<String>,
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
#[derive(Clone, Copy, Debug)]
pub struct Apply {
    /// Print the plan and change nothing.
    pub dry_run: bool,
    /// Do not ask.
    pub yes: bool,
    /// Exit 3 from a dry run when changes are pending.
    pub detailed_exitcode: bool,
}

/// What `create` needs.
#[derive(Clone, Debug)]
pub struct Create {
    /// What every verb needs.
    pub settings: Settings,
    /// How to apply the plan.
    pub apply: Apply,
    /// What is asked of the trail stack; the configured region is filled in later.
    pub options: Options,
    /// How long to wait for deliveries.
    pub wait: Option<Duration>,
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
            json: global.output == cli::Output::Json,
            names,
            walk: Walk {
                only: (!all).then_some(regions),
                except,
            },
        })
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
    /// When a question would have to be asked and nobody is there to answer.
    pub fn new(args: &cli::ApplyArgs, offline: bool) -> Result<Self> {
        let apply = Self {
            dry_run: args.dry_run || offline,
            yes: args.yes,
            detailed_exitcode: args.detailed_exitcode,
        };
        let somebody_is_there = std::io::IsTerminal::is_terminal(&std::io::stdin());
        if apply.dry_run || apply.yes || somebody_is_there {
            return Ok(apply);
        }
        Err(Error::usage("there is no terminal to ask for confirmation")
            .hint("give --yes to apply without asking, or --dry-run to see the calls"))
    }
}

impl Create {
    /// Resolves the arguments of `create`.
    ///
    /// # Errors
    /// When something is wrong by the arguments alone.
    pub fn new(global: &cli::Global, args: cli::Create) -> Result<Self> {
        let settings = Settings::new(global, args.scheme, args.walk)?;
        let apply = Apply::new(&args.apply, args.offline)?;
        if let Some(prefix) = &args.key_prefix {
            check::key_prefix(prefix)?;
        }
        if let Some(arn) = &args.kms_key_id {
            check::kms_key(arn)?;
        }
        if args.bucket_owner.is_some() && args.policy_only {
            return Err(Error::usage(
                "--policy-only changes a bucket, which --bucket-owner leaves alone",
            )
            .hint("give one of them"));
        }
        let layout = match (args.multi_region, args.regional) {
            (true, _) => Some(Layout::MultiRegion),
            (_, true) => Some(Layout::Regional),
            _ => None,
        };
        let options = Options {
            home: settings.region.clone(),
            configured_region: None,
            layout,
            prune: args.prune,
            no_queue: args.no_queue,
            bucket: settings.names.bucket.clone(),
            bucket_owner: args.bucket_owner,
            policy_only: args.policy_only,
            key_prefix: args.key_prefix,
            kms_key_id: args.kms_key_id,
            no_log_file_validation: args.no_log_file_validation,
            tags: tags(args.tags)?,
        };
        Ok(Self {
            settings,
            apply,
            options,
            wait: args.wait,
            offline: args.account_id.filter(|_| args.offline),
        })
    }
}

/// How to reach AWS.
///
/// # Errors
/// When an endpoint is not a URL.
pub fn connection(global: &cli::Global, jobs: u16) -> Result<Connection> {
    let connection = Connection {
        profile: global.profile.clone(),
        endpoint_url: global.endpoint_url.clone(),
        jobs: usize::from(jobs),
    };
    endpoint::check(&connection)?;
    Ok(connection)
}

/// The items of a list, without spaces and without those that an empty variable leaves behind.
fn listed(items: Vec<String>) -> Vec<String> {
    let items = items.iter().map(|item| item.trim().to_owned());
    items.filter(|item| !item.is_empty()).collect()
}

fn tags(pairs: Vec<(String, String)>) -> Result<Vec<Tag>> {
    let mut tags: Vec<Tag> = Vec::with_capacity(pairs.len());
    for (key, value) in pairs {
        if tags.iter().any(|tag| tag.key == key) {
            return Err(Error::usage(format!("the tag {key} is given twice")));
        }
        tags.push(Tag { key, value });
    }
    if tags.len() > 50 {
        return Err(Error::usage("a resource can bear 50 tags at most"));
    }
    tags.sort();
    Ok(tags)
}
