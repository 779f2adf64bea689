//! `GET /api/auth/me`.

use axum::{
    Json as JsonBody,
    extract::State,
    response::{IntoResponse as _, Response},
};
use serde::Serialize;

use crate::{
    account::IdentityView,
    app::{App, AppState},
    clock::Timestamp,
    session::{SignedIn, View},
    user::{Email, User, UserId, Username},
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
            roles: user.all_roles(),
            mfa_enabled: user.mfa_enabled(),
            must_change_password: user.password.as_ref().is_some_and(|password| password.must_change),
            auth_provider: auth_provider(user),
            identities: user.identities.iter().map(|identity| IdentityView::of(app, identity)).collect(),
            last_login_at: user.last_login_at,
            session,
        }
    }
}

/// `local` if there is a password, else the provider that was linked first.
pub(crate) fn auth_provider(user: &User) -> &str {
    let first = user.identities.first().filter(|_| user.password.is_none());
    first.map_or("local", |identity| &identity.provider)
}

/// `GET /api/auth/me`: counts as activity.
pub(crate) async fn me(State(app): State<AppState>, SignedIn(live): SignedIn) -> Response {
    let session = View::of(live.session.clone(), live.state, app.clock.now());
    JsonBody(Me::of(&app, &live.user, session)).into_response()
}
