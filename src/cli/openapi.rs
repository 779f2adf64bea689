//! `vestibule openapi`

use clap::Args;

use super::{failure::Failure, out::Out};
use crate::{http::openapi::serve as openapi, router};

/// Print the description of the API (OpenAPI 3.1) as JSON.
///
/// It is generated from the code of this version. The service serves the same document at /api/openapi.json, and a page to read it at
/// /api/docs.
#[derive(Args)]
pub(super) struct OpenApi {}

impl OpenApi {
    pub(super) fn run() -> Result<(), Failure> {
        Ok(Out::text(&openapi::text(&router::openapi()))?)
    }
}
