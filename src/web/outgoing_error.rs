//! The cause of a request that got no response, without its URL.

use std::error::Error;

/// Returns the innermost cause. The text of the error itself contains the URL, which may contain a token.
pub(crate) fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    if error.is_timeout() { "no response in time".to_owned() } else { cause.to_string() }
}
