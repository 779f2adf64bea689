//! Verification of a code: it completes a login, or re-authenticates the user of a session.

use super::{
    FactorError, MAX_TRIES, audit, checked::Accepted, code::TypedCode, count_attempt, step_up, totp,
};
use crate::{
    admission::{Admission, Amr},
    app::App,
    audit::EventKind,
    login::password::record_wait,
    mail::Notice,
    notices,
    session::{self, CurrentSession, Refusal},
    store::Change,
    user::{EndReason, Totp},
    web::client::Client,
};

/// Proves the active factor in a pending session.
///
/// # Errors
/// [`FactorError::WrongCode`]; the fifth one ends the session, and its error says so.
pub async fn complete_login(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    text: &str,
) -> Result<Admission, FactorError> {
    let audit = audit(app, client, current);
    let code = TypedCode::read(app, text)?;
    let attempt = count_attempt(app, client, current, (code.guess(), EventKind::SecondFactor)).await?;
    let tries = count_try(app, current).await?;
    let accepted = match code.accept(app, current).await? {
        Ok(accepted) => accepted,
        Err(refused) => {
            let lock = attempt.failed();
            let left = MAX_TRIES.saturating_sub(tries);
            let clock_skew = clock_skew_of_known_device(app, client, current, text);
            if left == 0 {
                session::end(app, &current.id, EndReason::Revoked).await?;
            }
            audit.failure(EventKind::SecondFactor, refused.reason()).record().await;
            record_wait(&audit, current.user.id, lock).await;
            // The session has ended: "try again" would be wrong advice.
            let ended = Refusal::Ended(EndReason::Revoked).into();
            return Err(if left == 0 {
                ended
            } else {
                FactorError::WrongCode { left: Some(left), clock_skew }
            });
        }
    };
    attempt.succeeded().await;
    let admission = step_up(app, current, &accepted.user, [accepted.amr])?;
    audit.success(EventKind::SecondFactor).amr(admission.methods()).record().await;
    report_recovery_code(app, client, current, &accepted).await;
    Ok(admission)
}

/// Returns how far behind the clock of an app is, for a device that the user has signed in with before. It says nothing about codes of a
/// later time: see [`totp::clock_skew_of`].
fn clock_skew_of_known_device(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    code: &str,
) -> Option<i64> {
    let user = &current.user;
    user.known_device(client)?;
    let now = app.clock.system_time();
    let skew_of = |totp: &Totp| {
        let secret = app.keys.open(&user.id, totp::ACTIVE, &totp.secret).ok()?;
        totp::clock_skew_of(&secret, code, now).filter(|skew| *skew < 0)
    };
    user.totp.iter().find_map(skew_of)
}

/// Re-authenticates the user of a session with a code of an app or a recovery code.
///
/// # Errors
/// [`FactorError::WrongCode`], and the refusals of the session.
pub async fn reauthenticate(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    code: &str,
) -> Result<Admission, FactorError> {
    let audit = audit(app, client, current);
    let code = TypedCode::read(app, code)?;
    let attempt = count_attempt(app, client, current, (code.guess(), EventKind::Reauthentication)).await?;
    let accepted = match code.accept(app, current).await? {
        Ok(accepted) => accepted,
        Err(refused) => {
            let lock = attempt.failed();
            audit.failure(EventKind::Reauthentication, refused.reason()).record().await;
            record_wait(&audit, current.user.id, lock).await;
            return Err(FactorError::WrongCode { left: None, clock_skew: None });
        }
    };
    attempt.succeeded().await;
    let admission = step_up(app, current, &accepted.user, [accepted.amr])?;
    audit.success(EventKind::Reauthentication).amr(admission.methods()).record().await;
    report_recovery_code(app, client, current, &accepted).await;
    Ok(admission)
}

/// Records the use of a recovery code, and informs the user: a user who did not use it must know that an attacker has the codes.
async fn report_recovery_code(app: &App, client: &Client, current: &CurrentSession, accepted: &Accepted) {
    match accepted.amr {
        Amr::Recovery => {}
        Amr::Pwd | Amr::Otp | Amr::Mfa | Amr::Hwk | Amr::Swk | Amr::User | Amr::Sms | Amr::Email => return,
    }
    let left = accepted.user.recovery_codes_left();
    let details = format!("{left} left");
    audit(app, client, current).success(EventKind::RecoveryCodeUsed).details(details).record().await;
    notices::send(app, client, &accepted.user, Notice::RecoveryCodeUsed { left }).await;
}

/// Counts one more try of this session and returns the number. It is counted before the code is checked, so that parallel guesses cannot
/// pass the limit together.
async fn count_try(app: &App, current: &CurrentSession) -> Result<u32, FactorError> {
    let now = app.clock.now();
    let counted = app
        .sessions
        .update::<_, Refusal>(&current.id.document_id(), |session| {
            if let Some(reason) = session::lifetime::end_reason(session, now) {
                return Err(Refusal::Ended(reason));
            }
            if session.is_replaced() {
                return Err(Refusal::NotSignedIn);
            }
            if session.tries >= MAX_TRIES {
                return Err(Refusal::Ended(EndReason::Revoked));
            }
            session.tries += 1;
            Ok(Change::Write(session.tries))
        })
        .await?;
    counted.map(|(_, tries)| tries).ok_or_else(|| Refusal::NotSignedIn.into())
}
