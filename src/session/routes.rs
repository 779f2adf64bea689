//! What a browser asks of its session.

use axum::{Json as JsonBody, extract::State};
use serde::Serialize;

use super::{
    EndReason, Refusal, SignedIn, View, check, end, lapsed,
    visit::{Flight, Visit},
};
use crate::{
    app::AppState,
    audit::{self, Event, EventKind},
    clock::Timestamp,
    error::ApiResult,
    login::federated::logout,
    net::{Caller, Json, Nothing},
};

/// `GET /api/auth/session`: the session, for anybody; never extends it.
pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> ApiResult<JsonBody<View>> {
    let now = app.clock.now();
    match check(&app, &visit).await {
        Ok(live) => Ok(JsonBody(View::of(live.session, live.state, now))),
        Err(Refusal::Store(error)) => Err(error.into()),
        Err(_) => Ok(JsonBody(View::anonymous(now))),
    }
}

/// Both deadlines.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Deadlines {
    expires_at: Timestamp,
    ends_at: Timestamp,
    server_time: Timestamp,
}

/// `POST /api/auth/keep-alive`: the guard has moved the deadline, if that was due.
pub(crate) async fn keep_alive(
    State(app): State<AppState>,
    SignedIn(live): SignedIn,
    Json(Nothing {}): Json<Nothing>,
) -> JsonBody<Deadlines> {
    JsonBody(Deadlines {
        expires_at: live.session.expires_at,
        ends_at: live.session.ends_at,
        server_time: app.clock.now(),
    })
}

/// The answer to a sign-out.
#[derive(Serialize)]
pub(crate) struct SignedOut {
    message: &'static str,
    /// Where to go on, if a provider wants to hear of it.
    redirect: Option<String>,
}

/// `POST /api/auth/logout`: also for nobody. The session is ended before anything else is said.
pub(crate) async fn sign_out(
    State(app): State<AppState>,
    visit: Visit,
    caller: Caller,
    Json(Nothing {}): Json<Nothing>,
) -> ApiResult<JsonBody<SignedOut>> {
    let mut redirect = None;
    if let Some(id) = visit.presented() {
        let ended = end(&app, id, EndReason::SignedOut).await?;
        visit.remove();
        if let Some(session) = &ended {
            let event = Event::success(EventKind::SignOut, app.clock.now());
            audit::record(
                &app.store,
                event.about(session.user_id).by(&session.user_id).from(caller.ip, caller.request_id.as_str()),
            )
            .await;
        }
        // Also who signs out when the time is up: the provider goes on knowing them.
        let session = match ended {
            None => lapsed(&app, id).await?,
            ended => ended,
        };
        if let Some(upstream) = session.and_then(|session| session.upstream) {
            visit.fly(Flight::Left);
            redirect = logout::onwards(&app, &upstream).await;
        }
    }
    Ok(JsonBody(SignedOut { message: "Signed out", redirect }))
}

/// The token, for clients that cannot read the cookie.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CsrfToken {
    csrf_token: String,
}

/// `GET /api/auth/csrf-token`
pub(crate) async fn csrf_token(State(app): State<AppState>, visit: Visit) -> JsonBody<CsrfToken> {
    JsonBody(CsrfToken { csrf_token: visit.csrf_token(&app).to_owned() })
}
