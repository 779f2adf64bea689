//! Enrolment of an authenticator app: a new secret is stored as pending, and its first correct code adds the app to the user.

use super::{
    FactorError, MAX_TRIES, audit, count_attempt,
    recovery_codes::{self, NewCodes},
    step_up,
    totp::{self, Enrolment},
};
use crate::{
    admission::{Admission, Amr},
    app::App,
    audit::EventKind,
    limiter::Guess,
    login::{password::record_wait, recent_proof::require_enrolment_allowed},
    mail::Notice,
    notices,
    session::{self, CurrentSession, ENROLMENT_TIME, Refusal},
    store::Change,
    user::{APPS_MAX, FactorId, PendingTotp, RecoveryCodes, Totp, User},
    web::client::Client,
};

/// Creates a secret and stores it as pending, under the name that the user chose. The apps of the user stay valid.
///
/// # Errors
/// [`FactorError::TooManyApps`]; [`FactorError::ProofTooOld`] if the last authentication is older than ten minutes,
/// [`FactorError::Limited`] after too many starts, and the refusals of the session.
pub async fn start_enrolment(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    name: Option<String>,
) -> Result<Enrolment, FactorError> {
    require_enrolment_allowed::<FactorError>(app, current)?;
    app.limiter.count_enrolment(&current.user.id.to_string()).await?;
    let expires_at = app.clock.now() + ENROLMENT_TIME;
    let enrolment = totp::enrol(&current.user, &app.config, expires_at);
    let secret = app.keys.seal(&current.user.id, totp::PENDING, enrolment.secret());
    let pending = PendingTotp { name, secret, expires_at, begun_by: current.id_hash_hex(), tries: 0 };
    current
        .update_user(&app.users, |user| {
            if user.totp.len() >= APPS_MAX {
                return Err(FactorError::TooManyApps);
            }
            user.pending_totp = Some(pending.clone());
            Ok(Change::Write(()))
        })
        .await?;
    audit(app, client, current).success(EventKind::EnrolmentStarted).record().await;
    Ok(enrolment)
}

/// A confirmed enrolment.
pub struct Confirmed {
    pub admission: Admission,
    /// With the first factor: recovery codes, to be shown once.
    pub recovery_codes: Option<Vec<String>>,
}

/// Confirms the pending enrolment with its first code. The app becomes active beside the others, and every other session of the user ends.
/// The first factor comes with recovery codes.
///
/// # Errors
/// [`FactorError::WrongCode`]; [`FactorError::NoPendingEnrolment`], also for the fifth wrong code; [`FactorError::Busy`].
pub async fn confirm_enrolment(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    code: &str,
) -> Result<Confirmed, FactorError> {
    session::check_against_store(app, current).await?;
    let audit = audit(app, client, current);
    let attempt = count_attempt(app, client, current, (Guess::Code, EventKind::EnrolmentConfirmed)).await?;
    let (user, confirmation, codes) = match confirm(app, current, code).await {
        Ok(confirmed) => confirmed,
        Err(error) => {
            attempt.cancelled().await;
            return Err(error);
        }
    };
    if let Confirmation::Wrong { left, clock_skew } = confirmation {
        let lock = attempt.failed();
        audit.failure(EventKind::EnrolmentConfirmed, "code_invalid").record().await;
        record_wait(&audit, current.user.id, lock).await;
        let dropped = FactorError::NoPendingEnrolment;
        return Err(if left == 0 {
            dropped
        } else {
            FactorError::WrongCode { left: Some(left), clock_skew }
        });
    }
    attempt.succeeded().await;
    let admission = step_up(app, current, &user, [Amr::Otp])?;
    audit.success(EventKind::EnrolmentConfirmed).amr(admission.methods()).record().await;
    // The newest app is the last one.
    if let Some(added) = user.totp.last() {
        notices::send(app, client, &user, Notice::FactorAdded { name: added.name.clone() }).await;
    }
    let recovery_codes = match confirmation {
        Confirmation::Correct { with_codes: true } => codes.map(|codes| codes.shown),
        Confirmation::Correct { with_codes: false } | Confirmation::Wrong { .. } => None,
    };
    Ok(Confirmed { admission, recovery_codes })
}

/// Checks the code and writes the result.
async fn confirm(
    app: &App,
    current: &CurrentSession,
    code: &str,
) -> Result<(User, Confirmation, Option<NewCodes>), FactorError> {
    let id = current.user.id.document_id();
    let user = app.users.get_uncached(&id).await?.ok_or(Refusal::NotSignedIn)?;
    // Before the write, so that the app and the codes are stored together. Their hashes are not computed for a wrong code.
    let codes = if !user.has_second_factor() && is_correct(app, current, &user, code) {
        Some(recovery_codes::create(app).await?)
    } else {
        None
    };
    let first = FirstCode { code, recovery_codes: codes.as_ref().map(|codes| &codes.stored) };
    let confirm = |user: &mut User| confirm_pending(app, current, user, &first);
    let (user, confirmation) = current.update_user(&app.users, confirm).await?;
    Ok((user.into_document(), confirmation, codes))
}

/// Returns whether a code confirms the enrolment of this session. The write checks it again.
fn is_correct(app: &App, current: &CurrentSession, user: &User, code: &str) -> bool {
    let pending = user.pending_totp.as_ref().filter(|pending| is_own(app, current, pending));
    let secret = pending.and_then(|pending| app.keys.open(&user.id, totp::PENDING, &pending.secret).ok());
    secret.is_some_and(|secret| totp::step_of(&secret, code, app.clock.system_time()).is_some())
}

/// Returns whether this session started the enrolment, and it has not expired. Only that session can confirm it: an attacker in another
/// session of the user has not seen the secret, and must not be able to guess its codes.
fn is_own(app: &App, current: &CurrentSession, pending: &PendingTotp) -> bool {
    app.clock.now() < pending.expires_at && pending.begun_by == current.id_hash_hex()
}

/// What a code means for a pending enrolment.
enum Confirmation {
    Correct {
        /// Whether the recovery codes were stored.
        with_codes: bool,
    },
    /// How many more codes may be tried; after the last one the enrolment is dropped.
    Wrong { left: u32, clock_skew: Option<i64> },
}

/// The first code of an app, and the recovery codes that come with the first app.
struct FirstCode<'a> {
    code: &'a str,
    recovery_codes: Option<&'a RecoveryCodes>,
}

/// Adds the pending app to the user if the code is correct, otherwise counts the try. Only the session that started the enrolment
/// can confirm it: an attacker in another session of the user has not seen the secret, and must not be able to guess its codes.
fn confirm_pending(
    app: &App,
    current: &CurrentSession,
    user: &mut User,
    first: &FirstCode<'_>,
) -> Result<Change<Confirmation>, FactorError> {
    let now = app.clock.now();
    let own = user.pending_totp.take().filter(|pending| is_own(app, current, pending));
    let pending = own.ok_or(FactorError::NoPendingEnrolment)?;
    let secret = app.keys.open(&user.id, totp::PENDING, &pending.secret)?;
    let Some(last_step) = totp::step_of(&secret, first.code, app.clock.system_time()) else {
        let tries = pending.tries + 1;
        user.pending_totp = (tries < MAX_TRIES).then_some(PendingTotp { tries, ..pending });
        let clock_skew = totp::clock_skew_of(&secret, first.code, app.clock.system_time());
        return Ok(Change::Write(Confirmation::Wrong { left: MAX_TRIES.saturating_sub(tries), clock_skew }));
    };
    let secret = app.keys.seal(&user.id, totp::ACTIVE, &secret);
    let name = pending.name.unwrap_or_else(|| user.next_app_name());
    let totp =
        Totp { id: FactorId::new(now), name, secret, confirmed_at: now, last_used_at: Some(now), last_step };
    let codes = first.recovery_codes.filter(|_| !user.has_second_factor());
    let with_codes = codes.is_some();
    if let Some(codes) = codes {
        user.set_recovery_codes(codes.clone());
    }
    user.add_totp(totp, now);
    user.continue_in(&current.session.handle());
    user.last_login_at = user.last_login_at.max(Some(now));
    Ok(Change::Write(Confirmation::Correct { with_codes }))
}
