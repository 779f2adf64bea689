//! `POST /api/admin/explain`.

use axum::{Json as JsonBody, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    admin::{Permission, require_permission, routes::parse_id},
    app::{App, AppState},
    error::{ApiError, ApiResult, FieldError},
    login::federated::account_linking::explain::{Explanation, NoDecision},
    session::SignedIn,
    user::{User, UserId},
    web::body::Json,
};

/// Body of an explanation. An unknown member is refused: a misspelled one would change nothing without a message.
#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Body {
    provider: String,
    claims: Map<String, Value>,
    /// The user who would request a link in the account page.
    signed_in_as: Option<String>,
}

/// The claims, the candidates, the decision and its reasons, as the audit event of a login has them.
#[derive(Serialize, schemars::JsonSchema)]
#[schemars(rename = "Explanation")]
pub(crate) struct Explained(#[schemars(with = "Map<String, Value>")] Value);

/// `POST /api/admin/explain`: as `vestibule explain --json`.
pub(crate) async fn explain(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    Json(body): Json<Body>,
) -> ApiResult<JsonBody<Explained>> {
    require_permission(&app, &current, Permission::Read)?;
    let provider = app.providers.get(&body.provider).ok_or_else(|| invalid("provider", "unknown"))?;
    let linking_user = linking_user(&app, body.signed_in_as.as_deref()).await?;
    let explanation = Explanation::new(&provider.config, body.claims)?;
    Ok(JsonBody(Explained(explanation.decide(&app.store, linking_user).await?)))
}

async fn linking_user(app: &App, id: Option<&str>) -> ApiResult<Option<User>> {
    let Some(id) = parse_id::<UserId>(id)? else { return Ok(None) };
    let user = app.users.get_uncached(&id.document_id()).await?;
    user.map(Some).ok_or_else(|| invalid("signedInAs", "unknown"))
}

fn invalid(field: &'static str, code: &'static str) -> ApiError {
    ApiError::invalid_fields(vec![FieldError { field, code }])
}

impl From<NoDecision> for ApiError {
    fn from(no_decision: NoDecision) -> Self {
        invalid("claims", "invalid").with_detail(no_decision.to_string())
    }
}
