//! A callback as the routes see it: the request and its outcomes.

use crate::{
    admission::Admission,
    app::App,
    audit::EventId,
    error::ErrorCode,
    login::federated::start::AuthorizationRequest,
    session::State,
    web::{
        browser_key::BrowserKey, client::Client, cookies::RequestCookies, navigation::Initiator,
        return_target::ReturnTarget,
    },
};

pub enum CallbackOutcome {
    /// The user is authenticated; a second factor may be missing.
    Admitted(Box<Admission>, ReturnTarget),
    /// The user must sign in to an account and confirm the link; the key is for the cookie.
    LinkPending(BrowserKey, ReturnTarget),
    /// The identity is linked; the session did not change.
    Linked(ReturnTarget),
    /// A test login has ended, and its report is stored. No session was opened and no user was changed.
    Tested { has_provider_session: bool },
    /// The response no longer matters: this browser has a session in this state.
    Continue(State, ReturnTarget),
    /// The login starts again: the response came too late, or the user must enrol a second factor and the provider did not authenticate the
    /// user recently.
    StartAgain(AuthorizationRequest),
}

impl CallbackOutcome {
    /// Returns whether the provider has authenticated a user for the purpose of the request.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        match self {
            Self::Admitted(..) | Self::LinkPending(..) | Self::Linked(_) => true,
            // A test login is no login: it is not counted as one.
            Self::Tested { .. } | Self::Continue(..) | Self::StartAgain(_) => false,
        }
    }
}

/// The request that carries an authorization response.
pub struct CallbackRequest<'a> {
    pub app: &'a App,
    pub cookies: &'a RequestCookies,
    pub client: &'a Client,
    pub initiator: Initiator,
    /// Name in the path.
    pub provider: &'a str,
}

/// A refused callback, as the page sees it.
#[derive(Debug)]
pub struct CallbackRefusal {
    pub code: ErrorCode,
    /// The audit event with the reason, if one was stored.
    pub trace: Option<EventId>,
    pub return_to: ReturnTarget,
    /// The provider authenticated the user, so it may have a session for this browser.
    pub has_provider_session: bool,
}
