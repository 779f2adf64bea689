//! Logout of this browser, and then at the provider (OpenID Connect RP-Initiated Logout 1.0).

use crate::{
    admission::UpstreamSession,
    app::App,
    audit::EventKind,
    session::{self, id_token_hint},
    store::StoreError,
    user::EndReason,
    web::{
        client::Client,
        cookies::{CookieChange, RequestCookies},
    },
};

/// Ends the session of this browser and returns the URL of the logout at the provider, if there is one. The session is ended before anything
/// else happens: no later failure can leave it valid.
pub(super) async fn log_out(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
) -> Result<Option<String>, StoreError> {
    let Some(id) = cookies.session_id() else { return Ok(None) };
    let ended = session::end(app, id, EndReason::SignedOut).await?;
    cookies.remove_session();
    if let Some(session) = &ended {
        let audit = app.audit(client).about(session.user_id).by_user(session.user_id);
        audit.success(EventKind::SignOut).record().await;
    }
    let session = match ended {
        Some(session) => Some(session),
        // A session that has just expired is logged out at the provider too: the provider may still have its own session.
        None => session::recently_expired(app, id).await?,
    };
    let Some(upstream) = session.and_then(|session| session.authentication.upstream) else { return Ok(None) };
    // The browser may not follow the redirect, and the provider may ignore it. The next user must not be signed in as this one.
    cookies.queue(CookieChange::SetPromptLogin);
    Ok(end_session_redirect(app, &upstream).await)
}

/// Returns the URL at which the browser logs out at the provider, or `None` if the provider has no such endpoint.
async fn end_session_redirect(app: &App, upstream: &UpstreamSession) -> Option<String> {
    let provider = app.providers.get(&upstream.provider)?;
    let id_token = match &upstream.id_token_hint {
        Some(key) => id_token_hint::take(app, key).await,
        None => None,
    };
    provider.logout_url(id_token.as_ref(), &app.config.public_url.origin).map(String::from)
}
