//! The end of a test login: its report.
//!
//! Nothing here can create a [`crate::admission::Proof`], so no session opens, and nothing writes to a user.

use super::{Callback, CallbackRefusal, VerifiedLogin, error::CallbackError, outcome::CallbackOutcome};
use crate::{
    audit::EventKind,
    login::federated::{
        account_linking::{apply::Evaluation, decide::LinkingOutcome},
        oidc::failure::ProviderFailure,
        test_login::report::{Authentication, DecidedUser, Failure, FailureKind, Received, TestReport},
        transaction,
    },
    session::CurrentSession,
    store::StoreError,
    user::UserId,
};

impl Callback<'_> {
    /// Stores the report of a login that was decided. The session that started the test is checked before: a callback in another session
    /// (a victim who was lured to the provider with the URL of the test) must not show its claims to the administrator.
    pub(super) async fn report_decision(
        &self,
        current: &CurrentSession,
        received: Received,
        login: Result<VerifiedLogin, CallbackError>,
        evaluation: Evaluation,
    ) -> Result<CallbackOutcome, CallbackError> {
        let Self { app, client, provider, transaction, .. } = self;
        let provider = &provider.config;
        let authentication = match login {
            Ok(login) => Ok(Authentication {
                at: login.assessment.authenticated_at,
                has_trusted_mfa: login.has_trusted_mfa,
            }),
            Err(error) => Err(failure_of(&error, error.code(&transaction.purpose), None)),
        };
        let user = self.decided_user(&evaluation.decision.outcome).await?;
        let audit = app.audit(client).by_user(current.user.id);
        let details = serde_json::json!({
            "provider": provider.name, "login": "decided", "issuer": provider.issuer.as_str(), "decision": evaluation.decision,
        });
        let entry = match &authentication {
            Ok(_) => audit.success(EventKind::ProviderTested),
            Err(failure) => audit.failure(EventKind::ProviderTested, failure.code.as_str()),
        };
        let report = TestReport::decided(provider, received, authentication, evaluation, user);
        transaction::store_report(&app.store, transaction.id(), &report.to_json()).await?;
        entry.details(details).record().await;
        Ok(CallbackOutcome::Tested { has_provider_session: true })
    }

    /// Returns the user to whom the identity belongs after the login.
    async fn decided_user(&self, outcome: &LinkingOutcome) -> Result<Option<DecidedUser>, StoreError> {
        let id: UserId = match outcome {
            LinkingOutcome::SignIn(user)
            | LinkingOutcome::Link(user)
            | LinkingOutcome::LinkOnRequest(user)
            | LinkingOutcome::AskForProof(user) => *user,
            LinkingOutcome::Reclaim(_) | LinkingOutcome::Create | LinkingOutcome::Refuse(_) => {
                return Ok(None);
            }
        };
        let user = self.app.users.get_uncached(&id.document_id()).await?;
        Ok(user.map(|user| DecidedUser { id, username: user.username }))
    }

    /// Stores the report of a login that failed before a decision.
    pub(super) async fn report_failure(
        &self,
        session: &str,
        error: &CallbackError,
        error_word: Option<String>,
    ) -> Result<CallbackOutcome, CallbackRefusal> {
        let Self { app, client, provider, transaction, .. } = self;
        let failure = failure_of(error, error.code(&transaction.purpose), error_word);
        let (name, code) = (&provider.config.name, failure.code.as_str());
        tracing::info!(provider = name, code, cause = %error, "test login failed");
        let details = serde_json::json!({ "provider": name, "login": "failed", "failure": failure.text });
        let report = TestReport::failed(failure).to_json();
        if let Err(error) = transaction::store_report(&app.store, transaction.id(), &report).await {
            return Err(self.refuse(&CallbackError::Store(error)).await);
        }
        let administrator = self.session(session).await.ok().map(|current| current.user.id);
        let entry = app.audit(client).by_user(administrator).failure(EventKind::ProviderTested, code);
        entry.details(details).record_limited().await;
        Ok(CallbackOutcome::Tested { has_provider_session: error.has_provider_session() })
    }
}

fn failure_of(error: &CallbackError, code: crate::error::ErrorCode, error_word: Option<String>) -> Failure {
    let kind = match error {
        CallbackError::AccessDenied | CallbackError::Cancelled | CallbackError::ProviderError(_) => {
            FailureKind::Refused
        }
        CallbackError::Provider(ProviderFailure::Refused(_)) => FailureKind::CodeRefused,
        CallbackError::Provider(ProviderFailure::Invalid(_)) => FailureKind::InvalidResponse,
        CallbackError::Provider(ProviderFailure::Unavailable(_) | ProviderFailure::RateLimited) => {
            FailureKind::Unavailable
        }
        CallbackError::TooManyFailures => FailureKind::TooManyFailures,
        CallbackError::OtherSession => FailureKind::OtherSession,
        CallbackError::NotAuthenticated(_) => FailureKind::NotAuthenticated,
        // A test applies no decision, so it is never refused by one.
        CallbackError::Refused(..) | CallbackError::Store(_) => FailureKind::Internal,
    };
    let text = match error_word {
        Some(word) => format!("{error}: {word}"),
        None => error.to_string(),
    };
    Failure { kind, code, text }
}
