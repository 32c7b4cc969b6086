//! The library behind `ctadmin`, room by room.
//!
//! Each module may use only what stands left of it: `policy, call < plan < aws < resource < stack < commands`.
//! `error` is seen by all. A test checks these arrows.
pub mod aws;
pub mod call;
pub mod cli;
pub mod error;
pub mod plan;
pub mod policy;
pub mod region;
