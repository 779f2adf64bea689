//! `/api/account/factors` and `/api/account/recovery-codes`.

use axum::{
    Json as JsonBody,
    extract::{Path, State, rejection::PathRejection},
};
use serde::{Deserialize, Serialize};

use crate::{
    app::AppState,
    clock::Timestamp,
    config::MessageChannel,
    error::{ApiError, ApiResult, FieldError},
    login::second_factor::{FactorError, message_codes::routes::ChannelView, recovery_codes},
    session::{self, SignedIn},
    user::{self, FactorId, Passkey, Totp, User},
    web::{
        answer::Empty,
        body::{EmptyBody, Json},
        client::Client,
        cookies::RequestCookies,
    },
};

/// An authenticator app as its owner sees it.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "AuthenticatorApp")]
pub(crate) struct AppView {
    id: FactorId,
    name: String,
    confirmed_at: Timestamp,
    last_used_at: Option<Timestamp>,
}

impl AppView {
    fn of(totp: &Totp) -> Self {
        let Totp { id, name, confirmed_at, last_used_at, secret: _, last_step: _ } = totp;
        Self { id: *id, name: name.clone(), confirmed_at: *confirmed_at, last_used_at: *last_used_at }
    }
}

/// A passkey as its owner sees it.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Passkey")]
pub(crate) struct PasskeyView {
    id: FactorId,
    name: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    /// The devices of the owner share it.
    synced: bool,
    /// It is a login without a password.
    signs_in_alone: bool,
    transports: Vec<String>,
    /// Model of the authenticator.
    aaguid: Option<String>,
    /// Credential id, base64url.
    credential_id: String,
}

impl PasskeyView {
    pub(crate) fn of(passkey: &Passkey) -> Self {
        Self {
            id: passkey.id,
            name: passkey.name.clone(),
            created_at: passkey.created_at,
            last_used_at: passkey.last_used_at,
            synced: passkey.backup_eligible,
            signs_in_alone: passkey.signs_in_alone(),
            transports: passkey.transports.clone(),
            aaguid: passkey.aaguid.clone(),
            credential_id: passkey.credential_id.clone(),
        }
    }
}

/// A renamed factor.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "RenamedFactor")]
pub(crate) enum FactorView {
    App(AppView),
    Passkey(PasskeyView),
}

impl FactorView {
    fn of(user: &User, id: FactorId) -> Option<Self> {
        let app = user.totp.iter().find(|totp| totp.id == id).map(|totp| Self::App(AppView::of(totp)));
        let passkey = || user.passkeys.iter().find(|passkey| passkey.id == id).map(PasskeyView::of);
        app.or_else(|| passkey().map(Self::Passkey))
    }
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Factors {
    totp: Vec<AppView>,
    passkeys: Vec<PasskeyView>,
    email_codes: Option<ChannelView>,
    sms_codes: Option<ChannelView>,
    recovery_codes_left: usize,
    recovery_codes_at: Option<Timestamp>,
}

/// `GET /api/account/factors`
pub(crate) async fn list(State(app): State<AppState>, SignedIn(current): SignedIn) -> JsonBody<Factors> {
    let user = &current.user;
    let channel = |channel| ChannelView::of(user, channel, &app.config.message_codes);
    JsonBody(Factors {
        totp: user.totp.iter().map(AppView::of).collect(),
        passkeys: user.passkeys.iter().map(PasskeyView::of).collect(),
        email_codes: channel(MessageChannel::Email),
        sms_codes: channel(MessageChannel::Sms),
        recovery_codes_left: user.recovery_codes_left(),
        recovery_codes_at: user.recovery_codes.as_ref().map(|codes| codes.created_at),
    })
}

/// New name of a factor. An unknown member is refused: a misspelled one would change nothing without a message.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameBody {
    name: String,
}

/// `PATCH /api/account/factors/{id}`
pub(crate) async fn rename(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    id: Result<Path<String>, PathRejection>,
    Json(NameBody { name }): Json<NameBody>,
) -> ApiResult<JsonBody<FactorView>> {
    let (id, name) = (parse_id(id)?, parse_name(&name)?);
    let user = super::rename(&app, &client, &current, id, &name).await?;
    Ok(JsonBody(FactorView::of(&user, id).ok_or(FactorError::UnknownFactor)?))
}

/// `DELETE /api/account/factors/{id}`: the session gets a new id.
#[expect(clippy::too_many_arguments, reason = "each extractor of the request is an argument")]
pub(crate) async fn remove(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    SignedIn(current): SignedIn,
    id: Result<Path<String>, PathRejection>,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Empty>> {
    let admission = super::remove(&app, &client, &current, parse_id(id)?).await?;
    session::enter(&app, &cookies, &client, admission).await?;
    Ok(JsonBody(Empty {}))
}

/// New recovery codes, shown once.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewRecoveryCodes {
    recovery_codes: Vec<String>,
}

/// `POST /api/account/recovery-codes`: replaces the codes.
pub(crate) async fn replace_recovery_codes(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<NewRecoveryCodes>> {
    let recovery_codes = recovery_codes::replace(&app, &client, &current).await?;
    Ok(JsonBody(NewRecoveryCodes { recovery_codes }))
}

/// Parses the name of a factor.
pub(crate) fn parse_name(name: &str) -> ApiResult<String> {
    user::factor_name(name).map_err(|code| ApiError::invalid_fields(vec![FieldError { field: "name", code }]))
}

/// Parses the id of a factor. A text that is no id, or a segment that cannot be decoded, is the id of no factor.
fn parse_id(id: Result<Path<String>, PathRejection>) -> Result<FactorId, FactorError> {
    let id = id.ok().and_then(|Path(id)| id.parse().ok());
    id.ok_or(FactorError::UnknownFactor)
}
