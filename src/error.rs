//! Errors as the client sees them: one published code each, rendered as RFC 9457 `application/problem+json`.
//!
//! Flows fail with their own enums, which know no HTTP. The `From` between such an enum and [`ApiError`] stands beside the routes of the
//! flow: it is the one place that decides what a client learns. The cause is for the log only. A handler returns the error;
//! [`crate::http::layers::problems`] writes the body, because only that layer knows the request id, and logs each error once.

use std::time::Duration;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{limiter::Limited, store::StoreError};

/// Result of a handler.
pub type ApiResult<T> = Result<T, ApiError>;

/// `Retry-After` when the store or the hashing queue is the reason.
const RETRY_SOON: Duration = Duration::from_secs(1);

/// The published codes, each with its status, title and advice. API: few and stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The body or the query is not what the route takes.
    InvalidRequest,
    /// Wrong, used, or out of its window: one answer.
    CodeInvalid,
    /// Not the password of who is signed in.
    PasswordWrong,
    /// No session.
    NotSignedIn,
    /// Unknown, wrong, disabled or without a password: one answer.
    InvalidCredentials,
    /// Only the password is proven.
    SecondFactorRequired,
    /// Policy wants a second factor first.
    EnrolmentRequired,
    /// There was a session; the reason says why it ended.
    SessionEnded,
    /// Origin or token does not fit.
    CsrfFailed,
    /// Not for this person.
    Forbidden,
    /// The last proof is too old for this.
    ReauthenticationRequired,
    /// No such route or thing.
    NotFound,
    /// The route has other methods.
    MethodNotAllowed,
    /// No set-up to confirm.
    NoPendingEnrolment,
    /// No identity of this browser waits to be linked.
    NoPendingLink,
    /// Signed in as somebody else than the link is for.
    LinkAccountMismatch,
    /// The identity is linked to somebody else.
    IdentityInUse,
    /// Without it nobody could come in.
    LastWayIn,
    /// Over 64 KiB.
    TooLarge,
    /// Not JSON.
    UnsupportedMediaType,
    /// Throttled.
    TooManyAttempts,
    /// Our fault.
    Internal,
    /// The hashing queue is full.
    Busy,
    /// The store does not answer.
    StoreUnavailable,
    /// Nothing is known of the provider.
    ProviderUnavailable,
    /// The deadline of the request passed.
    Timeout,
}

impl Kind {
    fn describe(self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::InvalidRequest => {
                (S::BAD_REQUEST, "Invalid request", "Send a JSON object with the members this route takes.")
            }
            Self::CodeInvalid => (
                S::BAD_REQUEST,
                "Wrong code",
                "Wait for the next code of your authenticator app and enter that.",
            ),
            Self::PasswordWrong => (S::BAD_REQUEST, "Wrong password", "Check it and try again."),
            Self::NotSignedIn => (S::UNAUTHORIZED, "Not signed in", "Sign in first."),
            Self::InvalidCredentials => {
                (S::UNAUTHORIZED, "Wrong user name or password", "Check both and try again.")
            }
            Self::SecondFactorRequired => {
                (S::UNAUTHORIZED, "Second factor required", "Enter the code of your authenticator app.")
            }
            Self::EnrolmentRequired => {
                (S::UNAUTHORIZED, "Second factor must be set up", "Set up an authenticator app first.")
            }
            Self::SessionEnded => (S::UNAUTHORIZED, "Session ended", "Sign in again."),
            Self::CsrfFailed => (
                S::FORBIDDEN,
                "Request not trusted",
                "Send the cookie XSRF-TOKEN back in the header X-XSRF-TOKEN, from an allowed origin.",
            ),
            Self::Forbidden => (S::FORBIDDEN, "Not allowed", "Ask an administrator."),
            Self::ReauthenticationRequired => (
                S::FORBIDDEN,
                "Recent proof required",
                "Prove again who you are, then repeat this within ten minutes.",
            ),
            Self::NotFound => (S::NOT_FOUND, "Not found", "Check the address."),
            Self::MethodNotAllowed => {
                (S::METHOD_NOT_ALLOWED, "Method not allowed", "Use a method that the header Allow names.")
            }
            Self::NoPendingEnrolment => {
                (S::CONFLICT, "Nothing to confirm", "Start the set-up of the authenticator app again.")
            }
            Self::NoPendingLink => (S::NOT_FOUND, "Nothing to link", "Sign in through the provider again."),
            Self::LinkAccountMismatch => (
                S::CONFLICT,
                "Signed in to another account",
                "Sign out, and sign in to the account that the link is for.",
            ),
            Self::IdentityInUse => {
                (S::CONFLICT, "Linked to somebody else", "Ask an administrator to look at both accounts.")
            }
            Self::LastWayIn => (
                S::CONFLICT,
                "The last way to sign in",
                "Link another provider first, or ask an administrator for a password.",
            ),
            Self::TooLarge => (S::PAYLOAD_TOO_LARGE, "Too large", "Send at most 64 KiB."),
            Self::UnsupportedMediaType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "Unsupported media type",
                "Send what this route takes: application/json, or a form from a provider.",
            ),
            Self::TooManyAttempts => (S::TOO_MANY_REQUESTS, "Too many attempts", "Wait, then try again."),
            Self::Internal => {
                (S::INTERNAL_SERVER_ERROR, "Internal error", "Tell the operator the requestId.")
            }
            Self::Busy => {
                (S::SERVICE_UNAVAILABLE, "Busy", "Many people are signing in. Try again in a moment.")
            }
            Self::StoreUnavailable => (S::SERVICE_UNAVAILABLE, "Store unavailable", "Try again in a moment."),
            Self::ProviderUnavailable => {
                (S::SERVICE_UNAVAILABLE, "Provider unavailable", "Try again in a moment, or another way.")
            }
            Self::Timeout => (S::GATEWAY_TIMEOUT, "Timeout", "Try again in a moment."),
        }
    }
}

/// One failure: what the client sees, and the cause that only the log sees.
#[derive(Clone, Debug)]
pub struct ApiError {
    kind: Kind,
    facts: Facts,
    cause: Option<String>,
}

/// Members of a problem that only some kinds have.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    methods: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
}

impl ApiError {
    /// A failure that only its kind describes.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, facts: Facts::default(), cause: None }
    }

    /// With what the log should say.
    #[must_use]
    pub fn because(self, cause: &(impl ToString + ?Sized)) -> Self {
        Self { cause: Some(cause.to_string()), ..self }
    }

    /// With the time after which it is worth trying again, in whole seconds, rounded up.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.facts.retry_after = Some(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX).max(1));
        self
    }

    /// The hashing queue is full.
    #[must_use]
    pub fn busy() -> Self {
        Self::new(Kind::Busy).retry_after(RETRY_SOON)
    }

    /// Nothing is known of the provider yet.
    #[must_use]
    pub fn provider_unavailable() -> Self {
        Self::new(Kind::ProviderUnavailable).retry_after(RETRY_SOON)
    }

    /// The last proof is older than `max_age`; `methods` can renew it.
    #[must_use]
    pub fn reauthentication_required(methods: Vec<String>, max_age: Duration) -> Self {
        let facts = Facts { methods: Some(methods), max_age: Some(max_age.as_secs()), ..Facts::default() };
        Self { facts, ..Self::new(Kind::ReauthenticationRequired) }
    }

    /// Creates the error for a session that has ended, with the published reason.
    #[must_use]
    pub fn session_ended(reason: &'static str) -> Self {
        let facts = Facts { reason: Some(reason), ..Facts::default() };
        Self { facts, ..Self::new(Kind::SessionEnded) }
    }

    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the cause for the log.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        self.facts.retry_after
    }

    pub(crate) fn problem<'a>(&'a self, request_id: &'a str) -> Problem<'a> {
        let (status, title, detail) = self.kind.describe();
        let code = serde_json::to_value(self.kind).ok();
        let code = code.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
        Problem {
            r#type: format!("urn:vestibule:problem:{code}"),
            title,
            status: status.as_u16(),
            code: self.kind,
            detail,
            request_id,
            facts: &self.facts,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => {
                Self::new(Kind::StoreUnavailable).retry_after(RETRY_SOON).because(&error)
            }
            StoreError::Taken { .. } | StoreError::Corrupt { .. } => {
                Self::new(Kind::Internal).because(&error)
            }
        }
    }
}

impl From<Limited> for ApiError {
    fn from(limited: Limited) -> Self {
        match limited {
            Limited::Wait(wait) => Self::new(Kind::TooManyAttempts).retry_after(wait),
            Limited::Busy => Self::busy(),
            Limited::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.kind.describe().0.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Body of an error response (RFC 9457).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    code: Kind,
    detail: &'static str,
    request_id: &'a str,
    #[serde(flatten)]
    facts: &'a Facts,
}
