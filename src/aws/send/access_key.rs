//! Making an access key: the one change that must not simply be sent again, since every answer that is lost leaves a
//! key behind whose secret nobody knows.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_sdk_iam::config::Builder;

use crate::aws::Reader;
use crate::aws::clients::Clients;
use crate::aws::error::Request;
use crate::call::iam::CreateAccessKey;
use crate::error::{CallError, Cause};
use crate::key_file::KeyFile;
use crate::plan::Secret;

/// How often to ask again after an answer was lost.
const TRIES: u32 = 5;

/// Makes a key, and writes it into the file. A key whose answer was lost is deleted before another is asked for.
pub(super) async fn create(
    clients: &Clients,
    reader: &Reader,
    keys: &KeyFile,
    request: &Request<'_>,
    call: CreateAccessKey,
    secret: &Secret,
) -> Result<(), CallError> {
    let CreateAccessKey { user_name } = call;
    keys.ask(&user_name);
    let mut tries = 1;
    loop {
        let error = match ask(clients, request, &user_name).await {
            Ok((id, words)) => {
                let written = keys.write(&secret.profile, &secret.region, &id, &words);
                let Err(error) = written else {
                    keys.settle(&user_name);
                    return Ok(());
                };
                delete_unknown(clients, reader, request, &user_name, secret).await?;
                keys.settle(&user_name);
                let path = keys.path().display();
                return Err(
                    request.unusable(format!("the key cannot be written to {path}: {error}"))
                );
            }
            Err(error) => error,
        };
        if may_have_worked(&error) {
            delete_unknown(clients, reader, request, &user_name, secret).await?;
        }
        keys.settle(&user_name);
        if !may_have_worked(&error) || tries == TRIES {
            return Err(error);
        }
        keys.ask(&user_name);
        tokio::time::sleep(Duration::from_secs(1)).await;
        tries += 1;
    }
}

/// Asks once: the SDK must not ask again by itself. Id and secret.
async fn ask(
    clients: &Clients,
    request: &Request<'_>,
    user: &str,
) -> Result<(String, String), CallError> {
    let client = clients.iam(request.region);
    let once = Builder::new().retry_config(RetryConfig::disabled());
    let create = client.create_access_key().user_name(user);
    let answer = create.customize().config_override(once).send().await;
    let answer = answer.map_err(|error| request.failed(error))?;
    let key = answer
        .access_key
        .ok_or_else(|| request.unusable("the answer holds no key".to_owned()))?;
    Ok((key.access_key_id, key.secret_access_key))
}

/// Whether a key may have been made although no good answer came.
fn may_have_worked(error: &CallError) -> bool {
    match &error.cause {
        Cause::NoAnswer => true,
        Cause::NoCredentials => false,
        Cause::Code(code) => {
            code.starts_with('5')
                || matches!(
                    code.as_str(),
                    "ServiceFailure"
                        | "ServiceFailureException"
                        | "InternalFailure"
                        | "InternalError"
                        | "ServiceUnavailable"
                        | "UnusableAnswer"
                )
        }
    }
}

/// Deletes the user's keys that were not there when the plan was made.
async fn delete_unknown(
    clients: &Clients,
    reader: &Reader,
    request: &Request<'_>,
    user: &str,
    secret: &Secret,
) -> Result<(), CallError> {
    let keys = reader.access_keys(request.region, user).await?;
    let unknown = keys.iter().filter(|key| !secret.known.contains(&key.id));
    for key in unknown {
        let request = Request {
            operation: "DeleteAccessKey",
            resource: &key.id,
            ..*request
        };
        tracing::info!("deleting the access key {}, whose secret was lost", key.id);
        let client = clients.iam(request.region);
        let delete = client.delete_access_key().user_name(user);
        request.done(delete.access_key_id(&key.id).send().await)?;
    }
    Ok(())
}
