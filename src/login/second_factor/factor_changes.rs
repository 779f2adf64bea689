//! The authenticator apps and passkeys of the signed-in user: rename one, remove one.

pub(crate) mod routes;

use super::{FactorError, audit};
use crate::{
    admission::{Admission, Disabled, Proof, admit},
    app::App,
    audit::EventKind,
    config::Mfa,
    login::{recent_proof::require_recent, sign_in_methods::has_sign_in_method},
    mail::Notice,
    notices,
    session::{self, CurrentSession, Refusal},
    store::Change,
    user::{EndReason, FactorId, RemovedFactor, User},
    web::client::Client,
};

/// Renames a factor, and returns the user.
///
/// # Errors
/// [`FactorError::UnknownFactor`], [`FactorError::ProofTooOld`], and the refusals of the session.
pub async fn rename(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    id: FactorId,
    name: &str,
) -> Result<User, FactorError> {
    require_recent(app, current)?;
    app.limiter.count_factor_change(&current.user.id.to_string()).await?;
    let now = app.clock.now();
    let (user, before) = current
        .update_user::<_, FactorError>(&app.users, |user| {
            let before = user.factor_name(id).ok_or(FactorError::UnknownFactor)?.to_owned();
            user.rename_factor(id, name, now);
            Ok(Change::Write(before))
        })
        .await?;
    let details = format!("{before:?} → {name:?}");
    audit(app, client, current).success(EventKind::FactorRenamed).details(details).record().await;
    Ok(user.into_document())
}

/// Removes an authenticator app or a passkey. Every other session of the user ends; the admission continues this one under a new id.
///
/// # Errors
/// As for [`remove_with`].
pub async fn remove(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    id: FactorId,
) -> Result<Admission, FactorError> {
    let now = app.clock.now();
    let (user, removed) = remove_with(app, current, |user| user.remove_factor(id, now)).await?;
    let (name, notice) = match removed {
        RemovedFactor::App { name } => (name.clone(), Notice::FactorRemoved { name }),
        RemovedFactor::Passkey { name } => (name.clone(), Notice::PasskeyRemoved { name }),
    };
    let details = format!("{name:?}, {} left", user.totp.len() + user.passkeys.len());
    audit(app, client, current).success(EventKind::FactorRemoved).details(details).record().await;
    notices::send(app, client, &user, notice).await;
    admit_again(app, current, &user)
}

/// Removes a factor of any kind from the user. `remove` returns `None` if the user has no such factor.
///
/// # Errors
/// [`FactorError::FactorRequired`] for the last factor where the policy requires one; [`FactorError::LastSignInMethod`] for a passkey that is
/// the only sign-in method; [`FactorError::UnknownFactor`], [`FactorError::ProofTooOld`], and the refusals of the session.
pub(super) async fn remove_with<T: Send>(
    app: &App,
    current: &CurrentSession,
    mut remove: impl FnMut(&mut User) -> Option<T> + Send,
) -> Result<(User, T), FactorError> {
    require_recent(app, current)?;
    session::check_against_store(app, current).await?;
    app.limiter.count_factor_change(&current.user.id.to_string()).await?;
    let (user, removed) = current
        .update_user::<_, FactorError>(&app.users, |user| {
            let had_sign_in_method = has_sign_in_method(app, user);
            let removed = remove(user).ok_or(FactorError::UnknownFactor)?;
            // Inside the write: two requests that remove the last two factors at the same time must leave one.
            match app.config.mfa {
                Mfa::Required if !user.has_second_factor() => return Err(FactorError::FactorRequired),
                Mfa::Required | Mfa::Optional => {}
            }
            if had_sign_in_method && !has_sign_in_method(app, user) {
                return Err(FactorError::LastSignInMethod);
            }
            user.continue_in(&current.session.handle());
            Ok(Change::Write(removed))
        })
        .await?;
    Ok((user.into_document(), removed))
}

/// Returns the admission of the session after the user has removed a factor in it.
pub(super) fn admit_again(
    app: &App,
    current: &CurrentSession,
    user: &User,
) -> Result<Admission, FactorError> {
    let proof = Proof::continued(user, current.session.authentication.clone());
    admit(proof, app.config.mfa).map_err(|Disabled| Refusal::Ended(EndReason::UserDisabled).into())
}
