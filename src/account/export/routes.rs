//! `GET /api/account/export`.

use axum::{
    extract::State,
    http::{HeaderValue, header},
};

use super::{Export, ExportError, export};
use crate::{
    app::AppState,
    error::{ApiError, ApiResult},
    session::SignedIn,
    web::{answer::JsonOf, client::Client},
};

/// `GET /api/account/export`: a file, which a browser stores and does not show.
pub(crate) async fn download(
    State(app): State<AppState>,
    client: Client,
    SignedIn(current): SignedIn,
) -> ApiResult<JsonOf<Export>> {
    let exported = export(&app, &client, &current).await?;
    let day = app.clock.now().to_string();
    let name = format!("attachment; filename=\"account-{}.json\"", day.get(..10).unwrap_or_default());
    let name = HeaderValue::try_from(name).ok();
    Ok(JsonOf::new(&exported).with(name.map(|name| (header::CONTENT_DISPOSITION, name))))
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
