//! The callback: is this the response to a request of this browser, and which user is it about?
//!
//! Each outcome has one audit event: [`account_linking`](super::account_linking) writes those of its decisions, this file the others.

mod error;
mod outcome;
mod reauthentication;
mod response;
mod stale;
mod test_login;

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use tokio::time::Instant;

use self::{
    error::CallbackError,
    response::{authorization_code, check_issuer},
};
pub use self::{
    outcome::{CallbackOutcome, CallbackRefusal, CallbackRequest},
    response::{AuthorizationResponse, parameters_of_form},
};
use super::{
    account_linking::{
        apply::{self, LinkingResult, Requester},
        decide::LinkingRefusal,
        decision_trace, pending_link,
    },
    oidc::{
        auth_time::{self, Assessment, Enrolment, Requested},
        exchange::{CodeExchange, VerifiedTokens},
        provider::Provider,
    },
    start::AuthorizationRequest,
    test_login::report::Received,
    transaction::{self, Purpose, Taken, Transaction},
};
use crate::{
    admission::{Admission, Amr, Disabled, MissingStep, Proof, UpstreamSession, admit},
    app::App,
    audit::{EventId, EventKind},
    error::ErrorCode,
    login::{recent_proof::RECENT, trusted_device},
    session::{self, CurrentSession, State, id_token_hint},
    store::{Change, StoreError},
    user::User,
    web::{client::Client, cookies::RequestCookies, return_target::ReturnTarget},
};

/// Time for all requests to the provider.
const DEADLINE: Duration = Duration::from_secs(10);

/// Handles a callback. Without an open transaction of this browser, no request is sent to the provider.
pub async fn handle_callback(
    request: &CallbackRequest<'_>,
    response: AuthorizationResponse,
) -> Result<CallbackOutcome, CallbackRefusal> {
    let CallbackRequest { app, cookies, client, provider, .. } = *request;
    let deadline = Instant::now() + DEADLINE;
    let start_page = || app.addresses.returns.start_page();
    let provider = app
        .providers
        .get(provider)
        .ok_or_else(|| without_transaction(ErrorCode::ProviderUnknown, start_page()))?;
    // Before the transaction is taken: it can be used only once.
    provider.wait_for_first_discovery().await;
    let state = response.state.as_deref().unwrap_or_default();
    let has_state = !state.is_empty();
    let name = &provider.config.name;
    let taken = transaction::take(&app.store, state, name, cookies.browser_keys(), app.clock.now()).await;
    let used = match taken {
        Ok(Some(Taken::Open(transaction))) => {
            let callback = Callback { app, cookies, client, provider, transaction };
            return callback.finish(request, response, deadline).await;
        }
        Ok(Some(Taken::Stale(transaction))) => Some(transaction),
        Ok(Some(Taken::Foreign)) => {
            log_unexpected_callback(app, client, provider);
            return Err(without_transaction(ErrorCode::LoginExpired, start_page()));
        }
        Ok(None) => None,
        Err(error) => {
            tracing::error!(provider = name, %error, "could not read login transaction");
            return Err(without_transaction(ErrorCode::ProviderUnavailable, start_page()));
        }
    };
    if let Some(outcome) = stale::without_open_transaction(request, used.as_ref(), has_state).await {
        return Ok(outcome);
    }
    log_unexpected_callback(app, client, provider);
    let return_to = used.map_or_else(start_page, |used| app.addresses.returns.stored(&used.return_to));
    Err(without_transaction(ErrorCode::LoginExpired, return_to))
}

fn without_transaction(code: ErrorCode, return_to: ReturnTarget) -> CallbackRefusal {
    CallbackRefusal { code, trace: None, return_to, has_provider_session: false }
}

/// Writes an event to the log only: any client can send callbacks without limit, and they must not fill the store.
fn log_unexpected_callback(app: &App, client: &Client, provider: &Provider) {
    let code = ErrorCode::LoginExpired.as_str();
    let failure = "no login transaction of this browser matches";
    let details = decision_trace::of_failure(&provider.config, failure);
    app.audit(client).failure(EventKind::FederatedSignIn, code).details(details).log_only();
}

/// A callback with the transaction that it belongs to.
struct Callback<'a> {
    app: &'a App,
    cookies: &'a RequestCookies,
    client: &'a Client,
    provider: &'a Arc<Provider>,
    transaction: Transaction,
}

/// An authentication at the provider, reduced to what the session needs.
struct VerifiedLogin {
    upstream: UpstreamSession,
    id_token: SecretString,
    assessment: Assessment,
    /// The settings trust the MFA of the provider, and it was used.
    has_trusted_mfa: bool,
}

impl Callback<'_> {
    fn return_to(&self) -> ReturnTarget {
        self.app.addresses.returns.stored(&self.transaction.return_to)
    }

    async fn finish(
        &self,
        request: &CallbackRequest<'_>,
        response: AuthorizationResponse,
        deadline: Instant,
    ) -> Result<CallbackOutcome, CallbackRefusal> {
        let error_word = response.error_word();
        let error = match self.complete(response, deadline).await {
            Ok(outcome) => return Ok(outcome),
            Err(error) => error,
        };
        if let Purpose::Test(session) = &self.transaction.purpose {
            return self.report_failure(session, &error, error_word).await;
        }
        match stale::after_error(request, &self.transaction, &error).await {
            Some(outcome) => Ok(outcome),
            None => Err(self.refuse(&error).await),
        }
    }

    async fn complete(
        &self,
        response: AuthorizationResponse,
        deadline: Instant,
    ) -> Result<CallbackOutcome, CallbackError> {
        let Self { app, client, provider, transaction, .. } = self;
        check_issuer(provider, transaction, response.iss.as_deref())?;
        let has_iss = response.iss.is_some();
        let exchange = CodeExchange {
            code: authorization_code(response, provider.config.kind)?,
            nonce: transaction.nonce.clone(),
            verifier: transaction.verifier.clone(),
        };
        // A client without an account can start a login and make up a code. Without a limit per network it could use up the rate limit of this
        // service at the provider.
        let attempt = app.limiter.begin_exchange(&client.networks()).await?;
        let tokens =
            attempt.settle(provider.exchange_code(exchange, app.clock.system_time(), deadline).await).await?;
        let login = self.assess(&tokens);
        let claims = &tokens.claims;
        match &transaction.purpose {
            Purpose::SignIn => {
                let login = login?;
                let method = Amr::of_provider(login.has_trusted_mfa);
                let requester = Requester { client, linking: None, method };
                let result = apply::resolve(app, requester, &provider.config, claims).await?;
                self.sign_in(result, login).await
            }
            Purpose::Link(session) => {
                login?;
                let current = self.session(session).await?;
                let requester = Requester { client, linking: Some(&current), method: None };
                self.link(&apply::resolve(app, requester, &provider.config, claims).await?)
            }
            Purpose::Reauthenticate(session) => {
                let current = self.session(session).await?;
                let evaluation = apply::evaluate(&app.store, &provider.config, claims).await?;
                self.reauthenticate(&current, evaluation, login?).await
            }
            Purpose::Test(session) => {
                let current = self.session(session).await?;
                let evaluation = apply::evaluate(&app.store, &provider.config, claims).await?;
                let has_role_claim =
                    provider.config.role_claim.as_ref().map(|path| claims.get(path).is_some());
                let returned = claims.for_report();
                let received = Received { header: tokens.header, returned, has_iss, has_role_claim };
                self.report_decision(&current, received, login, evaluation).await
            }
        }
    }

    /// Checks that the authentication counts, and takes from the claims what the session needs.
    fn assess(&self, tokens: &VerifiedTokens) -> Result<VerifiedLogin, CallbackError> {
        let Self { app, provider, transaction, .. } = self;
        let VerifiedTokens { claims, id_token, .. } = tokens;
        let requested = Requested {
            kind: transaction.purpose.kind(),
            prompt_login: transaction.prompt_login,
            started_at: transaction.started_at,
        };
        let preset = provider.config.kind.preset();
        let assessment = auth_time::assess(claims, requested, preset, app.clock.system_time())
            .map_err(CallbackError::NotAuthenticated)?;
        let is_trusted = |method: &str| provider.config.trust_mfa.iter().any(|trusted| trusted == method);
        let upstream = UpstreamSession {
            provider: provider.config.name.clone(),
            key: claims.key().clone(),
            sid: claims.sid.clone(),
            issued_at: claims.issued_at(),
            started_at: transaction.started_at,
            id_token_hint: None,
        };
        let has_trusted_mfa = claims.authentication_methods().any(is_trusted);
        Ok(VerifiedLogin { upstream, id_token: id_token.clone(), assessment, has_trusted_mfa })
    }

    async fn sign_in(
        &self,
        result: LinkingResult,
        login: VerifiedLogin,
    ) -> Result<CallbackOutcome, CallbackError> {
        let Self { app, .. } = self;
        let return_to = self.return_to();
        let (user, trace) = match result {
            LinkingResult::User(user, trace) => (user, trace),
            LinkingResult::LinkPending(pending) => {
                return Ok(CallbackOutcome::LinkPending(pending_link::store(app, pending).await?, return_to));
            }
            LinkingResult::Refused(refusal, trace) => return Err(CallbackError::Refused(refusal, trace)),
        };
        let VerifiedLogin { upstream, id_token, assessment, has_trusted_mfa } = login;
        let now = app.clock.now();
        let stored_token = self.store_id_token_hint(&user, &id_token).await?;
        let upstream = UpstreamSession { id_token_hint: stored_token.clone(), ..upstream };
        let is_trusted = trusted_device::is_trusted(app, self.client, &user);
        let proof = Proof::federated(&user, upstream, has_trusted_mfa, assessment.authenticated_at, now)
            .with_device_trust(is_trusted);
        let admission = admit(proof, app.config.mfa)
            .map_err(|Disabled| CallbackError::Refused(LinkingRefusal::AccountDisabled, trace))?
            .remembered(self.transaction.remember);
        if needs_enrolment(&admission) {
            // The account exists now and the identity is linked, but no session is opened.
            let refusal = match assessment.enrolment(RECENT, now) {
                Enrolment::Allow => None,
                Enrolment::RestartWithPromptLogin => {
                    let request = AuthorizationRequest::retry(true, return_to.clone())
                        .remembered(self.transaction.remember);
                    Some(Ok(CallbackOutcome::StartAgain(request)))
                }
                Enrolment::Refuse(reason) => Some(Err(CallbackError::NotAuthenticated(reason))),
            };
            if let Some(refusal) = refusal {
                if let Some(key) = &stored_token {
                    id_token_hint::take(app, key).await;
                }
                return refusal;
            }
        }
        record_login_time(app, &user, &admission).await?;
        Ok(CallbackOutcome::Admitted(Box::new(admission), return_to))
    }

    fn link(&self, result: &LinkingResult) -> Result<CallbackOutcome, CallbackError> {
        match result {
            LinkingResult::User(..) => Ok(CallbackOutcome::Linked(self.return_to())),
            LinkingResult::Refused(refusal, trace) => Err(CallbackError::Refused(*refusal, *trace)),
            // `decide` never returns this for a link request. If it did, nothing would be linked.
            LinkingResult::LinkPending(pending) => {
                Err(CallbackError::Refused(LinkingRefusal::LinkRefused, pending.trace))
            }
        }
    }

    /// Stores the ID token if the logout at the provider uses it.
    async fn store_id_token_hint(
        &self,
        user: &User,
        id_token: &SecretString,
    ) -> Result<Option<String>, StoreError> {
        if self.provider.uses_id_token_hint() {
            id_token_hint::store(self.app, user.id, id_token).await
        } else {
            Ok(None)
        }
    }

    /// Returns the session that started the request, if this browser still has it and it is signed in. Otherwise the response could link an
    /// identity to another user's session (CVE-2025-12421).
    async fn session(&self, id_hash: &str) -> Result<CurrentSession, CallbackError> {
        let current = session::check(self.app, self.cookies).await.map_err(CallbackError::other_session)?;
        if current.state != State::SignedIn || current.id_hash_hex() != id_hash {
            return Err(CallbackError::OtherSession);
        }
        session::check_against_store(self.app, &current).await.map_err(CallbackError::other_session)?;
        Ok(current)
    }

    async fn refuse(&self, error: &CallbackError) -> CallbackRefusal {
        let code = error.code(&self.transaction.purpose);
        let provider = &self.provider.config.name;
        tracing::info!(provider, code = code.as_str(), cause = %error, "federated login refused");
        let trace = match error {
            CallbackError::Refused(_, trace) => *trace,
            // The store failed, so no event can be stored. A network over its limit must not fill the store.
            CallbackError::Store(_) | CallbackError::TooManyFailures => None,
            // The event is stored, but the page of a cancelled login shows no number: nothing has to be found out.
            CallbackError::Cancelled => {
                self.record_failure(code, &error.to_string()).await;
                None
            }
            CallbackError::AccessDenied
            | CallbackError::ProviderError(_)
            | CallbackError::Provider(_)
            | CallbackError::OtherSession
            | CallbackError::NotAuthenticated(_) => self.record_failure(code, &error.to_string()).await,
        };
        CallbackRefusal {
            code,
            trace,
            return_to: self.return_to(),
            has_provider_session: error.has_provider_session(),
        }
    }

    async fn record_failure(&self, code: ErrorCode, failure: &str) -> Option<EventId> {
        let Self { app, client, .. } = self;
        let kind = match self.transaction.purpose {
            Purpose::SignIn => EventKind::FederatedSignIn,
            Purpose::Link(_) => EventKind::IdentityLinked,
            Purpose::Reauthenticate(_) => EventKind::Reauthentication,
            Purpose::Test(_) => EventKind::ProviderTested,
        };
        let details = decision_trace::of_failure(&self.provider.config, failure);
        app.audit(client).failure(kind, code.as_str()).details(details).record_limited().await
    }
}

fn needs_enrolment(admission: &Admission) -> bool {
    admission.missing_step() == Some(MissingStep::Enrolment)
}

async fn record_login_time(app: &App, user: &User, admission: &Admission) -> Result<(), StoreError> {
    let Admission::Granted(_) = admission else { return Ok(()) };
    let (id, now) = (user.id.document_id(), app.clock.now());
    app.users
        .update::<_, StoreError>(&id, |user| {
            user.last_login_at = Some(now);
            Ok(Change::Write(()))
        })
        .await?;
    Ok(())
}
