//! `/api/account/devices`.

use axum::{
    Json as JsonBody,
    extract::{Path, State, rejection::PathRejection},
};
use serde::Serialize;

use super::DeviceError;
use crate::{
    app::AppState,
    clock::Timestamp,
    error::{ApiError, ApiResult, ErrorCode},
    session::SignedIn,
    user::{Device, DeviceId},
    web::{
        answer::Empty,
        body::{EmptyBody, Json},
        client::Client,
    },
};

/// A browser as its user sees it.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Device")]
pub(crate) struct DeviceView {
    id: DeviceId,
    /// The browser of this session.
    current: bool,
    user_agent: Option<String>,
    first_seen_at: Timestamp,
    last_seen_at: Timestamp,
    /// `null`: a login needs a second factor.
    trusted_until: Option<Timestamp>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Devices {
    devices: Vec<DeviceView>,
    trust_days: Option<u64>,
}

/// `GET /api/account/devices`
pub(crate) async fn list(State(app): State<AppState>, SignedIn(current): SignedIn) -> JsonBody<Devices> {
    let trust_days = app.config.session.trust_days();
    let now = app.clock.now();
    let view = |device: &Device| DeviceView {
        id: device.id,
        current: current.session.device.as_ref() == Some(&device.hash),
        user_agent: device.user_agent.clone(),
        first_seen_at: device.first_seen_at,
        last_seen_at: device.last_seen_at,
        trusted_until: device.trusted_until.filter(|until| trust_days.is_some() && now < *until),
    };
    JsonBody(Devices { devices: current.user.devices.iter().map(view).collect(), trust_days })
}

/// `DELETE /api/account/devices/{id}`
pub(crate) async fn forget(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    id: Result<Path<String>, PathRejection>,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Empty>> {
    // A text that is no id, or a segment that cannot be decoded, is the id of no device.
    let id = id.ok().and_then(|Path(id)| id.parse().ok()).ok_or(DeviceError::Unknown)?;
    super::forget(&app, &client, &current, id).await?;
    Ok(JsonBody(Empty {}))
}

impl From<DeviceError> for ApiError {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::Unknown => Self::new(ErrorCode::NotFound),
            DeviceError::Session(refusal) => refusal.into(),
            DeviceError::Limited(limited) => limited.into(),
            DeviceError::Store(error) => error.into(),
        }
    }
}
