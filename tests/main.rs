//! The integration tests, by subject.

mod support;
