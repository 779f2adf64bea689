//! Back from the provider: is this the answer to what this browser asked, and who is it?

use serde::Deserialize;

use super::{
    link,
    matching::Refusal,
    merge::{self, Merged},
    provider::{Provider, ProviderFailure},
    return_path::ReturnPath,
    transaction::{self, BrowserKey, Transaction},
};
use crate::{
    app::App,
    audit::{self, Event, EventKind},
    login::admit::{Admission, Proof, admit},
    net::Caller,
    store::{Change, StoreError},
    user::{User, UserId},
};

/// What a provider sends along; all of it a stranger's word.
#[derive(Debug, Default, Deserialize)]
pub struct Answer {
    /// RFC 6749 §4.1.2.
    pub code: Option<String>,
    /// What we sent.
    pub state: Option<String>,
    /// RFC 9207.
    pub iss: Option<String>,
    /// RFC 6749 §4.1.2.1.
    pub error: Option<String>,
}

/// What came of an answer.
pub enum Arrival {
    /// In, or one step before.
    Admitted(Admission, ReturnPath),
    /// First a proof of an account, then a confirmation.
    ProofWanted(BrowserKey, ReturnPath),
}

/// Why nobody comes in; each is a code of the API.
#[derive(Debug, thiserror::Error)]
pub enum CallbackError {
    /// Unknown, used, too old, or another browser's or provider's.
    #[error("no such sign-in is on its way")]
    LoginExpired,
    /// No provider of this name.
    #[error("unknown provider")]
    Unknown,
    /// The person or the provider said no.
    #[error("access denied")]
    AccessDenied(ReturnPath),
    /// The provider could not.
    #[error("the provider answered with an error")]
    ProviderError(ReturnPath),
    /// The provider does not answer, or not as it must.
    #[error("{0}")]
    Provider(ProviderFailure, ReturnPath),
    /// The merge decision; the trace.
    #[error("refused: {0:?}")]
    Refused(Refusal, UserId, ReturnPath),
    /// Nobody can tell.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Judges an answer, and lets in or asks for more. Every outcome is in the trail.
///
/// # Errors
/// [`CallbackError`]
pub async fn arrive(
    app: &App,
    caller: &Caller,
    provider: &str,
    browser: Option<&BrowserKey>,
    answer: Answer,
) -> Result<Arrival, CallbackError> {
    let arrival = judge(app, caller, provider, browser, answer).await;
    // The merge decision writes its own; an answer that nobody asked for is a stranger's, who may send it without end.
    let reason = match &arrival {
        Err(CallbackError::AccessDenied(_)) => "access_denied",
        Err(CallbackError::ProviderError(_) | CallbackError::Provider(ProviderFailure::Refused(_), _)) => {
            "provider_error"
        }
        Err(CallbackError::Provider(ProviderFailure::Unavailable(_), _)) => "provider_unavailable",
        Err(CallbackError::Provider(ProviderFailure::Invalid(_), _)) => "provider_response_invalid",
        _ => return arrival,
    };
    let event = Event::failure(EventKind::FederatedSignIn, reason, app.clock.now());
    let details = arrival.as_ref().err().map_or_else(String::new, |error| format!("{provider}: {error}"));
    audit::record(&app.store, event.details(details).from(caller.ip, caller.request_id.as_str())).await;
    arrival
}

async fn judge(
    app: &App,
    caller: &Caller,
    provider: &str,
    browser: Option<&BrowserKey>,
    answer: Answer,
) -> Result<Arrival, CallbackError> {
    let provider = app.provider(provider).ok_or(CallbackError::Unknown)?;
    // Before the transaction is taken, which is used once.
    provider.introduced().await;
    let transaction = expected(app, provider, browser, answer.state.as_deref()).await?;
    let return_to = transaction.return_to.clone();
    let failed = |failure| CallbackError::Provider(failure, return_to.clone());
    compare_issuer(provider, &transaction, answer.iss.as_deref()).map_err(failed)?;
    let code = match (answer.error.as_deref(), answer.code) {
        (Some("access_denied"), _) => return Err(CallbackError::AccessDenied(return_to)),
        (Some(_), _) => return Err(CallbackError::ProviderError(return_to)),
        (None, Some(code)) if !code.is_empty() => code,
        (None, _) => return Err(failed(ProviderFailure::Invalid("neither code nor error".to_owned()))),
    };
    let claims = provider
        .arrive(code, transaction.verifier, &transaction.nonce, app.clock.now())
        .await
        .map_err(failed)?;
    match merge::merge(app, caller, &provider.config, &claims).await? {
        Merged::Person(user) => {
            let trusted = provider.accepts_as_second_factor(&claims);
            let proof =
                Proof::federated(&user, &provider.config.name, claims.sid.clone(), trusted, app.clock.now());
            let admission = admit(proof, app.config.mfa);
            let admission = admission
                .map_err(|_| CallbackError::Refused(Refusal::AccountDisabled, user.id, return_to.clone()))?;
            note_login(app, &user, &admission).await?;
            Ok(Arrival::Admitted(admission, return_to))
        }
        Merged::Pending(pending) => Ok(Arrival::ProofWanted(link::keep(app, pending).await?, return_to)),
        Merged::Refused(refusal, trace) => Err(CallbackError::Refused(refusal, trace, return_to)),
    }
}

/// The transaction this is the answer to: this browser's, this provider's, in time, and used for the first time.
async fn expected(
    app: &App,
    provider: &Provider,
    browser: Option<&BrowserKey>,
    state: Option<&str>,
) -> Result<Transaction, CallbackError> {
    let state = state.ok_or(CallbackError::LoginExpired)?;
    let taken = transaction::take(&app.store, state, &provider.config.name, browser, app.clock.now()).await?;
    taken.ok_or(CallbackError::LoginExpired)
}

/// RFC 9207 §2.4: compared before the code is sent anywhere, so that a code of one provider is never given to another (mix-up).
fn compare_issuer(
    provider: &Provider,
    transaction: &Transaction,
    iss: Option<&str>,
) -> Result<(), ProviderFailure> {
    match iss {
        Some(iss) if iss == transaction.issuer && iss == provider.config.issuer.as_str() => Ok(()),
        Some(_) => Err(ProviderFailure::Invalid("iss is another issuer".to_owned())),
        None if provider.names_itself() => {
            Err(ProviderFailure::Invalid("iss is missing though promised".to_owned()))
        }
        None => Ok(()),
    }
}

async fn note_login(app: &App, user: &User, admission: &Admission) -> Result<(), StoreError> {
    let Admission::Granted(_) = admission else { return Ok(()) };
    let now = app.clock.now();
    app.store
        .update::<User, (), StoreError>(&user.id.document_id(), |user| {
            user.last_login_at = Some(now);
            Ok(Change::Write(()))
        })
        .await?;
    app.users.invalidate(&user.id.document_id());
    Ok(())
}
