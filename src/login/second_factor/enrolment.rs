//! Enrolment of an authenticator app: a new secret is stored as pending, and its first correct code makes it the active factor.

use super::{
    FactorError, MAX_TRIES, audit, count_attempt, step_up,
    totp::{self, Enrolment},
};
use crate::{
    admission::Admission,
    app::App,
    audit::EventKind,
    clock::Timestamp,
    login::{password::record_wait, recent_proof::require_recent},
    session::{self, CurrentSession, ENROLMENT_TIME, Refusal, State},
    store::Change,
    user::{FactorId, PendingTotp, Totp, User},
    web::client::Client,
};

/// Creates a secret and stores it as pending. The active factor stays valid.
///
/// # Errors
/// [`FactorError::ProofTooOld`] if the last authentication is older than ten minutes, [`FactorError::Limited`] after too many starts, and the
/// refusals of the session.
pub async fn start_enrolment(
    app: &App,
    client: &Client,
    current: &CurrentSession,
) -> Result<Enrolment, FactorError> {
    match current.state {
        State::AwaitingSecondFactor => return Err(Refusal::SecondFactorRequired.into()),
        // The client may be an attacker who knows the password that must be changed.
        State::AwaitingPasswordChange => return Err(Refusal::PasswordChangeRequired.into()),
        // Also for a session that must enrol: an attacker may have stolen it, and an app of the attacker would lock the user out.
        State::SignedIn | State::AwaitingEnrolment => require_recent(app, current)?,
    }
    app.limiter.count_enrolment(&current.user.id.to_string()).await?;
    let expires_at = app.clock.now() + ENROLMENT_TIME;
    let enrolment = totp::enrol(&current.user, &app.config, expires_at);
    let secret = app.keys.seal(&current.user.id, totp::PENDING, enrolment.secret());
    let pending = PendingTotp { name: None, secret, expires_at, begun_by: current.id_hash_hex(), tries: 0 };
    app.users
        .update::<_, Refusal>(&current.user.id.document_id(), |user| {
            current.ensure_valid_for(user)?;
            user.pending_totp = Some(pending.clone());
            Ok(Change::Write(()))
        })
        .await?;
    audit(app, client, current).success(EventKind::EnrolmentStarted).record().await;
    Ok(enrolment)
}

/// Confirms the pending enrolment with its first code. The app becomes the active factor, and every other session of the user ends.
///
/// # Errors
/// [`FactorError::WrongCode`]; [`FactorError::NoPendingEnrolment`], also for the fifth wrong code.
pub async fn confirm_enrolment(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    code: &str,
) -> Result<Admission, FactorError> {
    session::check_against_store(app, current).await?;
    let audit = audit(app, client, current);
    let attempt = count_attempt(app, client, current, EventKind::EnrolmentConfirmed).await?;
    let now = app.clock.now();
    let id = current.user.id.document_id();
    let confirmed =
        app.users.update::<_, FactorError>(&id, |user| confirm_pending(app, current, user, code, now)).await;
    let (user, confirmation) = match confirmed {
        Ok(confirmed) => confirmed.ok_or(Refusal::NotSignedIn)?,
        Err(error) => {
            attempt.cancelled().await;
            return Err(error);
        }
    };
    if let Confirmation::Wrong { left } = confirmation {
        let lock = attempt.failed();
        audit.failure(EventKind::EnrolmentConfirmed, "code_invalid").record().await;
        record_wait(&audit, current.user.id, lock).await;
        let dropped = FactorError::NoPendingEnrolment;
        return Err(if left == 0 { dropped } else { FactorError::WrongCode(Some(left)) });
    }
    attempt.succeeded().await;
    let admission = step_up(app, current, &user)?;
    audit.success(EventKind::EnrolmentConfirmed).amr(admission.methods()).record().await;
    Ok(admission)
}

/// What a code means for a pending enrolment.
enum Confirmation {
    Correct,
    /// How many more codes may be tried; after the last one the enrolment is dropped.
    Wrong {
        left: u32,
    },
}

/// Makes the pending app the active factor if the code is correct, otherwise counts the try. Only the session that started the enrolment
/// can confirm it: an attacker in another session of the user has not seen the secret, and must not be able to guess its codes.
fn confirm_pending(
    app: &App,
    current: &CurrentSession,
    user: &mut User,
    code: &str,
    now: Timestamp,
) -> Result<Change<Confirmation>, FactorError> {
    current.ensure_valid_for(user)?;
    let is_own =
        |pending: &PendingTotp| now < pending.expires_at && pending.begun_by == current.id_hash_hex();
    let pending = user.pending_totp.take().filter(is_own).ok_or(FactorError::NoPendingEnrolment)?;
    let secret = app.keys.open(&user.id, totp::PENDING, &pending.secret)?;
    let Some(last_step) = totp::step_of(&secret, code, app.clock.system_time()) else {
        let tries = pending.tries + 1;
        user.pending_totp = (tries < MAX_TRIES).then_some(PendingTotp { tries, ..pending });
        return Ok(Change::Write(Confirmation::Wrong { left: MAX_TRIES.saturating_sub(tries) }));
    };
    let secret = app.keys.seal(&user.id, totp::ACTIVE, &secret);
    let name = pending.name.unwrap_or_else(|| user.next_app_name());
    let totp =
        Totp { id: FactorId::new(now), name, secret, confirmed_at: now, last_used_at: Some(now), last_step };
    user.add_totp(totp, now);
    user.last_login_at = user.last_login_at.max(Some(now));
    Ok(Change::Write(Confirmation::Correct))
}
