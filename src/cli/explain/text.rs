//! A decision as lines of text: the outcome first, then what it rests on.

use serde_json::{Map, Value};

use crate::{
    cli::layout::{INDENT, wrap},
    log::printable,
};

/// Members whose texts are ours. All other texts come from outside and have JSON notation: the text `"true"` and the boolean `true` are
/// different claims, and the difference decides.
const OURS: [&str; 14] = [
    "decision",
    "provider",
    "type",
    "outcome",
    "reason",
    "at",
    "id",
    "userId",
    "actor",
    "ip",
    "requestId",
    "failure",
    "warnings",
    "secondFactors",
];
/// Order of the members of a decision.
const OUTCOME_FIRST: [&str; 6] = ["outcome", "code", "user", "users", "rule", "needed"];

/// Returns the lines of a decision, none wider than `width`.
pub(super) fn lines(shown: &Value, width: usize) -> Vec<String> {
    let Value::Object(members) = shown else { return Vec::new() };
    let is_first = |name: &str| name == "decision";
    let (first, rest): (Vec<_>, Vec<_>) = members.iter().partition(|(name, _)| is_first(name));
    first.into_iter().chain(rest).flat_map(|(name, value)| member(name, value, width)).collect()
}

fn member(name: &str, value: &Value, width: usize) -> Vec<String> {
    let is_ours = OURS.contains(&name);
    match value {
        Value::Object(members) => object(name, members, is_ours, width),
        value => wrap(&format!("{}: {}", shown_name(name), notation(value, is_ours)), width, INDENT),
    }
}

fn object(name: &str, members: &Map<String, Value>, is_ours: bool, width: usize) -> Vec<String> {
    let mut lines = vec![format!("{}:", shown_name(name))];
    let mut members: Vec<_> = members.iter().collect();
    if is_ours {
        members.sort_by_key(|(name, _)| OUTCOME_FIRST.iter().position(|first| first == name));
    }
    for (name, value) in members {
        let text = format!("{:INDENT$}{}: {}", "", shown_name(name), notation(value, is_ours));
        lines.extend(wrap(&text, width, 2 * INDENT));
    }
    lines
}

fn notation(value: &Value, is_ours: bool) -> String {
    match value {
        Value::Null if is_ours => "-".to_owned(),
        Value::String(text) if is_ours => printable(text),
        Value::Array(items) if is_ours => {
            items.iter().map(|item| notation(item, true)).collect::<Vec<_>>().join("; ")
        }
        other => printable(&other.to_string()),
    }
}

/// Returns a member name: as it is if it has only letters, digits and the punctuation of claims, otherwise in JSON notation.
fn shown_name(name: &str) -> String {
    let is_plain = !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '#' | '@'));
    let is_plain =
        is_plain || name.starts_with("http") && !name.contains(|c: char| c.is_whitespace() || c == '"');
    printable(&if is_plain { name.to_owned() } else { Value::from(name).to_string() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use unicode_width::UnicodeWidthStr as _;

    use super::*;

    #[test]
    fn outcome_is_first_and_claims_have_json_notation() {
        let shown = json!({
            "provider": "okta", "issuer": "https://idp.example", "email": "ada@corp.example", "emailVerified": false,
            "claims": { "email_verified": "true", "other": true, "groups": ["a", "b"], "none": null },
            "decision": { "outcome": "create", "rule": "the provider sent no verified address", "needed": null },
        });
        assert_eq!(
            lines(&shown, 120),
            [
                "decision:",
                "  outcome: create",
                "  rule: the provider sent no verified address",
                "  needed: -",
                "claims:",
                "  email_verified: \"true\"",
                "  groups: [\"a\",\"b\"]",
                "  none: null",
                "  other: true",
                "email: \"ada@corp.example\"",
                "emailVerified: false",
                "issuer: \"https://idp.example\"",
                "provider: okta",
            ]
        );
    }

    #[test]
    fn claims_cannot_control_the_terminal_or_imitate_lines_of_ours() {
        let shown = json!({ "claims": {
            "\u{1b}[2J": "x", "a\ndecision: create": "y", "n\u{202e}ame": "\u{9b}z\u{2028}", "long": "x".repeat(10_000),
        }});
        let lines = lines(&shown, 80);
        assert!(lines.iter().all(|line| line.width() <= 80 && *line == printable(line)), "{lines:#?}");
        assert!(lines.iter().skip(1).all(|line| line.starts_with("  ")), "{lines:#?}");
    }
}
