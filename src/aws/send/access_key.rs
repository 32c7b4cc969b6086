//! Creating an access key: the one call that must not simply be sent again, since every lost answer leaves a key
//! whose secret is unknown.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_sdk_iam::config::Builder;

use crate::aws::Reader;
use crate::aws::clients::Clients;
use crate::aws::error::Request;
use crate::aws::request::Outputs;
use crate::call::passing;
use crate::error::{CallError, CallResult, Cause};
use crate::key_file::KeyFile;
use crate::plan::Profile;

/// How often to request a key before a lost answer is an error.
const TRIES: u32 = 5;

/// How long IAM may take to list a new key.
const SHOWN: Duration = Duration::from_secs(1);

/// A key to create for a user.
pub(super) struct NewKey<'a> {
    pub(super) clients: &'a Clients,
    pub(super) reader: &'a Reader,
    pub(super) keys: &'a KeyFile,
    pub(super) request: &'a Request<'a>,
    pub(super) profile: &'a Profile,
    pub(super) user: &'a str,
}

impl NewKey<'_> {
    /// Creates a key, and writes it to the file. A key whose answer was lost is deleted before another is requested.
    pub(super) async fn create(&self) -> CallResult<Outputs> {
        // An earlier run may have ended before it deleted its lost key.
        self.delete_lost().await?;
        let mut tries = 1;
        loop {
            let existing = self.ids().await?;
            let noted = self.keys.ask(&self.profile.name, self.user, &existing);
            noted.map_err(|error| self.not_written(&error))?;
            let error = match self.request().await {
                Ok((id, secret)) => {
                    self.write(&id, &secret).await?;
                    let [(_, id_path), (_, secret_path)] = Profile::VALUES;
                    return Ok(Outputs::from([(id_path, id), (secret_path, secret)]));
                }
                Err(error) => error,
            };
            if !may_have_worked(&error) {
                self.settle();
                return Err(error);
            }
            tokio::time::sleep(SHOWN).await;
            self.delete_lost().await?;
            if tries == TRIES {
                return Err(error);
            }
            tries += 1;
        }
    }

    /// Writes the key to the file; one that cannot be written is deleted.
    async fn write(&self, id: &str, secret: &str) -> CallResult<()> {
        let Profile { name, region, .. } = self.profile;
        let written = self.keys.write(self.user, name, region, (id, secret));
        let Err(error) = written else {
            return Ok(());
        };
        self.delete(id).await?;
        self.settle();
        Err(self.not_written(&error))
    }

    /// Requests a key once, without the SDK's retries; its id and secret.
    async fn request(&self) -> CallResult<(String, String)> {
        let client = self.clients.iam(self.request.region);
        let once = Builder::new().retry_config(RetryConfig::disabled());
        let create = client.create_access_key().user_name(self.user);
        let create = create.customize().config_override(once);
        let answer = self.clients.send(*self.request, create.send()).await?;
        let none = || self.request.unusable("the answer holds no key".to_owned());
        let key = answer.access_key.ok_or_else(none)?;
        Ok((key.access_key_id, key.secret_access_key))
    }

    /// Deletes the key that was created since one was requested, if its answer was lost.
    async fn delete_lost(&self) -> CallResult<()> {
        let Some(existing) = self.keys.in_doubt(self.user) else {
            return Ok(());
        };
        let mut lost = self.ids().await?;
        lost.retain(|id| !existing.contains(id));
        match lost.as_slice() {
            [] => {}
            [id] => self.delete(id).await?,
            ids => {
                let ids = ids.join(" or ");
                let why =
                    format!("the response was lost, and another caller created a key: it is {ids}");
                return Err(self.request.unusable(why));
            }
        }
        self.settle();
        Ok(())
    }

    async fn delete(&self, id: &str) -> CallResult<()> {
        let request = Request {
            operation: "DeleteAccessKey",
            resource: id,
            ..*self.request
        };
        tracing::info!("deleting the access key {id}, whose secret was lost");
        let client = self.clients.iam(request.region);
        let delete = client.delete_access_key().user_name(self.user);
        let delete = delete.access_key_id(id);
        self.clients.send(request, delete.send()).await.map(drop)
    }

    async fn ids(&self) -> CallResult<Vec<String>> {
        let keys = self.reader.access_keys(self.request.region, self.user);
        Ok(keys.await?.into_iter().map(|key| key.id).collect())
    }

    fn settle(&self) {
        self.keys.settle(&self.profile.name, self.user);
    }

    fn not_written(&self, error: &std::io::Error) -> CallError {
        let path = self.keys.path().display();
        let why = format!("the key cannot be written to {path}: {error}");
        self.request.unusable(why)
    }
}

/// Whether a key may have been created although the answer is an error.
fn may_have_worked(error: &CallError) -> bool {
    match &error.cause {
        Cause::NoAnswer => true,
        Cause::NoCredentials => false,
        Cause::Code(code) => match code.parse::<u16>() {
            // The status of an answer that says nothing else, or was cut off.
            Ok(status) => !(400..500).contains(&status),
            Err(_) => passing::is_failure(code) || code == "UnusableAnswer",
        },
    }
}
