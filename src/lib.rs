//! The library behind `ctadmin`, room by room.
//!
//! Each module may use only what stands left of it:
//! `region, policy, call, events, alerts < plan < key_file < aws < resource < stack < doctor < view < billing < splunk < settings < pull < commands`.
//! `error`, `time` and `words` are seen by all. A test checks these arrows.
//!
//! The way of the data: arguments, environment and profile become [`settings`]; a [`stack`] reads the account with
//! a [`Reader`](aws::Reader), compares it with what should be, and composes a [`plan`] of [`call`]s; the plan is
//! printed by a [`view`], or sent by [`plan::apply`] through a [`Sender`](aws::Sender).

pub mod alerts;
pub mod aws;
pub mod billing;
pub mod call;
pub mod cli;
pub mod commands;
pub mod doctor;
pub mod error;
pub mod events;
pub mod key_file;
pub mod plan;
pub mod policy;
pub mod printer;
pub mod pull;
pub mod region;
pub mod resource;
pub mod settings;
pub mod splunk;
pub mod stack;
pub mod time;
pub mod trace;
pub mod view;
pub mod words;
