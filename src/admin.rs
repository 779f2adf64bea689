//! What administrators may ask while the service runs.

pub(crate) mod routes;

use crate::{
    app::App,
    clock::Timestamp,
    login::reauthenticate::{self, ProofTooOld, RECENT},
    session::Live,
};

/// The role that may.
pub const ROLE: &str = "admin";

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
pub fn require(app: &App, live: &Live) -> Result<(), NotAllowed> {
    if !app.roles_of(&live.user).iter().any(|role| role == ROLE) {
        return Err(NotAllowed::Forbidden);
    }
    let is_recent = |at: Timestamp| app.clock.now() < at + RECENT;
    if live.session.factor_at.is_some_and(is_recent) {
        Ok(())
    } else {
        Err(ProofTooOld(reauthenticate::factors(app, &live.user)).into())
    }
}
