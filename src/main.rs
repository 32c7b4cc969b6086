//! `ctadmin`: parse, run, exit.

use std::process::ExitCode;

use ctadmin::{cli, commands, error::Exit, printer::Printer, trace};

fn main() -> ExitCode {
    let cli = cli::parse();
    let printer =
        Printer::new(cli.global.quiet, cli.global.color.into()).verbose(cli.global.verbose > 0);
    trace::start(cli.global.verbose);
    let added = cli.global.added.clone();
    let runtime = tokio::runtime::Runtime::new().expect("the system gives us threads");
    let exit = runtime
        .block_on(commands::run(cli, &printer))
        .unwrap_or_else(|error| {
            let error = added.blamed(error);
            printer.error(&error);
            Exit::from(error.kind)
        });
    // A question left unanswered must not keep the process alive.
    runtime.shutdown_background();
    ExitCode::from(exit.code())
}
