//! What the tests and the quick start run against: an emulator of AWS that says no where AWS says no.
//!
//! [`account`] hands out a fresh, empty AWS account on a server process shared by the whole test binary. The emulator
//! itself is the Python program in `emulator/` (moto behind the rules that moto does not know); [`venv`] makes the
//! virtual environment it runs in, once, below cargo's target folder.

// Each binary that includes this module uses another part of it.
#![allow(dead_code, unused_imports)]

mod account;
mod aws_cli;
pub mod browser;
mod bytes;
mod collector;
mod ctadmin;
mod emulator;
mod fault;
mod running;
pub mod scenario;
mod venv;

pub use account::{Account, Message, Record, Seed};
pub use aws_cli::AwsCli;
pub use bytes::{base64, zipped};
pub use collector::Collector;
pub use ctadmin::{Ctadmin, Ran, binary};
pub use emulator::{
    Emulator, account, account_after, account_of_all_regions, on_each_server, twins,
};
pub use fault::Fault;
pub use running::Running;
pub use venv::Venv;
