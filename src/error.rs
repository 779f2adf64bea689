//! Errors as the client sees them: one published code each, rendered as RFC 9457 `application/problem+json`.
//!
//! Flows fail with their own enums, which know no HTTP. The `From` between such an enum and [`ApiError`] is beside the routes of the
//! flow: it is the one place that decides what a client learns. The cause is for the log only. A handler returns the error;
//! [`crate::http::layers::problems`] writes the body, because only that layer knows the request id, and logs each error once.

mod code;

use std::{borrow::Cow, time::Duration};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

pub use self::code::ErrorCode;
use crate::{limiter::Limited, store::StoreError};

pub type ApiResult<T> = Result<T, ApiError>;

/// `Retry-After` when the store or the hashing queue is the reason.
const RETRY_SOON: Duration = Duration::from_secs(1);

/// One error: what the client sees, and the cause that only the log gets.
#[derive(Clone, Debug)]
pub struct ApiError {
    code: ErrorCode,
    facts: Box<Facts>,
    cause: Option<String>,
}

/// Members of a problem that only some codes have.
#[derive(Clone, Debug, Default, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Facts {
    /// Sentence in place of the one of the code.
    #[serde(skip)]
    detail: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// Origin of the public URL, where a request that was refused for its origin belongs.
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    methods: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u64>,
    /// How many more codes may be tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts_left: Option<u32>,
    /// By how many seconds the clock of the authenticator app is ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_skew_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
}

/// What is wrong with a member of the request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FieldError {
    pub field: &'static str,
    /// The rule that the member breaks, such as `required`, `too_long` or `invalid`.
    pub code: &'static str,
}

impl ApiError {
    /// Creates an error that its code describes completely.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self { code, facts: Box::default(), cause: None }
    }

    /// Adds the cause for the log.
    #[must_use]
    pub fn because(self, cause: &(impl ToString + ?Sized)) -> Self {
        Self { cause: Some(cause.to_string()), ..self }
    }

    /// Replaces the advice of the code.
    #[must_use]
    pub(crate) fn with_detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.facts.detail = Some(detail.into());
        self
    }

    /// Adds the time until a retry makes sense, rounded up to whole seconds.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.facts.retry_after = Some(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX).max(1));
        self
    }

    /// Creates the error for a full hashing queue.
    #[must_use]
    pub fn busy() -> Self {
        Self::new(ErrorCode::Busy).retry_after(RETRY_SOON)
    }

    /// Creates the error for a provider whose metadata is not loaded.
    #[must_use]
    pub fn provider_unavailable() -> Self {
        Self::new(ErrorCode::ProviderUnavailable).retry_after(RETRY_SOON)
    }

    /// Creates the error for an authentication that is older than `max_age`; `methods` are the ways to re-authenticate.
    #[must_use]
    pub fn reauthentication_required(methods: Vec<String>, max_age: Duration) -> Self {
        let facts = Facts { methods: Some(methods), max_age: Some(max_age.as_secs()), ..Facts::default() };
        Self { facts: Box::new(facts), ..Self::new(ErrorCode::ReauthenticationRequired) }
    }

    /// Creates the error for members of a request body that are not valid.
    #[must_use]
    pub fn invalid_fields(errors: Vec<FieldError>) -> Self {
        let facts = Facts { errors, ..Facts::default() };
        Self { facts: Box::new(facts), ..Self::new(ErrorCode::InvalidRequest) }
    }

    /// Creates the error for a new password that the rules refuse, with the code of the rule.
    #[must_use]
    pub fn password_rejected(rule: &'static str) -> Self {
        let facts =
            Facts { errors: vec![FieldError { field: "newPassword", code: rule }], ..Facts::default() };
        Self { facts: Box::new(facts), ..Self::new(ErrorCode::PasswordRejected) }
    }

    /// Creates the error for a member whose text belongs to another user.
    #[must_use]
    pub fn handle_taken(field: &'static str) -> Self {
        let facts = Facts { errors: vec![FieldError { field, code: "taken" }], ..Facts::default() };
        Self { facts: Box::new(facts), ..Self::new(ErrorCode::HandleTaken) }
    }

    /// Creates the error for a wrong code, with the number of tries that are left if they are few, and the clock skew if it is known.
    #[must_use]
    pub fn code_invalid(attempts_left: Option<u32>, clock_skew_seconds: Option<i64>) -> Self {
        let facts = Facts { attempts_left, clock_skew_seconds, ..Facts::default() };
        Self { facts: Box::new(facts), ..Self::new(ErrorCode::CodeInvalid) }
    }

    /// Creates the error for a session that has ended, with the published reason.
    #[must_use]
    pub fn session_ended(reason: &'static str) -> Self {
        let facts = Facts { reason: Some(reason), ..Facts::default() };
        Self { facts: Box::new(facts), ..Self::new(ErrorCode::SessionEnded) }
    }

    /// Creates the error of a rule that refuses an act, with the published name of the rule.
    #[must_use]
    pub fn refused(code: ErrorCode, rule: &'static str) -> Self {
        let facts = Facts { reason: Some(rule), ..Facts::default() };
        Self { facts: Box::new(facts), ..Self::new(code) }
    }

    /// Creates the error for a request that the CSRF check refuses: the published name of the rule, and the origin of the public URL.
    #[must_use]
    pub fn csrf_failed(rule: &'static str, expected: &str) -> Self {
        let facts = Facts { reason: Some(rule), expected: Some(expected.to_owned()), ..Facts::default() };
        Self { facts: Box::new(facts), ..Self::new(ErrorCode::CsrfFailed) }
    }

    #[must_use]
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// Returns the status; 500 for a code that only redirects may carry, because that is a bug of the service.
    fn status(&self) -> StatusCode {
        self.code.status().unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Returns the published reason of a session that ended.
    pub(crate) fn reason(&self) -> Option<&'static str> {
        self.facts.reason
    }

    /// Returns the cause for the log.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    pub(crate) fn retry_after_seconds(&self) -> Option<u64> {
        self.facts.retry_after
    }

    pub(crate) fn problem<'a>(&'a self, request_id: &'a str, trace_id: Option<String>) -> Problem<'a> {
        let (title, detail) = self.code.texts();
        Problem {
            r#type: format!("urn:vestibule:problem:{}", self.code.as_str()),
            title,
            status: self.status().as_u16(),
            code: self.code,
            detail: self.facts.detail.as_deref().unwrap_or(detail),
            request_id,
            trace_id,
            facts: &self.facts,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Unusable(_) => {
                Self::new(ErrorCode::StoreUnavailable).retry_after(RETRY_SOON).because(&error)
            }
            StoreError::Taken { .. } | StoreError::Corrupt { .. } => {
                Self::new(ErrorCode::Internal).because(&error)
            }
        }
    }
}

impl From<Limited> for ApiError {
    fn from(limited: Limited) -> Self {
        match limited {
            Limited::Wait(wait, counted) => {
                Self::new(ErrorCode::TooManyAttempts).retry_after(wait).because(counted.rule())
            }
            Limited::Busy => Self::busy(),
            Limited::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Body of an error response (RFC 9457).
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem<'a> {
    r#type: String,
    title: &'static str,
    status: u16,
    code: ErrorCode,
    detail: &'a str,
    request_id: &'a str,
    /// Only in a request whose trace is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
    #[serde(flatten)]
    facts: &'a Facts,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The list that the Rust tests, the Angular library, the portal and the documents share. After a change of the table, build and run
    /// the test with `UPDATE_FIXTURES=1`.
    const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/error-codes.json");

    #[test]
    fn fixture_lists_every_code() {
        let codes = ErrorCode::ALL.iter().map(|code| {
            let (title, detail) = code.texts();
            json!({
                "code": code.as_str(),
                "status": code.status().map(|status| status.as_u16()),
                "redirect": code.is_in_redirects(),
                "title": title,
                "detail": detail,
            })
        });
        let expected: Vec<Value> = codes.collect();
        if option_env!("UPDATE_FIXTURES").is_some() {
            let text = serde_json::to_string_pretty(&expected).expect("JSON") + "\n";
            std::fs::write(FIXTURE, text).expect("the fixture is writable");
        }
        let text = std::fs::read_to_string(FIXTURE).expect("the fixture exists");
        let found: Vec<Value> = serde_json::from_str(&text).expect("the fixture is JSON");
        assert_eq!(found, expected);
    }

    #[test]
    fn every_code_has_a_status_or_is_sent_in_redirects() {
        for code in ErrorCode::ALL {
            assert!(code.status().is_some() || code.is_in_redirects(), "{}", code.as_str());
        }
    }
}
