//! Parsing of one cell, and the text of its mistake.

use crate::{
    cli::{
        quoted::quoted,
        users::import::{mistake::Mistake, source::Row},
    },
    login::password::hash::import::{Recognised, recognise},
    provisioning::Field,
};

/// The rule that a cell breaks, and its code.
pub(super) struct Rule {
    pub(super) code: &'static str,
    pub(super) text: String,
}

impl Rule {
    pub(super) fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self { code, text: text.into() }
    }
}

/// Parses a cell that is not empty, and collects its mistake.
pub(super) fn parse<T>(
    row: &Row,
    field: Field,
    errors: &mut Vec<Mistake>,
    parse: impl Fn(&str) -> Result<T, Rule>,
) -> Option<T> {
    let cell = row.get(field)?;
    match parse(cell) {
        Ok(value) => Some(value),
        Err(Rule { code, text }) => {
            let name = field.name();
            let text = match shown(row, field, cell) {
                Some(value) => format!("{name} {value}: {text}"),
                None => format!("{name}: {text}"),
            };
            errors.push(Mistake::of_cell(field, code, text));
            None
        }
    }
}

/// Returns a cell for a message, or `None` for a secret: also for one that stands in the wrong column.
fn shown(row: &Row, field: Field, cell: &str) -> Option<String> {
    let is_in = |secret: Field| row.get(secret).is_some_and(|secret| secret.contains(cell));
    let is_secret = field.is_secret()
        || !matches!(recognise(cell, None), Ok(Recognised::Text | Recognised::NoPassword))
        || Field::ALL.into_iter().any(|secret| secret.is_secret() && is_in(secret));
    (!is_secret).then(|| quoted(cell))
}
