//! `POST /api/auth/password/strength`.

use axum::{Json as JsonBody, extract::State};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::Strength;
use crate::{
    app::{App, AppState},
    error::{ApiError, ApiResult, ErrorCode},
    limiter::Guess,
    link_token::Purpose,
    session,
    user::User,
    web::{body::Json, client::Client, cookies::RequestCookies},
};

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct Body {
    #[schemars(with = "String")]
    password: SecretString,
    /// The token of a reset link. A session needs none.
    #[schemars(with = "Option<String>")]
    token: Option<SecretString>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "PasswordStrength")]
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
    client: Client,
    Json(Body { password, token }): Json<Body>,
) -> ApiResult<JsonBody<StrengthView>> {
    let user = match token {
        Some(token) => user_of_token(&app, &client, &token).await?,
        None => user_of_session(&app, &cookies).await?,
    };
    app.limiter.count_strength_estimate(&user.id.to_string()).await?;
    let policy = app.passwords.clone();
    // It takes milliseconds of processor time, and may read a file.
    let strength = app.hasher.try_run(move || Strength::of(&policy, &user, &password)).await;
    let Strength { score, refused, warning, suggestions } = strength.ok_or_else(ApiError::busy)?;
    Ok(JsonBody(StrengthView { score, accepted: refused.is_none(), code: refused, warning, suggestions }))
}

/// Returns the user of a reset link. It is counted as a guess at the token, like a reset: otherwise this route would be the one to guess at.
async fn user_of_token(app: &App, client: &Client, token: &SecretString) -> ApiResult<User> {
    let attempt = app.limiter.token_attempt(Guess::Reset, &client.networks()).await?;
    if let Ok((_, user)) = app.link_tokens().find(token, Purpose::is_reset).await? {
        attempt.cancelled().await;
        return Ok(user);
    }
    attempt.failed();
    Err(ApiError::new(ErrorCode::TokenInvalid))
}

/// Returns the user of a session with all factors.
async fn user_of_session(app: &App, cookies: &RequestCookies) -> ApiResult<User> {
    let current = session::check(app, cookies).await?;
    current.require_factors()?;
    Ok((*current.user).clone())
}
