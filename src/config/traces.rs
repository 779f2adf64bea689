//! Where spans go: the settings `VESTIBULE_TRACES_…`.

use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use super::{public_url::is_loopback, reader::Reader, settings as s};
use crate::trace::Ratio;

/// A collector of traces.
#[derive(Clone, Debug)]
pub struct Traces {
    pub url: Url,
    /// Headers with the credentials of this service.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    pub service_name: String,
    pub ratio: Ratio,
    /// Whether the `traceparent` of a trusted proxy is used.
    pub continues_proxy_traces: bool,
}

/// Reads the settings. Without a URL, no spans are recorded.
pub(super) fn read(reader: &mut Reader<'_>, has_trusted_proxies: bool) -> Option<Traces> {
    let url = reader.get(&s::TRACES_URL);
    let headers = reader.get(&s::TRACES_HEADERS).unwrap_or_default();
    let (service_name, ratio) = (reader.get(&s::TRACES_SERVICE_NAME), reader.get(&s::TRACES_RATIO));
    let continues_proxy_traces = reader.get(&s::TRACES_FROM_PROXY);
    if continues_proxy_traces && !has_trusted_proxies && !reader.is_set(&s::TRUSTED_PROXIES) {
        reader.mistake(
            &s::TRACES_FROM_PROXY,
            "it has no effect without VESTIBULE_TRUSTED_PROXIES; add the addresses of the proxy there, or remove this one",
        );
    }
    let Some(url) = url else {
        if !headers.is_empty() && !reader.is_set(&s::TRACES_URL) {
            let unused =
                "it has no effect without VESTIBULE_TRACES_URL; add that setting, or remove this one";
            reader.mistake(&s::TRACES_HEADERS, unused);
        }
        return None;
    };
    // An attacker in the network could read the credentials.
    let is_plain = url.scheme() == "http" && !url.host().is_some_and(|host| is_loopback(&host));
    if is_plain && !headers.is_empty() {
        reader.mistake(
            &s::TRACES_URL,
            "VESTIBULE_TRACES_HEADERS would be sent in plain text; use https, or remove the headers",
        );
    }
    Some(Traces { url, headers, service_name, ratio, continues_proxy_traces })
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Environment};

    #[test]
    fn settings_that_do_not_fit_together_are_mistakes() {
        let url = |url: &'static str| ("VESTIBULE_TRACES_URL", url);
        let headers = ("VESTIBULE_TRACES_HEADERS", "Authorization=Basic aHVudGVyMg==,x-team=ops");
        let (proxies, continues) =
            (("VESTIBULE_TRUSTED_PROXIES", "10.0.0.0/8"), ("VESTIBULE_TRACES_FROM_PROXY", "true"));
        for (settings, expected) in [
            (vec![], None),
            (vec![url("http://collector:4318")], None),
            (vec![url("https://collector.example/otlp"), headers], None),
            (vec![url("http://localhost:4318"), headers], None),
            (vec![url("http://collector:4318"), proxies, continues], None),
            // An attacker in the network reads the credentials.
            (
                vec![url("http://collector:4318"), headers],
                Some("VESTIBULE_TRACES_URL: VESTIBULE_TRACES_HEADERS would be sent in plain text"),
            ),
            (vec![headers], Some("VESTIBULE_TRACES_HEADERS: it has no effect")),
            (
                vec![url("http://collector:4318"), continues],
                Some("VESTIBULE_TRACES_FROM_PROXY: it has no effect"),
            ),
            (
                vec![url("https://bot:hunter2@collector")],
                Some("VESTIBULE_TRACES_URL: it contains a user name"),
            ),
            (vec![url("grpc://collector")], Some("VESTIBULE_TRACES_URL: it is not an http or https URL")),
        ] {
            let read = Config::read(&Environment::of(settings.iter().copied()));
            match (read, expected) {
                (Ok((config, _)), None) => {
                    assert_eq!(config.traces.is_some(), !settings.is_empty(), "{settings:?}");
                }
                (Err(mistakes), Some(expected)) => {
                    let text = mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
                    assert!(mistakes.len() == 1 && text.starts_with(expected), "{settings:?}: {text}");
                    assert!(!text.contains("hunter2") && !text.contains("aHVu"), "{text}");
                }
                (read, _) => panic!("{settings:?}: {read:?}"),
            }
        }
    }
}
