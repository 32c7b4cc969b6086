//! Small objects that say how far a run has come, beside what it works on: written and read, never deleted.
//!
//! Writing them is not a step of a plan, and no read: so they have a type of their own, which planners do not hold. A
//! write can depend on what is there, which S3 decides for each key:
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;

use super::clients::Clients;
use super::error::Request;
use crate::error::CallResult;

/// S3 says with this that the condition is not met.
const UNMET: &str = "PreconditionFailed";
/// S3 says with this that another operation was under way: the condition may be met, and the write is to be sent again.
const CONFLICT: &str = "ConditionalRequestConflict";

/// How often such a write is sent, and how long to wait before the second time; each further wait is twice as long.
const ATTEMPTS: u32 = 6;
const PAUSE: Duration = Duration::from_millis(50);

/// Reads and writes such objects of one bucket.
#[derive(Clone, Debug)]
pub struct Marks {
    pub(super) clients: Arc<Clients>,
    pub(super) region: String,
    pub(super) bucket: String,
}

/// A mark, and which version of it this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it holds.
    pub body: Vec<u8>,
    /// Its entity tag: another one after each change.
    pub etag: String,
}

/// What must be there for a mark to be written.
#[derive(Clone, Copy, Debug)]
pub enum If<'a> {
    /// Whatever there is.
    Any,
    /// No object.
    Missing,
    /// The object with this entity tag.
    Is(&'a str),
}

impl Marks {
    /// A mark; `None` where there is none.
    pub async fn get(&self, key: &str) -> CallResult<Option<Mark>> {
        let request = self.request("GetObject", key);
        let get = self.clients.s3(&self.region).get_object();
        let get = get.bucket(&self.bucket).key(key).send();
        let answer = match self.clients.send(request, get).await {
            Err(error) if error.code() == Some("NoSuchKey") => return Ok(None),
            answer => answer?,
        };
        let body = answer.body.collect().await;
        let body = body.map_err(|error| request.lost(&error))?;
        Ok(Some(Mark {
            body: body.to_vec(),
            etag: answer.e_tag.unwrap_or_default(),
        }))
    }

    /// Writes a mark; its entity tag, or `None` where something else is there than must be.
    ///
    /// The condition is checked anew each time, so a mark that another has changed meanwhile stays.
    pub async fn put(&self, key: &str, body: Vec<u8>, when: If<'_>) -> CallResult<Option<String>> {
        for attempt in 0..ATTEMPTS - 1 {
            match self.put_once(key, body.clone(), when).await {
                Err(error) if error.code() == Some(CONFLICT) => {
                    // Two runs that met should not meet again.
                    let pause = PAUSE * 2_u32.pow(attempt);
                    tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
                }
                answer => return answer,
            }
        }
        self.put_once(key, body, when).await
    }

    async fn put_once(&self, key: &str, body: Vec<u8>, when: If<'_>) -> CallResult<Option<String>> {
        let request = self.request("PutObject", key);
        let put = self.clients.s3(&self.region).put_object();
        let put = put.bucket(&self.bucket).key(key);
        let put = put.content_type("application/json");
        let put = match when {
            If::Any => put,
            If::Missing => put.if_none_match("*"),
            If::Is(etag) => put.if_match(etag),
        };
        let put = put.body(ByteStream::from(body)).send();
        match self.clients.send(request, put).await {
            Ok(answer) => Ok(Some(answer.e_tag.unwrap_or_default())),
            Err(error) if error.code().is_some_and(|code| is_unmet(code, when)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn request<'a>(&'a self, operation: &'a str, key: &'a str) -> Request<'a> {
        Request::new("s3", operation, &self.region, key)
    }
}

/// Whether a code says that the condition is not met. What is to be replaced may be missing.
fn is_unmet(code: &str, when: If<'_>) -> bool {
    code == UNMET || (matches!(when, If::Is(_)) && code == "NoSuchKey")
}
