//! `POST /api/admin/users/{id}/merge`, `GET /api/admin/merges`, `POST /api/admin/merges/{id}/undo`, `POST /api/admin/providers/move-issuer`
//! and `POST /api/admin/users/{id}/identities/relink`.

use std::{
    str::FromStr,
    time::{Duration, Instant},
};

use axum::{
    Json as JsonBody,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::{Deserialize, Serialize};

use super::view::MergeView;
use crate::{
    admin::{
        Permission, require_permission,
        users::{acts::routes::ActRequest, view::UserView},
    },
    app::{App, AppState},
    clock::Timestamp,
    config::Issuer,
    error::{ApiError, ApiResult, ErrorCode, FieldError},
    login::password::account_keys,
    provisioning::{
        IssuerMove, MergeError, MergeOrder, MergeSources, Mode, Moved, Relink, RelinkError, Undo,
    },
    session::SignedIn,
    store::{Page, StoreError, Stored},
    user::{
        User, UserId,
        merge::{FieldChange, Merge, MergeId, MergeOptions, MergeRefused},
    },
    web::body::Json,
};

/// Merges per page.
const PAGE: usize = 50;
/// The time of a request that moves an issuer. A repeated request continues.
const MOVE_TIME: Duration = Duration::from_secs(5);

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MergeBody {
    into: String,
    #[serde(default)]
    with_roles: bool,
    #[serde(default)]
    with_factors: bool,
    /// Why you do this: 1 to 500 characters, stored with the audit event.
    #[serde(default)]
    #[schemars(!default, length(min = 1, max = 500))]
    reason: String,
    #[serde(default)]
    dry_run: bool,
}

/// Both users after a merge, or as they would be after it.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MergeResult {
    /// `null` after a dry run.
    merge: Option<MergeId>,
    /// The user that ends.
    from: UserView,
    /// The user that stays.
    into: UserView,
    changes: Vec<FieldChange>,
    undo_until: Timestamp,
}

/// `POST /api/admin/users/{id}/merge`: the user of the path ends.
pub(crate) async fn merge(
    State(app): State<AppState>,
    request: ActRequest,
    Json(body): Json<MergeBody>,
) -> ApiResult<JsonBody<MergeResult>> {
    let actor = request.actor(Permission::Users, Some(&body.reason)).await?;
    let order = MergeOrder {
        from: request.id()?,
        into: body.into.parse().map_err(|_| invalid("into"))?,
        options: MergeOptions { with_roles: body.with_roles, with_factors: body.with_factors },
        revision: actor.revision,
        is_full: actor.is_full,
    };
    let acts = actor.provisioning_in(mode(body.dry_run));
    let outcome = Box::pin(acts.merge(sources(&app), order)).await?;
    Ok(JsonBody(MergeResult {
        merge: outcome.merge,
        from: view_of(&app, outcome.from).await?,
        into: view_of(&app, outcome.into).await?,
        changes: outcome.changes,
        undo_until: outcome.undo_until,
    }))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct MergesQuery {
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MergePage")]
pub(crate) struct Merges {
    items: Vec<MergeView>,
    next_cursor: Option<String>,
}

/// `GET /api/admin/merges?cursor=`: the merges of the last 30 days, newest first.
pub(crate) async fn list(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<MergesQuery>, QueryRejection>,
) -> ApiResult<JsonBody<Merges>> {
    require_permission(&app, &current, Permission::Read)?;
    let Query(query) = query.map_err(|error| ApiError::new(ErrorCode::InvalidRequest).because(&error))?;
    let cursor = query.cursor.map(|cursor| MergeId::from_str(&cursor)).transpose();
    let after = cursor.map_err(|_| invalid("cursor"))?.map(MergeId::document_id);
    let page = Page { tag: None, after, newest_first: true, limit: PAGE };
    let found = app.store.scan::<Merge>(page).await?;
    let items = found.documents.iter().map(|merge| MergeView::of(merge)).collect();
    Ok(JsonBody(Merges { items, next_cursor: found.next.map(|id| id.to_string()) }))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UndoBody {
    /// Why you do this: 1 to 500 characters, stored with the audit event.
    #[serde(default)]
    #[schemars(!default, length(min = 1, max = 500))]
    reason: String,
    #[serde(default)]
    dry_run: bool,
}

/// Both users after the undo of a merge, or as they would be after it.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UndoResult {
    from: UserView,
    into: UserView,
    changes: Vec<FieldChange>,
}

/// `POST /api/admin/merges/{id}/undo`
pub(crate) async fn undo(
    State(app): State<AppState>,
    request: ActRequest,
    Json(body): Json<UndoBody>,
) -> ApiResult<JsonBody<UndoResult>> {
    let actor = request.actor(Permission::Users, Some(&body.reason)).await?;
    let order = Undo { merge: request.id::<MergeId>()?, revision: actor.revision, is_full: actor.is_full };
    let acts = actor.provisioning_in(mode(body.dry_run));
    let outcome = Box::pin(acts.undo_merge(sources(&app), order)).await?;
    Ok(JsonBody(UndoResult {
        from: view_of(&app, outcome.from).await?,
        into: view_of(&app, outcome.into).await?,
        changes: outcome.changes,
    }))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MoveBody {
    old: String,
    new: String,
    /// Why you do this: 1 to 500 characters, stored with the audit event.
    #[serde(default)]
    #[schemars(!default, length(min = 1, max = 500))]
    reason: String,
    #[serde(default)]
    dry_run: bool,
}

/// `POST /api/admin/providers/move-issuer`. Only a full administrator: with an issuer of another organisation, its users sign in as ours.
pub(crate) async fn move_issuer(
    State(app): State<AppState>,
    request: ActRequest,
    Json(body): Json<MoveBody>,
) -> ApiResult<JsonBody<Moved>> {
    let actor = request.actor(Permission::Full, Some(&body.reason)).await?;
    // One revision cannot be that of many users: the move would stop at the first user who has another one.
    if actor.revision.is_some() {
        return Err(ApiError::new(ErrorCode::RevisionStale));
    }
    if body.old == body.new || Issuer::new(&body.new, Vec::new()).is_err() {
        return Err(invalid("new"));
    }
    let order = IssuerMove { old: &body.old, new: &body.new, until: Some(Instant::now() + MOVE_TIME) };
    let acts = actor.provisioning_in(mode(body.dry_run));
    Ok(JsonBody(Box::pin(acts.move_issuer(&app.store, order, |_| {})).await?))
}

#[derive(Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RelinkBody {
    provider: String,
    subject: String,
    /// Why you do this: 1 to 500 characters, stored with the audit event.
    #[serde(default)]
    #[schemars(!default, length(min = 1, max = 500))]
    reason: String,
    #[serde(default)]
    dry_run: bool,
}

/// `POST /api/admin/users/{id}/identities/relink`. The new subject signs in as the user: it is a credential.
pub(crate) async fn relink(
    State(app): State<AppState>,
    request: ActRequest,
    Json(body): Json<RelinkBody>,
) -> ApiResult<JsonBody<UserView>> {
    let actor = request.actor(Permission::Security, Some(&body.reason)).await?;
    let provider = app.config.providers.iter().find(|provider| provider.name == body.provider);
    let provider = provider.ok_or_else(|| invalid("provider"))?;
    let order = Relink { user: request.id::<UserId>()?, provider, subject: &body.subject };
    let acts = actor.provisioning_in(mode(body.dry_run));
    let done = Box::pin(acts.relink(order)).await?;
    Ok(JsonBody(view_of(&app, done.user).await?))
}

const fn mode(dry_run: bool) -> Mode {
    if dry_run { Mode::DryRun } else { Mode::Write }
}

async fn view_of(app: &App, user: Stored<User>) -> ApiResult<UserView> {
    let locks = app.limiter.locks(&account_keys(&user)).await?;
    Ok(UserView::of(app, user, &locks))
}

fn sources(app: &App) -> MergeSources<'_> {
    MergeSources { store: &app.store, keys: &app.keys, providers: &app.config.providers }
}

fn invalid(field: &'static str) -> ApiError {
    ApiError::invalid_fields(vec![FieldError { field, code: "invalid" }])
}

impl From<MergeError> for ApiError {
    fn from(error: MergeError) -> Self {
        let refused = |reason| Self::refused(ErrorCode::MergeRefused, reason).because(&error);
        let not_undone = |reason| Self::refused(ErrorCode::UndoRefused, reason).because(&error);
        match &error {
            MergeError::NotFound | MergeError::UnknownMerge => Self::new(ErrorCode::NotFound),
            MergeError::Refused(MergeRefused::SameUser) => refused("same_user"),
            MergeError::Refused(MergeRefused::FromNotActive) => refused("from_not_active"),
            MergeError::Refused(MergeRefused::IntoNotActive) => refused("into_not_active"),
            MergeError::Refused(MergeRefused::FactorWouldBeLost) => refused("factor_would_be_lost"),
            MergeError::LastAdministrator(_) => Self::new(ErrorCode::LastAdministrator).because(&error),
            MergeError::Administrative => Self::new(ErrorCode::Forbidden).because(&error),
            MergeError::Stale => Self::new(ErrorCode::RevisionStale),
            MergeError::Contended => Self::busy().because(&error),
            MergeError::AlreadyUndone => not_undone("already_undone"),
            MergeError::TooLate => not_undone("too_late"),
            MergeError::MergedFurther(_) => not_undone("merged_further"),
            MergeError::IntoDeleted => not_undone("into_deleted"),
            MergeError::KeyTaken { .. } => not_undone("key_taken"),
            MergeError::Sealed(_) | MergeError::Snapshot(_) => Self::new(ErrorCode::Internal).because(&error),
            MergeError::Store(StoreError::Unusable(_)) => Self::new(ErrorCode::StoreUnavailable)
                .because(&error)
                // The only cause of it at a service that runs.
                .with_detail("Users are merged on a MongoDB replica set only. Start mongod with --replSet and run rs.initiate() once."),
            MergeError::Store(StoreError::Unavailable(_)) => {
                Self::new(ErrorCode::StoreUnavailable).because(&error)
            }
            MergeError::Store(StoreError::Taken { .. } | StoreError::Corrupt { .. }) => {
                Self::new(ErrorCode::Internal).because(&error)
            }
        }
    }
}

impl From<RelinkError> for ApiError {
    fn from(error: RelinkError) -> Self {
        match error {
            RelinkError::NoIdentity => Self::new(ErrorCode::NotFound).because(&error),
            RelinkError::SeveralIdentities | RelinkError::InUse(_) => {
                Self::new(ErrorCode::IdentityInUse).because(&error)
            }
            RelinkError::Unchanged | RelinkError::InvalidSubject => invalid("subject").because(&error),
            RelinkError::Provisioning(error) => error.into(),
        }
    }
}
