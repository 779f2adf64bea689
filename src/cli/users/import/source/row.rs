//! Row of a file.

use std::collections::BTreeMap;

use super::text::trim;
use crate::{
    cli::users::import::{mistake::Mistake, not_carried_over::NotCarriedOver},
    provisioning::Field,
};

/// One user as written in the file.
#[derive(Debug, Default)]
pub(in crate::cli::users::import) struct Row {
    /// Line of the file where the row starts, from 1.
    pub(in crate::cli::users::import) line: u64,
    /// Number of the item in a JSON array, from 1: several items may be in one line.
    pub(in crate::cli::users::import) item: Option<u64>,
    pub(super) cells: BTreeMap<Field, String>,
    pub(in crate::cli::users::import) broken: Option<Mistake>,
    /// Whether another product wrote the row. Then it is not the administrator's word.
    pub(in crate::cli::users::import) is_of_product: bool,
    pub(in crate::cli::users::import) not_carried_over: Vec<NotCarriedOver>,
}

impl Row {
    /// Returns a cell. An empty cell counts as not given.
    pub(in crate::cli::users::import) fn get(&self, field: Field) -> Option<&str> {
        self.cells.get(&field).map(String::as_str)
    }

    pub(in crate::cli::users::import) fn broken(line: u64, mistake: Mistake) -> Self {
        Self { line, broken: Some(mistake), ..Self::default() }
    }

    /// Sets a cell. Blanks around it are dropped, except around a password: there they may be meant.
    pub(super) fn set(&mut self, field: Field, text: &str) {
        if let Some(c) = text.chars().find(|c| c.is_control() && *c != '\t') {
            self.broken.get_or_insert_with(|| {
                Mistake::of_row(
                    "control_character",
                    format!(
                        "{} contains the control character U+{:04X}; remove it",
                        field.name(),
                        u32::from(c)
                    ),
                )
            });
            return;
        }
        let trimmed = trim(text);
        if !trimmed.is_empty() {
            let kept = if field == Field::Password { text } else { trimmed };
            self.cells.insert(field, kept.to_owned());
        }
    }
}

#[cfg(test)]
impl Row {
    pub(in crate::cli::users::import) fn of(cells: &[(Field, &str)]) -> Self {
        let mut row = Self { line: 2, ..Self::default() };
        for (field, cell) in cells {
            row.set(*field, cell);
        }
        row
    }

    /// Returns the row in one line: its line number, and its cells or the code of its mistake.
    pub(super) fn summary(&self) -> String {
        let cells: Vec<&str> = self.cells.values().map(String::as_str).collect();
        let content = self.broken.as_ref().map_or_else(|| cells.join("|"), |mistake| mistake.code.to_owned());
        format!("{} {content}", self.line)
    }
}

/// Returns the summaries of the rows, or the text of the failure.
#[cfg(test)]
pub(super) fn summaries(rows: Result<Vec<Row>, crate::cli::failure::Failure>) -> Vec<String> {
    match rows {
        Ok(rows) => rows.iter().map(Row::summary).collect(),
        Err(crate::cli::failure::Failure::Usage(text)) => vec![text],
        Err(other) => panic!("{other:?}"),
    }
}
