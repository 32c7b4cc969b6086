//! Connecting to the account: its id, its regions, and the names of its resources.

use crate::aws::{Connection, Session, configured_region, endpoint};
use crate::error::{CallError, Error, Result};
use crate::region::{Region, global_region, is_known, partition_of};
use crate::settings::{Names, Regions, Settings};
use crate::stack::{Account, Scheme};

/// Reads the caller's identity and the enabled regions.
pub async fn connect(settings: &Settings) -> Result<(Session, Account)> {
    let (session, account, _) = connect_if(settings, false).await?;
    Ok((session, account))
}

/// The same for a caller who cannot list the regions: then they are those enabled by default, and the error is
/// returned.
pub async fn connect_leniently(
    settings: &Settings,
) -> Result<(Session, Account, Option<CallError>)> {
    connect_if(settings, true).await
}

async fn connect_if(
    settings: &Settings,
    lenient: bool,
) -> Result<(Session, Account, Option<CallError>)> {
    let configured_region = configured_region(&settings.connection).await?;
    let named = settings.connection.region.as_ref();
    let region = named.or(configured_region.as_ref());
    let region = region.map_or(global_region("aws"), String::as_str);
    let session = Session::open(&settings.connection, region).await?;
    let reader = session.reader();
    let (identity, listed) = tokio::join!(session.identity(), reader.enabled_regions());
    let identity = identity?;
    let (listed, denied) = match listed {
        Err(error) if lenient && error.is_denied() => {
            let regions = by_default(&identity.partition, region, &settings.regions);
            (Ok(regions), Some(error))
        }
        listed => (listed, None),
    };
    let (regions, enabled) = choose(&settings.regions, named, listed)?;
    let scheme = scheme(
        &settings.names,
        identity.account,
        identity.partition,
        session.sqs_endpoint(),
    );
    let account = Account {
        scheme,
        regions,
        enabled,
        except: settings.regions.except.clone(),
        configured_region,
    };
    Ok((session, account, denied))
}

/// The region given with `--region`, else the configured one, else that of the global services.
pub async fn first_region(connection: &Connection) -> Result<String> {
    let configured = configured_region(connection).await?;
    let region = connection.region.clone().or(configured);
    Ok(region.unwrap_or_else(|| global_region("aws").to_owned()))
}

/// The regions enabled by default in a partition, this one, and those that the user names.
fn by_default(partition: &str, region: &str, wanted: &Regions) -> Vec<Region> {
    let named = wanted.only.iter().flatten().map(String::as_str);
    let named = named.chain([region]).map(Region::named);
    let known = crate::region::by_default(partition).map(Region::named);
    sorted(known.chain(named).collect())
}

/// An account known by its id alone, without any request.
pub async fn offline(settings: &Settings, id: &str) -> Result<Account> {
    let configured_region = configured_region(&settings.connection).await?;
    let named = settings.connection.region.as_ref();
    let first = settings.regions.only.iter().flatten().next();
    let region = named.or(first).or(configured_region.as_ref());
    let partition = partition_of(region.map_or("", String::as_str));
    let names = match &settings.regions.only {
        Some(names) => names.clone(),
        None if partition == "aws" => crate::region::ENABLED_BY_DEFAULT
            .map(str::to_owned)
            .to_vec(),
        None => {
            return Err(Error::usage(format!(
                "the regions of {partition} are unknown with --offline"
            ))
            .hint("give them with --regions"));
        }
    };
    for name in names.iter().chain(named) {
        if !is_known(name) {
            return Err(Error::usage(format!("unknown region {name}")));
        }
        if partition_of(name) != partition {
            return Err(Error::usage(format!(
                "{name} is not in the partition {partition}"
            )));
        }
    }
    let all = sorted(names.iter().map(|name| Region::named(name)).collect());
    let endpoint = endpoint::of_sqs(&settings.connection);
    Ok(Account {
        scheme: scheme(
            &settings.names,
            id.to_owned(),
            partition.to_owned(),
            endpoint,
        ),
        regions: without(all.clone(), &settings.regions)?,
        enabled: all,
        except: settings.regions.except.clone(),
        configured_region,
    })
}

/// The names of an account's scheme.
pub fn scheme(
    names: &Names,
    account: String,
    partition: String,
    sqs_endpoint: Option<String>,
) -> Scheme {
    let prefix = names.prefix.clone().unwrap_or_else(|| account.clone());
    Scheme {
        queue: names
            .queue
            .clone()
            .unwrap_or_else(|| format!("{prefix}-cloudtrail")),
        account,
        partition,
        prefix,
        sqs_endpoint,
    }
}

/// The regions to change and all enabled ones, from what the user named and what AWS listed.
fn choose(
    wanted: &Regions,
    home: Option<&String>,
    listed: Result<Vec<Region>, CallError>,
) -> Result<(Vec<Region>, Vec<Region>)> {
    let enabled = match (listed, &wanted.only) {
        (Ok(enabled), _) => enabled,
        // A caller who names the regions need not be able to list them.
        (Err(_), Some(named)) => {
            let named = named.iter().chain(home);
            sorted(named.map(|name| Region::named(name)).collect())
        }
        (Err(error), None) => {
            return Err(Error::from(error).hint("or give the regions with --regions R1,R2,…"));
        }
    };
    let chosen = match &wanted.only {
        None => enabled.clone(),
        Some(named) => {
            let named = |region: &&Region| named.contains(&region.name);
            enabled.iter().filter(named).cloned().collect()
        }
    };
    for name in wanted.only.iter().flatten().chain(home) {
        check_enabled(name, &enabled)?;
    }
    for name in wanted.except.iter().filter(|name| !is_known(name)) {
        check_enabled(name, &enabled)?;
    }
    Ok((without(chosen, wanted)?, enabled))
}

fn without(regions: Vec<Region>, wanted: &Regions) -> Result<Vec<Region>> {
    let regions: Vec<Region> = regions
        .into_iter()
        .filter(|region| !wanted.except.contains(&region.name))
        .collect();
    if regions.is_empty() {
        return Err(Error::usage("--exclude-regions excludes every region")
            .hint("change --regions or --exclude-regions"));
    }
    Ok(regions)
}

fn check_enabled(name: &str, enabled: &[Region]) -> Result<()> {
    if enabled.iter().any(|region| region.name == name) {
        return Ok(());
    }
    let own = enabled
        .first()
        .map_or("aws", |region| partition_of(&region.name));
    let partition = partition_of(name);
    if is_known(name) && partition != own {
        return Err(Error::failed(format!(
            "the region {name} belongs to the partition {partition}, this account to {own}"
        ))
        .hint(format!("use credentials of an account in {partition}")));
    }
    Err(if is_known(name) {
        Error::failed(format!("the region {name} is not enabled in this account")).hint(format!(
            "enable it with `aws account enable-region --region-name {name}`"
        ))
    } else {
        let names: Vec<&str> = enabled.iter().map(|region| region.name.as_str()).collect();
        Error::failed(format!("unknown region {name}"))
            .hint(format!("the enabled regions are {}", names.join(" ")))
    })
}

/// In order of name, each once.
fn sorted(mut regions: Vec<Region>) -> Vec<Region> {
    regions.sort_by(|left, right| left.name.cmp(&right.name));
    regions.dedup_by(|left, right| left.name == right.name);
    regions
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The choice among three enabled regions; both lists are separated by spaces.
    fn chosen(only: &str, except: &str) -> Result<(Vec<Region>, Vec<Region>)> {
        let names = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        let wanted = Regions {
            only: Some(names(only)).filter(|names: &Vec<String>| !names.is_empty()),
            except: names(except),
        };
        let listed = ["ap-east-1", "eu-west-1", "xx-new-1"].map(Region::named);
        choose(&wanted, None, Ok(listed.to_vec()))
    }

    #[test]
    fn all_enabled_regions_are_chosen_unless_excluded() {
        let names = |regions: Vec<Region>| regions.into_iter().map(|region| region.name);
        let (regions, enabled) = chosen("", "ap-east-1 us-west-2").expect("a choice");
        assert!(names(regions).eq(["eu-west-1", "xx-new-1"]));
        assert!(names(enabled).eq(["ap-east-1", "eu-west-1", "xx-new-1"]));
    }

    #[test]
    fn a_region_is_unknown_or_not_enabled() {
        let refusals = [
            ("us-moon-1", ""),
            ("us-west-2", ""),
            ("", "us-moon-1"),
            ("eu-west-1", "eu-west-1"),
        ];
        let refusals = refusals.map(|(only, except)| {
            let error = chosen(only, except).expect_err("a refusal");
            error.message
        });
        assert_eq!(
            refusals,
            [
                "unknown region us-moon-1",
                "the region us-west-2 is not enabled in this account",
                "unknown region us-moon-1",
                "--exclude-regions excludes every region",
            ]
        );
    }
}
