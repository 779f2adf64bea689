//! Values of `VESTIBULE_TRACES_…`: a URL, headers and a share.

use percent_encoding::percent_decode_str;
use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use super::list::pairs;
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
            let (name, value) = item.split_once('=')?;
            // The standard encodes the values: users copy them from the documents of their collector.
            let value = percent_decode_str(value.trim()).decode_utf8().ok()?;
            Some((name.trim().to_owned(), value.into_owned()))
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

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(read("Authorization=Basic%20YQ%3D%3D"), ["authorization: Basic YQ=="]);
        assert_eq!(read(r#"{"x-key":"a%20b"}"#), ["x-key: a%20b"]);
        assert_eq!(read(r#"{"x-key":"a,b"}"#), ["x-key: a,b"]);
        for text in [
            "x-key=%0d%0ahost: a",
            "hunter2",
            "a b=c",
            "x-key=",
            "x-key=\u{1}",
            "host=a",
            "Content-Type=text/plain",
            "{\"a\":1}",
        ] {
            assert!(headers(text).is_err(), "{text:?}");
        }
    }
}
