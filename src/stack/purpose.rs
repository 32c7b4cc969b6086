//! What a graph is built for.

use super::graph::Intent;

/// What a graph is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `ctadmin create`
    Create,
    /// `ctadmin show`
    Show,
    /// `ctadmin delete`
    Delete,
}

impl Purpose {
    /// The command.
    pub fn command(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Show => "show",
            Self::Delete => "delete",
        }
    }

    /// What is done with a resource of the stack itself.
    pub fn intent(self) -> Intent {
        match self {
            Self::Create | Self::Show => Intent::Keep,
            Self::Delete => Intent::Delete(""),
        }
    }
}
