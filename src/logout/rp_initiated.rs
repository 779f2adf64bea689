//! Logout at the provider after the logout here (OpenID Connect RP-Initiated Logout 1.0).

use crate::{admission::UpstreamSession, app::App, session::id_token_hint};

/// Returns the URL at which the browser logs out at the provider, or `None` if the provider has no such endpoint.
pub(super) async fn end_session_redirect(app: &App, upstream: &UpstreamSession) -> Option<String> {
    let provider = app.providers.get(&upstream.provider)?;
    let id_token = match &upstream.id_token_hint {
        Some(key) => id_token_hint::take(app, key).await,
        None => None,
    };
    provider.logout_url(id_token.as_ref(), &app.config.public_url.origin).map(String::from)
}
