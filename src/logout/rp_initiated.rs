//! Logout of this browser, and then at the provider (OpenID Connect RP-Initiated Logout 1.0).

use super::continuation;
use crate::{
    app::App,
    audit::EventKind,
    session,
    store::StoreError,
    user::EndReason,
    web::{
        client::Client,
        cookies::{CookieChange, RequestCookies},
        return_target::ReturnTarget,
    },
};

/// Ends the session of this browser and returns the path at which the logout continues at the provider, if it has one. The session is ended
/// before anything else happens: no later failure can leave it valid. The provider returns to `return_to`.
pub(super) async fn log_out(
    app: &App,
    cookies: &RequestCookies,
    client: &Client,
    return_to: Option<&ReturnTarget>,
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
    let Some(session) = session else { return Ok(None) };
    let Some(upstream) = session.upstream() else { return Ok(None) };
    // The browser may not follow the redirect, and the provider may ignore it. The next user must not be signed in as this one.
    cookies.queue(CookieChange::SetPromptLogin);
    // The session has ended: a failing store must not turn the logout into an error.
    Ok(continuation::prepare(app, cookies, &session, upstream, return_to).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "could not prepare the logout at the provider");
        None
    }))
}
