//! `/api/auth/link`: show, confirm or cancel the pending link of this browser.

use axum::{Json as JsonBody, extract::State};
use serde::Serialize;

use super::{LinkError, PendingLink};
use crate::{
    app::AppState,
    audit::EventId,
    clock::Timestamp,
    error::{ApiError, ApiResult, ErrorCode},
    login::federated::{account_linking::pending_link, identity_view::IdentityView},
    session::SignedIn,
    user::Identity,
    web::{
        answer::Empty,
        body::{EmptyBody, Json},
        client::Client,
        cookies::{CookieChange, RequestCookies},
    },
};

/// The pending link of this browser.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PendingLink")]
pub(crate) struct PendingLinkView {
    provider: String,
    label: String,
    email: Option<String>,
    expires_at: Timestamp,
    trace: Option<EventId>,
}

/// `GET /api/auth/link`
pub(crate) async fn show(
    State(app): State<AppState>,
    cookies: RequestCookies,
) -> ApiResult<JsonBody<PendingLinkView>> {
    let pending = pending_link::find(&app, cookies.link_keys()).await?;
    let label = app.providers.label(&pending.identity.provider).to_owned();
    let PendingLink { identity: Identity { provider, email, .. }, trace, expires_at, .. } = pending;
    Ok(JsonBody(PendingLinkView { provider, label, email, expires_at, trace }))
}

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Linked {
    identity: IdentityView,
}

/// `POST /api/auth/link`: requires the account that the decision named, and a recent authentication.
pub(crate) async fn confirm(
    State(app): State<AppState>,
    cookies: RequestCookies,
    client: Client,
    SignedIn(current): SignedIn,
    Json(EmptyBody {}): Json<EmptyBody>,
) -> ApiResult<JsonBody<Linked>> {
    let identity = pending_link::confirm(&app, &client, &current, cookies.link_keys()).await?;
    cookies.queue(CookieChange::ClearPendingLink);
    Ok(JsonBody(Linked { identity: IdentityView::of(&app, &identity) }))
}

/// `DELETE /api/auth/link`
pub(crate) async fn cancel(
    State(app): State<AppState>,
    cookies: RequestCookies,
) -> ApiResult<JsonBody<Empty>> {
    pending_link::cancel(&app, cookies.link_keys()).await?;
    cookies.queue(CookieChange::ClearPendingLink);
    Ok(JsonBody(Empty {}))
}

impl From<LinkError> for ApiError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::NoPendingLink => Self::new(ErrorCode::NoPendingLink),
            LinkError::AccountMismatch => Self::new(ErrorCode::LinkAccountMismatch),
            LinkError::IdentityInUse => Self::new(ErrorCode::IdentityInUse),
            LinkError::ProofTooOld(too_old) => too_old.into(),
            LinkError::Session(refusal) => refusal.into(),
            LinkError::Limited(limited) => limited.into(),
            LinkError::Store(error) => error.into(),
        }
    }
}
