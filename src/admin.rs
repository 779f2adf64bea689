//! Administration through the API.

pub(crate) mod events;
pub(crate) mod explain;
pub(crate) mod mail;
pub(crate) mod overview;
mod permission;
pub(crate) mod providers;
mod routes;
pub(crate) mod summary;

pub use self::permission::Permission;
use crate::{
    app::App,
    clock::Timestamp,
    login::recent_proof::{ProofTooOld, RECENT, second_factor_methods},
    session::CurrentSession,
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
