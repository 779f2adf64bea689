//! Back from the provider: is this the answer to what this browser asked, and who is it?

use std::{sync::Arc, time::Duration};

use serde::Deserialize;
use tokio::time::Instant;

use super::{
    account_linking::{
        apply::{self, Merged},
        decide::{self, Outcome, Refusal},
        decision_trace, pending_link,
    },
    oidc::{
        self, auth_time,
        claims::Claims,
        provider::{Provider, ProviderFailure, VerifiedTokens},
    },
    transaction::{self, Purpose, Transaction},
};
use crate::{
    admission::{Admission, Amr, MissingFactor, Proof, UpstreamSession, admit},
    app::App,
    audit::{self, Event, EventId, EventKind},
    login::recent_proof::RECENT,
    session::{self, CurrentSession, State, id_token_hint},
    store::{Change, StoreError},
    user::User,
    web::{browser_key::BrowserKey, client::Client, cookies::RequestCookies, return_path::ReturnPath},
};

/// What a provider sends along; all of it a stranger's word.
#[derive(Debug, Default, Deserialize)]
pub struct AuthorizationResponse {
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
pub enum CallbackOutcome {
    /// In, or one step before.
    Admitted(Box<Admission>, ReturnPath),
    /// First a proof of an account, then a confirmation.
    LinkPending(BrowserKey, ReturnPath),
    /// The identity is linked; the session is as it was.
    Linked(ReturnPath),
    /// The provider remembered somebody who is to set up a factor: it is to ask who they are.
    RestartWithPromptLogin(ReturnPath),
}

/// Nobody comes in: what the page is told.
#[derive(Debug)]
pub struct CallbackRefusal {
    /// One of the API's codes.
    pub code: &'static str,
    /// The event that says why, if one was stored.
    pub trace: Option<EventId>,
    /// Where the person wanted to go.
    pub return_to: ReturnPath,
    /// Whether the provider has said who it is, and goes on knowing them.
    pub has_provider_session: bool,
}

/// Why nobody comes in.
#[derive(Debug, thiserror::Error)]
enum CallbackError {
    /// The person or the provider said no.
    #[error("access denied")]
    AccessDenied,
    /// The provider could not.
    #[error("the provider answered with an error")]
    ProviderError,
    /// The provider does not answer, or not as it must.
    #[error(transparent)]
    Provider(#[from] ProviderFailure),
    /// The merge decision; its trace.
    #[error("refused: {0:?}")]
    Refused(Refusal, Option<EventId>),
    /// The session in which this began is over, or another one.
    #[error("not the session in which it began")]
    OtherSession,
    /// What was to be proven again is not.
    #[error("{0}")]
    NotProven(&'static str),
    /// Nobody can tell.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CallbackError {
    fn code(&self, purpose: &Purpose) -> &'static str {
        match self {
            Self::AccessDenied => "access_denied",
            Self::ProviderError | Self::Provider(ProviderFailure::Refused(_)) => "provider_error",
            Self::Provider(ProviderFailure::Unavailable(_)) | Self::Store(_) => "provider_unavailable",
            Self::Provider(ProviderFailure::Invalid(_)) => "provider_response_invalid",
            Self::Refused(refusal, _) => refusal.code(),
            Self::OtherSession if matches!(purpose, Purpose::Link(_)) => "link_refused",
            Self::OtherSession | Self::NotProven(_) => "reauthentication_refused",
        }
    }
}

/// Everything between a browser's return and its redirect, at the provider.
const DEADLINE: Duration = Duration::from_secs(10);

/// Judges an answer, and lets in or asks for more. Every outcome is in the trail.
///
/// # Errors
/// [`CallbackRefusal`]
pub async fn handle_callback(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    provider: &str,
    answer: AuthorizationResponse,
) -> Result<CallbackOutcome, CallbackRefusal> {
    let nowhere = |code| CallbackRefusal {
        code,
        trace: None,
        return_to: ReturnPath::of(None),
        has_provider_session: false,
    };
    let deadline = Instant::now() + DEADLINE;
    let provider = app.providers.get(provider).ok_or_else(|| nowhere("provider_unknown"))?;
    // Before the transaction is taken, which is used once.
    provider.wait_for_first_discovery().await;
    let state = answer.state.as_deref().unwrap_or_default();
    let taken =
        transaction::take(&app.store, state, &provider.config.name, cookies.browser_key(), app.clock.now());
    // An answer that nobody asked for is a stranger's, who may send it without end: it is only in the log.
    let transaction = match taken.await {
        Ok(Some(transaction)) => transaction,
        Ok(None) => {
            let event = Event::failure(EventKind::FederatedSignIn, "login_expired", app.clock.now());
            let event = event.details(decision_trace::of_failure(
                &provider.config,
                "no sign-in of this browser is waiting",
            ));
            audit::note(&event.from(client.ip, client.request_id.as_str()));
            return Err(nowhere("login_expired"));
        }
        Err(error) => {
            tracing::error!(%error, "a sign-in on its way could not be read");
            return Err(nowhere("provider_unavailable"));
        }
    };
    let coming = Callback { app, cookies, client, provider, transaction };
    match coming.validate(answer, deadline).await {
        Ok(outcome) => Ok(outcome),
        Err(error) => Err(coming.refuse(&error).await),
    }
}

/// Somebody who is back from a provider with an answer to what this browser asked.
struct Callback<'a> {
    app: &'a App,
    cookies: &'a RequestCookies,
    client: &'a Client,
    provider: &'a Arc<Provider>,
    transaction: Transaction,
}

impl Callback<'_> {
    async fn validate(
        &self,
        answer: AuthorizationResponse,
        deadline: Instant,
    ) -> Result<CallbackOutcome, CallbackError> {
        let Self { app, provider, transaction, .. } = self;
        compare_issuer(provider, transaction, answer.iss.as_deref())?;
        let code = match (answer.error.as_deref(), answer.code) {
            (Some("access_denied"), _) => return Err(CallbackError::AccessDenied),
            (Some(_), _) => return Err(CallbackError::ProviderError),
            (None, Some(code)) if !code.is_empty() => code,
            (None, _) => return Err(ProviderFailure::Invalid("neither code nor error".to_owned()).into()),
        };
        let expected = oidc::provider::Request {
            nonce: transaction.nonce.clone(),
            verifier: transaction.verifier.clone(),
        };
        let arrived = provider.exchange_code(code, &expected, app.clock.now(), deadline).await?;
        auth_time::check(
            &arrived.claims,
            requirement(transaction),
            transaction.started_at(),
            app.clock.now(),
        )
        .map_err(CallbackError::NotProven)?;
        match &transaction.purpose {
            Purpose::SignIn => self.sign_in(arrived).await,
            Purpose::Link(session) => self.link(&arrived.claims, session).await,
            Purpose::Reauthenticate(session) => self.prove_again(arrived, session).await,
        }
    }

    async fn sign_in(&self, arrived: VerifiedTokens) -> Result<CallbackOutcome, CallbackError> {
        let Self { app, provider, .. } = self;
        let return_to = self.transaction.return_to.clone();
        let claims = &arrived.claims;
        let (user, trace) = match apply::merge(app, self.client, &provider.config, claims, None).await? {
            Merged::Person(user, trace) => (user, trace),
            Merged::Pending(pending) => {
                return Ok(CallbackOutcome::LinkPending(pending_link::keep(app, pending).await?, return_to));
            }
            Merged::Refused(refusal, trace) => return Err(CallbackError::Refused(refusal, trace)),
        };
        let now = app.clock.now();
        let trusted = provider.accepts_as_second_factor(claims);
        let proven_at = auth_time::proven_at(&provider.config, claims, now);
        let hint = self.hint(&user, &arrived).await?;
        let upstream = UpstreamSession {
            provider: provider.config.name.clone(),
            key: apply::key(claims),
            sid: claims.sid.clone(),
            issued_at: claims.issued_at(),
            started_at: self.transaction.started_at(),
            id_token_hint: hint.clone(),
        };
        let proof = Proof::federated(&user, upstream, trusted, proven_at, now);
        let admission = admit(proof, app.config.mfa)
            .map_err(|_| CallbackError::Refused(Refusal::AccountDisabled, trace))?;
        // Known or made an account for by now, but not in.
        if wants_enrolment(&admission) && proven_at.is_none_or(|at| at + RECENT <= now) {
            if let Some(hint) = &hint {
                id_token_hint::take(app, hint).await;
            }
            // Once: a provider that cannot be told to ask would say the same for ever.
            return if self.transaction.prompt_login || !provider.config.kind.preset().supports_prompt_login {
                Err(CallbackError::NotProven(auth_time::lack(claims)))
            } else {
                Ok(CallbackOutcome::RestartWithPromptLogin(return_to))
            };
        }
        note_login(app, &user, &admission).await?;
        Ok(CallbackOutcome::Admitted(Box::new(admission), return_to))
    }

    /// Links what came back to who asked for it. Nobody is signed in by that.
    async fn link(&self, claims: &Claims, session: &str) -> Result<CallbackOutcome, CallbackError> {
        let current = self.session(session).await?;
        match apply::merge(self.app, self.client, &self.provider.config, claims, Some(&current)).await? {
            Merged::Refused(refusal, trace) => Err(CallbackError::Refused(refusal, trace)),
            Merged::Person(..) | Merged::Pending(_) => {
                Ok(CallbackOutcome::Linked(self.transaction.return_to.clone()))
            }
        }
    }

    /// The session in which this began, if it is this browser's, alive and signed in: nobody links or proves anything for a session
    /// that is not theirs (code of one session in another, CVE-2025-12421).
    async fn session(&self, mark: &str) -> Result<CurrentSession, CallbackError> {
        let other = |refusal| match refusal {
            session::Refusal::Store(error) => CallbackError::Store(error),
            _ => CallbackError::OtherSession,
        };
        let current = session::check(self.app, self.cookies).await.map_err(other)?;
        if current.state != State::SignedIn || current.id_hash_hex() != mark {
            return Err(CallbackError::OtherSession);
        }
        session::check_against_store(self.app, &current).await.map_err(other)?;
        Ok(current)
    }

    /// The provider was asked to ask; whether it did, the token says. One that did not, or another person at it, proves nothing.
    async fn prove_again(
        &self,
        arrived: VerifiedTokens,
        session: &str,
    ) -> Result<CallbackOutcome, CallbackError> {
        let Self { app, provider, .. } = self;
        let current = self.session(session).await?;
        let claims = &arrived.claims;
        let candidates = apply::load_candidates(&app.store, claims).await?;
        let decision = decide::decide(claims, &provider.config, &candidates);
        match decision.outcome {
            Outcome::SignIn(user) if user == current.user.id => {}
            Outcome::SignIn(_) | Outcome::Create => {
                return Err(CallbackError::NotProven("somebody else came back from the provider"));
            }
            _ => return Err(CallbackError::NotProven(decision.rule)),
        }
        let now = app.clock.now();
        let user = candidates.known.ok_or(CallbackError::OtherSession)?;
        current.ensure_valid_for(&user).map_err(|_| CallbackError::OtherSession)?;
        let more = provider.accepts_as_second_factor(claims).then_some(Amr::Mfa);
        let mut prior = current.session.authentication.clone();
        if let Some(upstream) = prior.upstream.as_mut().filter(|upstream| claims.belong_to(&upstream.key)) {
            self.update_upstream_session(upstream, &user, &arrived).await?;
        }
        let proof = Proof::step_up(&user, prior, more, now);
        let admission = admit(proof, app.config.mfa).map_err(|_| CallbackError::OtherSession)?;
        let event = Event::success(EventKind::Reauthentication, now).about(user.id).by(&user.id);
        let event = event.details(decision_trace::shown(&provider.config, claims, &decision).to_string());
        audit::record(&app.store, event.from(self.client.ip, self.client.request_id.as_str())).await;
        Ok(CallbackOutcome::Admitted(Box::new(admission), self.transaction.return_to.clone()))
    }

    /// The provider asked again, maybe in another session of its own: from now on that is the one it speaks of, and that a sign-out is
    /// to end there.
    async fn update_upstream_session(
        &self,
        upstream: &mut UpstreamSession,
        user: &User,
        arrived: &VerifiedTokens,
    ) -> Result<(), StoreError> {
        upstream.issued_at = arrived.claims.issued_at();
        upstream.started_at = self.transaction.started_at();
        if let Some(sid) = &arrived.claims.sid {
            upstream.sid = Some(sid.clone());
        }
        upstream.id_token_hint = self.hint(user, arrived).await?;
        Ok(())
    }

    /// The ID token is kept, if it is of use at the sign-out.
    async fn hint(&self, user: &User, arrived: &VerifiedTokens) -> Result<Option<String>, StoreError> {
        if self.provider.uses_id_token_hint() {
            id_token_hint::store(self.app, user.id, &arrived.id_token).await
        } else {
            Ok(None)
        }
    }

    /// One code per cause, with its event; the merge decision has written its own.
    async fn refuse(&self, error: &CallbackError) -> CallbackRefusal {
        let code = error.code(&self.transaction.purpose);
        let provider = &self.provider.config.name;
        tracing::info!(provider, code, cause = %error, "nobody comes in through the federated door");
        let trace = match error {
            CallbackError::Refused(_, trace) => *trace,
            CallbackError::Store(_) => None,
            failure => self.tell(code, &failure.to_string()).await,
        };
        let has_provider_session = matches!(
            error,
            CallbackError::Refused(..) | CallbackError::OtherSession | CallbackError::NotProven(_)
        );
        CallbackRefusal { code, trace, return_to: self.transaction.return_to.clone(), has_provider_session }
    }

    /// Journals an answer that came to no decision.
    async fn tell(&self, code: &str, failure: &str) -> Option<EventId> {
        let Self { app, client, .. } = self;
        let kind = match self.transaction.purpose {
            Purpose::SignIn => EventKind::FederatedSignIn,
            Purpose::Link(_) => EventKind::IdentityLinked,
            Purpose::Reauthenticate(_) => EventKind::Reauthentication,
        };
        let event = Event::failure(kind, code, app.clock.now());
        let event = event.details(decision_trace::of_failure(&self.provider.config, failure));
        let event = event.from(client.ip, client.request_id.as_str());
        audit::record_unexpected(&app.store, &app.limiter, &client.network(), event).await
    }
}

/// What `auth_time` must show: re-authentication and linking need it, a login with `prompt=login` compares it if it is there.
fn requirement(transaction: &Transaction) -> auth_time::Requirement {
    match transaction.purpose {
        Purpose::Reauthenticate(_) => auth_time::Requirement::Required,
        Purpose::Link(_) if transaction.prompt_login => auth_time::Requirement::Required,
        Purpose::SignIn if transaction.prompt_login => auth_time::Requirement::IfPresent,
        Purpose::Link(_) | Purpose::SignIn => auth_time::Requirement::None,
    }
}

fn wants_enrolment(admission: &Admission) -> bool {
    matches!(admission, Admission::SecondFactor(pending) if pending.missing_factor() == MissingFactor::Enrolment)
}

/// RFC 9207 §2.4: compared before the code is sent anywhere, so that a code of one provider is never given to another (mix-up).
fn compare_issuer(
    provider: &Provider,
    transaction: &Transaction,
    iss: Option<&str>,
) -> Result<(), ProviderFailure> {
    if transaction.issuer != provider.config.issuer.as_str() {
        return Err(ProviderFailure::Invalid("begun with another issuer".to_owned()));
    }
    match iss {
        Some(iss) if provider.config.issuer.accepts(iss) => Ok(()),
        Some(_) => Err(ProviderFailure::Invalid("iss is another issuer".to_owned())),
        None if provider.sends_iss() => {
            Err(ProviderFailure::Invalid("iss is missing though promised".to_owned()))
        }
        None => Ok(()),
    }
}

async fn note_login(app: &App, user: &User, admission: &Admission) -> Result<(), StoreError> {
    let Admission::Granted(_) = admission else { return Ok(()) };
    let now = app.clock.now();
    app.users
        .update::<_, StoreError>(&user.id.document_id(), |user| {
            user.last_login_at = Some(now);
            Ok(Change::Write(()))
        })
        .await?;
    Ok(())
}
