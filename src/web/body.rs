//! Request bodies: JSON objects and forms, with size and time limits and with our problems in place of axum's rejections.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody as _},
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{ApiError, ErrorCode};

/// Largest request body, in bytes.
pub const BODY_MAX: usize = 64 * 1024;
/// Time limit for a body (slow-body attack).
const BODY_DEADLINE: Duration = Duration::from_secs(8);

/// JSON object; an empty body means `{}`. Unknown members are ignored.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// Body of a route that takes no members.
#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
pub struct EmptyBody {}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        let bytes = read(body).await?;
        if !bytes.is_empty() && !is_media(&parts.headers, "application/json") {
            return Err(ApiError::new(ErrorCode::UnsupportedMediaType));
        }
        // Never the parser's message: it quotes the value that does not fit, which may be a password.
        let invalid = |cause: &str| ApiError::new(ErrorCode::InvalidRequest).because(cause);
        let value = if bytes.is_empty() {
            Value::Object(serde_json::Map::new())
        } else {
            serde_json::from_slice(&bytes).map_err(|_| invalid("not JSON"))?
        };
        if !value.is_object() {
            return Err(invalid("not an object"));
        }
        serde_json::from_value(value)
            .map(Self)
            .map_err(|_| invalid("a member is missing or has another type"))
    }
}

/// Form body, as identity providers send it. Our own pages send JSON only.
#[derive(Debug)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Returns the value of a field that occurs exactly once. A repeated field is ambiguous and counts as absent.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
        found.next().filter(|_| found.next().is_none())
    }
}

impl<S: Sync> FromRequest<S> for Form {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let (parts, body) = request.into_parts();
        if !is_media(&parts.headers, "application/x-www-form-urlencoded") {
            return Err(ApiError::new(ErrorCode::UnsupportedMediaType));
        }
        let bytes = read(body).await?;
        Ok(Self(url::form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

async fn read(mut body: Body) -> Result<Vec<u8>, ApiError> {
    if body.size_hint().lower() > BODY_MAX as u64 {
        return Err(ApiError::new(ErrorCode::TooLarge));
    }
    match tokio::time::timeout(BODY_DEADLINE, read_up_to(&mut body, BODY_MAX)).await {
        Ok(Ok(Some(bytes))) => Ok(bytes),
        Ok(Ok(None)) => Err(ApiError::new(ErrorCode::TooLarge)),
        Ok(Err(error)) => Err(ApiError::new(ErrorCode::InvalidRequest).because(&error)),
        Err(_) => Err(ApiError::new(ErrorCode::Timeout).because("request body not received in time")),
    }
}

/// Reads the rest of a body; returns `None` if it is longer than `max` bytes.
async fn read_up_to(body: &mut Body, max: usize) -> Result<Option<Vec<u8>>, axum::Error> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        if bytes.len() + data.len() > max {
            return Ok(None);
        }
        bytes.extend_from_slice(&data);
    }
    Ok(Some(bytes))
}

fn is_media(headers: &HeaderMap, expected: &str) -> bool {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case(expected))
}
