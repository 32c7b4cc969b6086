//! The integration tests, by subject: the real binary against an emulator of AWS.

mod create;
mod delete;
mod support;
