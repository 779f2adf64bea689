//! The log, the audit events and the metrics.

use super::group::Group;
use crate::config::{
    format::{Address, Choice, DurationBetween, Optional, Parsed},
    setting::service,
};

settings! {
"Logs and metrics" {
    LOG: Parsed<String> = service(
        "VESTIBULE_LOG",
        Parsed(log_filter, "a level, or levels by module"),
        "Filter of the log: `error`, `warn`, `info`, `debug` or `trace`, for everything or for single modules.",
    )
    .default("info")
    .example("vestibule=debug,info");

    LOG_FORMAT: Optional<Choice<bool>> = service(
        "VESTIBULE_LOG_FORMAT",
        Optional(Choice(&[("text", false), ("json", true)])),
        "Format of the log.",
    )
    .unset("`text` on a terminal, otherwise `json`");

    EVENT_RETENTION: DurationBetween = service(
        "VESTIBULE_EVENT_RETENTION",
        DurationBetween("1d", "3650d"),
        "How long audit events are kept. A lower value also removes the older events that are stored; a higher value is used for \
         new events.",
    )
    .default("400d");

    METRICS_LISTEN: Optional<Address> = service(
        "VESTIBULE_METRICS_LISTEN",
        Optional(Address),
        "Address and port of a second listener, which serves `/metrics` for Prometheus without authentication.",
    )
    .unset("no metrics")
    .example("127.0.0.1:9090");
}
}

fn log_filter(text: &str) -> Result<String, String> {
    tracing_subscriber::EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|_| format!("{text:?} is not a log filter; write for example info or vestibule=debug,info"))
}
