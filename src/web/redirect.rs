//! Redirects of navigations.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use url::{Url, form_urlencoded};

use super::{addresses::Addresses, return_target::ReturnTarget};
use crate::error::{ApiError, ErrorCode};

/// A page of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    SignIn,
    SecondFactor,
    Enrolment,
    PasswordChange,
    Link,
    /// The end of a test login, in the console.
    TestComplete,
}

impl Page {
    const fn path(self) -> &'static str {
        match self {
            Self::SignIn => "/login",
            Self::SecondFactor => "/second-factor",
            Self::Enrolment => "/mfa-setup",
            Self::PasswordChange => "/change-password",
            Self::Link => "/link",
            Self::TestComplete => "/vestibule/admin/providers/test-complete",
        }
    }
}

/// Redirect with 303: the browser follows with GET, whatever the method was (RFC 9700 §4.12). It cannot be made of text, so a parameter of a
/// request is never a `Location` (open redirect).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect(String);

impl Redirect {
    /// Leads to the page to which the user returns.
    #[must_use]
    pub fn to_target(target: &ReturnTarget) -> Self {
        Self(target.as_str().to_owned())
    }

    /// Leads to a page of the portal, which later leads to `return_to`.
    #[must_use]
    pub fn to_page(
        addresses: &Addresses,
        page: Page,
        parameters: &[(&str, &str)],
        return_to: &ReturnTarget,
    ) -> Self {
        let is_default = *return_to == addresses.returns.start_page();
        let return_to = (!is_default).then_some(("returnTo", return_to.as_str()));
        let parameters = parameters.iter().copied().chain(return_to);
        Self(with_query(addresses.path(page.path()), parameters))
    }

    /// Leads to a page of the portal from a page that may have another origin: a proxy passes the redirect on to the browser.
    #[must_use]
    pub fn from_page(addresses: &Addresses, from: &Url, page: Page, return_to: &ReturnTarget) -> Self {
        let Self(path) = Self::to_page(addresses, page, &[], return_to);
        Self(if addresses.is_own(from) { path } else { addresses.absolute(&path) })
    }

    /// Leads to the callback of a provider with the parameters of its form.
    #[must_use]
    pub fn to_callback(addresses: &Addresses, provider: &str, parameters: &[(&str, &str)]) -> Self {
        let path = addresses.path(&format!("/api/auth/callback/{provider}"));
        Self(with_query(path, parameters.iter().copied()))
    }

    /// Leads to a provider.
    #[must_use]
    pub fn to_provider(url: &Url) -> Self {
        Self(url.as_str().to_owned())
    }
}

fn with_query<'a>(path: String, parameters: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    if query.is_empty() { path } else { format!("{path}?{query}") }
}

impl IntoResponse for Redirect {
    fn into_response(self) -> Response {
        match HeaderValue::try_from(self.0) {
            Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
            Err(error) => ApiError::new(ErrorCode::Internal).because(&error).into_response(),
        }
    }
}
