//! Failures of a provider. The texts are for the log and the audit event, never for the browser.

use oauth2::{
    RequestTokenError,
    basic::{BasicErrorResponse, BasicErrorResponseType},
};

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
}

impl From<HttpError> for ProviderFailure {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Status(429) => Self::RateLimited,
            error if error.is_outage() => Self::Unavailable(error.to_string()),
            error => Self::Invalid(error.to_string()),
        }
    }
}

impl From<TokenError> for ProviderFailure {
    fn from(error: TokenError) -> Self {
        Self::Invalid(error.to_string())
    }
}

impl From<RequestTokenError<HttpError, BasicErrorResponse>> for ProviderFailure {
    fn from(error: RequestTokenError<HttpError, BasicErrorResponse>) -> Self {
        match error {
            RequestTokenError::Request(error) => error.into(),
            // `error_description` is left out: it can have any length and contain line breaks (log injection).
            RequestTokenError::ServerResponse(response) => Self::Refused(match response.error() {
                BasicErrorResponseType::Extension(_) => {
                    "an error code that RFC 6749 does not define".to_owned()
                }
                code @ (BasicErrorResponseType::InvalidClient
                | BasicErrorResponseType::InvalidGrant
                | BasicErrorResponseType::InvalidRequest
                | BasicErrorResponseType::InvalidScope
                | BasicErrorResponseType::UnauthorizedClient
                | BasicErrorResponseType::UnsupportedGrantType) => code.to_string(),
            }),
            RequestTokenError::Parse(..) => {
                Self::Invalid("the response of the token endpoint contains no token".to_owned())
            }
            RequestTokenError::Other(_) => {
                Self::Invalid("the response of the token endpoint cannot be read".to_owned())
            }
        }
    }
}
