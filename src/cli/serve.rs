//! `vestibule serve`

use std::io::{self, IsTerminal as _};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;

use super::{
    context::{new_database, report},
    failure::Failure,
    out::Out,
    stop_signal::stop_signal,
};
use crate::{
    app::{App, BuildError},
    clock::Clock,
    config::{Config, Listen, Report},
    log::{self, Format},
    metrics,
    server::{self, Listener},
    trace_export::Exporter,
};

pub(super) async fn run() -> Result<(), Failure> {
    let (config, report) = report()?;
    let is_terminal = io::stderr().is_terminal();
    let json_is_set = config.log.json == Some(true);
    let json = config.log.json.unwrap_or(!is_terminal);
    let format = if json { Format::Json } else { Format::Text { colours: is_terminal } };
    let _log = log::start(&config.log.filter, format);
    serve(config, &report)
        .await
        .map_err(|failure| if json_is_set { failure.into_log_line() } else { failure })
}

async fn serve(config: Config, report: &Report) -> Result<(), Failure> {
    let stop = stop_signal()?;
    raise_file_limit();
    let public_url = config.public_url.url();
    let listener = Listener::open(&config.listen).await.map_err(|error| {
        Failure::Failed(format!(
            "cannot listen on {}: {error}\nChange VESTIBULE_LISTEN, or stop the program that listens there.",
            config.listen.at
        ))
    })?;
    if let Some(address) = config.metrics_listen {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::Failed(format!(
                "cannot serve metrics on {address}: {error}\nChange VESTIBULE_METRICS_LISTEN."
            ))
        };
        let listener = TcpListener::bind(address).await.map_err(|error| failed(&error))?;
        metrics::start().map_err(|error| failed(&error))?;
        tokio::spawn(metrics::serve(listener));
    }
    let new_file = new_database(&config)?;
    let clock = Clock::system();
    // Before the application, whose providers send requests at once.
    let exporter = start_traces(&config, &clock)?;
    let app = App::build(config, clock).await.map_err(failure)?;
    if metrics::is_enabled() {
        let app = app.clone();
        metrics::sample_with(Box::new(move || app.sample()));
    }
    if let Some(file) = new_file {
        tracing::info!(file = %file.display(), "database created");
    }
    // Not before: a start that fails logs its failure only.
    log_warnings(report);
    // A stdout that cannot be written must not stop the service.
    drop(Out::line(&ready_line(&listener.address()?, &public_url, io::stdout().is_terminal())));
    let served = server::serve(app, listener, stop).await;
    if let Some(exporter) = exporter {
        exporter.close().await;
    }
    Ok(served?)
}

fn start_traces(config: &Config, clock: &Clock) -> Result<Option<Exporter>, Failure> {
    let Some(traces) = &config.traces else { return Ok(None) };
    let failed =
        |error| Failure::Failed(format!("cannot send traces: {error}\nChange VESTIBULE_TRACES_URL."));
    Exporter::start(traces, &config.outgoing, clock).map_err(failed)
}

fn log_warnings(report: &Report) {
    for warning in &report.warnings {
        let (setting, problem) = (&warning.name, warning.text());
        if warning.is_serious() {
            tracing::warn!(setting, problem, "check this setting");
        } else {
            tracing::info!(setting, problem, "check this setting");
        }
    }
    for name in &report.ignored {
        tracing::info!(name, "service link ignored");
    }
}

/// Returns the line that says that the service is ready. A user at a terminal opens the first address of the line. No login works at the
/// address on which the service listens if it is not the public URL, so a terminal shows the public URL only.
fn ready_line(listen: &Listen, public_url: &str, is_terminal: bool) -> String {
    if is_terminal {
        format!("listening: open {public_url}")
    } else {
        format!("listening on {} (public URL {public_url})", listen.url())
    }
}

fn failure(error: BuildError) -> Failure {
    match error {
        BuildError::Keys(mistake) => Failure::Settings(vec![mistake]),
        BuildError::Provider(text) | BuildError::Mail(text) | BuildError::Webhooks(text) => {
            Failure::Failed(text)
        }
        BuildError::Store(error) => Failure::Store(error),
    }
}

/// Raises the limit of open files to its maximum. Every connection is an open file, and many systems start processes with a limit of
/// about a thousand.
fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum })
    {
        tracing::warn!(%error, "could not raise the limit of open files");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_shows_the_public_url_only() {
        let listen = Listen::Address("127.0.0.1:3000".parse().expect("an address"));
        assert_eq!(
            ready_line(&listen, "http://localhost:3000", true),
            "listening: open http://localhost:3000"
        );
        let line = ready_line(&listen, "https://id.example.org", false);
        assert_eq!(line, "listening on http://127.0.0.1:3000 (public URL https://id.example.org)");
    }
}
