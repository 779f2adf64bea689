//! `GET /api/admin/events`.

use axum::{
    Json as JsonBody,
    extract::{Query, State, rejection::QueryRejection},
};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    admin::{
        Permission, require_permission,
        routes::{Number, PAGE, parse_id, parse_query},
    },
    app::AppState,
    audit::{self, Event, EventId, EventKind, EventView, Outcome},
    clock::Timestamp,
    error::{ApiError, ApiResult, ErrorCode},
    session::SignedIn,
    user::UserId,
};

/// The filters of events, which the list, the export and the stream share.
#[derive(Deserialize)]
pub(crate) struct EventQuery {
    /// The trace number that a refused user was shown.
    trace: Option<String>,
    user: Option<String>,
    /// One type, or several with a comma between them.
    r#type: Option<String>,
    outcome: Option<Outcome>,
    /// As in the event: the id of a user, the name of a provider, or `cli`.
    actor: Option<String>,
    /// An address, or a network such as `203.0.113.0/24`.
    ip: Option<String>,
    /// RFC 3339, inclusive.
    from: Option<Timestamp>,
    /// RFC 3339, exclusive.
    to: Option<Timestamp>,
    cursor: Option<String>,
    limit: Option<Number<1, 200>>,
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
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
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
