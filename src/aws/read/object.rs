//! Objects in buckets: their bodies piece by piece, and the lists of their keys page by page.
//!
//! Nobody has said in which region a bucket is, nor whose it is: a notice names the bucket alone. S3 tells the region
//! to those who ask elsewhere. A body may be read slowly, so that S3 gives up on it: the rest is then asked for anew.

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::primitives::ByteStream;

use super::Reader;
use super::s3::REGION_HEADER;
use crate::aws::error::Request;
use crate::error::CallError;

/// How often the rest of a body is asked for without a byte having come.
const TRIES: u32 = 4;

/// An object on its way.
#[derive(Debug)]
pub struct Object {
    reader: Reader,
    place: Place,
    body: ByteStream,
    etag: Option<String>,
    /// How many bytes have come.
    at: u64,
    length: Option<u64>,
    /// How often the rest was asked for since a byte came.
    tries: u32,
}

#[derive(Clone, Debug)]
struct Place {
    region: String,
    bucket: String,
    key: String,
}

/// The keys below a prefix, in order, page by page.
#[derive(Debug)]
pub struct Listing {
    reader: Reader,
    place: Place,
    /// Keys begin behind this one.
    after: Option<String>,
    /// Folders are listed instead of what is in them.
    folders: bool,
    /// Where the next page begins; nothing behind the last.
    next: Option<Next>,
}

/// A page of a listing, in order.
#[derive(Debug, Default)]
pub struct Page {
    /// Keys.
    pub keys: Vec<String>,
    /// Prefixes that end in `/`, where folders were asked for.
    pub folders: Vec<String>,
}

#[derive(Debug)]
enum Next {
    First,
    After(String),
}

impl Reader {
    /// An object, asked for in `region` and then where the bucket turns out to be.
    ///
    /// # Errors
    /// When there is none, AWS refuses, or it does not answer.
    pub async fn object(&self, region: &str, bucket: &str, key: &str) -> Result<Object, CallError> {
        let mut place = Place::new(region, bucket, key);
        let answer = match self.get(&place, None).await {
            Err((_, Some(elsewhere))) => {
                place.region = elsewhere;
                self.get(&place, None).await
            }
            answer => answer,
        };
        let answer = answer.map_err(|(error, _)| error)?;
        Ok(Object {
            reader: self.clone(),
            place,
            body: answer.body,
            etag: answer.e_tag,
            at: 0,
            length: answer
                .content_length
                .and_then(|length| u64::try_from(length).ok()),
            tries: 0,
        })
    }

    /// The keys below a prefix, asked for in `region` and then where the bucket turns out to be.
    pub fn keys(&self, region: &str, bucket: &str, prefix: &str) -> Listing {
        Listing {
            reader: self.clone(),
            place: Place::new(region, bucket, prefix),
            after: None,
            folders: false,
            next: Some(Next::First),
        }
    }

    /// An object, or what is left of it behind so many bytes of the version that bears this tag.
    async fn get(
        &self,
        place: &Place,
        rest: Option<(u64, Option<&str>)>,
    ) -> Result<aws_sdk_s3::operation::get_object::GetObjectOutput, (CallError, Option<String>)>
    {
        let resource = place.to_string();
        let request = place.request("GetObject", &resource);
        let _permit = self.clients.permit(&request).await;
        let get = self.clients.s3(&place.region).get_object();
        let mut get = get.bucket(&place.bucket).key(&place.key);
        if let Some((at, etag)) = rest {
            get = get
                .range(format!("bytes={at}-"))
                .set_if_match(etag.map(str::to_owned));
        }
        let answer = get.send().await;
        answer.map_err(|error| {
            let elsewhere = place.elsewhere(&error);
            (request.failed(error), elsewhere)
        })
    }
}

impl Object {
    /// The region of its bucket.
    pub fn region(&self) -> &str {
        &self.place.region
    }

    /// The next bytes; nothing at the end.
    ///
    /// # Errors
    /// When they do not come, however often they are asked for, or the object was replaced meanwhile.
    pub async fn piece(&mut self) -> Result<Option<Vec<u8>>, CallError> {
        loop {
            let error = match self.body.next().await {
                None => return Ok(None),
                Some(Ok(bytes)) => {
                    self.at += bytes.len() as u64;
                    self.tries = 0;
                    return Ok(Some(bytes.into()));
                }
                Some(Err(error)) => error,
            };
            let complete = self.length.is_some_and(|length| self.at >= length);
            if complete || self.tries == TRIES {
                let resource = self.place.to_string();
                return Err(self.place.request("GetObject", &resource).lost(&error));
            }
            self.tries += 1;
            tracing::info!(
                "asking for the rest of {} from byte {}",
                self.place,
                self.at
            );
            let rest = Some((self.at, self.etag.as_deref()));
            let answer = self.reader.get(&self.place, rest).await;
            self.body = answer.map_err(|(error, _)| error)?.body;
        }
    }
}

impl Listing {
    /// The same listing, of keys behind this one.
    pub fn after(self, key: Option<String>) -> Self {
        Self { after: key, ..self }
    }

    /// The same listing, of the folders right below the prefix and the keys beside them.
    pub fn of_folders(self) -> Self {
        Self {
            folders: true,
            ..self
        }
    }

    /// The next page; nothing behind the last.
    ///
    /// # Errors
    /// When there is no such bucket, AWS refuses, or it does not answer.
    pub async fn page(&mut self) -> Result<Option<Page>, CallError> {
        let Some(next) = self.next.take() else {
            return Ok(None);
        };
        let token = match &next {
            Next::First => None,
            Next::After(token) => Some(token.as_str()),
        };
        let answer = match self.list(token).await {
            Err((_, Some(elsewhere))) => {
                self.place.region = elsewhere;
                self.list(token).await
            }
            answer => answer,
        };
        let answer = answer.map_err(|(error, _)| error)?;
        self.next = answer.next_continuation_token.map(Next::After);
        let objects = answer.contents.unwrap_or_default().into_iter();
        let folders = answer.common_prefixes.unwrap_or_default().into_iter();
        Ok(Some(Page {
            keys: objects.filter_map(|object| object.key).collect(),
            folders: folders.filter_map(|folder| folder.prefix).collect(),
        }))
    }

    /// The region of the bucket, as far as it is known.
    pub fn region(&self) -> &str {
        &self.place.region
    }

    async fn list(
        &self,
        token: Option<&str>,
    ) -> Result<
        aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Output,
        (CallError, Option<String>),
    > {
        let resource = self.place.to_string();
        let request = self.place.request("ListObjectsV2", &resource);
        let clients = &self.reader.clients;
        let _permit = clients.permit(&request).await;
        let list = clients.s3(&self.place.region).list_objects_v2();
        let list = list.bucket(&self.place.bucket).prefix(&self.place.key);
        let answer = list
            .set_delimiter(self.folders.then(|| "/".to_owned()))
            .set_start_after(self.after.clone().filter(|_| token.is_none()))
            .set_continuation_token(token.map(str::to_owned))
            .send()
            .await;
        answer.map_err(|error| {
            let elsewhere = self.place.elsewhere(&error);
            (request.failed(error), elsewhere)
        })
    }
}

impl Place {
    fn new(region: &str, bucket: &str, key: &str) -> Self {
        Self {
            region: region.to_owned(),
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        }
    }

    fn request<'a>(&'a self, operation: &'static str, resource: &'a str) -> Request<'a> {
        Request {
            service: "s3",
            operation,
            region: &self.region,
            resource,
        }
    }

    /// The region that S3 says the bucket is in, if it is another than the one asked.
    fn elsewhere<E>(&self, error: &SdkError<E, HttpResponse>) -> Option<String> {
        let answer = error.raw_response()?;
        let region = answer.headers().get(REGION_HEADER)?;
        let moved = matches!(answer.status().as_u16(), 301 | 307 | 400) && region != self.region;
        moved.then(|| region.to_owned())
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}
