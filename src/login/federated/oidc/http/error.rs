//! Failures of a request to a provider.

use super::cause;

#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// No connection, an interrupted response, or a timeout.
    #[error("no response: {0}")]
    NoResponse(String),
    #[error("the response is larger than 1 MiB")]
    TooLarge,
    #[error("status {0}")]
    Status(u16),
    #[error("status {0}: a redirect to {1}, which is not followed")]
    Redirect(u16, String),
    #[error("the response has the content encoding {0}, which was not requested")]
    Encoding(String),
    #[error("the response cannot be decompressed")]
    Compression,
    /// The body is not a JSON object, but this.
    #[error("the response is {0}")]
    NotJson(String),
}

impl HttpError {
    /// Returns the kind of failure, without its text.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::NoResponse(_) => "no_response",
            Self::TooLarge => "too_large",
            Self::Status(_) => "status",
            Self::Redirect(..) => "redirect",
            Self::Encoding(_) | Self::Compression => "encoding",
            Self::NotJson(_) => "not_json",
        }
    }

    /// Returns whether the provider is down; otherwise it answers, but not correctly.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        match self {
            Self::NoResponse(_) => true,
            Self::Status(status) => *status >= 500 || *status == 429,
            Self::Redirect(..)
            | Self::TooLarge
            | Self::Encoding(_)
            | Self::Compression
            | Self::NotJson(_) => false,
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub(super) fn no_response(error: reqwest::Error) -> HttpError {
    HttpError::NoResponse(cause::of(&error))
}
