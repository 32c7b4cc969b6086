//! The integration tests, by subject: the real binary against an emulator of AWS.

mod create;
mod credentials;
mod delete;
mod faults;
mod layers;
mod layouts;
mod prompt;
mod refusals;
mod script;
mod show;
mod support;
