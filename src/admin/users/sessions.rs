//! Sessions as administrators see them.

pub(crate) mod routes;

use serde::Serialize;

use crate::{
    account::sessions::SessionView,
    app::App,
    session::{self, CurrentSession, Listed, Session, State},
    store::{Collection, Condition, Cursor, Order, Selection, StoreError, Stored},
    user::{User, UserId},
};

/// More than a user can have: see `session/limit.rs`.
const SESSIONS: usize = 400;

/// A session of any user.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct SessionOfUser {
    #[serde(flatten)]
    session: SessionView,
    user: Owner,
}

#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SessionOwner")]
struct Owner {
    id: UserId,
    username: Option<String>,
    display_name: Option<String>,
    email: Option<String>,
}

/// Returns the sessions of a user that are signed in, the last used one first.
pub(super) async fn of_user(
    app: &App,
    current: &CurrentSession,
    user: &User,
) -> Result<Vec<SessionView>, StoreError> {
    let listed =
        session::of_user(&app.store, user, app.config.session_policy(), app.clock.now(), SESSIONS).await?;
    let is_signed_in = |listed: &Listed| listed.validity == Ok(State::SignedIn);
    let mut sessions: Vec<_> = listed.into_iter().filter(is_signed_in).map(|listed| listed.session).collect();
    sessions.sort_by_key(|session| std::cmp::Reverse(session.last_seen_at));
    Ok(sessions.into_iter().map(|session| SessionView::of(session, user, &current.id)).collect())
}

/// Returns a page of the sessions of all users, in no particular order. A page is filtered after it was read: it can have fewer sessions, or
/// none, and still have a next page.
pub(super) async fn all(
    app: &App,
    current: &CurrentSession,
    provider: Option<&str>,
    after: Option<Cursor>,
    limit: usize,
) -> Result<(Vec<SessionOfUser>, Option<Cursor>), StoreError> {
    let ended = Condition::Any(vec![Condition::Present("ended"), Condition::Present("replaced")]);
    let condition = Condition::Not(Box::new(ended));
    let selection = Selection { condition, order: Order::default(), after, limit };
    let page = app.store.select::<Session>(&selection).await?;
    let (mut sessions, now) = (Vec::new(), app.clock.now());
    for session in page.documents.into_iter().map(Stored::into_document) {
        let of_provider = session.upstream().map(|upstream| upstream.provider.as_str());
        if provider.is_some_and(|wanted| of_provider != Some(wanted)) {
            continue;
        }
        let user = match app.users.get(&session.user_id.document_id()).await {
            Ok(Some(user)) => user,
            // One user that cannot be read must not hide the sessions of all others. Requests in such a session fail.
            Ok(None) | Err(StoreError::Corrupt { .. }) => continue,
            Err(error) => return Err(error),
        };
        if session::is_signed_in(&session, &user, app.config.session_policy(), now) {
            let owner = Owner {
                id: user.id,
                username: user.username.as_ref().map(ToString::to_string),
                display_name: user.display_name.clone(),
                email: user.email.as_ref().map(ToString::to_string),
            };
            let session = SessionView::of(session, &user, &current.id);
            sessions.push(SessionOfUser { session, user: owner });
        }
    }
    Ok((sessions, page.next))
}

pub(super) fn cursor(text: &str) -> Option<Cursor> {
    Cursor::parse(text, Collection::Sessions, Order::default())
}
