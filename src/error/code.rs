//! The published error codes: one table.

use axum::http::StatusCode;
use serde::Serialize;

use crate::schema::text_schema;

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
    AlreadySignedIn "already_signed_in" CONFLICT false
        "Already signed in" "The login is complete. To authenticate again, use POST /api/auth/reauthenticate.";
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
