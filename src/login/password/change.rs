//! Change of the own password.
//!
//! The new password ends every session of the user, by the same write. The session that changes it continues under a new id. So an attacker
//! who knew the old password, or who had a session, is signed out on every replica.

pub(crate) mod routes;

use secrecy::{ExposeSecret as _, SecretString};

use super::{
    LoginError, check_own_password,
    hasher::PasswordCheck,
    normal_form::normal_form,
    policy::{AcceptedPassword, Refused},
};
use crate::{
    admission::{Admission, Amr, Disabled, Proof, admit},
    app::App,
    audit::EventKind,
    clock::Timestamp,
    limiter::Limited,
    login::recent_proof::{ProofTooOld, require_recent},
    mail::Notice,
    notices,
    session::{self, CurrentSession, Refusal, State},
    store::{Change, StoreError},
    user::{EndReason, Password, User},
    web::client::Client,
};

/// Passwords that a client sent.
pub struct Passwords {
    /// Not needed by a session that awaits the change, and by a user without a password.
    pub current: Option<SecretString>,
    pub new: SecretString,
}

/// Why a password is not changed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordChangeError {
    #[error("the current password is missing")]
    CurrentMissing,
    #[error("the current password is wrong")]
    CurrentWrong,
    #[error("the new password is the current one")]
    Unchanged,
    #[error(transparent)]
    Rejected(#[from] Refused),
    /// No login could find the user.
    #[error("the user has neither a user name nor a verified address")]
    NoSignInName,
    /// The hashing queue is full.
    #[error("the hashing queue is full")]
    Busy,
    #[error(transparent)]
    ProofTooOld(#[from] ProofTooOld),
    #[error(transparent)]
    Session(#[from] Refusal),
    #[error(transparent)]
    Limited(#[from] Limited),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<LoginError> for PasswordChangeError {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Refused => Self::CurrentWrong,
            LoginError::Limited(limited) => Self::Limited(limited),
            LoginError::Busy => Self::Busy,
            LoginError::Store(error) => Self::Store(error),
        }
    }
}

/// Sets the password of the user of this session. The session continues, and every other session of the user ends.
///
/// A session that awaits the change proved the old password when it was opened. Every other session must give it (ASVS 6.2.3): an attacker
/// at an unlocked device must not be able to take the account over.
///
/// # Errors
/// [`PasswordChangeError`]; nothing has changed.
pub async fn change(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    passwords: Passwords,
) -> Result<Admission, PasswordChangeError> {
    let current = &session::read_again(app, current).await?;
    // A client that knows only the password must not choose a new one.
    current.require_factors()?;
    require_recent(app, current)?;
    if !can_sign_in_by_name(&current.user) {
        return Err(PasswordChangeError::NoSignInName);
    }
    // A script with a session could change the password without end, with an audit event each.
    app.limiter.count_password_change(&current.user.id.to_string()).await?;
    let new = accept(app, &current.user, passwords.new).await.ok_or(PasswordChangeError::Busy)??;
    let proves_password = prove_current(app, client, current, passwords.current, &new).await?;
    let hash = app.hasher.try_hash(new.secret().clone()).await.ok_or(PasswordChangeError::Busy)?;
    let user = write(app, current, hash).await?;
    let prior = current.session.authentication.clone();
    let proof = if proves_password {
        Proof::step_up(&user, prior, Some(Amr::Pwd), app.clock.now())
    } else {
        Proof::continued(&user, prior)
    };
    let admission =
        admit(proof, app.config.mfa).map_err(|Disabled| Refusal::Ended(EndReason::UserDisabled))?;
    app.audit(client).about(user.id).by_user(user.id).success(EventKind::PasswordChanged).record().await;
    notices::send(app, client, &user, Notice::PasswordChanged).await;
    Ok(admission)
}

/// Returns whether a login with a password can find the user. A password without a name would open nothing, and its user would rely on it.
fn can_sign_in_by_name(user: &User) -> bool {
    user.username.is_some() || user.email.is_some() && user.email_verified
}

/// Checks a password that a user chose; `None` if the hashing queue is full. The check takes processor time and may read the list of the
/// operator: on the threads of the requests it would delay every other request (denial of service).
pub async fn accept(app: &App, user: &User, new: SecretString) -> Option<Result<AcceptedPassword, Refused>> {
    let policy = app.passwords.clone();
    let context: Vec<String> = user.password_context().into_iter().map(str::to_owned).collect();
    let check = move || {
        let context: Vec<&str> = context.iter().map(String::as_str).collect();
        AcceptedPassword::stated(&policy, new, &context)
    };
    app.hasher.try_run(check).await
}

/// Checks the current password where it is needed, and that the new one differs. Returns whether the current one was proven.
async fn prove_current(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    given: Option<SecretString>,
    new: &AcceptedPassword,
) -> Result<bool, PasswordChangeError> {
    let Some(stored) = &current.user.password else { return Ok(false) };
    match current.state {
        State::AwaitingPasswordChange => {
            // An attacker may know the password that must be changed.
            let check = PasswordCheck::new(Some(&stored.hash), new.secret().clone(), false);
            let slot = app.hasher.reserve().ok_or(PasswordChangeError::Busy)?;
            let result = slot.check(check).await.ok_or(PasswordChangeError::Busy)?;
            if result.is_correct { Err(PasswordChangeError::Unchanged) } else { Ok(false) }
        }
        State::SignedIn | State::AwaitingEnrolment | State::AwaitingSecondFactor => {
            let given = given.ok_or(PasswordChangeError::CurrentMissing)?;
            let is_same = normal_form(given.expose_secret()) == normal_form(new.secret().expose_secret());
            check_own_password(app, client, current, given, EventKind::PasswordChanged).await?;
            if is_same { Err(PasswordChangeError::Unchanged) } else { Ok(true) }
        }
    }
}

/// Writes the new hash, if the session is still valid: of two changes at once the first one ends the session of the second.
async fn write(app: &App, current: &CurrentSession, hash: String) -> Result<User, PasswordChangeError> {
    let now = app.clock.now();
    let (user, ()) = current
        .update_user::<_, PasswordChangeError>(&app.users, |user| {
            set(user, current.session.state, hash.clone(), now);
            user.continue_in(&current.session.handle());
            Ok(Change::Write(()))
        })
        .await?;
    Ok(user.into_document())
}

fn set(user: &mut User, state: State, hash: String, now: Timestamp) {
    // Kept: a second import of the same file must not bring the old password back.
    let imported = user.password.take().and_then(|password| password.imported);
    user.set_password(Password { imported, ..Password::new(hash, now) });
    match state {
        // The change completes the login.
        State::AwaitingPasswordChange => user.last_login_at = user.last_login_at.max(Some(now)),
        State::AwaitingSecondFactor | State::AwaitingEnrolment | State::SignedIn => {}
    }
}
