//! The audit event of a request that is refused because it may be forged, or because the user lacks a role.

use axum::{
    extract::{MatchedPath, Request},
    http::Method,
    response::Response,
};
use serde_json::json;

use crate::{
    app::App,
    audit::EventKind,
    error::{ApiError, ErrorCode},
    session,
    web::{client::Client, cookies::RequestCookies},
};

/// Longest method in an event, in characters: a client chooses it.
const METHOD_MAX: usize = 16;

/// Returns the error of a response that refuses access: only an attack or a wrong set-up causes it.
pub(super) fn refusal_of(response: &Response) -> Option<ApiError> {
    let error = response.extensions().get::<ApiError>()?;
    matches!(error.code(), ErrorCode::CsrfFailed | ErrorCode::Forbidden).then(|| error.clone())
}

/// A request, as an event about its refusal shows it: the pattern of its route, never the path, which the client chooses.
pub(super) struct Requested {
    client: Client,
    method: Method,
    route: Option<MatchedPath>,
}

impl Requested {
    pub(super) fn new(client: Client, request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().cloned();
        Self { client, method: request.method().clone(), route }
    }

    /// Records the refusal of this request.
    pub(super) async fn record_refusal(&self, app: &App, cookies: &RequestCookies, error: &ApiError) {
        // Only for the event: a request that fails the CSRF check is refused in every session alike.
        let user = session::check(app, cookies).await.ok().map(|current| current.user.id);
        let details = json!({
            "rule": error.reason().or(error.cause()),
            "method": self.method.as_str().chars().take(METHOD_MAX).collect::<String>(),
            "route": self.route.as_ref().map(MatchedPath::as_str),
        });
        let audit = app.audit(&self.client).about(user).by_user(user);
        audit
            .failure(EventKind::AccessRefused, error.code().as_str())
            .details(details)
            .record_limited()
            .await;
    }
}
