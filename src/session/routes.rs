//! Session routes: state, keep-alive and CSRF token.

use axum::{Json as JsonBody, extract::State};
use serde::Serialize;

use super::{Refusal, SignedIn, View, check, csrf_token};
use crate::{
    app::AppState,
    clock::Timestamp,
    error::{ApiError, ApiResult, ErrorCode},
    user::EndReason,
    web::{
        body::{EmptyBody, Json},
        cookies::RequestCookies,
    },
};

/// `GET /api/auth/session`: state of the session, also for visitors without one. It never extends the session.
pub(crate) async fn show(State(app): State<AppState>, cookies: RequestCookies) -> ApiResult<JsonBody<View>> {
    let now = app.clock.now();
    match check(&app, &cookies).await {
        Ok(current) => {
            Ok(JsonBody(View::of_current(&current, &current.user, &app.config.message_codes.channels, now)))
        }
        Err(Refusal::Store(error)) => Err(error.into()),
        Err(
            Refusal::NotSignedIn
            | Refusal::Ended(_)
            | Refusal::SecondFactorRequired
            | Refusal::EnrolmentRequired
            | Refusal::PasswordChangeRequired
            | Refusal::Unlinked
            | Refusal::LoggedOutUpstream,
        ) => Ok(JsonBody(View::anonymous(now))),
    }
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deadlines {
    expires_at: Timestamp,
    ends_at: Timestamp,
    server_time: Timestamp,
}

/// `POST /api/auth/keep-alive`: the layer in front has moved the deadline if that was due. The cookie is sent in any case: another request
/// may have moved the deadline, and its response may not have reached the browser, for example because a server of the application asked.
/// Otherwise the browser's copy expires while the session is valid.
pub(crate) async fn keep_alive(
    State(app): State<AppState>,
    cookies: RequestCookies,
    SignedIn(current): SignedIn,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> JsonBody<Deadlines> {
    cookies.set_session(current.id, current.session.expires_at);
    JsonBody(Deadlines {
        expires_at: current.session.expires_at,
        ends_at: current.session.ends_at,
        server_time: app.clock.now(),
    })
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CsrfToken {
    csrf_token: String,
}

/// `GET /api/auth/csrf-token`: for clients that cannot read the cookie.
pub(crate) async fn show_csrf_token(
    State(app): State<AppState>,
    cookies: RequestCookies,
) -> JsonBody<CsrfToken> {
    JsonBody(CsrfToken { csrf_token: csrf_token::for_request(&app.keys, &cookies).to_owned() })
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotSignedIn | Refusal::Unlinked => Self::new(ErrorCode::NotSignedIn),
            Refusal::LoggedOutUpstream => Self::session_ended(EndReason::ProviderLogout.as_str()),
            Refusal::Ended(reason) => Self::session_ended(reason.as_str()),
            Refusal::SecondFactorRequired => Self::new(ErrorCode::SecondFactorRequired),
            Refusal::EnrolmentRequired => Self::new(ErrorCode::EnrolmentRequired),
            Refusal::PasswordChangeRequired => Self::new(ErrorCode::PasswordChangeRequired),
            Refusal::Store(error) => error.into(),
        }
    }
}
