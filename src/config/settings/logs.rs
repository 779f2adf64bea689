//! The log, the audit events, the metrics and the traces.

use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use super::group::Group;
use crate::{
    config::{
        format::{Address, BOOLEAN, Choice, DurationBetween, Optional, Parsed, Text},
        setting::{Shown, service},
        traces_formats,
    },
    trace::Ratio,
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
"Traces" {
    TRACES_URL: Optional<Parsed<Url>> = service(
        "VESTIBULE_TRACES_URL",
        Optional(Parsed(traces_formats::url, "an http or https URL; without a path, `/v1/traces` is used")),
        "Collector of traces (OpenTelemetry, OTLP/HTTP with Protobuf). `VESTIBULE_CA_FILE` and `VESTIBULE_HTTPS_PROXY` are used as for \
         providers. The variables `OTEL_…` have no effect.",
    )
    .unset("no traces")
    .example("http://127.0.0.1:4318")
    .shown(Shown::UrlWithoutSecrets);

    TRACES_HEADERS: Optional<Parsed<Vec<(HeaderName, HeaderValue)>>> = service(
        "VESTIBULE_TRACES_HEADERS",
        Optional(Parsed(traces_formats::headers, "headers: `name=value`, separated by commas, or a JSON object")),
        "Headers with the credentials for the collector. They are sent only to https, or to this machine. In a list, a value may be percent-encoded, as in `OTEL_EXPORTER_OTLP_HEADERS`: `%20` is a blank.",
    )
    .unset("no credentials")
    .shown(Shown::Secret);

    TRACES_SERVICE_NAME: Text = service(
        "VESTIBULE_TRACES_SERVICE_NAME",
        Text("a name"),
        "Name of this service in traces (`service.name`). Two installations need two names.",
    )
    .default("vestibule");

    TRACES_RATIO: Parsed<Ratio> = service(
        "VESTIBULE_TRACES_RATIO",
        Parsed(traces_formats::ratio, "a number from 0 to 1"),
        "Share of the requests that are traced, chosen at random.",
    )
    .default("1");

    TRACES_FROM_PROXY: Choice<bool> = service(
        "VESTIBULE_TRACES_FROM_PROXY",
        BOOLEAN,
        "Whether the header `traceparent` in requests from `VESTIBULE_TRUSTED_PROXIES` decides the trace and whether it is recorded. The \
         proxy must set the header itself: most proxies pass on that of the client.",
    )
    .default("false");
}
}

fn log_filter(text: &str) -> Result<String, String> {
    tracing_subscriber::EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|_| format!("{text:?} is not a log filter; write for example info or vestibule=debug,info"))
}
