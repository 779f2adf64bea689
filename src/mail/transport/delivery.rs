//! The result of an attempt.

/// What became of one attempt. The text is the reply of the server or the error, cleaned.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::mail) enum Delivery {
    Accepted,
    /// The server refuses this mail for good (5xx), or its address is invalid.
    Refused(String),
    /// The server may accept this mail later (4xx), or the connection broke.
    Deferred(String),
    /// The server accepts no mail at all: no connection, no valid certificate, or a wrong password. Other mails need not be tried now.
    ServerFailed(String),
}

impl Delivery {
    pub(in crate::mail) fn into_result(self) -> Result<(), String> {
        match self {
            Self::Accepted => Ok(()),
            Self::Refused(text) | Self::Deferred(text) | Self::ServerFailed(text) => Err(text),
        }
    }
}
