//! `POST /api/mfa/message/send` and `/api/account/message-codes`.

use axum::{
    Json as JsonBody,
    extract::{Path, State, rejection::PathRejection},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{Confirmed, FactorError},
    NewChannel,
    sending::{Sent, masked, send_code},
};
use crate::{
    admission::MissingStep,
    app::AppState,
    clock::Timestamp,
    config::{MessageChannel, MessageCodeSettings},
    error::{ApiError, ApiResult, FieldError},
    session::{self, CurrentSession, SignedIn, View},
    user::{User, phone_number},
    web::{
        answer::Empty,
        body::{EmptyBody, Json},
        client::Client,
        cookies::RequestCookies,
    },
};

/// Where a user gets codes.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MessageCodeChannel")]
pub(crate) struct ChannelView {
    /// In part: `a…@corp.example` or `+49 ••• ••12`.
    to: String,
    confirmed_at: Timestamp,
    last_used_at: Option<Timestamp>,
    /// Whether the settings offer the channel: otherwise no code is sent.
    offered: bool,
}

impl ChannelView {
    /// Describes a channel of a user; `None` if it is not set up.
    pub(crate) fn of(user: &User, channel: MessageChannel, settings: &MessageCodeSettings) -> Option<Self> {
        let (confirmed_at, last_used_at) = match channel {
            MessageChannel::Email => {
                user.message_codes.email.as_ref().map(|email| (email.confirmed_at, email.last_used_at))
            }
            MessageChannel::Sms => {
                user.message_codes.sms.as_ref().map(|sms| (sms.confirmed_at, sms.last_used_at))
            }
        }?;
        let to = masked(channel, &user.code_recipient(channel)?);
        Some(Self { to, confirmed_at, last_used_at, offered: settings.offers(channel) })
    }
}

/// A code that is on its way.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MessageCodeSent")]
pub(crate) struct SentView {
    /// In part: `a…@corp.example` or `+49 ••• ••12`.
    to: String,
    expires_at: Timestamp,
    /// From then on, another code can be sent.
    resend_at: Timestamp,
    /// The SMS gateway has not accepted the message yet. It is tried again while the code is valid.
    delayed: bool,
}

impl From<Sent> for SentView {
    fn from(Sent { to, expires_at, resend_at, is_delayed }: Sent) -> Self {
        Self { to, expires_at, resend_at, delayed: is_delayed }
    }
}

#[derive(Deserialize, schemars::JsonSchema)]
#[schemars(rename = "MessageCodeRequest")]
pub(crate) struct SendBody {
    channel: MessageChannel,
}

/// `POST /api/mfa/message/send`: for a second factor, or a re-authentication.
pub(crate) async fn send(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(SendBody { channel }): Json<SendBody>,
) -> ApiResult<JsonBody<SentView>> {
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    Ok(JsonBody(send_code(&app, &client, &current, channel).await?.into()))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[schemars(rename = "MessageCodeSetUp")]
pub(crate) struct SetUpBody {
    channel: MessageChannel,
    /// The phone number for `sms`, with its country code. Codes by mail go to the verified address.
    number: Option<String>,
}

impl SetUpBody {
    /// # Errors
    /// `invalid_request` with the rule that the number breaks.
    fn read(self) -> ApiResult<NewChannel> {
        let invalid = |code| ApiError::invalid_fields(vec![FieldError { field: "number", code }]);
        match self.channel {
            MessageChannel::Email => Ok(NewChannel::Email),
            MessageChannel::Sms => {
                let number = self.number.as_deref().unwrap_or_default();
                phone_number(number).map(NewChannel::Sms).map_err(invalid)
            }
        }
    }
}

/// `POST /api/account/message-codes`: sends a code to the new channel.
pub(crate) async fn start(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(body): Json<SetUpBody>,
) -> ApiResult<JsonBody<SentView>> {
    if !app.config.message_codes.offers(body.channel) {
        return Err(FactorError::UnknownFactor.into());
    }
    let channel = body.read()?;
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    Ok(JsonBody(super::start(&app, &client, &current, channel).await?.into()))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[schemars(rename = "MessageCodeConfirmation")]
pub(crate) struct ConfirmBody {
    code: String,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MessageCodesAdded")]
pub(crate) struct ConfirmedView {
    need_password_change: bool,
    /// Shown once, with the first factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    recovery_codes: Option<Vec<String>>,
    session: View,
}

/// `POST /api/account/message-codes/confirm`: always a new session id.
pub(crate) async fn confirm(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    current: CurrentSession,
    Json(ConfirmBody { code }): Json<ConfirmBody>,
) -> ApiResult<JsonBody<ConfirmedView>> {
    let current = session::touch_if_signed_in(&app, &cookies, current).await?;
    let Confirmed { admission, recovery_codes } = super::confirm(&app, &client, &current, &code).await?;
    let need_password_change = admission.missing_step() == Some(MissingStep::PasswordChange);
    let session = session::enter(&app, &cookies, &client, admission).await?;
    Ok(JsonBody(ConfirmedView { need_password_change, recovery_codes, session }))
}

/// `DELETE /api/account/message-codes/{channel}`: the session gets a new id.
#[expect(clippy::too_many_arguments, reason = "each extractor of the request is an argument")]
pub(crate) async fn remove(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    SignedIn(current): SignedIn,
    channel: Result<Path<String>, PathRejection>,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Empty>> {
    let channel = channel.ok().and_then(|Path(name)| MessageChannel::by_name(&name));
    let channel = channel.ok_or(FactorError::UnknownFactor)?;
    let admission = super::remove(&app, &client, &current, channel).await?;
    session::enter(&app, &cookies, &client, admission).await?;
    Ok(JsonBody(Empty {}))
}
