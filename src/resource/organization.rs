//! The organization of the account: a data source.
//!
//! Each account of an organization may ask which one it is in.
//! <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html>

use super::{Id, Resource};
use crate::aws::Reader;
use crate::call::Kind;
use crate::error::CallError;

static KIND: Kind = Kind {
    reads: &["DescribeOrganization"],
    ..Kind::new("organization", "organizations")
};

/// The organization that the account is in.
#[derive(Clone, Debug)]
pub struct Organization {
    /// The region whose endpoint answers for the whole partition.
    pub region: String,
}

impl Resource for Organization {
    /// Its ID, e.g. `o-a1b2c3d4e5`.
    type Observed = String;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, "*")
    }

    /// The operation has no resources.
    fn arns(&self) -> Vec<String> {
        vec!["*".to_owned()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<String>, CallError> {
        reader.organization().await
    }
}
