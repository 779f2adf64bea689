//! The second factor: setting up an authenticator app, and passing with its codes.
//!
//! One route, two meanings, and the state of the session decides: a pending session can only pass the *active* factor, a
//! signed-in one (or one that must enrol) can only confirm the *pending* enrolment. So a thief of the password cannot replace
//! the victim's secret, and the old factor works until the new one is confirmed.

pub(crate) mod routes;
pub mod totp;

use std::time::Duration;

use self::totp::Enrolment;
use super::recent_proof::{ProofTooOld, require_recent};
use crate::{
    admission::{Admission, Amr, Proof, admit},
    app::App,
    audit::{self, Event, EventKind},
    clock::Timestamp,
    limiter::{Attempt, Guess, Limited},
    secrets::OpenError,
    session::{self, CurrentSession, State},
    store::{Change, StoreError},
    user::{EndReason, PendingTotp, Totp, User},
    web::client::Client,
};

/// How long a set-up waits for its first code.
const SETUP_TIME: Duration = Duration::from_mins(10);
/// Wrong codes after which a pending session is over.
const TRIES: u32 = 5;

/// Why a code or a set-up is refused.
#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    /// Wrong, used, or out of its window.
    #[error("wrong code")]
    WrongCode,
    /// Nothing was set up, or too long ago.
    #[error("no pending enrolment")]
    NoPendingEnrolment,
    /// The last proof is too old.
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
    /// The session may not do this.
    #[error(transparent)]
    Session(#[from] session::Refusal),
    /// Too many failures before this.
    #[error(transparent)]
    Limited(#[from] Limited),
    /// The key that sealed the secret is gone.
    #[error("a sealed secret does not open: {0}")]
    Sealed(#[from] OpenError),
    /// Nobody can tell.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a new secret and keeps it beside the active factor, which goes on working.
///
/// # Errors
/// [`FactorError::ProofTooOld`] when the last proof is older than ten minutes, and the session's own refusals.
pub async fn set_up(app: &App, client: &Client, current: &CurrentSession) -> Result<Enrolment, FactorError> {
    let now = app.clock.now();
    match current.state {
        State::AwaitingSecondFactor => return Err(session::Refusal::SecondFactorRequired.into()),
        // Also where policy demands a factor: an older session that must enrol may be a thief's.
        State::SignedIn | State::AwaitingEnrolment => require_recent(app, current)?,
    }
    let expires_at = now + SETUP_TIME;
    let enrolment = totp::enrol(&current.user, &app.config.public_url, expires_at);
    let sealed = app.keys.seal(&current.user.id, totp::PENDING, enrolment.secret());
    let pending = PendingTotp { secret: sealed, expires_at, begun_by: current.id_hash_hex(), tries: 0 };
    app.users
        .update::<_, session::Refusal>(&current.user.id.document_id(), |user| {
            current.ensure_valid_for(user)?;
            user.pending_totp = Some(pending.clone());
            Ok(Change::Write(()))
        })
        .await?;
    tell(app, client, current, Event::success(EventKind::EnrolmentStarted, now)).await;
    Ok(enrolment)
}

/// Passes the active factor of a pending session.
///
/// # Errors
/// [`FactorError::WrongCode`]; after five of them the session is over, [`session::Refusal::Ended`].
pub async fn pass(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    code: &str,
) -> Result<Admission, FactorError> {
    let attempt = attempt(app, client, current, EventKind::SecondFactor).await?;
    let tries = count_try(app, current).await?;
    let now = app.clock.now();
    let Some(user) = use_code(app, current, code, now).await? else {
        attempt.failed();
        if tries >= TRIES {
            session::end(app, &current.id, EndReason::Revoked).await?;
        }
        tell(app, client, current, Event::failure(EventKind::SecondFactor, "code_invalid", now)).await;
        return Err(FactorError::WrongCode);
    };
    attempt.succeeded().await;
    let admission = proven(app, current, &user, now)?;
    tell(app, client, current, Event::success(EventKind::SecondFactor, now)).await;
    Ok(admission)
}

/// Proves again who this is, with a code of the active factor.
///
/// # Errors
/// [`FactorError::WrongCode`], and the session's own refusals.
pub async fn renew(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    code: &str,
) -> Result<Admission, FactorError> {
    let attempt = attempt(app, client, current, EventKind::Reauthentication).await?;
    let now = app.clock.now();
    let Some(user) = use_code(app, current, code, now).await? else {
        attempt.failed();
        tell(app, client, current, Event::failure(EventKind::Reauthentication, "code_invalid", now)).await;
        return Err(FactorError::WrongCode);
    };
    attempt.succeeded().await;
    tell(app, client, current, Event::success(EventKind::Reauthentication, now)).await;
    proven(app, current, &user, now)
}

/// Counts a guess at a code before it is judged.
async fn attempt<'a>(
    app: &'a App,
    client: &Client,
    current: &CurrentSession,
    kind: EventKind,
) -> Result<Attempt<'a>, Limited> {
    let account = current.user.id.to_string();
    app.limiter.attempt(Guess::Code, &account, &client.network()).await.inspect_err(|_| {
        let event = Event::failure(kind, "too_many_attempts", app.clock.now());
        audit::note(&event.about(current.user.id).from(client.ip, client.request_id.as_str()));
    })
}

/// One more try of this session, counted before the code is judged, so that parallel guesses cannot pass the limit.
async fn count_try(app: &App, current: &CurrentSession) -> Result<u32, FactorError> {
    let now = app.clock.now();
    let counted = app
        .sessions
        .update::<_, session::Refusal>(&current.id.document_id(), |session| {
            if let Some(reason) = session::lifetime::end_reason(session, now) {
                return Err(session::Refusal::Ended(reason));
            }
            if session.is_replaced() {
                return Err(session::Refusal::NotSignedIn);
            }
            if session.tries >= TRIES {
                return Err(session::Refusal::Ended(EndReason::Revoked));
            }
            session.tries += 1;
            Ok(Change::Write(session.tries))
        })
        .await?;
    counted.map(|(_, tries)| tries).ok_or_else(|| session::Refusal::NotSignedIn.into())
}

/// Accepts a code once: the step it belongs to is written by compare-and-set, so that of two replicas with the same code at the
/// same instant one succeeds (RFC 6238 §5.2, replay of a one-time code).
async fn use_code(
    app: &App,
    current: &CurrentSession,
    code: &str,
    now: Timestamp,
) -> Result<Option<User>, FactorError> {
    let used = app
        .users
        .update::<_, FactorError>(&current.user.id.document_id(), |user| {
            current.ensure_valid_for(user)?;
            let Some(totp) = &user.totp else { return Ok(Change::Keep(false)) };
            let secret = app.keys.open(&user.id, totp::ACTIVE, &totp.secret)?;
            let Some(step) = totp::step_of(&secret, code, now).filter(|step| *step > totp.last_step) else {
                return Ok(Change::Keep(false));
            };
            user.totp = Some(Totp { last_step: step, ..totp.clone() });
            if current.session.state != State::SignedIn {
                user.last_login_at = Some(now);
            }
            Ok(Change::Write(true))
        })
        .await?;
    Ok(used.and_then(|(user, right)| right.then(|| user.into_document())))
}

/// Confirms the pending enrolment with its first code. From here on it is the active factor, and every other session of the
/// person is over.
///
/// # Errors
/// [`FactorError::NoPendingEnrolment`], also after five wrong codes; [`FactorError::WrongCode`].
pub async fn confirm(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    code: &str,
) -> Result<Admission, FactorError> {
    session::check_against_store(app, current).await?;
    let attempt = attempt(app, client, current, EventKind::EnrolmentConfirmed).await?;
    let now = app.clock.now();
    let confirmed = app
        .users
        .update::<_, FactorError>(&current.user.id.document_id(), |user| {
            current.ensure_valid_for(user)?;
            let ours =
                |pending: &PendingTotp| now < pending.expires_at && pending.begun_by == current.id_hash_hex();
            let pending = user.pending_totp.take().filter(ours).ok_or(FactorError::NoPendingEnrolment)?;
            let secret = app.keys.open(&user.id, totp::PENDING, &pending.secret)?;
            let Some(last_step) = totp::step_of(&secret, code, now) else {
                let tries = pending.tries + 1;
                user.pending_totp = (tries < TRIES).then_some(PendingTotp { tries, ..pending });
                return Ok(Change::Write(false));
            };
            let secret = app.keys.seal(&user.id, totp::ACTIVE, &secret);
            user.set_totp(Totp { secret, confirmed_at: now, last_step }, now);
            user.last_login_at = user.last_login_at.max(Some(now));
            Ok(Change::Write(true))
        })
        .await;
    let (user, right) = match confirmed {
        Ok(confirmed) => confirmed.ok_or(session::Refusal::NotSignedIn)?,
        Err(error) => {
            attempt.cancelled().await;
            return Err(error);
        }
    };
    if !right {
        attempt.failed();
        tell(app, client, current, Event::failure(EventKind::EnrolmentConfirmed, "code_invalid", now)).await;
        return Err(FactorError::WrongCode);
    }
    attempt.succeeded().await;
    let admission = proven(app, current, &user, now)?;
    tell(app, client, current, Event::success(EventKind::EnrolmentConfirmed, now)).await;
    Ok(admission)
}

/// A code was right: what that is worth. The absolute deadline of a session that was signed in is not moved by it.
fn proven(
    app: &App,
    current: &CurrentSession,
    user: &User,
    now: Timestamp,
) -> Result<Admission, FactorError> {
    let CurrentSession { session, .. } = current;
    let mut prior = session.authentication.clone();
    if session.state != State::SignedIn {
        prior.signed_in_at = now;
    }
    let proof = Proof::step_up(user, prior, Some(Amr::Otp), now);
    admit(proof, app.config.mfa).map_err(|_| session::Refusal::Ended(EndReason::UserDisabled).into())
}

async fn tell(app: &App, client: &Client, current: &CurrentSession, event: Event) {
    let event = event.about(current.user.id).by(&current.user.id).from(client.ip, client.request_id.as_str());
    audit::record(&app.store, event).await;
}
