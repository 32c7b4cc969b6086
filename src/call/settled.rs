//! Errors that only say that the work is already done.
//!
//! The answer to a request may be lost after the work was done, and another run may do the same work at the same
//! time. Then the resource to delete is gone, or the resource to create exists.

/// What such an error proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// That all is done.
    Done,
    /// Nothing yet: all is done if the resource is observed as the request would have left it.
    IfFound,
}
