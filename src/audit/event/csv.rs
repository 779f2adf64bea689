//! Audit events as lines of a CSV file.

use super::EventView;
use crate::web::csv;

const COLUMNS: [&str; 13] = [
    "id",
    "at",
    "type",
    "outcome",
    "reason",
    "statedReason",
    "userId",
    "actor",
    "ip",
    "userAgent",
    "requestId",
    "amr",
    "details",
];

impl EventView {
    /// Returns the line with the names of the columns.
    #[must_use]
    pub fn csv_header() -> String {
        csv::line(COLUMNS)
    }

    /// Returns the event as a line. Every member is listed: a new one cannot be left out.
    #[must_use]
    pub fn csv_line(&self) -> String {
        let Self {
            id,
            at,
            r#type,
            user_id,
            actor,
            ip,
            user_agent,
            request_id,
            outcome,
            reason,
            stated_reason,
            amr,
            details,
        } = self;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let cells: [String; COLUMNS.len()] = [
            id.to_string(),
            at.to_string(),
            r#type.name(),
            outcome.name().to_owned(),
            text(reason),
            text(stated_reason),
            user_id.map(|user| user.to_string()).unwrap_or_default(),
            text(actor),
            ip.map(|ip| ip.to_string()).unwrap_or_default(),
            text(user_agent),
            text(request_id),
            amr.join(" "),
            text(details),
        ];
        csv::line(cells.iter().map(String::as_str))
    }
}
