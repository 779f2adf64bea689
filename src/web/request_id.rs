//! The id of a request.

use std::{fmt, sync::Arc};

use axum::http::HeaderValue;
use uuid::Uuid;

/// Request id, always generated here: a value sent by the client never reaches our logs (log injection).
#[derive(Clone, Debug)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// Creates a random id.
    #[expect(clippy::new_without_default, reason = "two new ids differ")]
    #[must_use]
    pub fn new() -> Self {
        Self(Uuid::new_v4().as_hyphenated().encode_lower(&mut Uuid::encode_buffer()).to_owned().into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("a UUID is a header value")
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
