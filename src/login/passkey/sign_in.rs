//! Login with a passkey alone, without a user name and a password.

use webauthn_rs_core::proto::AuthenticationState;

use super::{
    PasskeyError,
    assertion::{self, AssertionOptions, AssertionResponse, UserHandle, refused},
    ceremony::{self, Binding},
};
use crate::{
    admission::{Admission, Disabled, Proof, admit},
    app::App,
    audit::EventKind,
    limiter::Guess,
    store::{Change, Stored},
    user::{Passkey, Status, User},
    web::{browser_key::BrowserKey, client::Client},
};

/// Returns the options for a login in this browser. They name no passkey: the browser shows those of this service.
///
/// # Errors
/// [`PasskeyError::Unavailable`].
pub fn start(app: &App, browser: &BrowserKey) -> Result<AssertionOptions, PasskeyError> {
    let party = app.relying_party.as_ref().ok_or(PasskeyError::Unavailable)?;
    Ok(assertion::start(app, party, &Binding::SignIn(browser), &[]))
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
    let (state, user) = match begin(app, browsers, &response).await {
        Ok(begun) => begun,
        Err(error) => {
            attempt.cancelled().await;
            return Err(error);
        }
    };
    let audit = app.audit(client).about(user.as_ref().map(|user| user.id));
    let result = match &user {
        Some(user) => prove(app, party, &state, &response, user).await,
        None => Err(PasskeyError::Unknown),
    };
    match result {
        Ok(admission) => {
            attempt.succeeded().await;
            let audit = audit.by_user(user.map(|user| user.id)).success(EventKind::PasskeySignIn);
            audit.amr(admission.methods()).record().await;
            Ok(admission)
        }
        Err(PasskeyError::Unknown) => {
            let _ = attempt.failed();
            audit.failure(EventKind::PasskeySignIn, "passkey_unknown").record_limited().await;
            Err(PasskeyError::Unknown)
        }
        Err(PasskeyError::Refused(reason)) => {
            let _ = attempt.failed();
            audit.failure(EventKind::PasskeySignIn, reason).record().await;
            Err(PasskeyError::Refused(reason))
        }
        Err(error) => {
            attempt.cancelled().await;
            Err(error)
        }
    }
}

/// Uses up the ceremony, and returns the user who has the credential.
async fn begin(
    app: &App,
    browsers: &[BrowserKey],
    response: &AssertionResponse,
) -> Result<(AuthenticationState, Option<User>), PasskeyError> {
    let state = ceremony::open(app, browsers.iter().map(Binding::SignIn), &response.ceremony).await?;
    let found = app.store.find::<User>(&Passkey::handle_of(&response.credential_id())).await?;
    Ok((state, found.map(Stored::into_document)))
}

/// Verifies the response, records the use of the passkey, and decides. A login that races the removal of the passkey or a disabled account
/// does not survive it: no sessions of the user may have ended since the passkey was read.
async fn prove(
    app: &App,
    party: &super::RelyingParty,
    state: &AuthenticationState,
    response: &AssertionResponse,
    user: &User,
) -> Result<Admission, PasskeyError> {
    let id = response.credential_id();
    let passkey = user.passkeys.iter().find(|passkey| passkey.credential_id == id);
    let passkey = passkey.ok_or(PasskeyError::Unknown)?;
    let verified = assertion::verify(party, state, response, (user, passkey), UserHandle::Required)?;
    match user.status {
        Status::Active => {}
        // After the check: only the holder of the passkey causes this event.
        Status::Disabled | Status::Quarantined => return Err(refused("account_disabled")),
    }
    let (now, checked) = (app.clock.now(), user.session_epoch);
    let written = app
        .users
        .update::<_, PasskeyError>(&user.id.document_id(), |user| {
            if user.session_epoch != checked {
                return Err(refused("sessions_ended"));
            }
            assertion::record_use(user, &id, &verified, now)?;
            let proof = Proof::passkey(user, verified.methods, now);
            let proof = proof.ok_or_else(|| refused("user_not_verified"))?;
            let admission = admit(proof, app.config.mfa).map_err(|Disabled| refused("account_disabled"))?;
            match &admission {
                Admission::Granted(_) => user.last_login_at = Some(now),
                Admission::Pending(_) => {}
            }
            Ok(Change::Write(admission))
        })
        .await?;
    written.map(|(_, admission)| admission).ok_or(PasskeyError::Unknown)
}
