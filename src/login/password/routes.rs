//! `POST /api/auth/login`.

use axum::{Json as JsonBody, extract::State};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{LoginError, PasswordLogin, sign_in};
use crate::{
    admission::MissingStep,
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    session::{self, View},
    user::Factor,
    web::{body::Json, client::Client, cookies::RequestCookies},
};

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct Body {
    username: String,
    #[schemars(with = "String")]
    password: SecretString,
    /// The user wants to stay signed in on this device.
    #[serde(default)]
    remember: bool,
}

/// What the page must ask for next.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LoginResult")]
pub(crate) struct LoginView {
    need_mfa: bool,
    need_enrolment: bool,
    need_password_change: bool,
    methods: Vec<&'static str>,
    session: View,
}

/// `POST /api/auth/login`: always a new session id, whatever the cookie contains.
pub(crate) async fn log_in(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    Json(Body { username, password, remember }): Json<Body>,
) -> ApiResult<JsonBody<LoginView>> {
    let PasswordLogin { admission, factors } = sign_in(&app, &client, &username, password).await?;
    let missing_step = admission.missing_step();
    let session = session::enter(&app, &cookies, &client, admission.remembered(remember)).await?;
    let need_mfa = missing_step == Some(MissingStep::Code);
    Ok(JsonBody(LoginView {
        need_mfa,
        need_enrolment: missing_step == Some(MissingStep::Enrolment),
        need_password_change: missing_step == Some(MissingStep::PasswordChange),
        methods: if need_mfa { factors.into_iter().map(Factor::as_str).collect() } else { Vec::new() },
        session,
    }))
}

impl From<LoginError> for ApiError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Refused => Self::new(ErrorCode::InvalidCredentials),
            LoginError::Limited(limited) => limited.into(),
            LoginError::Busy => Self::busy(),
            LoginError::Store(error) => error.into(),
        }
    }
}
