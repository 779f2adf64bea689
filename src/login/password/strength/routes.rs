//! `POST /api/auth/password/strength`.

use axum::{Json as JsonBody, extract::State};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::Strength;
use crate::{
    app::{App, AppState},
    error::{ApiError, ApiResult, ErrorCode},
    link_token::Purpose,
    session,
    user::User,
    web::{body::Json, cookies::RequestCookies},
};

#[derive(Deserialize)]
pub(crate) struct Body {
    password: SecretString,
    /// The token of a reset link. A session needs none.
    token: Option<SecretString>,
}

#[derive(Serialize)]
pub(crate) struct StrengthView {
    score: u8,
    accepted: bool,
    code: Option<&'static str>,
    warning: Option<&'static str>,
    suggestions: Vec<&'static str>,
}

/// `POST /api/auth/password/strength`: for users who may set a password now. It is no activity.
pub(crate) async fn estimate(
    State(app): State<AppState>,
    cookies: RequestCookies,
    Json(Body { password, token }): Json<Body>,
) -> ApiResult<JsonBody<StrengthView>> {
    let user = user_of(&app, &cookies, token).await?;
    app.limiter.count_strength_estimate(&user.id.to_string()).await?;
    let policy = app.passwords.clone();
    // It takes milliseconds of processor time, and may read a file.
    let strength = tokio::task::spawn_blocking(move || Strength::of(&policy, &user, &password)).await;
    let Strength { score, refused, warning, suggestions } = strength.map_err(|_| ApiError::busy())?;
    Ok(JsonBody(StrengthView { score, accepted: refused.is_none(), code: refused, warning, suggestions }))
}

/// Returns the user who may set a password now: by a reset link, or in a session with all factors.
async fn user_of(app: &App, cookies: &RequestCookies, token: Option<SecretString>) -> ApiResult<User> {
    if let Some(token) = token {
        let found = app.link_tokens().find(&token, Purpose::is_reset).await?;
        return found.map(|(_, user)| user).map_err(|_| ApiError::new(ErrorCode::TokenInvalid));
    }
    let current = session::check(app, cookies).await?;
    current.require_factors()?;
    Ok((*current.user).clone())
}
