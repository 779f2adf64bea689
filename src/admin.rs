//! Administration through the API.

pub mod events;
pub(crate) mod explain;
pub(crate) mod mail;
pub(crate) mod merges;
pub mod overview;
mod permission;
pub(crate) mod providers;
mod routes;
pub(crate) mod settings;
pub(crate) mod summary;
pub(crate) mod users;
pub(crate) mod webhooks;

pub use self::permission::Permission;
use crate::{
    app::App,
    clock::Timestamp,
    error::ApiResult,
    login::recent_proof::{ProofTooOld, RECENT, second_factor_methods},
    session::{self, CurrentSession, State},
    user::roles::roles_of,
};

/// Why a user may not use an admin route.
#[derive(Debug, thiserror::Error)]
pub enum AdminAccessError {
    #[error("no role of the user gives the permission")]
    NotPermitted,
    /// The second factor was proven too long ago, or the user has none.
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
}

/// Returns whether a response that lasts longer than a request may continue: the session is valid, and its user still has the permission
/// with a recent second factor. If the store fails, it may not.
pub async fn is_still_permitted(app: &App, current: &CurrentSession, permission: Permission) -> bool {
    match session::read_again(app, current).await {
        Ok(now) => now.state == State::SignedIn && require_permission(app, &now, permission).is_ok(),
        Err(refusal) => {
            tracing::info!(%refusal, "a response to an administrator ends early");
            false
        }
    }
}

/// Requires a permission for an act, with the session and its user as the store has them. Attack: an administrator who was disabled or lost the
/// role on another replica a moment ago acts with what this replica still has in its cache. Returns the session.
///
/// # Errors
/// The refusals of the session, and as for [`require_permission`].
pub(crate) async fn require_permission_now(
    app: &App,
    current: &CurrentSession,
    permission: Permission,
) -> ApiResult<CurrentSession> {
    let current = session::read_again(app, current).await?;
    require_permission(app, &current, permission)?;
    Ok(current)
}

/// Requires a permission and a recent second factor (ASVS 8.4.2). A stolen session alone must not open the admin routes.
pub fn require_permission(
    app: &App,
    current: &CurrentSession,
    permission: Permission,
) -> Result<(), AdminAccessError> {
    if !roles_of(&current.user, &app.config.providers).iter().any(|role| permission.is_given_by(role)) {
        return Err(AdminAccessError::NotPermitted);
    }
    let is_recent = |at: Timestamp| app.clock.now() < at + RECENT;
    if current.session.authentication.factor_at.is_some_and(is_recent) {
        Ok(())
    } else {
        Err(ProofTooOld(second_factor_methods(app, &current.user)).into())
    }
}
