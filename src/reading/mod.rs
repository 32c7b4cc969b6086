//! Reading logs as quickly as the machine can, one after the other and each in its order.
//!
//! [`feed`] unpacks the logs that come in and cuts them into batches; [`parallel`] has threads do that and work on the
//! batches; [`conveyor`] hands what became of them to a [`Reader`](conveyor::Reader) in the order of the logs. What no
//! batches can be made of, or what is damaged, is read event by event instead; [`faults`] says what is wrong. What is done
//! with the events is for others to say.

pub mod conveyor;
pub mod faults;
pub mod feed;
mod parallel;
#[cfg(test)]
mod tests;
