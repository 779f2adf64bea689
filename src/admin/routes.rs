//! `GET /api/admin/events` and `GET /api/admin/providers`.

use std::str::FromStr;

use axum::{
    Json as JsonBody,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::{Deserialize, Serialize};

use super::{NotAllowed, require};
use crate::{
    app::AppState,
    audit::{self, Event, EventId},
    clock::Timestamp,
    config::ProviderKind,
    error::{ApiError, ApiResult, ErrorCode},
    session::SignedIn,
};

/// Events a page has.
const PAGE: usize = 50;

/// Which events.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    /// The number that a refused person was told.
    trace: Option<String>,
    user: Option<String>,
    r#type: Option<String>,
    /// RFC 3339; from this moment on.
    from: Option<Timestamp>,
    /// RFC 3339; before this moment.
    to: Option<Timestamp>,
    cursor: Option<String>,
}

/// A page of them, newest first.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Events {
    items: Vec<audit::Shown>,
    next_cursor: Option<EventId>,
}

/// `GET /api/admin/events?trace=&user=&type=&from=&to=&cursor=`; a page may be short, or empty, and have a next one.
pub(crate) async fn events(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> ApiResult<JsonBody<Events>> {
    require(&app, &current)?;
    let Query(wanted) = wanted.map_err(|_| ApiError::new(ErrorCode::InvalidRequest))?;
    if let Some(trace) = parsed(wanted.trace.as_deref())? {
        let found = audit::find(&app.store, trace).await?;
        return Ok(JsonBody(Events {
            items: found.into_iter().map(Event::shown).collect(),
            next_cursor: None,
        }));
    }
    let (user, cursor) = (parsed(wanted.user.as_deref())?, parsed(wanted.cursor.as_deref())?);
    let page = audit::page(&app.store, user, cursor, PAGE).await?;
    let starts = |event: &Event| wanted.from.is_none_or(|from| from <= event.at);
    let next_cursor = page.last().filter(|last| page.len() == PAGE && starts(last)).map(Event::id);
    let of_type = |event: &Event| wanted.r#type.as_deref().is_none_or(|kind| event.is_of(kind));
    let ended = |event: &Event| wanted.to.is_none_or(|to| event.at < to);
    let chosen = |event: &Event| of_type(event) && starts(event) && ended(event);
    let items = page.into_iter().filter(chosen).map(Event::shown).collect();
    Ok(JsonBody(Events { items, next_cursor }))
}

fn parsed<T: FromStr>(text: Option<&str>) -> Result<Option<T>, ApiError> {
    text.map(str::parse).transpose().map_err(|_| ApiError::new(ErrorCode::InvalidRequest))
}

/// How each provider is.
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
    /// Why not, as the log has it.
    problem: Option<String>,
}

/// `GET /api/admin/providers`
pub(crate) async fn providers(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
) -> ApiResult<JsonBody<Providers>> {
    require(&app, &current)?;
    let shown = app.providers.iter().map(|provider| Provider {
        name: provider.config.name.clone(),
        label: provider.config.label.clone(),
        kind: provider.config.kind,
        issuer: provider.config.issuer.as_str().to_owned(),
        redirect_uri: provider.redirect_uri().to_owned(),
        available: provider.is_available(),
        problem: provider.problem(),
    });
    Ok(JsonBody(Providers { items: shown.collect() }))
}

impl From<NotAllowed> for ApiError {
    fn from(error: NotAllowed) -> Self {
        match error {
            NotAllowed::Forbidden => Self::new(ErrorCode::Forbidden),
            NotAllowed::ProofTooOld(too_old) => too_old.into(),
        }
    }
}
