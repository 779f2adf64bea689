//! `GET /api/admin/overview` and `GET /api/admin/overview/export`.

use axum::{
    Json as JsonBody,
    extract::{Query, State, rejection::QueryRejection},
    http::header,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

use super::{Chart, Limits, Overview, overview};
use crate::{
    admin::{
        Permission, require_permission,
        routes::{Number, attachment, parse_query},
    },
    app::AppState,
    error::ApiResult,
    session::SignedIn,
};

/// Days of an overview, if the query names no number.
const DAYS: u16 = 30;

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct OverviewQuery {
    /// Days, today included; 30 if it is left out.
    days: Option<Number<1, 366>>,
}

/// `GET /api/admin/overview?days=30`
pub(crate) async fn show(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<OverviewQuery>, QueryRejection>,
) -> ApiResult<JsonBody<Overview>> {
    require_permission(&app, &current, Permission::Read)?;
    let days = parse_query(query)?.days.map_or(DAYS, |Number(days)| days);
    Ok(JsonBody(overview(&app, days, Limits::REQUEST).await?))
}

#[derive(Deserialize, schemars::JsonSchema)]
pub(crate) struct ExportQuery {
    /// The chart.
    chart: Chart,
    /// Days, today included; 30 if it is left out.
    days: Option<Number<1, 366>>,
}

/// `GET /api/admin/overview/export?chart=users|mfaKinds|logins|loginsByMethod|newUsers&days=30`: a CSV file.
pub(crate) async fn export(
    State(app): State<AppState>,
    SignedIn(current): SignedIn,
    query: Result<Query<ExportQuery>, QueryRejection>,
) -> ApiResult<Response> {
    require_permission(&app, &current, Permission::Read)?;
    let ExportQuery { chart, days } = parse_query(query)?;
    let figures = overview(&app, days.map_or(DAYS, |Number(days)| days), Limits::REQUEST).await?;
    let name = attachment(chart.file_name(), "csv", app.clock.now());
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, figures.csv(chart)).into_response())
}
