//! Audit, settings, providers, mail, webhooks, and the service itself.

use serde_json::{Map, Value};

use super::super::operation::{Answer, Operation, Tag, schema_of};
use crate::{
    admin::Permission::{Full, Read},
    error::ErrorCode::{Busy, NotFound, ProviderUnavailable, TooManyAttempts},
};

pub(crate) const EVENTS: Operation = Operation::new(Tag::Audit, "listAuditEvents", "Search audit events")
    .text(
        "The newest first. A request reads a limited number of events: with filters, a page can be empty and still have a next page.",
    )
    .needs(Read);

pub(crate) const EXPORT_EVENTS: Operation =
    Operation::new(Tag::Audit, "exportAuditEvents", "Download audit events")
        .needs(Read)
        .refuses(&[TooManyAttempts, Busy])
        .answers(&[
            Answer::Text(
                200,
                "text/csv; charset=utf-8; header=present",
                "A file; with `format=ndjson`, one JSON document on each line.",
            ),
            Answer::Text(200, "application/x-ndjson", ""),
        ]);

pub(crate) const STREAM_EVENTS: Operation = Operation::new(Tag::Audit, "streamAuditEvents", "Follow audit events")
    .text(
        "Server-sent events: `audit` with an event as in the list. An open stream is no activity; it ends when the second factor is no longer \
         recent.",
    )
    .needs(Read)
    .refuses(&[TooManyAttempts, Busy])
    .answers(&[Answer::Text(200, "text/event-stream", "New events of all replicas.")]);

pub(crate) const SUMMARY: Operation =
    Operation::new(Tag::Audit, "getSummary", "Show what an administrator should look at").needs(Read);

pub(crate) const OVERVIEW: Operation =
    Operation::new(Tag::Audit, "getOverview", "Show the figures of the last days").needs(Read);

pub(crate) const EXPORT_OVERVIEW: Operation =
    Operation::new(Tag::Audit, "exportOverview", "Download the figures of a chart")
        .needs(Read)
        .answers(&[Answer::Text(200, "text/csv; charset=utf-8; header=present", "A file.")]);

pub(crate) const EXPLAIN: Operation = Operation::new(Tag::Administration, "explainLogin", "Explain what a login would do")
    .text("Takes claims and answers with the decision about the account, as `vestibule explain --json`. Nothing is changed.")
    .needs(Read)
    .example(r#"{ "provider": "okta", "claims": { "sub": "00u1", "email": "ada@corp.example", "email_verified": true } }"#);

pub(crate) const MAIL: Operation =
    Operation::new(Tag::Administration, "listMail", "List mail that is not delivered")
        .text("Mail that waits, and mail that was given up, without its content. The newest first.")
        .needs(Read);

pub(crate) const PROVIDERS: Operation =
    Operation::new(Tag::Administration, "listProviders", "Show the state of the providers")
        .text("With the settings of each one, without secrets.")
        .needs(Read);

pub(crate) const TEST_PROVIDER: Operation =
    Operation::new(Tag::Administration, "testProvider", "Test a provider")
        .text("Sends the requests of a login without a user, and says what is wrong.")
        .needs(Full)
        .path(&[("name", "Name of the provider in the settings.")])
        .refuses(&[NotFound, TooManyAttempts, Busy]);

pub(crate) const START_TEST_LOGIN: Operation =
    Operation::new(Tag::Administration, "startTestLogin", "Start a test login at a provider")
        .text("Opened in the same browser, `url` leads through a real login that ends in a report: no session opens, and no user changes.")
        .needs(Full)
        .path(&[("name", "Name of the provider in the settings.")])
        .refuses(&[NotFound, TooManyAttempts, ProviderUnavailable]);

pub(crate) const TEST_LOGIN: Operation =
    Operation::new(Tag::Administration, "showTestLogin", "Show the report of a test login")
        .text("For the session that started it, for ten minutes.")
        .needs(Full)
        .path(&[
            ("name", "Name of the provider in the settings."),
            ("id", "Id of the test login, as in the answer that started it."),
        ])
        .refuses(&[NotFound]);

pub(crate) const SETTINGS: Operation =
    Operation::new(Tag::Administration, "listSettings", "Show the settings in effect")
        .text("Of the replica that answers, without secrets.")
        .needs(Read);

pub(crate) const WEBHOOKS: Operation =
    Operation::new(Tag::Administration, "listWebhooks", "Show the state of the webhooks").needs(Read);

pub(crate) const DELIVERIES: Operation =
    Operation::new(Tag::Administration, "listDeliveries", "List messages to webhooks")
        .text("The newest first.")
        .needs(Read);

pub(crate) const REPLAY_DELIVERY: Operation =
    Operation::new(Tag::Administration, "replayDelivery", "Send a message again")
        .needs(Full)
        .path(&[("id", "Id of the delivery, as in the list.")])
        .example(r#"{ "reason": "The receiver was down" }"#);

pub(crate) const TEST_WEBHOOK: Operation =
    Operation::new(Tag::Administration, "testWebhook", "Send a test message to a webhook")
        .needs(Full)
        .path(&[("name", "Name of the webhook in the settings.")])
        .example(r#"{ "reason": "New receiver" }"#);

const DOCTOR: &str = "The answer shows proxies and headers on the way. `vestibule doctor` calls it with a token of the key ring instead of a session.";

pub(crate) const SHOW_REQUEST: Operation =
    Operation::new(Tag::Service, "showRequest", "Show how a request arrives")
        .text(DOCTOR)
        .needs(Read)
        .refuses(&[NotFound]);

pub(crate) const SHOW_POST: Operation =
    Operation::new(Tag::Service, "showPostRequest", "Show how a POST request arrives")
        .text(DOCTOR)
        .needs(Read)
        .refuses(&[NotFound]);

pub(crate) const TEST_STREAM: Operation =
    Operation::new(Tag::Service, "testStream", "Test server-sent events")
        .text("Five events in 0.6 seconds. A proxy that collects them delays all streams.")
        .needs(Read)
        .refuses(&[NotFound])
        .answers(&[Answer::Text(200, "text/event-stream", "Five events.")]);

pub(crate) const OPENAPI: Operation = Operation::new(Tag::Service, "getOpenApi", "Show this document")
    .text("The same for every installation of this version.")
    .answers(&[
        Answer::Json(200, "An OpenAPI 3.1 document.", schema_of::<Map<String, Value>>),
        Answer::Empty(304, "The client has it."),
    ]);

pub(crate) const DOCS: Operation = Operation::new(Tag::Service, "readDocs", "Read this document as a page")
    .answers(&[
        Answer::Text(200, "text/html; charset=utf-8", "A page."),
        Answer::Empty(304, "The client has it."),
    ]);
