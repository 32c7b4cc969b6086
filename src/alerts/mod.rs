//! Alerts: which events must not happen unnoticed, and how CloudWatch is told to look for them.

pub mod pattern;
