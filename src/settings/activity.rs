//! What `activity` needs: which events, where from, and what is reported of them.

use super::events::{FromQueue, JOBS, Source, moment, place, swapped, threads};
use super::{Names, connection};
use crate::activity::report::Asked;
use crate::athena::{Period, filters};
use crate::aws::Connection;
use crate::cli;
use crate::error::Result;
use crate::events::days::Days;
use crate::events::filter::Filter;
use crate::time;

/// How many seconds before now the events of a bucket are counted if no time is named: a week.
const USUAL: u64 = 7 * 24 * 60 * 60;

#[derive(Clone, Debug)]
pub struct Activity {
    pub connection: Connection,
    pub region: Option<String>,
    pub source: CountedBy,
    /// Also admits the events of the time that is compared with.
    pub filter: Filter,
    pub asked: Asked,
    /// How many threads unpack and parse.
    pub jobs: usize,
    /// How many of the newest events are listed.
    pub keep: usize,
    /// How many rows the lists of the text have.
    pub top: usize,
    pub output: cli::Output,
}

/// Who counts the events.
#[derive(Clone, Debug)]
pub enum CountedBy {
    /// This process, which reads them.
    Ctadmin(Source),
    /// Athena, which reads them where they are.
    Athena(Queried),
}

/// What Athena is asked about.
#[derive(Clone, Debug)]
pub struct Queried {
    pub names: Names,
    pub period: Period,
    /// These accounts; all of the table when there are none.
    pub accounts: Vec<String>,
    pub is_of_organization: bool,
    /// The filters, in SQL.
    pub conditions: Vec<String>,
}

impl Activity {
    pub fn new(global: &cli::Global, args: cli::Activity) -> Result<Self> {
        let now = time::now();
        let mut since = moment("--since", args.since.as_deref(), now, false)?;
        let until = moment("--until", args.reading.until.as_deref(), now, true)?;
        let end = until.unwrap_or_else(|| u64::try_from(now).unwrap_or_default());
        if args.from.is_some() || args.athena {
            since = since.or(Some(end.saturating_sub(USUAL)));
        }
        if since.is_some_and(|since| since > end) {
            return Err(swapped(args.since, args.reading.until));
        }
        let compared_since = since.map(|since| since.saturating_sub(end - since));
        let filter = Filter::parse(&args.filters)?.between(compared_since, until);
        let files = args.files.iter().map(|file| file.display().to_string());
        let asked = Asked {
            sources: args.from.iter().cloned().chain(files).collect(),
            since,
            until,
            filters: args.filters,
            compared_since,
        };
        let names = || {
            Names::new(cli::SchemeArgs {
                prefix: args.prefix.clone(),
                bucket: None,
                queue: args.queue.clone(),
            })
        };
        let source = match args.from {
            _ if args.athena => {
                let at = |time: u64| i64::try_from(time).unwrap_or(i64::MAX);
                CountedBy::Athena(Queried {
                    names: names()?,
                    period: Period::Between(at(since.unwrap_or_default()), at(end)),
                    accounts: args.accounts,
                    is_of_organization: args.organization,
                    conditions: filters::conditions(&asked.filters)?,
                })
            }
            Some(url) => CountedBy::Ctadmin(Source::Bucket {
                below: place(&url)?,
                days: Days::between(compared_since, until, args.reading.late),
                resume: None,
            }),
            None if !args.files.is_empty() => CountedBy::Ctadmin(Source::Files(args.files)),
            None => CountedBy::Ctadmin(Source::Queue(FromQueue {
                follow: false,
                consume: false,
                choosy: !filter.is_empty(),
                last_receive: false,
                dead_letters: false,
                names: names()?,
            })),
        };
        let connection = connection(global, JOBS)?;
        Ok(Self {
            region: connection.region.clone(),
            connection,
            source,
            filter,
            asked,
            jobs: threads(args.reading.jobs),
            keep: args.keep as usize,
            top: usize::from(args.top),
            output: global.output,
        })
    }
}
