//! Login with a passkey alone, without a user name and a password.

use webauthn_rs_core::proto::{AuthenticationState, UserVerificationPolicy};

use super::{
    PasskeyError,
    assertion::{self, AssertionOptions, AssertionResponse},
    ceremony::{self, Binding},
};
use crate::{
    admission::{Admission, Disabled, Proof, admit},
    app::App,
    audit::EventKind,
    limiter::Guess,
    store::{Change, Stored},
    user::{Passkey, Status, User, UserId},
    web::{browser_key::BrowserKey, client::Client},
};

/// Returns the options for a login in this browser. They name no passkey: the browser shows those of this service.
///
/// # Errors
/// [`PasskeyError::Unavailable`].
pub fn start(app: &App, browser: &BrowserKey) -> Result<AssertionOptions, PasskeyError> {
    let party = app.relying_party.as_ref().ok_or(PasskeyError::Unavailable)?;
    Ok(assertion::start(app, party, &Binding::SignIn(browser), &[], UserVerificationPolicy::Required))
}

/// Why a login is refused, for the audit event.
enum Refused {
    /// No user has the credential.
    Unknown,
    Known(&'static str),
    Error(PasskeyError),
}

impl<E: Into<PasskeyError>> From<E> for Refused {
    fn from(error: E) -> Self {
        match error.into() {
            PasskeyError::Refused(reason) => Self::Known(reason),
            PasskeyError::Unknown => Self::Unknown,
            error => Self::Error(error),
        }
    }
}

/// Signs in the user of a passkey. Every result is recorded as an audit event.
///
/// # Errors
/// [`PasskeyError::Refused`] also for an account that is disabled: only the audit event has the reason. [`PasskeyError::Unknown`] says that no
/// user has the credential. Its id cannot be guessed, so that says nothing about a user.
pub async fn sign_in(
    app: &App,
    client: &Client,
    browsers: &[BrowserKey],
    response: AssertionResponse,
) -> Result<Admission, PasskeyError> {
    let party = app.relying_party.as_ref().ok_or(PasskeyError::Unavailable)?;
    let attempt = app.limiter.token_attempt(Guess::Passkey, &client.networks()).await?;
    let state = match ceremony::open(app, browsers.iter().map(Binding::SignIn), &response.ceremony).await {
        Ok(state) => state,
        Err(error) => {
            attempt.cancelled().await;
            return Err(error);
        }
    };
    let credential_id = response.credential_id();
    let found = app.store.find::<User>(&Passkey::handle_of(&credential_id)).await?.map(Stored::into_document);
    let user_id = found.as_ref().map(|user| user.id);
    let result = check(party, &state, &response, found.as_ref());
    let result = match (result, found) {
        (Ok(verified), Some(user)) => write(app, &user, &credential_id, &verified).await,
        (Ok(_), None) => Err(Refused::Unknown),
        (Err(refused), _) => Err(refused),
    };
    let audit = app.audit(client).about(user_id);
    match result {
        Ok(admission) => {
            attempt.succeeded().await;
            let entry = audit.by_user(user_id).success(EventKind::PasskeySignIn);
            entry.amr(admission.methods()).record().await;
            Ok(admission)
        }
        Err(Refused::Unknown) => {
            let _ = attempt.failed();
            audit.failure(EventKind::PasskeySignIn, "passkey_unknown").record_limited().await;
            Err(PasskeyError::Unknown)
        }
        Err(Refused::Known(reason)) => {
            let _ = attempt.failed();
            audit.failure(EventKind::PasskeySignIn, reason).record().await;
            Err(PasskeyError::Refused(reason))
        }
        Err(Refused::Error(error)) => {
            attempt.cancelled().await;
            Err(error)
        }
    }
}

fn check(
    party: &super::RelyingParty,
    state: &AuthenticationState,
    response: &AssertionResponse,
    user: Option<&User>,
) -> Result<assertion::Verified, Refused> {
    let id = response.credential_id();
    let user = user.ok_or(Refused::Unknown)?;
    let passkey = user.passkeys.iter().find(|passkey| passkey.credential_id == id).ok_or(Refused::Unknown)?;
    let verified = assertion::verify(party, state, response, passkey)?;
    // W3C Web Authentication §7.2, step 6: without a user name, the authenticator must name the user.
    let handle = response.credential.response.user_handle.as_deref().and_then(UserId::of_bytes);
    if !handle.is_some_and(|handle| handle == user.id || user.former_ids.contains(&handle)) {
        return Err(Refused::Known("wrong_user_handle"));
    }
    match user.status {
        Status::Active => Ok(verified),
        Status::Disabled | Status::Quarantined => Err(Refused::Known("account_disabled")),
    }
}

/// Records the use, and decides. A login that races the removal of the passkey or a disabled account does not survive it: no sessions of the
/// user may have ended since the passkey was read.
async fn write(
    app: &App,
    user: &User,
    credential_id: &str,
    verified: &assertion::Verified,
) -> Result<Admission, Refused> {
    let now = app.clock.now();
    let checked = user.session_epoch;
    let written = app
        .users
        .update::<_, Refused>(&user.id.document_id(), |user| {
            if user.session_epoch != checked {
                return Err(Refused::Known("sessions_ended"));
            }
            assertion::record_use(user, credential_id, verified, now).map_err(Refused::Known)?;
            let proof =
                Proof::passkey(user, verified.methods, now).ok_or(Refused::Known("user_not_verified"))?;
            let admission =
                admit(proof, app.config.mfa).map_err(|Disabled| Refused::Known("account_disabled"))?;
            match &admission {
                Admission::Granted(_) => user.last_login_at = Some(now),
                Admission::Pending(_) => {}
            }
            Ok(Change::Write(admission))
        })
        .await?;
    written.map(|(_, admission)| admission).ok_or(Refused::Unknown)
}
