//! Requests of the service to other servers.

use url::Url;

use super::group::Group;
use crate::config::{
    format::{Optional, Parsed, Text},
    provider_requests::proxy_url,
    setting::{Shown, service},
};

settings! {
"Outgoing requests" {
    HTTPS_PROXY: Optional<Parsed<Url>> = service(
        "VESTIBULE_HTTPS_PROXY",
        Optional(Parsed(proxy_url, "an http or https URL")),
        "Proxy for https requests to providers, to webhooks and to the collector of traces. Requests to this machine and to `_BACKCHANNEL_URL` do not use it. The \
         variables `HTTPS_PROXY` and `NO_PROXY` have no effect.",
    )
    .unset("no proxy")
    .example("http://proxy.corp.example:3128")
    .shown(Shown::UrlWithoutSecrets);

    CA_FILE: Optional<Text> = service(
        "VESTIBULE_CA_FILE",
        Optional(Text("a file with certificates in PEM form")),
        "Certificates of further authorities that may have issued the certificates of providers, of webhooks, of the mail server and of the \
         collector of traces, such as the authority of a company. They are trusted beside those of the system. The file is read once, at start, and has at most 1 MiB.",
    )
    .unset("the authorities of the system")
    .example("/etc/ssl/corp-ca.pem");
}
}
