//! Bodies of responses whose type says the status, and the JSON that the OpenAPI document describes.

use std::marker::PhantomData;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// `{}`: the act is done, and there is nothing to say about it.
#[derive(Serialize, schemars::JsonSchema)]
pub(crate) struct Empty {}

/// JSON with the status 201.
pub(crate) struct Created<T>(pub(crate) T);

/// JSON with the status 202.
pub(crate) struct Accepted<T>(pub(crate) T);

/// JSON of the type `T`, for a body that borrows from the request and so cannot be the result of a handler.
pub(crate) struct JsonOf<T>(Response, PhantomData<fn() -> T>);

impl<T> JsonOf<T> {
    /// Writes the body, which is a `T` with another lifetime.
    pub(crate) fn new(body: &impl Serialize) -> Self {
        Self(Json(body).into_response(), PhantomData)
    }

    /// Adds headers.
    pub(crate) fn with<H: IntoIterator<Item = (axum::http::HeaderName, axum::http::HeaderValue)>>(
        mut self,
        headers: H,
    ) -> Self {
        self.0.headers_mut().extend(headers);
        self
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        (StatusCode::CREATED, Json(self.0)).into_response()
    }
}

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self.0)).into_response()
    }
}

impl<T> IntoResponse for JsonOf<T> {
    fn into_response(self) -> Response {
        self.0
    }
}
