//! Failures of a provider. The texts are for the log and the audit event, never for the browser.

use super::{http::HttpError, jwt::TokenError};

#[derive(Debug, thiserror::Error)]
pub enum ProviderFailure {
    /// The provider cannot be reached or does not answer in time.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The provider answered 429. It works, but it limits this client.
    #[error("too many requests: the provider limits this client")]
    RateLimited,
    /// The provider rejected the authorization code.
    #[error("refused: {0}")]
    Refused(String),
    /// The response violates the protocol.
    #[error("invalid response: {0}")]
    Invalid(String),
}

impl ProviderFailure {
    pub(super) fn not_discovered() -> Self {
        Self::Unavailable("the metadata has not been loaded yet".to_owned())
    }

    /// Classifies a failed request, described by `text`.
    pub(super) fn of_http(error: &HttpError, text: String) -> Self {
        match error {
            HttpError::Status(429) => Self::RateLimited,
            error if error.is_outage() => Self::Unavailable(text),
            _ => Self::Invalid(text),
        }
    }
}

impl From<HttpError> for ProviderFailure {
    fn from(error: HttpError) -> Self {
        Self::of_http(&error, error.to_string())
    }
}

impl From<TokenError> for ProviderFailure {
    fn from(error: TokenError) -> Self {
        Self::Invalid(error.to_string())
    }
}
