//! A passkey as a second factor: it completes a login, or re-authenticates the user of a session.

use super::{
    PasskeyError,
    assertion::{self, AssertionOptions, AssertionResponse, UserHandle, refused},
    ceremony::{self, Binding},
};
use crate::{
    admission::Admission,
    app::App,
    audit::EventKind,
    limiter::Guess,
    login::second_factor::{record_login, step_up},
    session::{CurrentSession, Refusal, State},
    store::Change,
    web::client::Client,
};

/// Returns the options for a passkey of the user of this session.
///
/// # Errors
/// [`PasskeyError::NoPasskey`], and [`Refusal::EnrolmentRequired`] for a session in which no factor can be proven.
pub fn start(app: &App, current: &CurrentSession) -> Result<AssertionOptions, PasskeyError> {
    let party = app.relying_party.as_ref().ok_or(PasskeyError::Unavailable)?;
    match current.state {
        State::AwaitingEnrolment => return Err(Refusal::EnrolmentRequired.into()),
        // A password change needs a recent authentication.
        State::AwaitingSecondFactor | State::AwaitingPasswordChange | State::SignedIn => {}
    }
    let passkeys = &current.user.passkeys;
    if passkeys.is_empty() {
        return Err(PasskeyError::NoPasskey);
    }
    Ok(assertion::start(app, party, &Binding::Factor(current), passkeys))
}

/// Proves a passkey in a pending session: the login is complete.
///
/// # Errors
/// [`PasskeyError::Refused`], and the refusals of the session.
pub async fn complete_login(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    response: AssertionResponse,
) -> Result<Admission, PasskeyError> {
    prove(app, client, current, response, EventKind::SecondFactor).await
}

/// Re-authenticates the user of a session with a passkey.
///
/// # Errors
/// As for [`complete_login`].
pub async fn reauthenticate(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    response: AssertionResponse,
) -> Result<Admission, PasskeyError> {
    prove(app, client, current, response, EventKind::Reauthentication).await
}

async fn prove(
    app: &App,
    client: &Client,
    current: &CurrentSession,
    response: AssertionResponse,
    kind: EventKind,
) -> Result<Admission, PasskeyError> {
    let attempt = app.limiter.token_attempt(Guess::Passkey, &client.networks()).await?;
    let audit = app.audit(client).about(current.user.id).by_user(current.user.id);
    match verify(app, current, &response).await {
        Ok(admission) => {
            attempt.succeeded().await;
            audit.success(kind).amr(admission.methods()).record().await;
            Ok(admission)
        }
        Err(PasskeyError::Refused(reason)) => {
            let _ = attempt.failed();
            audit.failure(kind, reason).record().await;
            Err(PasskeyError::Refused(reason))
        }
        Err(error) => {
            attempt.cancelled().await;
            Err(error)
        }
    }
}

async fn verify(
    app: &App,
    current: &CurrentSession,
    response: &AssertionResponse,
) -> Result<Admission, PasskeyError> {
    let party = app.relying_party.as_ref().ok_or(PasskeyError::Unavailable)?;
    let state = ceremony::open(app, [Binding::Factor(current)], &response.ceremony).await?;
    // From the store: a passkey that was removed a moment ago proves nothing.
    let user = app.users.get_uncached(&current.user.id.document_id()).await?.ok_or(Refusal::NotSignedIn)?;
    let id = response.credential_id();
    // A passkey of another user is none of this one.
    let passkey = user.passkeys.iter().find(|passkey| passkey.credential_id == id);
    let passkey = passkey.ok_or_else(|| refused("passkey_unknown"))?;
    let verified = assertion::verify(party, &state, response, (&user, passkey), UserHandle::Optional)?;
    let now = app.clock.now();
    let (user, ()) = current
        .update_user::<_, PasskeyError>(&app.users, |user| {
            assertion::record_use(user, &id, &verified, now)?;
            record_login(current, user, now);
            Ok(Change::Write(()))
        })
        .await?;
    Ok(step_up(app, current, &user, verified.methods.amr())?)
}
