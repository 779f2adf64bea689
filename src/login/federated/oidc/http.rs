//! HTTP client for providers: with a deadline and a size limit, without redirects and without the proxy of the environment.
//!
//! Redirects are not followed: they would carry the code or a token to another host, or point a request at an internal host (SSRF).
//! Responses are not decompressed: a small response cannot expand into a huge one.

use std::{future::Future, pin::Pin, time::Duration};

use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::{Client, redirect::Policy};
use serde_json::{Map, Value};

/// Largest response body, in bytes.
const BODY_MAX: usize = 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Time for one request, including the whole response.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(8);

#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// No connection, an interrupted response, or a timeout.
    #[error("no response: {0}")]
    NoResponse(&'static str),
    #[error("the response is larger than 1 MiB")]
    TooLarge,
    #[error("status {0}")]
    Status(u16),
    #[error("not a JSON object")]
    NotJson,
}

impl HttpError {
    /// Returns whether the provider is down; otherwise it answers, but not correctly.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        match self {
            Self::NoResponse(_) => true,
            Self::Status(status) => *status >= 500 || *status == 429,
            Self::TooLarge | Self::NotJson => false,
        }
    }
}

/// Body of a userinfo response.
pub(super) enum UserinfoResponse {
    Json(Map<String, Value>),
    /// A signed token; its signature is not verified yet.
    Jwt(String),
}

/// The HTTP client of one provider.
pub(super) struct HttpClient(Client);

impl HttpClient {
    pub(super) fn new() -> reqwest::Result<Self> {
        Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .user_agent(concat!("vestibule/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(Self)
    }

    pub(super) async fn get_json(&self, url: &str) -> Result<Map<String, Value>, HttpError> {
        let response = send_expecting_ok(self.0.get(url).header("accept", "application/json")).await?;
        serde_json::from_slice(&read_limited(response).await?).map_err(|_| HttpError::NotJson)
    }

    /// Gets userinfo: a JSON object or, by its media type, a signed token (OpenID Connect Core §5.3.2).
    pub(super) async fn get_userinfo(
        &self,
        url: &str,
        access_token: &str,
    ) -> Result<UserinfoResponse, HttpError> {
        let request = self.0.get(url).header("accept", "application/json, application/jwt");
        let response = send_expecting_ok(request.bearer_auth(access_token)).await?;
        let media =
            response.headers().get("content-type").and_then(|media| media.to_str().ok()).unwrap_or_default();
        let is_jwt =
            media.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case("application/jwt"));
        let body = read_limited(response).await?;
        if is_jwt {
            String::from_utf8(body).map(UserinfoResponse::Jwt).map_err(|_| HttpError::NotJson)
        } else {
            serde_json::from_slice(&body).map(UserinfoResponse::Json).map_err(|_| HttpError::NotJson)
        }
    }

    async fn send_token_request(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(no_response)?;
        let response = self.0.execute(request).await.map_err(no_response)?;
        let (status, headers) = (response.status(), response.headers().clone());
        if status.is_redirection() || status.is_server_error() || status == 429 {
            return Err(HttpError::Status(status.as_u16()));
        }
        let mut result = HttpResponse::new(without_unused_members(read_limited(response).await?));
        (*result.status_mut(), *result.headers_mut()) = (status, headers);
        Ok(result)
    }
}

/// oauth2 has no client for this version of reqwest.
impl<'c> AsyncHttpClient<'c> for HttpClient {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send_token_request(request))
    }
}

async fn send_expecting_ok(request: reqwest::RequestBuilder) -> Result<reqwest::Response, HttpError> {
    let response = request.send().await.map_err(no_response)?;
    match response.status().as_u16() {
        200 => Ok(response),
        status => Err(HttpError::Status(status)),
    }
}

async fn read_limited(mut response: reqwest::Response) -> Result<Vec<u8>, HttpError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(no_response)? {
        if body.len() + chunk.len() > BODY_MAX {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Removes the members of a token response that this client does not use. Some providers send them in their own form: a lifetime as text
/// (Azure, ADFS), scopes as a list. The parser of oauth2 would fail the login.
fn without_unused_members(body: Vec<u8>) -> Vec<u8> {
    let Ok(mut members) = serde_json::from_slice::<Map<String, Value>>(&body) else { return body };
    members.retain(|name, _| !matches!(name.as_str(), "expires_in" | "scope" | "refresh_token"));
    serde_json::to_vec(&members).unwrap_or(body)
}

/// Leaves out the URL of the request: it may contain values that must not be logged.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn no_response(error: reqwest::Error) -> HttpError {
    HttpError::NoResponse(match (error.is_timeout(), error.is_connect()) {
        (true, _) => "timeout",
        (false, true) => "connection failed",
        (false, false) => "connection interrupted",
    })
}
