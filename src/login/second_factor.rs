//! The second factor: codes of authenticator apps, recovery codes, codes by mail and SMS, and the enrolment of an app. Passkeys are in
//! [`super::passkey`].
//!
//! `POST /api/mfa/verify` has two meanings, and the state of the session decides. A pending session can only prove an *active* factor. A
//! signed-in session, or one that must enrol, can only confirm the *pending* enrolment. So an attacker with the password cannot add an
//! app of their own.

mod checked;
mod code;
mod enrolment;
pub mod factor_changes;
pub mod import;
pub mod key_use;
pub mod message_codes;
pub mod recovery_codes;
pub(crate) mod routes;
pub mod totp;
mod verification;

pub use self::{
    enrolment::{Confirmed, confirm_enrolment, start_enrolment},
    verification::{complete_login, reauthenticate},
};
use super::{origin, recent_proof::ProofTooOld};
use crate::{
    admission::{Admission, Amr, Disabled, Method, Proof, admit},
    app::App,
    audit::{EventKind, Recorder},
    clock::Timestamp,
    limiter::{Attempt, Guess, Limited},
    secrets::OpenError,
    session::{CurrentSession, Refusal, State},
    store::StoreError,
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
    WrongCode {
        left: TriesLeft,
        /// Seconds by which the clock of the app is ahead, see [`totp::clock_skew_of`].
        clock_skew: Option<i64>,
    },
    /// No enrolment was started by this session, or it has expired.
    #[error("no pending enrolment")]
    NoPendingEnrolment,
    #[error("the user has no such factor")]
    UnknownFactor,
    /// The user has no authenticator app, for which recovery codes could stand in.
    #[error("the user has no second factor")]
    NoFactor,
    /// Without the passkey, the user could not sign in any more.
    #[error("it is the last sign-in method of the user")]
    LastSignInMethod,
    /// The policy requires a second factor, and this is the last one.
    #[error("it is the last second factor of the user")]
    FactorRequired,
    /// The user has as many authenticator apps as are allowed.
    #[error("the user has too many authenticator apps")]
    TooManyApps,
    /// Codes by message are not enough for an administrator.
    #[error("the administrator has no other second factor than codes by message")]
    StrongFactorRequired,
    /// Codes by mail go to a verified address only.
    #[error("the user has no verified address")]
    NoVerifiedAddress,
    /// The gateway refused the message, too many mails wait, or the total of the day is reached.
    #[error("the message could not be sent")]
    NotSent,
    /// The hashing queue is full.
    #[error("the hashing queue is full")]
    Busy,
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

fn audit<'a>(app: &'a App, client: &'a Client, current: &CurrentSession) -> Recorder<'a> {
    app.audit(client).about(current.user.id).by_user(current.user.id)
}

/// Counts a guess at a code before the code is checked.
async fn count_attempt<'a>(
    app: &'a App,
    client: &Client,
    current: &CurrentSession,
    (guess, kind): (Guess, EventKind),
) -> Result<Attempt<'a>, Limited> {
    let account = current.user.id.to_string();
    let origin = origin::of_guess(client, Some(&current.user));
    app.limiter.attempt(guess, &account, &origin).await.inspect_err(|_| {
        app.audit(client).about(current.user.id).failure(kind, "too_many_attempts").log_only();
    })
}

/// Returns the admission after another factor was proven or added in a session. The absolute lifetime of a session that was signed in keeps
/// its start.
pub(super) fn step_up(
    app: &App,
    current: &CurrentSession,
    user: &User,
    methods: impl IntoIterator<Item = Amr>,
) -> Result<Admission, Refusal> {
    let now = app.clock.now();
    let mut prior = current.session.authentication.clone();
    match current.session.state {
        State::SignedIn | State::AwaitingPasswordChange => {}
        State::AwaitingSecondFactor | State::AwaitingEnrolment => prior.signed_in_at = now,
    }
    let proof = Proof::step_up(user, prior, methods, now);
    admit(proof, app.config.mfa).map_err(|Disabled| Refusal::Ended(EndReason::UserDisabled))
}

/// Records a second factor that is not a code by mail: the time of the login that it completes, and that its owner knows the password.
pub(super) fn record_login(current: &CurrentSession, user: &mut User, now: Timestamp) {
    record_login_time(current, user, now);
    match current.session.authentication.method {
        Method::Password => user.confirm_password_set_by_link(),
        // They say nothing about the password: an attacker who reads the mailbox may have set it.
        Method::Federated | Method::Passkey => {}
    }
}

/// Records the time of a login that a second factor completes.
fn record_login_time(current: &CurrentSession, user: &mut User, now: Timestamp) {
    match current.session.state {
        State::SignedIn | State::AwaitingPasswordChange => {}
        State::AwaitingSecondFactor | State::AwaitingEnrolment => user.last_login_at = Some(now),
    }
}
