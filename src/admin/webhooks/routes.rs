//! `/api/admin/webhooks`

use axum::{
    Json as JsonBody,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    admin::{Permission, require_permission, require_permission_now},
    app::AppState,
    audit::{EventKind, InvalidReason, StatedReason},
    config::WebhookConfig,
    error::{ApiError, ApiResult, ErrorCode, FieldError},
    session::SignedIn,
    web::{body::Json, client::Client},
    webhook::{self, DeliveryFilter, DeliveryId, DeliveryState, DeliveryView, Replay, Tested, WebhookView},
};

/// Deliveries per page.
const PAGE: usize = 50;
/// Reason of the audit event of a test that the receiver did not accept.
const NOT_ACCEPTED: &str = "not_accepted";

#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Webhooks {
    items: Vec<WebhookView>,
}

/// `GET /api/admin/webhooks`
pub(crate) async fn list(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
) -> ApiResult<JsonBody<Webhooks>> {
    require_permission(&app, &current, Permission::Read)?;
    Ok(JsonBody(Webhooks { items: webhook::views(&app.store, &app.config.webhooks).await? }))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct DeliveryQuery {
    /// Name of a webhook.
    webhook: Option<String>,
    /// Messages in this state only.
    state: Option<DeliveryState>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// A page of deliveries, newest first.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "DeliveryPage")]
pub(crate) struct Deliveries {
    items: Vec<DeliveryView>,
    next_cursor: Option<DeliveryId>,
}

/// `GET /api/admin/webhooks/deliveries?webhook=&state=&cursor=`
pub(crate) async fn deliveries(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<DeliveryQuery>, QueryRejection>,
) -> ApiResult<JsonBody<Deliveries>> {
    require_permission(&app, &current, Permission::Read)?;
    let Query(query) = query.map_err(|error| ApiError::new(ErrorCode::InvalidRequest).because(&error))?;
    let cursor = query.cursor.as_deref().map(str::parse).transpose();
    let cursor = cursor.map_err(|_| ApiError::new(ErrorCode::InvalidRequest))?;
    let filter = DeliveryFilter { webhook: query.webhook, state: query.state };
    let page = webhook::deliveries(&app.store, &filter, cursor, PAGE).await?;
    Ok(JsonBody(Deliveries { items: page.deliveries, next_cursor: page.next }))
}

/// Body of an act.
#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct Act {
    /// Why you do this: 1 to 500 characters, stored with the audit event.
    #[serde(default)]
    #[schemars(!default, length(min = 1, max = 500))]
    reason: String,
}

impl Act {
    fn reason(&self) -> ApiResult<StatedReason> {
        self.reason.parse().map_err(|invalid: InvalidReason| {
            ApiError::invalid_fields(vec![FieldError { field: "reason", code: invalid.code() }])
        })
    }
}

#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "ReplayedDelivery")]
pub(crate) struct Replayed {
    delivery: DeliveryView,
}

/// `POST /api/admin/webhooks/deliveries/{id}/replay`: queues a message again. Only with full permission: it sends data of a user out.
pub(crate) async fn replay(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    id: Result<Path<String>, PathRejection>,
    Json(act): Json<Act>,
) -> ApiResult<JsonBody<Replayed>> {
    let current = require_permission_now(&app, &current, Permission::Full).await?;
    let reason = act.reason()?;
    let not_found = || ApiError::new(ErrorCode::NotFound);
    let id: DeliveryId = id.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(not_found)?;
    match webhook::replay(&app.store, &app.config.webhooks, id, app.clock.now()).await? {
        Replay::Queued(delivery) => {
            let audit = app.audit(&client).by_user(current.user.id).stating(reason);
            let details =
                json!({ "delivery": delivery.id, "webhook": delivery.webhook, "type": delivery.r#type });
            audit.success(EventKind::WebhookReplayed).details(details).record().await;
            Ok(JsonBody(Replayed { delivery: *delivery }))
        }
        Replay::NotFound | Replay::NoWebhook(_) => Err(not_found()),
    }
}

/// `POST /api/admin/webhooks/{name}/test`: sends a signed test message now. Only with full permission: the service connects to the receiver.
pub(crate) async fn test(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    name: Result<Path<String>, PathRejection>,
    Json(act): Json<Act>,
) -> ApiResult<JsonBody<Tested>> {
    let current = require_permission_now(&app, &current, Permission::Full).await?;
    let reason = act.reason()?;
    let named = |webhook: &&WebhookConfig| name.as_ref().is_ok_and(|Path(name)| *name == webhook.name);
    let webhook = app.config.webhooks.iter().find(named).ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
    let actor = Some(current.user.id.to_string());
    let tested = webhook::test(&app.config, webhook, actor, app.clock.system_time()).await;
    let tested = tested.map_err(|error| ApiError::new(ErrorCode::Internal).because(&error))?;
    let audit = app.audit(&client).by_user(current.user.id).stating(reason);
    let entry = match tested.error {
        None => audit.success(EventKind::WebhookTested),
        Some(_) => audit.failure(EventKind::WebhookTested, NOT_ACCEPTED),
    };
    entry
        .details(json!({ "webhook": webhook.name, "status": tested.status, "error": tested.error }))
        .record()
        .await;
    Ok(JsonBody(tested))
}
