//! What is counted of the events of a batch: a few texts of each, copied one behind the other.

use std::ops::Range;

use crate::events::batch::{Record, each_record};
use crate::events::event::{self, Event, short};
use crate::events::fields::Fields;
use crate::events::filter::Filter;
use crate::events::wildcard;
use crate::reading::conveyor::Work;
use crate::time;

/// What stands for a text that an event does not have.
pub const NONE: &str = "(none)";

/// How many bytes of a text are kept; longer ones end with an ellipsis.
const LONGEST: usize = 256;

/// Error codes of denied calls, as the catalogue's alert about them has them.
const DENIED: [&str; 2] = ["*UnauthorizedOperation", "AccessDenied*"];

/// The texts of an event that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum Text {
    Region,
    User,
    /// Without `.amazonaws.com`.
    Service,
    /// `eventName`.
    Name,
    Address,
    /// Its code, or else its message; empty if the call succeeded.
    Error,
    /// The account whose trail recorded it, or else that of the caller.
    Account,
    /// `eventID`.
    Id,
}

const TEXTS: usize = 8;

/// A sign-in to the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SignIn {
    pub failed: bool,
    /// Whether it was with multi-factor authentication; AWS does not know of those who signed in elsewhere.
    pub mfa: Option<bool>,
    pub root: bool,
}

/// An event.
#[derive(Clone, Debug)]
pub struct Fact {
    /// In seconds since 1970.
    pub time: Option<u64>,
    pub denied: bool,
    pub sign_in: Option<SignIn>,
    texts: [Range<u32>; TEXTS],
}

/// The events of a batch.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// How many events were read.
    pub read: u64,
    texts: String,
    facts: Vec<Fact>,
}

impl Facts {
    /// Those that were chosen.
    pub fn iter(&self) -> impl Iterator<Item = &Fact> {
        self.facts.iter()
    }

    /// A text of one of them.
    pub fn text(&self, fact: &Fact, text: Text) -> &str {
        let Range { start, end } = fact.texts[text as usize].clone();
        &self.texts[start as usize..end as usize]
    }

    /// Adds an event if the filter admits it.
    pub fn add(&mut self, fields: &Fields<'_>, filter: &Filter) {
        self.read += 1;
        let event = Event::with(fields);
        if !filter.admits(&event) {
            return;
        }
        let identity = &event.identity;
        let who = identity.who();
        let error = event
            .error_code
            .as_deref()
            .or(event.error_message.as_deref());
        let account = event.recipient.as_deref().or(identity.account.as_deref());
        let id = fields.text("eventID");
        let texts = [
            event.region.as_deref(),
            who.as_deref().map(short),
            event.service(),
            event.name.as_deref(),
            event.from.as_deref(),
            Some(error.unwrap_or_default()),
            account,
            id.as_deref(),
        ];
        let texts = texts.map(|text| self.keep(text.unwrap_or(NONE)));
        let code = event.error_code.as_deref();
        self.facts.push(Fact {
            time: event.time.as_deref().and_then(time::seconds),
            denied: code.is_some_and(|code| {
                DENIED
                    .iter()
                    .any(|pattern| wildcard::matches(pattern, code))
            }),
            sign_in: sign_in(&event, fields),
            texts,
        });
    }

    fn keep(&mut self, text: &str) -> Range<u32> {
        let start = self.texts.len() as u32;
        let (kept, is_whole) = kept(text);
        self.texts.push_str(kept);
        if !is_whole {
            self.texts.push('…');
        }
        start..self.texts.len() as u32
    }
}

/// What is kept of a text, and whether that is all of it.
fn kept(text: &str) -> (&str, bool) {
    match text.len() <= LONGEST {
        true => (text, true),
        false => (&text[..text.floor_char_boundary(LONGEST)], false),
    }
}

/// A text as it is kept.
pub(super) fn shortened(text: &str) -> String {
    match kept(text) {
        (text, true) => text.to_owned(),
        (start, false) => format!("{start}…"),
    }
}

/// What an event says of a sign-in, if it is one:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html>.
fn sign_in(event: &Event<'_>, fields: &Fields<'_>) -> Option<SignIn> {
    if event.name.as_deref() != Some("ConsoleLogin") {
        return None;
    }
    let used = fields.inner("additionalEventData").text("MFAUsed");
    let answer = fields.inner("responseElements").text("ConsoleLogin");
    let sort = event.identity.sort.as_deref();
    Some(SignIn {
        failed: event.failed() || answer.as_deref() == Some("Failure"),
        mfa: match used.as_deref() {
            Some("Yes") => Some(true),
            _ if matches!(sort, Some("IAMUser" | "Root")) => Some(false),
            _ => None,
        },
        root: sort == Some("Root"),
    })
}

/// Picks facts out of batches.
#[derive(Clone, Debug)]
pub struct Picking {
    pub filter: Filter,
}

impl Work for Picking {
    type Done = Facts;

    fn work(&self, batch: &[u8]) -> (Facts, usize) {
        let mut facts = Facts::default();
        let taken = each_record(batch, |Record { fields, .. }| {
            let is_record = event::has_fields_of_a_record(&fields);
            if is_record {
                facts.add(&fields, &self.filter);
            }
            is_record
        });
        (facts, taken)
    }
}
