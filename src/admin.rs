//! Administration through the API.

pub(crate) mod routes;

use crate::{
    app::App,
    clock::Timestamp,
    login::recent_proof::{ProofTooOld, RECENT, second_factor_methods},
    session::CurrentSession,
    user::roles::{ADMIN, roles_of},
};

/// Why a user may not use an admin route.
#[derive(Debug, thiserror::Error)]
pub enum AdminAccessError {
    #[error("the user is not an administrator")]
    NotAdministrator,
    /// The second factor was proven too long ago, or the user has none.
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
}

/// Requires an administrator with a recent second factor (ASVS 8.4.2). A stolen session alone must not open the admin routes.
pub fn require_administrator(app: &App, current: &CurrentSession) -> Result<(), AdminAccessError> {
    if !roles_of(&current.user, &app.config.providers).iter().any(|role| role == ADMIN) {
        return Err(AdminAccessError::NotAdministrator);
    }
    let is_recent = |at: Timestamp| app.clock.now() < at + RECENT;
    if current.session.authentication.factor_at.is_some_and(is_recent) {
        Ok(())
    } else {
        Err(ProofTooOld(second_factor_methods(app, &current.user)).into())
    }
}
