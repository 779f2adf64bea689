//! `POST /api/auth/logout`, `GET /api/auth/logout/continue` and `POST /api/auth/backchannel-logout/{provider}`.

use axum::{
    Json as JsonBody,
    extract::{Query, State, rejection::QueryRejection},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    backchannel::{self, LogoutTokenError},
    continuation, rp_initiated,
};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult, ErrorCode},
    web::{
        body::{EmptyBody, Form, Json},
        client::Client,
        cookies::RequestCookies,
        provider_name::ProviderName,
        redirect::{Page, Redirect},
    },
};

#[derive(Serialize)]
pub(crate) struct LoggedOut {
    message: &'static str,
    /// Path that the browser opens to log out at the provider.
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

#[derive(Default, Deserialize)]
pub(crate) struct Continue {
    key: String,
}

/// `GET /api/auth/logout/continue?key=…`: redirects to the logout at the provider. A key that is no longer valid leads to the sign-in page: the
/// session here has ended in any case.
pub(crate) async fn continue_log_out(
    State(app): State<AppState>,
    cookies: RequestCookies,
    query: Result<Query<Continue>, QueryRejection>,
) -> Response {
    let Query(Continue { key }) = query.unwrap_or_default();
    let url = continuation::take_url(&app, &cookies, &key).await.unwrap_or_else(|error| {
        tracing::error!(%error, "could not read the logout at the provider");
        None
    });
    let sign_in =
        || Redirect::to_page(&app.addresses, Page::SignIn, &[], &app.addresses.returns.start_page());
    url.map_or_else(sign_in, |url| Redirect::to_provider(&url)).into_response()
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
