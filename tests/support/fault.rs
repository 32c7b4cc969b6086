//! Faults: what a network, an overloaded service or a missing permission does to single requests.
//!
//! `emulator/faults.py` explains the actions; a list of faults is armed by `Account::faults`.

use serde_json::{Map, Value, json};

/// Something that goes wrong with requests: an action, which requests it strikes (all, unless narrowed) and how often
/// (once, unless said otherwise).
#[derive(Debug, Clone)]
pub struct Fault {
    action: &'static str,
    matching: Map<String, Value>,
    times: Option<u32>,
}

impl Fault {
    /// The connection dies before any work is done.
    pub fn cut_before() -> Fault {
        Fault::of("cut-before")
    }

    /// The work is done, and the connection dies instead of an answer.
    pub fn cut_after() -> Fault {
        Fault::of("cut-after")
    }

    /// The work is done, and the connection dies in the midst of the answer.
    pub fn cut_within() -> Fault {
        Fault::of("cut-within")
    }

    /// The work is done, and the answer is the service's internal error all the same.
    pub fn internal_error_after() -> Fault {
        Fault::of("500-after")
    }

    /// The service's internal error, HTTP 500.
    pub fn internal_error() -> Fault {
        Fault::of("500")
    }

    /// The service is unavailable, HTTP 503 (S3: SlowDown).
    pub fn unavailable() -> Fault {
        Fault::of("503")
    }

    /// The service's throttling error.
    pub fn throttle() -> Fault {
        Fault::of("throttle")
    }

    /// S3's refusal of a conditional write while another operation on the object is under way, HTTP 409.
    pub fn conflict() -> Fault {
        Fault::of("conflict")
    }

    /// The service's refusal of a caller without the permission.
    pub fn deny() -> Fault {
        Fault::of("deny")
    }

    /// The work is done; the answer waits for [`Account::release`].
    pub fn hang() -> Fault {
        Fault::of("hang")
    }

    /// The work waits for [`Account::release`].
    pub fn wait() -> Fault {
        Fault::of("wait")
    }

    fn of(action: &'static str) -> Fault {
        Fault {
            action,
            matching: Map::new(),
            times: Some(1),
        }
    }

    /// Strikes only this service.
    pub fn service(self, service: &str) -> Fault {
        self.matching("service", json!(service))
    }

    /// Strikes only this operation.
    pub fn operation(self, operation: &str) -> Fault {
        self.matching("operation", json!(operation))
    }

    /// Strikes only this region.
    pub fn region(self, region: &str) -> Fault {
        self.matching("region", json!(region))
    }

    /// Strikes only the k-th mutating request, counted from 1 since the faults were set.
    pub fn mutation(self, k: u64) -> Fault {
        self.matching("mutation", json!(k))
    }

    /// Strikes only requests that change something, or only those that do not.
    pub fn mutating(self, mutating: bool) -> Fault {
        self.matching("mutating", json!(mutating))
    }

    /// Strikes that many times.
    pub fn times(mut self, times: u32) -> Fault {
        self.times = Some(times);
        self
    }

    /// Strikes for ever.
    pub fn forever(mut self) -> Fault {
        self.times = None;
        self
    }

    fn matching(mut self, name: &str, value: Value) -> Fault {
        self.matching.insert(name.to_owned(), value);
        self
    }

    /// The fault as the control API takes it.
    pub fn into_value(self) -> Value {
        json!({ "action": self.action, "match": self.matching, "times": self.times })
    }
}
