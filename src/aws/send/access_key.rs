//! Creating an access key: the one change that must not simply be sent again, since every answer that is lost leaves a
//! key behind whose secret nobody knows.

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

/// How often to ask again after an answer was lost.
const TRIES: u32 = 5;

/// How long IAM may take to show a key that it has made.
const SHOWN: Duration = Duration::from_secs(1);

/// Creates a key for a user.
pub(super) struct Maker<'a> {
    pub(super) clients: &'a Clients,
    pub(super) reader: &'a Reader,
    pub(super) keys: &'a KeyFile,
    pub(super) request: &'a Request<'a>,
    pub(super) profile: &'a Profile,
    pub(super) user: &'a str,
}

impl Maker<'_> {
    /// Creates a key, and writes it into the file. A key whose answer was lost is deleted before another is asked for.
    pub(super) async fn make(&self) -> CallResult<Outputs> {
        // An earlier try may have ended before it could tidy up.
        self.delete_lost().await?;
        let mut tries = 1;
        loop {
            let beside = self.ids().await?;
            let noted = self.keys.ask(&self.profile.name, self.user, &beside);
            noted.map_err(|error| self.not_written(&error))?;
            let error = match self.ask().await {
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

    /// Writes the key into the file; one that does not fit is deleted again.
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

    /// Asks once: the SDK must not ask again by itself. Id and secret.
    async fn ask(&self) -> CallResult<(String, String)> {
        let client = self.clients.iam(self.request.region);
        let once = Builder::new().retry_config(RetryConfig::disabled());
        let create = client.create_access_key().user_name(self.user);
        let create = create.customize().config_override(once);
        let answer = self.clients.send(*self.request, create.send()).await?;
        let none = || self.request.unusable("the answer holds no key".to_owned());
        let key = answer.access_key.ok_or_else(none)?;
        Ok((key.access_key_id, key.secret_access_key))
    }

    /// Deletes the key that has appeared since one was asked for, if one was and its answer did not come.
    async fn delete_lost(&self) -> CallResult<()> {
        let Some(beside) = self.keys.in_doubt(self.user) else {
            return Ok(());
        };
        let mut lost = self.ids().await?;
        lost.retain(|id| !beside.contains(id));
        match lost.as_slice() {
            [] => {}
            [id] => self.delete(id).await?,
            ids => {
                let ids = ids.join(" or ");
                let why = format!("the answer was lost, and somebody else made a key: it is {ids}");
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

/// Whether a key may have been made although no good answer came.
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
