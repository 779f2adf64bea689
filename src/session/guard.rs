//! Who may pass: a live session of any state, or a signed-in one.
//!
//! The router puts [`require_signed_in`] as a layer over every route that needs it, and a handler takes [`SignedIn`] as a
//! parameter: forgetting either opens nothing.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request, State as AxumState},
    http::request::Parts,
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{
    Refusal, check, lifetime,
    record::{Session, SessionId, State},
    touch,
    visit::Visit,
};
use crate::{
    app::{App, AppState},
    error::ApiError,
    user::User,
};

/// A session that is alive, judged in this request.
#[derive(Clone, Debug)]
pub struct Live {
    /// The id in the cookie.
    pub id: SessionId,
    /// Its record.
    pub session: Arc<Session>,
    /// Its person.
    pub user: Arc<User>,
    /// What it is worth now.
    pub state: State,
}

impl Live {
    /// Asked inside every write that follows from a session: one that a password change, a lock-out or a new factor has ended in the
    /// meantime writes nothing and gets no ticket, however old what memory knows of it.
    ///
    /// # Errors
    /// [`Refusal::Ended`].
    pub fn still(&self, user: &User) -> Result<(), Refusal> {
        lifetime::shut_out(&self.session, user).map_or(Ok(()), |reason| Err(Refusal::Ended(reason)))
    }

    /// What the store knows the session by, as text: what is begun in a session is bound to this.
    #[must_use]
    pub fn mark(&self) -> String {
        crate::secrets::hex(self.id.hash())
    }
}

/// A session that is signed in; its deadline has been moved if that was due.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Live);

impl FromRequestParts<AppState> for Live {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        Ok(check(app, &visit).await?)
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        if let Some(signed_in) = parts.extensions.get::<Self>() {
            return Ok(signed_in.clone());
        }
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        Ok(signed_in(app, &visit).await?)
    }
}

/// Layer: nobody passes who is not signed in. Touches before the handler runs, so that a session which ended in the meantime
/// gets nothing done.
pub async fn require_signed_in(
    AxumState(app): AxumState<AppState>,
    visit: Visit,
    mut request: Request,
    next: Next,
) -> Response {
    match signed_in(&app, &visit).await {
        Ok(signed_in) => {
            request.extensions_mut().insert(signed_in);
            next.run(request).await
        }
        Err(refusal) => ApiError::from(refusal).into_response(),
    }
}

async fn signed_in(app: &App, visit: &Visit) -> Result<SignedIn, Refusal> {
    let live = check(app, visit).await?;
    match live.state {
        State::SignedIn => touch(app, visit, live).await.map(SignedIn),
        State::AwaitingSecondFactor => Err(Refusal::SecondFactorRequired),
        State::AwaitingEnrolment => Err(Refusal::EnrolmentRequired),
    }
}
