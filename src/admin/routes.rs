//! What the admin routes share: parsing of the query, and the error of a missing permission.

use std::{borrow::Cow, str::FromStr};

use axum::extract::{Query, rejection::QueryRejection};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::AdminAccessError;
use crate::{
    audit::logins::day_of,
    clock::Timestamp,
    error::{ApiError, ApiResult, ErrorCode},
};

/// Items per page of a list, if the query names no number.
pub(super) const PAGE: u16 = 50;

/// A whole number in a query, within these bounds.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "u16")]
pub(super) struct Number<const MIN: u16, const MAX: u16>(pub(super) u16);

impl<const MIN: u16, const MAX: u16> JsonSchema for Number<MIN, MAX> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": MIN, "maximum": MAX })
    }
}

impl<const MIN: u16, const MAX: u16> TryFrom<u16> for Number<MIN, MAX> {
    type Error = String;

    fn try_from(number: u16) -> Result<Self, String> {
        let is_allowed = (MIN..=MAX).contains(&number);
        is_allowed.then_some(Self(number)).ok_or_else(|| format!("the number is not {MIN} to {MAX}"))
    }
}

/// Returns the parameters of a query.
///
/// # Errors
/// `invalid_request`: a parameter is repeated or has a wrong type.
pub(super) fn parse_query<T>(query: Result<Query<T>, QueryRejection>) -> ApiResult<T> {
    query.map(|Query(query)| query).map_err(|error| ApiError::new(ErrorCode::InvalidRequest).because(&error))
}

/// Returns the id in a parameter.
///
/// # Errors
/// `invalid_request`: the text is not an id.
pub(super) fn parse_id<T: FromStr>(text: Option<&str>) -> ApiResult<Option<T>> {
    text.map(str::parse).transpose().map_err(|_| ApiError::new(ErrorCode::InvalidRequest))
}

/// Returns the `Content-Disposition` of a file with the day in its name.
pub(super) fn attachment(name: &str, extension: &str, now: Timestamp) -> String {
    format!("attachment; filename=\"{name}-{}.{extension}\"", day_of(now))
}

impl From<AdminAccessError> for ApiError {
    fn from(error: AdminAccessError) -> Self {
        match error {
            AdminAccessError::NotPermitted => Self::new(ErrorCode::Forbidden).because(&error),
            AdminAccessError::ProofTooOld(too_old) => too_old.into(),
        }
    }
}
