//! `POST /api/account/password` and `GET /.well-known/change-password`.

use axum::{Json as JsonBody, extract::State};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{super::policy::Refused, PasswordChangeError, Passwords, change};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode, FieldError},
    session::{self, CurrentSession, View},
    web::{
        body::Json,
        client::Client,
        cookies::RequestCookies,
        redirect::{Page, Redirect},
    },
};

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Body {
    #[schemars(with = "Option<String>")]
    current_password: Option<SecretString>,
    #[schemars(with = "String")]
    new_password: SecretString,
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "PasswordChanged")]
pub(crate) struct Changed {
    session: View,
}

/// `POST /api/account/password`: always a new session id.
pub(crate) async fn change_password(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(Body { current_password, new_password }): Json<Body>,
) -> ApiResult<JsonBody<Changed>> {
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    let passwords = Passwords { current: current_password, new: new_password };
    let admission = change(&app, &client, &current, passwords).await?;
    let session = session::enter(&app, &cookies, &client, admission).await?;
    Ok(JsonBody(Changed { session }))
}

/// `GET /.well-known/change-password`: where password managers find the page (W3C, "A Well-Known URL for Changing Passwords").
pub(crate) async fn show_page(State(app): State<AppState>) -> ApiResult<Redirect> {
    if !app.config.local_passwords {
        return Err(ApiError::new(ErrorCode::NotFound));
    }
    let start_page = app.addresses.returns.start_page();
    Ok(Redirect::to_page(&app.addresses, Page::PasswordChange, &[], &start_page))
}

impl From<PasswordChangeError> for ApiError {
    fn from(error: PasswordChangeError) -> Self {
        match error {
            PasswordChangeError::CurrentMissing => {
                Self::invalid_fields(vec![FieldError { field: "currentPassword", code: "required" }])
            }
            PasswordChangeError::CurrentWrong => Self::new(ErrorCode::PasswordWrong),
            PasswordChangeError::Unchanged => Self::password_rejected("unchanged"),
            PasswordChangeError::Rejected(refused @ Refused::NotChecked(_)) => {
                Self::new(ErrorCode::Internal).because(&refused)
            }
            PasswordChangeError::Rejected(refused) => Self::password_rejected(refused.code()),
            PasswordChangeError::NoSignInName => Self::new(ErrorCode::Forbidden).because(&error),
            PasswordChangeError::Busy => Self::busy(),
            PasswordChangeError::ProofTooOld(too_old) => too_old.into(),
            PasswordChangeError::Session(refusal) => refusal.into(),
            PasswordChangeError::Limited(limited) => limited.into(),
            PasswordChangeError::Store(error) => error.into(),
        }
    }
}
