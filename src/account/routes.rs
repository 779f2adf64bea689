//! `GET /api/auth/me`, and `/api/account/…`.

use axum::{
    Json as JsonBody,
    extract::{Path, State, rejection::PathRejection},
};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    account::{
        identities::{self, IdentityChangeError},
        profile::{self, NewValue, ProfileChange, ProfileChangeError},
    },
    app::{App, AppState},
    clock::Timestamp,
    error::{ApiError, ApiResult, ErrorCode, FieldError},
    login::{
        federated::identity_view::IdentityView,
        reauthenticate::routes::{RedirectTo, ReturnTo},
    },
    session::{CurrentSession, SignedIn, View},
    user::{self, Email, FieldSources, User, UserId, Username, roles::roles_of},
    web::{
        answer::{Empty, JsonOf},
        body::{EmptyBody, Json},
        client::Client,
        cookies::RequestCookies,
        provider_name::ProviderName,
    },
};

/// A user as shown to themselves and to servers of the application: no secret, no hash, no issuer, no subject.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "User")]
pub(crate) struct UserView<'a> {
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
}

impl<'a> UserView<'a> {
    pub(crate) fn of(app: &App, user: &'a User) -> Self {
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
            must_change_password: app.config.local_passwords && user.must_change_password(),
            auth_provider: user.auth_provider(),
            identities: user.identities.iter().map(|identity| IdentityView::of(app, identity)).collect(),
            last_login_at: user.last_login_at,
        }
    }
}

/// The signed-in user with the session.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Me<'a> {
    #[serde(flatten)]
    user: UserView<'a>,
    field_sources: FieldSources,
    /// Requested and not confirmed yet.
    pending_email: Option<&'a Email>,
    /// When the account is deleted, because its user has asked for it.
    deletion_at: Option<Timestamp>,
    /// Whether users may delete their account.
    can_delete: bool,
    session: View,
}

/// `GET /api/auth/me` and `GET /api/account`: counts as activity.
pub(crate) async fn me(State(app): State<AppState>, SignedIn(current): SignedIn) -> JsonOf<Me<'static>> {
    show(&app, &current, &current.user)
}

fn show(app: &App, current: &CurrentSession, user: &User) -> JsonOf<Me<'static>> {
    let session = View::of_current(current, user, &app.config.message_codes.channels, app.clock.now());
    let pending = user.pending_email.as_ref().filter(|pending| !pending.is_expired(app.clock.now()));
    let me = Me {
        user: UserView::of(app, user),
        field_sources: FieldSources::of(user),
        pending_email: pending.map(|pending| &pending.email),
        deletion_at: user.deletion_at,
        can_delete: app.config.account_deletion,
        session,
    };
    JsonOf::new(&me)
}

/// Body of a change of the profile. An unknown member is refused: a misspelled one would change nothing without a message.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ProfileBody {
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    display_name: NewValue,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<String>")]
    locale: NewValue,
}

/// Distinguishes `null`, which empties the field, from a member that is left out.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<NewValue, D::Error> {
    Ok(Option::deserialize(value)?.map_or(NewValue::Empty, NewValue::Text))
}

impl ProfileBody {
    fn parse(self) -> ApiResult<ProfileChange> {
        let mut errors = Vec::new();
        let mut parse = |field, value, rule: fn(&str) -> Result<String, &'static str>| match value {
            NewValue::Text(text) => match rule(&text) {
                Ok(text) => NewValue::Text(text),
                Err(code) => {
                    errors.push(FieldError { field, code });
                    NewValue::Unchanged
                }
            },
            NewValue::Unchanged | NewValue::Empty => value,
        };
        let display_name = parse("displayName", self.display_name, user::display_name);
        let locale = parse("locale", self.locale, user::locale);
        if errors.is_empty() {
            Ok(ProfileChange { display_name, locale })
        } else {
            Err(ApiError::invalid_fields(errors))
        }
    }
}

/// `PATCH /api/account`
pub(crate) async fn change_profile(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    Json(body): Json<ProfileBody>,
) -> ApiResult<JsonOf<Me<'static>>> {
    let user = profile::change(&app, &client, &current, &body.parse()?).await?;
    Ok(show(&app, &current, &user))
}

#[derive(Serialize, schemars::JsonSchema)]
struct LinkedIdentity {
    id: String,
    #[serde(flatten)]
    identity: IdentityView,
}

#[derive(Serialize, schemars::JsonSchema)]
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

impl From<ProfileChangeError> for ApiError {
    fn from(error: ProfileChangeError) -> Self {
        match error {
            ProfileChangeError::Session(refusal) => refusal.into(),
            ProfileChangeError::Limited(limited) => limited.into(),
            ProfileChangeError::Store(error) => error.into(),
        }
    }
}

impl From<IdentityChangeError> for ApiError {
    fn from(error: IdentityChangeError) -> Self {
        match error {
            IdentityChangeError::Unknown => Self::new(ErrorCode::NotFound),
            IdentityChangeError::LastSignInMethod => Self::new(ErrorCode::LastWayIn),
            IdentityChangeError::LastAdministrator(last) => {
                Self::new(ErrorCode::LastAdministrator).because(&last)
            }
            IdentityChangeError::ProofTooOld(too_old) => too_old.into(),
            IdentityChangeError::Session(refusal) => refusal.into(),
            IdentityChangeError::Provider(error) => error.into(),
            IdentityChangeError::Limited(limited) => limited.into(),
            IdentityChangeError::Store(error) => error.into(),
        }
    }
}
