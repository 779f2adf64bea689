//! The authenticator apps of the signed-in user: rename one, remove one.

pub(crate) mod routes;

use super::{FactorError, audit};
use crate::{
    admission::{Admission, Disabled, Proof, admit},
    app::App,
    audit::EventKind,
    config::Mfa,
    login::recent_proof::require_recent,
    mail::Notice,
    notices,
    session::{self, CurrentSession, Refusal},
    store::Change,
    user::{EndReason, FactorId, Totp, User},
    web::client::Client,
};

/// Renames an app, and returns it.
///
/// # Errors
/// [`FactorError::UnknownFactor`], [`FactorError::ProofTooOld`], and the refusals of the session.
pub async fn rename(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    id: FactorId,
    name: &str,
) -> Result<Totp, FactorError> {
    require_recent(app, current)?;
    app.limiter.count_factor_change(&current.user.id.to_string()).await?;
    let now = app.clock.now();
    let (_, (totp, before)) = current
        .update_user::<_, FactorError>(&app.users, |user| {
            let before = find(user, id)?.name.clone();
            user.rename_totp(id, name, now);
            Ok(Change::Write((find(user, id)?.clone(), before)))
        })
        .await?;
    let details = format!("{before:?} → {name:?}");
    audit(app, client, current).success(EventKind::FactorRenamed).details(details).record().await;
    Ok(totp)
}

/// Removes an app. Every other session of the user ends; the admission continues this one under a new id.
///
/// # Errors
/// [`FactorError::FactorRequired`] for the last app where the policy requires a second factor; [`FactorError::UnknownFactor`],
/// [`FactorError::ProofTooOld`], and the refusals of the session.
pub async fn remove(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    id: FactorId,
) -> Result<Admission, FactorError> {
    require_recent(app, current)?;
    session::check_against_store(app, current).await?;
    app.limiter.count_factor_change(&current.user.id.to_string()).await?;
    let now = app.clock.now();
    let (user, name) = current
        .update_user::<_, FactorError>(&app.users, |user| {
            let name = find(user, id)?.name.clone();
            // Inside the write: two requests that remove the last two apps at the same time must leave one.
            match app.config.mfa {
                Mfa::Required if user.totp.len() == 1 => return Err(FactorError::FactorRequired),
                Mfa::Required | Mfa::Optional => {}
            }
            user.remove_totp(id, now);
            user.continue_in(&current.session.handle());
            Ok(Change::Write(name))
        })
        .await?;
    let details = format!("{name:?}, {} left", user.totp.len());
    audit(app, client, current).success(EventKind::FactorRemoved).details(details).record().await;
    notices::send(app, client, &user, Notice::FactorRemoved { name }).await;
    let proof = Proof::continued(&user, current.session.authentication.clone());
    admit(proof, app.config.mfa).map_err(|Disabled| Refusal::Ended(EndReason::UserDisabled).into())
}

fn find(user: &User, id: FactorId) -> Result<&Totp, FactorError> {
    user.totp.iter().find(|totp| totp.id == id).ok_or(FactorError::UnknownFactor)
}
