//! `plumbline-relay`: see `--help` and docs/operating.md.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use plumbline_relay::options::{LogFormat, Options};
use plumbline_relay::server::Server;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let options = Options::parse();
    if let Err(error) = log(&options).and_then(|()| run(&options)) {
        eprintln!("plumbline-relay: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn log(options: &Options) -> io::Result<()> {
    let invalid = |error: Box<dyn std::error::Error + Send + Sync>| io::Error::new(io::ErrorKind::InvalidInput, error);
    let filter = EnvFilter::try_new(&options.log).map_err(|error| invalid(Box::new(error)))?;
    // What matters of it `bus` says; its own words are of addresses and subjects, and those are names of workspaces.
    let quiet = "async_nats=off".parse().map_err(|error| invalid(Box::new(error)))?;
    let filter = filter.add_directive(quiet);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_target(false).with_writer(io::stderr);
    match options.log_format {
        LogFormat::Text => log.with_ansi(false).try_init(),
        LogFormat::Json => log.json().try_init(),
    }
    .map_err(invalid)
}

#[tokio::main]
async fn run(options: &Options) -> io::Result<()> {
    let stop = stop()?;
    let server = Server::bind(options).await?;
    // For whoever started it: the port, if any was asked for.
    writeln!(io::stdout(), "listening on http://{}", server.address()?)?;
    server.run(stop).await;
    Ok(())
}

/// Ends when the process is asked to.
fn stop() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
