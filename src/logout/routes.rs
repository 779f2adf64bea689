//! `POST /api/auth/logout` and `POST /api/auth/backchannel-logout/{provider}`.

use axum::{
    Json as JsonBody,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use super::{
    backchannel::{self, LogoutTokenError},
    rp_initiated,
};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    web::{
        body::{EmptyBody, Form, Json},
        client::Client,
        cookies::RequestCookies,
        provider_name::ProviderName,
    },
};

#[derive(Serialize)]
pub(crate) struct LoggedOut {
    message: &'static str,
    /// URL of the logout at the provider.
    redirect: Option<String>,
}

/// `POST /api/auth/logout`: succeeds also without a session.
pub(crate) async fn log_out(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<LoggedOut>> {
    let redirect = rp_initiated::log_out(&app, &cookies, &client).await?;
    Ok(JsonBody(LoggedOut { message: "Signed out", redirect }))
}

/// `POST /api/auth/backchannel-logout/{provider}`: called by the provider, without cookie and CSRF token. The responses are those of OpenID
/// Connect Back-Channel Logout 1.0 §2.8.
pub(crate) async fn backchannel_logout(
    State(app): State<AppState>,
    client: Client,
    name: ProviderName,
    form: Result<Form, ApiError>,
) -> ApiResult<Response> {
    let provider = app.providers.get(name.as_str()).ok_or(ApiError::new(ErrorCode::NotFound))?;
    let form = form?;
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    match backchannel::handle_logout_token(&app, &client, provider, form.field("logout_token")).await {
        Ok(()) => Ok((StatusCode::OK, no_store).into_response()),
        Err(LogoutTokenError::Refused(cause)) => {
            tracing::info!(provider = provider.config.name, %cause, "logout token refused");
            let body = serde_json::json!({
                "error": "invalid_request",
                "error_description": "The logout token is not valid. The log of this client names the reason.",
            });
            Ok((StatusCode::BAD_REQUEST, no_store, JsonBody(body)).into_response())
        }
        Err(LogoutTokenError::Limited(limited)) => Err(limited.into()),
        Err(LogoutTokenError::Unavailable(cause)) => Err(ApiError::provider_unavailable().because(&cause)),
        Err(LogoutTokenError::Store(error)) => Err(error.into()),
    }
}
