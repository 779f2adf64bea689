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
    continuation::{self, Next},
    return_state, rp_initiated,
};
use crate::{
    app::{App, AppState},
    error::{ApiError, ApiResult, ErrorCode},
    user::EndReason,
    web::{
        body::{Form, Json},
        client::Client,
        cookies::RequestCookies,
        provider_name::ProviderName,
        redirect::{Page, Redirect},
    },
};

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoggedOut {
    message: &'static str,
    /// Path that the browser opens to log out at the provider.
    redirect: Option<String>,
    /// Left out if no page was requested.
    #[serde(flatten)]
    requested: Option<Requested>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LogoutTarget")]
struct Requested {
    /// The requested page if it is allowed, for a client that opens it itself because there is no `redirect`.
    return_to: Option<String>,
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogOut {
    return_to: Option<String>,
}

/// `POST /api/auth/logout`: succeeds also without a session.
pub(crate) async fn log_out(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    Json(LogOut { return_to }): Json<LogOut>,
) -> ApiResult<JsonBody<LoggedOut>> {
    let target = app.addresses.returns.requested(return_to.as_deref());
    let redirect = rp_initiated::log_out(&app, &cookies, &client, target.as_ref()).await?;
    let requested =
        return_to.map(|_| Requested { return_to: target.map(|target| target.as_str().to_owned()) });
    Ok(JsonBody(LoggedOut { message: "Signed out", redirect, requested }))
}

#[derive(Default, Deserialize, schemars::JsonSchema)]
pub(crate) struct Continue {
    /// The key in `redirect` of the logout.
    #[serde(default)]
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
    let next = continuation::take_next(&app, &cookies, &key).await.unwrap_or_else(|error| {
        tracing::error!(%error, "could not read the logout at the provider");
        Next::SignIn
    });
    match next {
        Next::Provider(url) => Redirect::to_provider(&url),
        Next::Target(target) => Redirect::to_target(&target),
        Next::SignIn => signed_out(&app),
    }
    .into_response()
}

/// `GET /login?state=…`: the browser returns from the logout at the provider. The address is replaced in any case, and nothing of it is
/// repeated: any page can contain such a link.
pub(crate) fn return_from_provider(app: &App, state: &str) -> Redirect {
    return_state::open(app, state).map_or_else(|| signed_out(app), |target| Redirect::to_target(&target))
}

/// Leads to the sign-in page, which says that the user has signed out.
fn signed_out(app: &App) -> Redirect {
    let reason = [("reason", EndReason::SignedOut.as_str())];
    Redirect::to_page(&app.addresses, Page::SignIn, &reason, &app.addresses.returns.start_page())
}

/// The form that a provider sends.
#[derive(schemars::JsonSchema)]
#[expect(dead_code, reason = "for the OpenAPI document: the form is read field by field")]
pub(crate) struct LogoutTokenForm {
    /// A logout token (OpenID Connect Back-Channel Logout 1.0 §2.4).
    logout_token: String,
}

/// An error as OAuth 2.0 writes it.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct OAuthError {
    error: &'static str,
    error_description: &'static str,
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
            let body = OAuthError {
                error: "invalid_request",
                error_description: "The logout token is not valid. The log of this client names the reason.",
            };
            Ok((StatusCode::BAD_REQUEST, no_store, JsonBody(body)).into_response())
        }
        Err(LogoutTokenError::Limited(limited)) => Err(limited.into()),
        Err(LogoutTokenError::Unavailable(cause)) => Err(ApiError::provider_unavailable().because(&cause)),
        Err(LogoutTokenError::Store(error)) => Err(error.into()),
    }
}
