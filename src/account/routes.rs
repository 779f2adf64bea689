//! `GET /api/auth/me`, and `/api/account/…`.

use axum::{
    Json as JsonBody,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use crate::{
    account::identities::{self, NotChanged},
    app::{App, AppState},
    clock::Timestamp,
    error::{ApiError, ApiResult, ErrorCode},
    login::{
        federated::identity_view::IdentityView,
        reauthenticate::routes::{Departure, Wish},
    },
    session::{SignedIn, View},
    user::{Email, User, UserId, Username, roles::roles_of},
    web::{
        body::{EmptyBody, Json},
        browser_key::BrowserKey,
        client::Client,
        cookies::{CookieChange, RequestCookies},
    },
};

/// A person as shown to themselves. No secret, no hash, no issuer, no subject.
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

/// An identity of one's own, with what names it.
#[derive(Serialize)]
struct Way {
    id: String,
    #[serde(flatten)]
    identity: IdentityView,
}

/// The linked identities.
#[derive(Serialize)]
pub(crate) struct Ways {
    identities: Vec<Way>,
}

/// `GET /api/account/identities`
pub(crate) async fn ways(State(app): State<AppState>, SignedIn(current): SignedIn) -> JsonBody<Ways> {
    let ways = current.user.identities.iter().map(|identity| Way {
        id: identities::handle(&identity.key),
        identity: IdentityView::of(&app, identity),
    });
    JsonBody(Ways { identities: ways.collect() })
}

/// `POST /api/account/identities/{provider}`: where the page is to go.
pub(crate) async fn connect(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    SignedIn(current): SignedIn,
    provider: Result<Path<String>, PathRejection>,
    Json(wish): Json<Wish>,
) -> ApiResult<JsonBody<Departure>> {
    let provider = provider.map(|Path(name)| name).unwrap_or_default();
    let browser = cookies.browser_key().cloned().unwrap_or_else(BrowserKey::random);
    let redirect =
        identities::connect(&app, &client, &current, &provider, &browser, wish.return_path()).await?;
    cookies.queue(CookieChange::SetBrowserKey(browser));
    Ok(JsonBody(Departure { redirect }))
}

/// Nothing to say.
#[derive(Serialize)]
pub(crate) struct Done {}

/// `DELETE /api/account/identities/{id}`
pub(crate) async fn disconnect(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    id: Result<Path<String>, PathRejection>,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Done>> {
    let id = id.map(|Path(id)| id).unwrap_or_default();
    identities::disconnect(&app, &client, &current, &id).await?;
    Ok(JsonBody(Done {}))
}

impl From<NotChanged> for ApiError {
    fn from(error: NotChanged) -> Self {
        match error {
            NotChanged::Unknown => Self::new(ErrorCode::NotFound),
            NotChanged::LastWayIn => Self::new(ErrorCode::LastWayIn),
            NotChanged::ProofTooOld(too_old) => too_old.into(),
            NotChanged::Session(refusal) => refusal.into(),
            NotChanged::Provider(error) => error.into(),
            NotChanged::Store(error) => error.into(),
        }
    }
}
