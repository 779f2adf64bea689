//! Reasons for refusing a callback, with the published code of each.

use crate::{
    audit::EventId,
    error::ErrorCode,
    limiter::Limited,
    login::federated::{
        account_linking::decide::LinkingRefusal, oidc::failure::ProviderFailure, transaction::Purpose,
    },
    session,
    store::StoreError,
};

/// What an error response says about the login at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProviderAnswer {
    /// The user must sign in at the provider again: its login page has expired, or the user has signed in there in another tab.
    PageExpired,
    TemporarilyUnavailable,
    Other,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum CallbackError {
    /// The provider does not allow the login for this user.
    #[error("access denied by the provider")]
    AccessDenied,
    /// The user cancelled the login at the provider.
    #[error("cancelled at the provider")]
    Cancelled,
    #[error("the provider answered with an error")]
    ProviderError(ProviderAnswer),
    #[error(transparent)]
    Provider(#[from] ProviderFailure),
    /// Too many logins of this network failed at the provider. No request is sent.
    #[error("too many failed logins of this network")]
    TooManyFailures,
    /// The linking decision, with its audit event.
    #[error("refused: {0:?}")]
    Refused(LinkingRefusal, Option<EventId>),
    /// The session that started the request has ended, or this is another one.
    #[error("not the session that started the request")]
    OtherSession,
    /// The authentication at the provider does not count; the reason is for the audit event.
    #[error("{0}")]
    NotAuthenticated(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Limited> for CallbackError {
    fn from(limited: Limited) -> Self {
        match limited {
            Limited::Wait(..) | Limited::Busy => Self::TooManyFailures,
            Limited::Store(error) => Self::Store(error),
        }
    }
}

impl CallbackError {
    /// Converts the refusal of the session that started the request.
    pub(super) fn other_session(refusal: session::Refusal) -> Self {
        match refusal {
            session::Refusal::Store(error) => Self::Store(error),
            session::Refusal::NotSignedIn
            | session::Refusal::Ended(_)
            | session::Refusal::SecondFactorRequired
            | session::Refusal::EnrolmentRequired
            | session::Refusal::PasswordChangeRequired
            | session::Refusal::Unlinked
            | session::Refusal::LoggedOutUpstream => Self::OtherSession,
        }
    }

    pub(super) fn code(&self, purpose: &Purpose) -> ErrorCode {
        match self {
            Self::AccessDenied => ErrorCode::AccessDenied,
            Self::Cancelled => ErrorCode::LoginCancelled,
            Self::ProviderError(_) | Self::Provider(ProviderFailure::Refused(_)) => ErrorCode::ProviderError,
            Self::Provider(ProviderFailure::Unavailable(_) | ProviderFailure::RateLimited)
            | Self::Store(_) => ErrorCode::ProviderUnavailable,
            Self::TooManyFailures => ErrorCode::TooManyAttempts,
            Self::Provider(ProviderFailure::Invalid(_)) => ErrorCode::ProviderResponseInvalid,
            Self::Refused(refusal, _) => refusal.code(),
            Self::OtherSession => match purpose {
                Purpose::Link(_) => ErrorCode::LinkRefused,
                Purpose::SignIn | Purpose::Reauthenticate(_) => ErrorCode::ReauthenticationRefused,
                Purpose::Test(_) => ErrorCode::LoginExpired,
            },
            Self::NotAuthenticated(_) => ErrorCode::ReauthenticationRefused,
        }
    }

    /// Returns whether the provider authenticated a user before the failure.
    pub(super) fn has_provider_session(&self) -> bool {
        match self {
            Self::Refused(..) | Self::OtherSession | Self::NotAuthenticated(_) => true,
            Self::AccessDenied
            | Self::Cancelled
            | Self::ProviderError(_)
            | Self::Provider(_)
            | Self::TooManyFailures
            | Self::Store(_) => false,
        }
    }
}
