//! What administrators may ask while the service runs.

pub(crate) mod routes;

use crate::{
    app::App,
    clock::Timestamp,
    login::recent_proof::{ProofTooOld, RECENT, second_factor_methods},
    session::CurrentSession,
    user::roles::{ADMIN, roles_of},
};

/// Why somebody may not.
#[derive(Debug, thiserror::Error)]
pub enum NotAllowed {
    /// Without the role.
    #[error("not an administrator")]
    Forbidden,
    /// Without a second factor, or one that was proven too long ago.
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
}

/// Whether this session is an administrator's, with a second factor that was proven a short while ago (ASVS 8.4.2).
///
/// # Errors
/// [`NotAllowed`]
pub fn require(app: &App, current: &CurrentSession) -> Result<(), NotAllowed> {
    if !roles_of(&current.user, &app.config.providers).iter().any(|role| role == ADMIN) {
        return Err(NotAllowed::Forbidden);
    }
    let is_recent = |at: Timestamp| app.clock.now() < at + RECENT;
    if current.session.authentication.factor_at.is_some_and(is_recent) {
        Ok(())
    } else {
        Err(ProofTooOld(second_factor_methods(app, &current.user)).into())
    }
}
