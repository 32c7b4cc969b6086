//! How many invocations of functions may run at once in a region: a data source, which says how many can be reserved.

use super::{Id, Resource};
use crate::aws::Reader;
use crate::aws::read::Concurrency;
use crate::call::Kind;
use crate::error::{CallError, Error, Result};

/// How much concurrency Lambda keeps for the functions without a reservation, at most: all of an account whose limit is
/// lower.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html>
const UNRESERVED: i32 = 100;

/// The concurrency of a region: a data source.
#[derive(Clone, Debug)]
pub struct RegionConcurrency {
    /// The region.
    pub region: String,
}

static CONCURRENCY: Kind = Kind {
    reads: &["GetAccountSettings"],
    ..Kind::new("lambda-concurrency", "lambda")
};

impl Resource for RegionConcurrency {
    type Observed = Concurrency;

    fn id(&self) -> Id<'_> {
        Id::new(&CONCURRENCY, &self.region, "lambda-concurrency")
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Concurrency>, CallError> {
        reader.concurrency(&self.region).await
    }
}

impl RegionConcurrency {
    /// Checks that so many invocations can be reserved for a function that has `reserved` ones.
    ///
    /// # Errors
    /// With the figures, when Lambda would refuse it.
    pub fn check(&self, found: &Concurrency, wanted: i32, reserved: i32) -> Result<()> {
        let Concurrency { limit, unreserved } = *found;
        let (available, kept) = (unreserved + reserved, UNRESERVED.min(limit));
        let most = available - kept;
        if wanted <= most {
            return Ok(());
        }
        let region = &self.region;
        let message = format!(
            "{wanted} concurrent invocations cannot be reserved in {region}: {available} of {limit} are not reserved for other functions, and Lambda keeps {kept} of them for the functions without a reservation"
        );
        let hint = match most {
            1.. => format!("reserve at most {most}, or "),
            _ => "omit --lambda-concurrency, or ".to_owned(),
        };
        let quota = "request a higher quota for \"Concurrent executions\" of AWS Lambda in the Service Quotas console";
        Err(Error::failed(message).hint(hint + quota))
    }
}
