//! Stacks: named sets of resources, composed of the kinds in [`resource`](crate::resource).
//!
//! A stack says which resources should exist, as a [`graph`]; the [`engine`] reads them, and derives plans, drift and
//! permissions. Everything but the reading is pure.
//!
//! # What a kind and a stack cost
//!
//! A kind is a file in [`resource`](crate::resource), its operations in the list of its service in
//! [`call`](crate::call), and its read in `aws::read`; a stack is a graph and its notes. Lines with unit tests, without
//! the lists and reads that several kinds share:
//!
//! | kind | files | lines |
//! |---|---|---|
//! | access key | `access_key` | 160 |
//! | alarm | `alarm` | 269 |
//! | bucket | `bucket` | 268 |
//! | bucket settings | `bucket_settings`, `expiry`, `access_log_target` | 640 |
//! | dashboard | `dashboard` | 68 |
//! | database, table | `glue_database`, `glue_table` | 372 |
//! | data stream | `data_stream`, `data_stream/calls` | 420 |
//! | delivery stream | `delivery_stream`, `delivery_stream/calls`, `delivery_stream/delivers`, `delivery_stream/replacement` | 863 |
//! | delivery stream to S3 | `delivery_stream/archive` | 226 |
//! | delivery stream to OpenSearch | `delivery_stream/search` | 237 |
//! | destination | `destination` | 289 |
//! | detector | `detector` | 215 |
//! | domain | `domain` | 350 |
//! | event rule | `event_rule` | 175 |
//! | event source mapping | `event_source_mapping` | 215 |
//! | flow log | `flow_log` | 265 |
//! | function | `lambda_function`, `lambda_concurrency` | 380 |
//! | GuardDuty invitation | `guardduty_invitation` | 120 |
//! | GuardDuty members | `guardduty_members` | 205 |
//! | GuardDuty organization | `guardduty_organization` | 95 |
//! | log group | `log_group` | 183 |
//! | log resource policy | `log_resource_policy` | 135 |
//! | log stream | `log_stream` | 66 |
//! | metric filter | `metric_filter` | 130 |
//! | move task | `move_task` | 66 |
//! | named query | `named_query` | 176 |
//! | queue | `queue`, `queue_encryption` | 360 |
//! | subscription, e-mail | `subscription` | 117 |
//! | subscription filter | `subscription_filter` | 206 |
//! | topic | `topic` | 238 |
//! | trail | `trail`, `selectors` | 660 |
//! | trail logs | `trail_logs` | 142 |
//! | user, role | `principal` | 390 |
//! | work group | `work_group` | 261 |
//!
//! | stack | files | lines |
//! |---|---|---|
//! | alerts | 10 in `alerts/` | 893 |
//! | athena | 4 in `athena/` | 950 |
//! | central | 12 in `central/` | 2550 |
//! | member | 4 in `member/` | 833 |
//! | push | 8 in `push/` | 1106 |
//! | splunk | 5 in `splunk/` | 777 |
//! | trail | 18 in `trail/` | 3530 |
//! | alerts and push: what the trail delivers | 10 in `log_delivery/` | 1338 |
//! | alerts, central and push: what alarms share | 1 | 253 |
//! | central and push: a function with its role and log group | 1 | 139 |
//! | all of them: the engine | 9 | 1232 |
//!
//! Outside the engine, because each looks at the account as a whole: the home region and the layout (`trail::home`,
//! `trail::desired`), the survey of all regions with its second look at the bucket in use (`trail::survey`), a queue that
//! may have been deleted a moment ago (`trail::deleted_queues`), and which alerts are meant (`alerts::choice`).

mod account;
mod alarms;
pub mod alerts;
pub mod any;
pub mod athena;
pub mod central;
pub mod engine;
mod function;
pub mod graph;
pub mod log_delivery;
pub mod member;
pub mod observed;
pub(crate) mod permissions;
pub(crate) mod picture;
mod planned;
mod purpose;
pub mod push;
mod refusals;
mod scheme;
pub mod splunk;
pub mod trail;

pub use account::Account;
pub use planned::{After, Planned, Say};
pub use purpose::Purpose;
pub use scheme::Scheme;

/// The key of the tag that says which scheme made a thing that does not bear the scheme's name.
pub const OWNER_TAG: &str = "ctadmin:scheme";
