//! `POST /api/auth/login`.

use axum::{Json as JsonBody, extract::State};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{LoginError, sign_in};
use crate::{
    admission::{Admission, MissingFactor},
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    session::{self, View},
    user::Factor,
    web::{body::Json, client::Client, cookies::RequestCookies},
};

/// What a person types.
#[derive(Deserialize)]
pub(crate) struct PasswordLogin {
    username: String,
    password: SecretString,
}

/// What comes next.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignIn {
    need_mfa: bool,
    need_enrolment: bool,
    methods: Vec<&'static str>,
    session: View,
}

/// `POST /api/auth/login`: always a new session id, whatever the cookie says.
pub(crate) async fn log_in(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    Json(login): Json<PasswordLogin>,
) -> ApiResult<JsonBody<SignIn>> {
    let admission = sign_in(&app, &client, &login.username, login.password).await?;
    let missing_factor = match &admission {
        Admission::Granted(_) => None,
        Admission::SecondFactor(pending) => Some(pending.missing_factor()),
    };
    let session = session::enter(&app, &cookies, &client, admission).await?;
    let need_mfa = missing_factor == Some(MissingFactor::Code);
    Ok(JsonBody(SignIn {
        need_mfa,
        need_enrolment: missing_factor == Some(MissingFactor::Enrolment),
        methods: if need_mfa { vec![Factor::Totp.as_str()] } else { Vec::new() },
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
