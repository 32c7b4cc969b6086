//! The integration tests, by subject: the real binary against an emulator of AWS.

mod alerts;
mod alerts_stack;
mod allowed;
mod cli;
mod config;
mod create;
mod credentials;
mod delete;
mod deleted_principals;
mod doctor;
mod emulator;
mod events;
mod examples;
mod faults;
mod ghosts;
mod layers;
mod layouts;
mod prompt;
mod refusals;
mod script;
mod selectors;
mod show;
mod splunk;
mod splunk_files;
mod support;
mod terminal;
