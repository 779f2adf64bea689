//! How axum makes our request values: client, cookies and session.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::{
    app::AppState,
    error::ApiError,
    session::{self, CurrentSession, SignedIn},
    web::{client::Client, cookies::RequestCookies},
};

impl FromRequestParts<AppState> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        Ok(Self::from_parts(parts, &app.config.trusted_proxies))
    }
}

impl FromRequestParts<AppState> for RequestCookies {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        if let Some(cookies) = parts.extensions.get::<Self>() {
            return Ok(cookies.clone());
        }
        let cookies = Self::read(app.cookies, &parts.headers);
        parts.extensions.insert(cookies.clone());
        Ok(cookies)
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
