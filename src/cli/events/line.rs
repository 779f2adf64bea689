//! One event as a line: readable text, or one JSON document.

use std::io;

use super::super::{
    layout::{published_name, time},
    out::Out,
    quoted::quoted,
};
use crate::{audit::Event, log::printable};

pub(super) struct Line {
    json: bool,
}

impl Line {
    pub(super) fn new(json: bool) -> Self {
        Self { json }
    }

    /// # Errors
    /// The output cannot be written.
    pub(super) fn print(&mut self, event: Event) -> io::Result<()> {
        if self.json { Out::json_line(&event.view()) } else { Out::line(&text(&event)) }
    }
}

/// Returns the members of an event that have a value. Text that a client or a provider sent is quoted: it must not imitate another member,
/// and not control the terminal.
fn text(event: &Event) -> String {
    let mut words = vec![time(event.at), published_name(&event.kind), published_name(&event.outcome)];
    let mut add = |name: &str, value: Option<String>| {
        words.extend(value.map(|value| format!("{name}={value}")));
    };
    add("reason", event.reason.as_deref().map(printable));
    add("statedReason", event.stated_reason.as_deref().map(quoted));
    add("user", event.user_id.map(|user| user.to_string()));
    let own = event.user_id.map(|user| user.to_string());
    add("by", event.actor.clone().filter(|actor| Some(actor) != own.as_ref()).map(|actor| printable(&actor)));
    add("ip", event.ip.map(|ip| ip.to_string()));
    add("agent", event.user_agent.as_deref().map(quoted));
    add("details", event.details_text().map(|details| quoted(&details)));
    add("trace", Some(event.id().to_string()));
    words.join(" ")
}
