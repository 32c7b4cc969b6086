//! What the resources of the stack are called: who queries the tables finds them by these names.

use crate::stack::Scheme;

/// Whose log files a table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Those of trails of accounts: `AWSLogs/<account>/`.
    Account,
    /// Those of a trail of an organization: `AWSLogs/<organization>/<account>/`.
    Organization,
}

impl Layout {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Account, Self::Organization];

    /// The name of the table.
    pub fn table(self) -> String {
        format!("{}_events", self.name())
    }

    /// What the names of its table and queries begin with.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Organization => "organization",
        }
    }
}

/// The database: `cloudtrail_<prefix>`, in which Athena takes no hyphen.
pub fn database(scheme: &Scheme) -> String {
    let prefix = scheme.prefix.to_lowercase();
    format!("cloudtrail_{}", prefix.replace('-', "_"))
}

/// The work group, and the bucket with its results.
pub fn group(scheme: &Scheme) -> String {
    format!("{}-athena", scheme.base())
}

/// The table, as SQL names it.
pub fn table(scheme: &Scheme, layout: Layout) -> String {
    format!("\"{}\".\"{}\"", database(scheme), layout.table())
}
