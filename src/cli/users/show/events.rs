//! The audit events of a user as a table.

use serde_json::Value;

use crate::{
    audit::{Event, Outcome},
    cli::{
        layout::{INDENT, fit, indented, published_name, short_time, table},
        quoted::quoted,
    },
    log::printable,
    user::User,
};

const HEADER: [&str; 6] = ["time (UTC)", "event", "outcome", "reason", "by", "address"];
/// Blanks before the details of an event.
const DETAILS_INDENT: usize = 6;

/// Returns the lines of the events, newest first: a row for each, and its details below.
pub(super) fn lines(user: &User, events: &[Event], width: usize) -> Vec<String> {
    if events.is_empty() {
        return vec!["newest events: none".to_owned()];
    }
    let rows: Vec<Vec<String>> = events.iter().map(|event| row(user, event)).collect();
    let mut rows = indented(table(&HEADER, &rows, width.saturating_sub(INDENT)));
    let mut lines = vec!["newest events:".to_owned()];
    lines.extend(rows.next());
    for (row, event) in rows.zip(events) {
        lines.push(row);
        let details = details(event);
        lines.extend(details.iter().map(|line| fit(&format!("{:DETAILS_INDENT$}{line}", ""), width)));
    }
    lines
}

fn row(user: &User, event: &Event) -> Vec<String> {
    let or_dash = |text: Option<&str>| text.unwrap_or("-").to_owned();
    let own = user.id.to_string();
    let actor = event.actor.as_deref().map(|actor| if actor == own { "the user" } else { actor });
    vec![
        short_time(event.at),
        published_name(&event.kind),
        published_name(&event.outcome),
        or_dash(event.reason.as_deref()),
        or_dash(actor),
        event.ip.map_or_else(|| "-".to_owned(), |ip| ip.to_string()),
    ]
}

/// Returns the lines below an event: its text, or for a federated login its rule, what it needed and the command that explains it.
fn details(event: &Event) -> Vec<String> {
    match &event.details {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => vec![quoted(text)],
        Some(details @ (Value::Bool(_) | Value::Number(_) | Value::Array(_))) => {
            vec![printable(&details.to_string())]
        }
        Some(Value::Object(details)) => {
            let decision = details.get("decision");
            let of = |name: &str| decision?.get(name)?.as_str().map(printable);
            let rule = of("rule").map(|rule| format!("rule: {rule}"));
            let needed = of("needed").filter(|_| event.outcome == Outcome::Failure);
            let failure = details
                .get("failure")
                .and_then(Value::as_str)
                .map(|why| format!("failure: {}", printable(why)));
            let explain = format!("details: vestibule explain --trace {}", event.id());
            [rule, failure, needed.map(|needed| format!("needed: {needed}")), Some(explain)]
                .into_iter()
                .flatten()
                .collect()
        }
    }
}
