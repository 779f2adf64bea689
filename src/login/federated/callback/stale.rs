//! Authorization responses that no longer matter: the user has signed in in another tab, the page was restored or sent twice, or the login
//! page of the provider has expired. An error would be wrong for a user who is signed in.
//!
//! | response | session | no session |
//! |---|---|---|
//! | to an open transaction: the provider's page has expired | continue | start again |
//! | to an open transaction: temporarily unavailable | continue | error |
//! | to an open transaction: any other error, or a refused code | continue, if it was opened after the login started | error |
//! | to a used or expired transaction | continue | start again, if the browser sends Fetch Metadata |
//! | without a transaction | continue at `/` | start again, if the user opened the page; else error |
//! | to a transaction of another browser or provider | error | error |
//!
//! A login starts again once. A response to a link or to a re-authentication is always evaluated: its page would otherwise report a success.

use super::{
    error::{CallbackError, ProviderAnswer},
    outcome::{CallbackOutcome, CallbackRequest},
};
use crate::{
    login::federated::{
        oidc::failure::ProviderFailure,
        start::AuthorizationRequest,
        transaction::{Purpose, Transaction},
    },
    session::{self, CurrentSession},
    web::{navigation::Initiator, return_target::ReturnTarget},
};

/// Handles a callback without an open transaction. Returns `None` if it must be refused.
pub(super) async fn without_open_transaction(
    request: &CallbackRequest<'_>,
    stale: Option<&Transaction>,
    has_state: bool,
) -> Option<CallbackOutcome> {
    let returns = &request.app.addresses.returns;
    let return_to = match stale {
        Some(transaction) if transaction.purpose != Purpose::SignIn => return None,
        Some(transaction) => returns.stored(&transaction.return_to),
        None => returns.start_page(),
    };
    if let Some(current) = current_session(request).await {
        return Some(continue_session(request, &current, return_to));
    }
    let may_start_again = match (stale, request.initiator) {
        // The client may be a tool that replays the response.
        (Some(_), Initiator::Unknown) => false,
        (Some(transaction), Initiator::OwnPage | Initiator::SameSite | Initiator::OtherSite) => {
            !transaction.is_retry
        }
        // A bookmark. A link on another page must not start a login, and neither must the answer of a provider that leaves out `state`: the
        // browser would be redirected without end.
        (None, initiator) => has_state && initiator == Initiator::OwnPage,
    };
    let remember = stale.is_some_and(|transaction| transaction.remember);
    may_start_again
        .then(|| start_again(request, AuthorizationRequest::retry(false, return_to).remembered(remember)))
}

/// Handles an open transaction whose response opens no session. Returns `None` if the error must be shown.
pub(super) async fn after_error(
    request: &CallbackRequest<'_>,
    transaction: &Transaction,
    error: &CallbackError,
) -> Option<CallbackOutcome> {
    let answer = match error {
        CallbackError::ProviderError(answer) => *answer,
        CallbackError::AccessDenied
        | CallbackError::Cancelled
        | CallbackError::Provider(ProviderFailure::Refused(_)) => ProviderAnswer::Other,
        CallbackError::Provider(
            ProviderFailure::Unavailable(_) | ProviderFailure::RateLimited | ProviderFailure::Invalid(_),
        )
        | CallbackError::TooManyFailures
        | CallbackError::Refused(..)
        | CallbackError::OtherSession
        | CallbackError::NotAuthenticated(_)
        | CallbackError::Store(_) => return None,
    };
    if transaction.purpose != Purpose::SignIn {
        return None;
    }
    let return_to = request.app.addresses.returns.stored(&transaction.return_to);
    match (current_session(request).await, answer) {
        (Some(current), ProviderAnswer::PageExpired | ProviderAnswer::TemporarilyUnavailable) => {
            Some(continue_session(request, &current, return_to))
        }
        // The user who wanted to sign in as another user must see that it failed.
        (Some(current), ProviderAnswer::Other) => {
            let signed_in_since = current.session.authentication.signed_in_at > transaction.started_at;
            signed_in_since.then(|| continue_session(request, &current, return_to))
        }
        (None, ProviderAnswer::PageExpired) if !transaction.is_retry => {
            let retry = AuthorizationRequest::retry(transaction.prompt_login, return_to);
            Some(start_again(request, retry.remembered(transaction.remember)))
        }
        (
            None,
            ProviderAnswer::PageExpired | ProviderAnswer::TemporarilyUnavailable | ProviderAnswer::Other,
        ) => None,
    }
}

/// Returns the session of this browser in any state. If the store fails, the response is handled as without a session.
async fn current_session(request: &CallbackRequest<'_>) -> Option<CurrentSession> {
    session::check(request.app, request.cookies).await.ok()
}

fn continue_session(
    request: &CallbackRequest<'_>,
    current: &CurrentSession,
    return_to: ReturnTarget,
) -> CallbackOutcome {
    tracing::info!(
        provider = request.provider,
        "authorization response no longer matters, the session continues"
    );
    CallbackOutcome::Continue(current.state, return_to)
}

fn start_again(request: &CallbackRequest<'_>, mut retry: AuthorizationRequest) -> CallbackOutcome {
    tracing::info!(provider = request.provider, "authorization response has expired, the login starts again");
    retry.prompt_login |= request.cookies.must_prompt_login();
    CallbackOutcome::StartAgain(retry)
}
