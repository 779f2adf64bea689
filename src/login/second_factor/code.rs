//! A code that a user typed: of an authenticator app, of a message, or a recovery code.

use super::{
    FactorError,
    checked::{Accepted, Checked, RefusedCode},
    key_use, message_codes, record_login,
    recovery_codes::RecoveryCode,
    totp::{self, DIGITS},
};
use crate::{
    admission::Amr,
    app::App,
    clock::Timestamp,
    limiter::Guess,
    login::password::hasher::QueueSlot,
    secrets::OpenError,
    session::{CurrentSession, Refusal},
    store::Change,
    user::User,
};

/// A typed code, and what its check needs.
pub(super) enum TypedCode {
    /// Six digits.
    App(String),
    /// Eight digits.
    Message(String),
    /// Every other text. `None`: it cannot be a recovery code.
    Recovery(Option<(RecoveryCode, QueueSlot)>),
}

impl TypedCode {
    /// Reads a code, and reserves a place in the hashing queue for a recovery code: an attempt that is never checked must not be counted.
    ///
    /// # Errors
    /// [`FactorError::Busy`]
    pub(super) fn read(app: &App, text: &str) -> Result<Self, FactorError> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace()).take(DIGITS + 1).collect();
        if digits.len() == DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(Self::App(digits));
        }
        if let Some(digits) = message_codes::read_digits(text) {
            return Ok(Self::Message(digits));
        }
        let Some(code) = RecoveryCode::parse(text) else { return Ok(Self::Recovery(None)) };
        let slot = app.hasher.reserve().ok_or(FactorError::Busy)?;
        Ok(Self::Recovery(Some((code, slot))))
    }

    /// Returns the kind of guess. Each has counters of its own.
    pub(super) fn guess(&self) -> Guess {
        match self {
            Self::App(_) => Guess::Code,
            Self::Message(_) => Guess::MessageCode,
            Self::Recovery(_) => Guess::RecoveryCode,
        }
    }

    /// Accepts the code once, or returns why it is refused.
    pub(super) async fn accept(self, app: &App, current: &CurrentSession) -> Result<Checked, FactorError> {
        match self {
            Self::App(digits) => accept_app_code(app, current, &digits).await,
            Self::Message(digits) => message_codes::accept(app, current, &digits).await,
            Self::Recovery(None) => Ok(Err(RefusedCode::Wrong)),
            Self::Recovery(Some((code, slot))) => accept_recovery_code(app, current, code, slot).await,
        }
    }
}

/// Accepts a code of an app. A compare-and-set stores the time step of the code: if two replicas get the same code at the same time, one
/// accepts it (replay of a one-time code, RFC 6238 §5.2).
async fn accept_app_code(app: &App, current: &CurrentSession, code: &str) -> Result<Checked, FactorError> {
    let now = app.clock.now();
    let (user, accepted) = current
        .update_user::<_, FactorError>(&app.users, |user| {
            if let Err(refused) = use_code(app, user, code, now)? {
                return Ok(Change::Keep(Err(refused)));
            }
            // On use, so that old keys can be retired. A secret that no key opens must not refuse the code of another app.
            drop(key_use::reseal(user, &app.keys));
            record_login(current, user, now);
            Ok(Change::Write(Ok(())))
        })
        .await?;
    Ok(accepted.map(|()| Accepted { user: user.into_document(), amr: Amr::Otp }))
}

/// Uses up a code of any app of the user, or returns why no app accepts it.
///
/// # Errors
/// [`OpenError`] if no app accepts the code and the secret of an app cannot be opened: the code may be correct.
fn use_code(
    app: &App,
    user: &mut User,
    code: &str,
    now: Timestamp,
) -> Result<Result<(), RefusedCode>, OpenError> {
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
    let is_replayed = user.totp.iter().any(|totp| steps.contains(&(totp.id, totp.last_step)));
    let refused = if is_replayed { RefusedCode::Replayed } else { RefusedCode::Wrong };
    let is_used = steps.into_iter().any(|(id, step)| user.use_totp_step(id, step, now));
    if is_used { Ok(Ok(())) } else { unopened.map_or(Ok(Err(refused)), Err) }
}

/// Accepts a recovery code. The hash is computed first, on a hashing thread. A compare-and-set then removes it from the user: if two replicas
/// get the same code at the same time, one finds it.
async fn accept_recovery_code(
    app: &App,
    current: &CurrentSession,
    code: RecoveryCode,
    slot: QueueSlot,
) -> Result<Checked, FactorError> {
    let wrong = Ok(Err(RefusedCode::Wrong));
    let id = current.user.id.document_id();
    let user = app.users.get_uncached(&id).await?.ok_or(Refusal::NotSignedIn)?;
    current.ensure_valid_for(&user)?;
    let has_factor = user.has_second_factor();
    let Some(codes) = user.recovery_codes.filter(|_| has_factor) else { return wrong };
    let found = slot.find_code(codes.salt.clone(), codes.hashes, code.into_text()).await;
    let Some(hash) = found.ok_or(FactorError::Busy)? else { return wrong };
    let now = app.clock.now();
    let (user, is_used) = current
        .update_user::<_, FactorError>(&app.users, |user| {
            let is_used =
                user.recovery_codes.as_mut().is_some_and(|unused| unused.use_up(&codes.salt, &hash, now));
            if !is_used {
                return Ok(Change::Keep(false));
            }
            record_login(current, user, now);
            Ok(Change::Write(true))
        })
        .await?;
    if is_used { Ok(Ok(Accepted { user: user.into_document(), amr: Amr::Recovery })) } else { wrong }
}
