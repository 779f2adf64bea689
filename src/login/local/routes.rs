//! `POST /api/auth/login`.

use axum::{Json as JsonBody, extract::State};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{LoginError, sign_in};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult, Kind},
    login::admit::Admission,
    net::{Caller, Json},
    session::{self, SecondFactor, View, visit::Visit},
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
    methods: &'static [&'static str],
    session: View,
}

/// `POST /api/auth/login`: always a new session id, whatever the cookie says.
pub(crate) async fn log_in(
    State(app): State<AppState>,
    visit: Visit,
    caller: Caller,
    Json(login): Json<PasswordLogin>,
) -> ApiResult<JsonBody<SignIn>> {
    let admission = sign_in(&app, &caller, &login.username, login.password).await?;
    let (wants, session) = match admission {
        Admission::Granted(ticket) => (None, session::open(&app, &visit, &caller, ticket).await?),
        Admission::SecondFactor(pending) => {
            (Some(pending.wants()), session::park(&app, &visit, &caller, pending).await?)
        }
    };
    let need_mfa = wants == Some(SecondFactor::Code);
    Ok(JsonBody(SignIn {
        need_mfa,
        need_enrolment: wants == Some(SecondFactor::Enrolment),
        methods: if need_mfa { &["totp"] } else { &[] },
        session,
    }))
}

impl From<LoginError> for ApiError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Refused => Self::new(Kind::InvalidCredentials),
            LoginError::Limited(limited) => limited.into(),
            LoginError::Busy => Self::busy(),
            LoginError::Store(error) => error.into(),
        }
    }
}
