//! HTTP to providers: a deadline, a size limit, no redirects, no proxy from the environment.
//!
//! Redirects are not followed, because the code or a token would travel with them, or the request be turned against a machine
//! of ours (SSRF). Answers are not inflated: a small one cannot become a huge one.

use std::{future::Future, pin::Pin, time::Duration};

use oauth2::{
    AsyncHttpClient, HttpRequest, HttpResponse, RequestTokenError,
    basic::{BasicErrorResponse, BasicErrorResponseType},
};
use reqwest::{Client, redirect::Policy};
use serde_json::{Map, Value};

use super::ProviderFailure;

/// Largest answer, in bytes.
const ANSWER_MAX: usize = 1024 * 1024;
const CONNECT: Duration = Duration::from_secs(3);
/// One request with its whole answer.
const DEADLINE: Duration = Duration::from_secs(8);

/// Why there is no answer that can be used.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Not connected, cut off, or too slow.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// Over the limit.
    #[error("an answer of more than 1 MiB")]
    TooLarge,
    /// Not the status that was due.
    #[error("status {0}")]
    Status(u16),
    /// Not a JSON object.
    #[error("not a JSON object")]
    NotJson,
}

impl HttpError {
    /// Whether the provider is down, rather than wrong.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::NoAnswer(_))
            || matches!(self, Self::Status(status) if *status >= 500 || *status == 429)
    }
}

/// What an endpoint says of somebody.
pub(super) enum UserinfoResponse {
    Plain(Map<String, Value>),
    /// Not verified yet.
    Signed(String),
}

/// The HTTP client of one provider.
pub struct HttpClient(Client);

impl HttpClient {
    pub(super) fn new() -> reqwest::Result<Self> {
        Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(DEADLINE)
            .user_agent(concat!("vestibule/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(Self)
    }

    /// A JSON object by GET.
    pub(super) async fn get_json(&self, url: &str) -> Result<Map<String, Value>, HttpError> {
        let answer = send_expecting_ok(self.0.get(url).header("accept", "application/json")).await?;
        serde_json::from_slice(&read_limited(answer).await?).map_err(|_| HttpError::NotJson)
    }

    /// Claims by GET with a bearer token: a JSON object or, by its media type, a signed token of one (OpenID Connect Core §5.3.2).
    pub(super) async fn get_claims(&self, url: &str, bearer: &str) -> Result<UserinfoResponse, HttpError> {
        let request = self.0.get(url).header("accept", "application/json, application/jwt");
        let answer = send_expecting_ok(request.bearer_auth(bearer)).await?;
        let media =
            answer.headers().get("content-type").and_then(|media| media.to_str().ok()).unwrap_or_default();
        let is_token =
            media.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/jwt"));
        let bytes = read_limited(answer).await?;
        if is_token {
            String::from_utf8(bytes).map(UserinfoResponse::Signed).map_err(|_| HttpError::NotJson)
        } else {
            serde_json::from_slice(&bytes).map(UserinfoResponse::Plain).map_err(|_| HttpError::NotJson)
        }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(no_answer)?;
        let answer = self.0.execute(request).await.map_err(no_answer)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        if status.is_redirection() || status.is_server_error() || status == 429 {
            return Err(HttpError::Status(status.as_u16()));
        }
        let mut response = HttpResponse::new(without_unused(read_limited(answer).await?));
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        Ok(response)
    }
}

/// For oauth2, which brings no client for this version of reqwest.
impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

async fn send_expecting_ok(request: reqwest::RequestBuilder) -> Result<reqwest::Response, HttpError> {
    let answer = request.send().await.map_err(no_answer)?;
    match answer.status().as_u16() {
        200 => Ok(answer),
        status => Err(HttpError::Status(status)),
    }
}

async fn read_limited(mut answer: reqwest::Response) -> Result<Vec<u8>, HttpError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(no_answer)? {
        if bytes.len() + chunk.len() > ANSWER_MAX {
            return Err(HttpError::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// A token response without what this client has no use for, and some providers write in their own way: a lifetime as text (Azure,
/// ADFS), scopes as a list. An odd but honest member does not fail a sign-in.
fn without_unused(answer: Vec<u8>) -> Vec<u8> {
    let Ok(mut members) = serde_json::from_slice::<Map<String, Value>>(&answer) else { return answer };
    members.retain(|name, _| !matches!(name.as_str(), "expires_in" | "scope" | "refresh_token"));
    serde_json::to_vec(&members).unwrap_or(answer)
}

/// Without the URL: it may hold what nobody should read in a log.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn no_answer(error: reqwest::Error) -> HttpError {
    let kind = match (error.is_timeout(), error.is_connect()) {
        (true, _) => "too slow",
        (_, true) => "not connected",
        _ => "cut off",
    };
    HttpError::NoAnswer(kind.to_owned())
}

/// What a token request came to, without what the provider says about it.
pub(super) fn of_token_request(error: RequestTokenError<HttpError, BasicErrorResponse>) -> ProviderFailure {
    match error {
        RequestTokenError::Request(error) => error.into(),
        RequestTokenError::ServerResponse(response) => {
            // Its own words could be of any length, and of more than one line.
            ProviderFailure::Refused(match response.error() {
                BasicErrorResponseType::Extension(_) => "an error that RFC 6749 does not know".to_owned(),
                error => error.to_string(),
            })
        }
        RequestTokenError::Parse(..) => {
            ProviderFailure::Invalid("the token endpoint's answer is no token".to_owned())
        }
        RequestTokenError::Other(_) => {
            ProviderFailure::Invalid("the token endpoint's answer is odd".to_owned())
        }
    }
}
