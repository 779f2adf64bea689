//! Rotation: a session gets a new id at every login and every step up.
//!
//! Each new state gets a new id, so that a client that knew the old id has no access (session fixation). The new record is written before
//! the old one is retired: if the store fails in between, the user still has one session.

use std::sync::Arc;

use super::{id_token_hint, limit, record::Session, refusal::Refusal, upstream_logout, view::View};
use crate::{
    admission::UpstreamSession,
    app::App,
    store::{Change, StoreError},
    user::{AccountSummary, UserId},
    web::{
        cookies::{CookieChange, RequestCookies},
        session_id::SessionId,
    },
};

/// How a session opens.
pub(super) struct Opening {
    /// It continues the session of this browser.
    pub(super) is_step_up: bool,
    /// What the response shows about the account.
    pub(super) account: AccountSummary,
}

/// Writes `session` under a new id and retires the session of this browser.
pub(super) async fn rotate(
    app: &App,
    cookies: &RequestCookies,
    session: Session,
    Opening { is_step_up, account }: Opening,
) -> Result<View, Refusal> {
    let id = SessionId::random();
    let session = app.sessions.insert(session.with_id(&id)).await?.into_document();
    let retired = retire_previous(app, cookies, &session, &id, is_step_up).await;
    if let Some(old) = cookies.session_id() {
        // Also after a refusal: its cause may be an end on another replica, of which the cache does not know yet.
        app.sessions.invalidate(&old.document_id());
    }
    if let Err(refusal) = retired {
        app.sessions.take(&id.document_id()).await?;
        if !is_step_up {
            id_token_hint::delete_of(app, Some(&session)).await;
        }
        return Err(refusal);
    }
    if let Some(old) = cookies.session_id() {
        app.retired.insert(*old.hash(), ());
    }
    if !is_step_up {
        // The session is open: a failing store must not turn the login into an error.
        limit::enforce(app, session.user_id, &id.document_id()).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "could not enforce the session limit of the user");
        });
    }
    cookies.set_session(id, session.expires_at);
    let state = session.state;
    let account = account.offered(&app.config.message_codes.channels);
    Ok(View::of(Arc::new(session), state, account, app.clock.now()))
}

async fn retire_previous(
    app: &App,
    cookies: &RequestCookies,
    session: &Session,
    id: &SessionId,
    is_step_up: bool,
) -> Result<(), Refusal> {
    if let Some(upstream) = session.upstream() {
        if !is_step_up && !is_linked(app, session.user_id, upstream).await? {
            return Err(Refusal::Unlinked);
        }
        if upstream_logout::was_logged_out_since(app, upstream).await? {
            return Err(Refusal::LoggedOutUpstream);
        }
    }
    let old = cookies.session_id();
    if is_step_up {
        let old = mark_replaced(app, old.ok_or(Refusal::NotSignedIn)?, id).await?;
        // A re-authentication at the provider stored a newer ID token.
        if old.id_token_hint() != session.id_token_hint() {
            id_token_hint::delete_of(app, Some(&old)).await;
        }
        return Ok(());
    }
    if let Some(old) = old {
        let old = app.sessions.take(&old.document_id()).await?;
        id_token_hint::delete_of(app, old.as_ref()).await;
        if session.upstream().is_none() && old.is_some_and(|old| old.upstream().is_some()) {
            cookies.queue(CookieChange::SetPromptLogin);
        }
    }
    Ok(())
}

/// Marks the old record as replaced. One compare-and-set decides between the rotation and an end: either this write finds the end, or
/// the end finds the successor.
async fn mark_replaced(app: &App, old: &SessionId, new: &SessionId) -> Result<Session, Refusal> {
    let now = app.clock.now();
    let marked = app
        .sessions
        .update(&old.document_id(), |session| session.mark_replaced_by(new, now).map(Change::Write))
        .await?;
    marked.map(|(old, ())| old.into_document()).ok_or(Refusal::NotSignedIn)
}

/// Returns whether the identity that opens the session is still linked to its user. It reads the user after the record was written: an
/// unlinking before that is seen here, a later one finds the record ([`super::end_all`]).
async fn is_linked(app: &App, user: UserId, upstream: &UpstreamSession) -> Result<bool, StoreError> {
    let user = app.users.get_uncached(&user.document_id()).await?;
    Ok(user.is_some_and(|user| user.identities.iter().any(|identity| identity.key == upstream.key)))
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use axum::http::{HeaderMap, HeaderValue, header};

    use crate::{
        admission::{Amr, Proof, UpstreamSession, admit},
        app::{App, AppState},
        clock::{Clock, Timestamp},
        config::{Config, Environment},
        secrets,
        session::{self, CurrentSession, Refusal},
        user::{EndReason, IdentityKey, User, UserId},
        web::{client::Client, cookies::RequestCookies, cookies::SessionCookie, request_id::RequestId},
    };

    const NOW: Timestamp = Timestamp::from_millis(2_000_000_000_000);

    struct Fixture {
        app: AppState,
        user: User,
        client: Client,
        _folder: tempfile::TempDir,
    }

    impl Fixture {
        async fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let url = format!("sqlite:{}/test.db", folder.path().display());
            let environment = Environment::of([
                ("VESTIBULE_DATABASE_URL", url.as_str()),
                ("VESTIBULE_SECRET_KEYS", secrets::new_key().as_str()),
            ]);
            let (config, _) = Config::read(&environment).expect("settings");
            let app = App::build(config, Clock::manual(NOW)).await.expect("the application starts");
            let user = User::new(UserId::new(NOW), NOW);
            app.store.insert(user.clone()).await.expect("the store works");
            let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
            let client = Client { ip, user_agent: None, device: None, request_id: RequestId::new() };
            Self { app, user, client, _folder: folder }
        }

        /// A request of a browser that has this value as its session cookie.
        fn request(&self, cookie: Option<&str>) -> RequestCookies {
            let mut headers = HeaderMap::new();
            if let Some(cookie) = cookie {
                let value = format!("{}={cookie}", self.app.cookies.session());
                headers.insert(header::COOKIE, HeaderValue::from_str(&value).expect("visible ASCII"));
            }
            RequestCookies::read(&self.app.cookies, &headers)
        }

        /// Logs in with a password, and returns the new session cookie.
        async fn log_in(&self, cookie: Option<&str>) -> String {
            let admission = admit(Proof::password(&self.user, NOW), self.app.config.mfa).expect("active");
            let cookies = self.request(cookie);
            session::enter(&self.app, &cookies, &self.client, admission).await.expect("a session");
            set_cookie(&cookies).expect("the session cookie is set")
        }

        /// Adds a second factor to the session, and returns the new session cookie.
        async fn step_up(&self, cookie: &str) -> Result<String, Refusal> {
            let cookies = self.request(Some(cookie));
            let prior = self.check(cookie).await?.session.authentication.clone();
            let proof = Proof::step_up(&self.user, prior, Some(Amr::Otp), NOW);
            let admission = admit(proof, self.app.config.mfa).expect("active");
            session::enter(&self.app, &cookies, &self.client, admission).await?;
            Ok(set_cookie(&cookies).expect("the session cookie is set"))
        }

        async fn check(&self, cookie: &str) -> Result<CurrentSession, Refusal> {
            session::check(&self.app, &self.request(Some(cookie))).await
        }

        async fn end(&self, cookie: &str) {
            let id = cookie.parse().expect("a session id");
            session::end(&self.app, &id, EndReason::SignedOut).await.expect("the store works");
        }
    }

    fn set_cookie(cookies: &RequestCookies) -> Option<String> {
        match cookies.take_changes().session {
            SessionCookie::Set(id, _) => Some(id.cookie_value()),
            SessionCookie::Unchanged | SessionCookie::Remove => None,
        }
    }

    #[tokio::test]
    async fn step_up_gives_a_new_id_and_retires_the_old_one() {
        let fixture = Fixture::new().await;
        let first = fixture.log_in(None).await;
        let second = fixture.step_up(&first).await.expect("the session is valid");
        assert_ne!(first, second);
        assert!(matches!(fixture.check(&first).await, Err(Refusal::NotSignedIn)));
        let current = fixture.check(&second).await.expect("the session is valid");
        assert_eq!(current.session.authentication.amr, [Amr::Pwd, Amr::Otp]);
    }

    #[tokio::test]
    async fn login_deletes_the_session_that_the_browser_had() {
        let fixture = Fixture::new().await;
        let first = fixture.log_in(None).await;
        let second = fixture.log_in(Some(&first)).await;
        assert!(matches!(fixture.check(&first).await, Err(Refusal::NotSignedIn)));
        fixture.check(&second).await.expect("the session is valid");
    }

    #[tokio::test]
    async fn step_up_after_an_end_is_refused_and_leaves_no_session() {
        let fixture = Fixture::new().await;
        let first = fixture.log_in(None).await;
        let cookies = fixture.request(Some(&first));
        let prior = fixture.check(&first).await.expect("valid").session.authentication.clone();
        let proof = Proof::step_up(&fixture.user, prior, Some(Amr::Otp), NOW);
        let admission = admit(proof, fixture.app.config.mfa).expect("active");
        // The end comes between the proof and the rotation.
        fixture.end(&first).await;
        let entered = session::enter(&fixture.app, &cookies, &fixture.client, admission).await;
        assert!(matches!(entered, Err(Refusal::Ended(EndReason::SignedOut))));
        assert_eq!(set_cookie(&cookies), None);
        let tag = session::tag_of_user(fixture.user.id);
        let valid = session::end_all(&fixture.app, &tag, EndReason::Revoked, |_| true).await;
        assert!(valid.expect("the store works").is_empty());
    }

    #[tokio::test]
    async fn end_of_a_replaced_id_ends_the_session_that_continues_it() {
        let fixture = Fixture::new().await;
        let first = fixture.log_in(None).await;
        let second = fixture.step_up(&first).await.expect("the session is valid");
        fixture.end(&first).await;
        assert!(matches!(fixture.check(&second).await, Err(Refusal::Ended(EndReason::SignedOut))));
    }

    #[tokio::test]
    async fn replaced_id_cannot_step_up_again() {
        let fixture = Fixture::new().await;
        let first = fixture.log_in(None).await;
        fixture.step_up(&first).await.expect("the session is valid");
        assert!(matches!(fixture.step_up(&first).await, Err(Refusal::NotSignedIn)));
    }

    /// The unlink comes between the proof and the rotation, and finds no session to end.
    #[tokio::test]
    async fn login_with_an_identity_that_was_unlinked_is_refused() {
        let fixture = Fixture::new().await;
        let key = IdentityKey { issuer: "https://idp.example".to_owned(), subject: "1".to_owned() };
        let upstream = UpstreamSession {
            provider: "idp".to_owned(),
            key,
            sid: None,
            issued_at: 0,
            started_at: NOW,
            id_token_hint: None,
        };
        let proof = Proof::federated(&fixture.user, upstream, false, Some(NOW), NOW);
        let admission = admit(proof, fixture.app.config.mfa).expect("active");
        let cookies = fixture.request(None);
        let entered = session::enter(&fixture.app, &cookies, &fixture.client, admission).await;
        assert!(matches!(entered, Err(Refusal::Unlinked)));
        assert_eq!(set_cookie(&cookies), None);
        let tag = session::tag_of_user(fixture.user.id);
        let valid = session::end_all(&fixture.app, &tag, EndReason::Revoked, |_| true).await;
        assert!(valid.expect("the store works").is_empty());
    }
}
