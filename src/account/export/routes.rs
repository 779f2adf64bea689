//! `GET /api/account/export`.

use axum::{
    Json as JsonBody,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};

use super::{ExportError, export};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult},
    session::SignedIn,
    web::client::Client,
};

/// `GET /api/account/export`: a file, which a browser stores and does not show.
pub(crate) async fn download(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
) -> ApiResult<Response> {
    let exported = export(&app, &client, &current).await?;
    let day = app.clock.now().to_string();
    let name = format!("attachment; filename=\"account-{}.json\"", day.get(..10).unwrap_or_default());
    Ok(([(header::CONTENT_DISPOSITION, name)], JsonBody(exported)).into_response())
}

impl From<ExportError> for ApiError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::ProofTooOld(too_old) => too_old.into(),
            ExportError::Session(refusal) => refusal.into(),
            ExportError::Limited(limited) => limited.into(),
            ExportError::Store(error) => error.into(),
        }
    }
}
