//! `ctadmin iam-policy`: the least-privilege policy for a command.

use super::account;
use crate::aws::Session;
use crate::cli;
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;
use crate::region::partition_of;
use crate::replay::permissions as replay;
use crate::resource::principal::{
    ROLE_POLICY_LIMIT as ROLE_LIMIT, USER_POLICY_LIMIT as USER_LIMIT,
};
use crate::settings::{self, Names};
use crate::stack::log_delivery::{self, LogStack};
use crate::stack::permissions::policy;
use crate::stack::{Purpose, alerts, athena, central, member, push, splunk, trail};

/// How long a managed policy can be, as IAM counts.
const MANAGED_LIMIT: usize = 6_144;

pub async fn run(global: &cli::Global, args: cli::IamPolicy, printer: &Printer) -> Result<Exit> {
    let names = Names::new(args.scheme)?;
    let purpose = match args.command {
        cli::PolicyCommand::Create => Some(Purpose::Create),
        cli::PolicyCommand::Show => Some(Purpose::Show),
        cli::PolicyCommand::Delete => Some(Purpose::Delete),
        cli::PolicyCommand::Events
        | cli::PolicyCommand::ActivityAthena
        | cli::PolicyCommand::Doctor
        | cli::PolicyCommand::PushFailed
        | cli::PolicyCommand::PushReplay => None,
    };
    if purpose.is_some() && !args.kms_key_ids.is_empty() {
        let error = Error::usage("--kms-key-id cannot be used with create, show and delete");
        return Err(error.hint("they decrypt nothing: omit it"));
    }
    let is_of_central =
        (args.command, args.stack) == (cli::PolicyCommand::Create, Some(cli::Stack::Central));
    for (is_given, option) in [(args.splunk, "--splunk"), (args.opensearch, "--opensearch")] {
        if is_given && !is_of_central {
            let message = format!("only create central takes {option}");
            return Err(Error::usage(message).hint("omit it"));
        }
    }
    let is_of_push = match args.command {
        cli::PolicyCommand::Create | cli::PolicyCommand::Doctor => {
            args.stack == Some(cli::Stack::Push)
        }
        command => command == cli::PolicyCommand::PushReplay,
    };
    if args.hec_secret.is_some() && !is_of_push && !args.splunk {
        let takes = "create push, create central --splunk, doctor push and push-replay";
        return Err(Error::usage(format!("only {takes} take --hec-secret")).hint("omit it"));
    }
    let keys = settings::kms_keys(args.kms_key_ids)?;
    settings::access_log_bucket(args.access_log_bucket.as_deref())?;
    let connection = settings::connection(global, 1)?;
    let region = account::first_region(&connection).await?;
    let (id, partition) = match args.account_id {
        Some(id) => (id, partition_of(&region).to_owned()),
        None => {
            let session = Session::open(&connection, &region).await?;
            let identity = session.identity().await?;
            (identity.account, identity.partition)
        }
    };
    let scheme = account::scheme(&names, id, partition, None);
    let bucket = names.bucket.unwrap_or_else(|| scheme.bucket_name());
    let delivery = log_delivery::Options {
        log_group: settings::log_delivery::log_group(args.log_group)?,
        source: settings::push::source(args.source)?,
        ..log_delivery::Options::default()
    };
    let push = push::Options {
        delivery,
        backup_bucket: args.backup_bucket,
        token: args
            .hec_secret
            .map(|arn| settings::push::secret(&arn))
            .transpose()?,
        ..push::Options::default()
    };
    let grants = match (purpose, args.stack) {
        (Some(purpose), None | Some(cli::Stack::Trail)) => trail::permissions::of_stack(
            &scheme,
            purpose,
            &bucket,
            args.access_log_bucket.as_deref(),
        ),
        (Some(purpose), Some(cli::Stack::Alerts)) => {
            let options = alerts::Options {
                delivery: push.delivery,
                ..alerts::Options::default()
            };
            options.permissions(&scheme, purpose, &bucket)
        }
        (Some(purpose), Some(cli::Stack::Athena)) => {
            athena::Options::default().permissions(&scheme, purpose, &bucket)
        }
        (Some(purpose), Some(cli::Stack::Push)) => push.permissions(&scheme, purpose, &bucket),
        (Some(purpose), Some(cli::Stack::Central)) => {
            let options = central::Options {
                opensearch: args.opensearch.then(central::ToOpenSearch::default),
                splunk: args.splunk.then(|| central::ToSplunk {
                    token: push.token,
                    ..central::ToSplunk::default()
                }),
                ..central::Options::default()
            };
            options.permissions(&scheme, purpose)
        }
        (Some(purpose), Some(cli::Stack::Member)) => {
            let named = args
                .central
                .map(|account| settings::member::central(account, args.central_prefix));
            let central = named.transpose()?.unwrap_or_else(member::Central::any);
            member::Options::permissions(&scheme, purpose, central)
        }
        (Some(purpose), Some(cli::Stack::Splunk)) => {
            let identity = settings::splunk::identity(args.identity, None)?;
            splunk::Options::of(identity).permissions(&scheme, purpose, &bucket)
        }
        (None, Some(cli::Stack::Push)) if args.command == cli::PolicyCommand::Doctor => {
            push.permissions_of_doctor(&scheme, &bucket, &keys)
        }
        (None, Some(cli::Stack::Central)) if args.command == cli::PolicyCommand::Doctor => {
            central::Options::default().permissions_of_doctor(&scheme)
        }
        (None, Some(cli::Stack::Member)) if args.command == cli::PolicyCommand::Doctor => {
            member::Options::permissions_of_doctor(&scheme)
        }
        (None, Some(_)) => {
            let takes = "create, show, delete and doctor take a stack, doctor only push, central and member";
            return Err(Error::usage(format!("only {takes}")).hint("omit the stack"));
        }
        (None, None) => match args.command {
            cli::PolicyCommand::Events => trail::permissions::of_events(&scheme, &bucket, &keys),
            cli::PolicyCommand::ActivityAthena => athena::of_questions(&scheme, &bucket, &keys),
            cli::PolicyCommand::PushFailed => replay::of_failed(&scheme, &push, &keys),
            cli::PolicyCommand::PushReplay => replay::of_replay(&scheme, &push, &keys),
            _ => trail::permissions::of_doctor(&scheme, &bucket, &keys),
        },
    };
    let policy = policy(&grants);
    printer.json(&policy.to_json())?;
    printer.say(&where_to(policy.size()));
    Ok(Exit::Done)
}

/// Where a policy of this size fits.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>
fn where_to(size: usize) -> String {
    let counted = format!("{size} characters without white space");
    if size <= MANAGED_LIMIT {
        format!(
            "{counted}: fits a managed policy (at most {MANAGED_LIMIT}) or an inline policy of a role; all inline policies of a user share {USER_LIMIT}"
        )
    } else if size <= ROLE_LIMIT {
        format!(
            "warning: {counted} exceed the {MANAGED_LIMIT} of a managed policy: attach it as an inline policy of a role only, whose inline policies share {ROLE_LIMIT}"
        )
    } else {
        format!(
            "warning: {counted} exceed the {ROLE_LIMIT} that all inline policies of a role share: choose shorter names, or split it"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_says_where_a_policy_fits() {
        for (size, fits, warned) in [
            (1, "a managed policy", false),
            (6_144, "a managed policy", false),
            (6_145, "of a role only", true),
            (10_240, "of a role only", true),
            (10_241, "split it", true),
        ] {
            let text = where_to(size);
            assert!(text.contains(fits), "{text}");
            assert_eq!(text.starts_with("warning: "), warned, "{text}");
        }
    }
}
