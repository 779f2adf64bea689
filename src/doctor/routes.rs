//! `GET` and `POST /api/admin/doctor/request`, and `GET /api/admin/doctor/stream`.

use std::{convert::Infallible, time::Instant};

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use futures_util::stream;
use serde::Serialize;

use super::{
    access_token::{self, HEADER, Nonce},
    received,
    stream_check::{EVENTS, INTERVAL},
};
use crate::{
    admin::{Permission, require_permission},
    app::{App, AppState},
    error::{ApiError, ApiResult, ErrorCode},
    finding::Finding,
    secrets, session,
    web::{answer::JsonOf, cookies::RequestCookies, received_request::ReceivedRequest},
};

/// What the service received.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DoctorAnswer")]
pub(crate) struct Answer {
    /// The nonce of the token; `null` for an administrator.
    nonce: Option<String>,
    proof: Option<String>,
    /// The value of the test cookie in this response.
    cookie_set: String,
    /// The value of the test cookie in the request.
    cookie_received: Option<String>,
    /// The origins at which a login works, the public URL first.
    origins: Vec<String>,
    public_url: String,
    received: ReceivedRequest,
    findings: Vec<Finding>,
}

/// Allows the command by its token, and the page by the session of an administrator.
async fn allow(app: &App, cookies: &RequestCookies, headers: &HeaderMap) -> ApiResult<Option<Nonce>> {
    if let Some(token) = headers.get(HEADER) {
        let token = token.to_str().unwrap_or_default();
        let nonce = access_token::verify(&app.keys, token, app.clock.system_time());
        // As an unknown path: without the keys, nothing is learned about the service.
        return nonce.map(Some).ok_or_else(|| ApiError::new(ErrorCode::NotFound));
    }
    let current = session::check_signed_in(app, cookies).await?;
    require_permission(app, &current, Permission::Read)?;
    Ok(None)
}

/// `GET` and `POST /api/admin/doctor/request`: what the service received, with findings, and a test cookie. A POST passes the CSRF check first.
pub(crate) async fn request(
    State(app): State<AppState>,
    cookies: RequestCookies,
    request: Request,
) -> ApiResult<JsonOf<Answer>> {
    let nonce = allow(&app, &cookies, request.headers()).await?;
    let trusted = &app.config.listen.trusted_proxies;
    let received = ReceivedRequest::read(request.extensions(), request.headers(), trusted);
    let cookie_set = secrets::hex(&secrets::random::<16>());
    let set_cookie = HeaderValue::try_from(app.cookies.doctor_cookie(&cookie_set)).ok();
    let origins = [&app.config.public_url.origin].into_iter().chain(&app.config.allowed_origins);
    let body = Answer {
        nonce: nonce.map(Nonce::text),
        proof: nonce.map(|nonce| nonce.proof(&app.keys)),
        cookie_set,
        cookie_received: app.cookies.doctor_of(request.headers()),
        origins: origins.cloned().collect(),
        public_url: app.config.public_url.url(),
        findings: received::findings(&app.config, &received),
        received,
    };
    Ok(JsonOf::new(&body).with(set_cookie.map(|cookie| (header::SET_COOKIE, cookie))))
}

/// `GET /api/admin/doctor/stream`: five events in 0.6 seconds, with the same headers as the stream of the session.
pub(crate) async fn stream(
    State(app): State<AppState>,
    cookies: RequestCookies,
    headers: HeaderMap,
) -> ApiResult<Response> {
    allow(&app, &cookies, &headers).await?;
    let begun = Instant::now();
    let events = stream::unfold(0, move |sent| async move {
        if sent >= EVENTS {
            return None;
        }
        if sent > 0 {
            tokio::time::sleep(INTERVAL).await;
        }
        let text = format!("data: {}\n\n", begun.elapsed().as_millis());
        Some((Ok::<_, Infallible>(Bytes::from(text)), sent + 1))
    });
    let headers =
        [(header::CONTENT_TYPE, "text/event-stream"), (HeaderName::from_static("x-accel-buffering"), "no")];
    Ok((headers, Body::from_stream(events)).into_response())
}
