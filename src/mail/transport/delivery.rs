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
    /// Returns the kind of failure, without the reply of the server, which may name the recipient.
    pub(in crate::mail) fn failure(&self) -> Option<&'static str> {
        match self {
            Self::Accepted => None,
            Self::Refused(_) => Some("refused"),
            Self::Deferred(_) => Some("deferred"),
            Self::ServerFailed(_) => Some("server_failed"),
        }
    }

    pub(in crate::mail) fn into_result(self) -> Result<(), String> {
        match self {
            Self::Accepted => Ok(()),
            Self::Refused(text) | Self::Deferred(text) | Self::ServerFailed(text) => Err(text),
        }
    }
}
