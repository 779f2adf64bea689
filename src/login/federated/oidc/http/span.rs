//! Spans of the requests to a provider. The URL stays out: its query may contain a code, and its path the name of a customer.
//!
//! No request carries `traceparent`: a provider belongs to another company, and could link the logins of one trace.

use super::error::HttpError;
use crate::trace::{Kind, Open, Operation, Value};

/// Why a request is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::login::federated::oidc) enum Request {
    Metadata,
    Keys,
    Token,
    Userinfo,
}

impl Request {
    const fn name(self) -> &'static str {
        match self {
            Self::Metadata => "provider metadata",
            Self::Keys => "provider keys",
            Self::Token => "provider token",
            Self::Userinfo => "provider userinfo",
        }
    }

    const fn method(self) -> &'static str {
        match self {
            Self::Token => "POST",
            Self::Metadata | Self::Keys | Self::Userinfo => "GET",
        }
    }
}

pub(super) fn begin(provider: &str, request: Request) -> Open {
    Open::child(|| Operation {
        name: request.name().to_owned(),
        kind: Kind::Client,
        attributes: vec![
            ("http.request.method", Value::Word(request.method())),
            ("vestibule.provider", Value::Own(provider.to_owned())),
        ],
    })
}

/// Ends a span. `Ok` is the status of a complete response.
pub(super) fn end(span: Open, result: Result<u16, &HttpError>) {
    let status = match result {
        Ok(status) => Some(status),
        Err(HttpError::Status(status) | HttpError::Redirect(status, _)) => Some(*status),
        Err(_) => None,
    };
    let error = match result {
        Ok(status) if status < 400 => None,
        Ok(_) => Some("status"),
        Err(error) => Some(error.kind()),
    };
    span.end(error, status.map(|status| ("http.response.status_code", Value::Number(i64::from(status)))));
}
