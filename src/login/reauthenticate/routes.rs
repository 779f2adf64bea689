//! `POST /api/auth/reauthenticate` and `POST /api/auth/reauthenticate/{provider}`.

use axum::{
    Json as JsonBody,
    extract::{Path, State as AppExtract, rejection::PathRejection},
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{Given, NotProven, at_provider, prove};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    login::{
        federated::start::StartError,
        password::LoginError,
        recent_proof::{ProofTooOld, RECENT},
    },
    session::{self, SignedIn, View},
    web::{
        body::Json,
        browser_key::BrowserKey,
        client::Client,
        cookies::{CookieChange, RequestCookies},
        return_path::ReturnPath,
    },
};

/// What a person types.
#[derive(Deserialize)]
pub(crate) struct Typed {
    code: Option<String>,
    password: Option<SecretString>,
}

/// The session after the proof.
#[derive(Serialize)]
pub(crate) struct Proven {
    session: View,
}

/// `POST /api/auth/reauthenticate`: always a new session id.
pub(crate) async fn here(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    SignedIn(current): SignedIn,
    Json(Typed { code, password }): Json<Typed>,
) -> ApiResult<JsonBody<Proven>> {
    let admission = prove(&app, &client, &current, Given { code, password }).await?;
    let session = session::enter(&app, &cookies, &client, admission).await?;
    Ok(JsonBody(Proven { session }))
}

/// Where somebody wants to be afterwards.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wish {
    return_to: Option<String>,
}

impl Wish {
    /// A path of this origin, or `/`.
    pub(crate) fn return_path(&self) -> ReturnPath {
        ReturnPath::of(self.return_to.as_deref())
    }
}

/// Where the page is to go.
#[derive(Serialize)]
pub(crate) struct Departure {
    pub(crate) redirect: String,
}

/// `POST /api/auth/reauthenticate/{provider}`: for people whose proof is at a provider.
pub(crate) async fn there(
    AppExtract(app): AppExtract<AppState>,
    cookies: RequestCookies,
    client: Client,
    SignedIn(current): SignedIn,
    provider: Result<Path<String>, PathRejection>,
    Json(wish): Json<Wish>,
) -> ApiResult<JsonBody<Departure>> {
    let provider = provider.map(|Path(name)| name).unwrap_or_default();
    let browser = cookies.browser_key().cloned().unwrap_or_else(BrowserKey::random);
    let redirect = at_provider(&app, &client, &current, &provider, &browser, wish.return_path()).await?;
    cookies.queue(CookieChange::SetBrowserKey(browser));
    Ok(JsonBody(Departure { redirect }))
}

impl From<ProofTooOld> for ApiError {
    fn from(ProofTooOld(methods): ProofTooOld) -> Self {
        Self::reauthentication_required(methods, RECENT)
    }
}

impl From<NotProven> for ApiError {
    fn from(error: NotProven) -> Self {
        match error {
            NotProven::NothingGiven => Self::new(ErrorCode::InvalidRequest).because(&error),
            NotProven::Otherwise(too_old) => too_old.into(),
            NotProven::Code(error) => error.into(),
            NotProven::Password(LoginError::Refused) => Self::new(ErrorCode::PasswordWrong),
            NotProven::Password(error) => error.into(),
            NotProven::Provider(error) => error.into(),
        }
    }
}

impl From<StartError> for ApiError {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Unknown => Self::new(ErrorCode::NotFound),
            StartError::Unavailable => Self::provider_unavailable(),
            StartError::Store(error) => error.into(),
        }
    }
}
