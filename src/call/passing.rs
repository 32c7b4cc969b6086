//! Errors that pass by themselves, and how long to wait for that.
//!
//! AWS takes a moment to show everywhere what was written a moment ago, allows one change of a thing at a time, and
//! blocks names for a while. The wait is long where the very run wrote what the error complains of, whatever came
//! between; otherwise the error is likely a lasting mistake, and a short wait, or none, is enough.
//!
//! A rule belongs to a kind of resource, since one code means different things in different services; the rules here
//! are those of every service.

use std::time::Duration;

use super::rule::Rule;

/// A request, as far as rules look at it.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The API's name, e.g. `s3`.
    pub service: &'a str,
    /// The operation as AWS spells it.
    pub operation: &'a str,
    /// The region that it goes to.
    pub region: &'a str,
}

/// What a run may have written before, as `<service>:<operation>`.
#[derive(Debug)]
pub enum Write {
    /// In the region of the request that failed.
    Here(&'static str),
    /// In any region.
    Anywhere(&'static str),
}

/// How long to wait for an error to pass.
#[derive(Debug)]
pub struct Wait {
    /// What writes the thing that the error complains of.
    after: &'static [Write],
    /// How long to wait where the same run has done one of these.
    own: Duration,
    /// How long to wait otherwise.
    other: Duration,
}

/// Until a policy or a trail is visible everywhere.
pub const MINUTES: Duration = Duration::from_secs(180);
/// Until a new resource is visible everywhere.
pub const MINUTE: Duration = Duration::from_secs(60);
/// Until another change has ended.
pub const SHORT: Duration = Duration::from_secs(20);
/// No wait at all.
pub const NONE: Duration = Duration::ZERO;

/// The wait for what this run wrote, and for what it did not write.
pub const fn after(own: Duration, other: Duration, after: &'static [Write]) -> Wait {
    Wait { after, own, other }
}

/// The wait for what others did.
pub const fn always(other: Duration) -> Wait {
    after(other, other, &[])
}

/// Answers of a service that failed, and may yet have done the work.
const FAILURES: &[&str] = &[
    "InternalFailure",
    "InternalError",
    "InternalServiceError",
    "ServiceFailure",
    "ServiceFailureException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
];

#[rustfmt::skip]
const EVERYWHERE: &[Rule<Wait>] = &[
    // Other callers of the account may use up all that a service allows.
    Rule::of(&[],
        &["ThrottlingException", "Throttling", "ThrottledException", "Throttled", "RequestThrottled",
            "TooManyRequestsException", "SlowDown"],
        always(Duration::from_secs(120))),
    Rule::of(&[], FAILURES,
        always(MINUTE)),
];

/// The errors of every service that pass, and for how long.
pub fn everywhere() -> Vec<(&'static str, Duration)> {
    let nothing = Sent {
        service: "",
        operation: "",
        region: "",
    };
    of(&[], nothing, &[])
}

/// The errors that pass when this request is sent again, and for how long to do that, counted from the first time.
///
/// `rules` are those of the request's kind, `before` the requests that the same run has done.
pub fn of(
    rules: &'static [Rule<Wait>],
    request: Sent<'_>,
    before: &[Sent<'_>],
) -> Vec<(&'static str, Duration)> {
    let rules = rules.iter().chain(EVERYWHERE);
    let rules = rules.filter(|rule| rule.is_for(request.operation));
    rules
        .flat_map(|rule| {
            let Wait { after, own, other } = &rule.meaning;
            let wrote = after
                .iter()
                .any(|write| write.is_in(before, request.region));
            let patience = if wrote { *own } else { *other };
            rule.codes.iter().map(move |code| (*code, patience))
        })
        .filter(|(_, patience)| !patience.is_zero())
        .collect()
}

/// Whether the service failed, and may yet have done the work.
pub fn is_failure(code: &str) -> bool {
    FAILURES.contains(&code)
}

impl Write {
    fn is_in(&self, before: &[Sent<'_>], region: &str) -> bool {
        let (name, here) = match self {
            Self::Here(name) => (name, true),
            Self::Anywhere(name) => (name, false),
        };
        before.iter().any(|sent| {
            name.split_once(':') == Some((sent.service, sent.operation))
                && (!here || sent.region == region)
        })
    }
}
