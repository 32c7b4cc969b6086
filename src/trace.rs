//! Tracing to stderr, for `-v` and `-vv`.
//!
//! Only this tool's own events: those of the SDK and its HTTP client may hold signed headers.

use tracing_subscriber::filter::LevelFilter;

/// Starts to trace: 0 nothing, 1 what is tried again, 2 every request.
pub fn start(verbosity: u8) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let filter = tracing_subscriber::EnvFilter::default().add_directive(LevelFilter::OFF.into());
    let own = format!("ctadmin={level}").parse();
    let filter = own.map_or(filter.clone(), |own| filter.add_directive(own));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .init();
}
