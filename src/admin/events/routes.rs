//! `GET /api/admin/events`, `GET /api/admin/events/export` and `GET /api/admin/events/stream`.

use std::convert::Infallible;

use axum::{
    Json as JsonBody,
    body::{Body, Bytes},
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderName, header},
    response::{IntoResponse as _, Response},
};
use futures_util::stream::unfold;
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::{
    export::{EndedEarly, Export, Format},
    stream,
};
use crate::{
    admin::{
        Permission, require_permission,
        routes::{Number, PAGE, attachment, parse_id, parse_query},
    },
    app::AppState,
    audit::{self, Event, EventId, EventKind, EventView, Outcome},
    clock::Timestamp,
    error::{ApiError, ApiResult, ErrorCode},
    session::{SignedIn, check_signed_in},
    user::UserId,
    web::{client::Client, cookies::RequestCookies},
};

/// The filters of events, which the list, the export and the stream share.
#[derive(Deserialize, Serialize, schemars::JsonSchema)]
pub(crate) struct EventQuery {
    /// The trace number that a refused user was shown.
    #[serde(skip_serializing)]
    trace: Option<String>,
    /// Id of the user whom the event is about.
    user: Option<String>,
    /// One type, or several with a comma between them.
    r#type: Option<String>,
    /// Whether it succeeded.
    outcome: Option<Outcome>,
    /// As in the event: the id of a user, the name of a provider, or `cli`.
    actor: Option<String>,
    /// An address, or a network such as `203.0.113.0/24`.
    ip: Option<String>,
    /// RFC 3339, inclusive.
    from: Option<Timestamp>,
    /// RFC 3339, exclusive.
    to: Option<Timestamp>,
    /// `nextCursor` of the page before. Of the list.
    #[serde(skip_serializing)]
    cursor: Option<String>,
    /// Events per page; 50 if it is left out. Of the list.
    #[serde(skip_serializing)]
    limit: Option<Number<1, 200>>,
    /// Of an export.
    format: Option<Format>,
}

impl EventQuery {
    /// Returns the filters. `None`: they name only types that do not exist, so no event can match.
    fn filters(&self) -> ApiResult<Option<audit::Query>> {
        let names = self.r#type.as_deref().map(|types| types.split(',').map(str::trim));
        let kinds: Option<Vec<EventKind>> = names.map(|names| names.filter_map(EventKind::by_name).collect());
        if kinds.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        Ok(Some(audit::Query {
            user: parse_id::<UserId>(self.user.as_deref())?,
            kinds: kinds.unwrap_or_default(),
            outcome: self.outcome,
            actor: self.actor.clone(),
            ip: self.ip.as_deref().map(parse_network).transpose()?,
            since: self.from,
            until: self.to,
        }))
    }
}

fn parse_network(text: &str) -> ApiResult<IpNet> {
    audit::network(text).ok_or_else(|| ApiError::new(ErrorCode::InvalidRequest))
}

/// A page of events, newest first.
#[derive(Serialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "EventPage")]
pub(crate) struct Events {
    items: Vec<EventView>,
    next_cursor: Option<EventId>,
}

/// `GET /api/admin/events?trace=&user=&type=&outcome=&actor=&ip=&from=&to=&cursor=&limit=`. A request reads a limited number of events: with
/// filters, a page can have fewer events, or none, and still have a next page.
pub(crate) async fn events(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<EventQuery>, QueryRejection>,
) -> ApiResult<JsonBody<Events>> {
    require_permission(&app, &current, Permission::Read)?;
    let query = parse_query(query)?;
    if let Some(trace) = parse_id::<EventId>(query.trace.as_deref())? {
        let found = audit::find(&app.store, trace).await?;
        let items = found.into_iter().map(Event::view).collect();
        return Ok(JsonBody(Events { items, next_cursor: None }));
    }
    let cursor = parse_id::<EventId>(query.cursor.as_deref())?;
    let Some(filters) = query.filters()? else {
        return Ok(JsonBody(Events { items: Vec::new(), next_cursor: None }));
    };
    let limit = query.limit.map_or(PAGE, |Number(limit)| limit);
    let page = filters.page(&app.store, cursor, limit.into()).await?;
    let items = page.events.into_iter().map(Event::view).collect();
    Ok(JsonBody(Events { items, next_cursor: page.next }))
}

/// `GET /api/admin/events/export?format=csv|ndjson` with the filters of the list: a file, which a browser stores and does not show.
pub(crate) async fn export(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
    query: Result<Query<EventQuery>, QueryRejection>,
) -> ApiResult<Response> {
    require_permission(&app, &current, Permission::Read)?;
    let query = parse_query(query)?;
    let (filters, format) = (query.filters()?, query.format.unwrap_or_default());
    let place = app.event_exports.take().ok_or_else(ApiError::busy)?;
    let user = current.user.id;
    app.limiter.count_export(&user.to_string()).await?;
    let details = serde_json::to_value(&query).unwrap_or_default();
    app.audit(&client).by_user(user).success(EventKind::EventsExported).details(details).record().await;
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (header::CONTENT_DISPOSITION, attachment("audit-events", format.extension(), app.clock.now())),
    ];
    let export = Export::new(app, current, (filters, format), place);
    let body = unfold(Some(export), async |export| {
        let mut export = export?;
        match export.next().await {
            Ok((text, continues)) => Some((Ok(Bytes::from(text)), continues.then_some(export))),
            Err(error) => {
                tracing::warn!(%error, "export of audit events ended early");
                Some((Err::<_, EndedEarly>(error), None))
            }
        }
    });
    Ok((headers, Body::from_stream(body)).into_response())
}

/// `GET /api/admin/events/stream` with the filters of the list: new events of all processes, as `event: audit`. An open stream is no activity.
/// It ends with the session, and when the second factor is no longer recent.
pub(crate) async fn stream(
    State(app): State<AppState>,
    cookies: RequestCookies,
    query: Result<Query<EventQuery>, QueryRejection>,
) -> ApiResult<Response> {
    let current = check_signed_in(&app, &cookies).await?;
    require_permission(&app, &current, Permission::Read)?;
    let filters = parse_query(query)?.filters()?;
    let session = app.event_streams.open(&current.session)?;
    let subscription = app.event_feed.subscribe(app.clock.system_time()).ok_or_else(ApiError::busy)?;
    let events = stream::Events::new(app, current, filters, (subscription, session));
    let body = unfold(events, async |mut events| {
        let text = events.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), events))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        // nginx would collect events in its buffer.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(body)).into_response())
}
