//! `GET /api/admin/events`, `GET /api/admin/mail`, `GET /api/admin/providers` and `GET /api/admin/summary`.

use std::{str::FromStr, time::Duration};

use axum::{
    Json as JsonBody,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::{Deserialize, Serialize};

use super::{AdminAccessError, Permission, require_permission};
use crate::{
    app::AppState,
    audit::{
        self, Event, EventId, EventView,
        summary::{Figures, Limits, Sources, Span, summarize},
    },
    clock::Timestamp,
    config::ProviderKind,
    error::{ApiError, ApiResult, ErrorCode},
    mail::{self, MailId, MailState, MailView},
    session::SignedIn,
    user::UserId,
};

/// Events, or mails, per page.
const PAGE: usize = 50;

#[derive(Deserialize)]
pub(crate) struct EventQuery {
    /// The trace number that a refused user was shown.
    trace: Option<String>,
    user: Option<String>,
    r#type: Option<String>,
    /// RFC 3339, inclusive.
    from: Option<Timestamp>,
    /// RFC 3339, exclusive.
    to: Option<Timestamp>,
    cursor: Option<String>,
}

/// A page of events, newest first.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Events {
    items: Vec<EventView>,
    next_cursor: Option<EventId>,
}

/// `GET /api/admin/events?trace=&user=&type=&from=&to=&cursor=`. A page is filtered after it was read: it can have fewer events, or none,
/// and still have a next page.
pub(crate) async fn events(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<EventQuery>, QueryRejection>,
) -> ApiResult<JsonBody<Events>> {
    require_permission(&app, &current, Permission::Read)?;
    let Query(query) = query.map_err(|error| ApiError::new(ErrorCode::InvalidRequest).because(&error))?;
    if let Some(trace) = parse_id::<EventId>(query.trace.as_deref())? {
        let found = audit::find(&app.store, trace).await?;
        let items = found.into_iter().map(Event::view).collect();
        return Ok(JsonBody(Events { items, next_cursor: None }));
    }
    let user = parse_id::<UserId>(query.user.as_deref())?;
    let cursor = parse_id::<EventId>(query.cursor.as_deref())?;
    let page = audit::page_with_next(&app.store, user, cursor, PAGE).await?;
    let has_started = |event: &Event| query.from.is_none_or(|from| from <= event.at);
    let next_cursor = page.next.filter(|_| page.events.last().is_none_or(has_started));
    let has_type = |event: &Event| query.r#type.as_deref().is_none_or(|name| event.has_type(name));
    let is_before_end = |event: &Event| query.to.is_none_or(|to| event.at < to);
    let is_selected = |event: &Event| has_type(event) && has_started(event) && is_before_end(event);
    let items = page.events.into_iter().filter(is_selected).map(Event::view).collect();
    Ok(JsonBody(Events { items, next_cursor }))
}

fn parse_id<T: FromStr>(text: Option<&str>) -> ApiResult<Option<T>> {
    text.map(str::parse).transpose().map_err(|_| ApiError::new(ErrorCode::InvalidRequest))
}

#[derive(Deserialize)]
pub(crate) struct MailQuery {
    state: Option<MailState>,
    cursor: Option<String>,
}

/// A page of mails that are not delivered, newest first.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mails {
    items: Vec<MailView>,
    next_cursor: Option<MailId>,
}

/// `GET /api/admin/mail?state=&cursor=`: mails that wait (`queued`) or that were given up (`failed`), without their content.
pub(crate) async fn mail(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<MailQuery>, QueryRejection>,
) -> ApiResult<JsonBody<Mails>> {
    require_permission(&app, &current, Permission::Read)?;
    let Query(query) = query.map_err(|error| ApiError::new(ErrorCode::InvalidRequest).because(&error))?;
    let cursor = parse_id::<MailId>(query.cursor.as_deref())?;
    let page = mail::page(&app.store, query.state, cursor, PAGE).await?;
    Ok(JsonBody(Mails { items: page.mails, next_cursor: page.next }))
}

#[derive(Serialize)]
pub(crate) struct Providers {
    items: Vec<Provider>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Provider {
    name: String,
    label: String,
    kind: ProviderKind,
    issuer: String,
    redirect_uri: String,
    available: bool,
    /// The last error, as in the log.
    problem: Option<String>,
}

/// `GET /api/admin/providers`: state of each provider.
pub(crate) async fn providers(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
) -> ApiResult<JsonBody<Providers>> {
    require_permission(&app, &current, Permission::Read)?;
    let items = app.providers.iter().map(|provider| Provider {
        name: provider.config.name.clone(),
        label: provider.config.label.clone(),
        kind: provider.config.kind,
        issuer: provider.config.issuer.as_str().to_owned(),
        redirect_uri: provider.redirect_uri().to_owned(),
        available: provider.is_available(),
        problem: provider.problem(),
    });
    Ok(JsonBody(Providers { items: items.collect() }))
}

#[derive(Deserialize)]
pub(crate) struct SummaryQuery {
    #[serde(default)]
    hours: Hours,
}

/// Hours before now: 1 to 720.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "u16")]
struct Hours(u16);

impl Default for Hours {
    fn default() -> Self {
        Self(24)
    }
}

impl TryFrom<u16> for Hours {
    type Error = &'static str;

    fn try_from(hours: u16) -> Result<Self, Self::Error> {
        if (1..=720).contains(&hours) { Ok(Self(hours)) } else { Err("`hours` is not 1 to 720") }
    }
}

/// `GET /api/admin/summary?hours=24`: what an administrator should look at, from the audit events of these hours.
pub(crate) async fn summary(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<SummaryQuery>, QueryRejection>,
) -> ApiResult<JsonBody<Figures>> {
    require_permission(&app, &current, Permission::Read)?;
    let Query(SummaryQuery { hours: Hours(hours) }) =
        query.map_err(|error| ApiError::new(ErrorCode::InvalidRequest).because(&error))?;
    let until = app.clock.system_time();
    let span = Span { since: until - Duration::from_hours(hours.into()), until };
    let sources = Sources { store: &app.store, keys: &app.keys, providers: &app.config.providers };
    Ok(JsonBody(summarize(sources, span, Limits::REQUEST).await?))
}

impl From<AdminAccessError> for ApiError {
    fn from(error: AdminAccessError) -> Self {
        match error {
            AdminAccessError::NotPermitted => Self::new(ErrorCode::Forbidden).because(&error),
            AdminAccessError::ProofTooOld(too_old) => too_old.into(),
        }
    }
}
