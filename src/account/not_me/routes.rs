//! `POST /api/account/not-me`.

use axum::{Json as JsonBody, extract::State};
use secrecy::SecretString;
use serde::Deserialize;

use super::ReportError;
use crate::{
    app::AppState,
    error::{ApiError, ApiResult},
    session,
    web::{answer::Empty, body::Json, client::Client, cookies::RequestCookies},
};

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct Body {
    /// Of a notice. Without it, the session of the request is the proof.
    #[schemars(with = "Option<String>")]
    token: Option<SecretString>,
}

/// `POST /api/account/not-me`: with a token it needs no session, because the user may be locked out of every one.
pub(crate) async fn report(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    Json(Body { token }): Json<Body>,
) -> ApiResult<JsonBody<Empty>> {
    if let Some(token) = token {
        super::report_by_link(&app, &client, &token).await?;
    } else {
        let current = session::require_signed_in(&app, &cookies).await?.0;
        super::report_in_session(&app, &client, &current).await?;
    }
    Ok(JsonBody(Empty {}))
}

impl From<ReportError> for ApiError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Link(error) => error.into(),
            ReportError::Session(refusal) => refusal.into(),
            ReportError::Store(error) => error.into(),
        }
    }
}
