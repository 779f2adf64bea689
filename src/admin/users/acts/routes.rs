//! `POST`, `PATCH` and `DELETE` of `/api/admin/users`.

use std::str::FromStr;

use axum::{
    Json as JsonBody,
    extract::{FromRequestParts, Path, State, rejection::PathRejection},
    http::{HeaderMap, header, request::Parts},
};
use secrecy::ExposeSecret as _;
use serde::Serialize;

use super::{
    ActError, Actor,
    body::{CreateBody, PatchBody, ReasonBody, ResetBody, reason},
    locks,
};
use crate::{
    account::sessions::routes::Ended,
    admin::{
        Permission, require_permission, require_permission_now,
        users::{routes::find, view::UserView},
    },
    app::{App, AppState},
    error::{ApiError, ApiResult, ErrorCode, FieldError},
    provisioning::ProvisioningError,
    session::{CurrentSession, SignedIn},
    store::Stored,
    user::{Status, User, UserId},
    web::{
        answer::{Created, Empty},
        body::Json,
        client::Client,
    },
};

/// What every act needs of its request.
pub(crate) struct ActRequest {
    app: AppState,
    client: Client,
    current: CurrentSession,
    revision: Result<Option<i64>, ProvisioningError>,
    id: Result<Path<String>, PathRejection>,
}

impl FromRequestParts<AppState> for ActRequest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let Ok(client) = Client::from_request_parts(parts, app).await;
        let SignedIn(current) = SignedIn::from_request_parts(parts, app).await?;
        let id = Path::<String>::from_request_parts(parts, app).await;
        Ok(Self { app: app.clone(), client, current, revision: if_match(&parts.headers), id })
    }
}

/// Reads `If-Match: "REVISION"`. Another form matches no revision.
fn if_match(headers: &HeaderMap) -> Result<Option<i64>, ProvisioningError> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    if text == "*" {
        return Ok(None);
    }
    let revision = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    revision.and_then(|text| text.parse().ok()).map(Some).ok_or(ProvisioningError::Stale)
}

impl ActRequest {
    /// Checks the permission, then the rest.
    pub(crate) async fn actor(&self, permission: Permission, text: Option<&str>) -> ApiResult<Actor<'_>> {
        let current = require_permission_now(&self.app, &self.current, permission).await?;
        let is_full = require_permission(&self.app, &current, Permission::Full).is_ok();
        let revision = match &self.revision {
            Ok(revision) => *revision,
            Err(_) => return Err(ApiError::new(ErrorCode::RevisionStale)),
        };
        let (app, client, id) = (&*self.app, &self.client, current.user.id);
        Ok(Actor { app, client, id, is_full, reason: reason(text)?, revision })
    }

    /// Returns the id in the path. A text that is no id is the id of nothing.
    pub(crate) fn id<T: FromStr>(&self) -> ApiResult<T> {
        let id = self.id.as_ref().ok().and_then(|Path(id)| id.parse().ok());
        id.ok_or_else(|| ApiError::new(ErrorCode::NotFound))
    }

    async fn user(&self) -> ApiResult<Stored<User>> {
        let id = self.id.as_ref().map_or_else(|_| String::new(), |Path(id)| id.clone());
        find(&self.app, Ok(Path(id))).await
    }
}

/// The user after an act, with what is shown once.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PasswordResetStarted")]
pub(crate) struct AfterReset {
    #[serde(flatten)]
    user: UserView,
    reset_url: Option<String>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "CreatedUser")]
pub(crate) struct AfterCreation {
    #[serde(flatten)]
    user: UserView,
    invite_url: Option<String>,
    generated_password: Option<String>,
}

async fn view(app: &App, id: UserId) -> ApiResult<UserView> {
    let user = app.store.get::<User>(&id.document_id()).await?;
    let user = user.ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
    let locks = locks(app, &user).await?;
    Ok(UserView::of(app, user, &locks))
}

/// `POST /api/admin/users`
pub(crate) async fn create(
    request: ActRequest,
    Json(body): Json<CreateBody>,
) -> ApiResult<Created<AfterCreation>> {
    let actor = request.actor(Permission::Users, body.reason.as_deref()).await?;
    let created = actor.create(body.parse()?).await?;
    let text = |secret: Option<secrecy::SecretString>| secret.map(|text| text.expose_secret().to_owned());
    let body = AfterCreation {
        user: view(&request.app, created.id).await?,
        invite_url: text(created.invite_url),
        generated_password: text(created.generated_password),
    };
    Ok(Created(body))
}

/// `PATCH /api/admin/users/{id}`
pub(crate) async fn patch(request: ActRequest, Json(body): Json<PatchBody>) -> ApiResult<JsonBody<UserView>> {
    let actor = request.actor(Permission::Users, body.reason.as_deref()).await?;
    let user = request.user().await?;
    actor.patch(user.id, &body.parse()?).await?;
    Ok(JsonBody(view(&request.app, user.id).await?))
}

/// `DELETE /api/admin/users/{id}`
pub(crate) async fn delete(request: ActRequest, Json(body): Json<ReasonBody>) -> ApiResult<JsonBody<Empty>> {
    let actor = request.actor(Permission::Users, body.reason.as_deref()).await?;
    actor.delete(request.user().await?.id).await?;
    Ok(JsonBody(Empty {}))
}

/// `POST /api/admin/users/{id}/disable`
pub(crate) async fn disable(
    request: ActRequest,
    Json(body): Json<ReasonBody>,
) -> ApiResult<JsonBody<UserView>> {
    set_status(&request, &body, Status::Disabled).await
}

/// `POST /api/admin/users/{id}/enable`
pub(crate) async fn enable(
    request: ActRequest,
    Json(body): Json<ReasonBody>,
) -> ApiResult<JsonBody<UserView>> {
    set_status(&request, &body, Status::Active).await
}

async fn set_status(
    request: &ActRequest,
    body: &ReasonBody,
    status: Status,
) -> ApiResult<JsonBody<UserView>> {
    let actor = request.actor(Permission::Users, body.reason.as_deref()).await?;
    let user = request.user().await?;
    actor.set_status(user.id, status).await?;
    Ok(JsonBody(view(&request.app, user.id).await?))
}

/// `POST /api/admin/users/{id}/unlock`
pub(crate) async fn unlock(
    request: ActRequest,
    Json(body): Json<ReasonBody>,
) -> ApiResult<JsonBody<UserView>> {
    let actor = request.actor(Permission::Security, body.reason.as_deref()).await?;
    let user = request.user().await?;
    actor.unlock(&user).await?;
    Ok(JsonBody(view(&request.app, user.id).await?))
}

/// `POST /api/admin/users/{id}/reset-mfa`
pub(crate) async fn reset_mfa(
    request: ActRequest,
    Json(body): Json<ReasonBody>,
) -> ApiResult<JsonBody<UserView>> {
    let actor = request.actor(Permission::Security, body.reason.as_deref()).await?;
    let user = request.user().await?;
    actor.reset_second_factors(user.id).await?;
    Ok(JsonBody(view(&request.app, user.id).await?))
}

/// `POST /api/admin/users/{id}/end-sessions`
pub(crate) async fn end_sessions(
    request: ActRequest,
    Json(body): Json<ReasonBody>,
) -> ApiResult<JsonBody<UserView>> {
    let actor = request.actor(Permission::Security, body.reason.as_deref()).await?;
    let user = request.user().await?;
    actor.end_sessions(user.id).await?;
    Ok(JsonBody(view(&request.app, user.id).await?))
}

/// `POST /api/admin/users/{id}/reset-password`
pub(crate) async fn reset_password(
    request: ActRequest,
    Json(body): Json<ResetBody>,
) -> ApiResult<JsonBody<AfterReset>> {
    let actor = request.actor(Permission::Security, body.reason.as_deref()).await?;
    let user = request.user().await?;
    let link = actor.reset_password(&user, body.by).await?;
    let reset_url = link.map(|link| link.expose_secret().to_owned());
    Ok(JsonBody(AfterReset { user: view(&request.app, user.id).await?, reset_url }))
}

/// The ids of a path with a user and something of the user.
type Ids = Result<Path<(String, String)>, PathRejection>;

/// `DELETE /api/admin/users/{id}/identities/{identity}`
pub(crate) async fn unlink(
    State(app): State<AppState>,
    request: ActRequest,
    ids: Ids,
    Json(body): Json<ReasonBody>,
) -> ApiResult<JsonBody<UserView>> {
    let actor = request.actor(Permission::Users, body.reason.as_deref()).await?;
    let (user, identity) = split(&app, ids).await?;
    actor.unlink(&user, &identity).await?;
    Ok(JsonBody(view(&app, user.id).await?))
}

/// `DELETE /api/admin/users/{id}/sessions/{session}`
pub(crate) async fn end_session(
    State(app): State<AppState>,
    request: ActRequest,
    ids: Ids,
    Json(body): Json<ReasonBody>,
) -> ApiResult<JsonBody<Ended>> {
    let actor = request.actor(Permission::Security, body.reason.as_deref()).await?;
    let (user, session) = split(&app, ids).await?;
    Ok(JsonBody(Ended { ended: actor.end_session(&user, &session).await? }))
}

async fn split(app: &App, ids: Ids) -> ApiResult<(Stored<User>, String)> {
    // A segment that cannot be decoded is the id of nothing.
    let (user, other) = ids.map(|Path(ids)| ids).unwrap_or_default();
    Ok((find(app, Ok(Path(user))).await?, other))
}

impl From<ActError> for ApiError {
    fn from(error: ActError) -> Self {
        match error {
            ActError::OwnAccount => Self::new(ErrorCode::Forbidden)
                .with_detail("Another administrator must do this: it is your own account.")
                .because(&error),
            ActError::UnknownSession => Self::new(ErrorCode::NotFound).because(&error),
            ActError::Impossible { field, code } => Self::invalid_fields(vec![FieldError { field, code }]),
            ActError::Provisioning(error) => error.into(),
            ActError::Store(error) => error.into(),
        }
    }
}

impl From<ProvisioningError> for ApiError {
    fn from(error: ProvisioningError) -> Self {
        match error {
            ProvisioningError::Taken(field) => Self::handle_taken(field.name()),
            ProvisioningError::NotFound | ProvisioningError::UnknownIdentity => {
                Self::new(ErrorCode::NotFound).because(&error)
            }
            ProvisioningError::Stale => Self::new(ErrorCode::RevisionStale),
            ProvisioningError::AdministratorsOnly => Self::new(ErrorCode::Forbidden).because(&error),
            ProvisioningError::LastAdministrator(_) => Self::new(ErrorCode::LastAdministrator),
            ProvisioningError::Hashing => Self::busy(),
            ProvisioningError::Sealed(_) => Self::new(ErrorCode::Internal).because(&error),
            ProvisioningError::Store(error) => error.into(),
        }
    }
}
