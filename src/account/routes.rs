//! `GET /api/auth/me`, and `/api/account/…`.

use axum::{
    Json as JsonBody,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use crate::{
    account::identities::{self, IdentityChangeError},
    app::{App, AppState},
    clock::Timestamp,
    error::{ApiError, ApiResult, ErrorCode},
    login::{
        federated::identity_view::IdentityView,
        reauthenticate::routes::{RedirectTo, ReturnTo},
    },
    session::{SignedIn, View},
    user::{Email, User, UserId, Username, roles::roles_of},
    web::{
        body::{EmptyBody, Json},
        client::Client,
        cookies::RequestCookies,
        provider_name::ProviderName,
    },
};

/// The signed-in user as shown to themselves: no secret, no hash, no issuer, no subject.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Me<'a> {
    id: UserId,
    username: Option<&'a Username>,
    email: Option<&'a Email>,
    email_verified: bool,
    display_name: Option<&'a str>,
    picture: Option<&'a str>,
    locale: Option<&'a str>,
    roles: Vec<String>,
    mfa_enabled: bool,
    must_change_password: bool,
    auth_provider: &'a str,
    identities: Vec<IdentityView>,
    last_login_at: Option<Timestamp>,
    session: View,
}

impl<'a> Me<'a> {
    fn of(app: &App, user: &'a User, session: View) -> Self {
        Self {
            id: user.id,
            username: user.username.as_ref(),
            email: user.email.as_ref(),
            email_verified: user.email_verified,
            display_name: user.display_name.as_deref(),
            picture: user.picture.as_deref(),
            locale: user.locale.as_deref(),
            roles: roles_of(user, &app.config.providers),
            mfa_enabled: user.has_second_factor(),
            must_change_password: user.password.as_ref().is_some_and(|password| password.must_change),
            auth_provider: user.auth_provider(),
            identities: user.identities.iter().map(|identity| IdentityView::of(app, identity)).collect(),
            last_login_at: user.last_login_at,
            session,
        }
    }
}

/// `GET /api/auth/me`: counts as activity.
pub(crate) async fn me(State(app): State<AppState>, SignedIn(current): SignedIn) -> Response {
    let session = View::of(current.session.clone(), current.state, app.clock.now());
    JsonBody(Me::of(&app, &current.user, session)).into_response()
}

#[derive(Serialize)]
struct LinkedIdentity {
    id: String,
    #[serde(flatten)]
    identity: IdentityView,
}

#[derive(Serialize)]
pub(crate) struct LinkedIdentities {
    identities: Vec<LinkedIdentity>,
}

/// `GET /api/account/identities`
pub(crate) async fn list_identities(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
) -> JsonBody<LinkedIdentities> {
    let identities = current.user.identities.iter().map(|identity| LinkedIdentity {
        id: identities::public_id(&identity.key),
        identity: IdentityView::of(&app, identity),
    });
    JsonBody(LinkedIdentities { identities: identities.collect() })
}

/// `POST /api/account/identities/{provider}`: returns the URL of the provider.
#[expect(clippy::too_many_arguments, reason = "each extractor of the request is an argument")]
pub(crate) async fn link(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    SignedIn(current): SignedIn,
    provider: ProviderName,
    Json(return_to): Json<ReturnTo>,
) -> ApiResult<JsonBody<RedirectTo>> {
    let request = identities::link(&app, &current, &provider, return_to.target(&app))?;
    Ok(JsonBody(RedirectTo::provider(&app, &cookies, &client, &provider, request).await?))
}

#[derive(Serialize)]
pub(crate) struct Empty {}

/// `DELETE /api/account/identities/{id}`
pub(crate) async fn unlink(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    id: Result<Path<String>, PathRejection>,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Empty>> {
    // A segment that cannot be decoded is the id of no identity.
    let id = id.map(|Path(id)| id).unwrap_or_default();
    identities::unlink(&app, &client, &current, &id).await?;
    Ok(JsonBody(Empty {}))
}

impl From<IdentityChangeError> for ApiError {
    fn from(error: IdentityChangeError) -> Self {
        match error {
            IdentityChangeError::Unknown => Self::new(ErrorCode::NotFound),
            IdentityChangeError::LastSignInMethod => Self::new(ErrorCode::LastWayIn),
            IdentityChangeError::ProofTooOld(too_old) => too_old.into(),
            IdentityChangeError::Session(refusal) => refusal.into(),
            IdentityChangeError::Provider(error) => error.into(),
            IdentityChangeError::Limited(limited) => limited.into(),
            IdentityChangeError::Store(error) => error.into(),
        }
    }
}
