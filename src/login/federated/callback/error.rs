//! Reasons for refusing a callback, with the published code of each.

use crate::{
    audit::EventId,
    error::ErrorCode,
    login::federated::{
        account_linking::decide::LinkingRefusal, oidc::failure::ProviderFailure, transaction::Purpose,
    },
    session,
    store::StoreError,
};

#[derive(Debug, thiserror::Error)]
pub(super) enum CallbackError {
    /// The user or the provider denied the request.
    #[error("access denied")]
    AccessDenied,
    #[error("the provider answered with an error")]
    ProviderError,
    #[error(transparent)]
    Provider(#[from] ProviderFailure),
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

impl CallbackError {
    /// Converts the refusal of the session that started the request.
    pub(super) fn other_session(refusal: session::Refusal) -> Self {
        match refusal {
            session::Refusal::Store(error) => Self::Store(error),
            session::Refusal::NotSignedIn
            | session::Refusal::Ended(_)
            | session::Refusal::SecondFactorRequired
            | session::Refusal::EnrolmentRequired
            | session::Refusal::Unlinked
            | session::Refusal::LoggedOutUpstream => Self::OtherSession,
        }
    }

    pub(super) fn code(&self, purpose: &Purpose) -> ErrorCode {
        match self {
            Self::AccessDenied => ErrorCode::AccessDenied,
            Self::ProviderError | Self::Provider(ProviderFailure::Refused(_)) => ErrorCode::ProviderError,
            Self::Provider(ProviderFailure::Unavailable(_)) | Self::Store(_) => {
                ErrorCode::ProviderUnavailable
            }
            Self::Provider(ProviderFailure::Invalid(_)) => ErrorCode::ProviderResponseInvalid,
            Self::Refused(refusal, _) => refusal.code(),
            Self::OtherSession => match purpose {
                Purpose::Link(_) => ErrorCode::LinkRefused,
                Purpose::SignIn | Purpose::Reauthenticate(_) => ErrorCode::ReauthenticationRefused,
            },
            Self::NotAuthenticated(_) => ErrorCode::ReauthenticationRefused,
        }
    }

    /// Returns whether the provider authenticated a user before the failure.
    pub(super) fn has_provider_session(&self) -> bool {
        match self {
            Self::Refused(..) | Self::OtherSession | Self::NotAuthenticated(_) => true,
            Self::AccessDenied | Self::ProviderError | Self::Provider(_) | Self::Store(_) => false,
        }
    }
}
