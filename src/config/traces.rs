//! Where spans go: the settings `VESTIBULE_TRACES_…`.

use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use super::{list::pairs, public_url::is_loopback, reader::Reader, settings as s};
use crate::trace::Ratio;

/// Path of traces in OTLP/HTTP.
const PATH: &str = "/v1/traces";
/// Headers that the client sets itself.
const RESERVED: [HeaderName; 5] = [
    reqwest::header::CONTENT_LENGTH,
    reqwest::header::CONTENT_TYPE,
    reqwest::header::CONNECTION,
    reqwest::header::HOST,
    reqwest::header::TRANSFER_ENCODING,
];

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

/// Reads the URL of a collector.
pub(super) fn url(text: &str) -> Result<Url, String> {
    // The text may contain a password.
    let invalid =
        || "it is not an http or https URL; write for example http://127.0.0.1:4318/v1/traces".to_owned();
    let mut url = Url::parse(text).map_err(|_| invalid())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || url.fragment().is_some() {
        return Err(invalid());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it contains a user name or a password; write credentials into VESTIBULE_TRACES_HEADERS"
            .to_owned());
    }
    if url.path() == "/" {
        url.set_path(PATH);
    }
    Ok(url)
}

/// Reads headers: `name=value`, separated by commas, or a JSON object for values with a comma.
pub(super) fn headers(text: &str) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
    // No message repeats a value, which is a secret.
    let invalid = || "it is not a list of headers; write Authorization=Bearer … or a JSON object".to_owned();
    let pairs: Vec<(String, String)> = if text.trim_start().starts_with('{') {
        let pairs = pairs(text).map_err(|_| invalid())?;
        pairs.into_iter().map(|pair| (pair.left, pair.right)).collect()
    } else {
        let pair = |item: &str| {
            item.split_once('=').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        };
        text.split(',').map(pair).collect::<Option<_>>().ok_or_else(invalid)?
    };
    let header = |(name, value): (String, String)| {
        let name = HeaderName::try_from(name).map_err(|_| invalid())?;
        if RESERVED.contains(&name) {
            return Err(format!("the header {name} is set by the service; remove it"));
        }
        let mut value =
            HeaderValue::try_from(value).ok().filter(|value| !value.is_empty()).ok_or_else(invalid)?;
        value.set_sensitive(true);
        Ok((name, value))
    };
    pairs.into_iter().map(header).collect()
}

/// Reads the share of requests that are recorded.
pub(super) fn ratio(text: &str) -> Result<Ratio, String> {
    let share = text.parse().ok().and_then(Ratio::new);
    share.ok_or_else(|| format!("{text:?} is not a share; write a number from 0 to 1, for example 0.1"))
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
    use super::*;
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

    #[test]
    fn path_of_the_standard_is_used_without_another_one() {
        assert_eq!(url("http://collector:4318").expect("a URL").as_str(), "http://collector:4318/v1/traces");
        assert_eq!(url("https://c.example/otlp/v1/traces").expect("a URL").path(), "/otlp/v1/traces");
    }

    #[test]
    fn headers_are_read_in_the_form_of_the_standard_or_as_json() {
        let read = |text| {
            let headers = headers(text).expect("headers").into_iter();
            headers
                .map(|(name, value)| format!("{name}: {}", value.to_str().expect("ASCII")))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            read("Authorization=Basic YQ==, x-team = ops"),
            ["authorization: Basic YQ==", "x-team: ops"]
        );
        assert_eq!(read(r#"{"x-key":"a,b"}"#), ["x-key: a,b"]);
        for text in
            ["hunter2", "a b=c", "x-key=", "x-key=\u{1}", "host=a", "Content-Type=text/plain", "{\"a\":1}"]
        {
            assert!(headers(text).is_err(), "{text:?}");
        }
    }
}
