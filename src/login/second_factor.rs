//! The second factor: codes of an authenticator app, and its enrolment.
//!
//! `POST /api/mfa/verify` has two meanings, and the state of the session decides. A pending session can only prove the *active* factor. A
//! signed-in session, or one that must enrol, can only confirm the *pending* enrolment. So an attacker with the password cannot replace
//! the user's secret, and the active factor stays valid until the new one is confirmed.

mod enrolment;
pub mod import;
pub mod key_use;
pub(crate) mod routes;
pub mod totp;

pub use self::enrolment::{confirm_enrolment, start_enrolment};
use super::{origin, password::record_wait, recent_proof::ProofTooOld};
use crate::{
    admission::{Admission, Amr, Disabled, Proof, admit},
    app::App,
    audit::{EventKind, Recorder},
    clock::Timestamp,
    limiter::{Attempt, Guess, Limited},
    secrets::OpenError,
    session::{self, CurrentSession, Refusal, State},
    store::{Change, StoreError},
    user::{EndReason, User},
    web::client::Client,
};

/// Wrong codes after which a pending session ends and a pending enrolment is dropped.
const MAX_TRIES: u32 = 5;
/// From this number on, the answer to a wrong code says how many are left. An earlier number would only worry users after a slip.
const FEW_TRIES: u32 = 2;

/// Why a code or an enrolment is refused.
#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    /// The code is wrong, was used before, or belongs to another time.
    #[error("wrong code")]
    WrongCode(TriesLeft),
    /// No enrolment was started by this session, or it has expired.
    #[error("no pending enrolment")]
    NoPendingEnrolment,
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
    #[error(transparent)]
    Session(#[from] Refusal),
    #[error(transparent)]
    Limited(#[from] Limited),
    /// The key ring does not contain the key that sealed the secret.
    #[error("cannot open a sealed secret: {0}")]
    Sealed(#[from] OpenError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How many more codes may be tried; `None` without such a limit.
pub type TriesLeft = Option<u32>;

/// Proves the active factor in a pending session.
///
/// # Errors
/// [`FactorError::WrongCode`]; the fifth one ends the session, and its error says so.
pub async fn complete_login(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    code: &str,
) -> Result<Admission, FactorError> {
    let audit = audit(app, client, current);
    let attempt = count_attempt(app, client, current, EventKind::SecondFactor).await?;
    let tries = count_try(app, current).await?;
    let Some(user) = accept_code(app, current, code).await? else {
        let lock = attempt.failed();
        let left = MAX_TRIES.saturating_sub(tries);
        if left == 0 {
            session::end(app, &current.id, EndReason::Revoked).await?;
        }
        audit.failure(EventKind::SecondFactor, "code_invalid").record().await;
        record_wait(&audit, current.user.id, lock).await;
        // The session has ended: "try again" would be wrong advice.
        let ended = Refusal::Ended(EndReason::Revoked).into();
        return Err(if left == 0 { ended } else { FactorError::WrongCode(Some(left)) });
    };
    attempt.succeeded().await;
    let admission = step_up(app, current, &user)?;
    audit.success(EventKind::SecondFactor).amr(admission.methods()).record().await;
    Ok(admission)
}

/// Re-authenticates the user of a session with a code of the active factor.
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
    let attempt = count_attempt(app, client, current, EventKind::Reauthentication).await?;
    let Some(user) = accept_code(app, current, code).await? else {
        let lock = attempt.failed();
        audit.failure(EventKind::Reauthentication, "code_invalid").record().await;
        record_wait(&audit, current.user.id, lock).await;
        return Err(FactorError::WrongCode(None));
    };
    attempt.succeeded().await;
    let admission = step_up(app, current, &user)?;
    audit.success(EventKind::Reauthentication).amr(admission.methods()).record().await;
    Ok(admission)
}

fn audit<'a>(app: &'a App, client: &'a Client, current: &CurrentSession) -> Recorder<'a> {
    app.audit(client).about(current.user.id).by_user(current.user.id)
}

/// Counts a guess at a code before the code is checked.
async fn count_attempt<'a>(
    app: &'a App,
    client: &Client,
    current: &CurrentSession,
    kind: EventKind,
) -> Result<Attempt<'a>, Limited> {
    let account = current.user.id.to_string();
    let origin = origin::of_guess(client, Some(&current.user));
    app.limiter.attempt(Guess::Code, &account, &origin).await.inspect_err(|_| {
        app.audit(client).about(current.user.id).failure(kind, "too_many_attempts").log_only();
    })
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

/// Accepts a code once; returns `None` for a wrong one. A compare-and-set stores the time step of the code: if two replicas get the same
/// code at the same time, one accepts it (replay of a one-time code, RFC 6238 §5.2).
async fn accept_code(app: &App, current: &CurrentSession, code: &str) -> Result<Option<User>, FactorError> {
    let now = app.clock.now();
    let accepted = app
        .users
        .update::<_, FactorError>(&current.user.id.document_id(), |user| {
            current.ensure_valid_for(user)?;
            if !use_code(app, user, code, now)? {
                return Ok(Change::Keep(false));
            }
            // On use, so that old keys can be retired. A secret that no key opens must not refuse the code of another app.
            drop(key_use::reseal(user, &app.keys));
            match current.session.state {
                State::SignedIn | State::AwaitingPasswordChange => {}
                State::AwaitingSecondFactor | State::AwaitingEnrolment => user.last_login_at = Some(now),
            }
            Ok(Change::Write(true))
        })
        .await?;
    Ok(accepted.and_then(|(user, is_correct)| is_correct.then(|| user.into_document())))
}

/// Uses up a code of any app of the user; returns `false` if the code is wrong for all of them.
///
/// # Errors
/// [`OpenError`] if no app accepts the code and the secret of an app cannot be opened: the code may be correct.
fn use_code(app: &App, user: &mut User, code: &str, now: Timestamp) -> Result<bool, OpenError> {
    let mut unopened = None;
    let mut steps = Vec::new();
    for totp in &user.totp {
        match app.keys.open(&user.id, totp::ACTIVE, &totp.secret) {
            Ok(secret) => {
                let step = totp::step_of(&secret, code, app.clock.system_time());
                steps.extend(step.map(|step| (totp.id, step)));
            }
            Err(error) => unopened = Some(error),
        }
    }
    let is_used = steps.into_iter().any(|(id, step)| user.use_totp_step(id, step, now));
    if is_used { Ok(true) } else { unopened.map_or(Ok(false), Err) }
}

/// Returns the admission after a correct code. The absolute lifetime of a session that was signed in keeps its start.
fn step_up(app: &App, current: &CurrentSession, user: &User) -> Result<Admission, FactorError> {
    let now = app.clock.now();
    let mut prior = current.session.authentication.clone();
    match current.session.state {
        State::SignedIn | State::AwaitingPasswordChange => {}
        State::AwaitingSecondFactor | State::AwaitingEnrolment => prior.signed_in_at = now,
    }
    let proof = Proof::step_up(user, prior, Some(Amr::Otp), now);
    admit(proof, app.config.mfa).map_err(|Disabled| Refusal::Ended(EndReason::UserDisabled).into())
}
