//! `GET /api/admin/summary`.

use std::time::Duration;

use axum::{
    Json as JsonBody,
    extract::{Query, State, rejection::QueryRejection},
};
use serde::Deserialize;

use crate::{
    admin::{
        Permission, require_permission,
        routes::{Number, parse_query},
    },
    app::AppState,
    audit::summary::{Figures, Limits, Sources, Span, summarize},
    error::ApiResult,
    session::SignedIn,
};

/// Hours of a summary, if the query names no number.
const HOURS: u16 = 24;

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct SummaryQuery {
    /// Hours before now.
    hours: Option<Number<1, 720>>,
}

/// `GET /api/admin/summary?hours=24`: what an administrator should look at, from the audit events of these hours.
pub(crate) async fn summary(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<SummaryQuery>, QueryRejection>,
) -> ApiResult<JsonBody<Figures>> {
    require_permission(&app, &current, Permission::Read)?;
    let hours = parse_query(query)?.hours.map_or(HOURS, |Number(hours)| hours);
    let until = app.clock.system_time();
    let span = Span { since: until - Duration::from_hours(hours.into()), until };
    let sources = Sources { store: &app.store, keys: &app.keys, providers: &app.config.providers };
    Ok(JsonBody(summarize(sources, span, Limits::REQUEST).await?))
}
