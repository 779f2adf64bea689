//! `GET /api/auth/verify` and `GET /.well-known/jwks.json`. The layer in front has checked the CSRF token of the asked request.

use axum::{
    Extension, Json as JsonBody,
    extract::{Query, State, rejection::QueryRejection},
    http::header,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::identity_token;
use crate::{
    account::routes::UserView,
    app::{App, AppState},
    error::{ApiError, ApiResult, ErrorCode},
    session::{Refusal, View, check_signed_in},
    user::roles::roles_of,
    web::{
        asked_request::AskedRequest,
        cookies::RequestCookies,
        identity_headers::IdentityHeaders,
        redirect::{Page, Redirect},
    },
};

/// Parameters of the operator. A misspelled `role` would admit every user, so an unknown or repeated name is refused.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    /// Roles by comma; the user needs one of them.
    role: Option<String>,
    /// What a navigation gets instead of 401.
    login: Option<Login>,
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LoginAnswer")]
enum Login {
    Redirect,
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "VerifiedRequest")]
pub(crate) struct Verified<'a> {
    user: UserView<'a>,
    session: View,
}

/// `GET /api/auth/verify`: who sent the request that a proxy or a server of the application asks about.
pub(crate) async fn verify(
    State(app): State<AppState>,
    cookies: RequestCookies,
    Extension(asked): Extension<AskedRequest>,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> ApiResult<Response> {
    let Query(Parameters { role, login }) =
        parameters.map_err(|error| ApiError::new(ErrorCode::InvalidRequest).because(&error))?;
    let current = match check_signed_in(&app, &cookies).await {
        Ok(current) => current,
        Err(refusal) => {
            let redirect = login.and_then(|Login::Redirect| to_login(&app, &asked, &refusal));
            return redirect.map_or_else(|| Err(refusal.into()), |redirect| Ok(redirect.into_response()));
        }
    };
    let roles = roles_of(&current.user, &app.config.providers);
    if role.is_some_and(|wanted| !has_one_of(&roles, &wanted)) {
        return Err(ApiError::new(ErrorCode::Forbidden).because("the user has none of the roles"));
    }
    let session =
        View::of_current(&current, &current.user, &app.config.message_codes.channels, app.clock.now());
    let body = JsonBody(Verified { user: UserView::of(&app, &current.user), session });
    let mut response = body.into_response();
    let headers = IdentityHeaders {
        user: current.user.id.to_string(),
        username: current.user.username.as_ref().map(ToString::to_string).unwrap_or_default(),
        amr: current.session.authentication.amr.iter().map(|amr| amr.as_str()).collect(),
        token: identity_token::create(&app, &current, &roles),
        roles: &roles,
    };
    headers.add_to(response.headers_mut());
    Ok(response)
}

/// Returns the redirect to the page on which the user signs in, for a navigation to a page of an allowed origin. The URL comes from headers
/// (`Host`, for example), so any other origin could be one of an attacker (open redirect).
fn to_login(app: &App, asked: &AskedRequest, refusal: &Refusal) -> Option<Redirect> {
    let page = match refusal {
        Refusal::NotSignedIn | Refusal::Ended(_) | Refusal::Unlinked | Refusal::LoggedOutUpstream => {
            Page::SignIn
        }
        Refusal::SecondFactorRequired => Page::SecondFactor,
        Refusal::EnrolmentRequired => Page::Enrolment,
        Refusal::PasswordChangeRequired => Page::PasswordChange,
        Refusal::Store(_) => return None,
    };
    if !asked.is_navigation {
        return None;
    }
    let Some(url) = &asked.url else {
        tracing::info!(
            setting = "VESTIBULE_TRUSTED_PROXIES",
            "no login redirect: no trusted proxy sent the URL of the page"
        );
        return None;
    };
    let Some(target) = app.addresses.returns.requested(Some(url.as_str())) else {
        let origin = url.origin().ascii_serialization();
        tracing::info!(
            origin,
            setting = "VESTIBULE_ALLOWED_ORIGINS",
            "no login redirect: page is not allowed"
        );
        return None;
    };
    Some(Redirect::from_page(&app.addresses, url, page, &target))
}

/// An empty list names no role, so no user has one.
fn has_one_of(roles: &[String], wanted: &str) -> bool {
    wanted.split(',').map(str::trim).any(|wanted| roles.iter().any(|role| role == wanted))
}

/// `GET /.well-known/jwks.json`: the public keys of identity tokens. Verifiers may keep them for five minutes.
pub(crate) async fn key_set(State(app): State<AppState>) -> Response {
    let body: JsonBody<Value> = JsonBody(identity_token::key_set(&app.keys));
    ([(header::CACHE_CONTROL, "public, max-age=300")], body).into_response()
}
