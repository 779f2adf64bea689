//! The receiver of a webhook, or a gateway for SMS: one signed POST.

use std::{
    fmt,
    time::{Duration, Instant},
};

use reqwest::{
    Client, Response,
    header::{CONTENT_TYPE, RETRY_AFTER},
};
use secrecy::SecretString;
use url::Url;

use super::{retry::RETRY_AFTER_MAX, signature::Signer};
use crate::{clock::Timestamp, config::Outgoing, web::outgoing_error::cause};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Time for one request, including the response.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(15);
/// Largest response that is read, so that its connection can be used again. A larger one is cut off.
const RESPONSE_MAX: usize = 4 * 1024;
/// A receiver may close an idle connection without saying so.
const IDLE: Duration = Duration::from_secs(10);

/// Creates the HTTP client of all webhooks. Redirects are not followed: they would carry names and addresses of users to another host, or
/// point a request at an internal host (SSRF).
///
/// # Errors
/// The proxy or the certificates cannot be used.
pub(crate) fn client(outgoing: &Outgoing) -> Result<Client, String> {
    let client = outgoing.client(true).and_then(|client| {
        client
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(IDLE)
            .build()
    });
    client.map_err(|error| cause(&error))
}

/// A receiver.
pub(crate) struct Endpoint {
    client: Client,
    url: Url,
    signer: Signer,
}

/// What became of one request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: Option<u16>,
    /// `None`: the receiver has the message.
    pub(crate) failure: Option<Failure>,
    pub(crate) took: Duration,
}

#[derive(Debug)]
pub(crate) struct Failure {
    /// Without text of the receiver.
    pub(crate) error: String,
    /// Another attempt makes sense.
    pub(crate) may_recover: bool,
    pub(crate) retry_after: Option<Duration>,
}

impl Endpoint {
    /// # Errors
    /// A secret cannot be used.
    pub(crate) fn new(url: &Url, secrets: &[SecretString], client: &Client) -> Result<Self, String> {
        Ok(Self { client: client.clone(), url: url.clone(), signer: Signer::new(secrets)? })
    }

    /// Sends a message. `now` is the time of the signature, by which the receiver refuses old messages (replay).
    pub(crate) async fn post(&self, id: impl fmt::Display + Copy, body: Vec<u8>, now: Timestamp) -> Answer {
        let began = Instant::now();
        let timestamp = now.as_secs();
        let request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id.to_string())
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", self.signer.sign(id, timestamp, &body))
            .body(body);
        let answer = |status, failure| Answer { status, failure, took: began.elapsed() };
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => {
                let failure = Failure { error: cause(&error), may_recover: true, retry_after: None };
                return answer(None, Some(failure));
            }
        };
        let status = response.status().as_u16();
        let failure = failure_of(&response, now);
        discard(response).await;
        answer(Some(status), failure)
    }

    /// Connects to the receiver, as `vestibule doctor` does. Any response is good: no message is sent.
    ///
    /// # Errors
    /// Why there is no response.
    pub(crate) async fn probe(&self) -> Result<(), String> {
        self.client.head(self.url.clone()).send().await.map(drop).map_err(|error| cause(&error))
    }
}

/// Decides about a response: 2xx is success, everything else is not.
fn failure_of(response: &Response, now: Timestamp) -> Option<Failure> {
    let status = response.status();
    if status.is_success() {
        return None;
    }
    let code = status.as_u16();
    let retry_after = matches!(code, 429 | 503)
        .then(|| response.headers().get(RETRY_AFTER)?.to_str().ok())
        .flatten()
        .and_then(|text| delay(text, now));
    let error = match code {
        410 => "status 410: the receiver wants no more attempts".to_owned(),
        300..=399 => format!("status {code}: a redirect, which is not followed"),
        _ => format!("status {code}"),
    };
    Some(Failure { error, may_recover: code != 410, retry_after })
}

/// Reads `Retry-After`: seconds, or a time (RFC 9110 §10.2.3).
fn delay(text: &str, now: Timestamp) -> Option<Duration> {
    let delay = match text.trim().parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_not_a_number) => Timestamp::from_http(text.trim())?.since(now),
    };
    Some(delay.min(RETRY_AFTER_MAX))
}

/// Reads a small response. Without this, each message needs a new connection. The content has no meaning.
async fn discard(mut response: Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = response.chunk().await {
        read += chunk.len();
        if read > RESPONSE_MAX {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_time_and_at_most_an_hour() {
        let now = Timestamp::from_http("Sun, 22 Nov 2026 10:00:00 GMT").expect("a time");
        for (text, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("86400", Some(3600)),
            ("Sun, 22 Nov 2026 10:01:00 GMT", Some(60)),
            ("Sun, 22 Nov 2026 09:00:00 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
        ] {
            assert_eq!(delay(text, now).map(|delay| delay.as_secs()), expected, "{text:?}");
        }
    }
}
