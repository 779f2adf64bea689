//! Checks of the authorization response before its code is used.

use serde::Deserialize;

use super::error::{CallbackError, ProviderAnswer};
use crate::{
    config::ProviderKind,
    login::federated::{
        oidc::{failure::ProviderFailure, provider::Provider},
        transaction::Transaction,
    },
    web::body::Form,
};

/// Parameters of an authorization response. They are not trusted.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
pub struct AuthorizationResponse {
    /// The authorization code.
    pub code: Option<String>,
    /// The state of the login transaction.
    pub state: Option<String>,
    /// The issuer of the response (RFC 9207).
    pub iss: Option<String>,
    /// The error code of a refusal (RFC 6749 §4.1.2.1).
    pub error: Option<String>,
    /// Compared with known values, never shown or logged.
    pub error_description: Option<String>,
}

impl AuthorizationResponse {
    /// Returns the error code if it is one word, for the administrator of a test login: RFC 6749 §4.1.2.1 and extensions.
    #[must_use]
    pub(super) fn error_word(&self) -> Option<String> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_word = |error: &&str| (1..=64).contains(&error.len()) && error.bytes().all(is_allowed);
        self.error.as_deref().filter(is_word).map(str::to_owned)
    }
}

/// Longest value that is redirected, in bytes. The redirect must fit into the head of a request.
const FORM_VALUE_MAX: usize = 4096;
/// What Okta says to a user who must not use the application, also through a provider of another kind.
const OKTA_REFUSAL: &str = "User is not assigned to the client application.";

/// Returns the parameters of a response that was sent as a form, for a redirect. `None` without `state`, or if one is too long.
#[must_use]
pub fn parameters_of_form(form: &Form) -> Option<Vec<(&'static str, &str)>> {
    form.field("state")?;
    let present = ["code", "state", "iss", "error", "error_description"]
        .into_iter()
        .filter_map(|name| Some((name, form.field(name)?)));
    let parameters: Vec<_> = present.collect();
    parameters.iter().all(|(_, value)| value.len() <= FORM_VALUE_MAX).then_some(parameters)
}

/// Compares the issuer before the code is sent anywhere: a code of one provider must not be sent to another one (mix-up attack, RFC 9207
/// §2.4).
pub(super) fn check_issuer(
    provider: &Provider,
    transaction: &Transaction,
    iss: Option<&str>,
) -> Result<(), ProviderFailure> {
    let invalid = |text: &str| Err(ProviderFailure::Invalid(text.to_owned()));
    if transaction.issuer != provider.config.issuer.as_str() {
        return invalid("the request was sent to another issuer");
    }
    match iss {
        Some(iss) if provider.config.issuer.accepts(iss) => Ok(()),
        Some(_) => invalid("iss is another issuer"),
        None if provider.sends_iss() => invalid("iss is missing, but the metadata announces it"),
        None => Ok(()),
    }
}

/// Returns what the provider says. Keycloak answers a login in a second tab with `temporarily_unavailable` and `authentication_expired`. The
/// other two errors are for `prompt=none`, which this service never sends (OpenID Connect Core §3.1.2.6).
fn provider_answer(error: &str, description: Option<&str>) -> ProviderAnswer {
    match (error, description) {
        ("temporarily_unavailable", Some("authentication_expired"))
        | ("login_required" | "interaction_required", _) => ProviderAnswer::PageExpired,
        ("temporarily_unavailable", _) => ProviderAnswer::TemporarilyUnavailable,
        _ => ProviderAnswer::Other,
    }
}

/// Returns whether a denied request was cancelled by the user. `access_denied` has two meanings: the user or the server denied the request
/// (RFC 6749 §4.1.2.1). Most providers refuse a user on a page of their own, so that only a cancelled login returns. Auth0 and Okta return
/// their refusals, too, and mark a cancelled consent with a fixed text.
fn is_cancelled(description: Option<&str>, kind: ProviderKind) -> bool {
    match kind {
        ProviderKind::Auth0 => description == Some("User did not authorize the request"),
        ProviderKind::Okta => {
            description == Some("The resource owner or authorization server denied the request.")
        }
        ProviderKind::Oidc
        | ProviderKind::Google
        | ProviderKind::Entra
        | ProviderKind::Keycloak
        | ProviderKind::Apple => description != Some(OKTA_REFUSAL),
    }
}

/// Returns the code of a successful response.
pub(super) fn authorization_code(
    response: AuthorizationResponse,
    kind: ProviderKind,
) -> Result<String, CallbackError> {
    let description = response.error_description.as_deref();
    match (response.error.as_deref(), response.code) {
        // Apple, and LinkedIn before its login and its consent.
        (Some("user_cancelled_authorize" | "user_cancelled_login"), _) => Err(CallbackError::Cancelled),
        (Some("access_denied"), _) if is_cancelled(description, kind) => Err(CallbackError::Cancelled),
        (Some("access_denied"), _) => Err(CallbackError::AccessDenied),
        (Some(error), _) => Err(CallbackError::ProviderError(provider_answer(error, description))),
        (None, Some(code)) if !code.is_empty() => Ok(code),
        (None, Some(_) | None) => Err(ProviderFailure::Invalid("neither code nor error".to_owned()).into()),
    }
}
