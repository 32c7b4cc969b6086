//! Objects in buckets: their bodies piece by piece, and the lists of their keys page by page.
//!
//! A notification names only the bucket, neither its region nor its owner. S3 answers a request in another region with
//! the region of the bucket. A body may be read so slowly that S3 closes the connection: the rest is then requested.

use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::get_object::GetObjectOutput;
use aws_sdk_s3::primitives::ByteStream;

use super::Reader;
use super::folder::Entry;
use super::s3::REGION_HEADER;
use crate::aws::error::{Request, ServiceError};
use crate::error::CallResult;

/// How often the rest of a body is requested before a byte is received.
const TRIES: u32 = 4;

/// An object whose body is being read.
#[derive(Debug)]
pub struct Object {
    reader: Reader,
    place: Place,
    body: ByteStream,
    etag: Option<String>,
    /// How many bytes were received.
    at: u64,
    length: Option<u64>,
    /// How often the rest was requested since the last byte was received.
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
    /// Only keys after this one are listed.
    after: Option<String>,
    /// Folders are listed instead of their contents.
    folders: bool,
    /// Where the next page begins; `None` for the first.
    token: Option<String>,
    /// There is no next page.
    ended: bool,
}

/// A page of a listing, in order.
#[derive(Debug, Default)]
pub struct Page {
    /// Objects.
    pub objects: Vec<Entry>,
    /// Prefixes that end in `/`, of a listing of folders.
    pub folders: Vec<String>,
}

impl Reader {
    /// An object, requested in `region` and then in the bucket's own region.
    pub async fn object(&self, region: &str, bucket: &str, key: &str) -> CallResult<Object> {
        let mut place = Place::new(region, bucket, key);
        let answer = self.get(&mut place, None).await?;
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

    /// The keys below a prefix, requested in `region` and then in the bucket's own region.
    pub fn keys(&self, region: &str, bucket: &str, prefix: &str) -> Listing {
        Listing {
            reader: self.clone(),
            place: Place::new(region, bucket, prefix),
            after: None,
            folders: false,
            token: None,
            ended: false,
        }
    }

    /// An object, or the rest of it from a byte on, of the version that has this tag.
    async fn get(
        &self,
        place: &mut Place,
        rest: Option<(u64, Option<&str>)>,
    ) -> CallResult<GetObjectOutput> {
        self.follow(place, "GetObject", |client, place| {
            let get = client.get_object().bucket(&place.bucket).key(&place.key);
            let range = rest.map(|(at, _)| format!("bytes={at}-"));
            let etag = rest.and_then(|(_, etag)| etag.map(str::to_owned));
            get.set_range(range).set_if_match(etag).send()
        })
        .await
    }

    /// Sends a request to the region of a place, and once more to the region that S3 says that the bucket is in.
    async fn follow<T, E: ServiceError, F>(
        &self,
        place: &mut Place,
        operation: &'static str,
        send: impl Fn(aws_sdk_s3::Client, &Place) -> F,
    ) -> CallResult<T>
    where
        F: Future<Output = Result<T, SdkError<E>>> + Send,
    {
        let resource = place.to_string();
        let mut has_moved = false;
        loop {
            let request = Request::new("s3", operation, &place.region, &resource);
            let sending = send(self.clients.s3(&place.region), place);
            let error = match self.clients.answer(request, sending).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let Some(elsewhere) = place.elsewhere(&error).filter(|_| !has_moved) else {
                return Err(request.failed(error));
            };
            place.region = elsewhere;
            has_moved = true;
        }
    }
}

impl Object {
    /// The region of its bucket.
    pub fn region(&self) -> &str {
        &self.place.region
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// When they cannot be read after several requests, or the object was replaced meanwhile.
    pub async fn piece(&mut self) -> CallResult<Option<Vec<u8>>> {
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
                let request = Request::new("s3", "GetObject", &self.place.region, &resource);
                return Err(request.lost(&error));
            }
            self.tries += 1;
            tracing::info!(
                "asking for the rest of {} from byte {}",
                self.place,
                self.at
            );
            let rest = Some((self.at, self.etag.as_deref()));
            self.body = self.reader.get(&mut self.place, rest).await?.body;
        }
    }
}

impl Listing {
    /// This listing, of keys after this one.
    pub fn after(self, key: Option<String>) -> Self {
        Self { after: key, ..self }
    }

    /// This listing, of the folders and keys directly below the prefix.
    pub fn of_folders(self) -> Self {
        Self {
            folders: true,
            ..self
        }
    }

    /// The next page; `None` after the last.
    pub async fn page(&mut self) -> CallResult<Option<Page>> {
        if std::mem::replace(&mut self.ended, true) {
            return Ok(None);
        }
        let token = self.token.take();
        let list = self
            .reader
            .follow(&mut self.place, "ListObjectsV2", |client, place| {
                let list = client.list_objects_v2().bucket(&place.bucket);
                list.prefix(&place.key)
                    .set_delimiter(self.folders.then(|| "/".to_owned()))
                    .set_start_after(self.after.clone().filter(|_| token.is_none()))
                    .set_continuation_token(token.clone())
                    .send()
            });
        let answer = list.await?;
        self.token = answer.next_continuation_token;
        self.ended = self.token.is_none();
        let objects = answer.contents.unwrap_or_default().into_iter();
        let folders = answer.common_prefixes.unwrap_or_default().into_iter();
        Ok(Some(Page {
            objects: objects.filter_map(Entry::of).collect(),
            folders: folders.filter_map(|folder| folder.prefix).collect(),
        }))
    }

    /// The region of the bucket, as far as it is known.
    pub fn region(&self) -> &str {
        &self.place.region
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

    /// The region that S3 says that the bucket is in, if it is another than the requested one.
    fn elsewhere<E>(&self, error: &SdkError<E>) -> Option<String> {
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
