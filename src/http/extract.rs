//! How axum makes our request values: client, cookies, navigation, session and provider name.

use std::convert::Infallible;

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};

use super::layers::client_of;
use crate::{
    app::AppState,
    error::ApiError,
    session::{self, CurrentSession, SignedIn},
    web::{client::Client, cookies::RequestCookies, navigation::Navigation, provider_name::ProviderName},
};

impl FromRequestParts<AppState> for Client {
    type Rejection = Infallible;

    /// The outermost layer has read it.
    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        let known = parts.extensions.get::<Self>().cloned();
        Ok(known.unwrap_or_else(|| client_of(app, &parts.extensions, &parts.headers)))
    }
}

impl FromRequestParts<AppState> for RequestCookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        if let Some(cookies) = parts.extensions.get::<Self>() {
            return Ok(cookies.clone());
        }
        let cookies = Self::read(&app.cookies, &parts.headers);
        session::select(app, &cookies).await;
        parts.extensions.insert(cookies.clone());
        Ok(cookies)
    }
}

impl FromRequestParts<AppState> for Navigation {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        let is_allowed = |origin: &str| app.config.is_allowed_origin(origin);
        Ok(Self::read(&parts.headers, &app.config.public_url.origin, is_allowed))
    }
}

impl FromRequestParts<AppState> for ProviderName {
    type Rejection = Infallible;

    /// Never rejects: a segment that cannot be decoded gets the response of an unknown provider.
    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        let segment = Path::<String>::from_request_parts(parts, app).await;
        Ok(segment.map_or_else(|_| Self::default(), |Path(segment)| Self::from_segment(&segment)))
    }
}

impl FromRequestParts<AppState> for CurrentSession {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let Ok(cookies) = RequestCookies::from_request_parts(parts, app).await;
        Ok(session::check(app, &cookies).await?)
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        if let Some(signed_in) = parts.extensions.get::<Self>() {
            return Ok(signed_in.clone());
        }
        let Ok(cookies) = RequestCookies::from_request_parts(parts, app).await;
        Ok(session::require_signed_in(app, &cookies).await?)
    }
}
