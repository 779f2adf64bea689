//! `vestibule serve`

use std::io::IsTerminal as _;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use super::{
    context::{config, unusable_keys},
    failure::Failure,
    out::{Out, log_to_stderr},
};
use crate::{
    app::{App, BuildError},
    clock::Clock,
    metrics, server,
};

pub(super) async fn run() -> Result<(), Failure> {
    let config = config()?;
    let json = config.log.json.unwrap_or_else(|| !std::io::stderr().is_terminal());
    log_to_stderr(&config.log.filter, json);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    raise_file_limit();
    let (listen, origin) = (config.listen, config.public_url.origin.clone());
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        Failure::Failed(format!(
            "cannot listen on {listen}: {error}\nChange VESTIBULE_LISTEN, or stop the program that listens there."
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
    let app = App::build(config, Clock::system()).await.map_err(failure)?;
    Out::line(&format!("listening on http://{} (public URL {origin})", listener.local_addr()?))?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    Ok(server::serve(app, listener, stop).await?)
}

fn failure(error: BuildError) -> Failure {
    match error {
        BuildError::Keys(text) => unusable_keys(&text),
        BuildError::Provider(text) => Failure::Failed(text),
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
