//! The report of an adoption, as lines or as JSON.

use serde::Serialize;

use super::super::{mistake::Mistake, not_carried_over::NotCarriedOver};
use super::plan::{Planned, Row};
use crate::{
    cli::{failure::Failure, out::Out, quoted::quoted},
    store::adoption::Adopter,
    user::UserId,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    dry_run: bool,
    database: String,
    users: usize,
    refused: usize,
    /// Collections that are renamed.
    collections: Vec<String>,
    #[serde(skip)]
    kept: Vec<(String, String)>,
    results: Vec<RowResult>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RowResult {
    old_id: String,
    id: Option<UserId>,
    username: String,
    outcome: &'static str,
    errors: Vec<Mistake>,
    not_carried_over: Vec<NotCarriedOver>,
}

impl From<&Row> for RowResult {
    fn from(row: &Row) -> Self {
        let id = row.outcome.as_ref().ok().copied();
        Self {
            old_id: row.old_id.clone(),
            id,
            username: row.name.clone(),
            outcome: if id.is_some() { "adopted" } else { "refused" },
            errors: row.outcome.as_ref().err().cloned().unwrap_or_default(),
            not_carried_over: row.not_carried_over.clone(),
        }
    }
}

impl Report {
    pub(super) fn of(planned: &Planned, collections: &[String], adopter: &Adopter, dry_run: bool) -> Self {
        let kept = collections.iter().map(|name| (adopter.prefixed(name), adopter.kept_name(name)));
        Self {
            dry_run,
            database: adopter.name().to_owned(),
            users: planned.users.len(),
            refused: planned.refused(),
            collections: collections.to_vec(),
            kept: kept.collect(),
            results: planned.rows.iter().map(RowResult::from).collect(),
        }
    }

    pub(super) fn print(&self, json: bool) -> Result<(), Failure> {
        if json {
            return Ok(Out::json(self)?);
        }
        let adopt = if self.dry_run { "would adopt" } else { "adopted" };
        for result in &self.results {
            let name = quoted(&result.username);
            if let Some(id) = result.id {
                Out::line(&format!("{adopt} {name} as {id}"))?;
            } else {
                let errors: Vec<_> = result.errors.iter().map(|error| error.text.as_str()).collect();
                let old_id = quoted(&result.old_id);
                Out::line(&format!("refused {name} (_id {old_id}): {}", errors.join("; ")))?;
            }
            for left in &result.not_carried_over {
                Out::line(&format!("    not carried over: {}", left.text))?;
            }
        }
        let rename = if self.dry_run { "would rename" } else { "renamed" };
        for (original, kept) in &self.kept {
            Out::line(&format!("{rename} the collection {original} to {kept}"))?;
        }
        let Self { users, refused, .. } = self;
        Ok(Out::line(&match (self.dry_run, refused) {
            (true, _) => format!("would adopt {users} users, {refused} refused (nothing was written)"),
            (false, 0) => {
                format!("adopted {users} users; `vestibule adopt --undo` gives the collections back")
            }
            (false, _) => {
                format!("adopted {users} users, {refused} left out; they stay in the kept collection")
            }
        })?)
    }
}
