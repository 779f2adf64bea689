//! HTTP client for providers: with a deadline and a size limit, without redirects and without the proxy of the environment.
//!
//! Redirects are not followed: they would carry the code or a token to another host, or point a request at an internal host (SSRF).
//! Connections are not kept: a provider may close one without saying so, and a code that was sent on it cannot be sent again.

mod body;
mod cause;
mod error;
mod span;

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, header};
use secrecy::{ExposeSecret as _, SecretString};

use self::error::no_response;
pub(super) use self::{error::HttpError, span::Request};
use super::json::{JsonObject, quoted};
use crate::{
    clock::Timestamp,
    config::{Outgoing, ProviderConfig},
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Time for one request, including the whole response.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(8);

/// Body of a userinfo response.
pub(super) enum UserinfoResponse {
    Json(JsonObject),
    /// A signed token; its signature is not verified yet.
    Jwt(String),
}

/// Credentials of a request.
pub(super) enum Credentials<'a> {
    /// `Authorization: Basic`, with id and secret in the encoding of a form (RFC 6749 §2.3.1).
    Basic(&'a str, &'a SecretString),
    /// In the form, or none.
    None,
}

/// The HTTP client of one provider.
pub(super) struct HttpClient {
    client: Client,
    /// Name of the provider, for the spans of its requests.
    provider: String,
}

impl HttpClient {
    pub(super) fn new(config: &ProviderConfig, outgoing: &Outgoing) -> reqwest::Result<Self> {
        // An internal address is not reachable through the proxy.
        let client = outgoing.client(config.backchannel_url.is_none())?;
        let client = client
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .pool_max_idle_per_host(0)
            .build()?;
        Ok(Self { client, provider: config.name.clone() })
    }

    /// Gets a document with status 200.
    pub(super) async fn get(&self, purpose: Request, url: &str) -> Result<Vec<u8>, HttpError> {
        let span = span::begin(&self.provider, purpose);
        let request = self.client.get(url).header(header::ACCEPT, "application/json");
        let result = send_expecting_ok(request).await.map(|(_, body)| body);
        span::end(span, result.as_ref().map(|_| 200));
        result
    }

    /// Gets a document with status 200, and the time of the server (RFC 9110 §6.6.1).
    pub(super) async fn get_dated(&self, url: &str) -> Result<(Vec<u8>, Option<Timestamp>), HttpError> {
        let response = send(self.client.get(url).header(header::ACCEPT, "application/json")).await?;
        let date =
            response.headers().get(header::DATE).and_then(|date| Timestamp::from_http(date.to_str().ok()?));
        match response.status().as_u16() {
            200 => Ok((body::read(response).await?, date)),
            status => Err(HttpError::Status(status)),
        }
    }

    /// Gets status and redirect of an address, as a browser without cookies does. The body is not read.
    pub(super) async fn get_redirect(&self, url: &str) -> Result<(u16, Option<String>), HttpError> {
        let response =
            self.client.get(url).header(header::ACCEPT, "text/html").send().await.map_err(no_response)?;
        let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        Ok((response.status().as_u16(), location.map(ToOwned::to_owned)))
    }

    /// Gets userinfo: a JSON object or, by its media type, a signed token (OpenID Connect Core §5.3.2).
    pub(super) async fn get_userinfo(
        &self,
        url: &str,
        access_token: &str,
    ) -> Result<UserinfoResponse, HttpError> {
        let span = span::begin(&self.provider, Request::Userinfo);
        let request = self.client.get(url).header(header::ACCEPT, "application/json, application/jwt");
        let result = send_expecting_ok(request.bearer_auth(access_token)).await;
        span::end(span, result.as_ref().map(|_| 200));
        let (media, body) = result?;
        if media != "application/jwt" {
            return JsonObject::read(&body).map(UserinfoResponse::Json).map_err(HttpError::NotJson);
        }
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body).trim_ascii();
        let token = str::from_utf8(body).map_err(|_| HttpError::NotJson("no text".to_owned()))?;
        Ok(UserinfoResponse::Jwt(token.to_owned()))
    }

    /// Posts a form. Returns the status, below 500 and no redirect, and the body. The request is never repeated: the form contains a code,
    /// and a provider that sees a code twice ends the tokens that it issued for it (RFC 6749 §4.1.2).
    pub(super) async fn post_form(
        &self,
        url: &str,
        credentials: Credentials<'_>,
        form: &[(&str, &str)],
    ) -> Result<(u16, Vec<u8>), HttpError> {
        let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let mut request = self
            .client
            .post(url)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form);
        if let Credentials::Basic(id, secret) = credentials {
            let encode =
                |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            request = request.basic_auth(encode(id), Some(encode(secret.expose_secret())));
        }
        let span = span::begin(&self.provider, Request::Token);
        let result = send_expecting_answer(request).await;
        span::end(span, result.as_ref().map(|(status, _)| *status));
        result
    }
}

/// Sends a request and returns the status, below 500, and the body.
async fn send_expecting_answer(request: RequestBuilder) -> Result<(u16, Vec<u8>), HttpError> {
    let response = send(request).await?;
    let status = response.status().as_u16();
    if status >= 500 || status == 429 {
        return Err(HttpError::Status(status));
    }
    Ok((status, body::read(response).await?))
}

/// Sends a request. A redirect is an error.
async fn send(request: RequestBuilder) -> Result<Response, HttpError> {
    // RFC 9110 §12.5.3: without this header, a provider may choose any encoding.
    let request = request.header(header::ACCEPT_ENCODING, "identity");
    let response = request.send().await.map_err(no_response)?;
    if response.status().is_redirection() {
        let location = response.headers().get(header::LOCATION);
        let location = location.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        // The query may contain a code or a token.
        let location =
            location.as_deref().and_then(|location| location.split(['?', '#']).next()).unwrap_or_default();
        return Err(HttpError::Redirect(response.status().as_u16(), quoted(location)));
    }
    Ok(response)
}

/// Sends a request and returns the media type, in lower case and without parameters, and the body.
async fn send_expecting_ok(request: RequestBuilder) -> Result<(String, Vec<u8>), HttpError> {
    let response = send(request).await?;
    match response.status().as_u16() {
        200 => {}
        status => return Err(HttpError::Status(status)),
    }
    let media = response.headers().get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok());
    let media =
        media.and_then(|media| media.split(';').next()).unwrap_or_default().trim().to_ascii_lowercase();
    Ok((media, body::read(response).await?))
}
