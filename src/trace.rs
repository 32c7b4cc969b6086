//! Tracing to stderr, for `-v` and `-vv`.
//!
//! Only this tool's own events: those of the SDK and its HTTP client may hold signed headers.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts to trace: 0 nothing, 1 what is tried again, 2 every request.
pub fn start(verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .without_time()
        .with_target(false);
    tracing_subscriber::registry()
        .with(lines)
        .with(Targets::new().with_target("ctadmin", level))
        .init();
}
