//! Errors as the client sees them: one published code each, rendered as RFC 9457 `application/problem+json`.
//!
//! Flows fail with their own enums, which know no HTTP. The `From` between such an enum and [`ApiError`] is beside the routes of the
//! flow: it is the one place that decides what a client learns. The cause is for the log only. A handler returns the error;
//! [`crate::http::layers::problems`] writes the body, because only that layer knows the request id, and logs each error once.

use std::{borrow::Cow, time::Duration};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{limiter::Limited, schema::text_schema, store::StoreError};

pub type ApiResult<T> = Result<T, ApiError>;

/// `Retry-After` when the store or the hashing queue is the reason.
const RETRY_SOON: Duration = Duration::from_secs(1);

/// Declares [`ErrorCode`] from one table: variant, published name, status of the problem (`-` for a code that only redirects carry),
/// whether a redirect to `/login?error=CODE` may carry it, title, advice.
macro_rules! error_codes {
    ($($variant:ident $code:literal $status:tt $redirect:literal $title:literal $detail:literal;)*) => {
        /// Published error codes, of problems and of redirects. API: few and stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ErrorCode {
            $(#[doc = concat!("`", $code, "`: ", $title, ".")] $variant,)*
        }

        impl ErrorCode {
            /// All codes, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Returns the published name.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Returns the status of a problem with this code, or `None` if only redirects carry it.
            #[must_use]
            pub const fn status(self) -> Option<StatusCode> {
                match self { $(Self::$variant => error_codes!(@status $status),)* }
            }

            /// Returns whether a redirect to `/login?error=CODE` may carry this code.
            #[must_use]
            pub const fn is_in_redirects(self) -> bool {
                match self { $(Self::$variant => $redirect,)* }
            }

            /// Returns the title and the advice of a problem with this code.
            #[must_use]
            pub const fn texts(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($title, $detail),)* }
            }
        }
    };
    (@status -) => { None };
    (@status $status:ident) => { Some(StatusCode::$status) };
}

error_codes! {
    InvalidRequest "invalid_request" BAD_REQUEST false
        "Invalid request" "Send a JSON object with the members of this route.";
    CodeInvalid "code_invalid" BAD_REQUEST false
        "Wrong code" "Check the code and enter it again. A code works once.";
    PasskeyInvalid "passkey_invalid" BAD_REQUEST false
        "Passkey not accepted" "Try again with the same passkey, or use another method.";
    CeremonyOver "ceremony_over" BAD_REQUEST false
        "Request of the passkey expired" "Start again: a request is valid for five minutes and works once, in the browser that started it.";
    PasskeyNotAllowed "passkey_not_allowed" BAD_REQUEST false
        "Authenticator not allowed" "Use an authenticator that your administrator allows.";
    PasswordRejected "password_rejected" BAD_REQUEST false
        "Password not accepted" "Choose another password; `errors` names the reason.";
    PasswordWrong "password_wrong" BAD_REQUEST false
        "Wrong password" "Check the password and try again.";
    TokenInvalid "token_invalid" BAD_REQUEST false
        "Link not valid" "The link was used or has expired. Request a new one.";
    NotSignedIn "not_signed_in" UNAUTHORIZED false
        "Not signed in" "Sign in first.";
    InvalidCredentials "invalid_credentials" UNAUTHORIZED false
        "Wrong user name or password" "Check both and try again.";
    PasskeyRefused "passkey_refused" UNAUTHORIZED false
        "Passkey not accepted" "Try again, or sign in with another method.";
    PasskeyUnknown "passkey_unknown" UNAUTHORIZED false
        "Unknown passkey" "The passkey was removed from the account. Delete it from your device, and sign in with another method.";
    SecondFactorRequired "second_factor_required" UNAUTHORIZED false
        "Second factor required" "Prove a second factor first.";
    EnrolmentRequired "enrolment_required" UNAUTHORIZED false
        "Second factor must be set up" "Set up an authenticator app or a passkey first.";
    PasswordChangeRequired "password_change_required" UNAUTHORIZED false
        "Password must be changed" "Choose a new password first.";
    SessionEnded "session_ended" UNAUTHORIZED false
        "Session ended" "Sign in again.";
    CsrfFailed "csrf_failed" FORBIDDEN false
        "Request not trusted" "`reason` names the rule. Send the token of the CSRF cookie in the header X-XSRF-TOKEN, from an allowed origin.";
    Forbidden "forbidden" FORBIDDEN false
        "Not allowed" "Ask an administrator.";
    ReauthenticationRequired "reauthentication_required" FORBIDDEN false
        "Recent authentication required" "Re-authenticate, then repeat this request within ten minutes.";
    NotFound "not_found" NOT_FOUND false
        "Not found" "Check the address.";
    NoPendingLink "no_pending_link" NOT_FOUND false
        "No pending link" "Sign in through the provider again.";
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED false
        "Method not allowed" "Use a method that the header Allow names.";
    HandleTaken "handle_taken" CONFLICT false
        "Name or address in use" "Choose another one; `errors` names the field.";
    IdentityInUse "identity_in_use" CONFLICT false
        "Identity in use" "The identity is linked to another account. Ask an administrator to check both accounts.";
    PasskeyRegistered "passkey_registered" CONFLICT false
        "Passkey in use" "The passkey is registered already. Use another authenticator.";
    LinkAccountMismatch "link_account_mismatch" CONFLICT false
        "Signed in to another account" "Sign out, then sign in to the account that the link is for.";
    LastWayIn "last_way_in" CONFLICT false
        "Last sign-in method" "Add another way to sign in first, or ask an administrator.";
    LastAdministrator "last_administrator" CONFLICT false
        "Last administrator" "Make another user an administrator first.";
    FactorRequired "factor_required" CONFLICT false
        "Second factor required" "Set up another second factor first: the last one cannot be removed.";
    TooManyFactors "too_many_factors" CONFLICT false
        "Too many second factors" "Remove one before you add another one.";
    MergeRefused "merge_refused" CONFLICT false
        "Users cannot be merged" "`reason` names the rule.";
    UndoRefused "undo_refused" CONFLICT false
        "Merge cannot be undone" "`reason` names the rule.";
    NoPendingEnrolment "no_pending_enrolment" CONFLICT false
        "No pending enrolment" "Start the set-up again.";
    RevisionStale "revision_stale" PRECONDITION_FAILED false
        "Changed by another request" "Load the object again, then repeat the change.";
    TooLarge "too_large" PAYLOAD_TOO_LARGE false
        "Too large" "Send at most 64 KiB.";
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE false
        "Unsupported media type" "Send application/json, or the form that this route takes from a provider.";
    TooManyAttempts "too_many_attempts" TOO_MANY_REQUESTS true
        "Too many attempts" "Wait for the time in Retry-After, then try again.";
    Internal "internal" INTERNAL_SERVER_ERROR false
        "Internal error" "Give the requestId to the operator.";
    Busy "busy" SERVICE_UNAVAILABLE false
        "Busy" "Many users are signing in. Try again in a moment.";
    MessageNotSent "message_not_sent" SERVICE_UNAVAILABLE false
        "Message not sent" "Use another method, or try again later.";
    StoreUnavailable "store_unavailable" SERVICE_UNAVAILABLE false
        "Store unavailable" "Try again in a moment.";
    Timeout "timeout" GATEWAY_TIMEOUT false
        "Timeout" "Try again in a moment.";
    ProviderUnavailable "provider_unavailable" SERVICE_UNAVAILABLE true
        "Provider unavailable" "Try again in a moment, or use another sign-in method.";
    ProviderUnknown "provider_unknown" - true
        "Unknown provider" "Choose a provider on the sign-in page.";
    ProviderError "provider_error" - true
        "Provider error" "Try again. If it fails again, ask the operator to check the settings at the provider.";
    ProviderResponseInvalid "provider_response_invalid" - true
        "Invalid response of the provider" "Try again. If it fails again, give the trace number to the operator.";
    AccessDenied "access_denied" - true
        "Access denied" "The provider or this service does not allow the login for this user.";
    LoginCancelled "login_cancelled" - true
        "Login cancelled" "Start the login again, or use another sign-in method.";
    LoginExpired "login_expired" - true
        "Login expired" "Start the login again in this browser.";
    SignupNotAllowed "signup_not_allowed" - true
        "No account" "Ask an administrator for an account with this address.";
    AccountDisabled "account_disabled" - true
        "Account disabled" "Ask an administrator.";
    LinkAmbiguous "link_ambiguous" - true
        "Several accounts have this address" "Give the trace number to an administrator.";
    IdentityUnlinked "identity_unlinked" - true
        "Identity was unlinked" "Sign in with another method, then link the identity again.";
    LinkRefused "link_refused" - true
        "Link refused" "The identity belongs to another account, or the session that started the link has ended.";
    ReauthenticationRefused "reauthentication_refused" - true
        "Re-authentication refused" "Sign in at the provider again, with the identity of this account.";
}

text_schema!(ErrorCode, "ErrorCode", { "description": "What went wrong. The codes are stable: programs compare them.", "enum": ErrorCode::ALL });

impl Serialize for ErrorCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

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
