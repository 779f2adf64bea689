//! Cross-origin resource sharing, for applications at other origins than the service.

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::CorsLayer;

use crate::app::App;

/// Builds the CORS layer for the allowed origins only. The origin of the request is never reflected, and `*` is never sent.
pub(crate) fn layer(app: &App) -> Option<CorsLayer> {
    let origins = app.config.allowed_origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    let origins: Vec<_> = origins.collect();
    let layer = CorsLayer::new()
        .allow_origin(origins.clone())
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([header::CONTENT_TYPE, HeaderName::from_static("x-xsrf-token")])
        .expose_headers([header::RETRY_AFTER, HeaderName::from_static("x-request-id")]);
    (!origins.is_empty()).then_some(layer)
}
